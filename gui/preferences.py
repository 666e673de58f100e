"""What a person prefers, on this machine and for every project; declared as all settings are, so that the dialog is derived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from core.blocks._base import LEVELS, Level
from core.errors import SettingError
from core.settings import Settings, setting
from core.words import Words
from gui.i18n import follow
from gui.inspector.form import SettingsForm
from gui.theme.tokens import SPACE


@dataclass(frozen=True, kw_only=True)
class Preferences(Settings):
    """How the program behaves, but for language, theme and keys, which have switches of their own."""

    title: ClassVar[Words] = Words("Preferences", "首选项")

    level: Level = setting(  # noqa: RUF009  a Literal by another name
        "standard", Words("Level", "级别"),
        Words(
            "What is offered unasked: blocks in the lists, and settings of a block. Search finds everything at any level, and the file is the same.",
            "主动提供多少内容：列表中的模块，以及模块的设置。搜索在任何级别下都能找到全部内容，项目文件不受影响。",
        ),
        choices=LEVELS,
    )  # fmt: skip
    wheel: str = setting(
        "zooms", Words("Mouse wheel", "鼠标滚轮"),
        Words(
            "What the wheel does on the canvas; with Ctrl it always zooms. Two fingers on a trackpad pan either way.",
            "滚轮在画布上的作用；按住 Ctrl 时总是缩放。触控板双指始终平移。",
        ),
        choices={"zooms": Words("zooms", "缩放"), "scrolls": Words("scrolls", "滚动")},
    )  # fmt: skip
    motion: bool = setting(
        True, Words("Motion", "动画"),
        Words(
            "Blocks and views glide to their new places, in a sixth of a second. Off: they are there at once.",
            "模块和视图在六分之一秒内滑到新位置。关闭后立即到位。",
        ),
    )  # fmt: skip


class Preferred(QObject):
    """The preferences of now, kept in the settings; `changed` carries them."""

    changed = Signal(object)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.now = Preferences()
        for row in Preferences.rows():
            stored = settings.value(f"preferences/{row.name}")
            value = stored == "true" if row.kind == "bool" and isinstance(stored, str) else stored
            if stored is not None and row.accepts(value):
                self.change(row.name, value)

    def change(self, name: str, value: object) -> None:
        """Prefer something else. What is no allowed value changes nothing."""
        try:
            now = replace(self.now, **dict[str, Any]({name: value}))
        except SettingError:
            return
        if now != self.now:
            self.now = now
            self._settings.setValue(f"preferences/{name}", value)
            self.changed.emit(now)


class PreferencesDialog(QDialog):
    """A form; every change counts at once."""

    def __init__(self, preferred: Preferred, parent: QWidget) -> None:
        super().__init__(parent)
        self.preferred = preferred
        self.form = SettingsForm(preferred.now)
        self.form.committed.connect(preferred.change)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        layout.setSpacing(SPACE[4])
        layout.addWidget(self.form, 1)
        layout.addWidget(self.buttons)
        follow(self, self.setWindowTitle, Preferences.title)
        preferred.changed.connect(self.form.set_settings)
        self.setMinimumWidth(420)
