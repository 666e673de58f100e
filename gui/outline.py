"""The outline: the network as a tree of text, for the keyboard and for those who hear the screen instead of seeing it.

One row a block, in the order data flows; under it what feeds each input, with its shape, and what is wrong with it. The
selection is that of the canvas, both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from core.blocks._base import Block
from core.graph.document import Document
from core.graph.shapes import Inference
from core.words import Words
from gui.canvas.geometry import shape_text
from gui.document.store import Store
from gui.i18n import follow, language, say
from gui.theme.apply import theme
from gui.theme.icons import icon
from gui.theme.tokens import ICON

TITLE = Words("Outline", "大纲")
NOT_WIRED = Words("not wired", "未连线")
GIVES = Words("gives {shape}", "输出 {shape}")
NAME = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Line:
    """A block as the outline tells it: its own text, what feeds it, what is wrong."""

    name: str
    text: str
    inputs: tuple[str, ...]
    faults: tuple[str, ...]


def lines(document: Document, known: Inference) -> list[Line]:
    """All blocks, each after those that feed it; blocks in a circle come last. In the language of now."""
    faults: dict[str, list[str]] = {}
    for fault in known.faults:
        faults.setdefault(fault.block, []).append(say(fault.words))
    feeds = {(w.target, w.input): w for w in document.wires}
    made = []
    for name in dict.fromkeys((*(n for n in known.order if n in document.nodes), *document.nodes)):
        block = document.nodes[name].block
        if not isinstance(block, Block):
            made.append(Line(name, name, (), tuple(faults.get(name, ()))))
            continue
        shapes = [shape_text(known.shape(name, port)) for port in block.output_ports()]
        gives = [say(GIVES).format(shape=", ".join(shapes))] if shapes and all(shapes) else []
        inputs = []
        for port in block.input_ports():
            wire = feeds.get((name, port))
            if wire is None:
                inputs.append(f"{port} ← {say(NOT_WIRED)}")
            else:
                shape = shape_text(known.shape(wire.source, wire.output))
                inputs.append(f"{port} ← {wire.source}" + (f" · {shape}" if shape else ""))
        text = " · ".join([name, say(block.title), *gives])
        made.append(Line(name, text, tuple(inputs), tuple(faults.get(name, ()))))
    return made


class Outline(QTreeView):
    """The tree. `chosen` carries the name of the block that is to be seen on the canvas."""

    chosen = Signal(str)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._lines: list[Line] = []
        self._rows: dict[str, QStandardItem] = {}
        self._following = False  # the selection comes from the canvas and is not sent back
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(ICON, ICON))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        follow(self, self.setAccessibleName, TITLE)
        self.selectionModel().selectionChanged.connect(self._select)
        self.activated.connect(lambda index: self.chosen.emit(index.data(NAME)))
        store.changed.connect(self.refresh)
        store.opened.connect(self.refresh)
        store.selection_changed.connect(self._mark)
        language.changed.connect(self.refresh)
        theme.changed.connect(self._redraw)

    def refresh(self, *_: object) -> None:
        """Tell the network as it is now; nothing is done while nobody can see it, nor where a block only moved."""
        if self.isVisible() and (now := lines(self._store.document, self._store.inference)) != self._lines:
            self._lines = now
            self._redraw()

    def _redraw(self, *_: object) -> None:
        closed = {name for name, item in self._rows.items() if not self.isExpanded(item.index())}
        self._following = True
        self._model.clear()
        self._rows = {line.name: self._row(line) for line in self._lines}
        for name, item in self._rows.items():
            self._model.appendRow(item)
            self.setExpanded(item.index(), name not in closed)
        self._following = False
        self._mark(self._store.selection)

    def _row(self, line: Line) -> QStandardItem:
        row = _item(line.name, line.text)
        for text in line.inputs:
            row.appendRow(_item(line.name, text))
        for text in line.faults:
            fault = _item(line.name, text)
            fault.setIcon(icon("error", "error"))
            row.appendRow(fault)
        if line.faults:
            row.setIcon(icon("error", "error"))
            row.setData("; ".join((line.text, *line.faults)), Qt.ItemDataRole.AccessibleTextRole)
        return row

    def _mark(self, selection: frozenset[str]) -> None:
        """Select what the canvas selects."""
        chosen = QItemSelection()
        if selection == self._named():
            return
        for name in sorted(selection & self._rows.keys()):
            at = self._rows[name].index()
            chosen.select(at, at)
        self._following = True
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if chosen.indexes():
            self.selectionModel().setCurrentIndex(chosen.indexes()[0], QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(chosen.indexes()[0])
        self._following = False

    def _named(self) -> frozenset[str]:
        return frozenset(index.data(NAME) for index in self.selectionModel().selectedIndexes())

    def _select(self, *_: object) -> None:
        """Select on the canvas what is selected here; a row under a block stands for the block."""
        if not self._following:
            self._store.select(self._named())

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody looked is told now."""
        super().showEvent(event)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(260, 240)


def _item(name: str, text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(name, NAME)
    item.setToolTip(text)
    return item
