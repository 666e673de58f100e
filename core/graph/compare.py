"""What differs between two versions of a project, by name: for a person who has to choose between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.graph.document import Document, Node
from core.words import Words, same

MOST_NAMES = 8  # of one kind; the rest is counted

_PARTS = {
    "title": Words("title", "标题"),
    "note": Words("note of the project", "项目说明"),
    "wires": Words("wires", "连线"),
    "frames": Words("frames", "框"),
    "notes": Words("notes", "注释"),
    "definitions": Words("insides of composites", "组合模块的内部"),
    "flow": Words("direction of the flow", "流向"),
    "data": Words("data", "数据"),
    "optimizer": Words("optimiser", "优化器"),
    "schedule": Words("schedule of the learning rate", "学习率计划"),
    "training": Words("training", "训练设置"),
    "kept": Words("parts this program does not know", "本程序不认识的部分"),
}


def compare(mine: Document, theirs: Document) -> list[Words]:
    """A line for each kind of difference; none where they are the same, or one of them has no places for its blocks yet."""
    both = mine.nodes.keys() & theirs.nodes.keys()
    changed = [name for name in mine.nodes if name in both and not _alike(mine.nodes[name], theirs.nodes[name])]
    moved = [name for name in mine.nodes if name in both and _moved(mine.nodes[name], theirs.nodes[name])]
    lines = [
        _line(Words("Only here", "仅此处有"), _missing(mine.nodes, theirs.nodes)),
        _line(Words("Only in the file", "仅文件中有"), _missing(theirs.nodes, mine.nodes)),
        _line(Words("Different", "内容不同"), changed),
        _line(Words("Moved", "位置不同"), moved),
    ]
    parts = [words for part, words in _PARTS.items() if getattr(mine, part) != getattr(theirs, part)]
    if parts:
        en, zh = ", ".join(words.en for words in parts), "、".join(words.zh for words in parts)
        lines.append(Words(f"Also different: {en}", f"此外不同：{zh}"))
    return [line for line in lines if line is not None]


def _alike(mine: Node, theirs: Node) -> bool:
    return replace(mine, position=None) == replace(theirs, position=None)


def _moved(mine: Node, theirs: Node) -> bool:
    return None not in (mine.position, theirs.position) and mine.position != theirs.position


def _missing(here: Mapping[str, Node], there: Mapping[str, Node]) -> list[str]:
    return [name for name in here if name not in there]


def _line(what: Words, names: Iterable[str]) -> Words | None:
    """What, and the names; None where there are none."""
    listed = list(names)
    if not listed:
        return None
    more = len(listed) - MOST_NAMES
    rest = Words(f" and {more} more", f" 等 {len(listed)} 个") if more > 0 else same("")
    shown = listed[:MOST_NAMES]
    return Words(f"{what.en}: {', '.join(shown)}{rest.en}", f"{what.zh}：{'、'.join(shown)}{rest.zh}")
