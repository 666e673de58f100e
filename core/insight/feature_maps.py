"""Feature maps: what one sample turns into at a block."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import look_at, named, names, row_of, shape_of, shown, target_of
from core.words import Words

if TYPE_CHECKING:
    from core.training.session import Session

MOST = 64  # channels
NUMBERS = 1 << 17  # in an answer; larger maps are shown with every second, third … number


class FeatureMaps(Insight):
    """The output of any block, for one sample."""

    id: ClassVar[str] = "feature_maps"
    title: ClassVar[Words] = Words("Feature maps", "特征图")
    help: ClassVar[Words] = Words(
        "The output of a block for one sample: a picture per channel, a bar per unit, or a strip over the steps of a "
        "sequence. Bright is much, dark is little. A map that is the same for every sample carries nothing.",
        "一个样本在某个模块处的输出：每个通道一幅图，每个单元一个条，或序列各步的条带。亮表示大，暗表示小。对所有样本都相同的图不携带信息。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """Every block whose shape is known."""
        return shape_of(inference, block) is not None

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`maps` (channels, height, width), or `units` (units,), or `sequence` (time, features); and the sample itself.

        With a `stride` of 2 every second row and column is shown. `total` counts channels; `names` are those of an
        output's classes; `picture` and `label` show the sample.
        """
        row = row_of(session, request.sample)
        y = look_at(session, [row]).buffers[request.block].y[0][0]
        answer: dict[str, Array] = {"row": np.array(row), "rows": np.array(len(shown(session)))}
        answer |= {"total": np.array(y.shape[-1]), "limits": np.array([y.min(), y.max()], np.float32)}
        stride = 1
        if y.ndim == 3:
            count = min(y.shape[2], MOST)
            while -(-y.shape[0] // stride) * -(-y.shape[1] // stride) * count > NUMBERS:
                stride += 1
            answer["maps"] = np.array(y[::stride, ::stride, :count].transpose(2, 0, 1), np.float32, order="C")
        elif y.ndim == 2:
            stride = max(1, -(-y.shape[0] // 512))
            answer["sequence"] = np.array(y[::stride, :256], np.float32, order="C")
        else:
            answer["units"] = np.array(y.reshape(-1)[:4096], np.float32)
            output, field = target_of(session)
            if request.block == output and field is not None and len(field.classes) == y.size:
                answer["names"] = names(field.classes[:4096])
        return answer | {"stride": np.array(stride)} | _sample(session, row)


def _sample(session: Session, row: int) -> dict[str, Array]:
    """The sample: its picture where it is one, and its label where it has one."""
    data = shown(session)
    answer: dict[str, Array] = {}
    first = data.inputs[0]
    if first.kind == "image" and first.shape[0] * first.shape[1] <= NUMBERS // 4:
        answer["picture"] = first.array[row].copy()
    if data.targets and data.targets[0].kind == "class" and data.targets[0].array.ndim == 1:
        answer["label"] = named(data.targets[0].array[row : row + 1], data.targets[0])
    return answer
