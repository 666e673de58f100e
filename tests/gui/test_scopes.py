"""The store inside a composite: what is edited there is the project, and the way back is exact."""

from dataclasses import replace

import pytest

from core.errors import GraphError
from core.graph import edits, grouping
from core.graph.expand import expand
from core.graph.shapes import infer
from core.words import same
from gui.canvas.panel import Canvas
from gui.document.store import Store
from tests.graph.test_composites import block, residual

EDIT = same("edit")


@pytest.fixture
def store(qapp):
    """A composite with another in it: outer holds inner (c1, r) and c2."""
    document, _ = grouping.group(residual(), ["c1", "r"])
    document, _ = grouping.group(document, ["group1", "c2"])
    return Store(document)


def test_what_is_edited_inside_reaches_the_project_and_its_shapes(store):
    told = []
    store.scope_changed.connect(told.append)
    assert store.enter("group2") and store.enter("group1") and not store.enter("c1")
    assert store.scope == ("group2", "group1") and told == [("group2",), ("group2", "group1")]
    assert store.inference.outs["c1"] == ((6, 6, 2),)
    store.apply(EDIT, lambda d: edits.set_block(d, "c1", block("conv2d", filters=5, padding="same")))
    assert store.inference.outs["r"] == ((6, 6, 5),)
    assert expand(store.root).nodes["group2/group1/c1"].block.filters == 5
    assert store.whole.outs == infer(store.root).outs
    store.go(())
    assert store.document is store.root and store.inference is store.whole
    assert store.history.count() == 1


def test_a_preview_inside_is_taken_back_to_the_very_same_project(store):
    store.enter("group2")
    root, inside = store.root, store.document
    store.preview(lambda d: edits.remove(d, ["c2"]))
    assert store.root is not root and store.previewing
    store.preview(lambda d: d)
    assert store.document is inside, "an edit that changes nothing shows what was there"
    store.preview(lambda d: edits.move(d, {"c2": (8.0, 8.0)}))
    store.cancel()
    assert store.root is root and store.document is inside and store.scope == ("group2",)
    store.preview(lambda d: edits.move(d, {"c2": (8.0, 8.0)}))
    assert store.commit(EDIT)
    store.go(())
    store.undo()
    assert store.root is root and store.scope == ("group2",), "undo goes to where it was done"
    store.redo()
    assert store.document.nodes["c2"].position == (8.0, 8.0)


def test_an_edit_that_is_refused_leaves_all_as_it_was(store):
    outer = store.root.nodes["group2"].block
    store.enter("group2")
    root = store.root
    with pytest.raises(GraphError, match="contain itself"):
        store.apply(EDIT, lambda d: edits.add(d, outer)[0])
    assert store.root is root and store.history.count() == 0


def test_when_the_open_composite_is_gone_one_stands_outside(store):
    store.apply(EDIT, lambda d: grouping.group(d, ["flat"])[0])
    store.enter("group3")
    store.apply(EDIT, lambda d: edits.move(d, {"flat": (8.0, 8.0)}))
    store.undo()
    assert store.scope == ("group3",)
    store.undo()
    assert store.scope == () and "group3" not in store.document.nodes
    store.open(residual())
    assert store.scope == () and store.history.count() == 0


def test_blocks_are_known_by_the_engines_names_too(store):
    document, known = store.flat()
    assert document.nodes.keys() == expand(store.root).nodes.keys() and known.outs == infer(document).outs
    assert store.flat()[0] is document, "worked out once"
    store.enter("group2")
    store.enter("group1")
    assert store.flat_name("c1") == "group2/group1/c1"
    assert store.shown_name("group2/group1/c1") == "c1"
    assert store.shown_name("group2/c2") is None and store.shown_name("flat") is None
    store.reveal("group2/c2")
    assert store.scope == ("group2",) and store.selection == {"c2"}
    store.reveal("group2/gone/c2")
    assert store.scope == ("group2",)


def test_what_belongs_to_the_project_is_edited_from_inside_as_well(store):
    store.enter("group2")
    store.apply(EDIT, lambda d: edits.set_title(d, "Renamed"))
    assert store.root.title == "Renamed" and store.document.title == "Renamed"
    assert store.root.nodes.keys() == {"in", "group2", "add", "flat", "scores", "out"}


def test_blocks_inside_that_have_no_place_get_one(qapp):
    document, name = grouping.group(residual(), ["c1", "r"])
    definition = document.nodes[name].block.definition
    lost = {**definition.nodes, "c1": replace(definition.nodes["c1"], position=None)}
    store = Store(grouping.define(document, replace(definition, nodes=lost)))
    store.enter(name)
    assert store.document.nodes["c1"].position is not None


def test_a_renamed_block_is_renamed_in_all_copies_that_the_engine_has(store):
    store.apply(EDIT, lambda d: edits.paste(d, {"group2": d.nodes["group2"]}, (), (0.0, 300.0))[0])
    store.enter("group2")
    store.apply(EDIT, lambda d: edits.set_block(d, "group1", replace(d.nodes["group1"].block, repeat=2)))
    store.enter("group1")
    before, told = expand(store.root), []
    store.renamed.connect(told.append)
    store.apply(EDIT, lambda d: edits.rename(d, "c1", "first"))
    after = expand(store.root)
    gone, fresh = before.nodes.keys() - after.nodes.keys(), after.nodes.keys() - before.nodes.keys()
    assert len(gone) == 4 and told[0].keys() == gone and set(told[0].values()) == fresh
    assert all(before.nodes[old].block == after.nodes[new].block for old, new in told[0].items())


def test_a_renaming_inside_is_undone_from_outside_by_the_engines_names_too(store):
    store.enter("group2")
    store.enter("group1")
    store.apply(EDIT, lambda d: edits.rename(d, "c1", "first"))
    store.go(())
    told = []
    store.renamed.connect(told.append)
    before = expand(store.root)
    store.undo()
    after = expand(store.root)
    assert told == [{"group2/group1/first": "group2/group1/c1"}]
    assert before.nodes["group2/group1/first"].block == after.nodes["group2/group1/c1"].block
    store.go(())
    store.redo()
    assert told[1:] == [{"group2/group1/c1": "group2/group1/first"}]


def test_what_is_open_can_be_changed_alone_with_all_that_it_lies_in(store):
    store.apply(EDIT, lambda d: edits.paste(d, {"group2": d.nodes["group2"]}, (), (0.0, 300.0))[0])
    (twin,) = (n for n in store.root.nodes if n.startswith("group") and n != "group2")
    store.enter("group2")
    store.enter("group1")
    flat = expand(store.root)
    assert store.separate(EDIT) and not store.separate(EDIT), "once it is alone there is nothing to do"
    assert store.scope == ("group2", "group1") and store.history.count() == 2
    assert expand(store.root).nodes.keys() == flat.nodes.keys(), "the engine sees the same network"
    store.apply(EDIT, lambda d: edits.set_block(d, "c1", block("conv2d", filters=7, padding="same")))
    blocks = {n: expand(store.root).nodes[f"{n}/group1/c1"].block.filters for n in ("group2", twin)}
    assert blocks["group2"] == 7 != blocks[twin]
    store.undo()
    store.undo()
    assert store.root.nodes["group2"].block.definition is store.root.nodes[twin].block.definition


def test_inside_the_shapes_and_values_are_those_of_the_block_one_came_through(store):
    inner = store.root.nodes["group2"].block.definition.nodes["group1"].block.definition.name
    store.apply(EDIT, lambda d: grouping.promote(d, inner, ("c1", "filters")))
    store.enter("group2")
    outer = store.root.nodes["group2"].block.definition
    (key,) = store.root.definitions[inner].settings
    store.apply(EDIT, lambda d: grouping.promote(d, outer.name, ("group1", key)))
    store.go(())
    (outside,) = store.root.nodes["group2"].block.definition.settings
    store.apply(EDIT, lambda d: edits.set_block(d, "group2", replace(d.nodes["group2"].block, **{outside: 7})))
    store.enter("group2")
    assert store.inference.outs["group1"] == ((6, 6, 7),)
    store.enter("group1")
    assert store.inference.outs["c1"] == ((6, 6, 7),) and store.inference.outs["r"] == ((6, 6, 7),)
    canvas = Canvas(store)
    try:
        assert canvas.items_.nodes["c1"].look.made.filters == 7
    finally:
        canvas.close()
    before = store.inference.ins["c1"]
    store.apply(EDIT, lambda d: edits.move(d, {"c1": (80.0, 80.0)}))
    assert store.inference.ins["c1"] == before
