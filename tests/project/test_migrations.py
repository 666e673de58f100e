"""Files of every older version open for ever. `golden/` holds one of each; a golden file is never edited."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import project
from core.blocks.concat import Concat
from core.blocks.dense import Dense
from core.blocks.input import Input
from core.blocks.lstm import LSTM
from core.blocks.multi_head_attention import MultiHeadAttention
from core.blocks.output import Output
from core.data.echo import Echo
from core.errors import ProjectFileError
from core.graph.document import DataChoice, Document, Node, Unknown, Wire
from core.graph.training import Training
from core.optimizers.sgd import SGD
from core.project import NewerFileError, migrations

GOLDEN = Path(__file__).parent / "golden"


def test_the_golden_file_of_version_1_holds_what_it_held():
    rows = tuple((v,) for v in (1.0, 2.0, 3.0, 4.0, -1.0, -2.5, 0.0, 1e-3))
    assert project.load(GOLDEN / "v1.loom") == Document(
        title="Every part of version 1",
        note="first line\n第二行",
        nodes={
            "heard": Node(Input(shape=(6, 1)), (-10.5, 20.0)),
            "memory": Node(LSTM(units=4, returns="sequence")),
            "look": Node(MultiHeadAttention(heads=2, causal=True)),
            "both": Node(Concat()),
            "sign": Node(Dense(units=1, start="he"), None, {"W": rows, "b": (0.5,)}),
            "later": Node(Unknown("of_tomorrow", {"depth": 3})),
            "echo": Node(Output(loss="mean_squared_error")),
        },
        wires=(
            Wire("heard", "y", "memory", "x"), Wire("memory", "y", "look", "x"), Wire("look", "y", "both", "b"),
            Wire("memory", "y", "both", "a"), Wire("both", "y", "sign", "x"), Wire("sign", "y", "echo", "x"),
            Wire("memory", "y", "look", "context"), Wire("sign", "y", "later", "second"),
        ),
        data=DataChoice(Echo(samples=50, steps=6, delay=2), "standard"),
        optimizer=SGD(learning_rate=0.03, momentum=0.9),
        training=Training(epochs=7, batch_size=16, seed=5, validation=0.25, patience=3),
        kept={"views": {"open": ["curves"]}},
    )  # fmt: skip


def test_there_is_a_golden_file_for_every_version():
    assert sorted(p.name for p in GOLDEN.glob("*.loom")) == [f"v{n + 1}.loom" for n in range(migrations.version())]


def test_steps_run_in_order_from_the_version_of_the_file(monkeypatch):
    def units_were_called_size(given):
        for block in given["blocks"].values():
            if "size" in block:
                block["units"] = block.pop("size")
        return given

    def epochs_were_hundreds(given):
        given["training"]["epochs"] *= 100
        return given

    monkeypatch.setattr(migrations, "MIGRATIONS", [units_were_called_size, epochs_were_hundreds])
    blocks, training = '"blocks": {"d": {"type": "dense", "%s": 3}}', '"training": {"epochs": %d}'
    files = [
        f'{{"neuroloom": {n}, {blocks % u}, {training % e}}}'
        for n, u, e in [(1, "size", 2), (2, "units", 2), (3, "units", 200)]
    ]
    assert len({project.dumps(project.loads(text, "f")) for text in files}) == 1
    document = project.loads(files[0], "f")
    assert document.nodes["d"].block == Dense(units=3)
    assert document.training.epochs == 200
    assert json.loads(project.dumps(document))["neuroloom"] == 3
    with pytest.raises(ProjectFileError, match="version 4; wanted at most 3"):
        project.loads('{"neuroloom": 4}', "f")


def test_a_step_that_stumbles_over_a_strange_file_is_no_crash(monkeypatch):
    monkeypatch.setattr(migrations, "MIGRATIONS", [lambda given: given["blocks"]["a"]])
    with pytest.raises(ProjectFileError, match="a file of version 1 that breaks off at KeyError"):
        project.loads('{"neuroloom": 1}', "f")


NEWER = {
    "neuroloom": 7,
    "title": "of tomorrow",
    "mood": {"kept": [1, 2.0, None]},
    "blocks": {
        "x": {"type": "input", "at": [0, 12.5]},
        "odd": {"type": "dense", "units": 1, "sparsity": [0.5, {"deep": "x"}], "at": [100, 0]},
        "asleep": {"type": "tanh", "mode": "asleep"},
        "moon": {"type": "moon", "phase": 3},
        "inside": {"type": "composite", "definition": "unreadable"},
        "y": {"type": "output", "loss": "a_loss_of_tomorrow"},
    },
    "wires": ["x > odd > asleep > moon > y", "x > moon.side"],
    "training": {"optimizer": {"type": "an_optimizer_of_tomorrow"}, "epochs": 3},
}


def test_a_newer_file_is_refused_with_what_is_understood_of_it():
    with pytest.raises(NewerFileError, match="format version 7; wanted at most") as caught:
        project.loads(json.dumps(NEWER), "f.loom")
    document, gaps = caught.value.document, [words.en for words in caught.value.gaps]
    kinds = {name: getattr(node.block, "type", node.block.__class__) for name, node in document.nodes.items()}
    assert kinds == {
        "x": Input, "odd": "dense@7", "asleep": "tanh@7", "moon": "moon", "inside": "composite@7", "y": "output@7",
    }  # fmt: skip
    assert document.nodes["odd"].position == (100.0, 0.0)
    assert document.kept == {"mood": {"kept": [1, 2.0, None]}}
    assert len(document.wires) == 5
    assert len(gaps) == 5
    for place in (
        "blocks.odd.sparsity",
        "blocks.asleep.mode",
        "blocks.inside.definition",
        "blocks.y.loss",
        "optimizer",
    ):
        assert any(place in gap for gap in gaps), place
    for gap in caught.value.gaps:  # the file is right, and whoever corrects it by hand spoils it
        assert "text editor" not in gap.en and "文本编辑器" not in gap.zh
    assert any(gap.en.endswith("Update the program to use it.") for gap in caught.value.gaps)


def test_a_copy_of_a_newer_file_keeps_its_blocks_as_they_were_and_opens_again():
    with pytest.raises(NewerFileError) as caught:
        project.loads(json.dumps(NEWER), "f.loom")
    copy = json.loads(project.dumps(caught.value.document))
    assert copy["neuroloom"] == migrations.version()
    for name in ("odd", "asleep", "moon", "inside", "y"):
        was = NEWER["blocks"][name]
        assert {**copy["blocks"][name], "type": was["type"]} == was
    assert project.loads(json.dumps(copy), "copy.loom") == caught.value.document


@pytest.mark.parametrize(
    "change",
    [
        {"blocks": {"a/b": {"type": "input"}}},
        {"blocks": {f"b{n}": 0 for n in range(200)}},
        {"frames": {"a": {"at": [0, 0], "size": [9, 9]}}, "notes": {"a": {"text": "", "at": [0, 0], "size": [9, 9]}}},
    ],
)
def test_a_newer_file_of_which_too_little_is_understood_is_only_refused(change):
    with pytest.raises(ProjectFileError, match="update the program") as caught:
        project.loads(json.dumps({**NEWER, **change}), "f.loom")
    assert type(caught.value) is ProjectFileError
