"""Log-softmax: logarithms of shares that sum to 1."""

import numpy as np
import pytest

from core.blocks.log_softmax import LogSoftmax
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def log_softmax(rows, dtype=np.float64):
    rows = np.asarray(rows, dtype)
    b = buffers(LogSoftmax(), (rows.shape[1:],), batch=len(rows), dtype=dtype)
    b.x[0][...] = rows
    forward(LogSoftmax(), b)
    return b.y[0]


def test_logarithms_of_shares_by_hand():
    np.testing.assert_allclose(log_softmax([np.log([1, 2, 5])]), np.log([[0.125, 0.25, 0.625]]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_scores_stay_exact_and_nan_spoils_its_own_row_only(dtype):
    x = [[1e4, 0, -1e4], [np.nan, 0, 0], [0, 0, np.nan], [-1e4, -1e4, -1e4]]
    nan, third = [np.nan] * 3, [-np.log(3)] * 3
    np.testing.assert_allclose(log_softmax(x, dtype), [[0, -1e4, -2e4], nan, nan, third], rtol=1e-6)


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(5,), (4, 6), (2, 3, 1)])
def test_values_and_gradients_agree_with_pytorch(shape):
    torch = pytorch()
    agrees(LogSoftmax(), (shape,), lambda x: torch.log_softmax(x, -1))
