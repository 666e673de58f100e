"""The library of composites: what lies ready fits and trains, and what a person keeps comes back."""

import numpy as np
import pytest

from core import library
from core.blocks import registry
from core.blocks._base import elements
from core.exchange import take_home
from core.graph import edits, grouping
from core.graph.composites import Composite
from core.graph.document import Document, Node, Wire
from core.graph.expand import expand
from core.graph.shapes import infer
from core.library import BUNDLED, keep, offered
from core.project import dumps, loads
from core.training.session import Session
from tests.graph.test_composites import residual
from tests.networks import DIGITS8, MLP, chain

SHAPES = {"transformer_encoder": (8, 64)}


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROLOOM_CONFIG", str(tmp_path))
    return tmp_path / "composites"


def with_one(kind, shape):
    document, _ = edits.add(Document(), registry()["input"](shape=shape), (0.0, 0.0), "in")
    document, name = edits.add(document, kind(), (264.0, 0.0))
    document = edits.connect(document, Wire("in", "y", name, "x"))
    document, _ = edits.add(document, registry()["output"](loss="mean_squared_error"), (528.0, 0.0), "out")
    return edits.connect(document, Wire(name, "y", "out", "x")), name


@pytest.mark.parametrize("path", sorted(BUNDLED.glob("*.loom")), ids=lambda path: path.stem)
def test_each_that_lies_ready_fits_is_saved_and_repeats(path):
    kind = library.library()[0][f"composite:{path.stem}"]
    assert kind.title.en != kind.title.zh and kind.help.en != kind.help.zh
    document, name = with_one(kind, SHAPES.get(path.stem, (16, 16, 8)))
    assert infer(document).faults == ()
    assert type(document.nodes[name].block) is document.definitions[path.stem].kind
    assert loads(dumps(document), "test") == document
    again, _ = edits.add(document, kind())
    assert list(again.definitions) == [path.stem], "a second one shares the definition"
    assert infer(expand(document)).faults == ()


def test_residual_and_inception_are_the_published_ones():
    found = library.library()[0]
    document, name = with_one(found["composite:inception"], (28, 28, 192))
    assert infer(document).outs[name] == ((28, 28, 256),)
    weights = document.nodes[name].block.weights(infer(document).ins[name])
    count = sum(elements(w.shape) for w in weights.values())
    assert count == 163_696, "inception 3a of GoogLeNet (Szegedy et al., 2014)"
    document, name = with_one(found["composite:residual"], (16, 16, 8))
    halved = edits.set_block(document, name, type(document.nodes[name].block)(filters=32, stride=(2,)))
    assert infer(halved).outs[name] == ((8, 8, 32),)


def test_what_is_kept_is_offered_from_then_on_with_all_that_it_is_made_of(own):
    document, inner = grouping.group(residual(), ["c1", "r"])
    document, outer = grouping.group(document, [inner, "c2"])
    definition = document.nodes[outer].block.definition
    path = keep(definition)
    assert path.parent == own and path.is_file()
    kind = offered()[f"composite:own:{path.stem}"]
    elsewhere, name = edits.add(Document(), kind())
    assert elsewhere.nodes[name].block == document.nodes[outer].block
    assert set(elsewhere.definitions) == set(document.definitions)
    assert loads(dumps(elsewhere), "test") == elsewhere


def test_a_definition_of_the_same_name_and_other_content_gets_a_name_of_its_own():
    document, name = grouping.group(residual(), ["c1", "r"])
    other, _ = grouping.group(residual(), ["flat", "scores"])
    (stranger,) = other.definitions.values()
    assert stranger.name == document.nodes[name].block.definition.name
    after, names = edits.paste(document, {"g": Node(stranger.kind())}, (), (0.0, 0.0))
    assert after.nodes[names["g"]].block.definition.name == f"{stranger.name}-2"
    assert after.nodes[name].block is document.nodes[name].block
    assert isinstance(after.nodes[names["g"]].block, Composite)


def test_a_file_that_cannot_be_used_is_a_line_in_a_list(own):
    own.mkdir()
    (own / "broken.loom").write_text("{", encoding="utf-8")
    (own / "empty.loom").write_text('{"neuroloom": 1}', encoding="utf-8")
    found, broken = library.library()
    assert [b.path.name for b in broken] == ["broken.loom"] and broken[0].reason.zh
    assert not [id_ for id_ in found if "own" in id_]


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_weights_of_a_composite_leave_and_come_back_under_their_paths(tmp_path, ending):
    document = chain(*MLP, data=DIGITS8, epochs=1)
    document, name = grouping.repeat(document, ["relu-3"], 2)
    document, name = grouping.group(document, ["dense-2", name])
    session = Session(document, threads=1)
    try:
        session.run()
        take_home.write(session, tmp_path / f"w{ending}")
        again = Session(loads(dumps(document), "test"), threads=1, norms=session.norms)
        try:
            take_home.bring_back(again, tmp_path / f"w{ending}")
            assert (name + "/dense-2", "W") in again.parameters.w
            for key, array in session.parameters.w.items():
                np.testing.assert_array_equal(array, again.parameters.w[key])
        finally:
            again.close()
    finally:
        session.close()
