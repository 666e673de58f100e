"""What the six data sets of the TensorFlow Playground share: noise, and the seven features of a point.

Formulas as in the Playground's own source (Smilkov, Carter et al., 2016), with NumPy's generator in place of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.data._base import Array, Dataset, Field
from core.data._made import MadeSource, TwoClassSource, points
from core.errors import SettingError
from core.settings import setting
from core.words import Words

FEATURES: Mapping[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1²": lambda x1, x2: x1 * x1,
    "x2²": lambda x1, x2: x2 * x2,
    "x1x2": lambda x1, x2: x1 * x2,
    "sin x1": lambda x1, x2: np.sin(x1),
    "sin x2": lambda x1, x2: np.sin(x2),
}
_TYPED = {name.replace(" ", "").replace("²", "^2"): name for name in FEATURES}  # "sin x1" may be typed as sin(x1)


def feature_names(text: str) -> tuple[str, ...]:
    """The features that a text such as "x1, x2, sin(x1)" asks for; what is not one of the seven is kept as it is."""
    plain = text.lower().replace("²", "^2").translate(str.maketrans("", "", " ()*"))
    return tuple(_TYPED.get(name, name) for name in plain.split(","))


@dataclass(frozen=True, kw_only=True)
class PlaygroundSource(MadeSource):
    """Points of the plane with a label that noise can spoil."""

    noise: float = setting(
        0.0,
        Words("Noise", "噪声"),
        Words("0 is none; 0.5 is the Playground's 50 %.", "0 为无噪声；0.5 即 Playground 的 50 %。"),
        ge=0,
        le=0.5,
    )
    features: str = setting(
        "x1,x2",
        Words("Features", "特征"),
        Words(
            f"What the network sees of a point, out of: {', '.join(FEATURES)}.",
            f"网络能看到点的哪些特征，可选：{'、'.join(FEATURES)}。",
        ),
        longest=80,
    )

    def check(self) -> None:
        """Only the seven features, each once, at least one."""
        names = feature_names(self.features)
        if len(set(names)) < len(names) or not set(names) <= set(FEATURES):
            wanted = ", ".join(FEATURES)
            expected = Words(
                f"one or more of {wanted}, with commas, each once", f"{wanted} 中的一个或几个，用逗号分隔，不重复"
            )
            raise SettingError(self.title, "features", self.features, expected)

    def dataset(self, plane: Array, target: Field) -> Dataset:
        """The rows in a shuffled order, with the chosen features of the points `plane` (rows, 2)."""
        names = feature_names(self.features)
        x1, x2 = plane.T
        seen = np.stack([FEATURES[name](x1, x2) for name in names], axis=1)
        # a generator of its own: the order does not depend on how many numbers the points needed
        order = np.random.default_rng([self.seed, 1]).permutation(len(plane))
        return points(seen, target, names, Words("point", "点")).take(order)


@dataclass(frozen=True, kw_only=True)
class PlaygroundClasses(PlaygroundSource, TwoClassSource):
    """Points that are orange (−1) or blue (+1)."""

    def coloured(self, plane: Array, positive: Array) -> Dataset:
        """The data set of points (rows, 2) that are blue where `positive`."""
        return self.dataset(plane, self.target(positive, Words("colour", "颜色"), ("−1", "+1")))


@dataclass(frozen=True, kw_only=True)
class PlaygroundNumbers(PlaygroundSource):
    """Points that each have a value, about −1 to 1."""

    def valued(self, plane: Array, value: Array) -> Dataset:
        """The data set of points (rows, 2) with a value (rows,) each."""
        target = Field(Words("value", "数值"), "numbers", value.astype(np.float32)[:, None], features=("value",))
        return self.dataset(plane, target)
