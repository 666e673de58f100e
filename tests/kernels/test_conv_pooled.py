"""The weight gradient of a convolution in front of max pooling, against the loops written out over the unpooled gradient."""

from __future__ import annotations

import numpy as np
import pytest

from core.kernels import conv_pooled
from core.kernels.conv_geometry import Geometry
from core.kernels.vectors import LANES
from core.plan.buffers import aligned
from tests.reference import conv2d as reference

LAYERS = {  # x, weights, stride, padding, dilation, size and step of the windows
    "LeNet's first": ((17, 12, 12, 1), (5, 5, 1, 6), (1, 1), (2, 2, 2, 2), (1, 1), 2, 2),
    "colours, two vectors a row": ((3, 9, 11, 3), (3, LANES // 3 + 1, 3, 10), (1, 1), (0, 0, 0, 0), (1, 1), 2, 2),
    "windows that overlap": ((2, 11, 8, 2), (2, 4, 2, 3), (1, 1), (1, 0, 0, 1), (1, 1), 3, 2),
    "strides, and rows apart": ((2, 15, 16, 1), (3, 2, 1, 5), (2, 3), (1, 1, 1, 1), (2, 1), 2, 2),
    "one picture, one window": ((1, 4, 4, 1), (3, 3, 1, 1), (1, 1), (0, 0, 0, 0), (1, 1), 2, 2),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_only_the_largest_of_a_window_hands_a_gradient_back(name, biased, dtype):
    shape, weights, stride, padding, dilation, size, step = LAYERS[name]
    g = Geometry.of(shape, weights, stride, padding, dilation)
    down, right = ((n - size) // step + 1 for n in (g.oh, g.ow))
    pooling = conv_pooled.Pooling(size, size, step, down, right)
    assert conv_pooled.suits(g, pooling)
    rng = np.random.default_rng(1)
    x = rng.standard_normal(shape).astype(dtype)
    dy = rng.standard_normal((g.n, down, right, g.o)).astype(dtype)
    which = rng.integers(0, size * size + 1, dy.shape, np.uint8)  # the last is where ReLU let nothing through
    whole = np.zeros((g.n, g.oh, g.ow, g.o))
    for n, i, j, k in np.ndindex(*dy.shape):
        if which[n, i, j, k] < size * size:
            whole[n, i * step + which[n, i, j, k] // size, j * step + which[n, i, j, k] % size, k] += dy[n, i, j, k]
    _, wanted, sums = reference.gradients(x, np.zeros(weights), whole, stride, padding, dilation)
    dw, db = np.full(weights, np.nan, dtype), np.full(g.o, np.nan, dtype)
    scratch = {key: aligned(space, dtype) for key, space in conv_pooled.space(g).items()}
    for array in scratch.values():
        array.fill(np.nan)
    calls = conv_pooled.calls(g, pooling, x, dy, which, dw, db if biased else None, scratch)
    for call in calls:
        call.run()
    close = {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-11}
    np.testing.assert_allclose(dw, wanted, **close)
    np.testing.assert_allclose(db, sums, **close) if biased else None
    assert biased or np.isnan(db).all()
    at_once = dw.copy()
    for call in calls:  # and items may be done one by one, the last one first
        for item in reversed(range(call.items)):
            call.kernel(*call.args, item, item + 1)
    np.testing.assert_array_equal(dw, at_once)


def test_a_filter_that_does_not_fit_into_registers_goes_another_way():
    pooling = conv_pooled.Pooling(2, 2, 2, 4, 4)
    for weights in ((7, 7, 3, 8), (3, 3, LANES, 8)):
        g = Geometry.of((1, 14, 14, weights[2]), weights, (1, 1), (0,) * 4, (1, 1))
        assert not conv_pooled.suits(g, pooling)
