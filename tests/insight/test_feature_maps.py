from __future__ import annotations

import numpy as np

from tests.insight.conftest import look, opened
from tests.networks import DIGITS28


def test_maps_are_the_buffers_of_the_same_sample(lenet):
    for block in ("conv2d-1", "relu-2", "max-pool2d-3", "conv2d-4"):
        answer = look(lenet, "feature_maps", block, sample=7)
        y = lenet.look(lenet.held_out.inputs[0].array[7:8]).buffers[block].y[0][0]
        np.testing.assert_array_equal(answer["maps"], y.transpose(2, 0, 1))
        assert int(answer["total"]) == y.shape[2]
        assert answer["limits"].tolist() == [y.min(), y.max()]


def test_normalisation_is_applied(lenet):
    answer = look(lenet, "feature_maps", "input-0", sample=7)
    np.testing.assert_allclose(answer["maps"][0], lenet.held_out.inputs[0].array[7, :, :, 0] / 255, rtol=1e-6)
    np.testing.assert_array_equal(answer["picture"], lenet.held_out.inputs[0].array[7])


def test_units_of_the_output_carry_the_names_of_the_classes(lenet):
    answer = look(lenet, "feature_maps", "output-13", sample=7)
    np.testing.assert_allclose(answer["units"], lenet.predict(lenet.held_out.inputs[0].array[7:8])[0][0], rtol=1e-5)
    assert answer["names"].tolist() == [str(i) for i in range(10)]
    assert answer["label"].tolist() == [str(lenet.held_out.targets[0].array[7])]
    assert "names" not in look(lenet, "feature_maps", "dense-8")


def test_samples_are_counted_round_and_round(lenet):
    rows = len(lenet.held_out)
    first, again = (look(lenet, "feature_maps", "conv2d-1", sample=s) for s in (2, rows + 2))
    np.testing.assert_array_equal(first["maps"], again["maps"])
    assert int(again["row"]) == 2
    assert int(again["rows"]) == rows


def test_large_maps_are_thinned_and_say_so():
    blocks = (
        {"type": "input", "shape": [28, 28, 1]}, {"type": "conv2d", "filters": 400, "kernel_size": 1},
        {"type": "global_average_pool2d"}, {"type": "dense", "units": 10}, {"type": "output"},
    )  # fmt: skip
    session = opened(*blocks, data=DIGITS28, steps=1)
    try:
        answer = look(session, "feature_maps", "conv2d-1")
        y = session.look(session.held_out.inputs[0].array[:1]).buffers["conv2d-1"].y[0][0]
        assert len(answer["maps"]) == 64
        assert int(answer["total"]) == 400
        stride = int(answer["stride"])
        np.testing.assert_array_equal(answer["maps"], y[::stride, ::stride, :64].transpose(2, 0, 1))
    finally:
        session.close()


def test_a_sequence_is_a_strip():
    blocks = (
        {"type": "input", "shape": [20, 1]}, {"type": "dense", "units": 6}, {"type": "dense", "units": 1},
        {"type": "output", "loss": "mean_squared_error"},
    )  # fmt: skip
    session = opened(*blocks, data={"source": "echo"}, steps=1)
    try:
        answer = look(session, "feature_maps", "dense-1", sample=3)
        x = session.held_out.inputs[0].array[3].astype(np.float64)
        expected = x @ session.parameters.of("dense-1")["W"] + session.parameters.of("dense-1")["b"]
        np.testing.assert_allclose(answer["sequence"], expected, rtol=1e-4, atol=1e-6)
    finally:
        session.close()
