"""Convolution in groups against each group written out, over sizes, strides, paddings and dilations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernels import conv_grouped
from core.kernels.conv_geometry import output_size
from tests.reference import conv2d as reference

PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))


def normal(rng, *shape, dtype=np.float64):
    return rng.standard_normal(shape).astype(dtype)


def both_ways(x, w, b, dy, how):
    """(y, dx, dw, db); every output begins as NaN."""
    unset = lambda array: np.full_like(array, np.nan)
    y, dx, dw, db = unset(dy), unset(x), unset(w), unset(b)
    spaces = conv_grouped.weight_gradient_space(x.shape, w.shape, *how)
    scratch = {name: np.full(shape, np.nan, x.dtype) for name, shape in spaces.items()}
    for call in (
        *conv_grouped.forward(x, w, b, y, *how, {}),
        *conv_grouped.input_gradient(dy, w, dx, *how, {}),
        *conv_grouped.weight_gradient(x, dy, dw, db, *how, scratch),
    ):
        for item in reversed(range(call.items)):
            call.kernel(*call.args, item, item + 1)
    return y, dx, dw, db


def written_out(x, w, b, dy, how, groups):
    xs, ws, bs, dys = (np.split(a, groups, -1) for a in (x, w, b, dy))
    ys = [reference.forward(*parts, *how) for parts in zip(xs, ws, bs, strict=True)]
    slopes = [reference.gradients(*parts, *how) for parts in zip(xs, ws, dys, strict=True)]
    return [np.concatenate(parts, -1) for parts in (ys, *zip(*slopes, strict=True))]


@settings(max_examples=60, deadline=None)
@given(
    n=st.sampled_from([1, 2, 19]), size=st.tuples(st.integers(1, 7), st.integers(1, 7)), groups=st.integers(1, 4),
    channels=st.integers(1, 3), wide=st.integers(1, 3), kernel=PAIR, stride=PAIR, dilation=PAIR,
    padding=st.tuples(*[st.integers(0, 3)] * 4),
)  # fmt: skip
def test_values_and_gradients_agree_with_groups_written_out(
    n, size, groups, channels, wide, kernel, stride, dilation, padding
):
    axes = zip(size, kernel, stride, (padding[:2], padding[2:]), dilation, strict=True)
    out = tuple(output_size(k, taps, step, *around, gap) for k, taps, step, around, gap in axes)
    if min(out) < 1:
        return
    rng = np.random.default_rng(0)
    x, w = normal(rng, n, *size, groups * channels), normal(rng, *kernel, channels, groups * wide)
    b, dy = normal(rng, groups * wide), normal(rng, n, *out, groups * wide)
    how = (stride, padding, dilation)
    for ours, theirs in zip(both_ways(x, w, b, dy, how), written_out(x, w, b, dy, how, groups), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [3, 8, 19, 64])
@pytest.mark.parametrize(("size", "stride"), [(3, 1), (3, 2), (5, 1), (7, 2), (2, 2), (4, 1)])
def test_depthwise_by_vectors_agrees_with_channels_written_out(dtype, channels, size, stride):
    rng = np.random.default_rng(1)
    how = ((stride, stride), (size // 2, size // 2, size // 2, (size - 1) // 2), (1, 1))
    x, w = normal(rng, 2, 9, 10, channels, dtype=dtype), normal(rng, size, size, 1, channels, dtype=dtype)
    down, right = (
        output_size(k, size, stride, before, after, 1) for k, before, after in ((9, *how[1][:2]), (10, *how[1][2:]))
    )
    b, dy = normal(rng, channels, dtype=dtype), normal(rng, 2, down, right, channels, dtype=dtype)
    close = {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-10, "atol": 1e-11}
    for ours, theirs in zip(both_ways(x, w, b, dy, how), written_out(x, w, b, dy, how, channels), strict=True):
        np.testing.assert_allclose(ours, theirs, **close)
