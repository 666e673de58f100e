"""Output: where the network is read, and judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Array, Block, Buffers, Example, Group, Shape, Shapes, Space
from core.blocks._mask import MASK, check_mask, mask_setting
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.mask import mean_over_steps, slopes_of_steps_that_count
from core.losses import registry
from core.losses._base import Loss, Target
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Output(Block):
    """What a person reads of the network, and how far it is from what the data wants. Shapes that the loss takes.

    With a mask, loss and metric of a row are the means over its steps that count, and 0 where none does.
    """

    id: ClassVar[str] = "output"
    title: ClassVar[Words] = Words("Output", "输出")
    group: ClassVar[Group] = "output"
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
    reads: Literal["logits", "probabilities"] = setting(
        "logits",
        Words("Reads", "读取"),
        Words(
            "What cross-entropy takes its input for; other losses take no notice.",
            "交叉熵把输入当作什么；其他损失不受影响。",
        ),
        choices={
            "logits": Words("Scores (logits)", "分数（logits）"),
            "probabilities": Words("Probabilities", "概率"),
        },
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
        return registry()[self.loss](logits=self.reads == "logits")

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

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes, where the loss takes it."""
        x, *masks = ins
        self.judge().check(x)
        for mask in masks:
            if len(x) < 2:
                raise ShapeError(
                    Words(
                        f"Output: a mask goes with a sequence (time, …), and {x} is a single step. Remove the wire to its "
                        "mask and switch the mask port off.",
                        f"输出：掩码用于序列（时间, …），而 {x} 只有一步。请删去掩码端口的连线并关闭该端口。",
                    )
                )
            check_mask(self.title, mask, x[0])
        return (x,)

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """With a mask, loss and metric of each step."""
        return {"each": Space((batch, ins[0][0], 2))} if self.masked else {}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = what a person reads; loss and metric of each row where there is a target."""
        x, y, loss = b.x[0], b.y[0], self.judge()
        if b.target is None or b.measures is None:
            return loss.predict(x, y)
        if not self.masked:
            return (*loss.predict(x, y), *loss.measure(x, y, b.target, b.measures))
        each = b.scratch["each"]
        by_step = loss.measure(*(_steps(a) for a in (x, y, b.target, each)))
        return (*loss.predict(x, y), *by_step, *mean_over_steps(each, b.x[1], b.measures))

    def backward(self, b: Buffers) -> Calls:
        """dx = the gradient of the batch's mean loss; nothing comes from behind."""
        dx = b.dx[0]
        if dx is None or b.target is None:
            return ()
        if not self.masked:
            return self.judge().gradient(b.x[0], b.y[0], b.target, dx)
        by_step = self.judge().gradient(*(_steps(a) for a in (b.x[0], b.y[0], b.target, dx)))
        return (*by_step, *slopes_of_steps_that_count(dx, b.x[1]))


def _steps(array: Array) -> Array:
    """Every step as a row of its own."""
    return array.reshape(-1, *array.shape[2:])


EXAMPLES: list[Example] = [
    (Output(), ((4,),)),
    (Output(reads="probabilities"), ((5, 3),)),
    (Output(loss="mean_squared_error"), ((2, 3, 1),)),
    (Output(masked=True), ((4, 3), (4,))),
]
