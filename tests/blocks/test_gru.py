"""GRU: against the equations and PyTorch, whose gate order and second bias it has."""

import numpy as np

from core.blocks.gru import GRU
from core.initializers import draw
from tests.blocks.harness import buffers, forward
from tests.reference import recurrent as reference


def test_states_and_gates_are_those_of_the_equations_in_the_order_r_z_n():
    block = GRU(units=5, returns="sequence")
    b = buffers(block, ((7, 3),))
    forward(block, b)
    for row in range(3):
        states, gates = reference.gru(b.x[0][row], b.w["W"], b.w["U"], b.w["b"], b.w["c"])
        np.testing.assert_allclose(b.y[0][row], states, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(b.scratch["gates"][row], gates, rtol=1e-10, atol=1e-12)


def test_with_the_update_gate_open_nothing_is_ever_written():
    block = GRU(units=3, returns="sequence")
    b = buffers(block, ((5, 2),))
    b.w["b"][3:6] = 1000
    forward(block, b)
    np.testing.assert_array_equal(b.y[0], 0)


def test_it_begins_without_biases_and_with_recurrences_that_keep_lengths():
    weights = GRU(units=4).weights(((6, 3),))
    drawn = {name: draw(weight, 1, "gru1", name) for name, weight in weights.items()}
    np.testing.assert_array_equal([drawn["b"], drawn["c"]], np.zeros((2, 12)))
    for gate in range(3):
        U = drawn["U"][:, 4 * gate : 4 * gate + 4]
        np.testing.assert_allclose(U @ U.T, np.eye(4), atol=1e-12)
