"""Shapes: one coloured shape in a picture, to be named and boxed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import BOX, PICTURES, Dataset, Field
from core.data._made import how_many
from core.data._scene import KINDS, SceneSource, scattered
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Shapes(SceneSource):
    """One shape of any colour, size and place; its class, and its box if that is wanted."""

    id: ClassVar[str] = "shapes"
    title: ClassVar[Words] = Words("Shapes", "图形")
    group: ClassVar[Words] = PICTURES
    help: ClassVar[Words] = Words(
        "Pictures with one shape: a circle, a rectangle, a triangle and so on. With boxes there is a second target for a second Output "
        "block: centre x, centre y, width and height as shares of the picture, as an object detector gives them.",
        "每张图有一个图形：圆、矩形、三角形等。打开“边框”后有第二个目标，供第二个输出模块使用：中心 x、中心 y、宽和高，"
        "以占图像的比例表示，与目标检测器相同。",
    )

    samples: int = how_many(2000)
    kinds: int = setting(
        3,
        Words("Kinds", "图形种类"),
        Words(
            "How many kinds: circle, rectangle, triangle, cross, diamond, and the same again hollow.",
            "图形的种类数：圆、矩形、三角形、十字、菱形，以及它们的空心形式。",
        ),
        ge=2,
        le=len(KINDS),
    )
    boxes: bool = setting(
        True,
        Words("Boxes", "边框"),
        Words("Whether the box around the shape is a second target.", "是否把图形的边框作为第二个目标。"),
    )

    def load(self) -> Dataset:
        """Pictures (rows, size, size, 3), their classes (rows,), and boxes (rows, 4)."""
        random = self.random()
        scenes = scattered(random, self.samples, 1, 0.25, 0.6, self.kinds)
        kinds = Field(Words("shape", "图形"), "class", scenes.kind[:, 0].astype(np.int32), classes=KINDS[: self.kinds])
        box = np.stack([scenes.x[:, 0], scenes.y[:, 0], scenes.width[:, 0], scenes.height[:, 0]], axis=1)
        boxed = Field(Words("box", "边框"), "numbers", box.astype(np.float32), features=BOX)
        picture = Field(Words("picture", "图像"), "image", self.pictures(scenes, random))
        return Dataset((picture,), (kinds, boxed) if self.boxes else (kinds,))
