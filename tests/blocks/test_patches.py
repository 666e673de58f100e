"""Patches: tiles of a picture, row by row."""

import numpy as np
import pytest

from core.blocks.patches import Patches
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_tiles_come_row_by_row_with_their_own_rows_in_order():
    block = Patches(size=2)
    b = buffers(block, ((4, 6, 1),), batch=1)
    b.x[0][0, :, :, 0] = np.arange(24).reshape(4, 6)
    forward(block, b)
    assert b.y[0][0].tolist() == [
        [0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11],
        [12, 13, 18, 19], [14, 15, 20, 21], [16, 17, 22, 23],
    ]  # fmt: skip


def test_what_is_no_picture_or_does_not_divide_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(784,\)"):
        Patches().out_shapes(((784,),))
    with pytest.raises(ShapeError, match="4×4 do not fill a picture of 28×30") as caught:
        Patches().out_shapes(((28, 30, 1),))
    assert "zero_pad2d" in caught.value.fixes
    assert Patches().out_shapes(((28, 28, 1),)) == ((49, 16),)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "shape"), [(2, (4, 6, 3)), (3, (3, 9, 1)), (1, (2, 3, 4)), (5, (10, 5, 2))])
def test_values_and_gradients_agree_with_pytorch(size, shape):
    unfold = pytorch().nn.functional.unfold

    def twin(x):
        tiles = unfold(x.movedim(-1, 1), size, stride=size)  # (n, channels · size · size, tiles), channels outermost
        return tiles.unflatten(1, (shape[2], size * size)).permute(0, 3, 2, 1).flatten(2)

    agrees(Patches(size=size), (shape,), twin)
