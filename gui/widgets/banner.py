"""A message across the top of a panel: something happened, and here is what can be done about it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from core.words import Words
from gui.i18n import follow
from gui.theme.apply import theme
from gui.theme.icons import draw, icon
from gui.theme.tokens import CONTROL_HEIGHT, ICON, RADIUS, SPACE, mix
from gui.widgets.label import Label

Level = Literal["info", "success", "warning", "error"]


class Banner(QWidget):
    """Icon, words, an action where there is one, and a cross. The icon says the level without colour."""

    acted = Signal()
    closed = Signal()

    def __init__(
        self,
        level: Level,
        words: Words,
        action: Words | None = None,
        *,
        closable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._level = level
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.text = Label(words)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton()
        self.button.setMinimumHeight(CONTROL_HEIGHT)
        self.button.clicked.connect(self._act)
        self.button.setVisible(action is not None)
        if action is not None:
            follow(self.button, self.button.setText, action)
        self.cross = QToolButton()
        self.cross.setIcon(icon("close", "text"))
        self.cross.setIconSize(QSize(ICON, ICON))
        self.cross.setVisible(closable)
        self.cross.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow(self.cross, self.cross.setAccessibleName, Words("Close the message", "关闭提示"))
        self.cross.clicked.connect(self._close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE[3] + 18 + SPACE[2], SPACE[2], SPACE[2], SPACE[2])
        layout.setSpacing(SPACE[2])
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.cross, 0, Qt.AlignmentFlag.AlignTop)
        self.set_words(words)

    def set_words(self, words: Words) -> None:
        """Say something else."""
        self.text.set_words(words)
        follow(self, self.setAccessibleName, words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ink, tint = getattr(theme.tokens, self._level), getattr(theme.tokens, f"{self._level}_tint")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(mix(tint, ink, 0.5)), 1.0))
        painter.setBrush(QColor(tint))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        draw(painter, QRectF(SPACE[3], SPACE[2] + 5, 18, 18), self._level, ink)
        painter.end()

    def _act(self, _checked: bool = False) -> None:
        self.acted.emit()

    def _close(self, _checked: bool = False) -> None:
        self.hide()
        self.closed.emit()
