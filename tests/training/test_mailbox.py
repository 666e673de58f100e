"""Mailboxes: the newest letter wins, a torn one is never read, and what is too large is not sent."""

import numpy as np
import pytest

from core.training.mailbox import Mailbox


@pytest.fixture
def box():
    made = Mailbox(4096)
    yield made
    made.close()


def test_arrays_of_any_shape_and_type_arrive_as_they_were(box):
    letters = {
        "number": np.array(3.5), "empty": np.zeros((0, 4), np.float32), "bytes": np.arange(6, dtype=np.uint8).reshape(2, 3),
        "turned": np.arange(6.0).reshape(2, 3).T,
    }  # fmt: skip
    other = Mailbox(4096, box.name)
    assert other.send(letters, {"step": 7})
    arrays, note = box.receive()
    other.close()
    assert note == {"step": 7}
    for key, array in letters.items():
        assert arrays[key].shape == array.shape
        assert arrays[key].dtype == array.dtype
        assert np.array_equal(arrays[key], array)


def test_only_the_newest_letter_is_read_and_only_once(box):
    for step in range(5):
        box.send({"x": np.full(3, step)}, {"step": step})
    assert box.receive()[1] == {"step": 4}
    assert box.receive() is None
    assert box.receive(again=True)[1] == {"step": 4}


def test_a_letter_that_is_too_large_is_not_sent(box):
    box.send({"x": np.zeros(4)}, {})
    assert not box.send({"x": np.zeros(4096)}, {})
    assert box.receive()[0]["x"].shape == (4,)


def test_a_letter_written_over_while_it_was_read_is_not_believed(box):
    box.send({"x": np.zeros(4)}, {})
    number = int(box._numbers[0])
    box._numbers[1 + number % 3 * 4] = number + 3  # a writer is at work in this slot
    assert box.receive() is None
