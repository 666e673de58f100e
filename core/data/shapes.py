"""Shapes: one coloured shape in a picture, to be named and boxed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PICTURES, Dataset, Field
from core.data._made import how_many
from core.data._scene import SHAPES, SceneSource, scattered
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Shapes(SceneSource):
    """A circle, rectangle or triangle of any colour, size and place; its class, and its box if that is wanted."""

    id: ClassVar[str] = "shapes"
    title: ClassVar[Words] = Words("Shapes", "图形")
    group: ClassVar[Words] = PICTURES
    help: ClassVar[Words] = Words(
        "Pictures with one circle, rectangle or triangle. With boxes there is a second target for a second Output "
        "block: centre x, centre y, width and height as shares of the picture, as an object detector gives them.",
        "每张图有一个圆、矩形或三角形。打开“边框”后有第二个目标，供第二个输出模块使用：中心 x、中心 y、宽和高，"
        "以占图像的比例表示，与目标检测器相同。",
    )

    samples: int = how_many(2000)
    boxes: bool = setting(
        True,
        Words("Boxes", "边框"),
        Words("Whether the box around the shape is a second target.", "是否把图形的边框作为第二个目标。"),
    )

    def load(self) -> Dataset:
        """Pictures (rows, size, size, 3), their classes (rows,), and boxes (rows, 4)."""
        random = self.random()
        scenes = scattered(random, self.samples, 1, 0.25, 0.6)
        kinds = Field(Words("shape", "图形"), "class", scenes.kind[:, 0].astype(np.int32), classes=SHAPES)
        box = np.stack([scenes.x[:, 0], scenes.y[:, 0], scenes.width[:, 0], scenes.height[:, 0]], axis=1)
        boxed = Field(Words("box", "边框"), "numbers", box.astype(np.float32), features=("x", "y", "width", "height"))
        picture = Field(Words("picture", "图像"), "image", self.pictures(scenes, random))
        return Dataset((picture,), (kinds, boxed) if self.boxes else (kinds,))
