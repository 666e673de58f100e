"""What is said of a file that a newer program wrote."""

from __future__ import annotations

from core.errors import ProjectFileError
from core.graph.document import Document
from core.words import Words


class NewerFileError(ProjectFileError):
    """A project file of a newer format. Carries the document as far as it is understood, and what of it is not."""

    def __init__(self, words: Words, document: Document, gaps: tuple[Words, ...]) -> None:
        super().__init__(words)
        self.document, self.gaps = document, gaps
