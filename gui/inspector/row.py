"""One setting in a form: its label, its field by kind, and below it what is wrong with what was typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from core.settings import Row
from core.words import Words, same
from gui.i18n import follow, language, say
from gui.theme.tokens import CONTROL_HEIGHT, SPACE
from gui.widgets.choice_field import ChoiceField
from gui.widgets.field import MIXED, mark
from gui.widgets.label import Label, tip
from gui.widgets.number_field import NumberField
from gui.widgets.scrub_label import ScrubLabel
from gui.widgets.switch import Switch
from gui.widgets.text_field import NumbersField, TextField

_OFF, _PARTLY, _ON = Qt.CheckState.Unchecked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Checked


class SettingRow(QWidget):
    """A row knows its setting and no other; the form judges what it says."""

    previewed = Signal(str, object)
    committed = Signal(str, object)
    cancelled = Signal(str)
    refused = Signal(str, str)

    def __init__(self, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.field = field_for(row)
        self.label = ScrubLabel(row.info.label, self.field)
        self._mixed = False
        self.box: QCheckBox | None = None
        self.error = Label(None, "small", "error")
        self.error.hide()
        beside = QHBoxLayout()
        beside.setSpacing(SPACE[2])
        if row.optional:
            self.box = QCheckBox()
            self.box.setMinimumHeight(CONTROL_HEIGHT)
            self.box.clicked.connect(self._box_clicked)
            on = Words(f"Set {row.info.label.en}", f"设置{row.info.label.zh}")
            follow(self.box, self.box.setAccessibleName, on)
            beside.addWidget(self.box)
        beside.addWidget(self.field, 1)
        if row.kind == "bool":
            beside.addStretch(1)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # the track of a switch lines up with the other fields, not the ring around it
        layout.setHorizontalSpacing(SPACE[2] - (Switch.RING if row.kind == "bool" else 0))
        layout.setVerticalSpacing(SPACE[1] // 2)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self.label, 0, 0)
        layout.addLayout(beside, 0, 1)
        layout.addWidget(self.error, 1, 0, 1, 2)
        self.field.previewed.connect(self._previewed)
        self.field.committed.connect(self._committed)
        self.field.cancelled.connect(self._cancelled)
        self.field.refused.connect(self._refused)
        self.label.reset.connect(self.reset)
        language.changed.connect(self._explain)
        self._explain()

    def show_value(self, value: object, *, mixed: bool = False) -> None:
        """Show what the setting is now. Text that is being typed, or was refused, stays until the value changes.

        `mixed` is one that has several values, of which `value` is the first.
        """
        if self.box is not None:
            self.box.setTristate(mixed)
            self.box.setCheckState(_PARTLY if mixed else _ON if value is not None else _OFF)
            self.field.setEnabled(mixed or value is not None)
        if value is not None:
            self.field.set_value(value)
        if mixed:
            self.field.set_mixed()
        if mixed != self._mixed:
            self._mixed = mixed
            self._explain()

    def is_faulty(self) -> bool:
        """Whether the row is marked."""
        return not self.error.isHidden()

    def show_fault(self, fault: Words | None) -> None:
        """Mark the field and say why, or take the mark away."""
        if fault is None and not self.is_faulty():
            return
        mark(self.field, "invalid", on=fault is not None)
        self.error.setVisible(fault is not None)
        self.error.set_words(fault or same(""))
        self._explain()

    def refuse(self, value: object) -> None:
        """What was committed is not taken: `value` still counts."""
        if value is not None:
            self.field.refuse(value)
        elif self.box is not None:
            self.show_value(None)

    def reset(self) -> None:
        """Ask for the default, in place of whatever is being typed."""
        self.field.cancel()
        self.committed.emit(self.row.name, self.row.default)

    def _explain(self) -> None:
        """Help, default and fault, for the tooltip and for a screen reader."""
        row = self.row
        help_, fault = say(row.info.help), self.error.text()
        shown = Words(f"Default: {_shown(row, 'en')}.", f"默认：{_shown(row, 'zh')}。")
        back = Words("Double-click the label to have it back.", "双击标签可恢复。")
        text = tip(f"{help_}\n\n{say(shown)} {say(back)}")
        self.label.setToolTip(text)
        self.field.setToolTip(text)
        self.field.setAccessibleName(say(row.info.label))
        self.field.setAccessibleDescription(" ".join(filter(None, (say(MIXED) if self._mixed else "", fault, help_))))

    def _box_clicked(self, on: bool) -> None:
        self.committed.emit(self.row.name, first_value(self.row) if on else None)

    def _previewed(self, value: object) -> None:
        self.previewed.emit(self.row.name, value)

    def _committed(self, value: object) -> None:
        self.committed.emit(self.row.name, value)

    def _cancelled(self) -> None:
        self.cancelled.emit(self.row.name)

    def _refused(self, text: str) -> None:
        self.refused.emit(self.row.name, text)


def field_for(row: Row) -> Any:
    """The field of a kind of setting. No block is named here, and none ever needs to be."""
    info = row.info
    match row.kind:
        case "int" | "float":
            return NumberField(whole=row.kind == "int", ge=info.ge, gt=info.gt, le=info.le, lt=info.lt, unit=info.unit)
        case "bool":
            return Switch()
        case "choice":
            return ChoiceField({key: info.choices.get(key, same(key)) for key in row.choices})
        case "ints" | "floats":
            return NumbersField(whole=row.kind == "ints")
        case "text":
            return TextField()


def first_value(row: Row) -> object:
    """What an optional setting becomes when it is switched on: its default, or else the plainest value it accepts."""
    if row.default is not None:
        return row.default
    info = row.info
    low = info.ge if info.ge is not None else info.gt + 1 if info.gt is not None else 0
    high = info.le if info.le is not None else info.lt
    plain: dict[str, tuple[object, ...]] = {
        "int": (1, int(low), 0),
        "float": (1.0, 0.0, float(low), ((info.gt or 0.0) + (high or 0.0)) / 2),
        "bool": (True,),
        "choice": row.choices,
        "ints": ((), (1,), (int(low),)),
        "floats": ((1.0,), (float(low),)),
        "text": ("",),
    }
    return next((value for value in plain[row.kind] if row.accepts(value)), plain[row.kind][0])


def _shown(row: Row, to: str) -> str:
    """The default in words."""
    value = row.default
    if value is None:
        return "none" if to == "en" else "无"
    if isinstance(value, bool):
        on, off = ("on", "off") if to == "en" else ("开", "关")
        return on if value else off
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "—"
    if row.kind == "choice":
        return row.info.choices.get(value, same(value)).say("zh" if to == "zh" else "en")
    return f"{value:g}" if isinstance(value, float) else str(value) or "—"
