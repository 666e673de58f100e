"""Flatten: the same numbers in one line."""

import numpy as np
import pytest

from core.blocks.flatten import Flatten
from tests.blocks.harness import buffers
from tests.reference.pytorch import agrees, pytorch


def test_the_last_axis_runs_fastest():
    b = buffers(Flatten(), ((2, 2, 3),), batch=1)
    b.x[0][...] = np.arange(12).reshape(1, 2, 2, 3)
    assert Flatten().out_shapes(((2, 2, 3),)) == ((12,),)
    assert b.y[0].tolist() == [list(range(12))]


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(Flatten(), ((4, 3, 2),), lambda x: pytorch().flatten(x, 1))
