"""The command palette: type a few letters of what is wanted, in either language, and press Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.words import Words
from gui.i18n import say
from gui.palette.search import score
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.icons import draw
from gui.widgets.floating_card import FloatingCard, is_enter, rows_of

WIDTH, ROW, ROWS, TOP = 560, 34, 11, 64
PLACEHOLDER = Words("What do you want to do?", "想做什么？")
NOTHING = Words("Nothing is called so. Try another word.", "没有这样的命令，请换个词。")
KEYS = Words("Enter does it · Esc closes", "Enter 执行 · Esc 关闭")
LATELY, MOST_LATELY = "commands_lately", 6


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """Something that can be done now. `id` is remembered; `names` and `others` are what it is found by."""

    id: str
    text: str
    names: tuple[str, ...]
    act: Callable[[], object]
    hint: str = ""  # where it belongs
    keys: str = ""
    icon: str = ""
    others: tuple[str, ...] = ()


class CommandPalette(FloatingCard):
    """Floats at the top of the window. Offers are asked for on opening, so they are true at that moment."""

    def __init__(self, window: QWidget, offers: Callable[[], Sequence[Offer]], settings: QSettings) -> None:
        self.search = QLineEdit()
        super().__init__(window, self.search, "command")
        self._ask, self._settings = offers, settings
        self._offers: Sequence[Offer] = ()
        self.found: list[Offer] = []
        self._came_from: QWidget | None = None
        self.list, self.hint = QListWidget(), QLabel()
        self.closed.connect(self._give_back)
        self.search.textChanged.connect(self._filter)
        self._rows = _Rows(self)
        self.list.setItemDelegate(self._rows)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setProperty("ground", "none")  # the frame is painted below
        self.list.itemClicked.connect(self._take)
        self.hint.setProperty("tone", "secondary")
        self.hint.setFont(font("small"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 6)
        layout.setSpacing(6)
        for widget in (self.search, self.list, self.hint):
            layout.addWidget(widget)

    def open(self) -> None:
        """Open, with what was done lately on top."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self.search.setPlaceholderText(say(PLACEHOLDER))
        self.search.setAccessibleName(say(PLACEHOLDER))
        self._offers = self._ask()
        self.search.clear()
        self._filter("")
        parent = self.parentWidget()
        assert parent is not None
        width = min(WIDTH, parent.width() - 32)
        self.setGeometry((parent.width() - width) // 2, TOP, width, self.sizeHint().height())
        self._filter("")
        self.show_card()

    def _give_back(self) -> None:
        """The keyboard goes where it came from."""
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)
        self._came_from = None

    # finding ----------------------------------------------------------------------------------------------------------

    def _filter(self, text: str) -> None:
        if text.strip():
            scored = [(score(text, o.names, o.others), -at, o) for at, o in enumerate(self._offers)]
            best = sorted((row for row in scored if row[0] > 0), key=lambda row: row[:2], reverse=True)
            self.found = [offer for _, _, offer in best]
        else:
            lately = self._lately()
            first = sorted((o for o in self._offers if o.id in lately), key=lambda o: lately.index(o.id))
            self.found = [*first, *(o for o in self._offers if o.id not in lately)]
        self.list.clear()
        for offer in self.found:
            item = QListWidgetItem(offer.text)
            item.setSizeHint(QSize(0, ROW))
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self.found else -1)
        self.list.setFixedHeight(ROW * max(1, min(ROWS, len(self.found))) + 4)
        self.hint.setText(say(KEYS if self.found else NOTHING))
        self.resize(self.width(), self.minimumSizeHint().height())

    def _lately(self) -> list[str]:
        stored = self._settings.value(LATELY, [])
        return [stored] if isinstance(stored, str) else [str(s) for s in stored] if isinstance(stored, list) else []

    # choosing ---------------------------------------------------------------------------------------------------------

    def _take(self, *_: object) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self.found):
            return
        offer = self.found[row]
        self._settings.setValue(LATELY, [offer.id, *(i for i in self._lately() if i != offer.id)][:MOST_LATELY])
        self.close_()
        QTimer.singleShot(0, self, offer.act)  # when this click or key is over, for a command may open what takes keys

    def key(self, event: QKeyEvent) -> bool:
        """Arrows choose, Enter does it."""
        if rows := rows_of(event, ROWS):
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + rows)))
        elif is_enter(event):
            self._take()
        else:
            return False
        return True

    def left(self) -> None:
        """Whoever has the keyboard now keeps it."""
        self._came_from = None
        self.close_()


class _Rows(QStyledItemDelegate):
    """An icon, the text, where it belongs, and its key at the right."""

    def __init__(self, palette: CommandPalette) -> None:
        super().__init__(palette)
        self._palette = palette

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        t, offer = theme.tokens, self._palette.found[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(2, 1, -2, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.selected if chosen else t.hover))
            painter.drawRoundedRect(box, 6, 6)
        if offer.icon:
            draw(painter, QRectF(box.left() + 10, box.center().y() - 8, 16, 16), offer.icon, t.text_secondary)
        painter.setFont(font("body"))
        metrics, middle = QFontMetrics(font("body")), Qt.AlignmentFlag.AlignVCenter
        keys = metrics.horizontalAdvance(offer.keys) + 16 if offer.keys else 0
        words = box.adjusted(36, 0, -keys - 8, 0)
        painter.setPen(QColor(t.text))
        painter.drawText(words, middle, metrics.elidedText(offer.text, Qt.TextElideMode.ElideRight, int(words.width())))
        used = metrics.horizontalAdvance(offer.text) + 12
        painter.setPen(QColor(t.text_secondary))
        painter.drawText(box.adjusted(0, 0, -10, 0), middle | Qt.AlignmentFlag.AlignRight, offer.keys)
        painter.setFont(font("small"))
        painter.drawText(words.adjusted(used, 0, 0, 0), middle, offer.hint)
        painter.restore()
