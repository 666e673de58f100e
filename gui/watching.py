"""The docks of live views: which of them are visible, what they want to see, and who gets which frame.

The curves have a place of their own; beside them is one view at a time, and the tabs in its title put another there.
Whoever wants more of them at once takes one out, or opens it from the View menu.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabWidget

from core.graph.document import Delta, Document
from core.insight import registry
from core.insight._base import Frame
from core.training import protocol
from core.training.events import EpochEnded
from core.words import Words
from gui.canvas.panel import Canvas
from gui.dock import Dock
from gui.document.store import Store
from gui.i18n import language
from gui.theme.apply import theme
from gui.training.run import Run
from gui.views import thumbnails
from gui.views._base import View
from gui.views.curves import Curves
from gui.views.feature_maps import FeatureMaps
from gui.views.tabs import ViewTabs


class Watching(QObject):
    """Only what is visible is asked for; the canvas asks too, for the small pictures inside blocks."""

    def __init__(self, window: QMainWindow, store: Store, run: Run, views: list[View], canvas: Canvas) -> None:
        super().__init__(window)
        self.window, self.store, self.run, self.views, self.canvas = window, store, run, views, canvas
        self.curves = next(v for v in views if isinstance(v, Curves))
        self.docks: dict[str, Dock] = {}
        self.tabs: dict[str, ViewTabs] = {}
        self._is_fresh = True  # no picture has been shown since the project was opened
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(30)
        self._asking.timeout.connect(self._ask)
        self._put_into_docks()
        store.changed.connect(self._document_changed)
        store.opened.connect(self._opened)
        store.selection_changed.connect(self._ask_soon)
        run.told.connect(self._told)
        run.framed.connect(self._framed)
        run.restarted.connect(self._restarted)
        run.flagged.connect(self._flagged)
        run.changed.connect(self._run_changed)
        language.changed.connect(self.retranslate)
        theme.changed.connect(self.restyle)
        window.setTabPosition(Qt.DockWidgetArea.BottomDockWidgetArea, QTabWidget.TabPosition.North)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Contents in the language as it is now."""
        for view in self.views:
            view.retranslate()

    def restyle(self) -> None:
        """Colours of the theme as it is now."""
        for view in self.views:
            view.restyle(theme.tokens)

    def _opened(self, document: Document) -> None:
        """Forget the last project; bring a view to the front that has something to show of this one."""
        self.curves.clear()
        self._is_fresh = True
        self.show_suited()
        self._ask_soon()

    def show_suited(self) -> None:
        """The first view that has something to show of the network, where the one that is shown has not."""
        self._suit()
        shown, suited = self._shown(), self._suited
        if suited and shown is not None and shown not in suited:
            self.choose(suited[0], shown)

    def choose(self, key: str, instead_of: str | None = None) -> None:
        """Show a view: in the place of another, or else where it was last."""
        dock = self.docks[key]
        if instead_of is not None and dock.isHidden():
            before = self.docks[instead_of]
            if before.isFloating():
                dock.setFloating(True)
                dock.setGeometry(before.geometry())
            else:
                dock.setFloating(False)
                self.window.tabifyDockWidget(before, dock)
            before.hide()
        dock.show()
        dock.raise_()

    def probe(self, name: str) -> Words:
        """Keep the view of feature maps at one block, or let it go; what came of it."""
        view = next(v for v in self.views if isinstance(v, FeatureMaps))
        self.choose(type(view).__name__, self._shown())
        title = view.title
        if view.block.pin(name):
            return Words(f"{title.en} stay at {name}.", f"{title.zh}固定显示 {name}。")
        return Words(f"{title.en} follow the selection again.", f"{title.zh}恢复跟随所选模块。")

    def _put_into_docks(self) -> None:
        window, rest = self.window, self.views[1:]
        titles = {type(view).__name__: view.title for view in rest}
        icons = {type(view).__name__: view.icon for view in rest}
        self._suited = list(titles)
        for view in self.views:
            key = type(view).__name__
            if view is not self.curves:
                self.tabs[key] = ViewTabs(titles, icons, key)
                self.tabs[key].chosen.connect(partial(self.choose, instead_of=key))
            dock = self.docks[key] = Dock(f"view-{key}", view.title, view, self.tabs.get(key))
            dock.visibilityChanged.connect(self._ask_soon)
            view.wants_changed.connect(self._ask_soon)
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        first, second, *others = self.docks.values()
        window.splitDockWidget(first, second, Qt.Orientation.Horizontal)
        for dock in others:
            window.tabifyDockWidget(second, dock)
            dock.hide()

    def _suit(self) -> None:
        """Offer first the views that have something to show of this network."""
        network, selection = self.store.flat(), tuple(map(self.store.flat_name, self.store.selection))
        self._suited = [type(view).__name__ for view in self.views[1:] if view.requests(*network, selection)]
        for tabs in self.tabs.values():
            tabs.suit(self._suited)

    def _shown(self) -> str | None:
        """The view that stands beside the curves, if there is one."""
        return next((key for key in self.tabs if not self.docks[key].isHidden()), None)

    def _visible(self) -> list[View]:
        return [v for v in self.views if v.isVisible() and not v.visibleRegion().isEmpty()]

    def _ask_soon(self, *_: object) -> None:
        self._asking.start()

    def _document_changed(self, delta: Delta) -> None:
        if delta != Delta(changed=delta.changed) or any(n not in self.store.inference.outs for n in delta.changed):
            self._suit()
            self._ask_soon()

    def _ask(self) -> None:
        network, selection = self.store.flat(), tuple(map(self.store.flat_name, self.store.selection))
        seen = self.canvas.isVisible()
        wanted = [*thumbnails.requests(*network)] if seen else []
        known = registry()
        for view in self._visible():
            wanted += view.requests(*network, selection)
        if self.run.ready is not None:
            self.run.engine.watch([r for r in wanted if r.insight in known])

    def _run_changed(self) -> None:
        running = self.run.state == "training"
        for view in self.views:
            if view.is_running != running:
                view.set_running(running)

    def _told(self, report: object) -> None:
        match report:
            case protocol.Ready():
                self._ask_soon()
            case protocol.Progress() if len(report.losses):
                self.curves.add_losses(report.first, report.losses)
            case protocol.Ended(event=EpochEnded() as event):
                self.curves.add_epoch(event)
            case protocol.Jumped():
                if report.step == 0:
                    self._restarted()
                else:
                    self.curves.truncate(report.step)
            case _:
                pass

    def _framed(self, frame: Frame) -> None:
        self.curves.give_way()
        for view in self._visible():
            view.consume(frame)
        pictures = thumbnails.thumbnails(frame, theme.tokens)
        for name, picture in pictures.items():
            if (shown := self.store.shown_name(name)) is not None:
                self.canvas.set_picture(shown, picture)
        if pictures and self._is_fresh:
            self._is_fresh = False
            self.canvas.fit()  # blocks have grown by their pictures, and nobody has chosen a view yet

    def _restarted(self) -> None:
        self.curves.restart()
        self.canvas.set_pictures({})
        for view in self.views:
            if view is not self.curves:
                view.clear()
        self._ask_soon()

    def _flagged(self, step: int, words: Words) -> None:
        self.curves.add_flag(step, words)
