"""Attention on sequences longer than a block of queries, against the equations in float64, whatever the split of its items."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.kernels.attention import attend, attend_slopes, attend_space
from core.kernels.call import Array, Calls
from tests.kernels.test_matmul import normal, run, space, split_runs, unset
from tests.reference import attention as reference

SIZES = [  # batch, heads, time, others, d, features
    pytest.param((3, 2, 70, 70, 5, 5), id="two blocks"),
    pytest.param((2, 1, 131, 37, 9, 20), id="fewer keys"),
    pytest.param((1, 3, 33, 140, 16, 3), id="more keys"),
    pytest.param((7, 3, 6, 8, 32, 16), id="more stacks than items"),
]


class Case:
    """Arrays of one size; results are NaN until they are written."""

    def __init__(self, size: tuple[int, ...], dtype: Any, *, causal: bool, masked: bool) -> None:
        rng = np.random.default_rng(0)
        batch, heads, time, others, d, features = size
        make = lambda steps, length: normal(rng, dtype, batch, steps, heads, length)
        self.given, self.dy = (make(time, d), make(others, d), make(others, features)), make(time, features)
        self.mask = (rng.random((batch if masked else 0, others)) < 0.7).astype(dtype)
        self.shares, self.y = unset(dtype, batch, heads, time, others), unset(dtype, *self.dy.shape)
        self.gradients = tuple(unset(dtype, *a.shape) for a in self.given)
        self.scratch = space(attend_space(batch * heads, time, others, d, features, train=True), dtype)
        self.causal = causal

    def calls(self, wanted: str = "qkv") -> Calls:
        """Forward and back."""
        gradients = tuple(g if name in wanted else None for name, g in zip("qkv", self.gradients, strict=True))
        return (
            *attend(*self.given, self.mask, self.shares, self.y, self.scratch, causal=self.causal),
            *attend_slopes(self.given, self.shares, self.dy, gradients, self.scratch, causal=self.causal),
        )

    def results(self) -> list[Array]:
        """All that is written."""
        return [self.shares, self.y, *self.gradients]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("causal", "masked"), [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("size", SIZES)
def test_values_and_slopes_are_those_of_the_equations(
    size: tuple[int, ...], causal: bool, masked: bool, dtype: Any
) -> None:
    case = Case(size, dtype, causal=causal, masked=masked)
    run(case.calls())
    wanted = reference.with_slopes(*case.given, case.dy, case.mask, causal)
    for got, value in zip(case.results(), wanted, strict=True):
        np.testing.assert_allclose(got, value, rtol=0, atol=1e-12 if dtype is np.float64 else 2e-5)


@pytest.mark.parametrize("size", SIZES)
def test_no_split_of_the_items_changes_a_bit(size: tuple[int, ...]) -> None:
    case = Case(size, np.float32, causal=True, masked=False)
    bits = []
    for way in split_runs(case.calls()):
        for array in (*case.results(), *case.scratch.values()):
            array[...] = np.nan
        way()
        bits.append([a.tobytes() for a in case.results()])
    assert all(b == bits[0] for b in bits)


@pytest.mark.parametrize("wanted", ["q", "k", "v", "kv"])
def test_only_the_slopes_that_are_wanted_are_written(wanted: str) -> None:
    some, all_ = (Case((2, 2, 9, 7, 4, 5), np.float32, causal=True, masked=False) for _ in range(2))
    run(some.calls(wanted))
    run(all_.calls())
    for name, got, full in zip("qkv", some.gradients, all_.gradients, strict=True):
        np.testing.assert_array_equal(got, full if name in wanted else np.full_like(full, np.nan))
