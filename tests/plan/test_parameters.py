"""One flat vector for all weights: who is where in it, and what pulls on whom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.graph.shapes import infer
from core.initializers import Weight
from core.kernels.optimizer import regularise
from core.optimizers.adagrad import Adagrad
from core.plan.parameters import allocate, declarations
from tests.networks import MLP, chain

LAMBDAS = st.sampled_from([None, 0.0, 0.1, 0.3])
WEIGHTS = st.lists(st.tuples(st.integers(1, 40), st.booleans(), LAMBDAS, LAMBDAS), min_size=1, max_size=7)


@given(WEIGHTS, st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.0, 0.1, 0.5]))
def test_each_weight_is_pulled_as_its_own_block_says_or_as_all_are(weights, l1, l2):
    declared = {(f"b{i}", "W"): Weight((n,), decays=d, l1=a, l2=b) for i, (n, d, a, b) in enumerate(weights)}
    p = allocate(declared, dtype=np.float64)
    p.flat[...] = np.random.default_rng(0).standard_normal(p.flat.size)
    for part, one, two in p.pulls(l1, l2):
        for call in regularise(p.flat[part], p.flat_gradient[part], one, two):
            call.run()
    for key, own in declared.items():
        one, two = ((mine if mine is not None else every) * own.decays for mine, every in ((own.l1, l1), (own.l2, l2)))
        np.testing.assert_allclose(p.dw[key], one * np.sign(p.w[key]) + 2 * two * p.w[key])


def test_weights_are_apart_and_begin_on_cache_lines_and_those_that_decay_come_first():
    declared = {
        ("a", "b"): Weight((3,)), ("a", "W"): Weight((5, 7), decays=True), ("n", "mean"): Weight((4,), trainable=False),
        ("c", "W"): Weight((33,), decays=True), ("c", "b"): Weight((1,)),
    }  # fmt: skip
    p = allocate(declared, Adagrad(initial_accumulator=0.25))
    for i, (key, array) in enumerate(p.w.items()):
        assert array.shape == declared[key].shape
        assert array.ctypes.data % 64 == 0
        array.fill(i + 1)
    for i, array in enumerate(p.w.values()):
        assert (array == i + 1).all()
    assert sorted(set(p.flat[: p.decaying]) - {0}) == [2, 4]
    assert p.decaying % 16 == 0
    assert p.count == 3 + 35 + 33 + 1
    assert p.dw.keys() == declared.keys() - {("n", "mean")}
    assert [np.unique(slot).tolist() for slot in p.slots] == [[0.25]]


def test_running_means_never_learn():
    document = chain(*MLP[:3], {"type": "batch_norm"}, *MLP[3:])
    declared = declarations(document, infer(document))
    assert {name for (block, name), w in declared.items() if block == "batch-norm-3" and w.trainable} == {
        "gamma",
        "beta",
    }
    assert allocate(declared).count == 64 * 32 + 32 + 2 * 32 + 32 * 10 + 10


@pytest.mark.parametrize("shape", [(1,), (3, 5), (0, 4)])
def test_held_numbers_are_counted_from_where_their_weight_begins(shape):
    mask = (np.arange(int(np.prod(shape))) % 2 == 0).reshape(shape)
    declared = {("a", "W"): Weight((17,)), ("b", "W"): Weight(shape, held=mask), ("c", "W"): Weight((2,))}
    p = allocate(declared)
    p.flat[p.held] = 1
    np.testing.assert_array_equal(p.w["b", "W"], mask)
    assert not p.w["a", "W"].any()
    assert not p.w["c", "W"].any()
