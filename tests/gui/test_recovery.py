"""A window that is killed in the middle of the work; the next one offers what it had."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMessageBox

from core.graph.document import Document
from core.project import dumps, load, loads
from core.words import same
from gui.document.store import Store
from gui.i18n import language
from gui.journal import Journal, left_behind
from gui.recovery import RecoveryDialog
from gui.window import Window

PROGRAM = """
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from gui.app import start
from gui.window import Window

app = QApplication([])
window = Window(start(app))
window.show()
window.activateWindow()
window.files.new()

def work():
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    window.command_palette.search.insert("add dense")
    QTest.keyClick(window.command_palette.search, Qt.Key.Key_Return)

QTimer.singleShot(100, work)
app.exec()
"""


@pytest.fixture
def window(qtbot, tmp_path):
    made = Window(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    made.show()
    yield made
    made.store.history.setClean()
    made.close()


def retitled(title):
    return lambda document: replace(document, title=title)


def changed(store, title):
    store.apply(same("Title"), retitled(title))


def died(folder, document):
    """The journal of a window that died: written whole, its lock gone."""
    folder.mkdir(exist_ok=True)
    (folder / "0123.journal").write_text("null\n" + dumps(document), "utf-8")


def test_what_was_drawn_last_outlives_kill_9(qtbot, window, tmp_path):
    folder = tmp_path / "journals"
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env={**os.environ, "NEUROLOOM_CONFIG": str(tmp_path)}, start_new_session=True
    )
    try:
        qtbot.waitUntil(lambda: any(folder.glob("*.journal")), timeout=30_000)
        assert list(left_behind(folder)) == []  # its window lives
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    window.offer_recovery()
    dialog = window._dialog
    assert isinstance(dialog, RecoveryDialog) and "1 block: Dense" in dialog.inside.text()
    dialog.restore.click()
    assert [node.block.id for node in window.store.root.nodes.values()] == ["dense"]
    assert window.store.modified and window.store.path is None
    assert [*folder.glob("*.journal")] == [window.journal.file]  # the old one goes, the new one is there


def test_saved_work_leaves_no_journal(qtbot, tmp_path):
    store = Store()
    journal = Journal(store, tmp_path, store)
    changed(store, "a")
    qtbot.waitUntil(journal.file.exists)
    store.saved(tmp_path / "a.loom")
    qtbot.waitUntil(lambda: not journal.file.exists())
    journal.close()


def test_each_window_has_a_journal_of_its_own_and_none_offers_that_of_another(tmp_path):
    stores = [Store(), Store()]
    journals = [Journal(store, tmp_path, store) for store in stores]
    for store, journal, title in zip(stores, journals, "ab", strict=True):
        changed(store, title)
        journal.settle()
    texts = [journal.file.read_text("utf-8").partition("\n")[2] for journal in journals]
    assert [loads(text, "").title for text in texts] == ["a", "b"]
    assert list(left_behind(tmp_path)) == []
    for journal in journals:
        journal.close()
    assert list(tmp_path.iterdir()) == []


def test_a_preview_is_not_journalled(tmp_path):
    store = Store()
    journal = Journal(store, tmp_path, store)
    store.preview(retitled("half"))
    journal.settle()
    assert not journal.file.exists()
    journal.close()


def test_what_is_not_chosen_is_offered_again_and_what_is_discarded_is_not(window, tmp_path, monkeypatch):
    folder = tmp_path / "journals"
    died(folder, Document(title="lost"))
    for answer, left in ((QMessageBox.StandardButton.No, 1), (QMessageBox.StandardButton.Yes, 0)):
        monkeypatch.setattr(QMessageBox, "question", lambda *_, answer=answer: answer)
        window.offer_recovery()
        assert window._dialog.list.item(0).text().startswith("lost — ")
        window._dialog.discard.click()
        window._dialog.close()
        assert len(list(folder.glob("*.journal"))) == left
    window._dialog = None
    window.offer_recovery()
    assert window._dialog is None


def test_a_copy_is_the_same_project(window, tmp_path, monkeypatch):
    died(tmp_path / "journals", Document(title="lost"))
    target = tmp_path / "copy.loom"
    monkeypatch.setattr("gui.recovery.QFileDialog.getSaveFileName", lambda *_: (str(target), ""))
    window.offer_recovery()
    window._dialog.copy.click()
    assert load(target) == Document(title="lost")
    assert not any((tmp_path / "journals").glob("*.journal"))


def test_a_journal_that_cannot_be_read_says_so_and_cannot_be_restored(window, tmp_path):
    folder = tmp_path / "journals"
    folder.mkdir()
    (folder / "0123.journal").write_bytes(b"\xff\n" + b"[" * 100_000)
    language.choose("zh")
    window.offer_recovery()
    assert not window._dialog.restore.isEnabled() and window._dialog.discard.isEnabled()
    assert "0123.journal" in window._dialog.inside.text()
    window._dialog.close()
