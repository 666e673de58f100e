"""Pooling kernels against windows written out, over sizes, strides and paddings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    forward, backward = (max_pool_forward, max_pool_backward) if more else (average_pool_forward, average_pool_backward)
    for call in (*by_picture(forward, x, y, window, *more), *by_picture(backward, dx, dy, window, *more)):
        call.run()
    np.testing.assert_allclose(y, wanted, rtol=1e-12)
    np.testing.assert_allclose(dx, slopes, rtol=1e-12)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("channels", [1, 16])
def test_a_nan_anywhere_in_the_window_is_the_maximum(place, channels):
    x = np.arange(4 * channels, dtype=np.float32).reshape(1, 2, 2, channels)
    x[0, place // 2, place % 2] = np.nan
    y, which = np.zeros((1, 1, 1, channels), np.float32), np.zeros((1, 1, 1, channels), np.uint8)
    by_picture(max_pool_forward, x, y, Window(2, 2, 2), which)[0].run()
    assert np.isnan(y).all()
