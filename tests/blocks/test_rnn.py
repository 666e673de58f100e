"""Plain recurrent layer: against the equation and PyTorch, and what starting as the identity is for."""

import math

import numpy as np
import pytest

from core.blocks.rnn import RNN
from core.initializers import draw
from tests.blocks.harness import backward, buffers, forward
from tests.reference import recurrent as reference

ACTIVATIONS = {"tanh": math.tanh, "relu": lambda z: max(z, 0.0)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_states_are_those_of_the_equation(activation):
    block = RNN(units=5, activation=activation, returns="sequence")
    b = buffers(block, ((7, 3),))
    forward(block, b)
    for row in range(3):
        states = reference.rnn(b.x[0][row], b.w["W"], b.w["U"], b.w["b"], ACTIVATIONS[activation])
        np.testing.assert_allclose(b.y[0][row], states, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("start", ["orthogonal", "identity"])
def test_it_begins_with_a_recurrence_that_keeps_lengths_and_no_bias(start):
    weights = RNN(units=4, start=start).weights(((6, 3),))
    drawn = {name: draw(weight, 1, "rnn1", name) for name, weight in weights.items()}
    np.testing.assert_array_equal(drawn["b"], np.zeros(4))
    np.testing.assert_allclose(drawn["U"] @ drawn["U"].T, np.eye(4), atol=1e-12)
    assert np.array_equal(drawn["U"], np.eye(4)) == (start == "identity")


def test_from_the_identity_with_relu_a_slope_reaches_the_first_of_hundred_steps_whole():
    """Le, Jaitly & Hinton (2015): where every unit is alive, dh_T / dh_0 is the identity, so dx_0 = dy Wᵀ."""
    block = RNN(units=4, activation="relu", start="identity")
    b = buffers(block, ((100, 3),))
    weights = block.weights(((100, 3),))
    for name in ("U", "b"):
        b.w[name][...] = draw(weights[name], 1, "rnn1", name)
    b.x[0][...], b.w["W"][...] = np.abs(b.x[0]), np.abs(b.w["W"])
    forward(block, b)
    backward(block, b)
    np.testing.assert_allclose(b.y[0], b.x[0].sum(1) @ b.w["W"], rtol=1e-12)
    np.testing.assert_allclose(b.dx[0][:, 0], b.dy[0] @ b.w["W"].T, rtol=1e-12)
