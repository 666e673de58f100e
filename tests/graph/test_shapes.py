"""Shapes: of every wire, or every fault at once, each with the block, both shapes and a way out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import project
from core.graph import edits
from core.graph.document import Wire
from core.graph.rules import check_wire
from core.graph.shapes import infer
from core.plan.cost import describe


def document(blocks, wires):
    return project.loads(json.dumps({"neuroloom": 1, "blocks": blocks, "wires": wires}), "test")


PICTURE = {"type": "input", "shape": [28, 28, 1]}


def test_the_shape_of_every_wire_is_known():
    d = document(
        {"in": PICTURE, "conv": {"type": "conv2d", "filters": 6, "kernel_size": 5}, "flat": {"type": "flatten"},
         "fc": {"type": "dense", "units": 10}, "out": {"type": "output"}},
        ["in > conv", "conv > flat", "flat > fc", "fc > out"],
    )  # fmt: skip
    known = infer(d)
    assert not known.faults
    assert [known.shape(n, "y") for n in ("in", "conv", "flat", "fc", "out")] == [
        (28, 28, 1), (24, 24, 6), (3456,), (10,), (10,),
    ]  # fmt: skip


def test_all_faults_are_told_at_once_each_with_its_block():
    d = document(
        {"in": PICTURE, "fc": {"type": "dense"}, "lost": {"type": "relu"}, "strange": {"type": "quantum", "spin": 2},
         "a": {"type": "tanh"}, "b": {"type": "tanh"}},
        ["in > fc", "a > b", "b > a"],
    )  # fmt: skip
    faults = infer(d).faults
    assert {(f.block, f.kind) for f in faults} == {
        ("fc", "shape"), ("lost", "unwired"), ("strange", "unknown"), ("a", "circle"), ("", "missing"),
    }  # fmt: skip
    shape = next(f for f in faults if f.kind == "shape")
    assert "(28, 28, 1)" in shape.words.en
    assert all(f.words.zh for f in faults)


def test_a_fault_upstream_is_told_once_and_not_again_by_all_that_follow():
    d = document(
        {"in": PICTURE, "fc": {"type": "dense"}, "r": {"type": "relu"}, "out": {"type": "output"}},
        ["in > fc", "fc > r", "r > out"],
    )
    assert [f.block for f in infer(d).faults] == ["fc"]


def test_what_did_not_change_is_not_worked_out_again(monkeypatch):
    d = document(
        {"in": PICTURE, "a": {"type": "relu"}, "b": {"type": "flatten"}, "out": {"type": "output"}},
        ["in > a", "a > b", "b > out"],
    )
    known = infer(d)
    asked = []
    kind = type(d.nodes["b"].block)
    rule = kind.out_shapes
    monkeypatch.setattr(kind, "out_shapes", lambda self, ins: asked.append(ins) or rule(self, ins))
    infer(edits.move(d, {"a": (3, 4)}), known)
    assert not asked
    infer(edits.set_block(d, "in", type(d.nodes["in"].block)(shape=(5, 5, 1))), known)
    assert asked == [((5, 5, 1),)]


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        (Wire("fc", "y", "in2", "x"), "has no input"),
        (Wire("fc", "z", "r", "x"), "has no output 'z'"),
        (Wire("r", "y", "fc", "x"), "close a circle"),
        (Wire("fc", "y", "fc", "x"), "close a circle"),
        (Wire("in", "y", "fc", "x"), "(28, 28, 1)"),
    ],
)
def test_a_wire_is_refused_in_plain_words(wire, words):
    d = document(
        {"in": PICTURE, "in2": {"type": "input", "shape": [4]}, "fc": {"type": "dense"}, "r": {"type": "relu"}},
        ["in2 > fc", "fc > r"],
    )
    refusal = check_wire(d, infer(d), wire)
    assert refusal is not None
    assert words in refusal.words.en


def test_a_wire_that_fits_is_not_refused():
    d = document({"in": PICTURE, "conv": {"type": "conv2d"}}, [])
    assert check_wire(d, infer(d), Wire("in", "y", "conv", "x")) is None


def test_lenet_costs_what_is_published():
    from core.examples import examples

    path = next(e.path for e in examples() if e.id == "lenet5")
    costs, faults = describe(project.load(path))
    assert not faults
    assert sum(c.parameters for c in costs) == 61_706
    assert sum(c.multiply_adds for c in costs) == 416_520  # 117,600 + 240,000 + 48,000 + 10,080 + 840


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 7), st.integers(1, 4))
def test_same_padding_divides_by_the_stride_and_rounds_up(height, width, kernel, stride):
    from core.blocks.conv2d import Conv2D

    block = Conv2D(filters=2, kernel_size=(kernel,), stride=(stride,), padding="same")
    assert block.out_shapes(((height, width, 3),)) == ((-(-height // stride), -(-width // stride), 2),)
