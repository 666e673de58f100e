"""Where one is: the project, the composite in it, the composite in that; each a way back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from core.graph.composites import Composite, Definition
from core.graph.document import Document
from core.graph.scope import opened
from core.words import Words
from gui.document.store import Store
from gui.i18n import language, say

PROJECT, HERE = Words("Network", "网络"), Words("Where you are", "当前位置")
SHARED = Words(
    "Changes here change all {count} blocks of this kind.", "此处的修改会同时作用于全部 {count} 个同类模块。"
)


class Breadcrumb(QFrame):
    """A child of the canvas in its corner; hidden while the project itself is shown."""

    def __init__(self, store: Store, parent: QWidget) -> None:
        super().__init__(parent)
        self.store = store
        self.setObjectName("breadcrumb")
        self.setAutoFillBackground(True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 3, 10, 3)
        self._row.setSpacing(2)
        store.scope_changed.connect(self.refresh)
        store.changed.connect(self._document_changed)
        language.changed.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Say it anew."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setAccessibleName(say(HERE))
        scope = self.store.scope
        for depth in range(len(scope) + 1):
            if depth:
                self._row.addWidget(_quiet("›"))
            button = QToolButton()
            button.setText(self._name(depth))
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setEnabled(depth < len(scope))
            button.setProperty("depth", depth)
            button.clicked.connect(self._go)
            self._row.addWidget(button)
            button.show()
        if scope and (count := self._twins()) > 1:
            self._row.addWidget(_quiet(say(SHARED).format(count=count)))
        self.setVisible(bool(scope))
        self.adjustSize()
        self.move(8, 8)

    def _name(self, depth: int) -> str:
        """A name may hold &, which a button would take for a shortcut."""
        title = self.store.root.title or say(PROJECT)
        return (self.store.scope[depth - 1] if depth else title).replace("&", "&&")

    def _twins(self) -> int:
        """How many blocks of the project are made of what is open."""
        shown = opened(self.store.root, self.store.scope)
        sheets: list[Document | Definition] = [self.store.root, *self.store.root.definitions.values()]
        blocks = (node.block for sheet in sheets for node in sheet.nodes.values())
        return sum(isinstance(block, Composite) and block.definition is shown for block in blocks)

    def _go(self) -> None:
        depth = self.sender().property("depth")
        self.store.go(self.store.scope[:depth])

    def _document_changed(self, *_: object) -> None:
        if self.store.scope:
            self.refresh()


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", "secondary")
    return label
