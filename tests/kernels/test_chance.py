"""Chance: even, independent from step to step, and the same whenever it is asked for again."""

import numpy as np
import pytest

from core.kernels._jit import kernel
from core.kernels.activation import SLICE
from core.kernels.chance import drop, stream, word
from core.kernels.noise import add_noise
from tests.reference import chance as reference


@kernel
def uniforms(y, clock, first, last):
    place = stream(clock, first)
    for i in range(y.size):
        y[i] = word(place, i) / 2.0**32


def drawn(seed, step, count=100_000, start=0):
    y = np.empty(count)
    uniforms(y, np.array([seed, step], np.uint64), start, 0)
    return y


def test_the_numbers_are_splitmix64_of_seed_step_and_place():
    for seed, step in ((0, 0), (7, 1), (2**63 + 5, 2**40)):
        wanted = [reference.uniform(seed, step, i) for i in range(50)]
        np.testing.assert_array_equal(drawn(seed, step, 50), wanted)


def test_the_published_first_numbers_of_splitmix64_come_out_of_the_same_mixing():
    state, numbers = 1234567, []
    for _ in range(3):
        state = (state + reference.GOLDEN) & reference.MASK
        numbers.append(reference.mix(state))
    assert numbers == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@pytest.mark.parametrize(("seed", "step"), [(0, 0), (1, 0), (0, 1), (12345, 678)])
def test_numbers_are_spread_evenly(seed, step):
    u = drawn(seed, step)
    counts = np.histogram(u, 100, (0, 1))[0]
    chi2 = ((counts - 1000) ** 2 / 1000).sum()
    assert 50 < chi2 < 160  # 99 degrees of freedom: beyond this once in ten thousand
    assert abs(u.mean() - 0.5) < 4 / np.sqrt(12 * u.size)
    assert abs(u.var() - 1 / 12) < 0.001


def test_neighbours_steps_and_seeds_know_nothing_of_one_another():
    base = drawn(3, 10)
    others = [np.roll(base, k) for k in (1, 2, 64)]
    others += [drawn(3, 11), drawn(4, 10), drawn(10, 3), drawn(3, 10 + 2**32), drawn(3 + 2**32, 10)]
    for other in others:
        assert abs(np.corrcoef(base, other)[0, 1]) < 4 / np.sqrt(base.size)
        assert abs(((base < 0.5) == (other < 0.5)).mean() - 0.5) < 0.01


def test_no_step_repeats_a_piece_of_another():
    rows = np.concatenate([drawn(5, step, 2000) for step in range(50)])
    assert np.unique(rows).size > rows.size - 10


def test_a_slice_draws_what_the_whole_would():
    whole = drawn(9, 4, 3 * SLICE)
    np.testing.assert_array_equal(drawn(9, 4, SLICE, start=2 * SLICE), whole[2 * SLICE :])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_dropped_is_where_the_number_is_below_the_rate(dtype):
    x, y, clock = np.ones(2 * SLICE + 5, dtype), np.empty(2 * SLICE + 5, dtype), np.array([9, 4], np.uint64)
    drop(x, y, clock, 0.3, 0, 3)
    np.testing.assert_array_equal(y == 0, drawn(9, 4, x.size) < 0.3)


@pytest.mark.parametrize("by_chance", [drop, add_noise], ids=["drop", "add_noise"])
def test_slices_by_different_threads_draw_what_one_would(by_chance):
    x, clock = np.ones(2 * SLICE + 5), np.array([9, 4], np.uint64)
    whole, parts = np.empty(x.size), np.empty(x.size)
    by_chance(x, whole, clock, 0.3, 0, 3)
    for item in (2, 0, 1):
        by_chance(x, parts, clock, 0.3, item, item + 1)
    np.testing.assert_array_equal(parts, whole)
