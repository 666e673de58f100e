"""Perplexity: between how many equally likely tokens a language model hesitates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from core.losses._base import Loss, Shape
from core.metrics._base import Array, Metric, Result
from core.words import Words

SMALLEST = 1e-38  # of a float32 probability; below it is 0


class Perplexity(Metric):
    """e ** (the mean of -ln p of the right token) (Jelinek et al., 1977), over all steps that count, whatever row they are in."""

    id: ClassVar[str] = "perplexity"
    titles: ClassVar[Mapping[str, Words]] = {"perplexity": Words("Perplexity", "困惑度")}

    def __init__(self, loss: Loss, x: Shape) -> None:
        super().__init__(loss, x)
        self.surprise, self.count = 0.0, 0

    @staticmethod
    def suits(loss: Loss, x: Shape) -> bool:
        """One class a step."""
        return loss.target == "class" and len(x) == 2

    def add(self, answer: Array, target: Array) -> None:
        """Sum up -ln p."""
        p = np.take_along_axis(answer, target[:, None], axis=1).astype(np.float64)
        self.surprise -= float(np.log(np.maximum(p, SMALLEST)).sum())
        self.count += len(target)

    def result(self) -> Result:
        """One number."""
        return {"perplexity": float(np.exp(self.surprise / self.count))} if self.count else {}
