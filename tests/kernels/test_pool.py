"""Pooling kernels against windows written out, over sizes, strides and paddings."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.kernels.matmul import NONE, RELU
from core.kernels.pool import (
    Window,
    average_pool_backward,
    average_pool_forward,
    by_picture,
    max_pool_backward,
    max_pool_forward,
    outputs,
)
from tests.reference.pool import pool, windows

SHAPES = st.tuples(st.integers(1, 2), st.integers(1, 7), st.integers(1, 7), st.sampled_from([1, 3, 17]))


@settings(max_examples=80, deadline=None)
@given(
    shape=SHAPES, size=st.integers(1, 4), stride=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same", "explicit"]), pads=st.integers(0, 3), ceil=st.booleans(),
    how=st.sampled_from(["max", "mean"]), ties=st.booleans(),
)  # fmt: skip
@example(shape=(1, 3, 3, 3), size=3, stride=3, padding="explicit", pads=1, ceil=False, how="max", ties=False)
def test_values_and_gradients_agree_with_windows_written_out(shape, size, stride, padding, pads, ceil, how, ties):
    _, h, w, _ = shape
    pads = min(pads, size - 1)
    down, across = (outputs(k, size, stride, padding, pads, ceil=ceil) for k in (h, w))
    seen = tuple(len(windows(k, size, stride, padding, pads, ceil=ceil)) for k in (h, w))
    assert (max(down, 0), max(across, 0)) == seen
    if down < 1 or across < 1:
        return
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, shape).astype(np.float64) if ties else rng.standard_normal(shape)
    wanted, dy, slopes = pool(x, size, stride, padding, how, pads, ceil=ceil)
    y, dx = np.full(wanted.shape, np.nan), np.full(shape, np.nan)
    window = Window.over((h, w), size, stride, padding, pads)
    more = (np.full(wanted.shape, 99, np.uint8),) if how == "max" else ()
    bent = (NONE,) if more else ()
    forward, backward = (max_pool_forward, max_pool_backward) if more else (average_pool_forward, average_pool_backward)
    for call in (*by_picture(forward, x, y, window, *more, *bent), *by_picture(backward, dx, dy, window, *more)):
        call.run()
    np.testing.assert_allclose(y, wanted, rtol=1e-12)
    np.testing.assert_allclose(dx, slopes, rtol=1e-12)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("channels", [1, 16])
def test_a_nan_anywhere_in_the_window_is_the_maximum(place, channels):
    x = np.arange(4 * channels, dtype=np.float32).reshape(1, 2, 2, channels)
    x[0, place // 2, place % 2] = np.nan
    y, which = np.zeros((1, 1, 1, channels), np.float32), np.zeros((1, 1, 1, channels), np.uint8)
    by_picture(max_pool_forward, x, y, Window(2, 2, 2), which, NONE)[0].run()
    assert np.isnan(y).all()


@settings(max_examples=30, deadline=None)
@given(shape=SHAPES, size=st.integers(1, 3), stride=st.integers(1, 3))
def test_relu_behind_the_maximum_equals_relu_before_it_in_both_directions(shape, size, stride):
    _, h, w, c = shape
    down, across = (outputs(k, size, stride, "same") for k in (h, w))
    rng = np.random.default_rng(0)
    x = rng.integers(-2, 3, shape).astype(np.float32)
    dy = rng.standard_normal((shape[0], down, across, c)).astype(np.float32)
    window, found = Window.over((h, w), size, stride, "same"), []
    for source, how in ((np.maximum(x, 0), NONE), (x, RELU)):
        y, dx, which = np.full_like(dy, np.nan), np.full_like(x, np.nan), np.full(dy.shape, 77, np.uint8)
        by_picture(max_pool_forward, source, y, window, which, how)[0].run()
        by_picture(max_pool_backward, dx, dy, window, which)[0].run()
        found += [y, dx if how == RELU else dx * (source > 0)]
    np.testing.assert_array_equal(found[0], found[2])
    np.testing.assert_array_equal(found[1], found[3])


def test_pictures_do_not_write_into_one_another():
    x = np.arange(2 * 4 * 4 * 3, dtype=np.float32).reshape(2, 4, 4, 3)
    y, which, dx = np.full((2, 2, 2, 3), -1, np.float32), np.full((2, 2, 2, 3), 99, np.uint8), np.full_like(x, -1)
    max_pool_forward(x, y, which, NONE, 2, 2, 2, 0, 0, 1, 0, 1)
    max_pool_backward(dx, y, which, 2, 2, 2, 0, 0, 1, 0, 1)
    assert (y[1] == -1).all()
    assert (which[1] == 99).all()
    assert (dx[1] == -1).all()
    assert (y[0] != -1).all()
