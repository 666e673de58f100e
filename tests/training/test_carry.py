"""A changed network keeps every weight that still fits, and undoing a change finds the weights it had."""

import numpy as np
import pytest

from core import project
from core.training.carry import Memory, _now
from core.training.session import Session
from tests.training.test_worker import PROJECT, Client

TEXT = PROJECT.replace("EPOCHS", "3")


def session(text):
    return Session(project.loads(text, "test"), threads=1)


def weights(run):
    return {key: array.copy() for key, array in run.parameters.w.items()}


@pytest.fixture
def trained():
    run = session(TEXT)
    run.advance(steps=30)
    yield run
    run.close()


def test_what_fits_is_kept_bit_for_bit_and_the_rest_begins_anew(trained):
    memory = Memory()
    memory.remember(trained)
    wider = session(TEXT.replace('"units": 1}', '"units": 1, "bias": false}'))
    fresh = weights(wider)
    kept, anew = memory.hand_over(wider)
    assert kept == ("dense1", "dense2") and anew == ()
    for key, array in wider.parameters.w.items():
        assert np.array_equal(array, trained.parameters.w[key]) and not np.array_equal(array, fresh[key])
    wider.close()


def test_another_shape_begins_anew_and_undoing_it_brings_the_old_weights_back(trained):
    memory = Memory()
    memory.remember(trained)
    wider = session(TEXT.replace('"units": 8', '"units": 9'))
    fresh = weights(wider)
    assert memory.hand_over(wider) == ((), ("dense1", "dense2"))
    assert np.array_equal(wider.parameters.w["dense1", "W"], fresh["dense1", "W"])
    assert np.array_equal(wider.parameters.w["dense2", "b"], trained.parameters.w["dense2", "b"]), "its bias still fits"
    wider.advance(steps=5)
    memory.remember(wider)
    back = session(TEXT)
    assert memory.hand_over(back)[1] == ()
    assert np.array_equal(back.parameters.w["dense1", "W"], trained.parameters.w["dense1", "W"])
    wider.close()
    back.close()


def test_a_weight_set_by_hand_since_begins_as_it_was_set(trained):
    memory = Memory()
    memory.remember(trained)
    by_hand = session(TEXT.replace('"units": 1}', '"units": 1, "weights": {"b": [0.5]}}'))
    assert memory.hand_over(by_hand) == (("dense1",), ("dense2",))
    assert by_hand.parameters.w["dense2", "b"][0] == np.float32(0.5)
    by_hand.close()


def test_a_run_without_a_step_is_not_remembered():
    memory, run = Memory(), session(TEXT)
    memory.remember(run)
    assert memory.hand_over(run) == ((), ("dense1", "dense2"))
    run.close()


def test_the_engine_says_what_it_kept_and_forgets_after_a_reset():
    from core.training import protocol

    client = Client()
    is_ready = lambda r: isinstance(r, protocol.Ready)
    try:
        client.say(protocol.Open(TEXT, 1))
        assert client.until(is_ready).kept == ()
        client.say(protocol.Step("epoch"))
        client.state("paused")
        client.say(protocol.Open(TEXT.replace('"units": 8', '"units": 9'), 2, keeps=True))
        assert client.until(is_ready).kept == ()
        client.say(protocol.Open(TEXT.replace('"rate": 0.1', '"rate": 0.2'), 3, keeps=True))
        ready = client.until(is_ready)
        assert (ready.kept, ready.anew) == (("dense1", "dense2"), ())
        client.say(protocol.Reset())
        client.say(protocol.Open(TEXT, 4, keeps=True))
        assert client.until(is_ready).kept == ()
    finally:
        client.close()


def test_a_block_that_was_renamed_keeps_its_weights_and_a_composite_those_of_its_inside(trained):
    memory = Memory()
    memory.remember(trained)
    memory.rename({"dense1": "first"})
    other = session(TEXT.replace("dense1", "first"))
    assert memory.hand_over(other) == (("first", "dense2"), ())
    assert np.array_equal(other.parameters.w["first", "W"], trained.parameters.w["dense1", "W"])
    other.close()
    assert [_now(name, {"a": "b", "a/x": "a/y"}) for name in ("a", "a/x/W", "a/z", "ab", "c/a")] == [
        "b", "a/y/W", "b/z", "ab", "c/a",
    ]  # fmt: skip
