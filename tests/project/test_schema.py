from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from core import data as sources
from core import optimizers, project, schedules
from core.blocks import registry
from core.examples import examples
from core.graph.composites import RESERVED
from core.graph.training import Training
from core.project.read import KEYS
from core.project.schema import SCHEMA_FILE, schema, schema_text
from tests.project.judge import faults
from tests.project.test_migrations import GOLDEN
from tests.project.test_round_trip import SMALL


def judged(change, by):
    root = schema()
    return faults(json.loads(SMALL.replace(change, by)), root, root)


def test_the_committed_schema_is_the_generated_one():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run: python -m core.project"


def test_one_command_writes_it(tmp_path):
    program = (
        f"import core.project.schema as s, pathlib, runpy; s.SCHEMA_FILE = pathlib.Path({str(tmp_path / 'x')!r}); "
    )
    subprocess.run(
        [sys.executable, "-c", program + "runpy.run_module('core.project', run_name='__main__')"], check=True
    )
    assert (tmp_path / "x").read_text(encoding="utf-8") == schema_text()


def test_every_key_is_explained():
    root = schema()
    assert list(root["properties"]) == list(KEYS)
    assert all(part.get("description") for part in root["properties"].values())
    branches = [
        *root["properties"]["data"]["allOf"],
        *root["properties"]["blocks"]["additionalProperties"]["allOf"],
        *root["properties"]["training"]["properties"]["optimizer"]["anyOf"][1]["allOf"],
        *root["properties"]["training"]["properties"]["schedule"]["anyOf"][1]["allOf"],
    ]
    kinds = (sources.registry(), registry(), optimizers.registry(), schedules.registry())
    assert len(branches) == sum(map(len, kinds)) + 3  # inlet, outlet, composite
    for branch in branches:
        assert branch["then"]["description"]
        for key, part in branch["then"]["properties"].items():
            assert part.get("description") or key in {"type", "source"}, (branch["if"], key)


@pytest.mark.parametrize("path", [GOLDEN / "v1.loom", *(e.path for e in examples())], ids=lambda path: path.stem)
def test_every_file_of_ours_fits_it(path):
    root = schema()
    assert faults(json.loads(path.read_text(encoding="utf-8")), root, root) == []


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ('"units": 1', '"unit": 1'), ('"units": 1', '"units": 0'), ('"units": 1', '"units": "1"'), ("circle", "circel"),
        ('"noise": 0.1', '"noise": 0.6'), ('"unit"', '"units"'), ("[0, 12.5]", "[0]"), ("[0, 12.5]", "[0, 1e9]"),
        ("[[3], [-2]]", '[["3"]]'), ('"units": 1', '"units": 1, "frozen": 1'), ('"units": 1', '"units": 1, "l2": -1'),
        ('"units": 1', '"units": 1, "frozen_weights": {"b": [2]}'), ('"units": 1', '"units": 1, "frozen_weights": true'),
        ('"epochs"', '"schedule": "cosin", "epochs"'), ('"epochs"', '"schedule": {"type": "step", "every": 0}, "epochs"'),
        (", \"neuron > add.b\"", ", \"neuron\""), ('"sgd"', '"sdg"'), ("0.03", "-1"), ('"epochs"', '"epoch"'),
        ('"neuroloom": 1', '"neuroloom": 2'), ('"x": {', '"x y": {'), ("mean_squared_error", "meen"),
    ],
)  # fmt: skip
def test_what_the_loader_refuses_the_schema_refuses_too(change, by):
    assert judged(change, change) == []
    assert judged(change, by)
    with pytest.raises(project.ProjectFileError):
        project.loads(SMALL.replace(change, by), "test")


def test_no_setting_has_a_name_the_file_needs_for_itself():
    assert not [b for b in registry().values() for row in b.rows() if row.name in RESERVED]
    assert not [s for s in sources.registry().values() for row in s.rows() if row.name in {"source", "normalise"}]
    assert not [o for o in optimizers.registry().values() for row in o.rows() if row.name == "type"]
    assert not [s for s in schedules.registry().values() for row in s.rows() if row.name == "type"]
    assert not {"optimizer", "schedule"} & {row.name for row in Training.rows()}


def test_the_schema_is_for_editors_that_know_draft_2020_12():
    assert re.fullmatch(r"https://json-schema.org/draft/2020-12/schema", schema()["$schema"])
    assert json.loads(schema_text()) == schema()
