"""Road: what a driver sees, a map, and the angle a good driver steers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PICTURES, Array, Dataset, Field
from core.data._made import MadeSource, how_many
from core.settings import setting
from core.words import Words

VIEW = 32  # pixels of the camera's picture each way
MAP = 16  # pixels of the map each way
_GRASS, _ASPHALT, _SKY = (70, 120, 60), (105, 105, 110), (150, 185, 220)
_HORIZON = 10  # rows of sky
_ROAD, _ROUTE = 110, 255  # greys on the map
_PIECE = 1024


@dataclass(frozen=True, kw_only=True)
class Road(MadeSource):
    """A road that bends, or forks in two; where the map shows no route at a fork, either branch is right."""

    id: ClassVar[str] = "road"
    title: ClassVar[Words] = Words("Road simulator", "道路模拟器")
    group: ClassVar[Words] = PICTURES
    help: ClassVar[Words] = Words(
        "Two inputs: the road ahead as a camera sees it, and a map from above. The target is the steering angle, in "
        "units where ±1 is full lock. At a fork the map may mark the route, or leave the choice open: then half of the "
        "drivers turn left and half turn right, and only an output that is a distribution with two peaks is right. "
        "Their mean would drive between the branches.",
        "两个输入：摄像头看到的前方道路，以及俯视地图。目标是转向角，±1 为打满。岔路口处地图可能标出路线，也可能不标："
        "这时一半司机左转、一半右转，只有带两个峰的分布才是正确的输出；取平均会从两条路中间开出去。",
    )

    samples: int = how_many(2000)
    forks: float = setting(
        0.5,
        Words("Forks", "岔路比例"),
        Words("Share of the rows where the road forks.", "道路分岔的样本所占比例。"),
        ge=0,
        le=1,
    )
    routed: float = setting(
        0.5,
        Words("Route marked", "标出路线"),
        Words("Share of the rows whose map shows the route.", "地图上标出路线的样本所占比例。"),
        ge=0,
        le=1,
    )
    noise: float = setting(
        0.03,
        Words("Unsteady hand", "手的抖动"),
        Words("Standard deviation of what the driver adds to the right angle.", "司机在正确角度上附加的标准差。"),
        ge=0,
        le=0.5,
    )

    def load(self) -> Dataset:
        """Camera (rows, 32, 32, 3), map (rows, 16, 16, 1) and angle (rows, 1)."""
        random, rows = self.random(), self.samples
        forks, routed = random.random(rows) < self.forks, random.random(rows) < self.routed
        bend = random.uniform(-0.7, 0.7, rows)
        spread = random.uniform(0.45, 0.7, rows)  # of the branches, to either side of the bend
        left_or_right = random.choice([-1.0, 1.0], rows)
        branches = np.stack([bend - spread * forks, bend + spread * forks], axis=1) / np.where(forks, 1.6, 1.0)[:, None]
        taken = np.where(left_or_right < 0, branches[:, 0], branches[:, 1])
        camera = np.empty((rows, VIEW, VIEW, 3), np.uint8)
        above = np.empty((rows, MAP, MAP, 1), np.uint8)
        for at in range(0, rows, _PIECE):
            part = slice(at, at + _PIECE)
            camera[part] = _seen(branches[part], random)
            above[part, ..., 0] = _mapped(branches[part], taken[part], routed[part])
        angle = np.clip(taken + self.noise * random.standard_normal(rows), -1, 1)
        return Dataset(
            (Field(Words("camera", "摄像头"), "image", camera), Field(Words("map", "地图"), "image", above)),
            (Field(Words("steering", "转向"), "numbers", angle.astype(np.float32)[:, None], features=("angle",)),),
        )


def _seen(branches: Array, random: np.random.Generator) -> Array:
    """The road in perspective: `branches` (rows, 2) are the bends of the one road, or of the two."""
    rows = len(branches)
    down = (np.arange(VIEW - _HORIZON) + 0.5) / (VIEW - _HORIZON)  # 0 at the horizon, 1 at the bonnet
    across = (np.arange(VIEW) + 0.5) / VIEW * 2 - 1
    middle = 0.95 * branches[:, :, None] * (1 - down) ** 1.5  # far away the road has turned aside furthest
    wide = 0.05 + 0.5 * down
    off: Array = np.abs(across - middle[..., None]) - wide[:, None]
    ground = np.where(off.min(axis=1)[..., None] < 0, np.array(_ASPHALT, np.float32), np.array(_GRASS, np.float32))
    sky = np.broadcast_to(np.array(_SKY, np.float32), (rows, _HORIZON, VIEW, 3))
    lit = np.concatenate([sky, ground], axis=1) * random.uniform(0.7, 1.1, (rows, 1, 1, 1))
    noisy = lit + 8 * random.standard_normal(lit.shape, np.float32)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def _mapped(branches: Array, taken: Array, routed: Array) -> Array:
    """The roads from above, the car at the foot; the branch to take is bright where the route is marked."""
    ahead = (np.arange(MAP)[::-1] + 0.5) / MAP  # 1 at the top
    column = np.arange(MAP) + 0.5

    def line(bends: Array) -> Array:
        middle = MAP / 2 + 0.45 * MAP * bends[..., None] * ahead**1.5
        close: Array = np.abs(column - middle[..., None]) < 0.8
        return close

    drawn = np.where(line(branches).any(axis=1), _ROAD, 0)
    marked = line(taken) & routed[:, None, None]
    return np.where(marked, _ROUTE, drawn).astype(np.uint8)
