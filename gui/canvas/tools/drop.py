"""Drop: a block carried over from the palette, shown as it will be, with the wire it would go into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.blocks._base import Block
from core.graph import edits
from core.graph.document import Document, Node
from core.words import Words
from gui.canvas.geometry import Point, Port, ports_of, snapped
from gui.canvas.node_item import Look, NodeItem
from gui.canvas.tools.insert import Splice

if TYPE_CHECKING:
    from gui.canvas.commands import Commands


class Drop:
    """From the moment a block enters the canvas until it is dropped or leaves."""

    def __init__(self, canvas: Commands, block: Block, at: Point) -> None:
        self._canvas, self._block = canvas, block
        ahead, name = edits.add(canvas.store.document, block)
        self._splice = Splice(canvas, ahead, name)
        self._item = NodeItem(name, canvas.items_.style)
        ports: tuple[Port, ...] = ports_of(block)
        self._item.show_node(Node(block), Look(ports, flow=canvas.store.document.flow))
        self._item.set_state(ghost=True)
        self._item.setZValue(5)
        canvas.items_.graphics.addItem(self._item)
        self.move(at)

    def move(self, at: Point) -> None:
        """Carried here."""
        self._item.put((snapped(at[0] - self._item.rect().width() / 2), snapped(at[1] - 16)))
        self._splice.seek(self._item.rect(), at)

    def drop(self) -> None:
        """The block stays, in the wire that glows if one does: one entry of the history."""
        made: list[str] = []
        at, block, splice = self._item.at, self._block, self._splice

        def edit(document: Document) -> Document:
            after, name = edits.add(document, block, at)
            made.append(name)
            return splice.apply(after, name)

        self._canvas.store.apply(added(block), edit)
        self._canvas.store.select(made)
        splice.offer(made[0])

    def end(self) -> None:
        """Take the picture away."""
        self._splice.end()
        self._canvas.items_.graphics.removeItem(self._item)


def added(block: Block) -> Words:
    """What adding a block is called in the history."""
    return Words(f"Add {block.title.en}", f"添加{block.title.zh}")
