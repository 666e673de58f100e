"""A form for any `Settings`: rows from their declaration, judged by their own rules. It knows no block by name."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from core.blocks._base import Level
from core.errors import SettingError
from core.settings import Settings
from core.words import Words, same
from gui.i18n import language, say
from gui.inspector.row import SettingRow
from gui.theme.apply import theme
from gui.theme.tokens import SPACE
from gui.widgets.label import Label
from gui.widgets.section import Section

_WIDEST_LABEL = 136
_ADVANCED = Words("Advanced", "高级")
_HINT = Words("Drag a label to change its number. Double-click it for the default.", "拖动标签可改数值，双击恢复默认。")


class SettingsForm(QWidget):
    """What is emitted has passed the settings' own validation, limits and cross-checks alike.

    `previewed` while a number is dragged or stepped, then one `committed` or `cancelled`. What is wrong is marked in its
    row and not emitted. `help_line` tells about the focused row; it may be moved to another layout.
    """

    previewed = Signal(str, object)
    committed = Signal(str, object)
    cancelled = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings  # always valid
        self._level: Level = "standard"
        self._rows: dict[str, SettingRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE[2])
        self._body: QWidget | None = None
        self.help_line = Label(_HINT, "small", "secondary")
        self.help_line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help_line.setMinimumHeight(3 * self.help_line.fontMetrics().lineSpacing())
        self.help_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._layout.addStretch(1)
        self._layout.addWidget(self.help_line)
        language.changed.connect(self._relabelled)
        theme.changed.connect(self._relabelled)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self._build()

    def settings(self) -> Settings:
        """The settings as last committed or set."""
        return self._settings

    def set_settings(self, settings: Settings) -> None:
        """Show other settings. Rows are made anew only for another class."""
        same_class = type(settings) is type(self._settings)
        before, self._settings = self._settings, settings
        if not same_class:
            self._build()
            return
        for name, row in self._rows.items():
            value = getattr(settings, name)
            if value != getattr(before, name):
                row.show_fault(None)
            self._show_value(name)
        self._show_rows()

    def discard(self) -> None:
        """Forget what is being typed and what was refused, silently; the form is about to show something else."""
        for row in self._rows.values():
            blocker = QSignalBlocker(row.field)
            row.field.cancel()
            blocker.unblock()
            row.show_fault(None)

    def reset(self, name: str) -> None:
        """Bring one setting back to its default, as a double-click on its label does."""
        self._rows[name].reset()

    def focus_setting(self, name: str) -> None:
        """Put the keyboard into the row of a setting, unfolding what hides it."""
        row = self._rows[name]
        if row.row.info.advanced and self._advanced is not None:
            self._advanced.set_open(True)
        row.field.setFocus()

    def row(self, name: str) -> SettingRow:
        """The row of a setting."""
        return self._rows[name]

    def set_level(self, level: Level) -> None:
        """Advanced settings are unfolded for an expert; a beginner sees those alone that are not at their defaults."""
        if level == self._level:
            return
        self._level = level
        if self._advanced is not None:
            self._advanced.set_open(level == "expert")
        self._show_rows()

    def _build(self) -> None:
        if self._body is not None:
            self._body.hide()
            self._body.deleteLater()
        self._body = QWidget(self)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(SPACE[2])
        self._rows = {row.name: SettingRow(row, self._body) for row in self._settings.rows()}
        for each in self._rows.values():
            if not each.row.info.advanced:
                body.addWidget(each)
        self._advanced: Section | None = None
        if any(each.row.info.advanced for each in self._rows.values()):
            self._advanced = Section(_ADVANCED, is_open=self._level == "expert")
            self._advanced.body.setSpacing(SPACE[2])
            for each in self._rows.values():
                if each.row.info.advanced:
                    self._advanced.body.addWidget(each)
            body.addWidget(self._advanced)
        for name, each in self._rows.items():
            self._show_value(name)
            each.previewed.connect(self._preview)
            each.committed.connect(self._commit)
            each.cancelled.connect(self._cancel)
            each.refused.connect(self._refuse)
        self._layout.insertWidget(0, self._body)
        self.align(self.label_width())
        self._show_rows()
        self._explain(None)

    def _with(self, name: str, value: Any) -> Settings | SettingError:
        """The settings with one changed, or why they cannot be."""
        try:
            return self._settings.with_(name, value)
        except SettingError as error:
            return error

    def _show_value(self, name: str) -> None:
        self._rows[name].show_value(getattr(self._settings, name), mixed=name in self._settings.mixed)

    def _preview(self, name: str, value: object) -> None:
        if isinstance(self._with(name, value), Settings):
            self.previewed.emit(name, value)

    def _commit(self, name: str, value: object) -> None:
        outcome = self._with(name, value)
        if isinstance(outcome, SettingError):
            self._mark(name, outcome)
            self._rows[name].refuse(getattr(self._settings, name))
            self.cancelled.emit(name)  # so that a preview does not outlive its gesture
            return
        for row in self._rows.values():
            row.show_fault(None)
        self.set_settings(outcome)
        self.committed.emit(name, value)

    def _cancel(self, name: str) -> None:
        self._rows[name].show_fault(None)
        self._show_value(name)
        self.cancelled.emit(name)

    def _refuse(self, name: str, text: str) -> None:
        row = self._rows[name].row
        self._mark(name, SettingError(self._settings.title, name, text, row.expected()))

    def _mark(self, name: str, error: SettingError) -> None:
        self._rows[name].show_fault(error.words)  # where the hand is, even if the error names another setting

    def _show_rows(self) -> None:
        """Show the rows that matter for the settings of now."""
        for name, each in self._rows.items():
            as_declared = getattr(self._settings, name) == each.row.default and name not in self._settings.mixed
            hidden = each.row.info.advanced and self._level == "beginner" and as_declared
            each.setVisible(self._settings.matters(each.row) and not hidden)
        if self._advanced is not None:
            rows = (each for each in self._rows.values() if each.row.info.advanced)
            self._advanced.setVisible(any(not each.isHidden() for each in rows))

    def label_width(self) -> int:
        """How wide the widest label is, up to a limit where labels wrap."""
        labels = [(each.label.fontMetrics(), say(each.row.info.label)) for each in self._rows.values()]
        widths = [metrics.horizontalAdvance(text) + 2 for metrics, text in labels]
        return min(max(widths, default=0), _WIDEST_LABEL)

    def align(self, width: int) -> None:
        """Give all labels one width; forms under each other share it."""
        for each in self._rows.values():
            each.label.setFixedWidth(width)

    def _relabelled(self, *_: object) -> None:
        self.align(self.label_width())

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._explain(now)

    def _explain(self, focused: QWidget | None) -> None:
        row = next((each for each in self._rows.values() if focused is not None and each.isAncestorOf(focused)), None)
        help_ = row.row.info.help if row is not None else None
        self.help_line.set_words(help_ or (_HINT if self._rows else same("")))
