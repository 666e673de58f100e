"""Where data and network do not agree, the change that is offered makes them agree."""

from dataclasses import replace

import pytest

from core.data import registry as sources
from core.graph import edits, line
from core.graph.document import Document
from core.graph.shapes import infer
from core.training.fit import misfits


def net(text):
    return line.add(Document(), line.read(text))[0]


def data(id_, **settings):
    return sources()[id_](**settings).load()


CASES = [
    ("3 > 4 relu > 2", "iris", {}, [("input1", "shape", (4,)), ("dense2", "units", 3)]),
    ("4 > 4 relu > 2 softmax", "iris", {}, [("dense2", "units", 3)]),
    ("2 > 4 tanh > 3 > output loss=mean_squared_error", "plane", {}, [("dense2", "units", 1)]),
    ("2 > 4 tanh > 2", "plane", {}, [("output1", "loss", "mean_squared_error"), ("dense2", "units", 1)]),
]


@pytest.mark.parametrize(("text", "source", "settings", "wanted"), CASES)
def test_the_change_that_is_offered_mends_it(text, source, settings, wanted):
    document, rows, taken = net(text), data(source, **settings), []
    for _ in range(2):  # one mended, another may show
        for misfit in misfits(document, infer(document), rows):
            assert misfit.words.en and misfit.words.zh
            change = misfit.change
            taken.append((change.block, change.setting, change.value))
            block = replace(document.nodes[change.block].block, **{change.setting: change.value})
            document = edits.set_block(document, change.block, block)
    assert taken == wanted
    assert misfits(document, infer(document), rows) == ()


def test_what_fits_has_nothing_to_mend():
    assert misfits(net("4 > 3"), infer(net("4 > 3")), data("iris")) == ()
