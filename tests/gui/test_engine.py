"""The engine process ends when the window does: at once, but not before weights that were asked for are in their file."""

import os
import signal

import pytest
from safetensors.numpy import load_file

from core.examples import examples
from core.training import protocol
from gui.training.engine import Engine
from tests.gui.conftest import until


@pytest.fixture
def engine(qapp):
    made = Engine()
    yield made
    made.stop()


def opened(engine, qtbot):
    told = []
    engine.reported.connect(told.append)
    engine.send(protocol.Open(next(e.path for e in examples() if e.id == "playground").read_text("utf-8"), 1))
    until(qtbot, lambda: any(isinstance(report, protocol.Ready) for report in told))
    return told


def test_an_engine_that_cannot_answer_is_not_waited_for(engine, monkeypatch):
    engine.start()
    process, waited = engine._process, []
    os.kill(engine.pid, signal.SIGSTOP)  # as busy as can be: it reads nothing and answers nothing
    kill = process.kill
    monkeypatch.setattr(process, "kill", lambda: (waited.append("killed"), kill()))
    join = process.join
    monkeypatch.setattr(process, "join", lambda *a: (waited.append("waited"), join(*a)))
    engine.stop()
    assert waited == ["killed", "waited"] and process.exitcode == -signal.SIGKILL


def test_weights_that_were_asked_for_are_written_before_it_ends(engine, qtbot, tmp_path):
    opened(engine, qtbot)
    path = tmp_path / "mine.safetensors"
    engine.send(protocol.Export(str(path)))
    engine.stop()
    assert load_file(path)["hidden1.W"].shape == (2, 4)
    assert [each.name for each in tmp_path.iterdir() if each.suffix not in {".safetensors", ".md", ".py"}] == []


def test_once_they_are_written_nothing_is_waited_for(engine, qtbot, tmp_path):
    told = opened(engine, qtbot)
    engine.send(protocol.Export(str(tmp_path / "mine.safetensors")))
    until(qtbot, lambda: any(isinstance(report, protocol.Exported) for report in told))
    assert not engine._writing
    engine.send(protocol.Export(str(tmp_path / "nowhere" / "mine.safetensors")))
    until(qtbot, lambda: any(isinstance(report, protocol.Failed) for report in told))
    assert not engine._writing
