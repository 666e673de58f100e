"""A convolution and the max pooling behind it in one, against both written out one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from core.kernels import conv_direct, conv_into_pool, conv_pictures
from core.kernels.conv_geometry import Geometry
from core.kernels.matmul import NONE, RELU
from core.kernels.pool import Window, by_picture, max_pool_forward
from core.kernels.vectors import LANES
from core.plan.buffers import aligned
from tests.reference import conv2d as reference

WAYS = {"pixels": (conv_direct, conv_into_pool.joined), "pictures": (conv_pictures, conv_pictures.joined)}
LAYERS = {  # x, weights, stride, padding, dilation, size and step of the windows
    "LeNet's first": ((17, 12, 12, 1), (5, 5, 1, 6), (1, 1), (2, 2, 2, 2), (1, 1), 2, 2),
    "neighbours that share a vector": ((3, 8, 34, 2), (3, 3, 2, 3), (1, 1), (0, 0, 0, 0), (1, 1), 2, 2),
    "several panels, a ragged last one": ((2, 7, 9, 3), (2, 3, 3, 41), (1, 1), (1, 0, 0, 1), (1, 1), 2, 2),
    "strides, rows apart, windows apart": ((2, 23, 26, 1), (3, 2, 1, 9), (2, 1), (1, 1, 1, 1), (2, 1), 2, 3),
    "outputs beyond a tile, bands": (
        (26, 21, 10, 2),
        (3, 3, 2, LANES + LANES // 2 + 1),
        (1, 2),
        (1, 1, 1, 1),
        (1, 1),
        2,
        2,
    ),
    "a row of the kernel that is no run": ((9, 11, 11, 3), (2, 3, 3, 4), (1, 1), (0, 0, 0, 0), (1, 2), 3, 3),
    "one picture, one window": ((1, 5, 5, 1), (3, 3, 1, 1), (1, 1), (0, 0, 0, 0), (1, 1), 3, 3),
}


def calls(way, name, *, biased=True, activation=NONE, dtype=np.float32, window=None):
    """x, w, b, y, which, and the two calls; what the convolution needs besides is done."""
    shape, weights, stride, padding, dilation, size, step = LAYERS[name]
    g = Geometry.of(shape, weights, stride, padding, dilation)
    rng = np.random.default_rng(1)
    x, w, b = (rng.standard_normal(s).astype(dtype) for s in (shape, weights, g.o))
    z = np.full((g.n, g.oh, g.ow, g.o), np.nan, dtype)
    window = window or Window(size, size, step)
    down, right = (max(1, (n - k) // window.stride + 1) for n, k in ((g.oh, window.height), (g.ow, window.width)))
    y = np.full((g.n, down, right, g.o), np.nan, dtype)
    which = np.full(y.shape, 99, np.uint8)
    convolution, _ = WAYS[way]
    scratch = {key: aligned(space, dtype) for key, space in convolution.convolve_space(g).items()}
    *before, first = convolution.convolve_calls(g, x, w, b if biased else None, z, scratch, flops=g.flops)
    for call in before:
        call.run()
    (second,) = by_picture(max_pool_forward, z, y, window, which, activation)
    return x, w, b, y, which, first, second


def in_one(way, first, second):
    """The one call, and its scratch filled with NaN."""
    made = []

    def empty(shape, dtype):
        made.append(np.full(shape, np.nan, dtype))
        return made[-1]

    return WAYS[way][1](first, second, empty), made


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("biased", "activation"), [(True, RELU), (False, NONE)])
@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("way", WAYS)
def test_the_largest_of_each_window_is_that_of_the_convolution_written_out(way, name, biased, activation, dtype):
    _, _, stride, padding, dilation, size, step = LAYERS[name]
    x, w, b, y, which, *both = calls(way, name, biased=biased, activation=activation, dtype=dtype)
    call, _ = in_one(way, *both)
    for item in reversed(range(call.items)):  # items may be done one by one, the last one first
        call.kernel(*call.args, item, item + 1)
    z = reference.forward(x, w, b if biased else None, stride, padding, dilation)
    close = {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-11}
    for n, p, q, k in np.ndindex(*y.shape):
        seen = z[n, p * step : p * step + size, q * step : q * step + size, k].reshape(-1)
        shut = activation == RELU and max(seen) <= 0
        np.testing.assert_allclose(y[n, p, q, k], 0 if shut else max(seen), **close)
        assert which[n, p, q, k] == (size * size if shut else np.argmax(seen))


@pytest.mark.parametrize("way", WAYS)
def test_a_nan_in_the_picture_comes_through(way):
    x, _, _, y, _, *both = calls(way, "LeNet's first", activation=RELU)
    x[0, 5, 5] = np.nan
    in_one(way, *both)[0].run()
    assert np.isnan(y[0, 2, 2]).all()
    assert not np.isnan(y[1:]).any()


@pytest.mark.parametrize("window", [Window(3, 3, 2), Window(2, 2, 2, 1, 1), Window(13, 2, 13)])
@pytest.mark.parametrize("way", WAYS)
def test_windows_that_overlap_are_padded_or_leave_the_picture_go_another_way(way, window):
    *_, first, second = calls(way, "LeNet's first", window=window)
    assert in_one(way, first, second)[0] is None


@pytest.mark.parametrize("way", WAYS)
def test_what_is_activated_before_it_is_pooled_goes_another_way(way):
    *_, first, second = calls(way, "LeNet's first")
    assert in_one(way, first.but(activation=RELU), second)[0] is None


def test_lines_longer_than_the_first_level_cache_go_another_way():
    g = Geometry.of((1, 4, 600, 2), (3, 3, 2, 16), (1, 1), (0,) * 4, (1, 1))
    z, y = np.zeros((1, g.oh, g.ow, g.o), np.float32), np.zeros((1, 1, g.ow // 2, g.o), np.float32)
    x, w = np.zeros((1, 4, 600, 2), np.float32), np.zeros((3, 3, 2, 16), np.float32)
    scratch = {key: aligned(space, np.float32) for key, space in conv_direct.convolve_space(g).items()}
    _, first = conv_direct.convolve_calls(g, x, w, None, z, scratch, flops=g.flops)
    (second,) = by_picture(max_pool_forward, z, y, Window(2, 2, 2), np.zeros(y.shape, np.uint8), NONE)
    assert in_one("pixels", first, second)[0] is None


@pytest.mark.parametrize("name", ["LeNet's first", "outputs beyond a tile, bands"])
def test_the_bits_are_those_of_pooling_afterwards(name):
    _, _, _, y, which, *both = calls("pictures", name, activation=RELU)
    in_one("pictures", *both)[0].run()
    at_once = y.tobytes(), which.tobytes()
    for call in both:
        call.run()
    assert (y.tobytes(), which.tobytes()) == at_once
