"""Attention: queries are compared with keys, and take the values in those shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Shapes, Space
from core.blocks._mask import MASK, check_mask, mask_setting
from core.errors import ShapeError
from core.kernels.attention import attend, attend_slopes, attend_space, everything
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Attention(Block):
    """Scaled dot-product attention without weights (Vaswani et al., 2017), y = softmax(q kᵀ / √d) v.

    q (time, d), k (others, d), v (others, features) -> (time, features).
    """

    id: ClassVar[str] = "attention"
    title: ClassVar[Words] = Words("Attention", "注意力")
    group: ClassVar[Group] = "sequence"
    help: ClassVar[Words] = Words(
        "softmax(Q Kᵀ / √d) V: every query is compared with every key, and takes the values in those shares. It has no weights "
        "of its own: put Dense blocks before it, or wire the states of a decoder to q and those of an encoder to both k and v "
        "(Luong et al., 2015). Queries and keys must be equally long. Where the keys end in padding, wire a mask, or "
        "queries will look at it.",
        "softmax(Q Kᵀ / √d) V：每个查询与每个键比较，并按所得比例取值。它没有自己的权重：可在前面放全连接模块，"
        "或把解码器的各步状态接到 q，把编码器的各步状态同时接到 k 和 v（Luong 等，2015）。查询与键的长度须相同。"
        "若键的末尾有填充，请连接掩码，否则查询会看到填充。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "dot-product", "query", "key", "value", "luong", "self-attention", "cross-attention", "查询", "键", "值", "点积"
    )  # fmt: skip
    inputs: ClassVar[tuple[str, ...]] = ("q", "k", "v")
    switches: ClassVar[tuple[str, ...]] = (MASK,)

    causal: bool = setting(
        False,
        Words("Causal", "因果"),
        Words(
            "Step t sees the first t steps only: for predicting what comes next.",
            "第 t 步只看见前 t 步：用于预测后续。",
        ),
    )
    masked: bool = mask_setting(Words("Keys of padding are not looked at.", "不会看向填充步的键。"))

    def input_ports(self) -> tuple[str, ...]:
        """Queries, keys, values, and as set the mask of the keys."""
        return (*self.inputs, *([MASK] if self.masked else []))

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, d), (others, d), (others, features) -> (time, features)."""
        q, k, v = ins[:3]
        for port, shape in zip(self.inputs, ins, strict=False):
            if len(shape) != 2:
                raise ShapeError(
                    Words(
                        f"Attention takes sequences of vectors (time, features) such as (64, 32), and {shape} reaches its "
                        f"port {port!r}. Let the block before it return the whole sequence, or put a Reshape block there.",
                        f"注意力需要向量序列（时间, 特征），如 (64, 32)，而到达端口 {port!r} 的是 {shape}。"
                        "请让前一个模块返回整个序列，或在它之前放一个变形模块。",
                    ),
                    fixes=("embedding",) if len(shape) == 1 else ("reshape",),
                )
        if q[1] != k[1]:
            raise ShapeError(
                Words(
                    f"Attention compares queries and keys number by number: they must be equally long, and are {q[1]} and {k[1]}. "
                    f"Put a Dense block with {k[1]} units before port 'q'.",
                    f"注意力逐数比较查询与键，二者长度须相同，而现在是 {q[1]} 和 {k[1]}。"
                    f"请在端口 'q' 之前放一个 {k[1]} 个单元的全连接模块。",
                ),
                fixes=("dense",),
            )
        if k[0] != v[0]:
            raise ShapeError(
                Words(
                    f"Attention needs a value for each key, and there are {k[0]} keys and {v[0]} values. "
                    "Wire both from sequences of one length.",
                    f"注意力的每个键都要有一个值，而现在有 {k[0]} 个键和 {v[0]} 个值。请从等长的序列连接二者。",
                )
            )
        for mask in ins[3:]:
            check_mask(self.title, mask, k[0])
        return ((q[0], v[1]),)

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What each step gives to the others, and what the kernels need."""
        (time, length), (others, features) = ins[0], ins[2]
        space = {
            "attention": (batch, 1, time, others),
            **attend_space(batch, time, others, length, features, train=train),
        }
        return {name: Space(shape) for name, shape in space.items()}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Shares = softmax(q kᵀ / √d); y = shares v."""
        q, k, v = (_one_head(x) for x in b.x[:3])
        mask = b.x[3] if self.masked else everything(k.shape[1], k)
        return attend(q, k, v, mask, b.scratch["attention"], _one_head(b.y[0]), b.scratch, causal=self.causal)

    def backward(self, b: Buffers) -> Calls:
        """The slopes of queries, keys and values."""
        q, k, v = (_one_head(x) for x in b.x[:3])
        dq, dk, dv = (None if dx is None else _one_head(dx) for dx in b.dx[:3])
        shares, dy = b.scratch["attention"], _one_head(b.dy[0])
        return attend_slopes((q, k, v), shares, dy, (dq, dk, dv), b.scratch, causal=self.causal)

    def multiply_adds(self, ins: Shapes) -> int:
        """Both products of every pair of steps."""
        (time, length), (others, features) = ins[0], ins[2]
        return time * others * (length + features)


def _one_head(array: Array) -> Array:
    """(batch, time, 1, features)."""
    return array[:, :, None]


EXAMPLES: list[Example] = [
    (Attention(), ((3, 4), (5, 4), (5, 2))),
    (Attention(causal=True), ((4, 3), (4, 3), (4, 3))),
    (Attention(masked=True), ((3, 2), (4, 2), (4, 5), (4,))),
]
