"""Confusion: which classes are taken for which, and what follows from it class by class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from core.losses._base import Loss, Shape
from core.metrics._base import Array, Metric, Result
from core.words import Words


class Confusion(Metric):
    """matrix[t, p] = how often class t was taken for class p; of yes or no, "yes" is class 1 and a probability over 1/2.

    Of a class with h hits, taken for others m times and others taken for it f times: precision h / (h + f), recall
    h / (h + m), F1 2 h / (2 h + m + f) (van Rijsbergen, 1979), IoU h / (h + m + f) (Jaccard, 1901). Means are over the
    classes that came up.
    """

    id: ClassVar[str] = "confusion"
    titles: ClassVar[Mapping[str, Words]] = {
        "mean_precision": Words("Precision", "精确率"),
        "mean_recall": Words("Recall", "召回率"),
        "mean_f1": Words("F1", "F1"),
        "mean_iou": Words("IoU", "交并比"),
    }

    def __init__(self, loss: Loss, x: Shape) -> None:
        super().__init__(loss, x)
        classes = x[-1] if loss.target == "class" else 2
        self.matrix = np.zeros((classes, classes), np.int64)

    @staticmethod
    def suits(loss: Loss, x: Shape) -> bool:
        """Classes, and yes or no."""
        return loss.target == "class" or loss.id == "binary_cross_entropy"

    def add(self, answer: Array, target: Array) -> None:
        """Count the pairs."""
        is_class = self.loss.target == "class"
        said = answer.argmax(axis=-1) if is_class else (answer > 0.5).astype(np.int64).reshape(-1)
        true = target if is_class else (target > 0.5).astype(np.int64).reshape(-1)
        classes = len(self.matrix)
        self.matrix += np.bincount(true * classes + said, minlength=classes**2).reshape(classes, classes)

    def result(self) -> Result:
        """The matrix, each measure of each class, and its mean."""
        hits = np.diag(self.matrix).astype(np.float64)
        missed, false = self.matrix.sum(axis=1) - hits, self.matrix.sum(axis=0) - hits
        seen = hits + missed + false > 0
        if not seen.any():
            return {}
        measures = {
            "precision": hits / np.maximum(hits + false, 1),
            "recall": hits / np.maximum(hits + missed, 1),
            "f1": 2 * hits / np.maximum(2 * hits + missed + false, 1),
            "iou": hits / np.maximum(hits + missed + false, 1),
        }
        means = {f"mean_{name}": float(each[seen].mean()) for name, each in measures.items()}
        by_class = {
            name: [float(v) if s else None for v, s in zip(each, seen, strict=True)] for name, each in measures.items()
        }
        return means | by_class | {"confusion": self.matrix.tolist()}
