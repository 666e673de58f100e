"""What a weight is and how it begins: one function each, from its declaration and a generator to an array."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.words import Words

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weight:
    """One array that is kept with the model. `start` names an initialiser below."""

    shape: tuple[int, ...]
    start: str = "zeros"
    trainable: bool = True  # False: kept and saved, but not moved by the optimiser (a running mean)
    decays: bool = False  # whether L1, L2 and weight decay pull on it: matrices and filters yes, biases no
    fans: tuple[int, int] = (1, 1)  # numbers that flow into and out of one unit, for Glorot, He and LeCun
    value: float = 0.0  # for the initialiser "constant"
    l1: float | None = None  # the pull of L1 and L2 on this weight; None: as much as on all
    l2: float | None = None
    held: Any = None  # nested tuples of truth in the shape of the array: where it stays as it begins


class Initializer(NamedTuple):
    """A title and the function that draws the array."""

    title: Words
    draw: Callable[[Weight, np.random.Generator], Array]


def _zeros(weight: Weight, rng: np.random.Generator) -> Array:
    return np.zeros(weight.shape)


def _ones(weight: Weight, rng: np.random.Generator) -> Array:
    return np.ones(weight.shape)


def _constant(weight: Weight, rng: np.random.Generator) -> Array:
    return np.full(weight.shape, weight.value)


def _normal(weight: Weight, rng: np.random.Generator) -> Array:
    return rng.normal(0, 0.05, weight.shape)


def _uniform(weight: Weight, rng: np.random.Generator) -> Array:
    return rng.uniform(-0.5, 0.5, weight.shape)


def _glorot(weight: Weight, rng: np.random.Generator) -> Array:
    limit = np.sqrt(6 / sum(weight.fans))
    return rng.uniform(-limit, limit, weight.shape)


def _glorot_normal(weight: Weight, rng: np.random.Generator) -> Array:
    return rng.normal(0, np.sqrt(2 / sum(weight.fans)), weight.shape)


def _he_uniform(weight: Weight, rng: np.random.Generator) -> Array:
    limit = np.sqrt(6 / weight.fans[0])
    return rng.uniform(-limit, limit, weight.shape)


def _lecun_uniform(weight: Weight, rng: np.random.Generator) -> Array:
    limit = np.sqrt(3 / weight.fans[0])
    return rng.uniform(-limit, limit, weight.shape)


def _he(weight: Weight, rng: np.random.Generator) -> Array:
    return rng.normal(0, np.sqrt(2 / weight.fans[0]), weight.shape)


def _lecun(weight: Weight, rng: np.random.Generator) -> Array:
    return rng.normal(0, np.sqrt(1 / weight.fans[0]), weight.shape)


def _orthogonal(weight: Weight, rng: np.random.Generator) -> Array:
    """Columns of a random orthogonal matrix (Saxe et al., 2013), one for each square part of a wider matrix."""
    rows, columns = int(np.prod(weight.shape[:-1])), weight.shape[-1]
    width = min(rows, columns)
    parts = [np.linalg.qr(rng.normal(size=(rows, width))) for _ in range(-(-columns // width))]
    return np.concatenate([p.Q * np.sign(np.diag(p.R)) for p in parts], axis=1)[:, :columns].reshape(weight.shape)


def _identity(weight: Weight, rng: np.random.Generator) -> Array:
    """A matrix that passes on what comes; of filters, (…, channels, filters), the tap in the middle is that matrix."""
    array = np.zeros(weight.shape)
    array[tuple(size // 2 for size in weight.shape[:-2])] = np.eye(weight.shape[-2], weight.shape[-1])
    return array


def _forget(weight: Weight, rng: np.random.Generator) -> Array:
    """The biases of an LSTM, gates in the order i, f, g, o: it begins by keeping what it holds."""
    return np.repeat([0.0, 1.0, 0.0, 0.0], weight.shape[0] // 4)


INITIALIZERS: Mapping[str, Initializer] = {
    "zeros": Initializer(Words("Zeros", "全零"), _zeros),
    "ones": Initializer(Words("Ones", "全一"), _ones),
    "constant": Initializer(Words("Constant", "常数"), _constant),
    "normal": Initializer(Words("Normal, σ = 0.05", "正态，σ = 0.05"), _normal),
    "uniform": Initializer(Words("Uniform ±0.5", "均匀 ±0.5"), _uniform),
    "glorot": Initializer(Words("Glorot uniform (2010)", "Glorot 均匀（2010）"), _glorot),
    "glorot_normal": Initializer(Words("Glorot normal (2010)", "Glorot 正态（2010）"), _glorot_normal),
    "he": Initializer(Words("He normal (2015)", "He 正态（2015）"), _he),
    "he_uniform": Initializer(Words("He uniform (2015)", "He 均匀（2015）"), _he_uniform),
    "lecun": Initializer(Words("LeCun normal (1998)", "LeCun 正态（1998）"), _lecun),
    "lecun_uniform": Initializer(Words("LeCun uniform (1998)", "LeCun 均匀（1998）"), _lecun_uniform),
    "orthogonal": Initializer(Words("Orthogonal (2013)", "正交（2013）"), _orthogonal),
    "identity": Initializer(Words("Identity", "单位阵"), _identity),
    "forget": Initializer(Words("Zeros, forget gates 1 (2000)", "全零，遗忘门为 1（2000）"), _forget),
}
MATRIX_STARTS: Mapping[str, Words] = {
    name: INITIALIZERS[name].title
    for name in (
        "glorot",
        "glorot_normal",
        "he",
        "he_uniform",
        "lecun",
        "lecun_uniform",
        "orthogonal",
        "uniform",
        "normal",
        "zeros",
        "identity",
    )
}  # what a block with a weight matrix offers


def draw(weight: Weight, seed: int, block: str, name: str) -> npt.NDArray[Any]:
    """First values of one weight. They depend on the seed and the two names only, not on the rest of the network."""
    key = zlib.crc32(f"{block}.{name}".encode())
    return INITIALIZERS[weight.start].draw(weight, np.random.default_rng([seed, key]))
