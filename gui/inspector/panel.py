"""The inspector: what the selected block is, what it gives, what can be set, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from core.blocks._base import Level
from core.graph.training import Learning
from core.settings import Settings
from core.words import Words
from gui.i18n import follow
from gui.inspector.form import SettingsForm
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.icons import draw
from gui.theme.tokens import RADIUS, SPACE
from gui.widgets.banner import Banner
from gui.widgets.empty_state import EmptyState
from gui.widgets.label import Label, tip
from gui.widgets.section import Section
from gui.widgets.text_field import TextField


@dataclass(frozen=True, slots=True)
class Card:
    """What the panel tells about a block, or about several, made by whoever knows the document."""

    name: str
    title: Words
    help: Words  # paragraphs; the first is always seen
    group: str  # its colour and icon
    group_words: Words
    facts: tuple[Words, ...] = ()  # output shape, number of parameters, …
    faults: tuple[Words, ...] = ()
    count: int = 1  # of blocks; several have no name to be typed


class InspectorPanel(QWidget):
    """Shows what is selected. Knows nothing of documents: it is told, and it tells."""

    renamed = Signal(str)
    previewed = Signal(str, object)
    committed = Signal(str, object)
    cancelled = Signal(str)
    learning_committed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(264)
        self._card: Card | None = None
        self.form: SettingsForm | None = None
        self._level: Level = "standard"
        self._empty = EmptyState(
            "target", Words("Select a block to see what it does and to change it.", "选中一个块，查看并修改它的设置。")
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._build())

    def show_block(self, card: Card, settings: Settings | None, learning: Settings | None = None) -> None:
        """Show a block or several; `settings` are None where this program does not have one. Cheap when little has changed.

        `learning` says how it learns, None where it has nothing to learn.
        """
        if self.form is not None and settings is not None:
            if self._card is None or card.name != self._card.name:
                self.form.discard()
            self.form.set_settings(settings)
        else:
            self._replace_form(settings)
        self._learning_section.setVisible(learning is not None)
        if learning is not None:
            self.learning.set_settings(learning)
        if card != self._card:
            self._show_card(card)
        self._stack.setCurrentIndex(1)

    def explain(self) -> None:
        """Unfold all that is said about the block, and bring it into view."""
        self._about.set_open(True)
        self._about.header.setFocus(Qt.FocusReason.ShortcutFocusReason)
        QTimer.singleShot(0, self, self._show_about)  # when it has its new height

    def _show_about(self) -> None:
        self._scroll.ensureWidgetVisible(self._about)

    def set_level(self, level: Level) -> None:
        """How much of the settings is shown."""
        self._level = level
        self.learning.set_level(level)
        if self.form is not None:
            self.form.set_level(level)

    def show_nothing(self) -> None:
        """Nothing is selected, or a block that this program does not have."""
        self._stack.setCurrentIndex(0)

    def is_empty(self) -> bool:
        """Whether no block is shown."""
        return self._stack.currentIndex() == 0

    def _build(self) -> QWidget:
        page = QWidget()
        self._tile = Tile()
        self.name = TextField()
        self.name.setProperty("quiet", True)
        self.name.setFont(font("title"))
        self.name.setMaxLength(64)
        follow(self.name, self.name.setAccessibleName, Words("Name of the block", "块的名称"))
        self.name.committed.connect(self._rename)
        self._title = Label(None, "title")
        self._title.setContentsMargins(SPACE[2], 0, 0, 0)
        self._kind = Label(None, "small", "secondary")
        self._kind.setContentsMargins(SPACE[2], 0, 0, 0)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.name)
        names.addWidget(self._title)
        names.addWidget(self._kind)
        header = QHBoxLayout()
        header.setSpacing(SPACE[1])
        header.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        header.addLayout(names, 1)

        self._help, self._more = Label(), Label(None, "body", "secondary")
        self._about = Section(Words("More about this block", "进一步了解"), is_open=False)
        self._about.body.addWidget(self._more)
        self._facts, self._faults = QVBoxLayout(), QVBoxLayout()
        self._facts.setSpacing(2)
        self._faults.setSpacing(SPACE[2])
        self._form_place = QVBoxLayout()
        self._form_line, self._footer_line = _line(), _line()
        self.learning = SettingsForm(Learning())
        self.learning.help_line.hide()  # the tooltips say it too, and the other form has the place for help
        self.learning.committed.connect(self.learning_committed)
        self._learning_section = QWidget()
        learning = QVBoxLayout(self._learning_section)
        learning.setContentsMargins(0, 0, 0, 0)
        learning.setSpacing(SPACE[3])
        learning.addWidget(_line())
        learning.addWidget(self.learning)

        content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[3])
        self._content.setSpacing(SPACE[3])
        self._content.addWidget(self._help)
        self._content.addLayout(self._facts)
        self._content.addWidget(self._form_line)
        self._content.addLayout(self._form_place)
        self._content.addWidget(self._learning_section)
        self._content.addLayout(self._faults)
        self._content.addWidget(self._about)
        self._content.addStretch(1)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content.setProperty("ground", "surface")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        scroll.setWidget(content)

        self._footer = QVBoxLayout()
        self._footer.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, SPACE[3], 0, 0)
        layout.setSpacing(0)
        header.setContentsMargins(SPACE[3], 0, SPACE[3], SPACE[1])
        layout.addLayout(header)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._footer_line)
        layout.addLayout(self._footer)
        return page

    def _replace_form(self, settings: Settings | None) -> None:
        if self.form is not None:
            for gone in (self.form.help_line, self.form):
                gone.hide()
                gone.deleteLater()
            self.form = None
        self._form_line.setVisible(settings is not None)
        self._footer_line.setVisible(settings is not None)
        if settings is None:
            return
        self.form = SettingsForm(settings)
        self.form.set_level(self._level)
        self.form.previewed.connect(self.previewed)
        self.form.committed.connect(self.committed)
        self.form.cancelled.connect(self.cancelled)
        self._form_place.addWidget(self.form)
        self._footer.addWidget(self.form.help_line)

    def _show_card(self, card: Card) -> None:
        self._card = card
        self._tile.set_group(card.group)
        self.name.setVisible(card.count == 1)
        self._title.setVisible(card.count > 1)
        self.name.set_value(card.name)
        self._title.set_words(card.title)
        self._title.setToolTip(tip(card.name))
        kind = Words(f"{card.title.en} · {card.group_words.en}", f"{card.title.zh} · {card.group_words.zh}")
        self._kind.set_words(kind if card.count == 1 else card.group_words)
        first, rest = _first_paragraph(card.help)
        self._help.set_words(first)
        self._help.setVisible(bool(first.en))
        self._more.set_words(rest)
        self._about.setVisible(bool(rest.en))
        _tell(self._facts, card.facts, _fact)
        _tell(self._faults, card.faults, _fault)

    def _rename(self, name: str) -> None:
        if self._card is not None:
            self.name.set_value(self._card.name)  # until whoever owns the document says that it is so
        self.renamed.emit(name)


class Tile(QWidget):
    """The icon of a group on its tint."""

    def __init__(self, side: int = 36) -> None:
        super().__init__()
        self._group = ""
        self.setFixedSize(QSize(side, side))

    def set_group(self, group: str) -> None:
        """Show another group."""
        self._group = group
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tokens.group_tint(self._group)))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        known = self._group in theme.tokens.groups
        name = f"group-{self._group}" if known else "layers"
        inset = 2 * self.width() / 9
        draw(painter, QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), name, theme.tokens.group(self._group))
        painter.end()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("line", True)
    return line


def _fact(words: Words) -> Label:
    return Label(words, "number_small", "secondary")


def _fault(words: Words) -> Banner:
    return Banner("error", words, closable=False)


def _tell(layout: QVBoxLayout, lines: Sequence[Words], make: Callable[[Words], Label | Banner]) -> None:
    """Show these lines in the layout. Widgets are kept for the next time: facts change at every step of a drag."""
    for index, words in enumerate(lines):
        item = layout.itemAt(index)
        widget = item.widget() if item is not None else None
        if isinstance(widget, Label | Banner):
            widget.set_words(words)
            widget.show()
        else:
            layout.addWidget(make(words))
    for index in range(len(lines), layout.count()):
        item = layout.itemAt(index)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()


def _first_paragraph(words: Words) -> tuple[Words, Words]:
    en, zh = words.en.partition("\n\n"), words.zh.partition("\n\n")
    return Words(en[0], zh[0]), Words(en[2], zh[2])
