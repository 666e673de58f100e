"""Edits are pure: what was given stays as it was, what changes nothing is the same object, and no wire hangs loose."""

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from core.blocks import registry
from core.errors import GraphError
from core.graph import edits
from core.graph.document import Delta, Document, Wire, difference
from core.graph.training import Learning, Training

RELU, DENSE, ADD, INPUT = (registry()[id_]() for id_ in ("relu", "dense", "add", "input"))


def W(text):
    a, b = text.split(">")
    source, _, out = a.partition(".")
    target, _, into = b.partition(".")
    return Wire(source, out or "y", target, into or "x")


def net(names, *wires):
    made = Document()
    for name in names:
        made, _ = edits.add(made, ADD if name.startswith("add") else RELU, (0.0, 0.0), name)
    for wire in wires:
        made = edits.connect(made, W(wire))
    return made


def texts(document):
    return {f"{w.source}.{w.output}>{w.target}.{w.input}" for w in document.wires}


def test_a_block_is_named_by_its_stem_and_a_number_that_is_free():
    made, first = edits.add(Document(), DENSE)
    made, second = edits.add(made, DENSE)
    made = edits.remove(made, [first])
    made, third = edits.add(made, DENSE)
    assert (first, second, third) == ("dense1", "dense2", "dense1")


def test_free_names_go_on_counting_and_skip_those_that_are_promised():
    made = net(["conv1", "conv2"])
    assert edits.free_name(made, "conv2") == "conv3"
    assert edits.free_name(made, "conv", also={"conv3"}) == "conv4"
    assert edits.free_name(made, "7") == "71"


@pytest.mark.parametrize("name", ["a", "conv1", "卷积1", "a-b_c", "é", "x" * 64])
def test_names_of_any_script_are_taken(name):
    assert name in edits.add(Document(), RELU, None, name)[0].nodes


@pytest.mark.parametrize("name", ["", " ", "a b", "a.b", "a/b", "a>b", "x" * 65, "a\n", "🙂"])
def test_names_that_a_file_could_not_hold_are_refused_in_words(name):
    with pytest.raises(GraphError) as error:
        edits.add(Document(), RELU, None, name)
    assert error.value.words.zh and "letters" in error.value.words.en


def test_a_name_that_is_taken_is_refused():
    made = net(["a"])
    for attempt in (lambda: edits.add(made, RELU, None, "a"), lambda: edits.rename(net(["a", "b"]), "b", "a")):
        with pytest.raises(GraphError, match="named 'a' already"):
            attempt()


def test_what_is_not_there_is_said_so():
    for attempt in (
        lambda: edits.rename(net(["a"]), "b", "c"),
        lambda: edits.set_block(net(["a"]), "b", RELU),
        lambda: edits.insert(net(["a"]), "b", W("a>a")),
        lambda: edits.set_weights(net(["a"]), "b", {}),
        lambda: edits.connect(net(["a"]), W("a>b")),
        lambda: edits.connect(net(["a"]), W("b>a")),
    ):
        with pytest.raises(GraphError, match="no block named 'b'"):
            attempt()


def test_a_second_wire_to_an_input_takes_the_place_of_the_first():
    made = edits.connect(net(["a", "b", "c"], "a>c"), W("b>c"))
    assert texts(made) == {"b.y>c.x"}


def test_an_output_may_feed_many():
    assert texts(net(["a", "b", "c"], "a>b", "a>c")) == {"a.y>b.x", "a.y>c.x"}


def test_removing_blocks_removes_their_wires():
    made = edits.remove(net(["a", "b", "c"], "a>b", "b>c"), ["b", "nobody"])
    assert set(made.nodes) == {"a", "c"} and made.wires == ()


def test_healing_joins_both_sides_also_over_several_blocks_and_several_outputs():
    made = net(["a", "b", "c", "d", "e"], "a>b", "b>c", "c>d", "c>e")
    assert texts(edits.remove(made, ["b", "c"], heal=True)) == {"a.y>d.x", "a.y>e.x"}


def test_a_block_with_several_sources_leaves_a_gap_because_nobody_knows_which_was_meant():
    made = net(["a", "b", "add1", "c"], "a>add1.a", "b>add1.b", "add1>c")
    assert texts(edits.remove(made, ["add1"], heal=True)) == set()


def test_inserting_splits_a_wire():
    made = edits.insert(net(["a", "b", "c"], "a>b"), "c", W("a>b"))
    assert texts(made) == {"a.y>c.x", "c.y>b.x"}


def test_a_block_without_an_input_cannot_be_inserted():
    made, _ = edits.add(net(["a", "b"], "a>b"), INPUT, None, "in")
    assert edits.insert(made, "in", W("a>b")) is made


def test_moving_changes_only_what_moves():
    made = net(["a", "b"])
    moved = edits.move(made, {"a": (8.0, 0.0), "b": (0.0, 0.0), "nobody": (1.0, 1.0)})
    assert moved.nodes["a"].position == (8.0, 0.0)
    assert moved.nodes["b"] is made.nodes["b"]
    assert difference(made, moved) == Delta(changed=("a",))


def test_other_settings_keep_place_and_wires_and_lost_ports_lose_theirs():
    made = net(["a", "b", "add1"], "a>add1.a", "b>add1.b")
    same = edits.set_block(made, "a", DENSE)
    assert same.nodes["a"].block is DENSE and same.wires is made.wires
    other = edits.set_block(made, "add1", RELU)
    assert other.wires == ()


def test_renaming_keeps_the_order_and_takes_the_wires_along():
    made = edits.rename(net(["a", "b", "c"], "a>b", "b>c"), "b", "middle")
    assert list(made.nodes) == ["a", "middle", "c"]
    assert texts(made) == {"a.y>middle.x", "middle.y>c.x"}


def test_copies_get_free_names_keep_their_own_wires_and_those_from_blocks_that_are_here():
    made = net(["in", "a1", "b1"], "in>a1", "a1>b1")
    part = {n: made.nodes[n] for n in ("a1", "b1")}
    after, names = edits.paste(made, part, made.wires, (16.0, 8.0))
    assert names == {"a1": "a2", "b1": "b2"}
    assert texts(after) == texts(made) | {"in.y>a2.x", "a2.y>b2.x"}
    assert after.nodes["a2"].position == (16.0, 8.0)
    elsewhere, _ = edits.paste(Document(), part, made.wires, (0.0, 0.0))
    assert texts(elsewhere) == {"a1.y>b1.x"}


def test_pasting_blocks_whose_new_names_could_meet_keeps_them_apart():
    made = net(["a1"])
    after, names = edits.paste(made, {"a1": made.nodes["a1"], "a2": made.nodes["a1"]}, (), (0.0, 0.0))
    assert len(set(names.values())) == 2
    assert len(after.nodes) == 3


def test_weights_set_by_hand_are_kept_through_moving_and_dropped_with_an_empty_mapping():
    made = edits.set_weights(net(["a"]), "a", {"b": (0.5,)})
    assert edits.move(made, {"a": (9.0, 9.0)}).nodes["a"].weights == {"b": (0.5,)}
    assert edits.set_weights(made, "a", {"b": (0.5,)}) is made
    assert edits.set_weights(made, "a", {}).nodes["a"].weights == {}


def test_what_changes_nothing_is_the_very_same_document():
    made = net(["a", "b"], "a>b")
    for same in (
        edits.remove(made, []),
        edits.remove(made, ["nobody"]),
        edits.connect(made, W("a>b")),
        edits.disconnect(made, [W("b>a")]),
        edits.move(made, {"a": (0.0, 0.0)}),
        edits.set_block(made, "a", registry()["relu"]()),
        edits.rename(made, "a", "a"),
        edits.set_title(made, ""),
        edits.set_data(made, None),
        edits.set_training(made, Training()),
        edits.set_training(made),
    ):
        assert same is made


def test_a_document_cannot_be_changed_behind_its_back():
    made = net(["a"])
    with pytest.raises(TypeError):
        made.nodes["b"] = made.nodes["a"]
    with pytest.raises(AttributeError):
        made.title = "x"


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["add", "connect", "remove", "heal", "insert", "rename", "paste", "block"]),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=25,
)


def step(document, operation):
    what, i, j = operation
    names = list(document.nodes)
    if what == "add" or not names:
        return edits.add(document, ADD if i % 2 else RELU, (float(i), float(j)))[0]
    a, b = names[i % len(names)], names[j % len(names)]
    ports = document.nodes[b].block.input_ports()
    match what:
        case "connect":
            return edits.connect(document, Wire(a, "y", b, ports[i % len(ports)]))
        case "remove" | "heal":
            return edits.remove(document, {a, b}, heal=what == "heal")
        case "insert":
            wires = [w for w in document.wires if a not in (w.source, w.target)]
            return edits.insert(document, a, wires[j % len(wires)]) if wires else document
        case "rename":
            return edits.rename(document, a, edits.free_name(document, f"r{j}x"))
        case "paste":
            return edits.paste(document, {n: document.nodes[n] for n in {a, b}}, document.wires, (1.0, 1.0))[0]
        case _:
            return edits.set_block(document, a, RELU if j % 2 else ADD)


@limits(deadline=None)
@given(OPERATIONS)
def test_whatever_is_done_no_wire_hangs_loose_and_what_was_stays_as_it_was(operations):
    document = Document()
    for operation in operations:
        before, nodes, wires = document, dict(document.nodes), document.wires
        document = step(document, operation)
        assert dict(before.nodes) == nodes and before.wires is wires
        ends = [(w.target, w.input) for w in document.wires]
        assert len(ends) == len(set(ends)), "two wires end at one input"
        for w in document.wires:
            assert w.source in document.nodes and w.target in document.nodes
            assert w.input in document.nodes[w.target].block.input_ports()
            assert w.output in document.nodes[w.source].block.output_ports()


@limits(deadline=None)
@given(OPERATIONS, OPERATIONS)
def test_a_delta_says_exactly_what_differs(first, second):
    before = Document()
    for operation in first:
        before = step(before, operation)
    after = before
    for operation in second:
        after = step(after, operation)
    delta = difference(before, after)
    nodes = {n: v for n, v in before.nodes.items() if n not in delta.removed}
    nodes |= {n: after.nodes[n] for n in (*delta.added, *delta.changed)}
    assert nodes == dict(after.nodes)
    assert (set(before.wires) - set(delta.wires_removed)) | set(delta.wires_added) == set(after.wires)
    assert not set(delta.added) & set(before.nodes) and not set(delta.wires_added) & set(before.wires)


def test_freezing_and_thawing_keep_all_else_of_a_block():
    made = edits.set_weights(net(["a", "b"], "a>b"), "a", {"W": 1.0})
    frozen = edits.set_learning(made, "a", Learning(frozen=True, l2=0.1))
    assert difference(made, frozen) == Delta(changed=("a",))
    assert edits.set_learning(frozen, "a", Learning(frozen=True, l2=0.1)) is frozen
    assert edits.set_learning(frozen, "a", Learning()) == made
    held = edits.freeze_weights(frozen, "a", {"W": True})
    assert edits.freeze_weights(held, "a", {"W": True}) is held
    assert edits.freeze_weights(held, "a", {}) == frozen
    assert edits.set_block(held, "a", DENSE).nodes["a"].learning == Learning(frozen=True, l2=0.1)
    with pytest.raises(GraphError, match="no block named 'z'"):
        edits.set_learning(made, "z", Learning())
