"""The menus of the canvas, as data: ids of entries for what lies under the cursor; "" is a line, ">" a menu inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from core.words import Words
from gui.bindings import Bindings
from gui.entries import BY_ID, MENUS
from gui.i18n import say
from gui.theme.icons import icon

Place = Literal["nodes", "structure", "frame", "wire", "empty", "input", "output"]

MENU: Mapping[Place, tuple[str, ...]] = {
    "nodes": (
        "activate", "probe", "wire_on", "mend", "", "cut", "copy", "duplicate", "duplicate_wired", "", "delete", "delete_and_heal", "extract", "",
        "group", "structure>", "",
        "extend_left", "extend_right", "", "arrange", "straighten",
        "align_left", "align_right", "align_top", "align_bottom", "distribute_across", "distribute_down",
    ),
    "structure": (
        "ungroup", "open_inside", "retitle", "make_unique", "keep_block", "promote", "", "repeat", "bypass", "mute",
        "collapse", "lock", "frame",
    ),
    "frame": ("collapse", "lock", "frame", "", "cut", "copy", "duplicate", "", "delete"),
    "wire": ("insert_block", "delete", "", "arrange"),
    "empty": ("add_block", "note", "paste", "paste_wired", "", "select_all", "arrange", "arrange_down", "fit"),
    "input": ("add_before", "", "unplug"),
    "output": ("add_behind", "", "unplug"),
}  # fmt: skip
OTHER_WORDS: Mapping[tuple[Place, str], Words] = {  # where an entry means something narrower than its name says
    ("wire", "delete"): Words("Remove wire", "删除连线"),
    ("frame", "collapse"): Words("Collapse or open", "折叠或展开"),
    ("frame", "frame"): Words("Another colour", "更换颜色"),
    ("frame", "delete"): Words("Delete the frame alone", "仅删除框"),
}


def menu_of(place: Place, bindings: Bindings, parent: QWidget, *, several: bool) -> QMenu:
    """A new menu; its actions carry the entries that they call."""
    menu = QMenu(parent)
    for id_ in MENU[place]:
        if not id_:
            menu.addSeparator()
            continue
        if id_ == "structure>":
            inner = menu_of("structure", bindings, menu, several=several)
            inner.setTitle(say(MENUS["structure"]))
            menu.addMenu(inner)
            continue
        entry = BY_ID[id_]
        if entry.when == "several" and not several:
            continue
        action = menu.addAction(say(OTHER_WORDS.get((place, id_), entry.text)))
        if entry.icon:
            action.setIcon(icon(entry.icon))
        action.setObjectName(id_)
        action.setData(entry)
        action.setShortcuts([QKeySequence(key) for key in bindings.keys(id_)[:1]])
        action.setShortcutVisibleInContextMenu(True)
    return menu
