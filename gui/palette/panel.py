"""The palette: every block by group, with search; drag one onto the canvas, or press Enter to add it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from core.blocks._base import Block, Level
from core.library import offered
from core.words import Words
from gui.document.store import Store
from gui.i18n import follow, language, say
from gui.palette.habits import Habits
from gui.palette.rows import ID, KEEPS, BlockList
from gui.palette.search import rank
from gui.theme.apply import theme
from gui.theme.icons import icon
from gui.theme.tokens import SPACE

NARROWEST = 200  # the longest name can be read
SEARCH = Words("Search blocks", "搜索模块")
ADD, FAVOURITE, NO_FAVOURITE = (
    Words("Add to the canvas", "添加到画布"),
    Words("Make it a favourite", "收藏"),
    Words("No longer a favourite", "取消收藏"),
)
NOTHING = Words("No block is called so. Try another word.", "没有这样的模块，请换个词。")


class PalettePanel(QWidget):
    """All blocks there are, plug-ins included."""

    wanted = Signal(str)  # the id of a block that is to be added in the middle of the view

    def __init__(
        self,
        store: Store,
        blocks: Mapping[str, type[Block]] | None = None,
        habits: Habits | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.habits = Habits(parent=self) if habits is None else habits
        self.level: Level = "expert"
        self.blocks = dict(offered() if blocks is None else blocks)
        self.search, self.list, self.nothing = QLineEdit(), BlockList(self.blocks), QLabel()
        self.search.setClearButtonEnabled(True)
        self._glass = QAction(self.search)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.list.chosen.connect(self.wanted)
        self.list.starred.connect(self.habits.favour)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.habits.changed.connect(self.refresh)
        self.list.installEventFilter(self)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("tone", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[2], SPACE[1], SPACE[2], 0)
        layout.setSpacing(SPACE[2])
        layout.addWidget(self.search)
        layout.addWidget(self.nothing)
        layout.addWidget(self.list, 1)
        self.setMinimumWidth(NARROWEST)
        self.setProperty(KEEPS, True)
        follow(self.search, self.search.setPlaceholderText, SEARCH)
        follow(self.search, self.search.setAccessibleName, SEARCH)
        follow(self.list, self.list.setAccessibleName, Words("Blocks", "模块"))
        follow(self.nothing, self.nothing.setText, NOTHING)
        language.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def take(self, blocks: Mapping[str, type[Block]]) -> None:
        """There are others to choose from now."""
        self.blocks.clear()
        self.blocks.update(blocks)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """List again, in the language and theme of now."""
        self._glass.setIcon(icon("search"))
        self._filter(self.search.text())

    def set_level(self, level: Level) -> None:
        """Offer the blocks of a level."""
        self.level = level
        self.refresh()

    def menu_of(self, id_: str) -> QMenu:
        """What can be done with a block of the list."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add = menu.addAction(icon("add"), say(ADD))
        known = id_ in self.habits.favourites
        star = menu.addAction(icon("star"), say(NO_FAVOURITE if known else FAVOURITE))
        add.triggered.connect(partial(self.wanted.emit, id_))
        star.triggered.connect(partial(self.habits.favour, id_))
        return menu

    def _open_menu(self, at: QPoint) -> None:
        item = self.list.itemAt(at)
        if item is not None and item.data(ID):
            self.menu_of(item.data(ID)).popup(self.list.viewport().mapToGlobal(at))

    def sizeHint(self) -> QSize:
        return QSize(240, 480)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field the arrows walk through the list and Enter adds; in the list Enter adds too."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key, in_search = event.key(), watched is self.search
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            name = self.list.current()
            if name is not None:
                self.wanted.emit(name)
            return True
        if in_search and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if in_search and key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        self.list.stars = self.habits.favourites
        if text.strip():
            self.list.show_found(rank(text, self.blocks))
        else:
            self.list.show_groups(self.habits.favourites, self.level)
        self.nothing.setVisible(not self.list.count())
        self.list.setVisible(bool(self.list.count()))
