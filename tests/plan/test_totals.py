"""Totals against counts by hand, against the plan that is compiled, and kept up after every edit as if counted anew."""

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from core import project
from core.blocks import registry
from core.examples import examples
from core.graph import edits, line
from core.graph.document import Document
from core.graph.expand import expand
from core.graph.shapes import infer
from core.plan.footprint import plan_bytes, weight_bytes
from core.plan.parameters import declarations
from core.plan.totals import Tally

LENET = "28x28x1 conv 6 5x5 same relu > pool 2 > conv 16 5x5 relu > pool 2 > flatten > 120 relu > 84 relu > 10 softmax"


def net(text):
    return line.add(Document(), line.read(text))[0]


def test_lenet_has_the_published_numbers():
    totals = Tally().of(infer(net(LENET)), 32)
    assert totals.whole.parameters == 61_706
    assert totals.heaviest == ("dense1", 48_120)
    by_hand = 28 * 28 * 6 * 25 + 10 * 10 * 16 * 25 * 6 + 400 * 120 + 120 * 84 + 84 * 10
    assert totals.whole.multiply_adds == by_hand


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.id)
def test_memory_is_what_the_run_asks_the_machine_for(example):
    document = expand(project.load(example.path))
    known, size = infer(document), document.training.batch_size
    totals = Tally().of(known, size)
    declared = declarations(document, known)
    if not any(node.learning.frozen for node in document.nodes.values()):
        assert totals.weight_bytes(document.optimizer.slots) == weight_bytes(declared, document.optimizer)
    assert totals.batch_bytes == plan_bytes(document, known, size, train=True)


@given(st.lists(st.tuples(st.sampled_from(["units", "add", "remove", "batch"]), st.integers(1, 64)), max_size=6))
@limits(max_examples=20, deadline=None)
def test_after_every_edit_the_totals_are_those_of_a_fresh_count(steps):
    document, size, tally = net("8 > 16 relu > 16 relu > 4 softmax"), 32, Tally()
    known = infer(document)
    for what, number in steps:
        dense = [n for n, v in document.nodes.items() if v.block.id == "dense"]
        if what == "units":
            name = dense[number % len(dense)]
            document = edits.set_block(document, name, registry()["dense"](units=number))
        elif what == "add":
            document, name = edits.add(document, registry()["dense"](units=number))
            document = edits.insert(document, name, document.wires[number % len(document.wires)])
        elif what == "remove" and len(dense) > 1:
            document = edits.remove(document, [dense[number % len(dense)]], heal=True)
        else:
            size = number
        known = infer(document, known)
        assert tally.of(known, size) == Tally().of(infer(document), size)


def test_an_edit_of_a_thousand_blocks_asks_the_changed_ones_only(monkeypatch):
    document = net(" > ".join(["8", *["8 relu"] * 500, "4"]))
    known, tally = infer(document), Tally()
    tally.of(known, 32)
    asked = []
    dense = registry()["dense"]
    real = dense.weights
    monkeypatch.setattr(dense, "weights", lambda self, ins: asked.append(self) or real(self, ins))
    document = edits.set_block(document, "dense250", dense(units=9))
    totals = tally.of(infer(document, known), 32)
    assert len(asked) == 2, "the block itself, and the one that takes what it gives"
    assert totals.whole.parameters == 500 * 72 + 36 + 9 + 8


def test_work_grows_with_rows_and_with_the_network():
    small, large = (Tally().of(infer(net(text)), 32) for text in ("8 > 8 relu > 4", "8 > 64 relu > 64 relu > 4"))
    assert large.work(1000) > small.work(1000) > small.work(100) > 0
    steps = [Tally().of(infer(net("8 > 64 relu > 4")), size).work(1000) for size in (1, 10, 1000)]
    each = 12 * Tally().of(infer(net("8 > 64 relu > 4")), 1).whole.parameters  # of an update
    assert steps[0] - steps[1] == 900 * each
    assert steps[1] - steps[2] == 99 * each
