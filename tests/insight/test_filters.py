from __future__ import annotations

import numpy as np

from core.insight import registry
from tests.insight.conftest import look, opened
from tests.networks import DIGITS28


def weight(session, block):
    return session.parameters.of(block)["W"]


def test_each_picture_is_one_filter_of_the_first_layer(lenet):
    answer = look(lenet, "filters", "conv2d-1")
    W = weight(lenet, "conv2d-1")
    assert answer["pictures"].shape == (6, 5, 5)
    for i in range(6):
        np.testing.assert_array_equal(answer["pictures"][i], W[:, :, 0, i])
    assert answer["limits"].tolist() == [W.min(), W.max()]


def test_deep_filters_show_their_mean_or_one_input(lenet):
    W = weight(lenet, "conv2d-4")
    assert W.shape == (5, 5, 6, 16)
    mean = look(lenet, "filters", "conv2d-4")
    np.testing.assert_allclose(mean["pictures"][3], W[:, :, :, 3].mean(axis=2), rtol=1e-6)
    assert int(mean["channel"]) == -1
    third = look(lenet, "filters", "conv2d-4", channel=2)
    np.testing.assert_array_equal(third["pictures"][3], W[:, :, 2, 3])
    assert int(third["channel"]) == 2
    assert int(look(lenet, "filters", "conv2d-4", channel=6)["channel"]) == -1  # there is no seventh input


def test_filters_on_three_channels_are_shown_in_colour():
    blocks = (
        {"type": "input", "shape": [28, 28, 1]}, {"type": "conv2d", "filters": 3, "kernel_size": 1},
        {"type": "conv2d", "filters": 4, "kernel_size": 3}, {"type": "global_average_pool2d"},
        {"type": "dense", "units": 10}, {"type": "output"},
    )  # fmt: skip
    session = opened(*blocks, data=DIGITS28, steps=1)
    try:
        answer = look(session, "filters", "conv2d-2")
        assert answer["pictures"].shape == (4, 3, 3, 3)
        np.testing.assert_array_equal(answer["pictures"][2], weight(session, "conv2d-2")[:, :, :, 2])
        assert look(session, "filters", "conv2d-2", channel=0)["pictures"].shape == (4, 3, 3)
    finally:
        session.close()


def test_only_blocks_with_filters_suit(lenet):
    suits = registry()["filters"].suits
    found = [n for n in lenet.inference.order if suits(lenet.document, lenet.inference, n)]
    assert found == ["conv2d-1", "conv2d-4"]
    assert not suits(lenet.document, lenet.inference, "")
