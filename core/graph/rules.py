"""May these two ports be wired? If not, why not, in plain words with both shapes? `bridges.py` says what would help."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.blocks._base import Block
from core.graph import edits
from core.graph.document import Document, Wire
from core.graph.shapes import Inference, infer
from core.words import Words


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done."""

    words: Words


def check_wire(document: Document, known: Inference, wire: Wire) -> Refusal | None:
    """None where the wire may be drawn. Used while dragging, on release, on paste and by the loader."""
    if refusal := _ends_fit(document, wire):
        return refusal
    if wire.source in _fed_by(document, wire.target):
        return Refusal(
            Words(
                f"A wire from {wire.source} to {wire.target} would close a circle: {wire.target} already feeds {wire.source}.",
                f"从 {wire.source} 到 {wire.target} 的连线会形成环：{wire.target} 已经流向 {wire.source}。",
            )
        )
    if known.shape(wire.source, wire.output) is None:
        return None  # nothing is known of what would arrive, so nothing speaks against it
    before = {f.words for f in known.faults if f.block == wire.target}
    for fault in infer(edits.connect(document, wire), known).faults:
        if fault.block == wire.target and fault.kind == "shape" and fault.words not in before:
            return Refusal(fault.words)
    return None


def check_bypass(document: Document, known: Inference, names: Collection[str]) -> Refusal | None:
    """None where these blocks may be bypassed: each hands something on, and what follows takes it."""
    for name in names:
        block = document.nodes[name].block
        if isinstance(block, Block) and not (block.input_ports() and block.output_ports()):
            return Refusal(
                Words(
                    f"{name} cannot be bypassed: it has no input to hand on, or nobody to hand it to.",
                    f"{name} 不能旁路：它没有可传递的输入，或没有输出。",
                )
            )
    before = {f.words for f in known.faults}
    for fault in infer(edits.set_mode(document, names, "bypass"), known).faults:
        if fault.words not in before:
            return Refusal(
                Words(f"Without it the shapes do not fit. {fault.words.en}", f"旁路后形状不匹配。{fault.words.zh}")
            )
    return None


def _fed_by(document: Document, name: str) -> set[str]:
    """The block itself, and every block behind it."""
    ahead: dict[str, list[str]] = {}
    for wire in document.wires:
        ahead.setdefault(wire.source, []).append(wire.target)
    found, frontier = {name}, [name]
    while frontier:
        fresh = set(ahead.get(frontier.pop(), ())) - found
        found |= fresh
        frontier += fresh
    return found


def _ends_fit(document: Document, wire: Wire) -> Refusal | None:
    source = document.nodes.get(wire.source)
    target = document.nodes.get(wire.target)
    if source is None or target is None:
        missing = wire.source if source is None else wire.target
        return Refusal(Words(f"There is no block named {missing!r}.", f"没有名为 {missing!r} 的模块。"))
    if isinstance(source.block, Block) and wire.output not in source.block.output_ports():
        ports = ", ".join(source.block.output_ports()) or "—"
        return Refusal(
            Words(
                f"{wire.source} has no output {wire.output!r}; its outputs are: {ports}.",
                f"{wire.source} 没有输出端口 {wire.output!r}；它的输出端口有：{ports}。",
            )
        )
    if isinstance(target.block, Block) and wire.input not in target.block.input_ports():
        ports = ", ".join(target.block.input_ports()) or "—"
        return Refusal(
            Words(
                f"{wire.target} has no input {wire.input!r}; its inputs are: {ports}.",
                f"{wire.target} 没有输入端口 {wire.input!r}；它的输入端口有：{ports}。",
            )
        )
    return None
