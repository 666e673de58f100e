"""The project panel: which data, which optimiser, how it is trained; every change goes through the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core import data, optimizers, schedules
from core.blocks._base import Level
from core.data._base import Source
from core.data._files import DiskSource
from core.data.normalisation import Rule
from core.graph import edits
from core.graph.document import DataChoice, Delta, Document
from core.optimizers._base import Optimizer
from core.schedules._base import Schedule
from core.settings import Settings
from core.training import protocol
from core.words import Words
from gui.document.store import Store
from gui.i18n import follow, language, say
from gui.inspector.form import SettingsForm
from gui.project.preview import PreviewDialog
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.tokens import SPACE
from gui.training.run import Run

NORMALISE = Words("Normalise", "归一化")
RULES: Mapping[str, Words] = {
    "none": Words("As they are", "保持原样"),
    "unit": Words("To 0 … 1", "缩放到 0 … 1"),
    "standard": Words("To mean 0, deviation 1", "均值 0、标准差 1"),
}
DATA, OPTIMIZER, TRAINING = Words("Data", "数据"), Words("Optimiser", "优化器"), Words("Training", "训练")
SCHEDULE = Words("Schedule", "学习率调度")
CHANGE_DATA = Words("Change data", "更改数据")
CHANGE_OPTIMIZER = Words("Change optimiser", "更改优化器")
CHANGE_SCHEDULE = Words("Change schedule", "更改学习率调度")
CHANGE_TRAINING = Words("Change training", "更改训练设置")
CHOOSE = Words("Choose…", "选择…")
BROWSE_FILE, BROWSE_FOLDER = Words("Choose file…", "选择文件…"), Words("Choose folder…", "选择文件夹…")
PREVIEW = Words("Preview…", "预览…")


class ProjectPanel(QWidget):
    """Four parts, top to bottom in the order data flows: data, training, optimiser and the schedule of its rate.

    What the focused setting means stands beneath them, in one place for all.
    """

    def __init__(self, store: Store, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store, self.run = store, run
        scroll, holder = QScrollArea(), QWidget()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the field that has the keyboard
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        self._helps = QStackedWidget()
        self._helps.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(self._helps)
        self.rows = QVBoxLayout(holder)
        self.rows.setContentsMargins(SPACE[3], SPACE[3], SPACE[3], SPACE[3])
        self.rows.setSpacing(SPACE[2])
        self.headings: list[tuple[QLabel, Words]] = []
        self._forms: list[SettingsForm] = []
        self._heading(DATA)
        self.source = self._choice(DATA)
        self.source.activated.connect(self._source_chosen)
        self.help = self._label()
        self.source_form = self._form(self._source())
        self.source_form.committed.connect(self._source_setting)
        self.file_button, self.folder_button = QPushButton(), QPushButton()
        self.file_button.clicked.connect(self._browse_file)
        self.folder_button.clicked.connect(self._browse_folder)
        self.rows.addWidget(self.file_button)
        self.rows.addWidget(self.folder_button)
        self.preview_button = QPushButton()
        self.preview_button.clicked.connect(self._preview)
        self.rows.addWidget(self.preview_button)
        self.rule_label = self._label()
        self.rule = self._choice(NORMALISE)
        self.rule.activated.connect(self._rule_chosen)
        self.notes = self._label()
        self._heading(TRAINING)
        self.training_form = self._form(store.document.training)
        self.training_form.committed.connect(self._training_setting)
        self._heading(OPTIMIZER)
        self.optimizer = self._choice(OPTIMIZER)
        self.optimizer.activated.connect(self._optimizer_chosen)
        self.optimizer_help = self._label()
        self.optimizer_form = self._form(self._optimizer())
        self.optimizer_form.committed.connect(self._optimizer_setting)
        self._heading(SCHEDULE)
        self.schedule = self._choice(SCHEDULE)
        self.schedule.activated.connect(self._schedule_chosen)
        self.schedule_help = self._label()
        self.schedule_form = self._form(self._schedule())
        self.schedule_form.committed.connect(self._schedule_setting)
        self.rows.addStretch(1)
        self._helps.setCurrentWidget(self.training_form.help_line)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        store.changed.connect(self._document_changed)
        store.opened.connect(self._document_opened)
        run.told.connect(self._told)
        language.changed.connect(self.retranslate)
        theme.changed.connect(self._restyle)
        self.retranslate()

    def retranslate(self) -> None:
        """All texts in the language as it is now."""
        for label, words in self.headings:
            label.setText(say(words))
        _fill(self.source, {"": CHOOSE, **{i: k.title for i, k in data.registry().items()}})
        _fill(self.rule, {r: RULES[r] for r in get_args(Rule)})
        _fill(self.optimizer, {i: k.title for i, k in optimizers.registry().items()})
        _fill(self.schedule, {i: k.title for i, k in schedules.registry().items()})
        self.rule_label.setText(say(NORMALISE))
        self.file_button.setText(say(BROWSE_FILE))
        self.folder_button.setText(say(BROWSE_FOLDER))
        self.preview_button.setText(say(PREVIEW))
        self.refresh()

    def _restyle(self, *_: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show the document as it is now."""
        document = self.store.document
        choice = document.data
        _pick(self.source, choice.source.id if choice else "")
        self.help.setText(say(choice.source.help) if choice else "")
        self.help.setVisible(choice is not None)
        self.source_form.setVisible(choice is not None)
        on_disk = choice is not None and isinstance(choice.source, DiskSource)
        self.file_button.setVisible(on_disk)
        self.folder_button.setVisible(on_disk)
        for widget in (self.preview_button, self.rule, self.rule_label):
            widget.setVisible(choice is not None)
        if choice is not None:
            self.source_form.set_settings(choice.source)
            _pick(self.rule, choice.normalise)
        self._show_notes()
        self.training_form.set_settings(document.training)
        optimizer = self._optimizer()
        _pick(self.optimizer, optimizer.id)
        self.optimizer_help.setText(say(optimizer.help))
        self.optimizer_form.set_settings(optimizer)
        schedule = self._schedule()
        _pick(self.schedule, schedule.id)
        self.schedule_help.setText(say(schedule.help))
        self.schedule_form.set_settings(schedule)
        widest = max(form.label_width() for form in self._forms)
        for form in self._forms:
            form.align(widest)

    def _show_notes(self) -> None:
        ready = self.run.ready
        self.notes.setText("\n".join(say(n) for n in ready.notes) if ready else "")
        self.notes.setVisible(bool(ready and ready.notes))

    # what a person does -----------------------------------------------------------------------------------------------

    def _source_chosen(self, at: int) -> None:
        id = self.source.itemData(at)
        kind = data.registry().get(id)
        before = self.store.document.data
        if kind is None:
            self.store.apply(CHANGE_DATA, lambda d: edits.set_data(d, None))
        elif before is None or before.source.id != id:
            source = kind()
            rule: Rule = _fitting_rule(source)
            self.store.apply(CHANGE_DATA, lambda d: edits.set_data(d, DataChoice(source, rule)))

    def _source_setting(self, name: str, value: object) -> None:
        choice = self.store.document.data
        if choice is not None:
            source = _with(choice.source, name, value)
            self.store.apply(CHANGE_DATA, lambda d: edits.set_data(d, DataChoice(source, choice.normalise)))

    def _rule_chosen(self, at: int) -> None:
        choice = self.store.document.data
        if choice is not None:
            rule = self.rule.itemData(at)
            self.store.apply(CHANGE_DATA, lambda d: edits.set_data(d, DataChoice(choice.source, rule)))

    def _preview(self) -> None:
        choice = self.store.document.data
        if choice is not None:
            PreviewDialog(choice.source, self).open()

    def _browse_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, say(BROWSE_FILE))
        if path:
            self._source_setting("path", path)

    def _browse_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, say(BROWSE_FOLDER))
        if path:
            self._source_setting("path", path)

    def _training_setting(self, name: str, value: object) -> None:
        training = _with(self.store.document.training, name, value)
        self.store.apply(CHANGE_TRAINING, lambda d: edits.set_training(d, training))

    def _optimizer_chosen(self, at: int) -> None:
        id = self.optimizer.itemData(at)
        if id != self._optimizer().id:
            optimizer = optimizers.registry()[id]()
            self.store.apply(CHANGE_OPTIMIZER, lambda d: edits.set_training(d, optimizer=optimizer))

    def _optimizer_setting(self, name: str, value: object) -> None:
        optimizer = _with(self._optimizer(), name, value)
        self.store.apply(CHANGE_OPTIMIZER, lambda d: edits.set_training(d, optimizer=optimizer))

    def _schedule_chosen(self, at: int) -> None:
        id = self.schedule.itemData(at)
        if id != self._schedule().id:
            schedule = schedules.registry()[id]()
            self.store.apply(CHANGE_SCHEDULE, lambda d: edits.set_training(d, schedule=schedule))

    def _schedule_setting(self, name: str, value: object) -> None:
        schedule = _with(self._schedule(), name, value)
        self.store.apply(CHANGE_SCHEDULE, lambda d: edits.set_training(d, schedule=schedule))

    # parts ------------------------------------------------------------------------------------------------------------

    def _optimizer(self) -> Optimizer:
        return self.store.document.optimizer or optimizers.registry()["adam"]()

    def _schedule(self) -> Schedule:
        return self.store.document.schedule or schedules.registry()["constant"]()

    def _document_changed(self, delta: Delta) -> None:
        if delta.settings:
            self.refresh()

    def _document_opened(self, document: Document) -> None:
        self.refresh()

    def _told(self, report: object) -> None:
        if isinstance(report, protocol.Ready):
            self._show_notes()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        form = next((f for f in self._forms if now is not None and f.isAncestorOf(now)), self.training_form)
        self._helps.setCurrentWidget(form.help_line)

    def _heading(self, words: Words) -> None:
        label = QLabel()
        label.setFont(font("title"))
        if self.headings:
            self.rows.addSpacing(SPACE[3])
        self.rows.addWidget(label)
        self.headings.append((label, words))

    def _label(self) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("tone", "secondary")
        self.rows.addWidget(label)
        return label

    def _choice(self, words: Words) -> QComboBox:
        box = QComboBox()
        follow(box, box.setAccessibleName, words)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.rows.addWidget(box)
        return box

    def set_level(self, level: Level) -> None:
        """How much of the settings is shown."""
        for form in self._forms:
            form.set_level(level)

    def _source(self) -> Source:
        """What the form shows while no data is chosen and it is hidden: any source."""
        choice = self.store.document.data
        return choice.source if choice is not None else data.registry()["circle"]()

    def _form(self, settings: Settings) -> SettingsForm:
        form = SettingsForm(settings)
        self.rows.addWidget(form)
        self._helps.addWidget(form.help_line)
        self._forms.append(form)
        return form


def _fitting_rule(source: Source) -> Rule:
    """Pictures are brought to 0 … 1; the rest stays until a person says otherwise."""
    return "unit" if source.id.startswith("digits") or source.id in {"idx", "image_folder"} else "none"


def _with(settings: Any, name: str, value: object) -> Any:
    assert isinstance(settings, Settings)
    return type(settings)(**{row.name: getattr(settings, row.name) for row in settings.rows()} | {name: value})


def _fill(box: QComboBox, items: Mapping[str, Words]) -> None:
    with QSignalBlocker(box):
        box.clear()
        for key, words in items.items():
            box.addItem(say(words), key)


def _pick(box: QComboBox, key: str) -> None:
    with QSignalBlocker(box):
        box.setCurrentIndex(max(0, box.findData(key)))
