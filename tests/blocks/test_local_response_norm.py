"""Local response normalisation: neighbours among the channels damp one another."""

import numpy as np
import pytest

from core.blocks.local_response_norm import LocalResponseNorm
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_the_formula_of_the_paper_with_its_own_constants():
    """b_i = a_i / (k + α Σ a_j²)^β, j from i - n/2 to i + n/2: n = 5, k = 2, α = 10⁻⁴, β = 0.75."""
    block = LocalResponseNorm()
    b = buffers(block, ((9,),), batch=2)
    b.x[0][...] *= 100
    forward(block, b)
    a = b.x[0]
    for i in range(9):
        total = (a[:, max(0, i - 2) : min(8, i + 2) + 1] ** 2).sum(1)
        np.testing.assert_allclose(b.y[0][:, i], a[:, i] / (2 + 1e-4 * total) ** 0.75, rtol=1e-12)


@pytest.mark.torch
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 12])
@pytest.mark.parametrize("shape", [(4, 3, 8), (2, 1, 1), (5, 33)])
def test_values_and_gradients_agree_with_pytorch(size, shape):
    norm = pytorch().nn.functional.local_response_norm
    block = LocalResponseNorm(size=size, alpha=0.7, beta=0.6, k=1.5)
    agrees(block, (shape,), lambda x: norm(x.movedim(-1, 1), size, 0.7, 0.6, 1.5).movedim(1, -1))
