"""What a measure of a run is called."""

from __future__ import annotations

from core.losses import registry as losses
from core.metrics import registry as metrics
from core.words import Words, same


def title_of(metric: str) -> Words:
    """The name of a measure's key such as accuracy, or output_accuracy where there are several outputs."""
    for loss in losses().values():
        if metric == loss.metric:
            return loss.metric_title
        if metric.endswith(f"_{loss.metric}"):
            name = metric.removesuffix(f"_{loss.metric}")
            return Words(f"{name}: {loss.metric_title.en}", f"{name}：{loss.metric_title.zh}")
    for kind in metrics().values():
        for key, words in kind.titles.items():
            if metric == key:
                return words
            if metric.endswith(f"_{key}"):
                name = metric.removesuffix(f"_{key}")
                return Words(f"{name}: {words.en}", f"{name}：{words.zh}")
    if metric.endswith("_loss"):
        name = metric.removesuffix("_loss")
        return Words(f"{name}: Loss", f"{name}：损失")
    return same(metric)
