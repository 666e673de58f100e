"""Plans as machine code do what a walk from Python does, bit for bit, on any number of threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from core.graph.shapes import infer
from core.kernels.activation import elementwise, relu_forward
from core.kernels.call import Call
from core.kernels.step import SLICE, score, sum_into
from core.plan import parameters, walk
from core.plan.plan import compile_plan
from core.plan.program import Program, entry_point, shares
from core.plan.team import Team
from tests.networks import LENET, chain


def lenet_plan(batch=4):
    document = chain(*LENET)
    inference = infer(document)
    weights = parameters.allocate(parameters.declarations(document, inference))
    parameters.start(weights, document, seed=3)
    plan = compile_plan(document, inference, weights, batch, train=True)
    rng = np.random.default_rng(0)
    plan.buffers[plan.inputs[0]].y[0][...] = rng.random((batch, 28, 28, 1))
    plan.buffers[plan.outputs[0]].target[...] = rng.integers(0, 10, batch)
    return plan, weights


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_machine_code_equals_the_walk_bit_for_bit(threads):
    plan, weights = lenet_plan()
    plan.run()
    walked = weights.flat_gradient.copy()
    assert np.abs(walked).max() > 0
    weights.flat_gradient.fill(0)
    with Team(threads) as team:
        team.run(Program(tuple(plan.calls()), threads))
    assert np.array_equal(walked, weights.flat_gradient)


def test_all_items_are_shared_out_once():
    for items in (1, 2, 7, 32):
        for threads in (1, 2, 3, 5):
            done = [i for first, last in shares(items, threads) for i in range(first, last)]
            assert done == list(range(items))


def test_calls_wait_for_the_calls_before_them():
    size = 50 * SLICE
    x, y, z = (np.zeros(size, np.float32) for _ in range(3))
    x[:] = 1
    calls = [*elementwise(relu_forward, x, y), Call(sum_into, (x, y, z), 50), Call(sum_into, (z, y, x), 50)]
    with Team(2) as team:
        team.run(Program(calls, 2), 20)
    expected = 1.0
    for _ in range(20):
        expected = expected + expected + expected
    assert np.array_equal(x, np.full(size, np.float32(expected)))


def test_threads_meet_before_they_look_at_what_one_of_them_wrote_and_around_what_they_share():
    measures, totals, halt = np.zeros((2, 2), np.float32), np.zeros(4), np.zeros(1, np.int64)
    x, y = np.zeros(100 * SLICE, np.float32), np.zeros(100 * SLICE, np.float32)
    scored, shared = Call(score, (measures, totals, halt, 1.0)), Call(sum_into, (x, x, y), 100)
    whole = Call(sum_into, (x, x, y), 1)  # one item cannot be shared out, however long it takes
    known = {walk.function("meet"): "meet", walk.function("look"): "look"}

    def told(*calls, check_after):
        p = Program(calls, 2, halt, check_after)
        assert len(p.functions) == 2
        return [[known.get(entry, "call") for entry in rows[:, 0].tolist()] for rows in p._rows]

    ends = ["look", "call", "meet"]
    assert told(scored, shared, check_after=1) == [["call", "meet", *ends], ["meet", *ends]]
    assert told(shared, shared, check_after=1) == [["call", "meet", *ends]] * 2
    ends = ["meet", "call", "meet", "look"]
    assert told(scored, whole, shared, whole, check_after=3) == [
        ["call", "call", *ends, "call", "meet"],
        [*ends, "meet"],
    ]


def test_a_loss_that_is_not_finite_halts_before_what_comes_after():
    measures, totals, halt = np.full((2, 2), np.nan, np.float32), np.zeros(4), np.zeros(1, np.int64)
    x, y = np.ones(8, np.float32), np.zeros(8, np.float32)
    calls = [Call(score, (measures, totals, halt, 1.0)), *elementwise(relu_forward, x, y)]
    with Team(2) as team:
        team.run(Program(calls, 2, halt, check_after=1), 5)
    assert halt[0] == 1
    assert not y.any()
    assert totals[0] == 0


def test_an_array_a_kernel_could_not_read_is_refused():
    strided = np.zeros((4, 4), np.float32)[:, ::2].reshape(-1)[::2]
    with pytest.raises(TypeError, match="contiguous"):
        entry_point(Call(sum_into, (strided, strided, strided)))


def test_the_first_layer_gets_no_input_gradient():
    plan, _ = lenet_plan()
    first = plan.buffers["conv2d-1"]
    assert first.dx == (None,)
    assert "conv2d-1" in {e.block for e in plan.entries if e.phase == "backward"}


def test_a_plan_can_be_read():
    plan, _ = lenet_plan()
    text = str(plan)
    assert "convolve" in text
    assert "backward" in text
    assert f"batch {plan.batch}" in text


def test_what_the_threads_walk_over_is_made_once_before_they_set_off():
    """Since Python 3.12 a cached property has no lock: made by each thread, rows would go while another walks over them."""
    made, ran = [], []

    class Watched:
        threads = 3

        def reset(self):
            pass

        @property
        def functions(self):
            made.append(threading.current_thread())
            return [ran.append] * 3

    with Team(3) as team:
        team.run(Watched(), 2)
    assert made == [threading.current_thread()]
    assert ran == [2, 2, 2]
