"""One loss on its own: predict, measure and gradient, on arrays that begin as NaN."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.losses._base import Array, Loss


class Verdict(NamedTuple):
    y: Array
    loss: Array  # (batch,)
    metric: Array  # (batch,)
    dx: Array


def judge(loss: Loss, x: Array, target: Array) -> Verdict:
    x = np.ascontiguousarray(x)
    target = np.ascontiguousarray(target, x.dtype)
    assert target.shape == (len(x), *loss.target_shape(x.shape[1:]))
    y, dx, measures = (np.full(shape, np.nan, x.dtype) for shape in (x.shape, x.shape, (len(x), 2)))
    for call in (*loss.predict(x, y), *loss.measure(x, y, target, measures), *loss.gradient(x, y, target, dx)):
        for item in reversed(range(call.items)):  # any order must do
            call.kernel(*call.args, item, item + 1)
    return Verdict(y, measures[:, 0], measures[:, 1], dx)
