"""ConvTranspose2D: each pixel writes a small picture."""

import numpy as np
import pytest

from core.blocks.conv2d import Conv2D
from core.blocks.conv_transpose2d import ConvTranspose2D
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_each_pixel_writes_its_filter_and_overlaps_are_added():
    block = ConvTranspose2D(filters=1, kernel_size=(3,), stride=(2,))
    b = buffers(block, ((1, 2, 1),), batch=1)
    b.x[0][...], b.w["b"][...] = [[[[1], [10]]]], 0.5
    b.w["W"][:, :, 0, 0] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    forward(block, b)
    wanted = [[1, 2, 13, 20, 30], [4, 5, 46, 50, 60], [7, 8, 79, 80, 90]]
    np.testing.assert_allclose(b.y[0][0, :, :, 0], 0.5 + np.array(wanted))


@pytest.mark.parametrize("padding", ["valid", "same", "explicit"])
@pytest.mark.parametrize("stride", [(1,), (2,), (3, 4)])
@pytest.mark.parametrize("size", [(1,), (2,), (3, 2), (5,)])
def test_it_is_the_transpose_of_the_convolution_with_the_same_settings(padding, stride, size):
    """<x, conv(z)> = <transpose(x), z> for all x and z, and the convolution brings the sizes back."""
    how = {"kernel_size": size, "stride": stride, "padding": padding, "pads": (0, min(1, size[-1] // 2)), "bias": False}
    up, down = ConvTranspose2D(filters=2, **how), Conv2D(filters=3, **how)
    (large,) = up.out_shapes(((4, 3, 3),))
    assert down.out_shapes((large,)) == ((4, 3, 3),)
    b, z = buffers(up, ((4, 3, 3),)), buffers(down, (large,), seed=1)
    z.w["W"][...] = b.w["W"]
    forward(up, b)
    forward(down, z)
    assert (b.x[0] * z.y[0]).sum() == pytest.approx((b.y[0] * z.x[0]).sum(), rel=1e-10)


def test_what_cannot_be_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match="takes a picture"):
        ConvTranspose2D().out_shapes(((64, 8),))
    with pytest.raises(ShapeError, match="fewer than the stride"):
        ConvTranspose2D(padding="explicit", extra=(1,)).out_shapes(((4, 4, 1),))
    with pytest.raises(ShapeError, match="cut all of a picture of 1×1 away"):
        ConvTranspose2D(padding="explicit", pads=(2,)).out_shapes(((1, 1, 1),))


@pytest.mark.torch
@pytest.mark.parametrize(
    ("block", "x"),
    [
        (ConvTranspose2D(filters=6, kernel_size=(2,), stride=(2,)), (7, 6, 16)),
        (ConvTranspose2D(filters=16, kernel_size=(5,), padding="explicit", pads=(2,)), (6, 7, 6)),
        (ConvTranspose2D(filters=5, stride=(2,), padding="explicit", extra=(1,)), (4, 5, 3)),
        (ConvTranspose2D(filters=9, kernel_size=(4, 3), stride=(2, 3), padding="explicit", pads=(1, 2), extra=(0, 2)), (4, 5, 2)),
        (ConvTranspose2D(filters=33, kernel_size=(3, 2), stride=(1, 3), dilation=(2, 1)), (5, 4, 4)),
    ],
    ids=str,
)  # fmt: skip
def test_values_and_gradients_agree_with_pytorch(block, x):
    transpose = pytorch().nn.functional.conv_transpose2d
    pads, extra = (block.pads, block.extra) if block.padding == "explicit" else ((0,), (0,))

    def twin(x, W, b):
        sizes = {"stride": block.stride, "padding": pads, "output_padding": extra, "dilation": block.dilation}
        sizes = {name: (value[0], value[-1]) for name, value in sizes.items()}
        return transpose(x.movedim(-1, 1), W.permute(3, 2, 0, 1), b, **sizes).movedim(1, -1)

    agrees(block, (x,), twin)
