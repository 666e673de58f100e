"""Copies and sums of arrays larger than an item."""

import numpy as np

from core.kernels.activation import SLICE, elementwise
from core.kernels.merge import accumulate, add, add_relu, columns, copy


def run(calls):
    for call in calls:
        call.run()


def test_a_copy_is_the_same_in_any_shape():
    x = np.random.default_rng(0).standard_normal((5, 30, 31, 1)).astype(np.float32)
    y = np.full_like(x, np.nan)
    run(copy(x, y))
    np.testing.assert_array_equal(x, y)


def test_only_the_named_columns_are_written():
    x, y = np.arange(12.0).reshape(4, 3), np.zeros((4, 5))
    run(columns(x, y, 2, x_start=1, y_start=3))
    np.testing.assert_array_equal(y[:, 3:], x[:, 1:])
    assert not y[:, :3].any()


def test_sums_reach_the_end_of_a_broken_slice():
    a, b, y = (np.random.default_rng(i).standard_normal(2 * SLICE + 3) for i in range(3))
    before = y.copy()
    run(elementwise(accumulate, a, y))
    np.testing.assert_array_equal(y, before + a)
    run(elementwise(add, a, b, y))
    np.testing.assert_array_equal(y, a + b)
    run(elementwise(add_relu, a, b, y))
    np.testing.assert_array_equal(y, np.maximum(a + b, 0))
