from __future__ import annotations

import numpy as np

from core.insight import registry
from tests.insight.conftest import look, opened


def test_the_line_is_what_the_network_predicts():
    blocks = (
        {"type": "input", "shape": [1]}, {"type": "dense", "units": 8}, {"type": "tanh"},
        {"type": "dense", "units": 1}, {"type": "output", "loss": "mean_squared_error"},
    )  # fmt: skip
    session = opened(*blocks, data={"source": "sine", "normalise": "standard"}, steps=5)
    try:
        answer = look(session, "curve")
        x, y = answer["line"].T
        np.testing.assert_allclose(y, session.predict(x[:, None])[0][:, 0], rtol=1e-4, atol=1e-5)
        assert x[0] < session.train_data.inputs[0].array.min()
        assert x[-1] > session.train_data.inputs[0].array.max()
        held = answer["held_out"]
        np.testing.assert_array_equal(answer["points"][held, 1], session.held_out.targets[0].array[:, 0])
        assert answer["axes"].tolist() == ["x", "y"]
    finally:
        session.close()


def test_only_one_number_in_and_out_suits(circle):
    assert not registry()["curve"].suits(circle.document, circle.inference, "")
