"""What a view is: it says what it wants to see, draws the answers, and has something to say when there is nothing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from typing import ClassVar

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight import registry
from core.insight._base import Frame, Request
from core.insight._rows import blocks_of
from core.words import Words
from gui.i18n import say
from gui.theme.icons import icon
from gui.theme.tokens import CONTROL_HEIGHT, SPACE, Tokens
from gui.widgets.empty_state import EmptyState
from gui.widgets.live_text import LiveText

Selection = Collection[str]  # names of the selected blocks
FOOT_LINES = 9  # of height, from which there is room for the foot
WAITING = Words("Press Train, or a single step, to see something here.", "点击“训练”或单步，即可在此看到内容。")


class View(QWidget):
    """A way of watching: subclasses fill `content`, and put choosers into `bar` and colour bars into `foot`."""

    title: ClassVar[Words]
    icon: ClassVar[str]  # of gui/theme/icons.py
    insight: ClassVar[str] = ""  # what it asks for; views of a run's events ask for nothing
    nothing: ClassVar[Words] = WAITING  # why it may be empty, and what to do

    wants_changed = Signal()  # `requests` has another answer now

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted: tuple[Request, ...] = ()
        self.frame: Frame | None = None
        self.is_running = False
        self.tokens: Tokens | None = None
        self.bar = QHBoxLayout()
        self.bar.setSpacing(SPACE[2])
        self.bar_holder = QWidget()
        self.bar_holder.setLayout(self.bar)
        keeps = self.bar_holder.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # nothing jumps when the first picture comes
        self.bar_holder.setSizePolicy(keeps)
        self.bar.setContentsMargins(0, 0, 0, 0)
        self.content = QWidget()
        self.empty = EmptyState(self.icon, WAITING)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.content)
        self.readout = Readout()
        self.foot = QHBoxLayout()
        self.foot.setSpacing(SPACE[3])
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.foot.addWidget(self.readout, 1)
        self.foot_holder = QWidget()
        self.foot_holder.setLayout(self.foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        layout.setSpacing(SPACE[1])
        layout.addWidget(self.bar_holder)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.foot_holder)

    def minimumSizeHint(self) -> QSize:
        """The foot gives way."""
        least, foot = super().minimumSizeHint(), self.foot_holder
        spared = 0 if foot.isHidden() else foot.minimumSizeHint().height() + SPACE[1]
        return QSize(least.width(), least.height() - spared)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.foot_holder.setVisible(self.is_high(FOOT_LINES))

    def is_high(self, lines: int) -> bool:
        """Whether it is as high as so many lines of text, however large that is."""
        return self.height() >= lines * self.fontMetrics().height()

    # what the window calls --------------------------------------------------------------------------------------------

    @abstractmethod
    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """What it wants to see now; asked when it becomes visible, and after `wants_changed` or another selection."""

    def consume(self, frame: Frame) -> None:
        """Draw an answer; one to a question no longer asked is passed over."""
        asked = {(r.insight, r.block, r.sample) for r in self.wanted}
        if (frame.request.insight, frame.request.block, frame.request.sample) in asked:
            self.frame = frame
            self.show_empty(None)
            self.draw(frame)

    def clear(self) -> None:
        """Forget what was shown."""
        self.frame = None
        self.readout.say("")
        self.show_empty(WAITING if self.wanted else self.nothing)

    def set_running(self, running: bool) -> None:
        """A run began, or paused: there is less or more time to draw."""
        self.is_running = running

    def retranslate(self) -> None:
        """Another language."""
        self.setAccessibleName(say(self.title))
        if self.frame is not None:
            self.draw(self.frame)

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self.tokens = tokens

    # for subclasses ---------------------------------------------------------------------------------------------------

    def draw(self, frame: Frame) -> None:
        """Show the arrays of an answer; in less than 4 ms."""

    def show_empty(self, why: Words | None) -> None:
        """Say why there is nothing to see, or (None) show the content."""
        if why is not None:
            self.empty.sentence.set_words(why)
        at = 0 if why is not None else 1
        if self.stack.currentIndex() != at:
            self.stack.setCurrentIndex(at)
        for i in range(self.foot.count()):
            if (item := self.foot.itemAt(i)) is not None and (widget := item.widget()) is not None:
                widget.setVisible(at == 1)
        self.bar_holder.setVisible(self.bar.count() > 0 and (at == 1 or bool(self.wanted)))

    def ask(self, *requests: Request) -> tuple[Request, ...]:
        """Remember what is wanted; with nothing to ask for, say why."""
        changed = requests != self.wanted
        self.wanted = requests
        if not requests:
            self.frame = None
            self.show_empty(self.nothing)
        elif self.frame is None or (changed and not self._same_kind(requests)):
            self.frame = None
            self.show_empty(WAITING)
        return requests

    def _same_kind(self, requests: tuple[Request, ...]) -> bool:
        """Whether what is shown is of the same block, so that it may stay until the answer comes."""
        return self.frame is not None and any(r.block == self.frame.request.block for r in requests)


class Readout(LiveText):
    """One line under a view: what is under the mouse, or what is shown at all."""

    resting = ""

    def say(self, text: str) -> None:
        """What is shown while nothing is pointed at."""
        self.resting = text
        self.point("")

    def point(self, text: str) -> None:
        """What is under the mouse; "" for nothing."""
        self.setText(text or self.resting)


class BlockChooser(QComboBox):
    """Which block is looked at: the one selected on the canvas, or another that suits."""

    chosen = Signal()

    def __init__(self, insight: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.insight = insight
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._followed: frozenset[str] = frozenset()
        self.pinned = ""  # the block that is shown whatever is selected
        self.activated.connect(self._on_activated)

    def retranslate(self) -> None:
        """Another language."""
        self.setAccessibleName(say(Words("Block", "模块")))
        self.setToolTip(
            say(
                Words(
                    "The block that is shown. Selecting a block on the canvas chooses it too.",
                    "所显示的模块。在画布上选中模块也会切换到它。",
                )
            )
        )

    def offer(self, document: Document, inference: Inference, selection: Selection) -> str:
        """List the blocks that suit, and choose: a newly selected one, or the one chosen before, or the first."""
        suits = registry()[self.insight].suits
        names = [n for n in inference.order if suits(document, inference, n)]
        inputs = blocks_of(document, inference, "input")
        return self.choose(names, selection, next((n for n in names if n not in inputs), ""))

    def choose(self, names: list[str], selection: Selection, first: str = "") -> str:
        """The same, out of given names; `first` is shown before anything is chosen."""
        before = self.currentText()
        with QSignalBlocker(self):
            if names != [self.itemText(i) for i in range(self.count())]:
                self.clear()
                self.addItems(names)
            new = [n for n in names if n in selection and n not in self._followed]
            before = self.pinned if self.pinned in names else new[0] if new else before
            self.setCurrentText(before if before in names else first or (names[0] if names else ""))
            for at, name in enumerate(names):
                self.setItemIcon(at, icon("pin") if name == self.pinned else QIcon())
        self._followed = frozenset(selection)
        self.setEnabled(len(names) > 1)
        return self.currentText()

    def pin(self, name: str) -> bool:
        """Show this block until another is chosen here; a second time lets it go. Whether it is pinned now."""
        self.pinned = "" if name == self.pinned else name
        self.chosen.emit()
        return bool(self.pinned)

    def _on_activated(self, index: int) -> None:
        self.pinned = ""
        self.chosen.emit()


class SampleChooser(QWidget):
    """Which row of the data is looked at."""

    chosen = Signal()

    def __init__(self, step: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = 1
        self.label, self.of = QLabel(), QLabel()
        self.number = QSpinBox()
        self.number.setRange(1, 1)
        self.number.setSingleStep(step)
        self.number.setWrapping(True)
        self.number.setMinimumHeight(CONTROL_HEIGHT)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE[2])
        for widget in (self.label, self.number, self.of):
            layout.addWidget(widget)
        self.label.setBuddy(self.number)
        self.number.valueChanged.connect(self._on_changed)

    @property
    def sample(self) -> int:
        """The row, from 0."""
        return self.number.value() - 1

    def set_rows(self, rows: int) -> None:
        """How many rows there are."""
        if rows != self.rows:
            self.rows = rows
            with QSignalBlocker(self.number):
                self.number.setMaximum(max(1, rows))
            self.retranslate()

    def retranslate(self) -> None:
        """Another language."""
        self.label.setText(say(Words("Sample", "样本")))
        self.number.setAccessibleName(say(Words("Number of the sample", "样本编号")))
        self.of.setText(say(Words(f"of {self.rows:,}", f"/ {self.rows:,}")))

    def _on_changed(self, value: int) -> None:
        self.chosen.emit()


def switch(on: bool = False) -> QCheckBox:
    """A box to tick, as high as the other controls."""
    box = QCheckBox()
    box.setMinimumHeight(CONTROL_HEIGHT)
    box.setChecked(on)
    return box
