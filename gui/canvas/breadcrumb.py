"""Where one is: the project, the composite in it, the composite in that; each a way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from core.graph.scope import opened, sharing
from core.words import Words
from gui.document.store import Store
from gui.i18n import language, say
from gui.widgets.label import tip

PROJECT, HERE = Words("Network", "网络"), Words("Where you are", "当前位置")
SHARED = Words(
    "Changes here change all {count} blocks of this kind.", "此处的修改会同时作用于全部 {count} 个同类模块。"
)
ALONE = Words("Change only this one", "只改这一个")
WHY_ALONE = Words(
    "This block, and what it lies in, get an inside of their own, which no other block shares.",
    "为该模块及其所在的组合模块单独建立内部结构，不再与其他模块共用。",
)
MAKE_UNIQUE = Words("Make unique", "设为独立")


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
                self._put(_quiet("›"))
            button = _button(self._name(depth), self._go)
            button.setAutoRaise(True)
            button.setEnabled(depth < len(scope))
            button.setProperty("depth", depth)
            self._put(button)
        if count := self._shared():
            self._put(_quiet(say(SHARED).format(count=count)))
            alone = _button(say(ALONE), self._separate)
            alone.setObjectName("alone")
            alone.setToolTip(tip(say(WHY_ALONE)))
            self._put(alone)
        self.setVisible(bool(scope))
        self.adjustSize()
        self.move(8, 8)

    def _put(self, widget: QWidget) -> None:
        self._row.addWidget(widget)
        widget.show()  # or it would have no width yet where the row is measured

    def _name(self, depth: int) -> str:
        """A name may hold &, which a button would take for a shortcut."""
        title = self.store.root.title or say(PROJECT)
        return (self.store.scope[depth - 1] if depth else title).replace("&", "&&")

    def _shared(self) -> int:
        """How many blocks change with what is open, or with what it lies in; 0 where it changes alone."""
        root, scope = self.store.root, self.store.scope
        path = [opened(root, scope[:depth]) for depth in range(1, len(scope) + 1)]
        most = max((sharing(root, each) for each in path if each is not None), default=0)
        return most if most > 1 else 0

    def _separate(self) -> None:
        QTimer.singleShot(0, self, lambda: self.store.separate(MAKE_UNIQUE))  # the button is made anew by it

    def _go(self) -> None:
        depth = self.sender().property("depth")
        self.store.go(self.store.scope[:depth])

    def _document_changed(self, *_: object) -> None:
        if self.store.scope:
            self.refresh()


def _button(text: str, call: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(call)
    return button


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", "secondary")
    return label
