"""Edits of what is drawn beside the network: frames that carry what lies in them, and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.graph.document import LONGEST_TEXT, Document, Frame, Note, Point, Rect, within_reach

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


def within(rect: Rect, boxes: Mapping[str, Rect]) -> tuple[str, ...]:
    """Names of the boxes that lie in a rectangle whole."""
    x, y, w, h = rect
    return tuple(
        n for n, (left, top, width, height) in boxes.items()
        if x <= left and y <= top and left + width <= x + w and top + height <= y + h
    )  # fmt: skip


def content(document: Document, name: str, blocks: Mapping[str, Rect]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a frame carries: blocks, and frames and notes, itself among them."""
    rect = document.frames[name].rect
    boxes: dict[str, Frame | Note] = {**document.frames, **document.notes}
    others = {n: v.rect for n, v in boxes.items() if n != name}
    return within(rect, blocks), (name, *within(rect, others))


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
    document: Document, frames: Mapping[str, Frame], notes: Mapping[str, Note], by: Point
) -> tuple[Document, tuple[str, ...]]:
    """With copies of frames and notes, moved, and their names."""
    made: list[str] = []
    for frame in frames.values():
        document, name = add_frame(document, replace(frame, rect=_moved(frame.rect, by), locked=False))
        made.append(name)
    for note in notes.values():
        document, name = add_note(document, replace(note, rect=_moved(note.rect, by)))
        made.append(name)
    return document, tuple(made)


def _moved(rect: Rect, by: Point) -> Rect:
    return *within_reach((rect[0] + by[0], rect[1] + by[1])), rect[2], rect[3]


def _free(stem: str, taken: Collection[str]) -> str:
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
