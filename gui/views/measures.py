"""What a measure of a run is called, and what a run has come to."""

from __future__ import annotations

from core.losses import registry as losses
from core.metrics import registry as metrics
from core.words import Words, headed, same
from gui.views.colours import readable
from gui.views.history import EpochHistory, StepHistory


def title_of(metric: str) -> Words:
    """The name of a measure's key such as accuracy, or output_accuracy where there are several outputs."""
    for loss in losses().values():
        if metric == loss.metric:
            return loss.metric_title
        if metric.endswith(f"_{loss.metric}"):
            return headed(metric.removesuffix(f"_{loss.metric}"), loss.metric_title)
    for kind in metrics().values():
        for key, words in kind.titles.items():
            if metric == key:
                return words
            if metric.endswith(f"_{key}"):
                return headed(metric.removesuffix(f"_{key}"), words)
    if metric.endswith("_loss"):
        return headed(metric.removesuffix("_loss"), Words("Loss", "损失"))
    return same(metric)


def summary(steps: StepHistory, epochs: EpochHistory, changes: int) -> Words:
    """How far a run is, its best epoch, and how many settings were changed on the way."""
    done = int(epochs.epochs[-1]) if epochs.count else 0
    said = [Words(f"{steps.end:,} steps, {done:,} epoch{'s' * (done != 1)}", f"{steps.end:,} 步，{done:,} 轮")]
    if (best := epochs.best) is not None:
        judged = "val_loss" if "val_loss" in epochs.names else "loss"
        number, value = int(epochs.epochs[best]), readable(float(epochs.values(judged)[best]))
        what = Words("validation loss", "验证损失") if judged == "val_loss" else Words("loss", "损失")
        said.append(Words(f"best {what.en} {value} in epoch {number}", f"最佳{what.zh} {value}（第 {number} 轮）"))
    if changes:
        said.append(Words(f"{changes} change{'s' * (changes != 1)} on the way", f"途中更改 {changes} 次"))
    return Words("  ·  ".join(part.en for part in said), "  ·  ".join(part.zh for part in said))
