"""What a screen reader hears: caught where Qt hands announcements to the platform, past everything that is ours."""

import ctypes
from pathlib import Path

import PySide6
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest

from core.graph import edits
from core.training import protocol
from core.training.events import EpochEnded, Finished
from core.words import same
from gui.announcing import APART
from gui.i18n import language
from tests.gui.conftest import opened, until

POLITE, URGENT = QAccessible.AnnouncementPoliteness.Polite, QAccessible.AnnouncementPoliteness.Assertive


@pytest.fixture
def heard():
    """Texts and politeness of announcements, from Qt's own hook for bridges, which PySide6 leaves out."""
    found = list(Path(PySide6.__file__).parent.rglob("libQt6Gui.so.6"))
    if not found:
        pytest.skip("the hook is looked up in the Linux build of Qt")
    install = ctypes.CDLL(str(found[0]))._ZN11QAccessible20installUpdateHandlerEPFvP16QAccessibleEventE
    install.restype, install.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    told = []

    @ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    def update(pointer):
        event = shiboken6.wrapInstance(pointer, QAccessibleAnnouncementEvent)
        if event.type() is QAccessible.Event.Announcement:
            told.append((event.message(), event.politeness()))

    before = install(ctypes.cast(update, ctypes.c_void_p))
    QAccessible.setActive(True)
    yield told
    QAccessible.setActive(False)
    install(before)


def test_what_was_undone_and_redone_is_said_and_shown(window, qtbot, heard):
    opened(window, qtbot)
    name = next(iter(window.store.document.nodes))
    window.store.apply(same("Rename block"), lambda d: edits.rename(d, name, "first"))
    window.store.apply(same("Rename again"), lambda d: edits.rename(d, "first", "second"))
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert heard[-1] == ("Undone: Rename again", POLITE) and window.message.text() == "Undone: Rename again"
    window.store.redo()
    assert heard[-1][0] == "Redone: Rename again"
    window.store.go_to(0)
    assert heard[-1][0] == "Undone: 2 steps"
    said = len(heard)
    window.store.undo()
    assert len(heard) == said, "there was nothing to undo"


def test_why_a_wire_is_refused_is_said(window, qtbot, heard):
    opened(window, qtbot)
    names = list(window.store.document.nodes)
    window.store.select(names[-1:])
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_W)
    assert heard and heard[-1][0] == window.message.text() != ""


def test_training_is_followed_by_ear(window, qtbot, heard):
    opened(window, qtbot)
    window.run.step_epoch()
    until(qtbot, lambda: window.run.state == "paused")
    texts = [text for text, _ in heard]
    assert "Training." in texts and "Training paused." in texts
    (epoch,) = [text for text in texts if text.startswith("Epoch 1: ")]
    assert "loss 0." in epoch and "validation" in epoch
    window.run.stop()
    until(qtbot, lambda: any("stopped" in text for text, _ in heard))


def test_epochs_are_not_told_faster_than_they_can_be_said(window, heard):
    for epoch in range(1, 50):
        window.run.told.emit(protocol.Ended(EpochEnded(epoch, epoch, {"loss": 0.5}, 0.01, best=True)))
    assert [text for text, _ in heard] == ["Epoch 1: loss 0.5."] and APART >= 1000
    window.run.told.emit(protocol.Ended(Finished("epochs", 49, 49, 49, 1.0)))
    assert heard[-1][0] == "Training finished after 49 epochs."


def test_a_failure_interrupts_in_the_language_of_now(window, heard):
    language.choose("zh")
    window.run.told.emit(protocol.Failed(same("NaN")))
    assert heard[-1] == ("NaN", URGENT)
    window.run.told.emit(protocol.Ended(Finished("stopped", 3, 10, 1, 1.0)))
    assert heard[-1] == ("训练在第 3 轮停止。", POLITE)


def test_the_end_of_the_engine_is_said_once(window, heard):
    window.run._died()
    window.run.changed.emit()
    assert [how for _, how in heard].count(URGENT) == 1 and heard[-1][0] == window.run.problem.en
