"""The main window: palette, canvas, inspector, run bar and views, wired to one store and one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data import source_from_path
from core.errors import NeuroloomError
from core.exchange import take_home
from core.graph import edits
from core.graph.document import DataChoice, Document
from core.library import offered
from core.training import protocol
from core.words import Words
from gui.about import show_about
from gui.actions import Actions
from gui.announcing import Announcing
from gui.arrangement import keep, kept
from gui.bindings import Bindings
from gui.canvas.panel import Canvas
from gui.command_palette import CommandPalette, Offer
from gui.document.store import Store
from gui.entries import BY_ID, Entry
from gui.files import NAME, OPENED, RECENT, Files
from gui.focus import go_on, line_up
from gui.history import HistoryList
from gui.i18n import follow, language, say
from gui.inspecting import Inspecting
from gui.journal import Journal, left_behind
from gui.legend import Legend
from gui.offers import offers
from gui.outline import Outline
from gui.palette.habits import Habits
from gui.palette.panel import PalettePanel
from gui.panels import Panels
from gui.pictures import Pictures
from gui.preferences import Preferences, PreferencesDialog, Preferred
from gui.presenting import Presenting
from gui.project.panel import ProjectPanel
from gui.project.problems import ProblemsList
from gui.project.totals import TotalsLine
from gui.recovery import RecoveryDialog
from gui.shortcut_sheet import ShortcutSheet
from gui.theme.apply import CHOICES, theme
from gui.theme.icons import program
from gui.theme.tokens import SPACE
from gui.training.run import Run
from gui.training.run_bar import RunBar
from gui.views import all_views
from gui.watching import Watching
from gui.welcome import Welcome

FRAME = "frame"  # in the settings: where the window is
WEIGHTS_FILTER = "safetensors (*.safetensors);;NumPy (*.npz)"


class Window(QMainWindow):
    """One project at a time."""

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self.setWindowIcon(program())
        self.settings = settings
        self.store = Store(parent=self)
        self.run = Run(self.store, self)
        self.announcing = Announcing(self, self.run)
        self.files = Files(self, self.store, settings)
        self.pictures = Pictures(self, self.store)
        self.journal = Journal(self.store, Path(settings.fileName()).parent / "journals", self)
        self.bindings, self.preferred = Bindings(settings, self), Preferred(settings, self)
        self.actions_ = Actions(self, self.bindings, self._do)
        self.habits = Habits(settings, self)
        self.canvas = Canvas(self.store, bindings=self.bindings, habits=self.habits)
        self.canvas.bookmarks.remember_in(settings)
        self.canvas.minimap.setVisible(settings.value("minimap") == "true")
        self._dialog: QDialog | None = None
        self.welcome = Welcome()
        self.run_bar = RunBar(self.run, self.actions_)
        self.pages = QStackedWidget()
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.run_bar)
        column.addWidget(self.canvas, 1)
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(work)
        self.setCentralWidget(self.pages)
        self.palette_panel = PalettePanel(self.store, habits=self.habits)
        self.inspecting = Inspecting(self.store, self.run)
        self.project_panel = ProjectPanel(self.store, self.run)
        self.problems = ProblemsList(self.store, self.run)
        self.outline = Outline(self.store)
        self.watching = Watching(self, self.store, self.run, all_views(), self.canvas)
        self.panels = Panels(
            self, self.watching, settings, palette=self.palette_panel, outline=self.outline, inspector=self.inspecting.panel,
            project=self.project_panel, problems=self.problems, history=HistoryList(self.store),
        )  # fmt: skip
        self.tabs = self.panels.tabs
        self.presenting = Presenting(self, self.panels, settings)
        self.command_palette = CommandPalette(self, self._offers, settings)
        self._handlers = self._window_handlers()
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setIndent(SPACE[3])
        self.statusBar().addWidget(self.message, 1)
        self.statusBar().addPermanentWidget(TotalsLine(self.store, self.run))
        self.actions_.fill(self.menuBar())
        self.actions_.one_of(f"theme_{choice}" for choice in CHOICES)
        self.actions_[f"theme_{theme.choice}"].setChecked(True)
        shown = self.actions_.menu("view")
        shown.addSeparator()
        for dock in self.panels:
            shown.addAction(dock.toggleViewAction())
        self.recent = self.actions_.menu("file").addMenu("")
        self.recent.aboutToShow.connect(partial(self.files.fill, self.recent))
        self._connect()
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self.restoreGeometry(kept(settings, FRAME) or QByteArray())
        self.retranslate()
        self._show_welcome()

    # files ------------------------------------------------------------------------------------------------------------

    def open_path(self, path: Path, *, example: bool = False) -> None:
        """Open a project file; what is wrong with it is told, and what was open stays."""
        self.files.open_path(path, example=example)

    def _take(self, document: Document, path: Path | None) -> None:
        self.pages.setCurrentIndex(1)
        self.actions_.enable_canvas(able=True)
        self.actions_["present"].setEnabled(True)
        self._name_steps()
        self.panels.bring_out()
        self.statusBar().setVisible(not self.presenting.is_on)
        self.store.open(document, path)
        self.canvas.fit()
        self.canvas.setFocus()
        self.tabs.setCurrentWidget(self.project_panel)

    def offer_recovery(self) -> None:
        """What windows that died had not saved, if there is any."""
        if remains := list(left_behind(self.journal.folder)):
            self._open(RecoveryDialog(remains, self.files, self.journal, self))

    def _export_weights(self) -> None:
        suggested = (self.store.document.title or "network").replace(" ", "-").lower() + ".safetensors"
        path, _ = QFileDialog.getSaveFileName(self, say(Words("Export weights", "导出权重")), suggested, WEIGHTS_FILTER)
        if path:
            try:
                take_home.check_target(Path(path))
            except NeuroloomError as error:
                self._tell(error.words)
                return
            self.run.export(path)

    # what is shown ----------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """All texts in the language as it is now."""
        self.actions_.retranslate()
        self.recent.setTitle(say(RECENT))
        self.store.relabel(language.now)
        self._name_steps()
        self.panels.retranslate(len(self.store.inference.faults) if self.store.document.nodes else 0)
        self._title()

    def _name_steps(self, *_: object) -> None:
        """Undo and redo say what they would undo and redo, and are grey where there is nothing."""
        history, seen = self.store.history, self.pages.currentIndex() == 1
        for id_, able, step in (
            ("undo", history.canUndo(), history.undoText()), ("redo", history.canRedo(), history.redoText()),
        ):  # fmt: skip
            text = say(BY_ID[id_].text)
            self.actions_[id_].setText(f"{text}: {step}" if able else text)
            self.actions_[id_].setEnabled(able and seen)

    def _title(self, *_: object) -> None:
        self.setWindowTitle(f"{self.files.heading()}[*] — {say(NAME)}")
        self.setWindowModified(self.store.modified)

    def _tell(self, words: Words, *, urgent: bool = False) -> None:
        follow(self.message, self.message.setText, words)
        follow(self.message, self.message.setToolTip, words)
        self.announcing.say(words, urgent=urgent)

    def _show_welcome(self) -> None:
        self.pages.setCurrentIndex(0)
        self.presenting.leave()
        self.welcome.show_recent(self.files.recent())
        self.actions_.enable_canvas(able=False)
        self.actions_["present"].setEnabled(False)
        self._name_steps()
        self.panels.put_away()
        self.statusBar().hide()

    # wiring -----------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.files.taken.connect(self._take)
        self.files.told.connect(self._tell)
        self.pictures.told.connect(self._tell)
        self.journal.failed.connect(self._tell)
        self.files.saved.connect(self._title)
        self.files.saved.connect(self.canvas.bookmarks.save)
        self.preferred.changed.connect(self._prefer)
        self._prefer(self.preferred.now)
        self.welcome.chosen.connect(self.files.open_example)
        self.welcome.file_chosen.connect(self.files.open_path)
        self.welcome.empty_wanted.connect(self.files.new)
        self.welcome.open_wanted.connect(self.files.ask_open)
        self.canvas.refused.connect(self._tell)
        self.canvas.told.connect(self._tell)
        self.canvas.activated.connect(self._go_to)
        self.canvas.probed.connect(self._probe)
        self.canvas.asked.connect(self._do)
        self.palette_panel.wanted.connect(self.canvas.add)
        self.canvas.kept.connect(self._list_blocks)
        self.canvas.stepped.connect(self.run.follow)
        self.inspecting.refused.connect(self._tell)
        self.problems.chosen.connect(self._go_to)
        self.outline.chosen.connect(self._go_to)
        self.problems.counted.connect(self.panels.count_problems)
        self.store.modified_changed.connect(self._title)
        self.store.opened.connect(self._title)
        self.store.retraced.connect(self._tell)
        self.store.history.indexChanged.connect(self._name_steps)
        self.bindings.changed.connect(self._name_steps)
        self.store.selection_changed.connect(self._selection_changed)
        self.run.told.connect(self._told)
        self.presenting.changed.connect(self.canvas.fit)
        language.changed.connect(self.retranslate)

    def _do(self, entry: Entry) -> None:
        """What a menu, a shortcut or the command palette asked for."""
        if entry.call:
            self.canvas.call(entry)
        else:
            self._handlers[entry.id]()

    def _window_handlers(self) -> Mapping[str, Callable[[], object]]:
        files, run = self.files, self.run
        return {
            "new": files.new, "examples": self._show_welcome, "open": files.ask_open, "save": files.save,
            "save_as": files.save_as, "export_picture": self.pictures.export, "copy_picture": self.pictures.copy,
            "print": self.pictures.print, "export_weights": self._export_weights, "quit": self.close, "preferences": lambda: self._open(PreferencesDialog(self.preferred, self)),
            "language": lambda: language.choose("en" if language.now == "zh" else "zh"), "dark": self._dark, "train": run.toggle, "stop": run.stop,
            "step_batch": run.step_batch, "step_epoch": run.step_epoch, "reset": run.reset, "reseed": run.reseed,
            "resume": run.resume, "shortcuts": self._shortcuts, "legend": lambda: self._open(Legend(self)), "explain": self._explain, "history": partial(self.panels.bring, self.panels.history),
            "outline": partial(self.panels.bring, self.panels.outline),
            "palette": self.command_palette.open, "next_part": partial(self._go_on, 1),
            "previous_part": partial(self._go_on, -1), "about": partial(show_about, self),
            "present": self.presenting.toggle, "reset_panels": self.panels.reset, "canvas_alone": self.panels.toggle,
            **{f"theme_{choice}": partial(theme.choose, choice) for choice in CHOICES},
        }  # fmt: skip

    def _prefer(self, now: Preferences) -> None:
        self.canvas.popup.level = now.level
        for panel in (self.palette_panel, self.inspecting.panel, self.project_panel):
            panel.set_level(now.level)
        self.canvas.wheel_zooms = now.wheel == "zooms"
        self.canvas.gliding.on = self.canvas.travelling.on = now.motion
        self.setAnimated(now.motion)

    def _open(self, dialog: QDialog) -> None:
        """Show a dialog beside the work; the one before it goes."""
        if self._dialog is not None:
            self._dialog.close()
            self._dialog.deleteLater()
        self._dialog = dialog
        dialog.show()

    def _dark(self) -> None:
        self.actions_["theme_light" if theme.tokens.is_dark else "theme_dark"].trigger()

    def _list_blocks(self) -> None:
        self.palette_panel.take(offered())

    def _go_to(self, name: str) -> None:
        self.store.reveal(name)
        self.canvas.show_blocks(self.store.selection)
        self.tabs.setCurrentIndex(0)

    def _selection_changed(self, selection: frozenset[str]) -> None:
        if selection:
            self.tabs.setCurrentIndex(0)

    def _told(self, report: object) -> None:
        match report:
            case protocol.Failed():
                self._tell(report.words, urgent=True)
                if report.block:
                    self.store.reveal(report.block)
                self.tabs.setCurrentWidget(self.problems)
            case protocol.Exported():
                self._tell(Words(f"Weights written to {report.path}.", f"权重已写入 {report.path}。"))
            case _:
                pass

    def _shortcuts(self) -> None:
        self._open(ShortcutSheet(self.bindings, self))

    def _explain(self) -> None:
        """The whole help of the selected block; without one, the keys."""
        if self.inspecting.name is None:
            self._shortcuts()
            return
        self.panels.inspector.show()
        self.tabs.setCurrentIndex(0)
        self.inspecting.panel.explain()

    def _go_on(self, by: int) -> None:
        go_on(self._parts(), by)

    def _parts(self) -> list[QWidget]:
        """What the keyboard goes through."""
        return [self.welcome, self.run_bar, self.canvas, *(dock.widget() for dock in self.panels)]

    def _probe(self, name: str) -> None:
        self._tell(self.watching.probe(name))

    def _offers(self) -> list[Offer]:
        return offers(self.actions_, self.canvas, self.files, self.panels)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A project, or a file or folder of data, may be dropped on the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the project, or take the data."""
        path = Path(next(url for url in event.mimeData().urls() if url.isLocalFile()).toLocalFile())
        if path.suffix.lower() in OPENED:
            self.open_path(path)
        else:
            self._take_data(path)

    def _take_data(self, path: Path) -> None:
        before = self.store.document.data
        try:
            source = source_from_path(path, before.source if before else None)
        except NeuroloomError as error:
            self._tell(error.words)
            return
        choice = DataChoice(source, before.normalise if before else "none")
        self.store.apply(Words("Take data", "采用数据"), lambda d: edits.set_data(d, choice))
        self.tabs.setCurrentWidget(self.project_panel)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes on as one reads, to what can be seen: Qt keeps spare tab bars of docks where nobody sees them."""
        line_up(self._parts())
        met: set[QWidget] = set()
        while moved := super().focusNextPrevChild(next):
            here = self.focusWidget()
            if here is None or here in met or not here.visibleRegion().isEmpty():
                break
            met.add(here)
        return moved

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nobody needed ends presenter mode."""
        if event.key() == Qt.Key.Key_Escape and self.presenting.is_on:
            self.presenting.leave()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, then end the engine."""
        if not self.files.may_close():
            event.ignore()
            return
        self.presenting.leave()
        keep(self.settings, FRAME, self.saveGeometry())
        self.panels.save()
        self.settings.setValue("minimap", "true" if self.canvas.minimap.isVisibleTo(self.canvas) else "false")
        self.run.close()
        self.journal.close()
        self.pictures.close()
        self.files.close()
        with suppress(RuntimeError):
            self.store.history.clear()
        super().closeEvent(event)
