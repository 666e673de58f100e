"""Output: where the network is read, and judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shape, Shapes, Space, elements
from core.blocks._mask import MASK, check_mask, mask_setting
from core.errors import ShapeError
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.loss import scale
from core.kernels.mask import mean_over_steps, places_that_count, slopes_of_steps_that_count
from core.losses import registry
from core.losses._base import Loss, Target
from core.settings import setting, takes_in
from core.words import Words


@dataclass(frozen=True, kw_only=True)
@takes_in("loss", registry())
class Output(Block):
    """What a person reads of the network, and how far it is from what the data wants. Shapes that the loss takes.

    With a mask, loss and metric of a row are the means over its steps that count, and 0 where none does.
    """

    id: ClassVar[str] = "output"
    title: ClassVar[Words] = Words("Output", "输出")
    group: ClassVar[Group] = "output"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Where the network ends: compares what arrives with what the data wants. For classes it turns scores into "
        "probabilities itself, so end the network with Dense; with Softmax or Sigmoid before it, set it to read "
        "probabilities.",
        "网络的终点：把到达的数值与数据的目标相比较。用于分类时它自己把分数变为概率，因此网络以全连接层结尾即可；"
        "若前面有 Softmax 或 Sigmoid，请设为读取概率。",
    )
    switches: ClassVar[tuple[str, ...]] = (MASK,)
    aliases: ClassVar[tuple[str, ...]] = ("loss", "target", "objective", "损失", "目标")

    loss: str = setting(
        "categorical_cross_entropy",
        Words("Loss", "损失函数"),
        Words("How wrong an output is, as one number.", "用一个数衡量输出错了多少。"),
        choices={name: loss.title for name, loss in registry().items()},
    )
    learns: Literal["targets", "inputs"] = setting(
        "targets",
        Words("Learns", "学习目标"),
        Words(
            "What the data wants here: its targets, or its first input again, as an autoencoder does.",
            "此处的目标：数据的目标值，或再现第一个输入（自编码器）。",
        ),
        choices={"targets": Words("The targets", "目标值"), "inputs": Words("To repeat the input", "再现输入")},
        advanced=True,
    )
    weight: float = setting(
        1.0,
        Words("Weight", "损失权重"),
        Words(
            "How much this output counts in the loss of the whole network, the sum of weight × loss over its outputs.",
            "此输出在整个网络损失中的分量：总损失为各输出的权重 × 损失之和。",
        ),
        ge=0,
        le=1e6,
        advanced=True,
    )
    all_metrics: bool = setting(
        False,
        Words("All metrics", "全部指标"),
        Words(
            "After each epoch tell all metrics of the rows held out: top-k, precision, recall, F1, IoU, R², perplexity.",
            "每轮之后给出验证集的全部指标：前 k 准确率、精确率、召回率、F1、交并比、R²、困惑度。",
        ),
        advanced=True,
    )
    masked: bool = mask_setting(
        Words(
            "Steps of padding are left out of the loss and the metric.",
            "填充步不计入损失与指标。",
        )
    )

    def input_ports(self) -> tuple[str, ...]:
        """What is judged, and the mask where it is asked for."""
        return ("x", MASK) if self.masked else ("x",)

    def judge(self) -> Loss:
        """The loss as set."""
        return self.part(registry()[self.loss])

    @property
    def target_kind(self) -> Target:
        """Whether the loss compares with numbers, or with one class out of several."""
        return self.judge().target

    @property
    def metric(self) -> str:
        """Key of the second measure, such as accuracy."""
        return self.judge().metric

    def target_shape(self, ins: Shapes) -> Shape:
        """Shape of one row of the target."""
        return self.judge().target_shape(ins[0])

    def answer(self, y: Array) -> Array:
        """What of the block's output is compared with the target, in the target's shape; of classes, their probabilities."""
        return self.judge().answer(y)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes, where the loss takes it."""
        x, *masks = ins
        self.judge().check_shape(x)
        for mask in masks:
            if len(x) < 2 or (len(x) > 2 and self.target_kind == "class"):
                raise ShapeError(
                    Words(
                        f"Output: a mask goes with a sequence (time, …), and {x} is none. Remove the wire to its "
                        "mask and switch the mask port off.",
                        f"输出：掩码用于序列（时间, …），而 {x} 不是序列。请删去掩码端口的连线并关闭该端口。",
                    )
                )
            check_mask(self.title, mask, x[0])
        return (x,)

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Where not all places count: loss and metric of each, and which do."""
        if not self._picks:
            return {}
        places = self._places(ins[0])
        spaces = {"each": Space((batch, places, 2))}
        return spaces if self.judge().uncounted is None else spaces | {"counts": Space((batch, places))}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = what a person reads; loss and metric of each row where there is a target."""
        x, y, loss = b.x[0], b.y[0], self.judge()
        if b.target is None or b.measures is None:
            return loss.predict(x, y)
        if not self._picks:
            return (*loss.predict(x, y), *loss.measure(x, y, b.target, b.measures))
        each, counts, uncounted = b.scratch["each"], self.counts(b), loss.uncounted
        calls = [*loss.predict(x, y)]
        if uncounted is not None:
            calls += places_that_count(b.target, uncounted, b.x[1] if self.masked else None, counts)
        axes = self._axes(x.shape[1:])
        calls += loss.measure(*(_by_place(a, axes) for a in (x, y, b.target, each.reshape(*x.shape[: 1 + axes], 2))))
        return (*calls, *mean_over_steps(each, counts, b.measures))

    def backward(self, b: Buffers) -> Calls:
        """dx = weight times the gradient of the batch's mean loss; nothing comes from behind."""
        dx = b.dx[0]
        if dx is None or b.target is None:
            return ()
        axes = self._axes(dx.shape[1:])
        calls = [*self.judge().gradient(*(_by_place(a, axes) for a in (b.x[0], b.y[0], b.target, dx)))]
        if self._picks:
            calls += slopes_of_steps_that_count(dx, self.counts(b))
        return calls if self.weight == 1 else (*calls, *elementwise(scale, dx, numbers=(self.weight,)))

    def counts(self, b: Buffers) -> Array:
        """Which places of each row count, (batch, places) of 1 and 0; an array of size 0 where all do."""
        return b.scratch.get("counts", b.x[1] if self.masked else b.x[0][:0])

    @property
    def _picks(self) -> bool:
        """Whether there may be places that do not count."""
        return self.masked or self.judge().uncounted is not None

    def _axes(self, x: Shape) -> int:
        """How many axes of x are places that count or do not."""
        if self.masked:
            return 1
        return len(self.judge().target_shape(x)) if self._picks else 0

    def _places(self, x: Shape) -> int:
        return elements(x[: self._axes(x)])


def _by_place(array: Array, axes: int) -> Array:
    """Every place as a row of its own."""
    return array.reshape(-1, *array.shape[1 + axes :])


EXAMPLES: list[Example] = [
    (Output(), ((4,),)),
    (Output.from_json({"reads": "probabilities"}), ((5, 3),)),  # a setting that the loss has brought
    (Output(loss="mean_squared_error"), ((2, 3, 1),)),
    (Output(masked=True), ((4, 3), (4,))),
    (Output.from_json({"ignored_class": 0, "per_pixel": True}), ((4, 2, 3),)),
    (Output(loss="mixture", weight=0.5), ((9,),)),
]
