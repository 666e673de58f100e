"""LSTM: against the equations, Keras' own test numbers and PyTorch."""

import numpy as np

from core.blocks.lstm import LSTM
from core.initializers import draw
from tests.blocks.harness import buffers, forward
from tests.reference import recurrent as reference


def test_states_cells_and_gates_are_those_of_the_equations_in_the_order_i_f_g_o():
    block = LSTM(units=5, returns="sequence")
    b = buffers(block, ((7, 3),))
    forward(block, b)
    for row in range(3):
        states, cells, gates = reference.lstm(b.x[0][row], b.w["W"], b.w["U"], b.w["b"])
        np.testing.assert_allclose(b.y[0][row], states, rtol=1e-12)
        np.testing.assert_allclose(b.scratch["cells"][row], cells, rtol=1e-12)
        np.testing.assert_allclose(b.scratch["gates"][row], gates, rtol=1e-12)


def test_at_a_step_that_does_not_count_the_forget_gate_alone_is_open():
    block = LSTM(units=2, returns="sequence", masked=True)
    b = buffers(block, ((3, 4), (3,)))
    b.x[1][...] = [1, 0, 1]
    forward(block, b)
    np.testing.assert_array_equal(b.scratch["gates"][:, 1], [[0, 0, 1, 1, 0, 0, 0, 0]] * 3)


def test_the_numbers_of_keras_own_test():
    """Keras' lstm_test: x = 0 … 71, kernel 0.01, recurrent kernel 0.02, bias 0.03 but for the forget gates' 1."""
    block = LSTM(units=3)
    b = buffers(block, ((6, 4),))
    b.x[0][...] = np.arange(72).reshape(3, 6, 4)
    b.w["W"][...], b.w["U"][...], b.w["b"][...] = 0.01, 0.02, 0.03
    b.w["b"][3:6] = 1
    forward(block, b)
    np.testing.assert_allclose(b.y[0], np.repeat([[0.6288687], [0.86899155], [0.9460773]], 3, axis=1), rtol=1e-6)


def test_it_begins_with_open_forget_gates_and_a_recurrence_that_keeps_lengths():
    weights = LSTM(units=4).weights(((6, 3),))
    drawn = {name: draw(weight, 1, "lstm1", name) for name, weight in weights.items()}
    np.testing.assert_array_equal(drawn["b"], [0] * 4 + [1] * 4 + [0] * 8)
    for gate in range(4):
        U = drawn["U"][:, 4 * gate : 4 * gate + 4]
        np.testing.assert_allclose(U @ U.T, np.eye(4), atol=1e-12)
