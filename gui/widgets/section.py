"""A titled part of a panel that can be folded away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.words import Words
from gui.i18n import follow
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import CONTROL_HEIGHT, ICON, SPACE


class Section(QWidget):
    """A header, and below it whatever is added to `body`."""

    toggled = Signal(bool)  # open

    def __init__(self, title: Words, *, is_open: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = QToolButton(self)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.setMinimumHeight(CONTROL_HEIGHT)
        self.header.setIconSize(QSize(ICON, ICON))
        self.header.setFont(font("strong"))
        self.header.setProperty("section", True)
        self.header.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow(self.header, self.header.setText, title)
        self._content = QWidget(self)
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(SPACE[1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE[1])
        layout.addWidget(self.header)
        layout.addWidget(self._content)
        self.header.clicked.connect(self._toggle)
        self.set_open(is_open)

    def is_open(self) -> bool:
        """Whether the body is seen."""
        return not self._content.isHidden()

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold."""
        self._content.setVisible(is_open)
        self.header.setIcon(icon("chevron-down" if is_open else "chevron-right"))
        unfolded, folded = Words("unfolded", "已展开"), Words("folded", "已折叠")
        follow(self.header, self.header.setAccessibleDescription, unfolded if is_open else folded)

    def _toggle(self) -> None:
        self.set_open(not self.is_open())
        self.toggled.emit(self.is_open())
