"""The list that opens at the cursor: type a few letters, press Enter, and the block is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from core.blocks._base import Block, Level
from core.words import Words
from gui.i18n import say
from gui.palette.habits import Habits
from gui.palette.rows import ROW, BlockList
from gui.palette.search import rank
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.widgets.floating_card import FloatingCard, is_enter, rows_of

WIDTH, ROWS = 300, 9
PLACEHOLDER = Words("Name, 中文, or pinyin initials", "名称、英文或拼音首字母")
NOTHING = Words("Nothing fits. Press Esc.", "没有合适的模块，按 Esc 关闭。")
KEYS = Words("Enter adds · Esc closes", "Enter 添加 · Esc 关闭")
CHAIN_KEYS = Words("Enter adds · Ctrl+Enter adds after {name}", "Enter 添加 · Ctrl+Enter 接在 {name} 之后")


class SearchPopup(FloatingCard):
    """Blocks to choose from, where the cursor is."""

    chosen = Signal(str, bool)  # id of a block, and whether it is to be wired after the selected one

    def __init__(self, blocks: Mapping[str, type[Block]], habits: Habits, parent: QWidget) -> None:
        self.search = QLineEdit()
        super().__init__(parent, self.search, "search")
        self.blocks, self.habits = blocks, habits
        self.level: Level = "expert"
        self._ranked = False
        self._offered: dict[str, type[Block]] = dict(blocks)
        self._keys = ""
        self.list, self.hint = BlockList(blocks), QLabel()
        self.setObjectName("search-popup")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the canvas behind it rests while one types
        self.list.setFixedHeight(ROW * ROWS + 4)
        self.search.textChanged.connect(self._filter)
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

    def open(self, at: QPoint, offered: Sequence[str], after: str | None = None, *, ranked: bool = False) -> None:
        """Open at a point of the parent with these blocks to choose from; `after` is the block a chain would go on from.

        Favourites and blocks used lately come first, but where those offered are `ranked` already.
        """
        self._ranked = ranked
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
        self.show_card()

    def key(self, event: QKeyEvent) -> bool:
        """Arrows choose, Enter takes, Ctrl+Enter takes and wires."""
        if rows := rows_of(event, ROWS):
            self.list.step(rows)
        elif is_enter(event):
            self._take(chain=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            return False
        return True

    def left(self) -> None:
        """A choice that is not made is none."""
        self.close_()

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
        QPainter(self).fillRect(self.rect(), QColor(theme.tokens.canvas))
        super().paintEvent(event)
