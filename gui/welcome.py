"""The first page: what was open lately, and the examples as cards, part by part of the lecture, one click from training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.examples import PARTS, Example, examples
from core.words import Words
from gui.example_card import CARD, Card
from gui.files import RECENT
from gui.i18n import follow, language, say
from gui.palette.search import score
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import SPACE
from gui.widgets.label import Label, tip

GREETING = Words("What shall we build?", "今天想搭建什么？")
UNDER = Words(
    "Open an example and press Train, or begin with an empty canvas.", "打开一个示例并点击“训练”，或从空白画布开始。"
)
EMPTY, OPEN = Words("Empty canvas", "空白画布"), Words("Open a project…", "打开项目…")
MOST_RECENT = 5
EXAMPLES = Words("Examples", "示例")
SEARCH = Words("Search the examples", "搜索示例")
NOTHING = Words(
    "No example fits. Try another word, such as LSTM or digits.", "没有匹配的示例。换个词试试，如 LSTM 或 数字。"
)


class Welcome(QScrollArea):
    """`chosen` carries the path of an example, `file_chosen` that of a recent project; the others are without one."""

    chosen = Signal(object)
    file_chosen = Signal(object)
    empty_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        follow(self, self.setAccessibleName, EXAMPLES)
        holder = QWidget()
        holder.setObjectName("welcome")
        self.setWidget(holder)
        outer = QVBoxLayout(holder)
        outer.setContentsMargins(SPACE[6], SPACE[6], SPACE[6], SPACE[6])
        outer.setSpacing(SPACE[2])
        self.greeting, self.under = QLabel(), QLabel()
        self.greeting.setFont(font("display"))
        self.under.setFont(font("body"))
        self.under.setProperty("tone", "secondary")
        self.empty, self.open = QPushButton(), QPushButton()
        self.empty.clicked.connect(self.empty_wanted)
        self.open.clicked.connect(self.open_wanted)
        self.search = _Search()
        self.search.textChanged.connect(self._filter)
        self.search.entered.connect(self._enter)
        row = QHBoxLayout()
        row.setSpacing(SPACE[2])
        row.addWidget(self.empty)
        row.addWidget(self.open)
        row.addSpacing(SPACE[4])
        row.addWidget(self.search)
        row.addStretch(1)
        for widget in (self.greeting, self.under):
            outer.addWidget(widget)
        outer.addLayout(row)
        self.recent = _Recent()
        self.recent.chosen.connect(self.file_chosen)
        outer.addWidget(self.recent)
        self.sections = [_Section(part) for part in PARTS]
        self.cards = [card for section in self.sections for card in section.cards]
        for section in self.sections:
            outer.addWidget(section)
        for card in self.cards:
            card.chosen.connect(self.chosen)
        self.nothing = QLabel()
        self.nothing.setProperty("tone", "secondary")
        self.nothing.hide()
        outer.addSpacing(SPACE[4])
        outer.addWidget(self.nothing)
        outer.addStretch(1)
        language.changed.connect(self.retranslate)
        self.retranslate()
        self._flow()

    def show_recent(self, paths: Sequence[str]) -> None:
        """The projects that were used last, those that are still there."""
        self.recent.show_files([Path(path) for path in paths if Path(path).is_file()][:MOST_RECENT])
        self._flow()

    def retranslate(self) -> None:
        """All texts in the language as it is now."""
        self.greeting.setText(say(GREETING))
        self.under.setText(say(UNDER))
        self.empty.setText(say(EMPTY))
        self.open.setText(say(OPEN))
        self.search.setPlaceholderText(say(SEARCH))
        self.search.setAccessibleName(say(SEARCH))
        self.nothing.setText(say(NOTHING))
        for section in self.sections:
            section.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many cards in a row as there is room for."""
        super().resizeEvent(event)
        self._flow()

    def _flow(self) -> None:
        room = self.viewport().width() - 2 * SPACE[6] + SPACE[4]
        columns = max(1, room // (CARD.width() + SPACE[4]))
        width = max(CARD.width(), room // columns - SPACE[4])  # of a card: a row is as wide as the page
        for section in self.sections:
            section.flow(columns, width)
        self.recent.flow(columns, width)

    def _filter(self, text: str) -> None:
        self.recent.setVisible(bool(self.recent.buttons) and not text)
        for section in self.sections:
            section.filter(text)
        self.nothing.setVisible(all(section.isHidden() for section in self.sections))
        self._flow()

    def _enter(self) -> None:
        """From the search field to the first card it found."""
        found = next((card for card in self.cards if not card.isHidden()), None)
        if found is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(found)


class _Search(QLineEdit):
    """The search field; the down arrow and Enter go on to what was found, Escape empties it."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setClearButtonEnabled(True)
        self.setFixedWidth(CARD.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _Recent(QWidget):
    """Projects as buttons under a heading; nothing at all where there is none."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        heading = Label(RECENT, "title")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(SPACE[4])
        self.grid.setVerticalSpacing(SPACE[2])
        self.grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE[5], 0, 0)
        column.setSpacing(SPACE[3])
        column.addWidget(heading)
        column.addLayout(self.grid)
        self.hide()

    def show_files(self, paths: Sequence[Path]) -> None:
        """These, the newest first."""
        for old in self.buttons:
            old.deleteLater()
        self.buttons = [self._button(path) for path in paths]
        self.setVisible(bool(paths))

    def flow(self, columns: int, width: int) -> None:
        """Side by side, as the cards are."""
        for at, button in enumerate(self.buttons):
            button.setFixedWidth(width)
            self.grid.addWidget(button, at // columns, at % columns)

    def _button(self, path: Path) -> QPushButton:
        button = QPushButton(icon("file"), "")
        room = CARD.width() - 4 * SPACE[4]
        name = button.fontMetrics().elidedText(path.stem, Qt.TextElideMode.ElideMiddle, room)
        button.setText(name.replace("&", "&&"))
        button.setToolTip(tip(str(path)))
        button.setAccessibleName(path.name)
        button.setProperty("quiet", True)
        button.clicked.connect(partial(self._choose, path))
        return button

    def _choose(self, path: Path, _checked: bool = False) -> None:
        self.chosen.emit(path)


class _Section(QWidget):
    """One part of the lecture: its name, and its cards in a grid."""

    def __init__(self, part: Words) -> None:
        super().__init__()
        self.part = part
        self.heading = QLabel()
        self.heading.setFont(font("title"))
        self.grid = QGridLayout()
        self.grid.setSpacing(SPACE[4])
        self.grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE[5], 0, 0)
        column.setSpacing(SPACE[3])
        column.addWidget(self.heading)
        column.addLayout(self.grid)
        self.cards = [Card(example, self) for example in examples() if example.part == part]

    def retranslate(self) -> None:
        """The name of the part, and all cards."""
        self.heading.setText(say(self.part))
        for card in self.cards:
            card.retranslate()

    def filter(self, text: str) -> None:
        """Show the cards that a search finds, and nothing at all where it finds none."""
        found = [fits(text, card.example) for card in self.cards]
        for card, is_found in zip(self.cards, found, strict=True):
            card.setVisible(is_found)
        self.setVisible(any(found))

    def flow(self, columns: int, width: int) -> None:
        """Put the cards that are shown side by side."""
        for at, card in enumerate(card for card in self.cards if not card.isHidden()):
            card.setFixedWidth(width)
            self.grid.addWidget(card, at // columns, at % columns)


def fits(text: str, example: Example) -> bool:
    """Whether every word of a search is found in an example's names, in what is said of it, or in its part."""
    names = (*example.title, example.id)
    said = " ".join((*example.task, *example.part)).casefold()
    return all(word.casefold() in said or score(word, names) > 0 for word in text.split())
