"""Top-k accuracy: how often the right class is among the k likeliest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from core.losses._base import Loss, Shape
from core.metrics._base import Array, Metric, Result
from core.words import Words

KS = (3, 5)


class TopK(Metric):
    """The share of places whose right class has fewer than k classes above it; of equals, the first counts as above."""

    id: ClassVar[str] = "top_k"
    titles: ClassVar[Mapping[str, Words]] = {
        f"top_{k}_accuracy": Words(f"Top-{k} accuracy", f"前 {k} 准确率") for k in KS
    }

    def __init__(self, loss: Loss, x: Shape) -> None:
        super().__init__(loss, x)
        self.ks = [k for k in KS if k < x[-1]]
        self.hits, self.count = np.zeros(len(self.ks), np.int64), 0

    @staticmethod
    def suits(loss: Loss, x: Shape) -> bool:
        """More than three classes."""
        return loss.target == "class" and x[-1] > KS[0]

    def add(self, answer: Array, target: Array) -> None:
        """Count how far from the top the right class is."""
        right = np.take_along_axis(answer, target[:, None], axis=1)
        first = np.arange(answer.shape[1]) < target[:, None]
        above = ((answer > right) | ((answer == right) & first)).sum(axis=1)
        self.hits += [int((above < k).sum()) for k in self.ks]
        self.count += len(target)

    def result(self) -> Result:
        """A share for each k."""
        if not self.count:
            return {}
        return {f"top_{k}_accuracy": float(hits / self.count) for k, hits in zip(self.ks, self.hits, strict=True)}
