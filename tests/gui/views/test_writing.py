"""The view that writes: typed beginnings, the temperature, and what is told of an answer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.graph.shapes import infer
from core.insight._base import Request
from gui.views.writing import Writing
from tests.gui.views.conftest import frame
from tests.networks import chain


@pytest.fixture
def view(shown):
    return shown(Writing())


def network(source="own_text"):
    document = chain(
        {"type": "input", "shape": [64]}, {"type": "embedding"}, {"type": "gru", "returns": "sequence"},
        {"type": "dense", "units": 40}, {"type": "output"}, data={"source": source},
    )  # fmt: skip
    return document, infer(document)


def answer(**more):
    arrays = {
        "given": list("ab"), "written": list("cd"), "certain": np.array([0.9, 0.1], np.float32),
        "unread": np.array([], "<U1"), "joined": True, "row": 0, "rows": 9,
    }  # fmt: skip
    return frame("writing", arrays | more)


def underlined(view):
    letters, cursor = "", view.page.textCursor()
    for at in range(len(view.page.toPlainText())):
        cursor.setPosition(at)
        cursor.movePosition(cursor.MoveOperation.Right, cursor.MoveMode.KeepAnchor)
        letters += cursor.selectedText() if cursor.charFormat().fontUnderline() else ""
    return letters


def test_what_is_typed_and_the_temperature_are_asked_for(view):
    heard = []
    view.wants_changed.connect(lambda: heard.append(view.requests(*network(), ())))
    view.requests(*network(), ())
    view.show_empty(None)
    view.prompt.setFocus()
    QTest.keyClicks(view.prompt, "Fox")
    view.temperature.setFocus()
    QTest.keyClick(view.temperature, Qt.Key.Key_Up)
    assert heard[-1] == (Request("writing", prompt="Fox", temperature=0.6),)
    QTest.mouseClick(view.again, Qt.MouseButton.LeftButton)
    view.sample.set_rows(9)
    QTest.mouseClick(view.again, Qt.MouseButton.LeftButton)
    assert heard[-1] == (Request("writing", sample=1, prompt="Fox", temperature=0.6),)
    assert view.requests(*network("tokens_task"), ()) == ()


def test_the_text_stands_behind_its_beginning_and_what_is_unsure_is_underlined(view):
    view.requests(*network(), ())
    view.consume(answer())
    assert view.page.toPlainText() == "abcd"
    assert underlined(view) == "d"
    view.consume(answer(unread=["猫"]))
    assert "猫" in view.readout.text()


def test_a_translation_stands_between_what_was_given_and_what_is_true(view):
    view.requests(*network(), ())
    view.consume(answer(given=[], joined=True, source=["i", "like", "cats"], truth=list("我喜欢猫")))
    assert view.page.toPlainText().split("\n")[:3] == ["given  i like cats", "written  cd", "true  我喜欢猫"]
    assert view.prompt.isHidden() and not view.sample.isHidden()


def test_a_network_that_cannot_write_is_told_why(view):
    view.requests(*network(), ())
    view.consume(frame("writing", {"blind": 1}))
    assert "cannot write" in view.empty.sentence.text()
    assert view.stack.currentWidget() is view.empty
