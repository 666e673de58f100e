"""Judgement: a network that can run and yet is likely to disappoint. Each rule is one function; none of it is an error.

Advice says what is seen, why it matters and what helps, and brings the edit that does it where one edit can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from core.blocks import registry
from core.blocks._base import Block, elements
from core.graph import edits
from core.graph.document import Document, Wire
from core.graph.shapes import Inference
from core.words import Words

Edit = Callable[[Document], Document]

HEAVY, HEAVY_TOTAL = 0.9, 100_000  # share of the parameters in one block, of a network that has so many
FAR = 30.0  # times the optimiser's usual rate, above or below
DEEP = 4  # squashing layers in a row through which little gradient comes back
PROBABLE = {"categorical_cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}  # loss: what makes probabilities
SQUASHING = {"sigmoid", "tanh"}


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to think about, the block it is about ("" for none), and what would mend it."""

    block: str
    words: Words
    fix: tuple[Words, Edit] | None = None


def judge(document: Document, known: Inference) -> tuple[Advice, ...]:
    """All advice on a document, in the order data flows. Blocks whose shapes are not known are passed over."""
    net = _Net(document, known)
    return tuple(advice for rule in RULES for advice in rule(net))


class _Net:
    """The blocks of a document, and what stands before and behind each."""

    def __init__(self, document: Document, known: Inference) -> None:
        self.document, self.known = document, known
        self.blocks = {n: b for n in known.order if n in known.outs and isinstance(b := document.nodes[n].block, Block)}
        self.into: dict[str, list[Wire]] = {n: [] for n in document.nodes}
        self.out_of: dict[str, list[Wire]] = {n: [] for n in document.nodes}
        for wire in document.wires:
            self.into[wire.target].append(wire)
            self.out_of[wire.source].append(wire)

    def of(self, *ids: str) -> Iterator[tuple[str, Any]]:
        """The blocks of these kinds."""
        return ((n, b) for n, b in self.blocks.items() if b.id in ids)

    def before(self, name: str) -> tuple[str, Any] | None:
        """What the one wire into a block comes from."""
        wires = self.into[name]
        source = wires[0].source if len(wires) == 1 else ""
        return (source, self.blocks[source]) if source in self.blocks else None

    def only_behind(self, name: str) -> tuple[str, Any] | None:
        """What the one wire out of a block leads to."""
        wires = self.out_of[name]
        target = wires[0].target if len(wires) == 1 else ""
        return (target, self.blocks[target]) if target in self.blocks else None


def probabilities_taken_for_scores(net: _Net) -> Iterator[Advice]:
    """Softmax twice: the gradient shrinks, and the probabilities shown are wrong. The other way round, log of scores."""
    for name, output in net.of("output"):
        makes = PROBABLE.get(output.loss)
        before = net.before(name)
        if makes is None or before is None:
            continue
        given = before[1].id == makes
        if given != (output.reads == "probabilities"):
            right = "probabilities" if given else "logits"
            have = Words("probabilities", "概率") if given else Words("scores", "分数")
            reads = Words("scores (logits)", "分数（logits）") if given else Words("probabilities", "概率")
            yield Advice(
                name,
                Words(
                    f"{name}: {before[0]} gives {have.en}, and the loss takes them for {reads.en}. Let it read {have.en}.",
                    f"{name}：{before[0]} 给出的是{have.zh}，而损失把它当作{reads.zh}。请改为读取{have.zh}。",
                ),
                (
                    Words(f"Read {have.en}", f"读取{have.zh}"),
                    partial(edits.set_block, name=name, block=replace(output, reads=right)),
                ),
            )


def dense_behind_dense(net: _Net) -> Iterator[Advice]:
    """Two linear maps in a row are one linear map."""
    for name, _ in net.of("dense"):
        before = net.before(name)
        if before is None or before[1].id != "dense":
            continue
        wire = net.into[name][0]

        def between(document: Document, wire: Wire = wire) -> Document:
            after, relu = edits.add(document, registry()["relu"]())
            return edits.insert(after, relu, wire)

        yield Advice(
            name,
            Words(
                f"{name} follows {before[0]} without an activation: together they can do no more than one of them. "
                "Put an activation between them.",
                f"{before[0]} 与 {name} 之间没有激活：两层合起来并不比一层更强。请在中间加一个激活模块。",
            ),
            (Words("Insert ReLU", "插入 ReLU"), between),
        )


def leading_nowhere(net: _Net) -> Iterator[Advice]:
    """A block that no output depends on learns nothing."""
    for name, block in net.blocks.items():
        if block.group != "output" and block.output_ports() and not net.out_of[name]:
            yield Advice(
                name,
                Words(
                    f"{name} leads nowhere: it does not take part in training. Wire it on, or remove it.",
                    f"{name} 没有连到任何地方，不参与训练。请连上它，或删除它。",
                ),
            )


def dropout_before_batch_norm(net: _Net) -> Iterator[Advice]:
    """Dropout changes the variance that batch normalisation has measured (Li et al., 2018)."""
    for name, _ in net.of("batch_norm"):
        before = net.before(name)
        if before is not None and before[1].id in {"dropout", "spatial_dropout2d"}:
            yield Advice(
                name,
                Words(
                    f"{before[0]} stands before {name}: in use the variance differs from what was measured in training. "
                    "Put dropout behind the normalisation.",
                    f"{before[0]} 在 {name} 之前：使用时的方差与训练时测得的不同。请把随机失活放在归一化之后。",
                ),
            )


def bias_before_batch_norm(net: _Net) -> Iterator[Advice]:
    """The mean that is taken off takes the bias with it."""
    for name, block in net.blocks.items():
        behind = net.only_behind(name)
        if getattr(block, "bias", False) is True and behind is not None and behind[1].id == "batch_norm":
            yield Advice(
                name,
                Words(
                    f"{name}: its bias does nothing, since {behind[0]} takes the mean off. Switch it off.",
                    f"{name}：偏置不起作用，因为 {behind[0]} 会减去均值。可将其关闭。",
                ),
                (
                    Words("Switch the bias off", "关闭偏置"),
                    partial(edits.set_block, name=name, block=_without_bias(block)),
                ),
            )


def _without_bias(block: Any) -> Block:
    return cast("Block", replace(block, bias=False))


def squashing_in_depth(net: _Net) -> Iterator[Advice]:
    """Each sigmoid passes at most a quarter of the gradient on (Hochreiter, 1991; Glorot & Bengio, 2010)."""
    depth: dict[str, int] = {}
    for name in net.known.order:
        here = int(name in net.blocks and net.blocks[name].id in SQUASHING)
        stops = name in net.blocks and net.blocks[name].group in {"normalisation", "merge"}
        depth[name] = 0 if stops else here + max((depth.get(w.source, 0) for w in net.into[name]), default=0)
        if here and depth[name] == DEEP:
            yield Advice(
                name,
                Words(
                    f"{name} is the {DEEP}th sigmoid or tanh in a row: little gradient comes back through so many. "
                    "Try ReLU in the hidden layers.",
                    f"{name} 是连续第 {DEEP} 个 sigmoid 或 tanh：梯度经过这么多层会变得很小。隐藏层可以试试 ReLU。",
                ),
            )


def nearly_all_in_one(net: _Net) -> Iterator[Advice]:
    """Most often a Dense block behind a large picture."""
    counts = {
        n: sum(elements(w.shape) for w in b.weights(net.known.ins[n]).values() if w.trainable)
        for n, b in net.blocks.items()
    }
    total = sum(counts.values())
    learning = [n for n, c in counts.items() if c]
    for name, count in counts.items():
        if total >= HEAVY_TOTAL and len(learning) > 2 and count > HEAVY * total:
            yield Advice(
                name,
                Words(
                    f"{name} holds {count / total:.0%} of all {total:,} parameters. "
                    "Pool more before it, or use global average pooling.",
                    f"{name} 占全部 {total:,} 个参数的 {count / total:.0%}。可在它之前多做池化，或使用全局平均池化。",
                ),
            )


def raw_pictures(net: _Net) -> Iterator[Advice]:
    """Numbers from 0 to 255 make first steps that are far too long."""
    data = net.document.data
    if data is None or data.normalise != "none":
        return
    for name, block in net.of("input"):
        if len(block.shape) == 3:
            yield Advice(
                name,
                Words(
                    f"{name}: the pictures come as they are, mostly 0 to 255. Normalise them, and training goes faster.",
                    f"{name}：图像按原样输入，数值多为 0 到 255。归一化后训练会更快。",
                ),
                (
                    Words("Normalise to 0 … 1", "归一化到 0 … 1"),
                    lambda d: edits.set_data(d, d.data and replace(d.data, normalise="unit")),
                ),
            )


def unusual_rate(net: _Net) -> Iterator[Advice]:
    """A learning rate far from what the optimiser is used with."""
    optimizer = net.document.optimizer
    if optimizer is None:
        return
    usual = type(optimizer)().learning_rate
    if not usual / FAR <= optimizer.learning_rate <= usual * FAR:
        yield Advice(
            "",
            Words(
                f"A learning rate of {optimizer.learning_rate:g} is unusual for {optimizer.title.en}; {usual:g} is common.",
                f"学习率 {optimizer.learning_rate:g} 对 {optimizer.title.zh} 来说不常见，通常为 {usual:g}。",
            ),
            (
                Words(f"Set it to {usual:g}", f"设为 {usual:g}"),
                partial(edits.set_training, optimizer=replace(optimizer, learning_rate=usual)),
            ),
        )


def single_rows_normalised(net: _Net) -> Iterator[Advice]:
    """The statistics of one row say nothing of the others."""
    if net.document.training.batch_size > 1:
        return
    for name, _ in net.of("batch_norm"):
        yield Advice(
            name,
            Words(
                f"{name} normalises over the batch, and a batch has one row. Make the batches larger, or use LayerNorm.",
                f"{name} 按批归一化，而每批只有一行。请增大批大小，或改用层归一化。",
            ),
            (
                Words("Batches of 32", "批大小设为 32"),
                lambda d: edits.set_training(d, replace(d.training, batch_size=32)),
            ),
        )


RULES: tuple[Callable[[_Net], Iterator[Advice]], ...] = (
    probabilities_taken_for_scores, dense_behind_dense, leading_nowhere, dropout_before_batch_norm, bias_before_batch_norm,
    squashing_in_depth, nearly_all_in_one, raw_pictures, unusual_rate, single_rows_normalised,
)  # fmt: skip
