"""What a block is: settings, a shape rule, the arrays it needs, and the kernel calls of its two directions.

A block does not compute. Given its buffers it *names* kernel calls, and the plan records them. The rules, which
`tests/blocks/test_every_block.py` holds every block to:

- shapes leave out the batch axis; arrays have it first; pictures are (batch, height, width, channels);
- forward's calls write all of `y`, and whatever of `scratch` backward reads; they never touch `x`;
- backward's calls write all of each `dx` that is not None and all of each `dw`; they never touch `x`, `y` or `dy`;
- chance comes only from `clock` (see `core/kernels/chance.py`), so a step can be repeated bit for bit;
- every array has one float type, float32 for work and float64 for checks, but for scratch that asks for another.

In a block's file: docstring, class attributes, settings, out_shapes, weights, scratch, forward, backward, multiply_adds,
caption, EXAMPLES. `EXAMPLES` lists (block, shapes of its inputs) for the tests that run on every block.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from core.initializers import Weight
from core.kernels.call import Calls
from core.settings import Settings
from core.words import Words

Array = npt.NDArray[Any]
Shape = tuple[int, ...]  # without the batch axis; never empty for a wire
Shapes = tuple[Shape, ...]
NOTHING: Shape = ()  # the shape at an optional port that has no wire

Group = Literal[
    "input",
    "augmentation",
    "linear",
    "convolution",
    "pooling",
    "normalisation",
    "activation",
    "sequence",
    "shape",
    "merge",
    "composite",
    "output",
]
Level = Literal["beginner", "standard", "expert"]
LEVELS: Mapping[Level, Words] = {
    "beginner": Words("Beginner: the blocks of the lecture", "入门：课程中的模块"),
    "standard": Words("Standard", "标准"),
    "expert": Words("Expert: every block, every setting", "专家：全部模块与设置"),
}
GROUPS: Mapping[Group, Words] = {
    "input": Words("Input", "输入"),
    "augmentation": Words("Augmentation", "数据增强"),
    "linear": Words("Linear", "线性"),
    "convolution": Words("Convolution", "卷积"),
    "pooling": Words("Pooling", "池化"),
    "normalisation": Words("Normalisation", "归一化与正则"),
    "activation": Words("Activation", "激活"),
    "sequence": Words("Sequence", "序列"),
    "shape": Words("Shape", "形状"),
    "merge": Words("Merge", "合并"),
    "composite": Words("Composites", "组合模块"),
    "output": Words("Output", "输出"),
}


@dataclass(frozen=True, slots=True)
class Space:
    """One scratch array: its whole shape, batch axis included where there is one, and its type."""

    shape: Shape
    type: Literal["float", "int32", "uint8"] = "float"


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a wire does not fit: the shape that comes, the shapes it must get on with, and the group of the block it leaves."""

    have: Shape
    beside: Shapes  # at the other inputs of the block it is to reach
    behind: Group


@dataclass(frozen=True, slots=True, eq=False)
class Buffers:
    """The arrays of one block, allocated once when the plan is compiled."""

    x: tuple[Array, ...]  # (batch, *shape) of each input; an optional port without a wire has an array of size 0
    y: tuple[Array, ...]
    dy: tuple[Array, ...]  # empty unless training; an output without a wire has an array of size 0
    dx: tuple[Array | None, ...]  # None where nobody asks for this gradient
    w: Mapping[str, Array]
    dw: Mapping[str, Array]  # trainable weights only
    scratch: Mapping[str, Array]
    clock: Array  # uint64 (2,): the seed of this block, and the number of the step
    target: Array | None = None  # output blocks only: what the data wants, (batch, …)
    measures: Array | None = None  # output blocks only: (batch, 2), loss and metric of each row


@dataclass(frozen=True, kw_only=True)
class Block(Settings):
    """A kind of node. One subclass in one module of core/blocks/ adds it everywhere."""

    id: ClassVar[str]  # file format: never changed, only aliased
    title: ClassVar[Words]
    group: ClassVar[Group]
    help: ClassVar[Words]  # what it does, its formula, when to use it, one mistake to avoid
    aliases: ClassVar[tuple[str, ...]] = ()  # other words people search for
    level: ClassVar[Level] = "standard"  # from which level on it is offered unasked; search finds all
    stem: ClassVar[str] = ""  # how new blocks are named, `conv` -> conv1, conv2; the id where empty
    inputs: ClassVar[tuple[str, ...]] = ("x",)
    optional: ClassVar[tuple[str, ...]] = ()  # those of the input ports that may stay without a wire
    switches: ClassVar[tuple[str, ...]] = ()  # input ports that no gradient goes back through: masks
    outputs: ClassVar[tuple[str, ...]] = ("y",)
    view: ClassVar[bool] = False  # y is x in another shape: no calls, the plan gives both the same memory

    def input_ports(self) -> tuple[str, ...]:
        """Names of the input ports, in order; depends on settings only."""
        return self.inputs

    def output_ports(self) -> tuple[str, ...]:
        """Names of the output ports, in order; depends on settings only."""
        return self.outputs

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """Blocks of this kind that may lead across a gap, settings filled in. Each is tried, so one may hope."""
        return ()

    @abstractmethod
    def out_shapes(self, ins: Shapes) -> Shapes:
        """Shapes of the outputs. Raises ShapeError in words that say what to do."""

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """The arrays that are saved with the model."""
        return {}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """The arrays the calls need beside inputs and outputs."""
        return {}

    @abstractmethod
    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Calls that read x and w and write y."""

    @abstractmethod
    def backward(self, b: Buffers) -> Calls:
        """Calls that read dy, and write dx and dw."""

    def settle(self, b: Buffers) -> Calls:
        """Calls that move weights without a gradient, such as running means, once the step is known to have a finite loss."""
        return ()

    def backward_in_use(self, b: Buffers) -> Calls:
        """Calls that read dy and write dx behind a forward as in use: of a frozen block with weights that never learn."""
        raise NotImplementedError(self.id)

    def multiply_adds(self, ins: Shapes) -> int:
        """Multiply-adds of the forward direction for one row; 0 where they do not count."""
        return 0

    def caption(self) -> str:
        """The few settings that are painted on the block, such as `6 · 5×5`."""
        return ""


Example = tuple[Block, Shapes]


def is_within(block: type[Block], level: Level) -> bool:
    """Whether a block is offered unasked to a person of this level."""
    order = list(LEVELS)
    return order.index(block.level) <= order.index(level)


def seen(array: Array) -> bool:
    """Whether an optional input, or the gradient of an output, has a wire."""
    return array.size > 0


def elements(shape: Shape) -> int:
    """How many numbers an array of this shape holds."""
    return int(np.prod(shape, dtype=np.int64))


def scoped(prefix: str, shapes: Mapping[str, Shape]) -> dict[str, Space]:
    """Scratch that a schedule of kernels asks for, under names of its own."""
    return {f"{prefix}.{name}": Space(shape) for name, shape in shapes.items()}


def scope(b: Buffers, prefix: str) -> dict[str, Array]:
    """The arrays that were declared with `scoped`, under the names the schedule knows."""
    start = f"{prefix}."
    return {name.removeprefix(start): array for name, array in b.scratch.items() if name.startswith(start)}
