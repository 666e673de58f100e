"""A list of blocks: a stripe and an icon in the colour of the group, the name, and the name in the other language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QFontMetrics, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.blocks._base import GROUPS, Block, Level, is_within
from core.words import Words, same
from gui.i18n import language, say
from gui.palette.glyph import glyph
from gui.palette.search import grouped
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.icons import draw
from gui.theme.tokens import mix

FAVOURITES = Words("Favourites", "收藏")
MIME = "application/x-neuroloom-block"
KEEPS = "keeps_composites"  # property of a widget on which a composite can be dropped, to be kept
ID, GROUP = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
ROW, HEAD = 30, 32
STAR = 26  # pixels at the end of a row


class BlockList(QListWidget):
    """Blocks to choose from. `chosen` carries the id of the one that was double-clicked or entered."""

    chosen = Signal(str)
    starred = Signal(str)  # the id of a block whose star was clicked

    def __init__(self, blocks: Mapping[str, type[Block]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.blocks = blocks
        self.stars: Collection[str] | None = None  # ids of favourites, where blocks show a star
        self._shut: set[str] = set()  # groups that are folded up
        self._rows = _Rows(self)
        self.setItemDelegate(self._rows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.itemDoubleClicked.connect(self._choose)
        self.itemClicked.connect(self._fold)

    def show_groups(self, favourites: Sequence[str] = (), level: Level = "expert") -> None:
        """Favourites, then the blocks of a level under the heads of their groups."""
        here = self.current()
        self.clear()
        chosen = [self.blocks[id_] for id_ in favourites if id_ in self.blocks]
        if chosen:
            self._add_group("", FAVOURITES, chosen)
        titles = {str(group): words for group, words in GROUPS.items()}
        offered = [block for block in self.blocks.values() if is_within(block, level)]
        for group, members in grouped(offered, GROUPS).items():
            self._add_group(group, titles.get(group, same(group)), members)
        self._fold_up()
        self._go_to(here)

    def _add_group(self, group: str, title: Words, members: Iterable[type[Block]]) -> None:
        head = QListWidgetItem(say(title))
        head.setData(GROUP, group)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        head.setSizeHint(QSize(0, HEAD))
        self.addItem(head)
        for block in members:
            item = self._row(block)
            item.setData(GROUP, group)
            self.addItem(item)

    def show_found(self, ids: Sequence[str]) -> None:
        """These blocks, in this order, without heads; the first is current."""
        self.clear()
        for each in ids:
            self.addItem(self._row(self.blocks[each]))
        self.setCurrentRow(0 if ids else -1)

    def current(self) -> str | None:
        """Id of the block that Enter would choose."""
        item = self.currentItem()
        found = item.data(ID) if item is not None and not item.isHidden() else None
        return found if isinstance(found, str) else None

    def step(self, by: int) -> None:
        """Go up or down by some rows, over heads and what is folded up."""
        rows = [r for r in range(self.count()) if self.item(r).data(ID) and not self.item(r).isHidden()]
        if rows:
            at = rows.index(self.currentRow()) if self.currentRow() in rows else -1 if by > 0 else 0
            self.setCurrentRow(rows[max(0, min(len(rows) - 1, at + by))])

    def shown(self) -> list[str]:
        """Ids of the blocks that are listed, from the top."""
        items = (self.item(r) for r in range(self.count()))
        return [item.data(ID) for item in items if item.data(ID) and not item.isHidden()]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On a star it is that which is meant, and not the block."""
        id_ = self._star_at(event.position().toPoint()) if event.button() is Qt.MouseButton.LeftButton else None
        if id_ is None:
            super().mousePressEvent(event)
        else:
            self.starred.emit(id_)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._star_at(event.position().toPoint()) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def _star_at(self, at: QPoint) -> str | None:
        item = self.itemAt(at)
        if self.stars is None or item is None or not item.data(ID):
            return None
        return str(item.data(ID)) if at.x() > self.visualItemRect(item).right() - STAR else None

    def mimeTypes(self) -> list[str]:
        return [MIME, "text/plain"]

    def mimeData(self, items: Iterable[QListWidgetItem]) -> QMimeData:
        """The id of a block, for the canvas, and its name, for everyone else."""
        data = QMimeData()
        for item in items:
            data.setData(MIME, item.data(ID).encode())
            data.setText(item.text())
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry the block off, as a small card; the canvas shows what it will look like there."""
        name = self.current()
        if name is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([self.currentItem()]))
        drag.setPixmap(card(self.blocks[name], self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(-10, -8))
        drag.exec(Qt.DropAction.CopyAction)

    def _row(self, block: type[Block]) -> QListWidgetItem:
        item = QListWidgetItem(say(block.title))
        item.setData(ID, block.id)
        item.setData(GROUP, block.group)
        item.setToolTip(f"{say(block.title)} · {other(block.title)}\n\n{say(block.help)}")
        item.setSizeHint(QSize(0, ROW))
        return item

    def _choose(self, item: QListWidgetItem) -> None:
        if item.data(ID):
            self.chosen.emit(item.data(ID))

    def _fold(self, item: QListWidgetItem) -> None:
        if not item.data(ID):
            self._shut ^= {item.data(GROUP)}
            self._fold_up()

    def _fold_up(self) -> None:
        for row in range(self.count()):
            item = self.item(row)
            item.setHidden(bool(item.data(ID)) and item.data(GROUP) in self._shut)
        self.viewport().update()

    def is_shut(self, group: str) -> bool:
        """Whether a group is folded up."""
        return group in self._shut

    def _go_to(self, name: str | None) -> None:
        for row in range(self.count()):
            if name is not None and self.item(row).data(ID) == name:
                self.setCurrentRow(row)


class _Rows(QStyledItemDelegate):
    """Paints heads and rows."""

    def __init__(self, rows: BlockList) -> None:
        super().__init__(rows)
        self._list = rows

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, group = QRectF(option.rect), str(index.data(GROUP))
        name = index.data(ID)
        if name:
            self._paint_row(painter, option, box, self._list.blocks[name])
        else:
            self._paint_head(painter, box, group, str(index.data()))
        painter.restore()

    def _paint_head(self, painter: QPainter, box: QRectF, group: str, text: str) -> None:
        t = theme.tokens
        icon = "chevron-right" if self._list.is_shut(group) else "chevron-down"
        draw(painter, QRectF(box.left() + 4, box.center().y() - 4, 14, 14), icon, t.text_secondary)
        face = font("small")
        face.setWeight(face.Weight.DemiBold)
        painter.setFont(face)
        painter.setPen(QColor(t.text_secondary))
        painter.drawText(box.adjusted(24, 6, -8, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF, block: type[Block]) -> None:
        t = theme.tokens
        ink = t.group(block.group)
        state = option.state
        inside = box.adjusted(4, 1, -4, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(t.selected))
            painter.drawRoundedRect(inside, 6, 6)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(t.hover))
            painter.drawRoundedRect(inside, 6, 6)
        painter.setBrush(QColor(ink))
        painter.drawRoundedRect(QRectF(inside.left() + 4, inside.top() + 6, 3, inside.height() - 12), 1.5, 1.5)
        draw(painter, QRectF(inside.left() + 14, inside.center().y() - 8, 16, 16), glyph(block.group), ink)
        words = inside.adjusted(40, 0, -8, 0)
        if self._list.stars is not None:
            words.setRight(box.right() - STAR)
            is_favourite = block.id in self._list.stars
            if is_favourite or state & QStyle.StateFlag.State_MouseOver:
                star = QRectF(box.right() - STAR + 5, box.center().y() - 7, 14, 14)
                draw(painter, star, "star", t.warning if is_favourite else t.text_secondary)
        painter.setFont(font("body"))
        painter.setPen(QColor(t.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, say(block.title))
        used = painter.fontMetrics().horizontalAdvance(say(block.title)) + 12
        second = other(block.title)
        painter.setFont(font("small"))
        if second != say(block.title) and QFontMetrics(font("small")).horizontalAdvance(second) <= words.width() - used:
            painter.setPen(QColor(t.text_secondary))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, second)


def other(words: Words) -> str:
    """A text in the language that is not spoken now: names of blocks are learnt in both."""
    return words.en if language.now == "zh" else words.zh


def card(block: type[Block], ratio: float) -> QPixmap:
    """A block as it looks while it is carried."""
    t, face = theme.tokens, font("strong")
    text = say(block.title)
    width, height = QFontMetrics(face).horizontalAdvance(text) + 48, 32
    made = QPixmap(round(width * ratio), round(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(t.group(block.group)))
    painter.setBrush(QColor(mix(t.node, t.group(block.group), 0.2)))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 8, 8)
    draw(painter, QRectF(12, 8, 16, 16), glyph(block.group), t.group(block.group))
    painter.setFont(face)
    painter.setPen(QColor(t.text))
    painter.drawText(QRectF(36, 0, width - 40, height), Qt.AlignmentFlag.AlignVCenter, text)
    painter.end()
    return made
