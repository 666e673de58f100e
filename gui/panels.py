"""The panels around the canvas: which there are, where each lies at first, and where a person has put them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QMainWindow, QTabWidget, QWidget

from core.words import Words
from gui.arrangement import keep, kept
from gui.dock import Dock
from gui.history import TITLE as HISTORY
from gui.i18n import follow, say
from gui.outline import TITLE as OUTLINE
from gui.watching import Watching

PALETTE, INSPECTOR = Words("Blocks", "模块"), Words("Inspector", "检查器")
BLOCK, PROJECT, PROBLEMS = Words("Block", "模块"), Words("Project", "项目"), Words("Problems", "问题")
VIEWS = 0.36  # of the height of a small screen is theirs: the network has three fifths of what the run bar leaves
KEPT = "panels"  # in the settings
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class Panels:
    """Blocks and outline at the left; block, project and problems at the right, the history behind them; views below."""

    def __init__(
        self, window: QMainWindow, watching: Watching, settings: QSettings, *, palette: QWidget, outline: QWidget, inspector: QWidget,
        project: QWidget, problems: QWidget, history: QWidget,
    ) -> None:  # fmt: skip
        self._window, self._watching, self._problems = window, watching, problems
        self._settings, self._kept = settings, kept(settings, KEPT)
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
        self._at_first = [dock for dock in self if not dock.isHidden()]
        self._first: QByteArray | None = None  # how they lie when nobody has moved any
        self._are_out = True
        self._before_alone: QByteArray | None = None  # how they lay before the canvas was shown alone

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

    def put_away(self) -> None:
        """Make room for the first page."""
        if self._are_out and self._first is not None:
            self._kept = self._before_alone or self._window.saveState()
            self._before_alone = None
        self._are_out = False
        for dock in self:
            dock.hide()

    def bring_out(self) -> None:
        """As they were when they were put away, in this session or in the last one."""
        if self._are_out:
            return
        self._are_out = True
        if self._first is None:
            for dock in self._at_first:
                dock.show()
            self._sizes()
            self._first = self._window.saveState()
        if self._kept is not None:
            self._window.restoreState(self._kept)

    def reset(self) -> None:
        """As they are at first, with the view that suits the network."""
        if self._first is not None:
            self._before_alone = None
            self._window.restoreState(self._first)
            self._watching.show_suited()

    def toggle(self) -> None:
        """The canvas alone; or the panels as they lay before that."""
        if self._before_alone is not None:
            before, self._before_alone = self._before_alone, None
            self._window.restoreState(before)
        elif self._are_out:
            self._before_alone = self._window.saveState()
            for dock in self:
                dock.hide()

    def save(self) -> None:
        """Remember for the next session where they are, or were before the first page came."""
        self.put_away()
        if self._kept is not None:
            keep(self._settings, KEPT, self._kept)

    def show_views_alone(self) -> None:
        """Nothing but the views beneath the canvas."""
        for dock in (self.palette, self.outline, self.inspector, self.history):
            dock.hide()

    def spare_the_canvas(self) -> None:
        """On a small screen, views no higher than leaves the network its place; one that would have to be higher goes."""
        high = min(340, round(VIEWS * self._window.screen().size().height()))
        for dock in self._watching.docks.values():
            dock.setHidden(dock.isHidden() or dock.minimumSizeHint().height() > high)
        views = [dock for dock in self._watching.docks.values() if not dock.isHidden()]
        self._window.resizeDocks(views, [high] * len(views), Qt.Orientation.Vertical)

    def _sizes(self) -> None:
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
