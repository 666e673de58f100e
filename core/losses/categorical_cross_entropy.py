"""Categorical cross-entropy: for one class out of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from core.errors import ShapeError
from core.kernels.activation import rowwise, softmax_forward, table
from core.kernels.call import Calls
from core.kernels.loss import (
    categorical_cross_entropy,
    categorical_cross_entropy_backward,
    categorical_cross_entropy_of_probabilities,
    categorical_cross_entropy_of_probabilities_backward,
)
from core.kernels.loss_shares import (
    smooth_cross_entropy,
    smooth_cross_entropy_backward,
    smooth_cross_entropy_of_probabilities,
    smooth_cross_entropy_of_probabilities_backward,
)
from core.kernels.merge import copy
from core.losses._base import Array, Example, Loss, Shape, Target, reads, smoothing
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class CategoricalCrossEntropy(Loss):
    """L = -ln p[t], with p = softmax(x) where x are logits. Shapes (classes,), (time, classes) or, pixel by pixel, any.

    With weights w and smoothing e of K classes, L = -(1 - e) w[t] ln p[t] - e / K Σ w[c] ln p[c] (Szegedy et al., 2015),
    as in PyTorch before it takes a mean.
    """

    id: ClassVar[str] = "categorical_cross_entropy"
    title: ClassVar[Words] = Words("Categorical cross-entropy", "分类交叉熵")
    help: ClassVar[Words] = Words(
        "L = −ln p of the right class: for one class out of several, with one number for each class. It applies the "
        "softmax itself: with a Softmax block before it, set it to read probabilities.",
        "L = −ln p，p 为正确类别的概率：用于从多个类别中选一个，每个类别对应一个数。它自带 Softmax：若前面已有 "
        "Softmax 模块，请设为读取概率。",
    )
    target: ClassVar[Target] = "class"
    metric: ClassVar[str] = "accuracy"
    metric_title: ClassVar[Words] = Words("Accuracy", "准确率")

    reads: Literal["logits", "probabilities"] = reads()
    per_pixel: bool = setting(
        False,
        Words("Each pixel", "逐像素"),
        Words(
            "One class for every pixel of (height, width, classes), to cut a picture into its parts.",
            "为（高, 宽, 类别数）中的每个像素判断一个类别，用于图像分割。",
        ),
        advanced=True,
    )
    label_smoothing: float = smoothing()
    class_weights: tuple[float, ...] | None = setting(
        None,
        Words("Class weights", "类别权重"),
        Words(
            "How much a mistake costs, class by class: more for classes that are rare.",
            "每个类别出错的代价：稀少的类别可取更大的值。",
        ),
        ge=0,
        le=1e6,
        longest=1000,
        advanced=True,
    )
    ignored_class: int | None = setting(
        None,
        Words("Class left out", "忽略的类别"),
        Words(
            "Places with this class number, such as the padding of a sentence, count neither in the loss nor in the metric.",
            "类别编号为此值的位置（例如句子的填充）既不计入损失，也不计入指标。",
        ),
        ge=-1,
        le=10**6,
        advanced=True,
    )

    @property
    def logits(self) -> bool:
        """Whether x is scores before the softmax."""
        return self.reads == "logits"

    @property
    def uncounted(self) -> int | None:
        """The class that is left out."""
        return self.ignored_class

    def check_shape(self, x: Shape) -> None:
        """One row of two or more classes, or one such row a step or a pixel; as many as there are weights."""
        if len(x) > 2 and not self.per_pixel:
            raise ShapeError(
                Words(
                    f"Categorical cross-entropy takes (classes,) or (time, classes), and this is {x}. Put a Flatten "
                    "and a Dense block with one unit for each class before it, or let it judge each pixel.",
                    f"分类交叉熵的输入应为 (类别数,) 或 (时间, 类别数)，现在是 {x}。"
                    "请在前面加展平模块和单元数等于类别数的全连接模块，或设为逐像素判断。",
                ),
                ("flatten", "global_average_pool2d"),
            )
        if x[-1] < 2:
            raise ShapeError(
                Words(
                    f"Categorical cross-entropy needs a number for each of two or more classes, and this is {x}. Give "
                    "the Dense block before it as many units as there are classes, or choose binary cross-entropy.",
                    f"分类交叉熵需要两个或更多类别，每类一个数，现在是 {x}。请把前面全连接模块的单元数设为类别数，"
                    "或改用二元交叉熵。",
                ),
                ("dense",),
            )
        if self.class_weights is not None and len(self.class_weights) != x[-1]:
            given = len(self.class_weights)
            raise ShapeError(
                Words(
                    f"There are {given} class weights, and {x[-1]} classes in {x}. Give one weight for each class.",
                    f"给出了 {given} 个类别权重，而 {x} 中有 {x[-1]} 个类别。请为每个类别给出一个权重。",
                )
            )

    def target_shape(self, x: Shape) -> Shape:
        """(classes,) -> (); (time, classes) -> (time,)."""
        return x[:-1]

    def predict(self, x: Array, y: Array) -> Calls:
        """The probability of each class."""
        if not self.logits:
            return copy(x, y)
        classes = x.shape[-1]
        return rowwise(softmax_forward, x.size // classes, classes, table(x, classes), table(y, classes))

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the places of each row."""
        rows, classes = len(x), x.shape[-1]
        by_place = (rows, x[0].size // classes, classes)
        x, y, target = x.reshape(by_place), y.reshape(by_place), target.reshape(by_place[:2])
        if self._is_plain:
            given = (
                (categorical_cross_entropy, x, y) if self.logits else (categorical_cross_entropy_of_probabilities, x)
            )
            return rowwise(given[0], rows, x[0].size, *given[1:], target, measures)
        kernel = smooth_cross_entropy if self.logits else smooth_cross_entropy_of_probabilities
        return rowwise(kernel, rows, x[0].size, x, target, self._weights(x), self.label_smoothing, measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """(p - 1 at the target) / places by logits; by probabilities, -1 / p at the target, over places."""
        classes = x.shape[-1]
        places = x.size // classes
        given = (places, classes, table(y, classes), target.reshape(-1))
        if self._is_plain:
            backward = categorical_cross_entropy_backward
            kernel = backward if self.logits else categorical_cross_entropy_of_probabilities_backward
            return rowwise(kernel, *given, table(dx, classes), 1 / places)
        kernel = smooth_cross_entropy_backward if self.logits else smooth_cross_entropy_of_probabilities_backward
        return rowwise(kernel, *given, self._weights(x), self.label_smoothing, table(dx, classes), 1 / places)

    @property
    def _is_plain(self) -> bool:
        return self.class_weights is None and not self.label_smoothing

    def _weights(self, x: Array) -> Array:
        return np.array(self.class_weights or [1.0] * x.shape[-1], x.dtype)


EXAMPLES: list[Example] = [
    (CategoricalCrossEntropy(), (2,)),
    (CategoricalCrossEntropy(), (7,)),
    (CategoricalCrossEntropy(reads="probabilities"), (5, 3)),
    (CategoricalCrossEntropy(per_pixel=True), (4, 3, 5)),
    (CategoricalCrossEntropy(label_smoothing=0.1), (5, 3)),
    (CategoricalCrossEntropy(class_weights=(1.0, 0.0, 2.5)), (3,)),
    (CategoricalCrossEntropy(class_weights=(1.0, 0.5, 2.5), label_smoothing=0.2, reads="probabilities"), (4, 3)),
]
