"""Conv1D: filters slide along a sequence."""

import numpy as np
import pytest

from core.blocks.conv1d import Conv1D
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_a_difference_of_neighbours_by_hand():
    block = Conv1D(filters=1, kernel_size=2, bias=False)
    b = buffers(block, ((4, 1),), batch=1)
    b.x[0][0, :, 0], b.w["W"][:, 0, 0] = [1, 4, 9, 16], [-1, 1]
    forward(block, b)
    assert b.y[0][0, :, 0].tolist() == [3, 5, 7]


def test_with_causal_padding_no_step_sees_a_later_one():
    block = Conv1D(filters=4, kernel_size=3, padding="causal", dilation=2)
    b = buffers(block, ((9, 2),))
    forward(block, b)
    before = b.y[0].copy()
    assert before.shape == (3, 9, 4)
    b.x[0][:, 5] += 1
    forward(block, b)
    changed = (b.y[0] != before).any((0, 2))
    assert changed.tolist() == [False] * 5 + [True, False, True, False]


def test_what_is_no_sequence_or_too_short_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match="takes a sequence"):
        Conv1D().out_shapes(((8, 8, 3),))
    with pytest.raises(ShapeError, match="covers 5 steps does not fit into a sequence of 4"):
        Conv1D(dilation=2).out_shapes(((4, 1),))
    assert Conv1D(dilation=2, padding="same").out_shapes(((4, 1),)) == ((4, 16),)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("block", "x"),
    [
        (Conv1D(filters=6, kernel_size=5, padding="same"), (28, 3)),
        (Conv1D(filters=16, kernel_size=3), (14, 16)),
        (Conv1D(filters=5, kernel_size=4, stride=2, padding="same"), (9, 3)),
        (Conv1D(filters=33, kernel_size=3, stride=2, dilation=3, padding="causal"), (11, 4)),
        (Conv1D(filters=8, kernel_size=7, stride=4, padding="explicit", pads=3), (22, 1)),
        (Conv1D(filters=3, kernel_size=1, stride=3), (7, 9)),
    ],
    ids=str,
)
def test_values_and_gradients_agree_with_pytorch(block, x):
    functional = pytorch().nn.functional
    reach = block.dilation * (block.kernel_size - 1)
    whole = max((-(-x[0] // block.stride) - 1) * block.stride + reach + 1 - x[0], 0)
    ends = {
        "valid": (0, 0), "causal": (reach, 0), "explicit": (block.pads, block.pads), "same": (whole // 2, -(-whole // 2))
    }  # fmt: skip

    def twin(x, W, b):
        padded = functional.pad(x.movedim(-1, 1), ends[block.padding])
        return functional.conv1d(padded, W.permute(2, 1, 0), b, block.stride, dilation=block.dilation).movedim(1, -1)

    agrees(block, (x,), twin)


def test_a_filter_of_one_step_is_a_dense_layer_at_every_step():
    block = Conv1D(filters=3, kernel_size=1)
    b = buffers(block, ((5, 4),))
    forward(block, b)
    np.testing.assert_allclose(b.y[0], b.x[0] @ b.w["W"][0] + b.w["b"], rtol=1e-12)
