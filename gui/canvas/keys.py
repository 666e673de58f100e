"""The keys of the canvas, as data. What the window has an action for comes from there; the canvas alone knows all of it."""

from __future__ import annotations

from collections.abc import Mapping

from core.words import Words

KEYS: Mapping[str, tuple[str, ...]] = {  # key -> method of the canvas and its arguments
    "Tab": ("add_block",), "Shift+A": ("add_block",),
    "Del": ("delete",), "Backspace": ("delete",),
    "Ctrl+Del": ("delete_and_heal",), "Ctrl+Backspace": ("delete_and_heal",), "Alt+Del": ("extract",),
    "Ctrl+A": ("select_all",), "Ctrl+I": ("invert_selection",),
    "Ctrl+C": ("copy",), "Ctrl+X": ("cut",), "Ctrl+V": ("paste",), "Ctrl+Shift+V": ("paste_wired",),
    "Ctrl+D": ("duplicate",), "Ctrl+L": ("arrange",),
    "Ctrl+Z": ("undo",), "Ctrl+Shift+Z": ("redo",), "Ctrl+Y": ("redo",),
    "F": ("fit",), "Home": ("fit",), "Shift+F": ("fit_selection",), ".": ("fit_selection",),
    "Ctrl+0": ("life_size",), "+": ("zoom_in",), "=": ("zoom_in",), "-": ("zoom_out",),
    "Left": ("nudge", "left", "1"), "Right": ("nudge", "right", "1"),
    "Up": ("nudge", "up", "1"), "Down": ("nudge", "down", "1"),
    "Shift+Left": ("nudge", "left", "10"), "Shift+Right": ("nudge", "right", "10"),
    "Shift+Up": ("nudge", "up", "10"), "Shift+Down": ("nudge", "down", "10"),
    "Ctrl+Left": ("walk", "left"), "Ctrl+Right": ("walk", "right"), "Ctrl+Up": ("walk", "up"), "Ctrl+Down": ("walk", "down"),
    "Ctrl+Shift+Left": ("extend", "left"), "Ctrl+Shift+Right": ("extend", "right"),
    "Return": ("activate",), "Enter": ("activate",),
}  # fmt: skip

MENU: tuple[tuple[str, Words, str, str], ...] = (  # method ("" is a line), text, icon, for what
    ("add_block", Words("Add block…", "添加模块…"), "add", "empty"),
    ("insert_block", Words("Insert block…", "插入模块…"), "add", "wire"),
    ("delete", Words("Remove wire", "删除连线"), "unlink", "wire"),
    ("cut", Words("Cut", "剪切"), "", "nodes"),
    ("copy", Words("Copy", "复制"), "copy", "nodes"),
    ("paste", Words("Paste", "粘贴"), "", "empty"),
    ("duplicate", Words("Duplicate", "创建副本"), "", "nodes"),
    ("", Words("", ""), "", "nodes"),
    ("delete", Words("Delete", "删除"), "trash", "nodes"),
    ("delete_and_heal", Words("Delete and close the gap", "删除并接合"), "", "nodes"),
    ("extract", Words("Pull out of the wires", "从连线中抽出"), "unlink", "nodes"),
    ("", Words("", ""), "", "any"),
    ("select_all", Words("Select all", "全选"), "", "empty"),
    ("arrange", Words("Arrange blocks", "整理布局"), "layout", "any"),
    ("fit", Words("Fit everything", "适应窗口"), "fit", "empty"),
)
