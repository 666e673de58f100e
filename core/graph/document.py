"""The document: everything a person can change, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self

from core.blocks._base import Block
from core.data._base import Source
from core.data.normalisation import Rule
from core.graph.training import Learning, Training
from core.optimizers._base import Optimizer
from core.schedules._base import Schedule

if TYPE_CHECKING:
    from core.graph.composites import Definition

Mode = Literal["on", "bypass", "mute"]
Flow = Literal["right", "down"]  # which way the wires run on a canvas
Point = tuple[float, float]  # in canvas units
Rect = tuple[float, float, float, float]  # left, top, width, height
Numbers = float | tuple["Numbers", ...]  # a hand-set weight: nested tuples in the shape of its array
Mask = bool | tuple["Mask", ...]  # which numbers of a weight stay as they begin: all of them, or those that are True

FARTHEST = (
    1e8  # canvas units from the middle: 100,000 blocks in a row stay within, and so do the pixels a view can count
)
MOST_BENDS = 100  # of one wire
LONGEST_TEXT = 10_000  # of a note
FLAGS = ("collapsed", "locked")  # of a block or a frame


def within_reach(at: Point) -> Point:
    """The nearest point that lies on the canvas."""
    return max(-FARTHEST, min(FARTHEST, at[0])), max(-FARTHEST, min(FARTHEST, at[1]))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A block of a type this program does not have, kept as the file wrote it, so that nothing is lost on saving."""

    type: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """One block on the canvas. `weights` holds first values set by hand, `frozen_weights` what of them stays so, by name.

    A block that is bypassed hands its first input on; one that is muted gives nothing, nor does what depends on it alone.
    """

    block: Block | Unknown
    position: Point | None = None  # laid out when absent
    weights: Mapping[str, Numbers] = field(default_factory=lambda: MappingProxyType({}))
    learning: Learning = field(default_factory=Learning)
    frozen_weights: Mapping[str, Mask] = field(default_factory=lambda: MappingProxyType({}))
    mode: Mode = "on"
    collapsed: bool = False  # drawn as its header alone
    locked: bool = False  # stays where it is
    folded: str = ""  # the frame that it is out of sight in, while that is collapsed


@dataclass(frozen=True, slots=True, order=True)
class Wire:
    """From an output port of one block to an input port of another; how it is drawn makes it no other wire."""

    source: str
    output: str
    target: str
    input: str
    bends: tuple[Point, ...] = field(default=(), compare=False)  # points that it is drawn through


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled rectangle. What lies inside moves with it."""

    title: str
    rect: Rect
    colour: int = 0  # which of the colours for frames
    locked: bool = False  # stays where it is, as large as it is
    collapsed: bool = False  # drawn as its title alone, without what is folded into it
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Plain text on the canvas."""

    text: str
    rect: Rect
    folded: str = ""


@dataclass(frozen=True, slots=True)
class DataChoice:
    """Which data, and how its numbers are brought to a size that trains well."""

    source: Source
    normalise: Rule = "none"


@dataclass(frozen=True, slots=True)
class Document:
    """A whole project. A node's name is its identity; every change is `after = edit(before)` from `core/graph/edits.py`."""

    title: str = ""
    note: str = ""
    nodes: Mapping[str, Node] = field(default_factory=lambda: MappingProxyType({}))
    wires: tuple[Wire, ...] = ()
    frames: Mapping[str, Frame] = field(default_factory=lambda: MappingProxyType({}))
    notes: Mapping[str, Note] = field(default_factory=lambda: MappingProxyType({}))
    definitions: Mapping[str, Definition] = field(default_factory=lambda: MappingProxyType({}))
    flow: Flow = "right"
    data: DataChoice | None = None
    optimizer: Optimizer | None = None
    schedule: Schedule | None = None  # of the learning rate; it stays as it is where there is none
    training: Training = field(default_factory=Training)
    kept: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))  # parts of the file not understood

    def with_(self, **changes: Any) -> Self:
        """The same document with some fields replaced; mappings become read-only."""
        frozen: dict[str, Any] = {
            k: MappingProxyType(dict(v)) if isinstance(v, dict) else v for k, v in changes.items()
        }
        return replace(self, **frozen)

    def incoming(self, name: str) -> tuple[Wire, ...]:
        """The wires that end at a block."""
        return tuple(w for w in self.wires if w.target == name)

    def outgoing(self, name: str) -> tuple[Wire, ...]:
        """The wires that start at a block."""
        return tuple(w for w in self.wires if w.source == name)


@dataclass(frozen=True, slots=True)
class Delta:
    """What differs between two documents: the one message that every view is updated from."""

    added: tuple[str, ...] = ()  # names of nodes
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    wires_added: tuple[Wire, ...] = ()
    wires_removed: tuple[Wire, ...] = ()
    wires_bent: tuple[Wire, ...] = ()  # drawn in another way
    drawn: bool = False  # frames or notes
    turned: bool = False  # the wires run another way
    settings: bool = False  # title, note, data, optimiser, schedule or training


def difference(before: Document, after: Document) -> Delta:
    """What changed, found by identity of the immutable parts, so it costs microseconds."""
    if before is after:
        return Delta()
    old, new = before.nodes, after.nodes
    rewired = before.wires is not after.wires
    wires_old, wires_new = (set(before.wires), set(after.wires)) if rewired else (set(), set())
    return Delta(
        added=tuple(n for n in new if n not in old),
        removed=tuple(n for n in old if n not in new),
        changed=tuple(n for n in new if n in old and new[n] is not old[n]),
        wires_added=tuple(w for w in after.wires if w not in wires_old) if rewired else (),
        wires_removed=tuple(w for w in before.wires if w not in wires_new) if rewired else (),
        wires_bent=_bent(before, after),
        drawn=before.frames is not after.frames or before.notes is not after.notes,
        turned=before.flow != after.flow,
        settings=any(
            getattr(before, part) is not getattr(after, part)
            for part in ("title", "note", "data", "optimizer", "schedule", "training")
        ),
    )


def _bent(before: Document, after: Document) -> tuple[Wire, ...]:
    if before.wires is after.wires:
        return ()
    old = {w: w.bends for w in before.wires if w.bends}
    return tuple(w for w in after.wires if old.get(w, ()) != w.bends)
