"""Steppers: minus and plus for the width and the number of the selected layers, beside them on the canvas and by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from core.blocks._base import Block
from core.errors import GraphError
from core.graph import stepping
from core.graph.composites import Composite
from core.graph.document import Document
from core.words import Words
from gui.canvas.geometry import Point
from gui.canvas.structure import Structure
from gui.canvas.style import NO_DETAILS
from gui.canvas.trying import Way
from gui.canvas.values import Values, quick
from gui.document.store import Store
from gui.i18n import follow, language
from gui.palette.habits import Habits
from gui.theme.fonts import font

GAP = 10  # pixels between the steppers and the blocks
BUTTON = 22
WIDTH, LAYERS = Words("Width", "宽度"), Words("Layers", "层数")
WIDER, NARROWER = Words("Wider layers", "加宽"), Words("Narrower layers", "变窄")
TOGETHER = Words("It would not fit alone. Step with it:", "单独更改会使形状不匹配，一同更改：")
MOST = 4  # names of layers in a menu
MORE, FEWER = Words("One layer more", "增加一层"), Words("One layer less", "减少一层")


class Stepping(Structure):
    """A canvas on which layers are stepped. Each step is one entry of the history."""

    stepped = Signal()  # a run that is under way goes on with the network as it is now

    def __init__(
        self,
        store: Store,
        blocks: Mapping[str, type[Block]] | None = None,
        habits: Habits | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(store, blocks, habits, parent)
        self.steppers = Steppers(self)
        self.values = Values(self)
        self._together: list[str] = []  # layers that a menu offers to step at once

    def activate(self) -> None:
        """Into the selected composite; the values of blocks of one other kind are typed where they stand."""
        blocks = {name: self.store.document.nodes[name].block for name in sorted(self.store.selection)}
        inside = any(isinstance(block, Composite) for block in blocks.values())
        alike = len({type(block) for block in blocks.values()}) == 1
        if inside or not alike or not self.values.open(next(iter(blocks))):
            super().activate()

    def value_at(self, at: Point) -> bool:
        """Whether a value that may be typed is written at a point."""
        node = self.items_.node_at(at) if self.scale_now >= NO_DETAILS else None
        return node is not None and node.shows_value_at(at) and bool(quick(self.store.document.nodes[node.name].block))

    def set_picture(self, name: str, picture: QImage | None) -> None:
        """A small picture inside a block, or none; steppers stay beside a block that grows by it."""
        item = self.items_.nodes.get(name)
        before = item.box if item is not None else None
        super().set_picture(name, picture)
        if item is not None and item.box != before and name in self.store.selection:
            self.steppers.place()

    def set_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Small pictures inside these blocks, and in no others."""
        super().set_pictures(pictures)
        self.steppers.place()

    def step_width(self, way: str) -> None:
        """The selected layers a step wider or narrower."""
        self.values.close_editor(take=True)
        names, known, up = self._selected(), self.store.inference, way == "up"
        if names:
            label = WIDER if up else NARROWER
            try:
                self.store.apply(label, lambda d: stepping.step_width(d, known, names, up=up))
            except GraphError as error:
                self._step_together(label, error, names, up=up)
            else:
                self._went(names)

    def _step_together(self, label: Words, error: GraphError, names: list[str], *, up: bool) -> None:
        """Offer to step the layers too that have to be as wide as these; where that does not help either, why not."""
        document = self.store.document
        try:
            after, others = stepping.step_together(document, self.store.inference, names, up=up)
        except GraphError:
            self.refused.emit(error.words)
            return
        listed = Words(", ".join(others[:MOST]), "、".join(others[:MOST]))
        rest = len(others) - MOST
        if rest > 0:
            listed = Words(f"{listed.en} and {rest} more", f"{listed.zh} 等 {len(others)} 个")
        ways = [Way(listed, label, lambda d: after if d is document else d)]
        menu = self.offer(QPointF(self.steppers.geometry().bottomLeft()), TOGETHER, ways)
        self._together = [*names, *others]
        menu.triggered.connect(self._went_together)

    def _went_together(self, _action: object) -> None:
        self._went(self._together)

    def step_depth(self, way: str) -> None:
        """A layer more behind the selected ones, or the last of them away; a single one hands the selection on."""
        self.values.close_editor(take=True)
        names, known = self._selected(), self.store.inference
        if not names:
            return
        if way == "up":
            made = self._edit(MORE, lambda d: stepping.deepen(d, known, names))
            self._went([made, *(names if len(names) > 1 else [])] if made is not None else None)
            return
        document = self.store.document

        def less(document: Document) -> tuple[Document, list[str]]:
            return stepping.thin(document, known, names), names

        if self._edit(FEWER, less) is not None:
            left = [name for name in names if name in self.store.document.nodes]
            self._went(left or stepping.layer_before(document, self.store.document, names))

    def _went(self, names: list[str] | None) -> None:
        if names is not None:
            self.store.select(names)
            self.stepped.emit()


class Steppers(QFrame):
    """Above the selected layers, or below them; out of the way while the mouse is down, and where there is nothing to step."""

    def __init__(self, canvas: Stepping) -> None:
        super().__init__(canvas.viewport())
        self._canvas, self._store = canvas, canvas.store
        self.setObjectName("steppers")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 4, 2)
        row.setSpacing(0)
        self.width_ = self._pair(row, WIDTH, canvas.step_width, (NARROWER, WIDER))
        row.addSpacing(8)
        self.layers = self._pair(row, LAYERS, canvas.step_depth, (FEWER, MORE))
        for signal in (
            self._store.changed, self._store.selection_changed, self._store.scope_changed, language.changed, canvas.zoomed,
            canvas.horizontalScrollBar().valueChanged, canvas.verticalScrollBar().valueChanged,
        ):  # fmt: skip
            signal.connect(self.place)
        self.place()

    def place(self, *_: object) -> None:
        """Beside the selection as it is now, or nowhere."""
        canvas, names = self._canvas, self._store.selection
        wide, deep = (False, False)
        if names and not self._store.previewing and canvas.scale_now >= NO_DETAILS:
            wide, deep = stepping.can_step(self._store.document, self._store.inference, names)
        for widgets, shown in ((self.width_, wide), (self.layers, deep)):
            for widget in widgets:
                widget.setVisible(shown)
        box = canvas.items_.bounds(names & canvas.items_.nodes.keys()) if wide or deep else None
        if box is None:
            self.hide()
            return
        self.adjustSize()
        top = canvas.view_point((box.center().x(), box.top()))
        room = canvas.viewport().rect()
        at = top - QPoint(self.width() // 2, self.height() + GAP)
        if at.y() < 0:  # no room above
            at = canvas.view_point((box.center().x(), box.bottom())) + QPoint(-self.width() // 2, GAP)
        self.move(at.x(), at.y())
        self.setVisible(room.intersects(self.geometry()))

    def fit_to(self, target: int) -> None:
        """Buttons at least so large, for fingers."""
        for button in self.findChildren(QToolButton):
            button.setFixedSize(max(target, BUTTON), max(target, BUTTON))
        self.place()

    def _pair(
        self, row: QHBoxLayout, title: Words, step: Callable[[str], None], words: tuple[Words, Words]
    ) -> tuple[QWidget, ...]:
        label = QLabel()
        label.setFont(font("small"))
        label.setProperty("tone", "secondary")
        follow(label, label.setText, title)
        made: list[QWidget] = []
        for sign, way, name in (("−", "down", words[0]), ("+", "up", words[1])):
            button = QToolButton()
            button.setText(sign)
            button.setAutoRaise(True)
            button.setFixedSize(BUTTON, BUTTON)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys of the canvas do the same
            button.clicked.connect(partial(_without_state, step, way))
            follow(button, button.setToolTip, name)
            follow(button, button.setAccessibleName, name)
            made.append(button)
        for widget in (made[0], label, made[1]):
            row.addWidget(widget)
        return made[0], label, made[1]


def _without_state(step: Callable[[str], None], way: str, _checked: bool = False) -> None:
    step(way)
