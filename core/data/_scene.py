"""Pictures with a few coloured shapes on a dim ground, drawn for many rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.data._base import Array
from core.data._made import MadeSource
from core.errors import SettingError
from core.settings import setting
from core.words import Words

SHAPES = ("circle", "rectangle", "triangle")
KINDS = (
    *SHAPES,
    "cross",
    "diamond",
    "hollow circle",
    "hollow rectangle",
    "hollow triangle",
    "hollow cross",
    "hollow diamond",
)
_FORMS = 5  # of kinds; from there on the same ones again, hollow
_HOLE = 0.55  # of a hollow shape, as a share of its size
COLOURS = {
    "red": (220, 50, 47), "green": (60, 170, 70), "blue": (50, 90, 220), "yellow": (235, 205, 50), "white": (240, 240, 240),
}  # fmt: skip
_PIECE = 1024  # rows that are drawn at once
_MOST = 1 << 29  # bytes of all pictures


@dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """What is in each picture, in the order it was laid down: later shapes cover earlier ones. All (rows, shapes)."""

    kind: Array  # in the order of KINDS
    colour: Array  # in the order of COLOURS
    there: Array  # whether there is such a shape at all
    x: Array  # centre from the left, as a share of the width
    y: Array  # centre from the top, as a share of the height
    width: Array
    height: Array

    def take(self, rows: slice) -> Scenes:
        """Some of the pictures."""
        parts = (self.kind, self.colour, self.there, self.x, self.y, self.width, self.height)
        return Scenes(*(part[rows] for part in parts))


@dataclass(frozen=True, kw_only=True)
class SceneSource(MadeSource):
    """Rows of pictures (size, size, 3) with shapes."""

    size: int = setting(
        32,
        Words("Size", "边长"),
        Words("Height and width of a picture.", "图像的高与宽。"),
        ge=16,
        le=256,
        unit="px",
    )
    noise: float = setting(
        12.0,
        Words("Noise", "噪声"),
        Words(
            "Standard deviation of the noise on every pixel, in greys of 0 to 255.",
            "每个像素噪声的标准差，灰度 0 至 255。",
        ),
        ge=0,
        le=128,
    )

    def check(self) -> None:
        """The pictures must fit in memory."""
        most = _MOST // (3 * self.size**2)
        if self.samples > most:
            expected = Words(f"at most {most:,} with a size of {self.size}", f"边长为 {self.size} 时不超过 {most:,}")
            raise SettingError(self.title, "samples", self.samples, expected)

    def pictures(self, scenes: Scenes, random: np.random.Generator) -> Array:
        """The pictures, uint8 (rows, size, size, 3)."""
        out = np.empty((len(scenes.kind), self.size, self.size, 3), np.uint8)
        palette = np.array(list(COLOURS.values()), np.float32)
        for rows, part in _pieces(scenes):
            count = len(part.kind)
            ground = random.uniform(20, 70, (count, 1, 1, 1)) + random.uniform(-8, 8, (count, 1, 1, 3))
            drawn = np.broadcast_to(ground, (count, self.size, self.size, 3)).astype(np.float32)
            for k in range(part.kind.shape[1]):
                light = random.uniform(0.75, 1.05, (count, 1)).astype(np.float32)
                colour = palette[part.colour[:, k]] * light
                drawn = np.where(inside(part, k, self.size)[..., None], colour[:, None, None, :], drawn)
            drawn += self.noise * random.standard_normal(drawn.shape, np.float32)
            out[rows] = np.clip(np.rint(drawn), 0, 255).astype(np.uint8)
        return out

    def classes_of_pixels(self, scenes: Scenes) -> Array:
        """0 for the ground, 1 and up for the shapes, int32 (rows, size, size)."""
        out = np.zeros((len(scenes.kind), self.size, self.size), np.int32)
        for rows, part in _pieces(scenes):
            for k in range(part.kind.shape[1]):
                out[rows] = np.where(inside(part, k, self.size), part.kind[:, k, None, None] + 1, out[rows])
        return out


def scattered(
    random: np.random.Generator, rows: int, most: int, least_size: float, greatest_size: float, kinds: int = len(SHAPES)
) -> Scenes:
    """From one to `most` shapes of the first so many kinds in each picture, wholly inside it."""
    where = (rows, most)
    width, height = (random.uniform(least_size, greatest_size, where) for _ in range(2))
    count = random.integers(1, most + 1, (rows, 1))
    return Scenes(
        random.integers(0, kinds, where),
        random.integers(0, len(COLOURS), where),
        np.arange(most) < count,
        random.uniform(width / 2, 1 - width / 2),
        random.uniform(height / 2, 1 - height / 2),
        width,
        height,
    )


def inside(scenes: Scenes, k: int, size: int) -> Array:
    """Which pixels the k-th shape of each picture covers, by their middles, bool (rows, size, size)."""
    middles = (np.arange(size) + 0.5) / size
    across = (middles[None, None, :] - scenes.x[:, k, None, None]) / (scenes.width[:, k, None, None] / 2)
    down = (middles[None, :, None] - scenes.y[:, k, None, None]) / (scenes.height[:, k, None, None] / 2)
    form, hollow = np.divmod(scenes.kind[:, k, None, None], _FORMS)[::-1]
    covers = _form(form, across, down) & ~((hollow > 0) & _form(form, across / _HOLE, down / _HOLE))
    covered: Array = covers & scenes.there[:, k, None, None]
    return covered


def _form(form: Array, across: Array, down: Array) -> Array:
    """Which points lie inside, where the box of the shape runs from −1 to 1 both ways."""
    wide, high = np.abs(across), np.abs(down)
    box = (wide <= 1) & (high <= 1)
    return np.select(
        [form == 0, form == 1, form == 2, form == 3],
        [across**2 + down**2 <= 1, box, box & (wide <= (down + 1) / 2), box & ((wide <= 0.34) | (high <= 0.34))],
        wide + high <= 1,
    )


def _pieces(scenes: Scenes) -> Iterator[tuple[slice, Scenes]]:
    for at in range(0, len(scenes.kind), _PIECE):
        rows = slice(at, at + _PIECE)
        yield rows, scenes.take(rows)
