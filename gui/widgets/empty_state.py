"""What a panel shows while it has nothing to show: why, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.words import Words
from gui.i18n import follow
from gui.theme.apply import theme
from gui.theme.icons import draw
from gui.theme.tokens import CONTROL_HEIGHT, SPACE
from gui.widgets.label import Label


class EmptyState(QWidget):
    """An icon, a sentence and, where there is something to do, a button."""

    acted = Signal()

    def __init__(self, icon: str, sentence: Words, action: Words | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Label(sentence, "body", "secondary")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[5], SPACE[5], SPACE[5], SPACE[5])
        layout.setSpacing(SPACE[4])
        layout.addStretch(2)
        layout.addWidget(_Picture(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.sentence)
        if action is not None:
            self.button = QPushButton()
            self.button.setMinimumHeight(CONTROL_HEIGHT)
            self.button.clicked.connect(self._act)
            follow(self.button, self.button.setText, action)
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def _act(self, _checked: bool = False) -> None:
        self.acted.emit()


class _Picture(QWidget):
    """A large quiet icon."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(QSize(40, 40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw(painter, QRectF(self.rect()), self._name, theme.tokens.text_disabled)
        painter.end()
