"""Softmax: scores become shares."""

import numpy as np
import pytest

from core.blocks.softmax import Softmax
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def softmax(rows, dtype=np.float64):
    rows = np.asarray(rows, dtype)
    b = buffers(Softmax(), (rows.shape[1:],), batch=len(rows), dtype=dtype)
    b.x[0][...] = rows
    forward(Softmax(), b)
    return b.y[0]


def test_shares_by_hand():
    np.testing.assert_allclose(softmax([np.log([1, 2, 5])]), [[0.125, 0.25, 0.625]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("width", [1, 2, 10, 64, 1000])
def test_shares_sum_to_one_and_do_not_change_when_all_scores_rise_together(dtype, width):
    x = np.random.default_rng(0).standard_normal((3, width)).astype(dtype)
    y = softmax(x, dtype)
    np.testing.assert_allclose(y.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(softmax(x + dtype(100), dtype), y, rtol=1e-4 if dtype == np.float32 else 1e-12)
    assert (y > 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_scores_are_safe_and_nan_spoils_its_own_row_only(dtype):
    x = [[1e4, 0, -1e4], [np.nan, 0, 0], [0, 0, np.nan], [-1e4, -1e4, -1e4]]
    nan, third = [np.nan] * 3, [1 / 3] * 3
    np.testing.assert_allclose(softmax(x, dtype), [[1, 0, 0], nan, nan, third], rtol=1e-6)


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(5,), (4, 6), (2, 3, 1)])
def test_values_and_gradients_agree_with_pytorch(shape):
    torch = pytorch()
    agrees(Softmax(), (shape,), lambda x: torch.softmax(x, -1))
