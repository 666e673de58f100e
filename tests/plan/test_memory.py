"""Arrays share memory where they are not needed at the same time, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.graph.shapes import infer
from core.plan.buffers import aligned
from core.plan.fuse import fused
from core.plan.memory import Arena, Need, _needs, _places, compact
from core.plan.plan import compile_plan
from tests.plan.nets import NETS, assert_same_bits, compiled, results, wired

NEEDS = st.lists(st.tuples(st.integers(1, 500), st.integers(-1, 12), st.integers(0, 6)), max_size=25)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_a_compact_plan_has_the_same_bits(name, train):
    plan, weights = compiled(NETS[name], train=train)
    lean = fused(plan)
    small = compact(lean, Arena())
    small.buffers[small.inputs[0]].y[0].base.fill(0xFF)  # all the memory there is becomes NaN
    assert_same_bits(lean, small, weights)


def test_a_plan_that_was_not_fused_can_be_compact_too():
    plan, weights = compiled(NETS["residual"], train=True)
    assert_same_bits(plan, compact(plan, Arena()), weights)


def test_lenet_trains_in_a_third_of_the_memory():
    plan, _ = compiled(NETS["LeNet"], train=True, batch=64)
    assert compact(fused(plan), Arena()).bytes < plan.bytes / 3


@pytest.mark.parametrize("shape", [(1,), (3, 5), (7,), (64,), (0,)])
def test_arrays_begin_on_a_cache_line(shape):
    kept = [aligned(shape, dtype) for dtype in (np.uint8, np.int32, np.float32, np.float64) for _ in range(4)]
    assert all(a.ctypes.data % 64 == 0 and a.shape == shape for a in kept if a.size)


@pytest.mark.parametrize("name", NETS)
def test_bytes_are_those_of_the_one_block_of_memory(name):
    """All that is as large as a batch lies in it, the scratch of fused calls too; weights and a few numbers do not."""
    plan, weights = compiled(NETS[name], train=True, batch=64)
    small = compact(fused(plan), Arena())
    memory = small.buffers[small.inputs[0]].y[0].base
    arrays = [a for c in small.calls() for a in c.args if isinstance(a, np.ndarray) and a.size]
    inside = [a.ctypes.data + a.nbytes for a in arrays if np.may_share_memory(a, memory)]
    assert max(inside) - memory.ctypes.data < small.bytes + 64 <= memory.nbytes  # it begins on a cache line
    kept = (weights.flat, weights.flat_gradient, *weights.w.values(), memory)
    outside = {id(a): a.nbytes for a in arrays if not any(np.may_share_memory(a, k) for k in kept)}
    assert sum(outside.values()) < 4000


def test_plans_that_never_run_at_once_share_what_the_largest_needs():
    plan, weights = compiled(NETS["LeNet"], train=True, batch=8)
    wanted = [a.copy() for a in results(plan, weights)]
    arena = Arena()
    large, *others = (
        compact(fused(compile_plan(NETS["LeNet"], infer(NETS["LeNet"]), weights, n, train=t, seed=4)), arena)
        for n, t in ((8, True), (3, True), (8, False))
    )
    for other in others:
        assert np.shares_memory(other.buffers["input-0"].y[0].base, large.buffers["input-0"].y[0].base)
        results(other, weights)
    for ours, theirs in zip(results(large, weights), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)
    assert arena.take(large.bytes) is arena.take(1)
    assert arena.take(2 * large.bytes).size >= 2 * large.bytes


def test_what_feeds_the_network_and_what_it_shows_can_be_read_after_a_run():
    plan, weights = compiled(NETS["LeNet"], train=True)
    small = compact(fused(plan), Arena())
    results(small, weights)
    fed = small.buffers["input-0"].y[0].copy()
    results(plan, weights)
    np.testing.assert_array_equal(fed, plan.buffers["input-0"].y[0])
    np.testing.assert_array_equal(small.buffers["output-13"].y[0], plan.buffers["output-13"].y[0])


def test_which_steps_of_an_output_count_can_be_read_after_a_run():
    blocks = {
        "input": {"type": "input", "shape": [6, 5]}, "stem": {"type": "dense", "units": 4}, "bend": {"type": "tanh"},
        "scores": {"type": "dense", "units": 4}, "mask": {"type": "input", "shape": [6]},
        "out": {"type": "output", "masked": True, "ignored_class": 2},
    }  # fmt: skip
    document = wired(blocks, ["input > stem > bend > scores > out", "mask > out.mask"])
    plan, weights = compiled(document, train=True)
    small = compact(fused(plan), Arena())
    kept = []
    for each in (plan, small):
        results(each, weights)
        b = each.buffers["out"]
        kept.append([a.copy() for a in (b.x[1], b.scratch["counts"], b.target, b.y[0])])
    for ours, wanted in zip(*kept, strict=True):
        np.testing.assert_array_equal(ours, wanted)


@pytest.mark.parametrize(
    "name", [n for n in NETS if n != "a pointwise convolution"]
)  # that one takes 1.3 times as much
def test_hardly_more_is_taken_than_what_is_needed_at_one_time(name):
    """No packing can do better than the most that is alive at one call; the rule of the largest first comes near it."""
    needs = [n for n in _needs(fused(compiled(NETS[name], train=True, batch=32)[0])).values() if n.last >= n.first]
    alive = max(sum(n.array.nbytes for n in needs if n.first <= at <= n.last) for at in range(-1, 99))
    assert alive <= _places(needs)[1] <= 1.02 * alive


def test_watching_shows_each_output_before_it_is_written_over():
    plan, _ = compiled(NETS["sequences"], train=False)
    small = compact(plan, Arena())
    for p in (plan, small):
        p.buffers["input-0"].y[0].fill(0.5)
    plan.run()
    for name in small.watch():
        np.testing.assert_array_equal(small.buffers[name].y[0], plan.buffers[name].y[0])


@given(NEEDS)
def test_what_is_needed_at_the_same_time_never_overlaps(sizes):
    needs = [Need(np.empty(n, np.uint8), first, first + more) for n, first, more in sizes]
    starts, size = _places(needs)
    assert all(start % 64 == 0 and start + n.array.nbytes <= size for n, start in starts.items())
    for i, a in enumerate(needs):
        for b in needs[:i]:
            apart = starts[a] + a.array.nbytes <= starts[b] or starts[b] + b.array.nbytes <= starts[a]
            assert apart or a.last < b.first or b.last < a.first
