from __future__ import annotations

import numpy as np

from core.insight.weight_histogram import BINS, COUNTED
from tests.insight.conftest import look, opened
from tests.networks import DIGITS28


def test_counts_are_those_of_numpy(lenet):
    answer = look(lenet, "weight_histogram", "dense-8")
    assert answer["names"].tolist() == ["W", "b"]
    for i, name in enumerate(("W", "b")):
        array = lenet.parameters.of("dense-8")[name]
        counts, edges = np.histogram(array, BINS)
        np.testing.assert_array_equal(answer[f"counts.{i}"], counts)
        np.testing.assert_allclose(answer[f"edges.{i}"], edges, rtol=1e-6, atol=1e-7)
        size, counted, zeros, mean, deviation, low, high, pull = answer[f"numbers.{i}"]
        assert (size, counted, zeros) == (array.size, array.size, (array == 0).sum())
        np.testing.assert_allclose([mean, deviation], [array.mean(), array.std()], rtol=1e-4, atol=1e-8)
        assert (low, high) == (array.min(), array.max())
        np.testing.assert_allclose(pull, np.linalg.norm(lenet.parameters.gradients_of("dense-8")[name]), rtol=1e-6)
        assert pull > 0


def test_exact_zeros_are_counted(lenet):
    w = lenet.parameters.of("dense-12")["W"]
    kept = w.copy()
    w[:5] = 0
    try:
        assert look(lenet, "weight_histogram", "dense-12")["numbers.0"][2] == 5 * w.shape[1]
    finally:
        w[...] = kept


def test_a_weight_without_spread_has_one_full_bar(lenet):
    b = lenet.parameters.of("dense-12")["b"]
    kept = b.copy()
    b[...] = 0
    try:
        answer = look(lenet, "weight_histogram", "dense-12")
        assert answer["counts.1"].max() == answer["counts.1"].sum() == 10
    finally:
        b[...] = kept


def test_large_weights_are_counted_in_part_and_zeros_in_full():
    blocks = (
        {"type": "input", "shape": [28, 28, 1]}, {"type": "flatten"}, {"type": "dense", "units": 400},
        {"type": "dense", "units": 10}, {"type": "output"},
    )  # fmt: skip
    session = opened(*blocks, data=DIGITS28, steps=1)
    try:
        w = session.parameters.of("dense-2")["W"]
        w[:, 1] = 0
        size, counted, zeros, *_ = look(session, "weight_histogram", "dense-2")["numbers.0"]
        assert size == w.size > COUNTED >= counted
        assert zeros == len(w)
    finally:
        session.close()
