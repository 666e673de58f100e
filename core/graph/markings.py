"""Edits of what is drawn beside the network: frames that carry what lies in them, and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from core.graph import edits
from core.graph.document import LONGEST_TEXT, Document, Frame, Node, Note, Point, Rect, within_reach

T = TypeVar("T", Node, Frame, Note)
COLOURS = 8
SMALLEST = (64.0, 48.0)  # of a frame or note


def add_frame(document: Document, frame: Frame) -> tuple[Document, str]:
    """With a frame, and its name."""
    name = _free("frame", document.frames)
    return document.with_(frames={**document.frames, name: frame}), name


def add_note(document: Document, note: Note) -> tuple[Document, str]:
    """With a note, and its name."""
    name = _free("note", document.notes)
    return document.with_(notes={**document.notes, name: note}), name


def set_frame(document: Document, name: str, **changes: Any) -> Document:
    """With another title, colour or rectangle of a frame."""
    frame = replace(document.frames[name], **changes)
    return document if frame == document.frames[name] else document.with_(frames={**document.frames, name: frame})


def set_note(document: Document, name: str, **changes: Any) -> Document:
    """With another text or rectangle of a note; a text beyond the longest is cut."""
    note = replace(document.notes[name], **changes)
    note = replace(note, text=note.text[:LONGEST_TEXT])
    return document if note == document.notes[name] else document.with_(notes={**document.notes, name: note})


def lock(document: Document, names: Iterable[str], *, locked: bool) -> Document:
    """With frames that stay where they are, or may be moved again."""
    frames = {
        n: replace(f, locked=locked) for n, f in document.frames.items() if n in set(names) and f.locked != locked
    }
    return document.with_(frames={**document.frames, **frames}) if frames else document


def next_colour(document: Document, names: Iterable[str]) -> Document:
    """With these frames in the colour that follows theirs."""
    frames = {n: replace(f, colour=(f.colour + 1) % COLOURS) for n, f in document.frames.items() if n in set(names)}
    return document.with_(frames={**document.frames, **frames}) if frames else document


def remove(document: Document, names: Iterable[str]) -> Document:
    """Without these frames and notes; what lay in a frame stays."""
    gone = set(names)
    if not gone & (document.frames.keys() | document.notes.keys()):
        return document
    document = collapse(document, gone & document.frames.keys(), {}, collapsed=False)
    return document.with_(
        frames={n: v for n, v in document.frames.items() if n not in gone},
        notes={n: v for n, v in document.notes.items() if n not in gone},
    )


def shift(document: Document, names: Collection[str], by: Point) -> Document:
    """With these frames and notes moved; locked ones stay."""
    if by == (0.0, 0.0) or not names:
        return document
    return document.with_(
        frames={
            n: replace(v, rect=_moved(v.rect, by)) if n in names and not v.locked else v
            for n, v in document.frames.items()
        },
        notes={n: replace(v, rect=_moved(v.rect, by)) if n in names else v for n, v in document.notes.items()},
    )


def carry(document: Document, name: str, by: Point) -> Document:
    """With a collapsed frame moved, and all that is folded into it; nothing where it is locked."""
    if document.frames[name].locked:
        return document
    inside, boxes = content(document, name, {})
    places = {n: (at[0] + by[0], at[1] + by[1]) for n in inside if (at := document.nodes[n].position) is not None}
    return shift(edits.move(document, places), boxes, by)


def within(rect: Rect, boxes: Mapping[str, Rect]) -> tuple[str, ...]:
    """Names of the boxes that lie in a rectangle whole."""
    x, y, w, h = rect
    return tuple(
        n for n, (left, top, width, height) in boxes.items()
        if x <= left and y <= top and left + width <= x + w and top + height <= y + h
    )  # fmt: skip


def content(document: Document, name: str, blocks: Mapping[str, Rect]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a frame carries: blocks, and frames and notes, itself among them. Collapsed, it is what was in it then."""
    frame = document.frames[name]
    boxes: dict[str, Frame | Note] = {**document.frames, **document.notes}
    others = {n: v for n, v in boxes.items() if n != name}
    if frame.collapsed:
        kept = tuple(n for n, v in document.nodes.items() if name in folds(document, v))
        return kept, (name, *(n for n, v in others.items() if name in folds(document, v)))
    return within(frame.rect, blocks), (name, *within(frame.rect, {n: v.rect for n, v in others.items()}))


def collapse(document: Document, names: Iterable[str], blocks: Mapping[str, Rect], *, collapsed: bool) -> Document:
    """With frames drawn as their titles alone, all that lies in them out of sight; or open again, with all of it."""
    for name in names:
        frame = document.frames[name]
        if frame.collapsed == collapsed:
            continue
        inside, marked = content(document, name, blocks)
        was, now = (
            ("", name) if collapsed else (name, "")
        )  # what another frame hides within this one stays hidden there
        taken = {*inside, *marked} - {name}

        def folded(things: Mapping[str, T], taken: set[str] = taken, was: str = was, now: str = now) -> dict[str, T]:
            return {n: replace(v, folded=now) if n in taken and v.folded == was else v for n, v in things.items()}

        frames = folded(document.frames) | {name: replace(frame, collapsed=collapsed)}
        document = document.with_(nodes=folded(document.nodes), frames=frames, notes=folded(document.notes))
    return document


def hidden(document: Document) -> dict[str, str]:
    """The blocks that are out of sight, and the collapsed frame that is seen in their stead."""
    if not any(frame.collapsed for frame in document.frames.values()):
        return {}
    return {n: into[-1] for n, v in document.nodes.items() if v.folded and (into := folds(document, v))}


def folds(document: Document, thing: Node | Frame | Note) -> tuple[str, ...]:
    """The collapsed frames that hide a thing, each but the last within the next; none where it is seen."""
    found: list[str] = []
    while (frame := document.frames.get(thing.folded)) is not None and frame.collapsed and thing.folded not in found:
        found.append(thing.folded)
        thing = frame
    return tuple(found)


def along(
    document: Document, names: Collection[str], chosen: Iterable[str], blocks: Mapping[str, Rect]
) -> tuple[set[str], set[str]]:
    """What is copied with these blocks and the chosen frames and notes: blocks, and frames and notes.

    A chosen frame takes all that lies in it; blocks take a frame that holds none but them, and the notes in it.
    """
    taken, boxes = set(names), set(chosen)
    for name in boxes & document.frames.keys():
        inside, marked = content(document, name, blocks)
        taken |= set(inside)
        boxes |= set(marked)
    for name in document.frames:
        inside, marked = content(document, name, blocks)
        if inside and taken.issuperset(inside):
            boxes |= set(marked)
    return taken, boxes


def paste(
    document: Document, frames: Mapping[str, Frame], notes: Mapping[str, Note], by: Point, folded: Mapping[str, str]
) -> tuple[Document, tuple[str, ...]]:
    """With copies of frames and notes, moved, and their names. `folded` says which copied frame a new block goes into."""
    names: dict[str, str] = {}
    for name, frame in frames.items():
        free = replace(frame, rect=_moved(frame.rect, by), locked=False)
        document, names[name] = add_frame(document, free)
    made = [*names.values()]
    for note in notes.values():
        copy = replace(note, rect=_moved(note.rect, by), folded=names.get(note.folded, ""))
        document, name = add_note(document, copy)
        made.append(name)
    inner = {n: replace(f, folded=names.get(f.folded, "")) for n in names.values() if (f := document.frames[n]).folded}
    blocks = {n: replace(document.nodes[n], folded=names[into]) for n, into in folded.items() if into in names}
    if inner or blocks:
        document = document.with_(nodes={**document.nodes, **blocks}, frames={**document.frames, **inner})
    return document, tuple(made)


def _moved(rect: Rect, by: Point) -> Rect:
    return *within_reach((rect[0] + by[0], rect[1] + by[1])), rect[2], rect[3]


def _free(stem: str, taken: Collection[str]) -> str:
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
