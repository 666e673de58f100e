"""A run has the same bits on any number of threads, in any bites, and from a snapshot on, in this process and in a new one.

Every family of blocks that has chance, memory or sums over the batch is here, with schedules, frozen weights and a short
last batch. All kernel calls are shared out among the threads, however small they are.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest

from core import project
from core.data._base import Dataset, Field
from core.plan import program
from core.plan import run as plan_run
from core.training import session
from core.training.session import Session
from core.words import same

ROWS, CLASSES, VOCABULARY, TIME = 22, 3, 6, 5  # in batches of 8: the last one has 6 rows
EPOCHS, BEFORE = 3, 5  # the snapshot is taken in the middle of the second epoch of three steps
RELU, DENSE, OUT = {"type": "relu"}, {"type": "dense", "units": CLASSES}, {"type": "output"}
WORDS = {"type": "embedding", "vocabulary": VOCABULARY, "width": 8, "padding": 0}

# name: shape of the input (None: tokens), blocks, wires, training
NETS = {
    "convolution with augmentation and dropout": (
        (9, 7, 3),
        {"flip": {"type": "random_flip"}, "move": {"type": "random_shift"}, "turn": {"type": "random_rotation"},
         "crop": {"type": "random_crop", "size": [8, 6]}, "light": {"type": "random_brightness"},
         "cover": {"type": "cutout", "size": 2}, "conv": {"type": "conv2d", "filters": 9}, "relu": RELU,
         "maps": {"type": "spatial_dropout2d"}, "pool": {"type": "max_pool2d"}, "noise": {"type": "gaussian_noise"},
         "flat": {"type": "flatten"}, "drop": {"type": "dropout", "rate": 0.3}, "scores": DENSE, "out": OUT},
        ["x > flip > move > turn > crop > light > cover > conv > relu > maps > pool > noise > flat > drop > scores > out"],
        {"optimizer": "adam", "schedule": {"type": "cosine", "warm_up": 0.5}},
    ),
    "Winograd's convolution and the norms of pictures": (
        (12, 12, 8),
        {"conv": {"type": "conv2d", "filters": 16}, "batch": {"type": "batch_norm"}, "relu": RELU,
         "conv2": {"type": "conv2d", "filters": 8, "stride": 2}, "group": {"type": "group_norm", "groups": 4},
         "bend": {"type": "prelu"}, "local": {"type": "local_response_norm"}, "mean": {"type": "global_average_pool2d"},
         "scores": DENSE, "out": OUT},
        ["x > conv > batch > relu > conv2 > group > bend > local > mean > scores > out"],
        {"optimizer": {"type": "sgd", "learning_rate": 0.05, "momentum": 0.9}, "schedule": "one_cycle"},
    ),
    "convolution in groups, transposed and frozen": (
        (6, 5, 4),
        {"groups": {"type": "conv2d", "filters": 6, "groups": 2, "dilation": 2, "padding": "same"},
         "still": {"type": "batch_norm", "frozen": True}, "deep": {"type": "depthwise_conv2d", "multiplier": 2}, "relu": RELU,
         "each": {"type": "separable_conv2d", "filters": 5, "padding": "same", "frozen_weights": {"b": True}},
         "up": {"type": "conv_transpose2d", "filters": 3}, "large": {"type": "upsample2d", "interpolation": "bilinear"},
         "top": {"type": "global_max_pool2d"}, "scores": DENSE, "out": OUT},
        ["x > groups > still > deep > relu > each > up > large > top > scores > out"],
        {"optimizer": {"type": "adamw", "weight_decay": 0.1}, "schedule": {"type": "plateau", "patience": 0}, "clip_norm": 0.5},
    ),
    "masked LSTM and GRU, both ways": (
        None,
        {"words": WORDS, "lstm": {"type": "lstm", "units": 7, "returns": "sequence", "bidirectional": True, "masked": True},
         "drop": {"type": "dropout", "rate": 0.2}, "rnn": {"type": "rnn", "units": 5, "returns": "sequence"},
         "gru": {"type": "gru", "units": 6, "returns": "last", "masked": True}, "scores": DENSE, "out": OUT},
        ["x > words > lstm > drop > rnn > gru > scores > out", "words.mask > lstm.mask", "words.mask > gru.mask"],
        {"optimizer": "rmsprop", "schedule": "exponential", "clip_value": 0.1, "l2": 0.01},
    ),
    "attention with dropout": (
        None,
        {"words": WORDS, "places": {"type": "positional_encoding", "kind": "learned"},
         "heads": {"type": "multi_head_attention", "heads": 2, "causal": True, "masked": True},
         "drop": {"type": "dropout", "rate": 0.3}, "sum": {"type": "add"}, "norm": {"type": "layer_norm"},
         "wide": {"type": "dense", "units": 12}, "gelu": {"type": "gelu"}, "slim": {"type": "dense", "units": 8},
         "sum2": {"type": "add"}, "mean": {"type": "global_average_pool1d", "masked": True}, "scores": DENSE, "out": OUT},
        ["x > words > places > heads > drop > sum > norm > wide > gelu > slim > sum2 > mean > scores > out",
         "places > sum.b", "sum > sum2.b", "words.mask > heads.mask", "words.mask > mean.mask"],
        {"optimizer": "adam", "schedule": {"type": "step", "every": 0.5}, "patience": 9},
    ),
}  # fmt: skip


def document(name):
    shape, blocks, wires, training = NETS[name]
    first = {"type": "input", "shape": TIME if shape is None else list(shape)}
    training = {"epochs": EPOCHS, "batch_size": 8, "validation": 0} | training
    return project.loads(
        json.dumps({"neuroloom": 1, "blocks": {"x": first} | blocks, "wires": wires, "training": training}), name
    )


def data(name):
    """Rows of chance; sequences of all lengths, none included."""
    rng, shape = np.random.default_rng(5), NETS[name][0]
    labels = Field(same("class"), "class", rng.integers(0, CLASSES, ROWS).astype(np.int32), tuple("abc"))
    if shape is None:
        tokens = rng.integers(1, VOCABULARY, (ROWS, TIME)) * (np.arange(TIME) < np.arange(ROWS)[:, None] % (TIME + 1))
        x = Field(same("x"), "tokens", tokens.astype(np.int32), tuple("_bcdef"))
    else:
        x = Field(same("x"), "image", rng.integers(0, 256, (ROWS, *shape)).astype(np.uint8))
    return Dataset((x,), (labels,))


@pytest.fixture
def opened(monkeypatch):
    """A session of one of the nets, whose kernel calls are all shared out; closed after the test."""
    monkeypatch.setattr(program, "WORTH_SHARING", 0)
    sessions = []

    def session(name, threads=1):
        sessions.append(Session(document(name), data(name), threads=threads))
        return sessions[-1]

    yield session
    for s in sessions:
        s.close()


def bits(s):
    """All that a run leaves behind."""
    arrays = {f"{block}.{name}": a for (block, name), a in s.parameters.w.items()}
    arrays |= {f"slot {i}": a for i, a in enumerate(s.parameters.slots)}
    return {k: a.tobytes() for k, a in arrays.items()} | {"losses": s.losses(0)[1].tobytes()}


def to_the_end(s):
    events = [dict(e.measures) for e in s.run() if hasattr(e, "measures")]
    return events, bits(s)


@pytest.mark.parametrize("name", NETS)
def test_threads_bites_and_snapshots_leave_no_trace(name, opened):
    events, wanted = to_the_end(opened(name))
    assert len(events) == EPOCHS
    assert len(set(np.frombuffer(wanted["losses"]))) == 3 * EPOCHS, "every step is another one"
    two = opened(name, 2)
    for _ in range(BEFORE):
        two.advance(steps=1)
    kept = two.snapshot()
    assert to_the_end(two) == (events[1:], wanted)
    three = opened(name, 3)
    assert dict(three.advance().measures) == events[0]
    three.restore(kept)
    assert to_the_end(three) == (events[1:], wanted)
    three.reset()
    three.advance(steps=2)  # to the middle of an epoch
    three.reset()
    assert to_the_end(three) == (events, wanted), "after a reset a run is as if it were the first"


def test_epochs_and_rate_and_size_changed_live_come_back_with_a_snapshot(opened):
    name = "Winograd's convolution and the norms of pictures"  # one cycle: its rates depend on the number of epochs
    s, other = opened(name), opened(name)
    s.advance(steps=2)
    s.set_epochs(5)
    s.set_learning_rate(0.02)
    s.set_batch_size(5)
    s.advance(steps=4)
    kept = s.snapshot()
    wanted = to_the_end(s)
    assert s.epoch == 5
    other.restore(kept)
    assert to_the_end(other) == wanted


def test_another_seed_comes_back_with_a_snapshot(opened):
    s, other = opened("attention with dropout"), opened("attention with dropout")
    s.reset(seed=9)
    s.advance(steps=2)
    kept = s.snapshot()
    wanted = to_the_end(s)
    other.restore(kept)
    assert to_the_end(other) == wanted


def test_how_many_steps_are_remembered_or_known_ahead_does_not_matter(opened, monkeypatch):
    name = "Winograd's convolution and the norms of pictures"  # one cycle: each step has a rate of its own
    wanted = to_the_end(opened(name))
    for module in (plan_run, session):
        monkeypatch.setattr(module, "AHEAD", 2)
        monkeypatch.setattr(module, "HISTORY", 4)
    few = opened(name)
    events, left = to_the_end(few)
    first, losses = few.losses(0)
    assert first == 3 * EPOCHS - 4
    assert losses.tolist() == np.frombuffer(wanted[1]["losses"])[-4:].tolist()
    assert (events, left | {"losses": 0}) == (wanted[0], wanted[1] | {"losses": 0})


def test_a_new_process_goes_on_from_a_snapshot(opened):
    kept, wanted = {}, {}
    for name in (*NETS,)[::4]:  # the two with the most chance in them
        s = opened(name)
        s.advance(steps=BEFORE)
        kept[name] = s.snapshot()
        wanted[name] = to_the_end(s)
    command = [sys.executable, "-c", f"from {__name__} import go_on; go_on()"]
    done = subprocess.run(command, input=pickle.dumps(kept), capture_output=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert pickle.loads(done.stdout) == wanted


def go_on():
    """In the new process: go on from each snapshot to the end of its run, and hand over what is left behind."""
    ends = {}
    for name, snapshot in pickle.load(sys.stdin.buffer).items():
        s = Session(document(name), data(name), threads=2)
        s.restore(snapshot)
        ends[name] = to_the_end(s)
        s.close()
    sys.stdout.buffer.write(pickle.dumps(ends))
