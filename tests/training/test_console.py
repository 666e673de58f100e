"""What a person reads in a terminal while a network is trained."""

from __future__ import annotations

import sys

import pytest

from core.training import console
from core.training.session import Session
from tests.networks import DIGITS8, MLP, chain


@pytest.fixture
def session():
    with_rows = Session(chain(*MLP, data=DIGITS8, epochs=1))
    yield with_rows
    with_rows.close()


def test_on_a_terminal_it_is_told_how_far_compiling_is_and_nothing_of_it_stays(session, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    table = console._Table(session)
    capsys.readouterr()
    for done in range(3):
        table.preparing(done, 2)
    assert capsys.readouterr().out == (
        "\rCompiling for this machine: 0 of 2 \x1b[K\rCompiling for this machine: 1 of 2 \x1b[K\r\x1b[K"
    )


def test_in_a_pipe_it_is_not(session, capsys):
    table = console._Table(session)
    capsys.readouterr()
    table.preparing(0, 2)
    assert not capsys.readouterr().out
