"""One entry of the undo history: two references to immutable documents."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand

from core.graph.document import Document
from core.graph.scope import Path
from core.words import Language, Words


class Commit(QUndoCommand):
    """What was done and in which composite, the project before it and after it. Undoing cannot fail: nothing is computed.

    It has no children and is never merged: under PySide6 child commands crash and merged ones are never freed. It does not
    hold its store, which holds it: the garbage collector, which would have to part the two, frees a command twice.
    """

    def __init__(
        self, label: Words, before: Document, after: Document, scope: Path, show: Callable[[Document, Path], None]
    ) -> None:
        super().__init__(label.en)
        self.label, self._before, self._after, self._scope = label, before, after, scope
        self._show = WeakMethod(show)

    def say(self, language: Language) -> None:
        """Tell the history and the menus in this language what was done."""
        self.setText(self.label.say(language))

    def redo(self) -> None:
        """Show the document after; Qt calls this on pushing, too."""
        self._tell(self._after)

    def undo(self) -> None:
        """Show the document before."""
        self._tell(self._before)

    def _tell(self, document: Document) -> None:
        if (show := self._show()) is not None:
            show(document, self._scope)
