"""Presenter mode: the whole screen, large type, thick wires, few panels, and what the hands do shown to the class."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from core.words import Words
from gui.arrangement import keep, kept
from gui.panels import Panels
from gui.spotlight import Spotlight
from gui.theme.apply import theme

LARGER = 1.35
SETTLED = 200  # ms until everything has its new size
CHOICE = "presenting/panels"
HOW = Words("Esc ends · Ctrl+K finds every command and panel", "Esc 退出 · Ctrl+K 可查找所有命令和面板")


class Presenting(QObject):
    """Which panels are shown to a class is remembered apart from those one works with."""

    changed = Signal(bool)

    def __init__(self, window: QMainWindow, panels: Panels, settings: QSettings) -> None:
        super().__init__(window)
        self.window, self.panels, self._settings = window, panels, settings
        self.spotlight = Spotlight(window)
        self.is_on = False
        self._work = QByteArray()  # panels as they were
        self._frame = window.windowState()

    def toggle(self) -> None:
        """Begin, or end."""
        if self.is_on:
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        """Fill the screen; the panels are those of the last time, at first the views alone."""
        window = self.window
        self.is_on, self._frame, self._work = True, window.windowState(), window.saveState()
        window.menuBar().hide()
        window.statusBar().hide()
        theme.enlarge(LARGER)
        chosen = kept(self._settings, CHOICE)
        if chosen is None or not window.restoreState(chosen):
            self.panels.show_views_alone()
            QTimer.singleShot(SETTLED, self, self._spare)
        window.showFullScreen()
        self.spotlight.start(HOW)
        self._done()

    def leave(self) -> None:
        """Everything is as it was; the choice of panels is kept for the next time."""
        if not self.is_on:
            return
        window = self.window
        keep(self._settings, CHOICE, window.saveState())
        self.is_on = False
        self.spotlight.stop()
        theme.enlarge(1.0)
        window.menuBar().show()
        window.statusBar().show()
        window.setWindowState(self._frame)
        window.restoreState(self._work)
        self._done()

    def _spare(self) -> None:
        self.panels.spare_the_canvas()
        self._done()

    def _done(self) -> None:
        for wait in (0, SETTLED):  # a full screen and larger letters come in steps
            QTimer.singleShot(wait, self, self._tell)

    def _tell(self) -> None:
        self.changed.emit(self.is_on)
