"""What the command palette offers: every command that can be done now, every block, template and recent file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtGui import QKeySequence

from core.blocks._base import GROUPS
from core.examples import examples
from core.words import Words, same
from gui.actions import Actions
from gui.canvas.panel import Canvas
from gui.command_palette import Offer
from gui.entries import BY_ID, MENUS
from gui.files import RECENT, Files
from gui.i18n import say
from gui.palette.glyph import glyph
from gui.panels import Panels

ADD, TEMPLATE = Words("Add {name}", "添加{name}"), Words("Template", "模板")
SHOW, HIDE = Words("Show {name}", "显示{name}"), Words("Hide {name}", "隐藏{name}")
PALETTE = "palette"  # the one command that makes no sense in its own list


def offers(actions: Actions, canvas: Canvas, files: Files, panels: Panels) -> list[Offer]:
    """All of them, in the order of the menus."""
    return [*_commands(actions), *_panels(canvas, panels), *_blocks(canvas), *_templates(files), *_recent(files)]


def _commands(actions: Actions) -> Iterator[Offer]:
    for id_, action in actions.by_id.items():
        entry = BY_ID[id_]
        if not entry.menu or not action.isEnabled() or id_ == PALETTE:
            continue
        keys = next(iter(actions.bindings.keys(id_)), "")
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        menu = say(MENUS[entry.menu.partition("/")[0]])
        names = tuple(text.removesuffix("…") for text in entry.text)
        yield Offer(id_, say(entry.text), names, action.trigger, menu, shown, entry.icon)


def _panels(canvas: Canvas, panels: Panels) -> Iterator[Offer]:
    if not canvas.isVisible():
        return
    for dock in panels:
        words = SHOW if dock.isHidden() else HIDE
        names = tuple(text.format(name=name) for text, name in zip(words, dock.title, strict=True))
        act = dock.toggleViewAction().trigger
        yield Offer(f"panel:{dock.objectName()}", say(Words(*names)), names, act, say(MENUS["view"]), "", "layout")


def _blocks(canvas: Canvas) -> Iterator[Offer]:
    if not canvas.isVisible():
        return
    titles = {str(group): words for group, words in GROUPS.items()}
    for id_, block in canvas.blocks.items():
        text = say(ADD).format(name=say(block.title))
        group = say(titles.get(block.group, same(block.group)))
        names = (
            block.title.en,
            block.title.zh,
            block.id,
            *(w.format(name=n) for w, n in zip(ADD, block.title, strict=True)),
        )
        add = partial(canvas.add, id_)
        yield Offer(f"add:{id_}", text, names, add, group, "", glyph(block.group), block.aliases)


def _templates(files: Files) -> Iterator[Offer]:
    for each in examples():
        open_ = partial(files.open_example, each.path)
        yield Offer(
            f"template:{each.id}", say(each.title), tuple(each.title), open_, say(TEMPLATE), "", "grid", tuple(TEMPLATE)
        )


def _recent(files: Files) -> Iterator[Offer]:
    for path in map(Path, files.recent()):
        if path.is_file():
            yield Offer(
                f"file:{path}", path.name, (path.name,), partial(files.open_path, path), say(RECENT), "", "file"
            )
