"""Sums in parts: right for any number of rows and channels, and for numbers far from zero."""

import numpy as np
import pytest

from core.blocks.batch_norm import BatchNorm
from core.blocks.group_norm import GroupNorm
from core.blocks.layer_norm import LayerNorm
from core.kernels import norm
from tests.blocks.harness import backward, buffers, forward, settle


@pytest.mark.parametrize(("rows", "channels"), [(1, 1), (3, 5), (8, 3), (64, 6), (4096, 16), (7, 300), (1000, 64)])
def test_wide_rows_hold_whole_copies_of_the_channels(rows, channels):
    width = norm.width(rows, channels)
    assert width % channels == 0
    assert rows * channels % width == 0
    assert 1 <= norm.parts(rows * channels) <= norm.PARTS


@pytest.mark.parametrize(("shape", "batch"), [((5,), 2), ((3,), 7), ((16, 16, 6), 33), ((70,), 1000), ((9000,), 3)])
def test_statistics_agree_with_numpy_however_the_rows_are_cut(shape, batch):
    block = BatchNorm(momentum=0, epsilon=1e-12)
    b = buffers(block, (shape,), batch=batch)
    forward(block, b)
    settle(block, b)
    backward(block, b)
    x, dy = b.x[0].reshape(-1, shape[-1]), b.dy[0].reshape(-1, shape[-1])
    scaled = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-12)
    np.testing.assert_allclose(b.w["mean"], x.mean(0), atol=1e-12)
    np.testing.assert_allclose(b.w["variance"], x.var(0, ddof=1), rtol=1e-10)
    np.testing.assert_allclose(b.dw["beta"], dy.sum(0), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(b.dw["gamma"], (dy * scaled).sum(0), rtol=1e-9, atol=1e-9)


def test_float32_keeps_the_variance_of_numbers_that_are_far_from_zero():
    block = BatchNorm(momentum=0)
    b = buffers(block, ((20, 20, 4),), batch=32, dtype=np.float32)
    b.x[0][...] += 1000
    forward(block, b)
    settle(block, b)
    x = b.x[0].astype(np.float64).reshape(-1, 4)
    np.testing.assert_allclose(b.w["variance"], x.var(0, ddof=1), rtol=1e-4)
    assert np.abs(b.y[0].astype(np.float64).reshape(-1, 4).mean(0) - b.w["beta"]).max() < 1e-3


@pytest.mark.parametrize("value", [0, 1e-3, 1e4])
@pytest.mark.parametrize("block", [BatchNorm(), LayerNorm(), GroupNorm(groups=2)], ids=lambda b: b.id)
def test_a_constant_becomes_the_shift_to_rounding_and_no_slope_is_infinite(block, value):
    for dtype, digits in ((np.float32, 1e-7), (np.float64, 1e-15)):
        b = buffers(block, ((3, 2, 4),), dtype=dtype, batch=5)
        b.x[0][...] = value
        forward(block, b)
        backward(block, b)
        rounding = 4 * value * digits / np.sqrt(1e-5)  # of x, over the least σ there is
        np.testing.assert_allclose(b.y[0], np.broadcast_to(b.w["beta"], b.y[0].shape), atol=1e-6 + rounding)
        assert all(np.isfinite(a).all() for a in (b.dx[0], *b.dw.values()))
