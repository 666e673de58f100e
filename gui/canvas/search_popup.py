"""The list that opens at the cursor: type a few letters, press Enter, and the block is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from core.blocks._base import Block, Level
from core.words import Words
from gui.i18n import say
from gui.palette.habits import Habits
from gui.palette.rows import ROW, BlockList
from gui.palette.search import rank
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import RADIUS_LARGE

WIDTH, ROWS = 300, 9
PLACEHOLDER = Words("Name, 中文, or pinyin initials", "名称、英文或拼音首字母")
NOTHING = Words("Nothing fits. Press Esc.", "没有合适的模块，按 Esc 关闭。")
KEYS = Words("Enter adds · Esc closes", "Enter 添加 · Esc 关闭")
CHAIN_KEYS = Words("Enter adds · Ctrl+Enter adds after {name}", "Enter 添加 · Ctrl+Enter 接在 {name} 之后")


class SearchPopup(QFrame):
    """A child of the canvas, not a window of its own: it goes where the canvas goes and steals no grab."""

    chosen = Signal(str, bool)  # id of a block, and whether it is to be wired after the selected one
    closed = Signal()

    def __init__(self, blocks: Mapping[str, type[Block]], habits: Habits, parent: QWidget) -> None:
        super().__init__(parent)
        self.blocks, self.habits = blocks, habits
        self.level: Level = "expert"
        self._ranked = False
        self._offered: dict[str, type[Block]] = dict(blocks)
        self._keys = ""
        self.search, self.list, self.hint = QLineEdit(), BlockList(blocks), QLabel()
        self.setObjectName("search-popup")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the canvas behind it rests while one types
        self.list.setFixedHeight(ROW * ROWS + 4)
        self._glass = QAction(self.search)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setProperty("ground", "none")  # the frame is painted below
        self.list.itemClicked.connect(self._take_current)
        self.hint.setProperty("tone", "secondary")
        self.hint.setFont(font("small"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 6)
        layout.setSpacing(6)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        layout.addWidget(self.hint)
        self.hide()

    def open(self, at: QPoint, offered: Sequence[str], after: str | None = None, *, ranked: bool = False) -> None:
        """Open at a point of the parent with these blocks to choose from; `after` is the block a chain would go on from.

        Favourites and blocks used lately come first, but where those offered are `ranked` already.
        """
        self._ranked = ranked
        self._glass.setIcon(icon("search"))
        self.search.setPlaceholderText(say(PLACEHOLDER))
        self.search.setAccessibleName(say(PLACEHOLDER))
        self._offered = {id_: self.blocks[id_] for id_ in offered if id_ in self.blocks}
        self._keys = say(CHAIN_KEYS).format(name=after) if after else say(KEYS)
        self.hint.setText(self._keys)
        self.search.clear()
        self.resize(max(WIDTH, self.hint.sizeHint().width() + 16), 84 + ROW * ROWS)
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect()
        x = max(4, min(at.x(), room.width() - self.width() - 4))
        y = max(4, min(at.y(), room.height() - self.height() - 4))
        self.move(x, y)
        self._filter("")
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_(self) -> None:
        """Close without a choice."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()  # while one types here, no key means anything else
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() is QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() is not Qt.FocusReason.PopupFocusReason:
                self.close_()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
        key = Qt.Key(event.key())
        if key in steps:
            self.list.step(steps[key])
        elif key is Qt.Key.Key_Escape:
            self.close_()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(chain=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.list.step(1 if key is Qt.Key.Key_Tab else -1)
        else:
            return False
        return True

    def _take_current(self) -> None:
        self._take(chain=False)

    def _take(self, *, chain: bool) -> None:
        name = self.list.current()
        if name is None:
            return
        self.habits.used(name)
        self.hide()
        self.chosen.emit(name, chain)

    def _filter(self, text: str) -> None:
        first = () if self._ranked else self.habits.first()
        found = rank(text, self._offered, first, self.level)
        self.list.show_found(found)
        self.hint.setText(self._keys if found else say(NOTHING))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card that floats: a soft shadow would be cut off at the widget's edge, so a firm rim it is."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.tokens.canvas))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.tokens.stroke_control))
        painter.setBrush(QColor(theme.tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_LARGE, RADIUS_LARGE)
