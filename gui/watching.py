"""The docks of live views: which of them are visible, what they want to see, and who gets which frame."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from core.graph.document import Delta, Document
from core.insight import registry
from core.insight._base import Frame
from core.training import protocol
from core.training.events import EpochEnded
from core.words import Words
from gui.canvas.panel import Canvas
from gui.document.store import Store
from gui.i18n import language, say
from gui.theme.apply import theme
from gui.training.run import Run
from gui.views import thumbnails
from gui.views._base import View
from gui.views.curves import Curves
from gui.views.feature_maps import FeatureMaps


class Watching(QObject):
    """Only what is visible is asked for; the canvas asks too, for the small pictures inside blocks."""

    def __init__(self, window: QMainWindow, store: Store, run: Run, views: list[View], canvas: Canvas) -> None:
        super().__init__(window)
        self.window, self.store, self.run, self.views, self.canvas = window, store, run, views, canvas
        self.curves = next(v for v in views if isinstance(v, Curves))
        self.docks: dict[str, QDockWidget] = {}
        self._is_fresh = True  # no picture has been shown since the project was opened
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(30)
        self._asking.timeout.connect(self._ask)
        first: QDockWidget | None = None
        for view in views:
            dock = QDockWidget()
            dock.setObjectName(f"view-{type(view).__name__}")
            dock.setWidget(view)
            dock.visibilityChanged.connect(self._ask_soon)
            view.wants_changed.connect(self._ask_soon)
            window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
            if first is not None and view is not self.curves:
                if len(self.docks) == 1:
                    window.splitDockWidget(first, dock, Qt.Orientation.Horizontal)
                    second = dock
                else:
                    window.tabifyDockWidget(second, dock)
                dock.setTitleBarWidget(QWidget())  # its tab says its name already
            first = first or dock
            self.docks[type(view).__name__] = dock
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
        """Titles and contents in the language as it is now."""
        for view in self.views:
            view.retranslate()
            self.docks[type(view).__name__].setWindowTitle(say(view.title))

    def restyle(self) -> None:
        """Colours of the theme as it is now."""
        for view in self.views:
            view.restyle(theme.tokens)

    def _opened(self, document: Document) -> None:
        """Forget the last project; bring the first view to the front that has something to show of this one."""
        self.curves.clear()
        self._is_fresh = True
        for view in self.views[1:]:
            if view.requests(*self.store.flat(), ()):
                self.docks[type(view).__name__].raise_()
                break
        self._ask_soon()

    def tidy_tabs(self) -> None:
        """Tabs say their whole name, and scroll where there are too many."""
        for bar in self.window.findChildren(QTabBar):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)
            bar.setExpanding(False)

    def probe(self, name: str) -> Words:
        """Keep the view of feature maps at one block, or let it go; what came of it."""
        view = next(v for v in self.views if isinstance(v, FeatureMaps))
        dock = self.docks[type(view).__name__]
        dock.show()
        dock.raise_()
        title = view.title
        if view.block.pin(name):
            return Words(f"{title.en} stay at {name}.", f"{title.zh}固定显示 {name}。")
        return Words(f"{title.en} follow the selection again.", f"{title.zh}恢复跟随所选模块。")

    def _visible(self) -> list[View]:
        return [v for v in self.views if v.isVisible() and not v.visibleRegion().isEmpty()]

    def _ask_soon(self, *_: object) -> None:
        self._asking.start()

    def _document_changed(self, delta: Delta) -> None:
        if delta != Delta(changed=delta.changed) or any(n not in self.store.inference.outs for n in delta.changed):
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
