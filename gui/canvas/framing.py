"""Frames and notes on the canvas: drawn around blocks, written on, collapsed to their titles and opened again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

from core.blocks._base import Block
from core.errors import NeuroloomError
from core.graph import markings
from core.graph.document import Document, Frame, Note
from core.words import Words
from gui.canvas.dropping import Droppable
from gui.canvas.editing import NOTHING_SELECTED
from gui.canvas.geometry import GRID, HEADER, Rect, snapped
from gui.canvas.inline_edit import InlineEdit
from gui.document.store import Store
from gui.i18n import say
from gui.palette.habits import Habits

T = TypeVar("T")
AROUND = 3 * GRID  # between blocks and the frame around them
NOTE_SIZE = (200.0, 96.0)
COLLAPSE, UNFOLD = Words("Collapse", "折叠"), Words("Unfold", "展开")


class Framing(Droppable):
    """A canvas with something to write on. Each command is one entry of the history."""

    def __init__(
        self,
        store: Store,
        blocks: Mapping[str, type[Block]] | None = None,
        habits: Habits | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(store, blocks, habits, parent)
        self.typing = InlineEdit(self.viewport(), self)

    def frame(self) -> None:
        """A frame around the selected blocks, its title ready to be typed; frames that are chosen get the next colour."""
        chosen = [n for n in self.items_.boxes.chosen if n in self.store.document.frames]
        if chosen and not self.store.selection:
            self.store.apply(Words("Colour frame", "更换框的颜色"), lambda d: markings.next_colour(d, chosen))
            return
        names = self._selected()
        if not names:
            return
        box = self.items_.bounds(names).adjusted(10, 10, -10, -10)
        left, top = snapped(box.left() - AROUND), snapped(box.top() - AROUND - HEADER)
        rect = (left, top, snapped(box.right() + AROUND) - left, snapped(box.bottom() + AROUND) - top)
        made = self._edit(Words("Frame", "加框"), lambda d: markings.add_frame(d, Frame("", rect)))
        if made is not None:
            self.rename_frame(made)

    def note(self) -> None:
        """A note under the cursor, its text ready to be typed."""
        x, y = self.scene_point(self._cursor())
        rect = (snapped(x), snapped(y), *NOTE_SIZE)
        made = self._edit(Words("Note", "添加注释"), lambda d: markings.add_note(d, Note("", rect)))
        if made is not None:
            self.rewrite_note(made)

    def retype(self, name: str) -> None:
        """Type the title of a frame or the text of a note."""
        if name in self.store.document.frames:
            self.rename_frame(name)
        else:
            self.rewrite_note(name)

    def rename_frame(self, name: str) -> None:
        """Type the title of a frame, over it."""
        frame = self.store.document.frames[name]
        x, y, width, _ = self.items_.boxes.items[name].rect
        label = Words("Rename frame", "重命名框")

        def taken(title: str) -> None:
            self.store.apply(label, lambda d: markings.set_frame(d, name, title=title))

        self.typing.open_line(self._over((x, y, width, HEADER)), frame.title, say(label), taken)

    def rewrite_note(self, name: str) -> None:
        """Type the text of a note, over it."""
        note = self.store.document.notes[name]
        label = Words("Edit note", "编辑注释")

        def taken(text: str) -> None:
            self.store.apply(label, lambda d: markings.set_note(d, name, text=text))

        self.typing.open_lines(self._over(note.rect), note.text, say(label), taken)

    def _over(self, rect: Rect) -> QRect:
        x, y, width, height = rect
        corner, end = self.view_point((x, y)), self.view_point((x + width, y + height))
        return QRect(corner, end).adjusted(2, 2, -2, -2).united(QRect(corner, QSize(96, 24)))

    # collapsed frames -------------------------------------------------------------------------------------------------

    def collapse_frames(self, names: Collection[str]) -> None:
        """Frames are drawn as their titles, what lies in them out of sight; or open again, where all are collapsed."""
        shut = not all(self.store.document.frames[n].collapsed for n in names)
        places = self.items_.places()
        self.store.apply(COLLAPSE if shut else UNFOLD, lambda d: markings.collapse(d, names, places, collapsed=shut))
        self.store.select(self.store.selection - self.items_.hidden.keys())

    def show_blocks(self, names: Collection[str]) -> None:
        """Bring blocks into view; the frames that hide them open."""
        self._unfold_over(names)
        super().show_blocks(names)

    def fit_selection(self) -> None:
        """Show the selected blocks; the frames that hide them open."""
        self._unfold_over(self.store.selection)
        super().fit_selection()

    def _unfold_over(self, names: Collection[str]) -> None:
        document = self.store.document
        shut = {f for n in names if n in document.nodes for f in markings.folds(document, document.nodes[n])}
        if shut:
            self.store.apply(UNFOLD, lambda d: markings.collapse(d, shut, {}, collapsed=False))

    # inside -----------------------------------------------------------------------------------------------------------

    def _selected(self) -> list[str]:
        """Names of the selected blocks, in the document's order; with none, that is told."""
        names = [n for n in self.store.document.nodes if n in self.store.selection]
        if not names:
            self.refused.emit(NOTHING_SELECTED)
        return names

    def _edit(self, label: Words, edit: Callable[[Document], tuple[Document, T]]) -> T | None:
        """Make an edit that also says what it made; what it refuses is told, and None."""
        try:
            after, made = edit(self.store.document)
            self.store.apply(label, lambda _: after)
        except NeuroloomError as error:
            self.refused.emit(error.words)
            return None
        return made
