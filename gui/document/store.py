"""The store: holds the open document, lets edits in by one door, and tells everyone with one delta."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.graph.document import Delta, Document, difference
from core.graph.layout import place
from core.graph.shapes import Inference, infer
from core.words import Language, Words
from gui.canvas.geometry import measures
from gui.document.undo import Commit

Edit = Callable[[Document], Document]
REMEMBERED = 32  # documents whose shapes are kept


class Store(QObject):
    """The document, its shapes, what is selected, and the history.

    `apply` is the door. `preview` shows a change that is not kept yet, while a slider or a block is being dragged;
    `commit` keeps what is shown as one entry of the history, `cancel` goes back.
    """

    changed = Signal(object)  # Delta; `document` and `inference` are new already
    selection_changed = Signal(object)  # frozenset of names
    opened = Signal(object)  # Document; sent after the delta that clears the old one away
    modified_changed = Signal(bool)  # for the star in the title

    def __init__(self, document: Document | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language: Language = "en"
        self.document = _placed(document or Document())
        self.inference: Inference = infer(self.document)
        self._recent: dict[int, tuple[Document, Inference]] = {id(self.document): (self.document, self.inference)}
        self.selection: frozenset[str] = frozenset()
        self.path: Path | None = None
        self._steady: Document | None = None  # what `cancel` goes back to, while a preview is shown
        self.history = QUndoStack(self)
        self.history.cleanChanged.connect(self._clean_changed)

    # -- edits ---------------------------------------------------------------------------------------------------------

    def apply(self, label: Words, edit: Edit) -> bool:
        """Make an edit for good, as one entry of the history. Whether there was anything to do.

        Raises whatever the edit raises; the document and the history are then as before.
        """
        self.cancel()
        before = self.document
        after = edit(before)
        return self._push(label, before, after)

    def preview(self, edit: Edit) -> None:
        """Show an edit of the document as it was before the first preview, without an entry in the history."""
        steady = self._steady or self.document
        after = edit(steady)
        self._show(after)
        self._steady = steady

    def commit(self, label: Words) -> bool:
        """Keep what is previewed, as one entry of the history. Whether there was anything to keep."""
        if self._steady is None:
            return False
        before, self._steady = self._steady, None
        return self._push(label, before, self.document)

    def cancel(self) -> None:
        """Go back to the document before the preview, if one is shown."""
        if self._steady is not None:
            self._show(self._steady)

    @property
    def previewing(self) -> bool:
        """Whether what is shown is not kept yet: nobody saves, trains or journals it."""
        return self._steady is not None

    # -- history -------------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """One entry back; a preview is dropped first."""
        self.cancel()
        self.history.undo()

    def redo(self) -> None:
        """One entry forth; a preview is dropped first."""
        self.cancel()
        self.history.redo()

    def go_to(self, index: int) -> None:
        """To the state after so many entries; a preview is dropped first."""
        self.cancel()
        self.history.setIndex(index)

    def relabel(self, language: Language) -> None:
        """Name the entries of the history in another language."""
        self._language = language
        for index in range(self.history.count()):
            command = self.history.command(index)
            if isinstance(command, Commit):
                command.say(language)

    # -- file ----------------------------------------------------------------------------------------------------------

    def open(self, document: Document, path: Path | None = None) -> None:
        """Take another document, with an empty history. Blocks that have no position get one."""
        self.cancel()
        self.select(())
        self.history.clear()
        self.path = path
        self._show(_placed(document))
        self.history.setClean()
        self.opened.emit(self.document)

    def saved(self, path: Path) -> None:
        """The document as it is now is in this file."""
        self.path = path
        self.history.setClean()

    @property
    def modified(self) -> bool:
        """Whether the file, if there is one, is behind the document."""
        return not self.history.isClean()

    # -- selection -----------------------------------------------------------------------------------------------------

    def select(self, names: Iterable[str]) -> None:
        """Select these blocks and no others; names that are not in the document are passed over."""
        selection = frozenset(n for n in names if n in self.document.nodes)
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _push(self, label: Words, before: Document, after: Document) -> bool:
        if after is before:
            return False
        command = Commit(label, before, after, self._show)
        command.say(self._language)
        self.history.push(command)
        return True

    def _show(self, after: Document) -> None:
        self._steady = None
        before, self.document = self.document, after
        if before is after:
            return
        delta = difference(before, after)
        if _shapes_may_differ(before, after, delta):
            self.inference = self._inferred(after)
        selected, names = self.selection, _renamed(before, after, delta)
        self.selection = frozenset(names.get(n, n) for n in selected if names.get(n, n) in after.nodes)
        kept = self.selection
        self.changed.emit(delta)  # whoever hears of it finds no selected block that is not there
        if self.selection is kept and kept != selected:
            self.selection_changed.emit(kept)

    def _inferred(self, document: Document) -> Inference:
        """Its shapes: undoing and redoing come back to documents whose shapes were worked out a moment ago."""
        known = self._recent.pop(id(document), None)
        inference = known[1] if known is not None else infer(document, self.inference)
        self._recent[id(document)] = (document, inference)
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]
        return inference

    def _clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)


def _placed(document: Document) -> Document:
    return place(document, *measures(document.nodes))


def _shapes_may_differ(before: Document, after: Document, delta: Delta) -> bool:
    """Moving blocks about leaves all shapes as they are."""
    return bool(
        delta.added
        or delta.removed
        or delta.wires_added
        or delta.wires_removed
        or any(before.nodes[n].block is not after.nodes[n].block for n in delta.changed)
    )


def _renamed(before: Document, after: Document, delta: Delta) -> dict[str, str]:
    """Old name -> new name of blocks that are the same but for their name, so that they stay selected."""
    new = {id(after.nodes[n]): n for n in delta.added}
    return {n: new[id(before.nodes[n])] for n in delta.removed if id(before.nodes[n]) in new}
