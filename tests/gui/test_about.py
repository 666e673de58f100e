"""What the program says of itself."""

from importlib import metadata

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from gui.about import show_about, versions
from gui.i18n import language


def test_versions_can_be_read_and_copied(window):
    told = {}

    def look():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        told["text"], told["icon"] = box.informativeText(), box.iconPixmap().isNull()
        box.accept()

    language.choose("zh")
    QTimer.singleShot(0, look)
    show_about(window)
    assert versions() in told["text"] and "MIT" in told["text"] and not told["icon"]
    assert f"numba {metadata.version('numba')}" in versions()


def test_the_program_has_an_icon(window):
    assert not window.windowIcon().pixmap(32, 32).isNull()
