"""The engine process: obeys within 100 ms, survives bad commands, and resumes bit for bit after being killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from core.insight._base import Request
from core.training import protocol, worker
from core.training.mailbox import Mailbox

PROJECT = """{
  "neuroloom": 1, "data": {"source": "circle", "labels": "signs"},
  "blocks": {"input": {"type": "input"}, "dense1": {"type": "dense", "units": 8}, "tanh1": {"type": "tanh"},
             "dropout1": {"type": "dropout", "rate": 0.1}, "dense2": {"type": "dense", "units": 1},
             "out": {"type": "output", "loss": "mean_squared_error"}},
  "wires": ["input > dense1", "dense1 > tanh1", "tanh1 > dropout1", "dropout1 > dense2", "dense2 > out"],
  "training": {"optimizer": {"type": "adam"}, "epochs": EPOCHS, "batch_size": 10}
}"""


class Client:
    """A window without a window."""

    def __init__(self):
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=worker.main, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.reports = []

    def say(self, command):
        self.connection.send(command)

    def until(self, accept, seconds=60):
        """Reports up to and including the first that is accepted."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.connection.poll(0.05):
                self.reports.append(self.connection.recv())
                if accept(self.reports[-1]):
                    return self.reports[-1]
        raise AssertionError(f"not told within {seconds} s; last: {self.reports[-3:]}")

    def state(self, state):
        return self.until(lambda r: isinstance(r, protocol.Changed) and r.state == state)

    def close(self):
        self.connection.close()
        self.process.join(5)
        assert not self.process.is_alive(), "the process ends when the window is gone"


@pytest.fixture
def client():
    client = Client()
    yield client
    client.close()


def opened(client, epochs):
    client.say(protocol.Open(PROJECT.replace("EPOCHS", str(epochs)), 1))
    client.state("ready")


def test_opening_a_project_imports_nothing_that_was_not_imported_before():
    code = f"""
import sys
from core import project
from core.training import worker
worker.get_ready()
before = set(sys.modules)
session = worker.Session(project.loads({PROJECT.replace("EPOCHS", "1")!r}, "a test"))
session.prepare(lambda done, total: None)
session.advance(steps=1)
print([name for name in set(sys.modules) - before if name.startswith("core.")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def epochs_told(reports):
    return {
        r.event.epoch: dict(r.event.measures)
        for r in reports
        if isinstance(r, protocol.Ended) and hasattr(r.event, "measures")
    }


def test_it_trains_and_tells_every_epoch_and_every_loss(client):
    opened(client, 5)
    client.say(protocol.Run())
    client.state("finished")
    assert sorted(epochs_told(client.reports)) == [1, 2, 3, 4, 5]
    progress = [r for r in client.reports if isinstance(r, protocol.Progress)]
    assert sum(len(r.losses) for r in progress) == progress[-1].step
    assert all(np.isfinite(r.losses).all() for r in progress)


def test_pause_keeps_the_step_and_running_again_goes_on(client):
    opened(client, 100_000)
    client.say(protocol.Run())
    client.until(lambda r: isinstance(r, protocol.Progress) and r.step > 10)
    client.say(protocol.Pause())
    client.state("paused")
    paused_at = [r for r in client.reports if isinstance(r, protocol.Progress)][-1].step
    client.say(protocol.Step("batch"))
    client.state("paused")
    assert [r for r in client.reports if isinstance(r, protocol.Progress)][-1].step == paused_at + 1


def test_a_faulty_project_is_told_in_words_and_the_process_lives_on(client):
    client.say(protocol.Open('{"neuroloom": 1, "blocks": {}}', 1))
    failed = client.until(lambda r: isinstance(r, protocol.Failed))
    assert "no Input block" in failed.words.en
    opened(client, 1)


def test_frames_come_only_for_what_is_watched(client):
    opened(client, 3)
    box = Mailbox(1 << 20)
    try:
        request = Request("weight_histogram", "dense1")
        client.say(protocol.Watch(((request, box.name, box.capacity),)))
        client.say(protocol.Run())
        client.state("finished")
        end = time.monotonic() + 10
        while (letter := box.receive()) is None:
            assert time.monotonic() < end
        assert letter[1]["request"][:3] == ["weight_histogram", "dense1", 0]
    finally:
        client.close()
        box.close()


def test_a_look_that_was_slow_does_not_keep_the_last_step_from_being_seen():
    ours, theirs = multiprocessing.Pipe()
    engine, request = worker.Engine(theirs), Request("weight_histogram", "dense1")
    box = Mailbox(1 << 20)
    engine._obey(protocol.Open(PROJECT.replace("EPOCHS", "3"), 1))
    engine._obey(protocol.Watch(((request, box.name, box.capacity),)))
    engine._obey(protocol.Run())
    engine.next_look = time.monotonic() + 3600.0  # as after an answer that had to be compiled first
    while engine.state == "training":
        engine._train()
    engine._look()
    letter = box.receive()
    assert letter is not None and letter[1]["step"] == engine.session.step > 0
    for mailbox in (*engine.boxes.values(), box):
        mailbox.close()
    ours.close()
    theirs.close()


def test_a_question_that_the_network_cannot_answer_is_passed_over(client):
    opened(client, 3)
    box = Mailbox(1 << 20)
    try:
        requests = [
            Request("filters", "dense1"),
            Request("weight_histogram", "gone"),
            Request("weight_histogram", "dense1"),
        ]
        client.say(protocol.Watch(tuple((request, box.name, box.capacity) for request in requests)))
        client.say(protocol.Run())
        client.state("finished")
        end = time.monotonic() + 10
        while (letter := box.receive()) is None:
            assert time.monotonic() < end
        assert letter[1]["request"][:2] == ["weight_histogram", "dense1"]
    finally:
        client.close()
        box.close()


def test_after_kill_nine_a_new_process_goes_on_bit_for_bit():
    steady = Client()
    opened(steady, 40)
    steady.say(protocol.Run())
    steady.state("finished")
    steady.close()
    wanted = epochs_told(steady.reports)

    first = Client()
    opened(first, 40)
    ready = next(r for r in first.reports if isinstance(r, protocol.Ready))
    box = Mailbox(ready.snapshot_bytes)
    first.say(protocol.Keep(box.name, box.capacity))
    first.say(protocol.Step("epoch"))
    first.state("paused")
    first.say(protocol.Run())
    first.until(lambda r: isinstance(r, protocol.Ended) and r.event.epoch >= 3)
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.join()

    second = Client()
    opened(second, 40)
    second.say(protocol.Keep(box.name, box.capacity, fresh=False))
    second.say(protocol.Resume())
    jumped = second.until(lambda r: isinstance(r, protocol.Jumped))
    assert jumped.epoch >= 1
    second.state("paused")
    second.say(protocol.Run())
    second.state("finished")
    second.close()
    box.close()
    after = epochs_told(second.reports)
    assert 40 in after
    assert all(wanted[epoch] == measures for epoch, measures in after.items())


def test_an_engine_whose_window_is_gone_in_the_middle_of_training_ends_without_a_word(client, capfd):
    opened(client, 1_000_000)
    client.say(protocol.Run())
    client.state("training")
    client.connection.close()
    client.process.join(10)
    assert client.process.exitcode == 0 and "Traceback" not in capfd.readouterr().err
