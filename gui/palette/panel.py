"""The palette: every block by group, with search; drag one onto the canvas, or press Enter to add it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from core.blocks import registry
from core.blocks._base import GROUPS
from core.words import Words
from gui.document.store import Store
from gui.i18n import language, say
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import SPACE

MIME = "application/x-neuroloom-block"


class PalettePanel(QWidget):
    wanted = Signal(str)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search, self.tree = QLineEdit(), _Tree()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree.itemActivated.connect(self._activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[2], SPACE[2], SPACE[2], 0)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)
        language.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        self.search.setPlaceholderText(say(Words("Search blocks", "搜索模块")))
        self.tree.clear()
        for group, title in GROUPS.items():
            kinds = [k for k in registry().values() if k.group == group]
            if not kinds:
                continue
            head = QTreeWidgetItem([say(title)])
            head.setFont(0, font("strong"))
            head.setIcon(0, icon(f"group-{group}", f"group:{group}"))
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(head)
            for kind in kinds:
                item = QTreeWidgetItem([say(kind.title)])
                item.setData(0, Qt.ItemDataRole.UserRole, kind.id)
                item.setToolTip(0, say(kind.help))
                item.setSizeHint(0, QSize(0, 28))
                head.addChild(item)
            head.setExpanded(True)
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        needle = text.lower()
        for at in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(at)
            shown = 0
            for i in range(head.childCount()):
                kind = registry()[head.child(i).data(0, Qt.ItemDataRole.UserRole)]
                words = " ".join((kind.id, *kind.title, *kind.aliases)).lower()
                head.child(i).setHidden(needle not in words)
                shown += needle in words
            head.setHidden(not shown)

    def _activated(self, item: QTreeWidgetItem) -> None:
        if id := item.data(0, Qt.ItemDataRole.UserRole):
            self.wanted.emit(id)


class _Tree(QTreeWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setDragEnabled(True)
        self.setIndentation(16)
        self.setAccessibleName("blocks")

    def mimeData(self, items: list[QTreeWidgetItem]) -> QMimeData:
        data = QMimeData()
        if items and (id := items[0].data(0, Qt.ItemDataRole.UserRole)):
            data.setData(MIME, id.encode())
            data.setText(id)
        return data
