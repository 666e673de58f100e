"""The panels around the canvas: which there are, where each lies, and how large they are at first."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QTabWidget, QWidget

from core.words import Words
from gui.dock import Dock
from gui.history import TITLE as HISTORY
from gui.i18n import follow, say
from gui.outline import TITLE as OUTLINE
from gui.watching import Watching

PALETTE, INSPECTOR = Words("Blocks", "模块"), Words("Inspector", "检查器")
BLOCK, PROJECT, PROBLEMS = Words("Block", "模块"), Words("Project", "项目"), Words("Problems", "问题")
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class Panels:
    """Blocks and outline at the left; block, project and problems at the right, the history behind them; views below."""

    def __init__(
        self, window: QMainWindow, watching: Watching, *, palette: QWidget, outline: QWidget, inspector: QWidget,
        project: QWidget, problems: QWidget, history: QWidget,
    ) -> None:  # fmt: skip
        self._window, self._watching, self._problems = window, watching, problems
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        follow(self.tabs, self.tabs.setAccessibleName, INSPECTOR)
        for widget in (inspector, project, problems):
            self.tabs.addTab(widget, "")
        self.palette = self._dock("palette", PALETTE, palette, LEFT)
        self.outline = self._dock("outline", OUTLINE, outline, LEFT)
        self.inspector = self._dock("inspector", INSPECTOR, self.tabs, RIGHT)
        self.history = self._dock("history", HISTORY, history, RIGHT)
        window.tabifyDockWidget(self.palette, self.outline)
        window.tabifyDockWidget(self.inspector, self.history)
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self.history.hide()
        self.outline.hide()
        self._put_away = [dock for dock in self if not dock.isHidden()]  # until there is a network

    def __iter__(self) -> Iterator[Dock]:
        return iter((self.palette, self.outline, self.inspector, self.history, *self._watching.docks.values()))

    def retranslate(self, problems: int) -> None:
        """The names of the tabs, and how many problems there are."""
        for at, words in enumerate((BLOCK, PROJECT, PROBLEMS)):
            self.tabs.setTabText(at, say(words))
        self.count_problems(problems)

    def count_problems(self, count: int) -> None:
        """Say on the tab how many problems there are."""
        self.tabs.setTabText(self.tabs.indexOf(self._problems), say(PROBLEMS) + (f" ({count})" if count else ""))

    def show_work(self, *, visible: bool) -> None:
        """Put all away for the first page, or bring back those that were to be seen."""
        if not visible:
            self._put_away = self._put_away or [dock for dock in self if not dock.isHidden()]
        for dock in self._put_away if visible else self:
            dock.setVisible(visible)
        if visible:
            self._put_away = []

    def show_views_alone(self) -> None:
        """Nothing but the views beneath the canvas."""
        for dock in (self.palette, self.outline, self.inspector, self.history):
            dock.hide()

    def sizes(self) -> None:
        """As large as they are at first."""
        self._window.resizeDocks([self.palette, self.inspector], [240, 330], Qt.Orientation.Horizontal)
        views = [dock for dock in self._watching.docks.values() if not dock.isHidden()]
        self._window.resizeDocks(views, [340] * len(views), Qt.Orientation.Vertical)
        self._window.resizeDocks(views, [400] * len(views), Qt.Orientation.Horizontal)

    def bring(self, dock: Dock) -> None:
        """Show one of them, before those it shares its place with, ready for the keyboard."""
        dock.show()
        dock.raise_()
        dock.widget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _dock(self, name: str, title: Words, widget: QWidget, area: Qt.DockWidgetArea) -> Dock:
        dock = Dock(name, title, widget)
        self._window.addDockWidget(area, dock)
        return dock
