"""What every augmentation promises, and the chance it draws, worked out in whole numbers of Python."""

import numpy as np

from core.blocks._base import Block
from tests.blocks.harness import buffers, forward
from tests.reference.chance import uniform

SEED, STEP = 7, 1  # where the clock of `buffers` stands


def draw(picture: int, i: int = 0, each: int = 2) -> float:
    """The i-th of the `each` numbers of a picture, in [0, 1)."""
    return uniform(SEED, STEP, picture * each + i)


def changed(block: Block, x: np.ndarray, *, seed: int = SEED, step: int = STEP) -> np.ndarray:
    """What a batch of pictures becomes in training."""
    b = buffers(block, (x.shape[1:],), batch=len(x))
    b.clock[:] = seed, step
    b.x[0][...] = x
    forward(block, b)
    return b.y[0]


def each_step_and_seed_differs_and_repeats(block: Block, x: np.ndarray) -> None:
    first = changed(block, x)
    assert not np.array_equal(first, changed(block, x, step=2))
    assert not np.array_equal(first, changed(block, x, seed=8))
    np.testing.assert_array_equal(first, changed(block, x))


def passes_unchanged_in_use(block: Block, shape: tuple[int, ...]) -> None:
    b = buffers(block, (shape,), train=False)
    forward(block, b, train=False)
    np.testing.assert_array_equal(b.y[0], b.x[0])
