"""The find bar in the corner of the canvas: type, and the view goes from one block that fits to the next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton

from core.words import Words
from gui.canvas.finding import find
from gui.canvas.view import View
from gui.i18n import follow, language, say
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import ICON, SPACE
from gui.widgets.floating_card import FloatingCard, is_enter

WIDTH, MARGIN = 340, 12
FIND = Words("Name, kind or setting, such as conv or units=64", "名称、类型或设置，如 conv 或 units=64")
NONE = Words("none", "无")


class FindBar(FloatingCard):
    """Selects what it finds. Enter goes on, Shift+Enter back, Esc closes and leaves the block that is shown selected."""

    def __init__(self, view: View) -> None:
        self.search = QLineEdit()
        super().__init__(view, self.search, "search")
        self._view, self._store = view, view.items_.store
        self.found: list[str] = []
        self._at = 0
        self.count = QLabel()
        self.search.textEdited.connect(self._search)
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

    def open(self) -> None:
        """Open, with what was looked for last."""
        self.place()
        self.search.selectAll()
        self.show_card()
        self._look(self.search.text())

    def place(self) -> None:
        """Into the corner, at the top right."""
        width = min(WIDTH, self._view.width() - 2 * MARGIN)
        self.setGeometry(self._view.width() - width - MARGIN, MARGIN, width, self.sizeHint().height())

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

    def key(self, event: QKeyEvent) -> bool:
        """Enter and the arrows go on and back."""
        key = Qt.Key(event.key())
        if not is_enter(event) and key not in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            return False
        back = key is Qt.Key.Key_Up or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._step(-1 if back else 1)
        return True
