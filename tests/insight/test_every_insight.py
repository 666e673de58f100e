"""What holds for all insights: they answer small and unchanging arrays, and they leave the session alone."""

from __future__ import annotations

import numpy as np
import pytest

from core.blocks import registry as blocks
from core.blocks.input import Input
from core.graph import edits
from core.graph.document import Document, Node, Wire
from core.graph.shapes import infer
from core.insight import registry
from core.insight._base import FRAME_BYTES, Request
from core.training.mailbox import Mailbox
from core.training.session import Session
from tests.insight.conftest import look


def everything(session: Session):
    for name, insight in registry().items():
        for block in ("", *session.inference.order):
            if insight.suits(session.document, session.inference, block):
                yield Request(name, block, sample=1)


def test_every_insight_has_words_in_both_languages():
    for insight in registry().values():
        assert all([*insight.title, *insight.help])


@pytest.mark.parametrize("shape", [(4,), (4, 3), (5, 5, 2)])
def test_a_network_with_faults_may_be_asked_about_too(shape):
    for kind in blocks().values():
        document = Document(nodes={"input": Node(Input(shape=shape)), "block": Node(kind())})
        for port in kind().input_ports():
            document = (
                edits.connect(document, Wire("input", "y", "block", port)) if kind().group != "input" else document
            )
        inference = infer(document)
        for insight in registry().values():
            answer = insight.suits(document, inference, "block")
            assert not answer or "block" in inference.outs, (insight.id, kind.id)


@pytest.mark.parametrize("name", ["lenet", "digits", "circle"])
def test_answers_fit_a_mailbox_and_come_back_the_same(name, request):
    session = request.getfixturevalue(name)
    box = Mailbox(FRAME_BYTES)
    try:
        for asked in everything(session):
            arrays = registry()[asked.insight].look(session, asked)
            assert box.send(arrays, {}), asked
            received = box.receive(again=True)
            assert received is not None
            for key, array in arrays.items():
                assert received[0][key].dtype == array.dtype, (asked, key)
                np.testing.assert_array_equal(received[0][key], array)
    finally:
        box.close()


@pytest.mark.parametrize("name", ["lenet", "circle"])
def test_looking_changes_nothing_of_the_run(name, request):
    session = request.getfixturevalue(name)
    before = session.snapshot()
    for asked in everything(session):
        registry()[asked.insight].look(session, asked)
    after = session.snapshot()
    assert (after.step, after.epoch) == (before.step, before.epoch)
    for key, array in before.arrays.items():
        np.testing.assert_array_equal(after.arrays[key], array)


def test_an_answer_is_not_written_over_by_the_next_look(lenet):
    for asked in everything(lenet):
        arrays = registry()[asked.insight].look(lenet, asked)
        kept = {k: a.copy() for k, a in arrays.items()}
        lenet.look(np.full((1, 28, 28, 1), 200, np.uint8))
        look(lenet, "predictions", sample=40)
        for key, array in kept.items():
            np.testing.assert_array_equal(arrays[key], array, err_msg=f"{asked} {key}")
        held = [a for b in lenet.look(np.zeros((1, 28, 28, 1), np.uint8)).buffers.values() for a in b.y]
        held += list(lenet.parameters.w.values())
        assert not any(np.shares_memory(a, h) for a in arrays.values() for h in held), asked
