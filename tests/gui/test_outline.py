"""The outline: what it says of a network, and that it and the canvas select the same blocks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.examples import examples
from core.graph import edits
from core.project import load
from core.words import Words
from gui.document.store import Store
from gui.i18n import language
from gui.outline import Outline


@pytest.fixture
def store(qtbot):
    path = next(e.path for e in examples() if e.id == "playground")
    made = Store()
    made.open(load(path))
    return made


@pytest.fixture
def outline(qtbot, store):
    made = Outline(store)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def rows(outline):
    """Every row as (text, texts under it)."""
    model = outline.model()
    tops = [model.index(i, 0) for i in range(model.rowCount())]
    return [(t.data(), [model.index(i, 0, t).data() for i in range(model.rowCount(t))]) for t in tops]


def test_every_block_has_a_row_after_those_that_feed_it_with_its_inputs_under_it(outline, store):
    names = [text.split(" · ")[0] for text, _ in rows(outline)]
    assert sorted(names) == sorted(store.document.nodes)
    assert all(names.index(w.source) < names.index(w.target) for w in store.document.wires)
    under = {text.split(" · ")[0]: inner for text, inner in rows(outline)}
    for wire in store.document.wires:
        assert any(line.startswith(f"{wire.input} ← {wire.source}") for line in under[wire.target])


def test_a_wire_that_is_cut_is_told_with_its_fault(outline, store):
    wire = store.document.wires[-1]
    store.apply(Words("Cut", "剪断"), lambda d: edits.disconnect(d, (wire,)))
    under = {text.split(" · ")[0]: inner for text, inner in rows(outline)}
    assert f"{wire.input} ← not wired" in under[wire.target]
    faults = {f.words.en for f in store.inference.faults if f.block == wire.target}
    assert faults
    assert faults <= set(under[wire.target])


def test_the_selection_goes_both_ways_and_the_arrow_keys_move_it(outline, store):
    names = [text.split(" · ")[0] for text, _ in rows(outline)]
    store.select([names[1]])
    assert outline.currentIndex().data().startswith(names[1])
    outline.collapseAll()
    QTest.keyClick(outline, Qt.Key.Key_Down)
    assert store.selection == {names[2]}


def test_return_asks_to_see_the_block(outline, store, qtbot):
    name = next(iter(store.document.nodes))
    store.select([name])
    with qtbot.waitSignal(outline.chosen) as heard:
        QTest.keyClick(outline, Qt.Key.Key_Return)
    assert heard.args == [name]


def test_it_speaks_the_language_of_now(outline, store):
    english = rows(outline)
    language.choose("zh")
    try:
        assert all(a != b for (a, _), (b, _) in zip(english, rows(outline), strict=True))
        assert outline.accessibleName() == "大纲"
    finally:
        language.choose("en")
