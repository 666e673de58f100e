"""Shape pixels: what each pixel of a picture belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.data._base import PICTURES, Dataset, Field
from core.data._made import how_many
from core.data._scene import SHAPES, SceneSource, scattered
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class ShapePixels(SceneSource):
    """Several shapes that may cover one another, and a map of classes: ground, circle, rectangle, triangle."""

    id: ClassVar[str] = "shape_pixels"
    title: ClassVar[Words] = Words("Shapes, pixel by pixel", "图形：逐像素")
    group: ClassVar[Words] = PICTURES
    help: ClassVar[Words] = Words(
        "Pictures with a few circles, rectangles and triangles, and for every pixel the class of what is seen there: "
        "semantic segmentation. The network needs height × width × 4 scores; one that shrinks the picture must bring "
        "it back to its size.",
        "每张图有若干圆、矩形和三角形，目标是每个像素所属的类别，即语义分割。网络需输出 高 × 宽 × 4 个分数；"
        "缩小了图像的网络须再恢复到原尺寸。",
    )

    samples: int = how_many(600)
    most: int = setting(
        3, Words("Most shapes", "最多图形数"), Words("A picture holds one to so many.", "每张图有一个到这么多个图形。"),
        ge=1, le=8,
    )  # fmt: skip

    def load(self) -> Dataset:
        """Pictures (rows, size, size, 3) and classes of their pixels (rows, size, size)."""
        random = self.random()
        scenes = scattered(random, self.samples, self.most, 0.2, 0.55)
        picture = Field(Words("picture", "图像"), "image", self.pictures(scenes, random))
        kinds = self.classes_of_pixels(scenes)
        return Dataset((picture,), (Field(Words("pixels", "像素类别"), "class", kinds, classes=("ground", *SHAPES)),))
