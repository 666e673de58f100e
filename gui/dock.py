"""A dock under a title bar of ours: its name, or tabs that lead to others, and buttons that are large enough to hit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from core.words import Words
from gui.i18n import follow
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import ICON, SPACE

HEIGHT = 36
FLOAT = Words("Take out of the window, or put back", "移出窗口或放回")
CLOSE = Words("Close; the View menu brings it back", "关闭；可从“视图”菜单重新打开")


class Dock(QDockWidget):
    """A panel of the window that can be moved by its title, taken out and closed. `heading` stands in for the name."""

    def __init__(self, name: str, title: Words, widget: QWidget, heading: QWidget | None = None) -> None:
        super().__init__()
        self.title = title
        self.setObjectName(name)
        self.setWidget(widget)
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setTitleBarWidget(_TitleBar(self, heading or _Name(title)))
        follow(self, self.setWindowTitle, title)


class _Name(QLabel):
    """What a panel is called."""

    def __init__(self, title: Words) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font("strong"))
        follow(self, self.setText, title)


class _TitleBar(QWidget):
    """Heading on the left, buttons on the right; the rest is for the hand that moves the dock."""

    def __init__(self, dock: QDockWidget, heading: QWidget) -> None:
        super().__init__(dock)
        self.dock = dock
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE[3], 0, SPACE[1], 0)
        row.setSpacing(0)
        row.addWidget(heading, 1)
        self.out, self.cross = _button("float", FLOAT), _button("close", CLOSE)
        self.out.clicked.connect(self._float)
        self.cross.clicked.connect(dock.close)
        row.addWidget(self.out)
        row.addWidget(self.cross)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.tokens.surface)

    def _float(self, _checked: bool = False) -> None:
        self.dock.setFloating(not self.dock.isFloating())


def _button(drawing: str, words: Words) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(drawing))
    button.setIconSize(QSize(ICON, ICON))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F6 and Tab go to what is inside
    follow(button, button.setToolTip, words)
    follow(button, button.setAccessibleName, words)
    return button
