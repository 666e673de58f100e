"""The find bar in the corner of the canvas: type, and the view goes from one block that fits to the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton

from core.words import Words
from gui.canvas.finding import find
from gui.canvas.view import View
from gui.i18n import follow, language, say
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import ICON, RADIUS_LARGE, SPACE

WIDTH, MARGIN = 340, 12
FIND = Words("Name, kind or setting, such as conv or units=64", "名称、类型或设置，如 conv 或 units=64")
NONE = Words("none", "无")


class FindBar(QFrame):
    """Selects what it finds. Enter goes on, Shift+Enter back, Esc closes and leaves the block that is shown selected."""

    closed = Signal()

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._view, self._store = view, view.items_.store
        self.found: list[str] = []
        self._at = 0
        self.search, self.count = QLineEdit(), QLabel()
        self._glass = QAction(self.search)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textEdited.connect(self._search)
        self.search.installEventFilter(self)
        self.count.setFont(font("small"))
        self.count.setProperty("tone", "secondary")
        self.count.setMinimumWidth(48)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 6, 6)
        layout.setSpacing(SPACE[0])
        layout.addWidget(self.search, 1)
        layout.addWidget(self.count)
        self._buttons: list[QToolButton] = []
        for drawing, words, slot in (
            ("chevron-up", Words("Previous (Shift+Enter)", "上一个（Shift+Enter）"), self.back),
            ("chevron-down", Words("Next (Enter)", "下一个（Enter）"), self.on),
            ("close", Words("Close (Esc)", "关闭（Esc）"), self.close_),
        ):
            button = QToolButton()
            button.setIcon(icon(drawing))
            button.setIconSize(QSize(ICON, ICON))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            follow(button, button.setToolTip, words)
            follow(button, button.setAccessibleName, words)
            button.clicked.connect(slot)
            layout.addWidget(button)
            self._buttons.append(button)
        follow(self.search, self.search.setPlaceholderText, FIND)
        follow(self.search, self.search.setAccessibleName, FIND)
        self._store.changed.connect(self._document_changed)
        language.changed.connect(self._tell)
        self.hide()

    def open(self) -> None:
        """Open, with what was looked for last."""
        self._glass.setIcon(icon("search"))
        self.place()
        self.show()
        self.raise_()
        self.search.selectAll()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._look(self.search.text())

    def place(self) -> None:
        """Into the corner, at the top right."""
        width = min(WIDTH, self._view.width() - 2 * MARGIN)
        self.setGeometry(self._view.width() - width - MARGIN, MARGIN, width, self.sizeHint().height())

    def close_(self, _checked: bool = False) -> None:
        """Close."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def on(self, _checked: bool = False) -> None:
        """The next one."""
        self._step(1)

    def back(self, _checked: bool = False) -> None:
        """The one before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.found:
            self._at = (self._at + by) % len(self.found)
            self._show()
        self._tell()

    def _search(self, text: str) -> None:
        self._look(text)
        if self.found:
            self._show()

    def _look(self, text: str) -> None:
        order = {name: index for index, name in enumerate(self._store.inference.order)}
        names = find(self._store.document, text)
        self.found = sorted(names, key=lambda name: order.get(name, len(order)))  # along the flow
        shown = next((i for i, name in enumerate(self.found) if name in self._store.selection), 0)
        self._at = shown
        self._tell()

    def _show(self) -> None:
        name = self.found[self._at]
        self._store.select([name])
        self._view.show_blocks([name])
        self._tell()

    def _tell(self, *_: object) -> None:
        searching = bool(self.search.text().strip())
        text = f"{self._at + 1} / {len(self.found)}" if self.found else say(NONE) if searching else ""
        self.count.setText(text)
        for button in self._buttons[:2]:
            button.setEnabled(len(self.found) > 1)

    def _document_changed(self, *_: object) -> None:
        if self.isVisible():
            self._look(self.search.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()  # while one types here, no key means anything else
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key is Qt.Key.Key_Escape:
                self.close_()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up):
                back = key is Qt.Key.Key_Up or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._step(-1 if back else 1)
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.tokens.stroke_control))
        painter.setBrush(QColor(theme.tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_LARGE, RADIUS_LARGE)
