"""What training needs is known before it is taken, and what does not fit is refused with what would."""

from __future__ import annotations

import re
import tracemalloc

import pytest

from core.errors import TrainingError
from core.graph.shapes import infer
from core.plan import footprint
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


def test_a_batch_too_large_is_refused_with_the_largest_that_fits(monkeypatch):
    document = chain(*LENET, data=DIGITS28, batch_size=500)
    inference = infer(document)
    s = Session(document, threads=1)
    weights = footprint.weight_bytes(s.parameters.declared, s.optimizer)
    s.close()
    room = weights + footprint.plan_bytes(document, inference, 100, train=True)
    monkeypatch.setattr(footprint, "available", lambda: room)
    with pytest.raises(TrainingError, match=r"needs .* MB of memory at batch size 500, and .* MB are free") as caught:
        Session(document, threads=1)
    fits = int(re.search(r"A batch of (\d+) fits", str(caught.value)).group(1))
    assert fits >= 100
    assert weights + footprint.plan_bytes(document, inference, fits, train=True) <= room
    s = Session(chain(*LENET, data=DIGITS28, batch_size=fits), threads=1)
    with pytest.raises(TrainingError, match=f"A batch of {fits} fits"):
        s.set_batch_size(499)
    assert s.batch_size == fits
    s.close()


def test_a_network_that_is_too_large_in_itself_is_refused_before_a_byte_is_taken():
    huge = {"type": "dense", "units": 65536}
    document = chain(*MLP[:2], *([huge] * 20), *MLP[4:], data=DIGITS8)
    tracemalloc.start()
    try:
        with pytest.raises(
            TrainingError, match=r"A single row needs .* TB, of which 1.31 TB are for the weights"
        ) as caught:
            Session(document, threads=1)
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()
    assert "无动量的 SGD" in caught.value.say("zh")


def test_this_machine_says_how_much_it_has():
    free = footprint.available()
    assert free is None or free > 1e8
