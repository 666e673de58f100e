"""Multi-head attention: every step asks all others a question, and takes what answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import (
    NOTHING,
    Array,
    Block,
    Buffers,
    Example,
    Group,
    Level,
    Shape,
    Shapes,
    Space,
    elements,
    seen,
)
from core.blocks._mask import MASK, check_mask, mask_setting
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels.activation import table
from core.kernels.attention import attend, attend_slopes, attend_space, everything
from core.kernels.call import Call, Calls
from core.kernels.matmul import (
    product,
    product_space,
    product_transposed_a,
    product_transposed_b,
    sum_rows,
    sum_rows_space,
)
from core.kernels.tile import shared_space
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class MultiHeadAttention(Block):
    """Scaled dot-product attention in several heads (Vaswani et al., 2017). Shape (time, features), as x comes.

    q = x Wq + bq; k = c Wk + bk, v = c Wv + bv of the context c (x itself where none is wired); every head has its own
    width / heads columns of them, and gives softmax(q kᵀ / √(width / heads)) v; y = all heads beside one another · Wo + bo.
    """

    id: ClassVar[str] = "multi_head_attention"
    title: ClassVar[Words] = Words("Multi-Head Attention", "多头注意力")
    group: ClassVar[Group] = "sequence"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "softmax(Q Kᵀ / √d) V: every step of x asks a question, compares it with the keys of all steps and takes their values in "
        "those shares; each head asks its own. Keys and values come from x itself, or from `context` where it is wired. The heart "
        "of a transformer: add x to the result and normalise. It does not see order: put Positional Encoding before it.",
        "softmax(Q Kᵀ / √d) V：x 的每一步提出查询，与各步的键比较，并按所得比例取其值；每个头各自提问。键和值来自 x 自身，"
        "连接了 `context` 时则来自它。它是 Transformer 的核心：将结果与 x 相加并归一化。它不知先后次序：请在它之前放位置编码。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("self-attention", "cross-attention", "transformer", "自注意力", "交叉注意力")
    stem: ClassVar[str] = "attention"
    inputs: ClassVar[tuple[str, ...]] = ("x", "context")
    optional: ClassVar[tuple[str, ...]] = ("context",)
    switches: ClassVar[tuple[str, ...]] = (MASK,)

    heads: int = setting(
        4,
        Words("Heads", "头数"),
        Words("How many questions are asked side by side.", "并行提出多少组查询。"),
        ge=1,
        le=1024,
    )
    width: int | None = setting(
        None,
        Words("Width", "宽度"),
        Words(
            "Length of the queries, keys and values, all heads together; empty: as long as the vectors of x.",
            "查询、键和值的长度，所有头合计；留空则与 x 的向量等长。",
        ),
        ge=1,
        le=65_536,
        advanced=True,
    )
    causal: bool = setting(
        False,
        Words("Causal", "因果"),
        Words(
            "A step sees itself and what came before it only: for predicting what comes next.",
            "每一步只看见自身及之前的内容：用于预测后续。",
        ),
    )

    masked: bool = mask_setting(
        Words("Steps of padding, of x or of the context, are not looked at.", "不会看向 x 或 context 中的填充步。")
    )

    def input_ports(self) -> tuple[str, ...]:
        """What asks, what is asked, and as set the mask of the latter."""
        return (*self.inputs, *([MASK] if self.masked else []))

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features), with the context (any time, any features) -> (time, features)."""
        for port, shape in zip(self.inputs, ins, strict=False):
            if len(shape) != 2 and (port == "x" or shape != NOTHING):
                raise ShapeError(
                    Words(
                        f"Multi-Head Attention takes sequences of vectors (time, features) such as (64, 32), "
                        f"and {shape} reaches its port {port!r}. "
                        + (
                            "Put an Embedding block before it." if len(shape) == 1 else "Put a Reshape block before it."
                        ),
                        f"多头注意力需要向量序列（时间, 特征），如 (64, 32)，而到达端口 {port!r} 的是 {shape}。"
                        + ("请在它之前放一个嵌入模块。" if len(shape) == 1 else "请在它之前放一个变形模块。"),
                    ),
                    fixes=("embedding",) if len(shape) == 1 else ("reshape",),
                )
        width = self._width(ins)
        if width % self.heads:
            near = min((n for n in range(1, width + 1) if width % n == 0), key=lambda n: abs(n - self.heads))
            raise ShapeError(
                Words(
                    f"The width {width} cannot be shared out evenly among {self.heads} heads. "
                    f"Set the heads to {near}, or the width to {-(-width // self.heads) * self.heads}.",
                    f"宽度 {width} 不能平均分给 {self.heads} 个头。请将头数设为 {near}，或将宽度设为 {-(-width // self.heads) * self.heads}。",
                )
            )
        for mask in ins[2:]:
            check_mask(self.title, mask, self._context(ins)[0])
        return (ins[0],)

    def _width(self, ins: Shapes) -> int:
        return self.width or ins[0][1]

    def _context(self, ins: Shapes) -> Shape:
        return ins[1] or ins[0]

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """Wq (features, width), Wk and Wv (context features, width), Wo (width, features), and a bias for each."""
        width, (_, features), (_, others) = self._width(ins), ins[0], self._context(ins)
        sizes = {"q": (features, width), "k": (others, width), "v": (others, width), "o": (width, features)}
        matrices = {f"W{name}": Weight(size, "glorot", decays=True, fans=size) for name, size in sizes.items()}
        return matrices | {f"b{name}": Weight((size[1],)) for name, size in sizes.items()}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Queries, keys, values, the attention of every step to every other, what the heads gave; training: their slopes."""
        (time, features), (others, context_features), width = ins[0], self._context(ins), self._width(ins)
        stacks, head = batch * self.heads, width // self.heads
        space: dict[str, Shape] = {
            "query": (batch, time, width),
            "key": (batch, others, width),
            "value": (batch, others, width),
        }
        space |= {"mixed": (batch, time, width)}
        rows, context_rows = batch * time, batch * others
        used = [product_space(rows, width, features), product_space(context_rows, width, context_features)]
        used += [product_space(rows, features, width)]
        if train:
            space |= {f"d{name}": shape for name, shape in space.items()}
            used += [
                product_space(width, features, rows),
                product_space(features, width, rows),
                product_space(context_features, width, context_rows),
            ]
            used += [product_space(rows, width, features), product_space(context_rows, context_features, width)]
            used += [sum_rows_space(rows, n) for n in (width, features)] + [sum_rows_space(context_rows, width)]
        space |= {"attention": (batch, self.heads, time, others), **shared_space(*used)}
        space |= attend_space(stacks, time, others, head, head, train=train)
        return {name: Space(shape) for name, shape in space.items()}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Queries, keys and values; shares = softmax(q kᵀ / √d); y = (shares v) Wo + bo."""
        s, x, context = b.scratch, _rows(b.x[0]), _rows(_context(b))
        query, key, value, mixed = (self._heads(s[name]) for name in ("query", "key", "value", "mixed"))
        mask = b.x[2] if self.masked else everything(key.shape[1], key)
        calls: list[Call] = []
        for name, source, goal in (("q", x, "query"), ("k", context, "key"), ("v", context, "value")):
            calls += product(source, b.w[f"W{name}"], _rows(s[goal]), s, bias=b.w[f"b{name}"])
        calls += attend(query, key, value, mask, s["attention"], mixed, s, causal=self.causal)
        return [*calls, *product(_rows(s["mixed"]), b.w["Wo"], _rows(b.y[0]), s, bias=b.w["bo"])]

    def backward(self, b: Buffers) -> Calls:
        """The same path back; where no context is wired, the slopes of queries, keys and values all go to dx."""
        s, x, context, dy = b.scratch, _rows(b.x[0]), _rows(_context(b)), _rows(b.dy[0])
        query, key, value = (self._heads(s[name]) for name in ("query", "key", "value"))
        dquery, dkey, dvalue, dmixed = (self._heads(s[name]) for name in ("dquery", "dkey", "dvalue", "dmixed"))
        calls: list[Call] = []
        calls += product_transposed_a(_rows(s["mixed"]), dy, b.dw["Wo"], s)
        calls += sum_rows(dy, b.dw["bo"], s)
        calls += product_transposed_b(dy, b.w["Wo"], _rows(s["dmixed"]), s)
        given, wanted = (query, key, value), (dquery, dkey, dvalue)
        calls += attend_slopes(given, s["attention"], dmixed, wanted, s, causal=self.causal)
        dx, dcontext = b.dx[0], b.dx[1] if seen(b.x[1]) else b.dx[0]
        for name, source, slope, goal in (
            ("q", x, _rows(s["dquery"]), dx),
            ("k", context, _rows(s["dkey"]), dcontext),
            ("v", context, _rows(s["dvalue"]), dcontext),
        ):
            calls += product_transposed_a(source, slope, b.dw[f"W{name}"], s)
            calls += sum_rows(slope, b.dw[f"b{name}"], s)
            if goal is not None:
                later = name == "v" or (name == "k" and goal is dx)
                calls += product_transposed_b(slope, b.w[f"W{name}"], _rows(goal), s, accumulate=later)
        return calls

    def _heads(self, array: Array) -> Array:
        return array.reshape(*array.shape[:2], self.heads, -1)

    def multiply_adds(self, ins: Shapes) -> int:
        """The four projections, and both products of every pair of steps."""
        (time, features), (others, _), width = ins[0], self._context(ins), self._width(ins)
        return 2 * width * (time * features + elements(self._context(ins)) + time * others)

    def caption(self) -> str:
        """The number of heads."""
        return str(self.heads)


def _context(b: Buffers) -> Array:
    return b.x[1] if seen(b.x[1]) else b.x[0]


def _rows(array: Array) -> Array:
    """All steps of all rows, below one another."""
    return table(array, array.shape[-1])


EXAMPLES: list[Example] = [
    (MultiHeadAttention(heads=2), ((5, 4), NOTHING)),
    (MultiHeadAttention(heads=1, causal=True), ((4, 3), NOTHING)),
    (MultiHeadAttention(heads=3, width=6), ((4, 5), (3, 2))),
    (MultiHeadAttention(heads=2, causal=True), ((3, 4), (5, 4))),
    (MultiHeadAttention(heads=2, masked=True), ((5, 4), NOTHING, (5,))),
    (MultiHeadAttention(heads=2, causal=True, masked=True), ((3, 4), (4, 2), (4,))),
]
