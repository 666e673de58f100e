"""What a loss is: a number that says how wrong an output is, row by row, and its gradient."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy.typing as npt

from core.kernels.call import Calls
from core.settings import Settings, setting
from core.words import Words

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Target = Literal[
    "numbers", "class"
]  # numbers: as many as the output has (pictures, yes or no); class: one out of several


@dataclass(frozen=True, kw_only=True)
class Loss(Settings):
    """A loss over what reaches an output block, `x` of shape (batch, …).

    Each row's loss is the mean over whatever axes the row has (features, steps, pixels), and the loss of a batch is the
    mean of its rows. `measures` is (batch, 2): the loss and the metric of each row, to be averaged. Targets of kind
    "class" are whole numbers kept as floats, (batch,) for one class a row or (batch, …) for one at each place.

    What a loss can be told it declares as settings: the output block takes them in, and so do panel, file and schema.
    """

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]  # formula, when to use it, one mistake to avoid
    target: ClassVar[Target]  # what it compares with
    metric: ClassVar[str]  # key of the second measure in events and files: accuracy, mean_absolute_error
    metric_title: ClassVar[Words]

    @property
    def uncounted(self) -> int | None:
        """The class whose places are left out of loss and metric, if there is one."""
        return None

    @abstractmethod
    def check_shape(self, x: Shape) -> None:
        """Raise ShapeError where an output of this shape makes no sense for the loss."""

    @abstractmethod
    def target_shape(self, x: Shape) -> Shape:
        """Shape of one target row for outputs of shape `x`."""

    @abstractmethod
    def predict(self, x: Array, y: Array) -> Calls:
        """Calls that write what a person wants to read, such as probabilities, into y (same shape as x)."""

    def answer(self, y: Array) -> Array:
        """What of the prediction y is compared with numbers of a target, in the target's shape."""
        return y

    @abstractmethod
    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Calls that write loss and metric of each row; `predict` has run."""

    @abstractmethod
    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """Calls that write the gradient of the batch's mean loss by x; `predict` has run."""


Example = tuple[Loss, Shape]


def reads() -> Any:
    """How a loss that knows probabilities takes what reaches it: its property `logits` tells."""
    return setting(
        "logits",
        Words("Reads", "读取"),
        Words("What the loss takes its input for.", "损失函数把输入当作什么。"),
        choices={
            "logits": Words("Scores (logits)", "分数（logits）"),
            "probabilities": Words("Probabilities", "概率"),
        },
    )


def smoothing() -> float:
    """How much of the goal is spread over all classes."""
    return setting(
        0.0,
        Words("Label smoothing", "标签平滑"),
        Words(
            "This share of the goal is spread evenly over all classes, so that the network grows less sure (2015).",
            "把目标的这一比例平均分给所有类别，使网络不至于过分自信（2015）。",
        ),
        ge=0,
        lt=1,
        advanced=True,
    )
