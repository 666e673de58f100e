"""The shortcut sheet: every command and gesture with its keys, to be searched, and changed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.words import Words
from gui.bindings import Bindings, plain
from gui.entries import CANVAS, ENTRIES, MENUS, Entry
from gui.i18n import follow, language, say
from gui.palette.search import score
from gui.theme.icons import icon
from gui.theme.tokens import SPACE
from gui.widgets.label import Label

TITLE = Words("Keyboard and mouse", "键盘与鼠标")
SEARCH = Words("Search by name or key", "按名称或按键搜索")
COLUMNS = Words("Command", "命令"), Words("Keys", "按键")
MOUSE = Words("Mouse and trackpad", "鼠标与触控板")
ENTRY = Qt.ItemDataRole.UserRole
HINT = Words("Choose a command, click the field and press the new key.", "选中一个命令，点击输入框，然后按下新的按键。")
FREE, TAKEN = (
    Words("{key} is free.", "{key} 未被占用。"),
    Words("{key} is “{other}” now; assigning takes it from there.", "{key} 现用于“{other}”，指定后将从那里移走。"),
)
CHANGED = Words("changed", "已修改")

GESTURES: Mapping[Words, Words] = {  # what -> how
    Words("Add a block", "添加模块"): Words("Double-click or tap Space", "双击或轻按空格"),
    Words("Draw a wire", "连线"): Words("Drag from port to port, or click both", "从端口拖到端口，或依次单击"),
    Words("Move all wires of an output", "移动输出端口的全部连线"): Words("Ctrl+drag on it", "按住 Ctrl 拖动该端口"),
    Words("Branch from a wire", "从连线分叉"): Words("Shift+drag on it", "按住 Shift 拖动连线"),
    Words("Remove a wire", "删除连线"): Words("Alt+click on it", "按住 Alt 单击连线"),
    Words("Cut wires", "切断连线"): Words("Alt+drag, or Ctrl+right drag", "按住 Alt 拖动，或按住 Ctrl 右键拖动"),
    Words("Put a block into a wire", "把模块插入连线"): Words("Drag it there; with wires: Shift", "拖到连线上；已有连线时按住 Shift"),
    Words("Drag copies", "拖出副本"): Words("Alt+drag a block", "按住 Alt 拖动模块"),
    Words("Pull a block out of its wires", "把模块从连线中抽出"): Words("Ctrl+Alt+drag it", "按住 Ctrl+Alt 拖动模块"),
    Words("Move freely, without grid and guides", "不吸附地移动"): Words("Ctrl while dragging", "拖动时按住 Ctrl"),
    Words("Select several", "选中多个"): Words("Drag a frame; Shift adds, Ctrl takes away", "拖出选框；Shift 添加，Ctrl 移除"),
    Words("Pan", "平移"): Words("Middle drag, Space+drag, two fingers", "中键拖动、空格加拖动、双指"),
    Words("Zoom", "缩放"): Words("Wheel, pinch", "滚轮、双指捏合"),
    Words("Break a gesture off", "中断操作"): Words("Esc or right click", "Esc 或右键"),
}  # fmt: skip


class ShortcutSheet(QDialog):
    """Commands by menu, then the canvas's own, then gestures. A change counts at once and can be taken back."""

    def __init__(self, bindings: Bindings, parent: QWidget) -> None:
        super().__init__(parent)
        self.bindings = bindings
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.search, self.tree = QLineEdit(), QTreeWidget()
        self.search.setClearButtonEnabled(True)
        self._glass = QAction(icon("search"), "", self.search)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.tree.setColumnCount(2)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(SPACE[3])
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(self._chosen)
        self.tree.itemActivated.connect(self._begin)
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.keySequenceChanged.connect(self._judge)
        self.note = Label(None, "small", "secondary")
        self.assign, self.beside, self.clear, self.reset, self.reset_all = (QPushButton() for _ in range(5))
        for button, slot in (
            (self.assign, self._assign), (self.beside, self._add), (self.clear, self._clear), (self.reset, self._reset),
            (self.reset_all, self._reset_all),
        ):  # fmt: skip
            button.setAutoDefault(False)
            button.clicked.connect(slot)
        line = QHBoxLayout()
        for widget in (self.edit, self.assign, self.beside, self.clear, self.reset):
            line.addWidget(widget, 1 if widget is self.edit else 0)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.reset_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[SPACE[3]] * 4)
        layout.setSpacing(SPACE[2])
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addLayout(line)
        layout.addLayout(foot)
        follow(self, self.setWindowTitle, TITLE)
        follow(self.search, self.search.setPlaceholderText, SEARCH)
        follow(self.search, self.search.setAccessibleName, SEARCH)
        follow(self.tree, self.tree.setAccessibleName, TITLE)
        follow(self.edit, self.edit.setAccessibleName, Words("New key", "新按键"))
        follow(self.assign, self.assign.setText, Words("Assign", "指定"))
        follow(self.beside, self.beside.setText, Words("Add as another", "添加为另一个"))
        follow(self.clear, self.clear.setText, Words("No key", "不用按键"))
        follow(self.reset, self.reset.setText, Words("Default", "默认"))
        follow(self.reset_all, self.reset_all.setText, Words("All to their defaults", "全部恢复默认"))
        bindings.changed.connect(self.refresh)
        language.changed.connect(self.refresh)
        self.resize(660, 640)
        self.refresh()

    # what is listed ---------------------------------------------------------------------------------------------------

    def refresh(self, *_: object) -> None:
        """List everything anew, at the row where one was."""
        entry = self.entry()
        self._groups = []
        self.tree.clear()
        self.tree.setHeaderLabels([say(words) for words in COLUMNS])
        for menu, title in [*MENUS.items(), ("", CANVAS)]:
            head, rows = self._head(title)
            for each in ENTRIES:
                if each.menu == menu:
                    item = QTreeWidgetItem(head, [say(each.text).removesuffix("…"), self._keys(each)])
                    item.setData(0, ENTRY, each)
                    rows.append(item)
                    if each is entry:
                        self.tree.setCurrentItem(item)
        head, rows = self._head(MOUSE)
        rows += [QTreeWidgetItem(head, [say(what), say(how)]) for what, how in GESTURES.items()]
        self.tree.expandAll()
        self._filter(self.search.text())
        self._chosen()

    def entry(self) -> Entry | None:
        """The command that is chosen."""
        item = self.tree.currentItem()
        found = item.data(0, ENTRY) if item is not None else None
        return found if isinstance(found, Entry) else None

    def shown(self) -> list[str]:
        """Texts of the rows that the search leaves, heads left out."""
        return [item.text(0) for _, rows in self._groups for item in rows if not item.isHidden()]

    def _head(self, title: Words) -> tuple[QTreeWidgetItem, list[QTreeWidgetItem]]:
        """A heading, and the list of the rows that will stand under it."""
        head = QTreeWidgetItem(self.tree, [say(title)])
        head.setFirstColumnSpanned(True)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        face = self.tree.font()
        face.setWeight(face.Weight.DemiBold)
        head.setFont(0, face)
        self._groups.append((head, []))
        return self._groups[-1]

    def _keys(self, entry: Entry) -> str:
        keys = ", ".join(_native(key) for key in self.bindings.keys(entry.id))
        return f"{keys}  ({say(CHANGED)})" if self.bindings.is_own(entry.id) else keys

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for head, rows in self._groups:
            for item in rows:
                entry = item.data(0, ENTRY)
                names = (*(entry.text if isinstance(entry, Entry) else ()), item.text(0))
                item.setHidden(bool(wanted) and not score(text, names) and wanted not in item.text(1).casefold())
            head.setHidden(all(item.isHidden() for item in rows))

    # what is changed --------------------------------------------------------------------------------------------------

    def _chosen(self, *_: object) -> None:
        entry = self.entry()
        self.edit.clear()
        for widget in (self.edit, self.clear):
            widget.setEnabled(entry is not None)
        self.reset.setEnabled(entry is not None and self.bindings.is_own(entry.id))
        self.reset_all.setEnabled(any(self.bindings.is_own(e.id) for e in ENTRIES))
        self._judge()

    def _begin(self, *_: object) -> None:
        if self.entry() is not None:
            self.edit.setFocus()

    def _key(self) -> str:
        return plain(self.edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText))

    def _judge(self, *_: object) -> None:
        entry, key = self.entry(), self._key()
        for button in (self.assign, self.beside):
            button.setEnabled(entry is not None and bool(key))
        if entry is None or not key:
            self.note.set_words(HINT)
            return
        others = self.bindings.conflicts(entry.id, key)
        words = TAKEN if others else FREE
        other = others[0].text if others else entry.text
        pairs = zip(words, other, strict=True)
        self.note.set_words(Words(*(text.format(key=_native(key), other=name) for text, name in pairs)))

    def _bind(self, *keys: str) -> None:
        entry = self.entry()
        if entry is not None:
            self.bindings.bind(entry.id, tuple(dict.fromkeys(keys)))

    def _assign(self, _checked: bool = False) -> None:
        self._bind(self._key())

    def _add(self, _checked: bool = False) -> None:
        entry = self.entry()
        self._bind(*(self.bindings.keys(entry.id) if entry is not None else ()), self._key())

    def _clear(self, _checked: bool = False) -> None:
        self._bind()

    def _reset(self, _checked: bool = False) -> None:
        entry = self.entry()
        if entry is not None:
            self.bindings.reset(entry.id)

    def _reset_all(self, _checked: bool = False) -> None:
        self.bindings.reset()


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
