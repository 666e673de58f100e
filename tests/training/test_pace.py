"""The pace is near what the epoch then takes, and measuring it leaves no trace in the run."""

import numpy as np
import pytest

from core import project
from core.training.pace import pace
from core.training.session import Session

PROJECT = """{
  "neuroloom": 1, "data": {"source": "circle", "labels": "signs"},
  "blocks": {"input": {"type": "input"}, "dense1": {"type": "dense", "units": 8}, "norm": {"type": "batch_norm"},
             "dropout1": {"type": "dropout", "rate": 0.1}, "dense2": {"type": "dense", "units": 1},
             "out": {"type": "output", "loss": "mean_squared_error"}},
  "wires": ["input > dense1", "dense1 > norm", "norm > dropout1", "dropout1 > dense2", "dense2 > out"],
  "training": {"optimizer": {"type": "adam", "learning_rate": RATE}, "epochs": 3, "batch_size": SIZE, "validation": 0.2}
}"""


def session(size=10, rate="0.01", optimizer="adam"):
    text = PROJECT.replace("SIZE", str(size)).replace("RATE", rate).replace("adam", optimizer)
    return Session(project.loads(text, "test"))


@pytest.mark.parametrize("size", [10, 65_536])
def test_a_run_that_was_timed_trains_to_the_same_bits(size):
    plain, timed = session(size), session(size)
    seconds = pace(timed)
    assert seconds is not None and 0 < seconds < 60
    assert (timed.step, timed.epoch) == (0, 0)
    events = [list(each.run())[:-1] for each in (plain, timed)]
    for key, array in plain.parameters.w.items():
        assert np.array_equal(array, timed.parameters.w[key]), key
    assert [e.measures for e in events[0]] == [e.measures for e in events[1]]


def test_a_run_that_leads_nowhere_has_no_pace_and_still_can_be_trained():
    wild = session(rate="100", optimizer="sgd")
    first = {key: array.copy() for key, array in wild.parameters.w.items()}
    assert pace(wild) is None
    assert all(np.array_equal(first[key], array) for key, array in wild.parameters.w.items())
