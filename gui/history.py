"""The history: every step of this project, done and undone, in the language of now. A click goes there."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from core.words import Words
from gui.document.store import Store
from gui.i18n import follow, language, say
from gui.theme.apply import theme
from gui.theme.icons import icon
from gui.theme.tokens import ICON

TITLE = Words("History", "历史记录")
OPENED, SAVED = Words("As it was opened", "打开时的状态"), Words("saved", "已保存")
ROW = 28


class HistoryList(QListWidget):
    """Row n is the project after n steps; what has been undone is grey until something else is done."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(ICON, ICON))
        self.itemClicked.connect(self._go)
        self.itemActivated.connect(self._go)
        follow(self, self.setAccessibleName, TITLE)
        store.history.indexChanged.connect(self.refresh)
        store.history.cleanChanged.connect(self.refresh)
        store.opened.connect(self.refresh)
        language.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """List the steps as they are."""
        history = self._store.history
        while self.count() > history.count() + 1:
            self.takeItem(self.count() - 1)
        while self.count() <= history.count():
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, ROW))
            self.addItem(item)
        self._store.relabel(language.now)
        for row in range(self.count()):
            item = self.item(row)
            text = history.text(row - 1) if row else say(OPENED)
            item.setText(f"{text} · {say(SAVED)}" if row == history.cleanIndex() and row else text)
            undone = row > history.index()
            item.setForeground(self.palette().color(self.foregroundRole()))
            if undone:
                item.setForeground(self.palette().placeholderText())
            item.setIcon(icon("file" if not row else "redo" if undone else "check"))
        self.setCurrentRow(history.index())
        self.scrollToItem(self.item(history.index()))

    def _go(self, item: QListWidgetItem) -> None:
        self._store.go_to(self.row(item))

    def sizeHint(self) -> QSize:
        return QSize(240, 240)
