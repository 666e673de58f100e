"""Attention and gates, against the formulas of the papers worked out in float64."""

from __future__ import annotations

import numpy as np

from core.insight import registry
from tests.insight.conftest import look, opened

TOKENS = {"source": "tokens_task", "task": "reverse", "length": 6}


def test_gates_follow_the_equations_of_the_lstm():
    blocks = (
        {"type": "input", "shape": [20, 1]}, {"type": "lstm", "units": 5, "returns": "sequence"},
        {"type": "dense", "units": 1}, {"type": "output", "loss": "mean_squared_error"},
    )  # fmt: skip
    session = opened(*blocks, data={"source": "echo"}, steps=10)
    try:
        answer = look(session, "gates", "lstm-1", sample=4)
        W, U, b = (session.parameters.of("lstm-1")[n].astype(np.float64) for n in "WUb")
        h, c = np.zeros(5), np.zeros(5)
        for t, x in enumerate(session.held_out.inputs[0].array[4].astype(np.float64)):
            i, f, g, o = np.split(x @ W + h @ U + b, 4)
            i, f, o = (1 / (1 + np.exp(-v)) for v in (i, f, o))
            g = np.tanh(g)
            c = f * c + i * g
            h = o * np.tanh(c)
            np.testing.assert_allclose(answer["gates"][:, t], [i, f, g, o], rtol=1e-3, atol=1e-5)
            np.testing.assert_allclose(answer["cells"][t], c, rtol=1e-3, atol=1e-5)
        assert answer["steps"].tolist() == [str(s + 1) for s in range(20)]
        assert [
            n for n in session.inference.order if registry()["gates"].suits(session.document, session.inference, n)
        ] == ["lstm-1"]
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
