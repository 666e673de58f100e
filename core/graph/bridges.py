"""What would bridge a wire that does not fit: blocks that are put between are tried, and those that mend it are offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.blocks import registry
from core.blocks._base import NOTHING, Block, Gap, Shape, Shapes
from core.errors import SettingError, ShapeError
from core.graph import edits
from core.graph.document import Document, Wire
from core.graph.shapes import Inference
from core.words import Words

MOST = 6  # bridges that are offered for one wire
Fits = Callable[[Shape], bool]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Blocks that are put into a wire one behind the other, the shape that leaves each, and what the target then gives."""

    blocks: tuple[Block, ...]
    shapes: Shapes
    result: Shape

    @property
    def words(self) -> Words:
        """Their names, with the settings that are painted on them."""
        return Words(*(" → ".join(_named(b, b.title.say(language)) for b in self.blocks) for language in ("en", "zh")))

    def lay(self, document: Document, wire: Wire) -> Document:
        """The document with the wire, and the blocks in it."""
        document = edits.connect(document, wire)
        for block in self.blocks:
            document, name = edits.add(document, block)
            document = edits.insert(document, name, wire)
            wire = Wire(name, block.output_ports()[0], wire.target, wire.input)
        return document


def bridges(document: Document, known: Inference, wire: Wire) -> tuple[Bridge, ...]:
    """Ways across for a wire that its target does not take, the shortest first, then those that the target names itself.

    Two blocks in a row are tried only where no single one does it. Empty where the wire fits, or too little is known.
    """
    target = document.nodes[wire.target].block
    have = known.shape(wire.source, wire.output)
    if not isinstance(target, Block) or have is None or wire.input not in target.input_ports():
        return ()
    ports = target.input_ports()
    shapes = {port: known.shape(*end) or NOTHING for port, end in known.feeds.get(wire.target, {}).items()}
    shapes[wire.input] = have
    ins = tuple(shapes.get(port, NOTHING) for port in ports)
    if any(shape == NOTHING and port not in target.optional for port, shape in zip(ports, ins, strict=True)):
        return ()

    def given(shape: Shape) -> Shape | None:
        """What the target makes of a shape at the end of the wire."""
        try:
            outs = target.out_shapes(tuple(shape if p == wire.input else s for p, s in zip(ports, ins, strict=True)))
        except ShapeError:
            return None
        return outs[0] if outs else NOTHING

    try:
        target.out_shapes(ins)
    except ShapeError as error:
        named = error.fixes
    else:
        return ()
    beside = tuple(dict.fromkeys(s for p, s in zip(ports, ins, strict=True) if p != wire.input and s != NOTHING))
    source = document.nodes[wire.source].block
    gap = Gap(have, beside, source.group if isinstance(source, Block) else "composite")
    first = _tried(gap)
    found = [Bridge((b,), (s,), y) for b, s in first if (y := given(s)) is not None]
    if not found:
        found = [
            Bridge((a, b), (s, t), y)
            for a, s in first
            for b, t in _tried(Gap(s, beside, a.group))
            if t != have and (y := given(t)) is not None
        ]

    def rank(bridge: Bridge) -> int:
        return sum(named.index(b.id) if b.id in named else len(named) for b in bridge.blocks)

    return tuple(sorted(found, key=rank)[:MOST])


def _tried(gap: Gap) -> list[tuple[Block, Shape]]:
    """Every block that may lead across, and what leaves it."""
    found: dict[Block, Shape] = {}
    for kind in registry().values():
        try:
            for block in kind.bridging(gap):
                found[block] = block.out_shapes((gap.have,))[0]
        except (SettingError, ShapeError):
            continue  # a setting out of its range, or a shape that the block itself does not take
    return [(block, shape) for block, shape in found.items() if shape != gap.have]


def _named(block: Block, title: str) -> str:
    caption = block.caption()
    return f"{title} {caption}" if caption else title
