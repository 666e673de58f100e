"""One table of actions: menus, toolbar, shortcuts and tooltips all come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from core.words import Words
from gui.i18n import say
from gui.theme.icons import icon


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `menu` is where it stands; `keys` are its shortcuts, the first is shown."""

    id: str
    text: Words
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    begins_group: bool = False


MENUS: Mapping[str, Words] = {
    "file": Words("File", "文件"),
    "edit": Words("Edit", "编辑"),
    "view": Words("View", "视图"),
    "train": Words("Train", "训练"),
    "help": Words("Help", "帮助"),
}

ENTRIES: tuple[Entry, ...] = (
    Entry("new", Words("New network", "新建网络"), "file", ("Ctrl+N",), "file"),
    Entry("examples", Words("Examples…", "示例…"), "file", ("Ctrl+Shift+O",), "grid"),
    Entry("open", Words("Open…", "打开…"), "file", ("Ctrl+O",), "open"),
    Entry("save", Words("Save", "保存"), "file", ("Ctrl+S",), "save", begins_group=True),
    Entry("save_as", Words("Save as…", "另存为…"), "file", ("Ctrl+Shift+S",)),
    Entry("export_weights", Words("Export weights…", "导出权重…"), "file", ("Ctrl+E",), "export", begins_group=True),
    Entry("quit", Words("Quit", "退出"), "file", ("Ctrl+Q",), begins_group=True),
    Entry("undo", Words("Undo", "撤销"), "edit", ("Ctrl+Z",), "undo"),
    Entry("redo", Words("Redo", "重做"), "edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    Entry("cut", Words("Cut", "剪切"), "edit", ("Ctrl+X",), begins_group=True),
    Entry("copy", Words("Copy", "复制"), "edit", ("Ctrl+C",), "copy"),
    Entry("paste", Words("Paste", "粘贴"), "edit", ("Ctrl+V",)),
    Entry("duplicate", Words("Duplicate", "创建副本"), "edit", ("Ctrl+D",)),
    Entry("delete", Words("Delete", "删除"), "edit", ("Del", "Backspace"), "trash"),
    Entry("select_all", Words("Select all", "全选"), "edit", ("Ctrl+A",), begins_group=True),
    Entry("add_block", Words("Add block…", "添加模块…"), "edit", ("Shift+A",), "add"),
    Entry("arrange", Words("Arrange blocks", "整理布局"), "edit", ("Ctrl+L",), "layout"),
    Entry("fit", Words("Fit everything", "适应窗口"), "view", ("Home",), "fit"),
    Entry("zoom_in", Words("Zoom in", "放大"), "view", ("Ctrl++", "Ctrl+="), "zoom-in"),
    Entry("zoom_out", Words("Zoom out", "缩小"), "view", ("Ctrl+-",), "zoom-out"),
    Entry("zoom_100", Words("Actual size", "实际大小"), "view", ("Ctrl+0",)),
    Entry("language", Words("中文", "English"), "view", ("Ctrl+Shift+L",), "language", begins_group=True),
    Entry("dark", Words("Dark or light", "深色或浅色"), "view", ("Ctrl+Shift+D",), "theme"),
    Entry("train", Words("Train / pause", "训练 / 暂停"), "train", ("F5", "Ctrl+Return"), "play"),
    Entry("stop", Words("Stop", "停止"), "train", ("Shift+F5",), "stop"),
    Entry("step_batch", Words("One batch", "训练一批"), "train", ("F10",), "step-batch"),
    Entry("step_epoch", Words("One epoch", "训练一轮"), "train", ("Shift+F10",), "step-epoch"),
    Entry(
        "reset",
        Words("Reset to the same start", "重置为相同初始权重"),
        "train",
        ("Ctrl+R",),
        "reset",
        begins_group=True,
    ),
    Entry("reseed", Words("New random start", "更换随机初始权重"), "train", ("Ctrl+Shift+R",), "reseed"),
    Entry("resume", Words("Resume after a crash", "从崩溃中恢复"), "train", (), "play"),
    Entry("shortcuts", Words("Keyboard shortcuts", "键盘快捷键"), "help", ("F1",), "help"),
    Entry("about", Words("About Neuroloom", "关于神经织机"), "help", (), "info"),
)


class Actions:
    """The actions of one window, by id."""

    def __init__(self, window: QWidget, handlers: Mapping[str, Callable[[], object]]) -> None:
        self.by_id: dict[str, QAction] = {}
        for entry in ENTRIES:
            action = QAction(window)
            action.setObjectName(entry.id)
            action.setShortcuts([QKeySequence(k) for k in entry.keys])
            action.triggered.connect(handlers[entry.id])
            window.addAction(action)
            self.by_id[entry.id] = action
        self._menus: list[tuple[QMenu, Words]] = []

    def __getitem__(self, id: str) -> QAction:
        return self.by_id[id]

    def fill(self, bar: QMenuBar) -> None:
        """Put the menus into a menu bar."""
        menus = {key: bar.addMenu("") for key in MENUS}
        for key, menu in menus.items():
            self._menus.append((menu, MENUS[key]))
        for entry in ENTRIES:
            if entry.begins_group:
                menus[entry.menu].addSeparator()
            menus[entry.menu].addAction(self.by_id[entry.id])
        self.retranslate()

    def menu(self, key: str) -> QMenu:
        """One of the menus, to put more into."""
        return next(m for m, words in self._menus if words is MENUS[key])

    def retranslate(self) -> None:
        """Texts, tooltips and icons as language and theme are now."""
        for entry in ENTRIES:
            action = self.by_id[entry.id]
            text = say(entry.text)
            action.setText(text)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{text} ({keys})" if keys else text)
            if entry.icon:
                action.setIcon(icon(entry.icon))
        for menu, words in self._menus:
            menu.setTitle(say(words))
