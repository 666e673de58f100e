"""The inspector at work: shows the selected block, and turns what a person changes into edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from core.blocks._base import GROUPS, Block
from core.errors import NeuroloomError
from core.graph import edits
from core.graph.composites import Composite
from core.graph.document import Delta, Document, Node
from core.graph.scope import sharing
from core.graph.several import common
from core.graph.shapes import Inference
from core.graph.training import Learning
from core.plan.cost import cost
from core.plan.totals import Tally
from core.settings import Settings
from core.words import Words, headed, same
from gui.document.store import Edit, Store
from gui.i18n import language
from gui.inspector.panel import Card, InspectorPanel
from gui.training.run import Run

TOGETHER = Words("What is set here is set for all of them.", "在此所作的设置对所选模块全部生效。")
NOTHING_SHARED = Words("They have no setting in common.", "所选模块没有共同的设置。")
MOST_FAULTS = 8  # that are told of several blocks; the list of problems has them all


class Inspecting(QObject):
    """Keeps the panel true to the blocks that are selected. `refused` carries why a name was not taken."""

    refused = Signal(object)

    def __init__(self, store: Store, run: Run) -> None:
        super().__init__(store)
        self.store = store
        self._tally = Tally()
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
        """While many blocks are dragged about nothing that is told of them changes, and nothing is asked."""
        if delta != Delta() and (len(self.store.selection) < 2 or self._told != self._tellable()):
            self._refresh()

    def _tellable(self) -> tuple[Inference, list[Learning]]:
        nodes = self.store.document.nodes
        return self.store.inference, [nodes[n].learning for n in sorted(self.store.selection)]

    def _refresh(self, *_: object) -> None:
        nodes = {n: v for n, v in self.store.document.nodes.items() if n in self.store.selection}
        self._told = self._tellable()
        if len(nodes) > 1:
            self._show_several(nodes)
            return
        name, node = next(iter(nodes.items()), (None, None))
        if name is None or node is None or not isinstance(node.block, Block):
            self.panel.show_nothing()
            return
        block, known = node.block, self.store.inference
        card = Card(
            name, block.title, block.help, block.group, GROUPS[block.group], _facts(self.store, name, block) + _shared(self.store.root, block),
            tuple(f.words for f in known.faults if f.block == name),
        )  # fmt: skip
        self.panel.show_block(card, block, node.learning if self._learns(name, block) else None)

    def _show_several(self, nodes: Mapping[str, Node]) -> None:
        """What the selected blocks are together, and the settings that all of them have."""
        blocks = [node.block for node in nodes.values() if isinstance(node.block, Block)]
        groups = {block.group for block in blocks} if len(blocks) == len(nodes) else set()
        learning = [v.learning for n, v in nodes.items() if isinstance(v.block, Block) and self._learns(n, v.block)]
        settings = common(blocks) if len(blocks) == len(nodes) else None
        if settings is not None and not settings.rows():
            settings = None
        card = Card(
            ", ".join(nodes), Words(f"{len(nodes)} blocks", f"{len(nodes)} 个模块"), TOGETHER if settings else NOTHING_SHARED,
            groups.pop() if len(groups) == 1 else "", _kinds(nodes), self._sums(nodes),
            tuple(headed(f.block, f.words) for f in self.store.inference.faults if f.block in nodes)[:MOST_FAULTS],
            count=len(nodes),
        )  # fmt: skip
        self.panel.show_block(card, settings, common(learning) if learning else None)

    def _sums(self, nodes: Mapping[str, Node]) -> tuple[Words, ...]:
        """Parameters and multiply-adds of the selected blocks, and how much of the whole that is."""
        totals = self._tally.of(self.store.inference, self.store.root.training.batch_size)
        part, whole, facts = totals.part(nodes), totals.whole, list[Words]()
        if part.parameters:
            share = f"{part.parameters / whole.parameters:.0%}"
            facts.append(
                Words(
                    f"{part.parameters:,} parameters, {share} of all", f"{part.parameters:,} 个参数，占总数的 {share}"
                )
            )
        if part.multiply_adds:
            adds, share = part.multiply_adds, f"{part.multiply_adds / whole.multiply_adds:.0%}"
            facts.append(
                Words(f"{adds:,} multiply-adds a row, {share} of all", f"每行 {adds:,} 次乘加，占总数的 {share}")
            )
        return tuple(facts)

    def _learns(self, name: str, block: Block) -> bool:
        known = self.store.inference
        return name in known.outs and any(w.trainable for w in block.weights(known.ins[name]).values())

    def _edit(self, setting: str, value: object) -> Edit:
        """The selected blocks with one setting changed, whatever they are by then: the blocks of now are not kept."""
        names = self.store.selection

        def edit(document: Document) -> Document:
            blocks = {n: v.block for n, v in document.nodes.items() if n in names and isinstance(v.block, Block)}
            return edits.set_blocks(document, {n: block.with_(setting, value) for n, block in blocks.items()})

        return edit

    def _previewed(self, setting: str, value: object) -> None:
        self.store.preview(self._edit(setting, value))

    def _committed(self, setting: str, value: object) -> None:
        if self.panel.form is not None:
            self.store.apply(_change(self.panel.form.settings(), setting), self._edit(setting, value))

    def _learning_committed(self, setting: str, value: object) -> None:
        names = self.store.selection

        def edit(document: Document) -> Document:
            for name, node in document.nodes.items():
                if name in names and isinstance(node.block, Block) and self._learns(name, node.block):
                    document = edits.set_learning(document, name, node.learning.with_(setting, value))
            return document

        self.store.apply(_change(Learning(), setting), edit)

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


def _change(settings: Settings, setting: str) -> Words:
    label = next(r.info.label for r in settings.rows() if r.name == setting)
    return Words(f"Change {label.en.lower()}", f"更改{label.zh}")


def _kinds(nodes: Mapping[str, Node]) -> Words:
    """How many of each kind, those of which there are most first."""
    titles = (node.block.title if isinstance(node.block, Block) else same(node.block.type) for node in nodes.values())
    counted = Counter(titles).most_common()
    return Words(*(" · ".join(f"{n}\u00a0{title.say(to)}" for title, n in counted) for to in ("en", "zh")))


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


def _shared(root: Document, block: Block) -> tuple[Words, ...]:
    """What else changes with the inside of a composite."""
    alike = sharing(root, block.definition) if isinstance(block, Composite) else 0
    shared = Words(f"Inside and title are shared by {alike} blocks", f"内部结构与标题由 {alike} 个模块共用")
    return (shared,) if alike > 1 else ()
