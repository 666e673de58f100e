"""The store: holds the open document, lets edits in by one door, and tells everyone with one delta."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.errors import GraphError
from core.graph.composites import Composite
from core.graph.document import Delta, Document, Node, difference
from core.graph.expand import expand
from core.graph.grouping import define
from core.graph.layout import place
from core.graph.scope import Path as Scope
from core.graph.scope import enter, inner_prefix, inner_prefixes, instance, leave, path_of, reachable, unshared
from core.graph.shapes import Inference, infer
from core.words import Language, Words
from gui.canvas.geometry import measures
from gui.canvas.settling import settled
from gui.document.undo import Commit

Edit = Callable[[Document], Document]
REMEMBERED = 32  # documents whose shapes are kept


class Store(QObject):
    """The document, its shapes, what is selected, and the history.

    `root` is the project; `document` is what is edited: the project itself, or the inside of the composite that `scope` leads
    to, with the project's data and training. An edit of the inside changes every block of the same definition.
    `apply` is the door. `preview` shows a change that is not kept yet, while a slider or a block is being dragged;
    `commit` keeps what is shown as one entry of the history, `cancel` goes back.
    """

    changed = Signal(object)  # Delta; `document` and `inference` are new already
    selection_changed = Signal(object)  # frozenset of names
    renamed = Signal(object)  # dict: old name -> new, as the engine calls them
    opened = Signal(object)  # Document; sent after the delta that clears the old one away
    retraced = Signal(object)  # Words: what was undone or redone
    modified_changed = Signal(bool)  # for the star in the title
    scope_changed = Signal(object)  # path of the composite that is open; sent after the delta that shows its inside

    def __init__(self, document: Document | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._language: Language = "en"
        self.root = self.document = _placed(document or Document())
        self.scope: Scope = ()
        self.whole = self.inference = infer(self.document)  # of the project, and of what is edited
        self._recent: dict[int, tuple[Document, Inference]] = {id(self.root): (self.root, self.whole)}
        self.selection: frozenset[str] = frozenset()
        self.path: Path | None = None
        self._steady: tuple[Document, Document] | None = None  # root and document that `cancel` goes back to
        self._flat: tuple[Document | None, Document, Inference] = (None, self.root, self.whole)
        self.history = QUndoStack(self)
        self.history.cleanChanged.connect(self._clean_changed)

    # -- edits ---------------------------------------------------------------------------------------------------------

    def apply(self, label: Words, edit: Edit) -> bool:
        """Make an edit for good, as one entry of the history; new blocks without a place get one. Whether there was anything to do.

        Raises whatever the edit raises; the document and the history are then as before.
        """
        self.cancel()
        after = settled(edit(self.document))
        return after is not self.document and self._push(label, self.root, leave(self.root, self.scope, after))

    def preview(self, edit: Edit) -> None:
        """Show an edit of the document as it was before the first preview, without an entry in the history."""
        root, document = steady = self._steady or (self.root, self.document)
        after = settled(edit(document))
        self._show(root if after is document else leave(root, self.scope, after), self.scope, after)
        self._steady = steady

    def commit(self, label: Words) -> bool:
        """Keep what is previewed, as one entry of the history. Whether there was anything to keep."""
        if self._steady is None:
            return False
        (before, _), self._steady = self._steady, None
        return self._push(label, before, self.root)

    def cancel(self) -> None:
        """Go back to the document before the preview, if one is shown."""
        if self._steady is not None:
            root, document = self._steady
            self._show(root, self.scope, document)

    @property
    def previewing(self) -> bool:
        """Whether what is shown is not kept yet: nobody saves, trains or journals it."""
        return self._steady is not None

    # -- composites ----------------------------------------------------------------------------------------------------

    def enter(self, name: str) -> bool:
        """Open a composite: its inside is what is edited now. Whether it is one."""
        if not isinstance(self.document.nodes[name].block, Composite):
            return False
        self.go((*self.scope, name))
        return True

    def leave(self) -> None:
        """Back out of the composite that is open, which is selected then."""
        if self.scope:
            *outer, name = self.scope
            self.go(tuple(outer))
            self.select([name])

    def separate(self, label: Words) -> bool:
        """From now on what is open is changed alone, as one entry of the history. Whether it was shared."""
        self.cancel()
        return self._push(label, self.root, unshared(self.root, self.scope))

    def go(self, scope: Scope) -> None:
        """Open the composite at the end of a path, or the project, for the empty one."""
        self.cancel()
        if scope != self.scope:
            self.select(())
            self._show(self.root, scope)

    def reveal(self, name: str) -> None:
        """Select a block, by its name here or by the engine's; the composite it lies in is opened."""
        if name not in self.document.nodes and "/" in name:
            scope, name = path_of(self.root, name)
            self.go(scope)
        self.select([name])

    def flat(self) -> tuple[Document, Inference]:
        """The project as the engine has it, with all composites opened up, and its shapes."""
        if self._flat[0] is not self.root:
            try:
                document = expand(self.root)
            except GraphError:
                document = self.root  # too large to be trained, so nobody watches it either
            known = self.whole if document is self.root else infer(document, self._flat[2])
            self._flat = (self.root, document, known)
        return self._flat[1:]

    def flat_name(self, name: str) -> str:
        """What the engine calls a block of the inside that is shown; of a chain of copies, that in the first."""
        return inner_prefix(self.root, self.scope) + name

    def shown_name(self, name: str) -> str | None:
        """The block of the inside that is shown for one of the engine's; None for one that is elsewhere."""
        before = inner_prefix(self.root, self.scope)
        inside = name.removeprefix(before)
        return inside if name.startswith(before) and inside in self.document.nodes else None

    # -- history -------------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """One entry back; a preview is dropped first."""
        self.go_to(self.history.index() - 1)

    def redo(self) -> None:
        """One entry forth; a preview is dropped first."""
        self.go_to(self.history.index() + 1)

    def go_to(self, index: int) -> None:
        """To the state after so many entries, and say so; a preview is dropped first."""
        self.cancel()
        before = self.history.index()
        self.history.setIndex(index)
        if steps := self.history.index() - before:
            last = self.history.command(before - 1 if steps < 0 else self.history.index() - 1)
            assert isinstance(last, Commit)
            what = last.label if abs(steps) == 1 else Words(f"{abs(steps)} steps", f"{abs(steps)} 步")
            done = Words("Undone: {}", "已撤销：{}") if steps < 0 else Words("Redone: {}", "已重做：{}")
            self.retraced.emit(Words(done.en.format(what.en), done.zh.format(what.zh)))

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
        self._show(_placed(document), ())
        self.history.setClean()
        self.opened.emit(self.root)

    def reload(self, label: Words, document: Document) -> None:
        """The file of the project holds another document now, and that is taken; undo brings back the one before."""
        self.go(())
        placed = _placed(document)
        self.apply(label, lambda _: placed)
        self.history.setClean()

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
        command = Commit(label, before, after, self.scope, self._show)
        command.say(self._language)
        self.history.push(command)
        return True

    def _show(self, root: Document, scope: Scope, document: Document | None = None) -> None:
        """Show the inside of the composite at the end of `scope`, or as far as that leads; `document` is it, where known."""
        self._steady = None
        scope, moved = reachable(root, scope), self.scope
        if root is self.root and scope == moved:
            return
        before = self.document
        after = root if not scope else document if document is not None and scope == moved else enter(root, scope)
        delta = difference(before, after)
        self._infer(root, scope, after, delta)
        renames = _renames(self.root, root)
        self.root, self.scope, self.document = root, scope, after
        selected, names = self.selection, _renamed(before.nodes, after.nodes)
        self.selection = frozenset(names.get(n, n) for n in selected if names.get(n, n) in after.nodes)
        kept = self.selection
        if renames:
            self.renamed.emit(renames)
        self.changed.emit(delta)  # whoever hears of it finds no selected block that is not there
        if self.selection is kept and kept != selected:
            self.selection_changed.emit(kept)
        if scope != moved:
            self.scope_changed.emit(scope)

    def _infer(self, root: Document, scope: Scope, after: Document, delta: Delta) -> None:
        """Shapes of the project, and of the inside that is shown, as far as they may differ."""
        if not scope and not self.scope:
            if _shapes_may_differ(self.document, after, delta):
                self.whole = self.inference = self._inferred(after)
            return
        if _shapes_may_differ(self.root, root, difference(self.root, root)):
            self.whole = self._inferred(root)
        if not scope:
            self.inference = self.whole
        else:
            before = self.inference if scope == self.scope else None
            inside, given = instance(root, self.whole, scope)
            self.inference = infer(inside, before, given)

    def _inferred(self, document: Document) -> Inference:
        """Its shapes: undoing and redoing come back to documents whose shapes were worked out a moment ago."""
        known = self._recent.pop(id(document), None)
        inference = known[1] if known is not None else infer(document, self.whole)
        self._recent[id(document)] = (document, inference)
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]
        return inference

    def _clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)


def _placed(document: Document) -> Document:
    """With a place for every block that has none, inside composites too."""
    for definition in document.definitions.values():
        inside = Document(nodes=definition.nodes, wires=definition.wires, flow=definition.flow)
        placed = place(inside, *measures(inside.nodes, inside.flow))
        if placed is not inside:
            document = define(document, replace(document.definitions[definition.name], nodes=placed.nodes))
    return place(document, *measures(document.nodes, document.flow))


def _shapes_may_differ(before: Document, after: Document, delta: Delta) -> bool:
    """Moving blocks about leaves all shapes as they are."""
    return bool(
        delta.added
        or delta.removed
        or delta.wires_added
        or delta.wires_removed
        or any(
            before.nodes[n].block is not after.nodes[n].block or before.nodes[n].mode != after.nodes[n].mode
            for n in delta.changed
        )
    )


def _renamed(before: Mapping[str, Node], after: Mapping[str, Node]) -> dict[str, str]:
    """Old name -> new name of blocks that are the same but for their name, so that they stay selected."""
    new = {id(node): n for n, node in after.items() if n not in before} if before is not after else {}
    return {n: new[id(node)] for n, node in before.items() if n not in after and id(node) in new} if new else {}


def _renames(before: Document, after: Document) -> dict[str, str]:
    """The same for a whole project, as the engine calls them: a block inside a composite has a name in each copy.

    Whatever is open: an undo from outside renames inside, too.
    """
    found = _renamed(before.nodes, after.nodes)
    for name, definition in after.definitions.items() if before.definitions is not after.definitions else ():
        old = before.definitions.get(name)
        inside = _renamed(old.nodes, definition.nodes) if old is not None else {}
        starts = inner_prefixes(after, name) if inside else []
        found |= {start + was: start + now for start in starts for was, now in inside.items()}
    return found
