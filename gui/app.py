"""The application: fonts, theme, language, one window; and a word instead of a crash when something fails."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication

from core.folders import config_folder
from gui.document.clipboard import MIME
from gui.i18n import language
from gui.theme import fonts
from gui.theme.apply import theme

LOG = logging.getLogger("neuroloom")


def run(project: Path | None) -> int:
    """Open the window, on a project or on the first page; returns when it is closed."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Neuroloom")
    settings = start(app)
    sys.excepthook = _told
    from gui.window import Window

    window = Window(settings)
    window.show()
    if project is not None:
        window.open_path(project)
    window.offer_recovery()
    code = app.exec()
    let_go(app.clipboard())
    return code


def let_go(clipboard: QClipboard) -> None:
    """Blocks that were copied stay, as text of Qt's own: an object made in Python outlives it there, and brings the end down."""
    if clipboard.mimeData().hasFormat(MIME):
        clipboard.setText(clipboard.text())


def start(app: QApplication) -> QSettings:
    """Fonts, language and theme as a person left them."""
    config_folder().mkdir(parents=True, exist_ok=True)
    settings = QSettings(str(config_folder() / "window.ini"), QSettings.Format.IniFormat)
    fonts.start(app)
    language.start(settings)
    theme.start(app, settings)
    return settings


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An exception out of a Qt callback is logged, and the window lives on."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    LOG.error("a fault of the program", exc_info=(kind, error, trace))
