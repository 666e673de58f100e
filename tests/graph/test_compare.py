"""What differs between two versions of a project, against versions made by one edit each."""

from dataclasses import replace

import pytest

from core.blocks.dense import Dense
from core.graph import edits
from core.graph.compare import compare
from core.graph.document import Document, Node, Note
from core.optimizers.adam import Adam

MINE = Document(nodes={f"d{n}": Node(Dense(units=n + 1), (100.0 * n, 0.0)) for n in range(12)})


def said(mine, theirs):
    lines = compare(mine, theirs)
    assert all(line.en and line.zh and line.en != line.zh for line in lines)
    return [line.en for line in lines]


@pytest.mark.parametrize(
    ("theirs", "lines"),
    [
        (MINE, []),
        (edits.remove(MINE, ["d3"]), ["Only here: d3"]),
        (MINE.with_(nodes={**MINE.nodes, "new": Node(Dense(), (0.0, 0.0))}), ["Only in the file: new"]),
        (edits.move(MINE, {"d3": (1.0, 2.0)}), ["Moved: d3"]),
        (MINE.with_(nodes={**MINE.nodes, "d3": Node(Dense(units=99), (300.0, 0.0))}), ["Different: d3"]),
        (MINE.with_(nodes={n: replace(node, position=None) for n, node in MINE.nodes.items()}), []),
        (Document(), ["Only here: d0, d1, d2, d3, d4, d5, d6, d7 and 4 more"]),
        (replace(MINE, title="x"), ["Also different: title"]),
        (
            replace(MINE, optimizer=Adam(), notes={"n": Note("x", (0, 0, 9, 9))}),
            ["Also different: notes, optimiser"],
        ),
    ],
)
def test_each_edit_is_named(theirs, lines):
    assert said(MINE, theirs) == lines
    assert said(MINE, replace(theirs)) == lines  # by what they hold, not by who they are
