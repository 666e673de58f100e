"""The table of entries as Qt has it: one QAction each, and the menus they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui.bindings import Bindings, works_everywhere
from gui.entries import ENTRIES, MENUS, Entry
from gui.i18n import say
from gui.theme.icons import icon


class Actions(QObject):
    """The actions of one window, by id. `do` is called with the entry that was asked for."""

    def __init__(self, window: QWidget, bindings: Bindings, do: Callable[[Entry], object]) -> None:
        super().__init__(window)
        self.bindings, self._do = bindings, do
        self.by_id: dict[str, QAction] = {}
        for entry in ENTRIES:
            action = QAction(window)
            action.setObjectName(entry.id)
            action.setData(entry)
            action.triggered.connect(self._triggered)
            window.addAction(action)
            self.by_id[entry.id] = action
        self._menus: dict[str, QMenu] = {}
        bindings.changed.connect(self.retranslate)

    def __getitem__(self, id: str) -> QAction:
        return self.by_id[id]

    def fill(self, bar: QMenuBar) -> None:
        """Put the menus into a menu bar."""
        self._menus = {key: bar.addMenu("") for key in MENUS if "/" not in key}
        for entry in ENTRIES:
            if not entry.menu:
                continue
            if entry.menu not in self._menus:
                self._menus[entry.menu] = self._menus[entry.menu.partition("/")[0]].addMenu("")
            menu = self._menus[entry.menu]
            if entry.begins_group:
                menu.addSeparator()
            menu.addAction(self.by_id[entry.id])
        self.retranslate()

    def enable_canvas(self, *, able: bool) -> None:
        """Whether there is a canvas to be seen; without one, its commands are grey."""
        for entry in ENTRIES:
            if entry.call:
                self.by_id[entry.id].setEnabled(able)

    def one_of(self, ids: Iterable[str]) -> None:
        """Of these entries exactly one is ticked, as in a row of radio buttons."""
        group = QActionGroup(self)
        for id_ in ids:
            self.by_id[id_].setCheckable(True)
            group.addAction(self.by_id[id_])

    def menu(self, key: str) -> QMenu:
        """One of the menus, to put more into."""
        return self._menus[key]

    def retranslate(self) -> None:
        """Texts, keys, tooltips and icons as language, bindings and theme are now."""
        for entry in ENTRIES:
            action = self.by_id[entry.id]
            text = say(entry.text)
            action.setText(text)
            self._bind(action, self.bindings.keys(entry.id))
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{text} ({keys})" if keys else text)
            if entry.icon:
                action.setIcon(icon(entry.icon))
        for key, menu in self._menus.items():
            menu.setTitle(say(MENUS[key]))

    def _bind(self, action: QAction, keys: tuple[str, ...]) -> None:
        """A first key that is for the canvas alone is only shown: the canvas hears its keys itself."""
        everywhere = [key for key in keys if works_everywhere(key)]
        alone = bool(keys) and not works_everywhere(keys[0])
        context = Qt.ShortcutContext.WidgetShortcut if alone else Qt.ShortcutContext.WindowShortcut
        action.setShortcutContext(context)
        action.setShortcuts([QKeySequence(key) for key in (keys if alone else everywhere)])

    def _triggered(self, _checked: bool = False) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self._do(sender.data())
