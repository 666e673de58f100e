"""Where data and network do not agree, the change that is offered makes them agree."""

from dataclasses import replace

import numpy as np
import pytest

from core.data import registry as sources
from core.data._base import Dataset, Field
from core.data.normalisation import Normalisation
from core.graph import edits, line
from core.graph.document import Document
from core.graph.shapes import infer
from core.training.fit import feeds, misfits, normalisations
from core.words import same
from tests.plan.nets import wired


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


HEADS = {
    "x": {"type": "input", "shape": [4]}, "one": {"type": "dense", "units": 3}, "first": {"type": "output"},
    "two": {"type": "dense", "units": 3}, "second": {"type": "output"},
}  # fmt: skip


def classes(rng, *shape):
    return Field(same("class"), "class", rng.integers(0, 3, (20, *shape)).astype(np.int32), tuple("abc"))


def test_a_single_target_is_for_all_heads_and_of_several_each_has_its_own():
    rng = np.random.default_rng(0)
    document = wired(HEADS, ["x > one > first", "x > two > second"])
    x = (Field(same("x"), "numbers", rng.standard_normal((20, 4)).astype(np.float32)),)
    targets = classes(rng), classes(rng)
    norms = {"x": Normalisation("none", np.zeros(1), np.ones(1))}
    for given, wanted in ((targets[:1], (targets[0], targets[0])), (targets, targets)):
        rows = Dataset(x, given)
        assert misfits(document, infer(document), rows) == ()
        fed = [f.rows for f in feeds(document, infer(document), rows, norms) if f.is_target]
        for ours, field in zip(fed, wanted, strict=True):
            np.testing.assert_array_equal(ours.reshape(-1), field.array)


def test_what_repeats_its_input_wants_it_as_normalised_as_it_gets_it():
    document = net("2 > 4 tanh > 2 > output loss=mean_squared_error learns=inputs")
    x = np.random.default_rng(0).normal(50, 9, (20, 2)).astype(np.float32)
    rows = Dataset((Field(same("x"), "numbers", x),), ())
    fed, wanted = feeds(document, infer(document), rows, normalisations(document, infer(document), rows, "standard"))
    np.testing.assert_allclose(((wanted.rows - wanted.shift) * wanted.scale).mean(0), 0, atol=1e-6)
    assert fed.rows is wanted.rows and wanted.is_target


def test_classes_of_steps_need_as_many_steps():
    rng = np.random.default_rng(0)
    document = wired(HEADS | {"x": {"type": "input", "shape": [5, 4]}}, ["x > one > first", "x > two > second"])
    x = (Field(same("x"), "sequence", rng.standard_normal((20, 5, 4)).astype(np.float32)),)
    assert misfits(document, infer(document), Dataset(x, (classes(rng, 5),))) == ()
    found = misfits(document, infer(document), Dataset(x, (classes(rng, 6),)))
    assert len(found) == 2
    assert "(6, 3) are needed" in found[0].words.en


def test_what_fits_has_nothing_to_mend():
    assert misfits(net("4 > 3"), infer(net("4 > 3")), data("iris")) == ()
