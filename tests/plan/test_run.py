"""What follows from the gradients in a step: pulls, clipping and the optimiser, in this order, on the weights they are for."""

from __future__ import annotations

import numpy as np
import pytest

from core.graph.shapes import infer
from core.graph.training import Training
from core.optimizers.adamw import AdamW
from core.optimizers.sgd import SGD
from core.plan.parameters import allocate, declarations
from core.plan.plan import compile_plan
from core.plan.run import State, update_entries
from tests.networks import MLP, chain


def moved(optimizer, gradient, **training):
    """Weights that were all 1, after one update along a gradient that is the same everywhere."""
    document = chain(*MLP)
    inference = infer(document)
    p = allocate(declarations(document, inference), optimizer)
    plan, state = compile_plan(document, inference, p, 2, train=True), State.make(4, 1)
    state.rates[0] = optimizer.learning_rate
    for w, dw in ((p.w[key], p.dw[key]) for key in p.w):
        w.fill(1)
        dw.fill(gradient)
    for entry in update_entries(plan, p, optimizer, Training(**training), state):
        entry.call.run()
    return {name: np.unique(a) for (_, name), a in p.w.items()}, p


def test_weight_decay_pulls_on_matrices_and_not_on_biases():
    after, _ = moved(AdamW(learning_rate=0.1, weight_decay=0.5), 0.0)
    assert after["W"] == pytest.approx([0.95])
    assert after["b"] == pytest.approx([1])


def test_penalties_are_part_of_the_gradient_that_is_clipped_number_by_number_and_then_as_a_whole():
    after, _ = moved(SGD(learning_rate=1.0), 0.0, l1=0.25, l2=0.5)
    assert (after["W"], after["b"]) == (pytest.approx([1 - 0.25 - 2 * 0.5]), pytest.approx([1]))
    after, _ = moved(SGD(learning_rate=1.0), 0.0, l1=0.25, l2=0.5, clip_value=0.5)
    assert (after["W"], after["b"]) == (pytest.approx([0.5]), pytest.approx([1]))
    after, p = moved(SGD(learning_rate=1.0), 0.5, l2=0.25, clip_value=0.75, clip_norm=2.0)
    matrices, biases = (sum(a.size for (_, name), a in p.w.items() if name == kind) for kind in "Wb")
    length = np.sqrt(matrices * 0.75**2 + biases * 0.5**2)
    assert after["W"] == pytest.approx([1 - 0.75 * 2 / length])
    assert after["b"] == pytest.approx([1 - 0.5 * 2 / length])
