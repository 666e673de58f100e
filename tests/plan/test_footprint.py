"""What training needs is known before it is taken, and what does not fit is refused with what would."""

from __future__ import annotations

import gc
import re
import tracemalloc
from contextlib import closing

import pytest

from core.errors import TrainingError
from core.plan import footprint
from core.plan.fuse import fused
from core.plan.memory import Arena, compact, packed_bytes
from core.plan.plan import compile_plan
from core.plan.run import AHEAD, HISTORY
from core.training.scoring import passes
from core.training.session import Session
from tests.networks import DIGITS8, DIGITS28, LENET, MLP, chain


@pytest.mark.parametrize(("blocks", "data"), [(MLP, DIGITS8), (LENET, DIGITS28)])
def test_the_estimate_is_what_a_plan_takes_or_a_little_more(blocks, data):
    s = Session(chain(*blocks, data=data, batch_size=50), threads=1)
    s.advance(steps=1)
    estimate = footprint.plan_bytes(s.document, s.inference, 50, train=True)
    assert s._plan("train", 50).bytes <= estimate * 1.05  # targets and measures are not counted
    flat = s.parameters.flat.nbytes * (2 + s.optimizer.slots)
    assert footprint.weight_bytes(s.parameters.declared, s.optimizer) == pytest.approx(flat, rel=0.01)
    s.close()


@pytest.mark.parametrize(("blocks", "data"), [(MLP, DIGITS8), (LENET, DIGITS28)])
def test_what_a_run_takes_beside_its_data_is_what_was_told(blocks, data):
    """The memory that NumPy holds after an epoch and a judgement is that of weights and plans, and little of the run's own."""
    document = chain(*blocks, data=data, batch_size=900, validation=0.3)
    own = 8 * (HISTORY + AHEAD + 10_000)  # losses and rates of steps, orders of rows
    loaded = document.data.source.load()
    tracemalloc.start()
    try:
        with closing(Session(document, loaded, threads=1)) as s:
            rows = sum(f.array.nbytes for part in (s.train_data, s.held_out) for f in (*part.inputs, *part.targets))
            s.advance()
            gc.collect()
            traced = tracemalloc.get_traced_memory()[0]
            told = footprint.weight_bytes(s.parameters.declared, s.optimizer) + s.takes
    finally:
        tracemalloc.stop()
    assert told < traced - rows < 1.1 * told + own + 1_000_000  # of Python's objects


def test_batches_are_full_ones_and_what_is_left_and_no_more_is_judged_at_once_than_learnt_from():
    assert passes(110, 25, 50) == {(50, True), (10, True), (25, False)}
    assert passes(100, 0, 50) == {(50, True)}
    assert passes(300, 300, 200) == {(200, True), (100, True), (128, False), (44, False)}
    assert passes(7, 3, 50) == {(7, True), (3, False)}
    assert passes(9, 5, 2) == {(2, True), (1, True), (2, False), (1, False)}


def test_the_bytes_of_shared_memory_are_known_without_taking_it():
    s = Session(chain(*LENET, data=DIGITS28, batch_size=50), threads=1)
    s.advance(steps=1)
    plan = fused(compile_plan(s.document, s.inference, s.parameters, 50, train=True))
    assert packed_bytes(plan) == compact(plan, Arena()).bytes == s._plan("train", 50).bytes
    s.close()


def test_what_fits_because_arrays_share_memory_is_not_refused(monkeypatch):
    """Between what the arrays take side by side and what they take together, a batch is trained; a byte less, and it is not.

    All plans of a run are in one place, those of short last batches and of judging too.
    """
    document = chain(*LENET, data=DIGITS28, batch_size=500)
    with closing(Session(document, threads=1)) as s:
        s.advance()
        plans = [plan for (purpose, _), plan in s._plans.items() if purpose != "look"]
        takes = max(plan.bytes for plan in plans)
        assert len(plans) == 4
        assert len({id(plan.buffers["input-0"].y[0].base) for plan in plans}) == 1
        side_by_side = footprint.plan_bytes(document, s.inference, 500, train=True)
    assert takes < side_by_side / 4
    monkeypatch.setattr(footprint, "available", lambda: takes)
    Session(document, threads=1).close()
    monkeypatch.setattr(footprint, "available", lambda: takes - 1)
    with pytest.raises(TrainingError, match="of memory at batch size 500"):
        Session(document, threads=1)


def test_a_batch_too_large_is_refused_with_the_largest_that_fits(monkeypatch):
    """What is said to fit does, and a twentieth more does not."""
    document = chain(*LENET, data=DIGITS28, batch_size=4000)
    room = 5_000_000
    monkeypatch.setattr(footprint, "available", lambda: room)
    with pytest.raises(TrainingError, match=r"needs .* MB of memory at batch size 4,000, and 5 MB are free") as caught:
        Session(document, threads=1)
    fits = int(re.search(r"A batch of (\d+) fits", str(caught.value)).group(1))
    with closing(Session(chain(*LENET, data=DIGITS28, batch_size=fits), threads=1)) as s:
        s.advance()
        assert max(plan.bytes for (purpose, _), plan in s._plans.items() if purpose != "look") <= room
        with pytest.raises(TrainingError, match="MB of memory at batch size"):
            s.set_batch_size(fits + fits // 20)
        assert s.batch_size == fits


def test_a_network_of_which_a_single_row_does_not_fit_is_refused(monkeypatch):
    large = {"type": "upsample2d", "factor": 16}, {"type": "global_average_pool2d"}, *MLP[4:]
    monkeypatch.setattr(footprint, "available", lambda: 50_000)
    with pytest.raises(TrainingError, match=r"A single row needs .* kB: make the network smaller") as caught:
        Session(chain(MLP[0], *large, data=DIGITS8), threads=1)
    assert "请缩小网络" in caught.value.say("zh")


def test_weights_that_are_too_large_in_themselves_are_refused_before_a_byte_is_taken():
    huge = {"type": "dense", "units": 65536}
    document = chain(*MLP[:2], *([huge] * 20), *MLP[4:], data=DIGITS8)
    tracemalloc.start()
    try:
        with pytest.raises(TrainingError, match=r"the optimiser need 1.31 TB of memory") as caught:
            Session(document, threads=1)
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()
    assert "无动量的 SGD" in caught.value.say("zh")


def test_weights_that_just_fit_are_not_refused(monkeypatch):
    with closing(Session(chain(*MLP), threads=1, learns=False)) as s:
        declared, optimizer = s.parameters.declared, s.optimizer
    room = footprint.weight_bytes(declared, optimizer)
    monkeypatch.setattr(footprint, "available", lambda: room)
    footprint.check_weights(declared, optimizer)
    monkeypatch.setattr(footprint, "available", lambda: room - 1)
    with pytest.raises(TrainingError, match="the optimiser need"):
        footprint.check_weights(declared, optimizer)


def test_this_machine_says_how_much_it_has():
    free = footprint.available()
    assert free is None or free > 1e8
