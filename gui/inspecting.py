"""The inspector at work: shows the selected block, and turns what a person changes into edits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.blocks._base import GROUPS, Block
from core.errors import NeuroloomError
from core.graph import edits
from core.graph.document import Delta
from core.plan.cost import cost
from core.settings import Settings
from core.words import Words
from gui.document.store import Store
from gui.i18n import language
from gui.inspector.panel import Card, InspectorPanel
from gui.training.run import Run


class Inspecting(QObject):
    """Keeps the panel true to the one block that is selected. `refused` carries why a name was not taken."""

    refused = Signal(object)

    def __init__(self, store: Store, run: Run) -> None:
        super().__init__(store)
        self.store = store
        self.panel = InspectorPanel()
        self.panel.previewed.connect(self._previewed)
        self.panel.committed.connect(self._committed)
        self.panel.cancelled.connect(self._cancelled)
        self.panel.learning_committed.connect(self._learning_committed)
        self.panel.renamed.connect(self._renamed)
        store.changed.connect(self._document_changed)
        store.selection_changed.connect(self._refresh)
        store.opened.connect(self._refresh)
        language.changed.connect(self._refresh)
        self._refresh()

    @property
    def name(self) -> str | None:
        """The one block that is selected, if it is one."""
        return next(iter(self.store.selection)) if len(self.store.selection) == 1 else None

    def _document_changed(self, delta: Delta) -> None:
        if delta != Delta():
            self._refresh()

    def _refresh(self, *_: object) -> None:
        name = self.name
        block = self.store.document.nodes[name].block if name is not None else None
        if name is None or not isinstance(block, Block):
            self.panel.show_nothing()
            return
        known = self.store.inference
        card = Card(
            name, block.title, block.help, block.group, GROUPS[block.group], _facts(self.store, name, block),
            tuple(f.words for f in known.faults if f.block == name),
        )  # fmt: skip
        learns = any(w.trainable for w in block.weights(known.ins[name]).values()) if name in known.outs else False
        self.panel.show_block(card, block, self.store.document.nodes[name].learning if learns else None)

    def _edit(self, setting: str, value: object) -> tuple[str, Block] | None:
        name = self.name
        block = self.store.document.nodes[name].block if name is not None else None
        if name is None or not isinstance(block, Block):
            return None
        assert isinstance(block, Settings)
        values = {row.name: getattr(block, row.name) for row in block.rows()} | {setting: value}
        return name, type(block)(**values)

    def _previewed(self, setting: str, value: object) -> None:
        changed = self._edit(setting, value)
        if changed is not None:
            self.store.preview(lambda d: edits.set_block(d, *changed))

    def _committed(self, setting: str, value: object) -> None:
        self.store.cancel()
        changed = self._edit(setting, value)
        if changed is not None:
            label = next(r.info.label for r in changed[1].rows() if r.name == setting)
            what = Words(f"Change {label.en.lower()}", f"更改{label.zh}")
            self.store.apply(what, lambda d: edits.set_block(d, *changed))

    def _learning_committed(self, setting: str, value: Any) -> None:
        name = self.name
        if name is not None:
            learning = replace(self.store.document.nodes[name].learning, **{setting: value})
            label = next(r.info.label for r in learning.rows() if r.name == setting)
            what = Words(f"Change {label.en.lower()}", f"更改{label.zh}")
            self.store.apply(what, lambda d: edits.set_learning(d, name, learning))

    def _cancelled(self, setting: str) -> None:
        self.store.cancel()

    def _renamed(self, new: str) -> None:
        name = self.name
        if name is None:
            return
        try:
            self.store.apply(Words("Rename block", "重命名模块"), lambda d: edits.rename(d, name, new))
        except NeuroloomError as error:
            self.refused.emit(error.words)
            self._refresh()


def _facts(store: Store, name: str, block: Block) -> tuple[Words, ...]:
    """Output shape, parameters with their arithmetic, and multiply-adds."""
    known = store.inference
    if name not in known.outs:
        return ()
    made = known.blocks[name]  # inside a composite, with the settings of the one that is open
    block = made if isinstance(made, Block) else block
    spent, weights = cost(name, block, known), block.weights(known.ins[name])
    shape = "×".join(map(str, spent.shape))
    sums = " + ".join("×".join(map(str, w.shape)) for w in weights.values() if w.trainable)
    facts = [Words(f"Output {shape}", f"输出 {shape}")]
    if spent.parameters:
        facts.append(Words(f"{spent.parameters:,} parameters = {sums}", f"{spent.parameters:,} 个参数 = {sums}"))
    if spent.multiply_adds:
        facts.append(Words(f"{spent.multiply_adds:,} multiply-adds a row", f"每行 {spent.multiply_adds:,} 次乘加"))
    return tuple(facts)
