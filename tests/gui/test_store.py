"""The store: one door, one entry a gesture, one delta, and a way back to the very same document."""

import gc
import weakref
from pathlib import Path

import pytest
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.blocks import registry
from core.errors import GraphError
from core.graph import edits, shapes
from core.graph.document import Delta, Document, Wire
from core.graph.shapes import infer
from core.words import Words, same
from gui.document import store as store_module
from gui.document.store import Store

ADD = Words("Add", "添加")


def relu(name, at=(0.0, 0.0)):
    return lambda d: edits.add(d, registry()["relu"](), at, name)[0]


@pytest.fixture
def store(qapp):
    return Store()


@pytest.fixture
def heard(store):
    """The deltas the store has told."""
    told = []
    store.changed.connect(told.append)
    store.told = told  # keeps the list as long as the store
    return told


def test_an_edit_is_one_entry_and_one_delta_and_undoes_to_the_very_same_document(store, heard):
    start = store.document
    assert store.apply(ADD, relu("a"))
    after = store.document
    assert heard == [Delta(added=("a",))]
    assert store.history.count() == 1
    store.undo()
    assert store.document is start
    store.redo()
    assert store.document is after
    assert len(heard) == 3


def test_an_edit_that_changes_nothing_is_no_entry(store, heard):
    assert not store.apply(ADD, lambda d: d)
    assert store.history.count() == 0 and heard == []


def test_an_edit_that_fails_leaves_everything_as_it_was(store, heard):
    store.apply(ADD, relu("a"))
    before = store.document
    with pytest.raises(GraphError):
        store.apply(ADD, relu("a"))
    assert store.document is before and store.history.count() == 1 and len(heard) == 1


def test_a_preview_is_shown_and_told_but_is_no_entry_until_it_is_kept(store, heard):
    start = store.document
    for x in (1.0, 2.0, 3.0):
        store.preview(relu("a", (x, 0.0)))
        assert store.previewing
    assert store.document.nodes["a"].position == (3.0, 0.0)
    assert store.history.count() == 0 and len(heard) == 3
    assert store.commit(ADD)
    assert not store.previewing and store.history.count() == 1 and len(heard) == 3
    store.undo()
    assert store.document is start


def test_every_preview_starts_from_the_document_before_the_first(store):
    store.preview(relu("a"))
    store.preview(relu("b"))
    assert set(store.document.nodes) == {"b"}


def test_cancelling_a_preview_goes_back_to_the_very_same_document(store):
    start = store.document
    store.preview(relu("a"))
    store.cancel()
    assert store.document is start and not store.previewing
    assert not store.commit(ADD)
    assert store.history.count() == 0


def test_a_scrub_that_comes_back_to_where_it_began_is_no_entry(store):
    store.preview(relu("a"))
    store.preview(lambda d: d)
    assert not store.commit(ADD)
    assert store.history.count() == 0


@pytest.mark.parametrize("what", ["apply", "undo", "redo", "open"])
def test_a_preview_gives_way_to_whatever_is_meant(store, what):
    store.apply(ADD, relu("a"))
    store.preview(relu("b"))
    if what == "apply":
        store.apply(ADD, relu("c"))
        assert set(store.document.nodes) == {"a", "c"}
    elif what == "undo":
        store.undo()
        assert set(store.document.nodes) == set()
    elif what == "redo":
        store.redo()
        assert set(store.document.nodes) == {"a"}
    else:
        store.open(Document(title="new"))
        assert store.document.nodes == {}
    assert not store.previewing


def test_a_renamed_block_stays_selected_and_a_removed_one_does_not(store):
    store.apply(ADD, relu("a"))
    store.apply(ADD, relu("b"))
    store.select(["a", "b", "nobody"])
    assert store.selection == {"a", "b"}
    store.apply(ADD, lambda d: edits.rename(d, "a", "z"))
    assert store.selection == {"z", "b"}
    store.apply(ADD, lambda d: edits.remove(d, ["b"]))
    assert store.selection == {"z"}
    store.undo()
    store.undo()
    assert store.selection == {"a"}


def test_whoever_hears_of_a_change_finds_no_selected_block_that_is_gone(store):
    store.apply(ADD, relu("a"))
    store.select(["a"])
    found = []
    listen = lambda _: found.append(all(n in store.document.nodes for n in store.selection))
    store.changed.connect(listen)
    store.apply(ADD, lambda d: edits.remove(d, ["a"]))
    assert found == [True]


def test_selecting_is_told_once_and_is_no_entry(store):
    store.apply(ADD, relu("a"))
    told = []
    store.selection_changed.connect(told.append)
    store.select(["a"])
    store.select(["a"])
    assert told == [frozenset({"a"})]
    assert store.history.count() == 1


def test_moving_blocks_works_out_no_shapes_and_everything_else_does(store, monkeypatch):
    asked = []
    monkeypatch.setattr(store_module, "infer", lambda *args: asked.append(1) or infer(*args))
    store.apply(ADD, relu("a"))
    assert len(asked) == 1
    store.apply(ADD, lambda d: edits.move(d, {"a": (8.0, 8.0)}))
    store.apply(ADD, lambda d: edits.set_title(d, "title"))
    assert len(asked) == 1
    for _ in range(3):
        store.undo()
    assert len(asked) == 1  # what undoing comes back to is remembered
    assert store.inference == infer(store.document)


def test_opening_lays_out_what_has_no_place_and_begins_a_new_history(store):
    store.apply(ADD, relu("a"))
    opened = []
    store.opened.connect(opened.append)
    lost, _ = edits.add(Document(), registry()["relu"](), None, "lost")
    store.open(lost, Path("net.loom"))
    assert store.document.nodes["lost"].position is not None
    assert store.history.count() == 0 and not store.modified and store.path == Path("net.loom")
    assert opened == [store.document]


def test_the_star_in_the_title_comes_with_an_edit_and_goes_with_saving_or_undo(store):
    told = []
    store.modified_changed.connect(told.append)
    store.apply(ADD, relu("a"))
    assert store.modified
    store.saved(Path("net.loom"))
    assert not store.modified
    store.undo()
    assert store.modified
    store.redo()
    assert not store.modified
    assert told == [True, False, True, False]


def test_entries_are_named_in_the_language_of_now(store):
    store.apply(ADD, relu("a"))
    assert store.history.undoText() == "Add"
    store.relabel("zh")
    assert store.history.undoText() == "添加"
    store.apply(Words("Move", "移动"), lambda d: edits.move(d, {"a": (1.0, 1.0)}))
    assert store.history.undoText() == "移动"


def test_shapes_are_those_of_the_document_that_is_shown(store):
    for id_, name in (("input", "x"), ("relu", "r")):
        store.apply(ADD, lambda d, id_=id_, name=name: edits.add(d, registry()[id_](), (0.0, 0.0), name)[0])
    store.apply(ADD, lambda d: edits.connect(d, Wire("x", "y", "r", "x")))
    assert store.inference.shape("r", "y") == (2,)
    store.preview(lambda d: edits.set_block(d, "x", registry()["input"](shape=(5,))))
    assert store.inference.shape("r", "y") == (5,)
    store.cancel()
    assert store.inference.shape("r", "y") == (2,)


class RandomEdits(RuleBasedStateMachine):
    """Anything, in any order; then undo all is the start and redo all the end, by identity."""

    def __init__(self):
        super().__init__()
        self.store = Store()
        self.start = self.store.document
        self.seen = [self.start]  # the document after each entry
        self.shown = dict(self.start.nodes)  # what a view that only hears deltas would show
        self.wires = set()
        self.store.changed.connect(self.hear)

    def hear(self, delta):
        document = self.store.document
        for name in delta.removed:
            del self.shown[name]
        for name in (*delta.added, *delta.changed):
            self.shown[name] = document.nodes[name]
        self.wires = (self.wires - set(delta.wires_removed)) | set(delta.wires_added)

    def did(self, done):
        if done:
            del self.seen[self.store.history.index() :]
            self.seen.append(self.store.document)

    def names(self):
        return sorted(self.store.document.nodes)

    @rule(id_=st.sampled_from(["input", "relu", "dense", "add", "flatten"]), x=st.integers(-50, 50))
    def add(self, id_, x):
        self.did(self.store.apply(ADD, lambda d: edits.add(d, registry()[id_](), (8.0 * x, 0.0))[0]))

    @precondition(lambda self: len(self.names()) > 1)
    @rule(data=st.data())
    def connect(self, data):
        a, b = (data.draw(st.sampled_from(self.names())) for _ in range(2))
        port = data.draw(st.sampled_from(self.store.document.nodes[b].block.input_ports() or ("x",)))
        self.did(self.store.apply(ADD, lambda d: edits.connect(d, Wire(a, "y", b, port))))

    @precondition(lambda self: self.names())
    @rule(data=st.data(), heal=st.booleans())
    def remove(self, data, heal):
        gone = data.draw(st.sets(st.sampled_from(self.names()), max_size=3))
        self.did(self.store.apply(ADD, lambda d: edits.remove(d, gone, heal=heal)))

    @precondition(lambda self: self.names())
    @rule(data=st.data(), x=st.integers(-9, 9), commit=st.booleans())
    def drag(self, data, x, commit):
        name = data.draw(st.sampled_from(self.names()))
        before = self.store.document
        for step in (1, x):
            self.store.preview(lambda d, step=step: edits.move(d, {name: (8.0 * step, 8.0)}))
        if commit:
            self.did(self.store.commit(same("Move")))
        else:
            self.store.cancel()
            assert self.store.document is before

    @precondition(lambda self: self.names())
    @rule(data=st.data())
    def rename(self, data):
        name = data.draw(st.sampled_from(self.names()))
        self.did(self.store.apply(ADD, lambda d: edits.rename(d, name, edits.free_name(d, "n"))))

    @precondition(lambda self: self.names())
    @rule(data=st.data())
    def paste(self, data):
        names = data.draw(st.sets(st.sampled_from(self.names()), min_size=1, max_size=3))
        part = {n: self.store.document.nodes[n] for n in sorted(names)}
        wires = [w for w in self.store.document.wires if w.target in part]
        self.did(self.store.apply(ADD, lambda d: edits.paste(d, part, wires, (8.0, 8.0))[0]))

    @rule()
    def undo(self):
        self.store.undo()

    @rule()
    def redo(self):
        self.store.redo()

    @invariant()
    def a_view_that_only_hears_deltas_shows_the_document(self):
        assert self.shown == dict(self.store.document.nodes)
        assert self.wires == set(self.store.document.wires)
        assert self.store.document is self.seen[self.store.history.index()]

    @invariant()
    def shapes_worked_out_step_by_step_are_those_worked_out_anew(self):
        anew = shapes.infer(self.store.document)
        assert anew.outs == self.store.inference.outs
        assert {f.words for f in anew.faults} == {f.words for f in self.store.inference.faults}

    def teardown(self):
        end = self.store.document
        index, count = self.store.history.index(), self.store.history.count()
        for _ in range(index):
            self.store.undo()
        assert self.store.document is self.start
        for _ in range(count):
            self.store.redo()
        assert self.store.document is self.seen[count]
        if index == count:
            assert self.store.document is end
        self.store.history.clear()


RandomEdits.TestCase.settings = limits(max_examples=40, stateful_step_count=25, deadline=None)
TestRandomEdits = RandomEdits.TestCase


def test_a_store_that_nobody_holds_is_gone_at_once_and_leaves_nothing_to_the_garbage_collector(qapp):
    store = Store(Document())
    store.apply(same("title"), lambda d: edits.set_title(d, "one"))
    gone = weakref.ref(store)
    gc.disable()
    try:
        del store
        assert gone() is None, "no command of its history holds it"
    finally:
        gc.enable()
