"""Attention and gates, against the formulas of the papers worked out in float64."""

from __future__ import annotations

import numpy as np
import pytest

from core.insight import registry
from core.insight._base import FRAME_BYTES
from tests.insight.conftest import look, opened

TOKENS = {"source": "tokens_task", "task": "reverse", "length": 6}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(xs, W, U, b):
    """Gates and cell of every step (5, time, units), by the equations."""
    h = c = np.zeros(len(U))
    for x in xs:
        i, f, g, o = np.split(x @ W + h @ U + b, 4)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c = f * c + i * g
        h = o * np.tanh(c)
        yield i, f, g, o, c


def gru(xs, W, U, b, c):
    """Gates and state of every step (4, time, units), by the equations."""
    h = np.zeros(len(U))
    for x in xs:
        (xr, xz, xn), (hr, hz, hn) = np.split(x @ W + b, 3), np.split(h @ U + c, 3)
        r, z = sigmoid(xr + hr), sigmoid(xz + hz)
        n = np.tanh(xn + r * hn)
        h = (1 - z) * n + z * h
        yield r, z, n, h


@pytest.mark.parametrize(("kind", "steps", "weights"), [("lstm", lstm, "WUb"), ("gru", gru, "WUbc")])
@pytest.mark.parametrize("ways", [1, 2])
def test_gates_follow_the_equations_both_ways(kind, steps, weights, ways):
    blocks = (
        {"type": "input", "shape": [20, 1]},
        {"type": kind, "units": 5, "returns": "sequence", "bidirectional": ways == 2},
        {"type": "dense", "units": 1}, {"type": "output", "loss": "mean_squared_error"},
    )  # fmt: skip
    session = opened(*blocks, data={"source": "echo"}, steps=10)
    try:
        answer = look(session, "gates", f"{kind}-1", sample=4)
        xs = session.held_out.inputs[0].array[4].astype(np.float64)
        assert len(answer["values"]) == ways
        for way, found in enumerate(answer["values"]):
            own = [session.parameters.of(f"{kind}-1")[n + "_back" * way].astype(np.float64) for n in weights]
            wanted = np.array(list(steps(xs[::-1] if way else xs, *own)))
            wanted = wanted[::-1] if way else wanted
            np.testing.assert_allclose(found.transpose(1, 0, 2), wanted, rtol=1e-3, atol=1e-5)
        assert answer["steps"].tolist() == [str(s + 1) for s in range(20)]
        assert [
            n for n in session.inference.order if registry()["gates"].suits(session.document, session.inference, n)
        ] == [f"{kind}-1"]
    finally:
        session.close()


def test_the_longest_and_widest_gates_both_ways_fit_a_mailbox():
    blocks = (
        {"type": "input", "shape": [300, 1]},
        {"type": "lstm", "units": 70, "returns": "sequence", "bidirectional": True},
        {"type": "dense", "units": 1}, {"type": "output", "loss": "mean_squared_error"},
    )  # fmt: skip
    session = opened(*blocks, data={"source": "echo", "steps": 300, "samples": 20}, steps=0)
    try:
        answer = look(session, "gates", "lstm-1")
        assert answer["values"].shape == (2, 5, 256, 64)
        assert answer["kinds"].tolist() == ["input", "forget", "candidate", "output", "cell"]
        assert sum(a.nbytes for a in answer.values()) < FRAME_BYTES
    finally:
        session.close()


def test_attention_has_a_map_per_head_whose_rows_sum_to_one():
    blocks = (
        {"type": "input", "shape": [6]}, {"type": "embedding"}, {"type": "positional_encoding"},
        {"type": "multi_head_attention", "heads": 2, "causal": True}, {"type": "dense", "units": 10}, {"type": "output"},
    )  # fmt: skip
    session = opened(*blocks, data=TOKENS, steps=3)
    try:
        answer = look(session, "attention", "multi-head-attention-3", sample=2)
        assert answer["attention"].shape == (2, 6, 6)
        np.testing.assert_allclose(answer["attention"].sum(axis=2), 1, rtol=1e-5)
        assert np.triu(answer["attention"][1], 1).max() == 0  # causal: nothing looks ahead
        field = session.held_out.inputs[0]
        assert answer["queries"].tolist() == answer["keys"].tolist() == [field.classes[i] for i in field.array[2]]
        assert not registry()["attention"].suits(session.document, session.inference, "dense-4")
    finally:
        session.close()
