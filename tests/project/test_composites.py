"""Composites in the project file: written whole, read in any order, refused when they would never end."""

import json
import re

import pytest

from core import project
from core.errors import ProjectFileError
from core.graph import edits, grouping
from core.graph.document import Frame, Note, Wire
from core.graph.expand import expand
from core.graph.shapes import infer
from core.project.schema import schema
from tests.graph.test_composites import residual
from tests.project.judge import faults

FILE = """{
  "neuroloom": 1,
  "definitions": {
    "pair": {"blocks": {"one": {"type": "composite", "definition": "step", "units": 5}}, "wires": []},
    "step": {
      "title": "Step",
      "blocks": {
        "x": {"type": "inlet"},
        "dense": {"type": "dense", "units": 3},
        "tanh": {"type": "tanh", "mode": "bypass"},
        "y": {"type": "outlet"}
      },
      "wires": ["x > dense > tanh > y"],
      "settings": {"units": ["dense.units"]}
    }
  },
  "blocks": {
    "x": {"type": "input", "shape": 2},
    "step": {"type": "composite", "definition": "step", "units": 4, "repeat": 2, "mode": "mute", "collapsed": true},
    "out": {"type": "output", "loss": "mean_squared_error"}
  },
  "wires": ["x > step > out"],
  "bends": {"x > step": [[1, 2], [3, 4.5]]},
  "frames": {"frame1": {"title": "All", "at": [-8, -8], "size": [400, 200], "colour": 2}},
  "notes": {"note1": {"text": "why\\nnot", "at": [0, 300], "size": [160, 80]}}
}
"""


def told(change, by):
    assert change in FILE
    with pytest.raises(ProjectFileError) as caught:
        project.loads(FILE.replace(change, by), "f.loom")
    assert caught.value.words.zh.startswith("f.loom")
    return caught.value.words.en


def test_a_file_says_what_composites_are_made_of_in_any_order():
    document = project.loads(FILE, "f.loom")
    step = document.nodes["step"]
    assert (step.block.units, step.block.repeat, step.mode, step.collapsed) == (4, 2, "mute", True)
    assert document.definitions["pair"].nodes["one"].block.definition is document.definitions["step"]
    assert list(expand(edits.set_mode(document, ["step"], "on")).nodes) == ["x", "step/1/dense", "step/2/dense", "out"]
    assert document.wires[0].bends == ((1, 2), (3, 4.5))
    assert document.frames == {"frame1": Frame("All", (-8, -8, 400, 200), 2)}
    assert document.notes == {"note1": Note("why\nnot", (0, 300, 160, 80))}


def test_what_is_written_is_read_again():
    document = project.loads(FILE, "f.loom")
    text = project.dumps(document)
    again = project.loads(text, "f.loom")
    assert again == document
    assert [w.bends for w in again.wires] == [w.bends for w in document.wires]
    assert project.dumps(again) == text
    root = schema()
    assert faults(json.loads(text), root, root) == faults(json.loads(FILE), root, root) == []


def test_grouped_and_grouped_again_it_comes_back_the_same():
    document, inner = grouping.group(residual(), ["c1", "r"])
    document = grouping.promote(document, document.nodes[inner].block.definition.name, ("c1", "filters"))
    document, _ = grouping.group(document, [inner, "c2"])
    again = project.loads(project.dumps(document), "f.loom")
    assert again == document
    assert infer(again).outs == infer(document).outs


def test_the_hash_is_of_what_lies_inside():
    document, name = grouping.group(residual(), ["c1", "r"])
    flat = expand(document)
    assert project.document_hash(document) == project.document_hash(flat) != project.document_hash(residual())
    titled = grouping.set_title(document, document.nodes[name].block.definition.name, "Other")
    assert project.document_hash(titled) == project.document_hash(document)


def test_a_document_of_plain_blocks_is_written_as_ever():
    keys = json.loads(project.dumps(residual())).keys()
    assert keys == {"neuroloom", "blocks", "wires"}


@pytest.mark.parametrize(
    ("change", "by", "message"),
    [
        ('"definition": "step", "units": 4', '"definition": "stop"', "blocks.step.definition: .*did you mean 'step'"),
        ('"definition": "step", "units": 4', '"units": 4', "blocks.step.definition: got nothing"),
        ('"units": 4', '"unit": 4', "blocks.step.unit: .*did you mean 'units'"),
        ('"repeat": 2', '"repeat": 65', "blocks.step.repeat: it is 65"),
        ('"mode": "mute"', '"mode": "mood"', "blocks.step.mode: .*one of: on, bypass, mute"),
        ('"collapsed": true', '"collapsed": 1', "blocks.step.collapsed: got 1"),
        ('"dense": {"type": "dense", "units": 3}', '"dense": {"type": "composite", "definition": "step"}', "again and again"),
        ('"dense": {"type": "dense", "units": 3}', '"dense": {"type": "composite", "definition": "pair"}', "again and again"),
        ('["dense.units"]', '["dense.unit"]', "definitions.step.settings: dense has no setting 'unit'"),
        ('["dense.units"]', '["dense"]', "definitions.step.settings.units: .*a setting inside"),
        ('["dense.units"]', '["dense.units", "dense.units"]', "promoted already"),
        ('{"units": [', '{"repeat": [', "cannot be called 'repeat'"),
        ('"title": "Step"', '"titel": "Step"', "definitions.step.titel: "),
        ('"pair": {', '"pa ir": {', "definitions: A block's name must be"),
        ('[[1, 2], [3, 4.5]]', "[]", "bends.x > step: .*1 to 100 points"),
        ('[[1, 2], [3, 4.5]]', "[[1]]", "bends.x > step: "),
        ('{"x > step": [', '{"x > out": [', "bends.x > out: .*one of the wires"),
        ('"size": [400, 200]', '"size": [400, 0]', "frames.frame1.size: .*both above 0"),
        ('"at": [-8, -8]', '"at": [-8, 1e9]', "frames.frame1.at: "),
        ('"colour": 2', '"colour": 8', "frames.frame1.colour: .*0 to 7"),
        ('"text": "why\\nnot"', '"text": 3', "notes.note1.text: got 3"),
        ('"text": "why', '"test": "why', "notes.note1.test: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(change, by, message):
    text = told(change, by)
    assert re.search(message, text), text


def test_a_file_that_would_unfold_without_end_is_refused_at_once():
    """A billion blocks in a kilobyte: each definition holds sixty-four times the one before."""
    definitions = {
        "d0": {
            "blocks": {"x": {"type": "inlet"}, "r": {"type": "relu"}, "y": {"type": "outlet"}},
            "wires": ["x > r > y"],
        }
    }
    for number in range(1, 12):
        inner = {"type": "composite", "definition": f"d{number - 1}", "repeat": 64}
        blocks = {"x": {"type": "inlet"}, "r": inner, "y": {"type": "outlet"}}
        definitions[f"d{number}"] = {"blocks": blocks, "wires": ["x > r > y"]}
    with pytest.raises(ProjectFileError, match="20,000 blocks in all"):
        project.loads(json.dumps({"neuroloom": 1, "definitions": definitions}), "f.loom")
    deep = {f"d{n}": {"blocks": {"r": {"type": "composite", "definition": f"d{n + 1}"}}} for n in range(900)}
    deep["d900"] = {"blocks": {}}
    with pytest.raises(ProjectFileError, match="nested|inside one another"):
        project.loads(json.dumps({"neuroloom": 1, "definitions": deep}), "f.loom")


def test_a_stray_inlet_is_kept_as_a_block_that_is_not_known():
    text = FILE.replace('"x": {"type": "input", "shape": 2}', '"x": {"type": "inlet"}')
    document = project.loads(text, "f.loom")
    assert document.nodes["x"].block.type == "inlet"
    assert Wire("x", "", "step", "x") in document.wires
