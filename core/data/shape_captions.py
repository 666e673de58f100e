"""Shape captions: pictures, and a sentence that says what is on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from core.data._base import PICTURES, Dataset, Field
from core.data._made import how_many
from core.data._scene import COLOURS, SHAPES, Scenes, SceneSource, scattered
from core.data._words import so_far_and_next, vocabulary
from core.words import Words

LENGTH = 9  # a red circle above a blue triangle <end>, and one to spare
_PLACES = ("left of", "right of", "above", "below")


@dataclass(frozen=True, kw_only=True)
class ShapeCaptions(SceneSource):
    """One shape or two, and "a red circle above a blue triangle" word by word."""

    id: ClassVar[str] = "shape_captions"
    title: ClassVar[Words] = Words("Shapes with captions", "图形与描述")
    group: ClassVar[Words] = PICTURES
    asks_for_next: ClassVar[bool] = True
    help: ClassVar[Words] = Words(
        "Pictures of one or two shapes with a caption in plain words. Two inputs: the picture, and the caption as far "
        "as it is written, beginning with <start>. The target is the next word at every place, <end> at the end; "
        "padding is 0 and should be masked.",
        "一两个图形的图像及其文字描述。有两个输入：图像，以及已写出的描述（以 <start> 开头）；目标是每个位置的下一个词，"
        "末尾为 <end>。填充为 0，应予屏蔽。",
    )

    samples: int = how_many(3000)

    def load(self) -> Dataset:
        """Pictures (rows, size, size, 3), words so far and next words, (rows, 9) each."""
        random = self.random()
        scenes = _apart(scattered(random, self.samples, 2, 0.25, 0.42), random)
        captions = [_caption(scenes, row) for row in range(self.samples)]
        words = vocabulary([("a", "of", *COLOURS, *SHAPES, *" ".join(_PLACES).split())], 100)
        before, after = so_far_and_next(captions, words, LENGTH)
        return Dataset(
            (
                Field(Words("picture", "图像"), "image", self.pictures(scenes, random)),
                Field(Words("caption so far", "已写出的描述"), "tokens", before, classes=words),
            ),
            (Field(Words("next word", "下一个词"), "class", after, classes=words),),
        )


def _apart(scenes: Scenes, random: np.random.Generator) -> Scenes:
    """The same shapes in opposite halves of the picture, side by side or one above the other."""
    rows = len(scenes.kind)
    swapped, upright = (random.integers(0, 2, rows).astype(bool) for _ in range(2))
    near = np.where(swapped[:, None], [[0.74, 0.26]], [[0.26, 0.74]]) + random.uniform(-0.04, 0.04, (rows, 2))
    free = random.uniform(0.4, 0.6, (rows, 2))
    x, y = np.where(upright[:, None], free, near), np.where(upright[:, None], near, free)
    return replace(scenes, x=x, y=y)


def _caption(scenes: Scenes, row: int) -> list[str]:
    """What a person would say: the first shape, and where it is seen from the second."""
    colours = tuple(COLOURS)
    first, second = (f"a {colours[scenes.colour[row, k]]} {SHAPES[scenes.kind[row, k]]}" for k in range(2))
    if not scenes.there[row, 1]:
        return first.split()
    across, down = (v[row, 0] - v[row, 1] for v in (scenes.x, scenes.y))
    place = _PLACES[int(across > 0)] if abs(across) > abs(down) else _PLACES[2 + int(down > 0)]
    return f"{first} {place} {second}".split()
