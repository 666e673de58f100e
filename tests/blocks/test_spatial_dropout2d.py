"""Spatial dropout: whole maps fall silent, the mean stays."""

import numpy as np
import pytest

from core.blocks.spatial_dropout2d import SpatialDropout2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees

SHAPE = (3, 2, 2000)


def run(block, *, step=1, seed=7):
    b = buffers(block, (SHAPE,), batch=4)
    b.clock[:] = seed, step
    b.x[0][...] = 1
    forward(block, b)
    return b


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_maps_are_dropped_whole_at_the_rate_and_the_mean_stays(rate):
    y = run(SpatialDropout2D(rate=rate)).y[0]
    maps = y[:, 0, 0]
    np.testing.assert_array_equal(y, np.broadcast_to(maps[:, None, None], y.shape))
    noise = np.sqrt(rate * (1 - rate) / maps.size)
    assert abs((maps == 0).mean() - rate) < 4 * noise
    assert set(np.unique(maps)) == {0, 1 / (1 - rate)}


def test_each_row_step_and_seed_drops_others():
    block = SpatialDropout2D(rate=0.5)
    first = run(block).y[0] == 0
    for other in (np.roll(first, 1, axis=0), run(block, step=2).y[0] == 0, run(block, seed=8).y[0] == 0):
        assert abs((first == other).mean() - 0.5) < 0.04
    np.testing.assert_array_equal(run(block).y[0] == 0, first)


def test_the_gradient_passes_where_the_map_passed():
    block = SpatialDropout2D(rate=0.3)
    b = run(block)
    b.dy[0][...] = 5
    backward(block, b)
    np.testing.assert_allclose(b.dx[0], 5 * b.y[0])


def test_in_use_nothing_is_dropped_and_nan_never_is():
    block = SpatialDropout2D()
    b = buffers(block, (SHAPE,), train=False)
    forward(block, b, train=False)
    np.testing.assert_array_equal(b.y[0], b.x[0])
    b.x[0][...] = np.nan
    forward(block, b, train=True)
    assert np.isnan(b.y[0]).all()


def test_a_flat_row_is_refused():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(10,\)"):
        SpatialDropout2D().out_shapes(((10,),))


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch_given_the_same_mask():
    block = SpatialDropout2D(rate=0.4)
    b = buffers(block, ((4, 3, 20),))
    b.x[0][...] = 1
    forward(block, b)
    mask = b.y[0].copy()
    agrees(block, ((4, 3, 20),), lambda x: x * x.new_tensor(mask))
