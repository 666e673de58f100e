"""Composites: what is grouped computes what it computed before; definitions are shared; inside and outside agree."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from core.blocks import registry
from core.errors import GraphError, SettingError
from core.graph import edits, grouping, scope
from core.graph.composites import DEEPEST, Composite, Definition
from core.graph.document import Document, Node, Wire
from core.graph.expand import active, expand
from core.graph.shapes import infer
from core.plan import parameters
from core.plan.cost import cost, describe
from core.training.session import Session
from tests.networks import DIGITS8, MLP, chain


def block(id, **settings):
    return registry()[id](**settings)


def net(*entries, wires):
    made = Document()
    for name, each in entries:
        made, _ = edits.add(made, each, (0.0, 0.0), name)
    for text in wires:
        source, target = text.split(" > ")
        made = edits.connect(made, Wire(source, "y", *(target.split(".") if "." in target else (target, "x"))))
    return made


def residual():
    """in > c1 > r > c2 > add, in > add, add > flat > scores > out."""
    conv = block("conv2d", filters=2, padding="same")
    return net(
        ("in", block("input", shape=(6, 6, 2))), ("c1", conv), ("r", block("relu")), ("c2", conv), ("add", block("add")),
        ("flat", block("flatten")), ("scores", block("dense", units=10)), ("out", block("output")),
        wires=["in > c1", "c1 > r", "r > c2", "c2 > add.a", "in > add.b", "add > flat", "flat > scores", "scores > out"],
    )  # fmt: skip


def plain(document, names=None):
    """Blocks and wires as sets of plain values, under other names where given."""
    names = names or {}
    nodes = {names.get(n, n): (type(v.block), v.block, v.mode) for n, v in document.nodes.items()}
    wires = {(names.get(w.source, w.source), w.output, names.get(w.target, w.target), w.input) for w in document.wires}
    return nodes, wires


@st.composite
def networks(draw):
    """Layers of blocks that keep the shape, wired forward at random, with adds where two wires meet."""
    document = net(("in", block("input", shape=(4,))), wires=[])
    names = ["in"]
    for number in range(draw(st.integers(2, 8))):
        name = f"b{number}"
        if draw(st.booleans()):
            document, _ = edits.add(document, block("add"), (0.0, 0.0), name)
            ends = [(draw(st.sampled_from(names)), port) for port in "ab"]
        else:
            kind = draw(st.sampled_from([block("tanh"), block("dense", units=4), block("layer_norm")]))
            document, _ = edits.add(document, kind, (0.0, 0.0), name)
            ends = [(draw(st.sampled_from(names)), "x")]
        for source, port in ends:
            document = edits.connect(document, Wire(source, "y", name, port))
        names.append(name)
    document, _ = edits.add(document, block("output", loss="mean_squared_error"), (0.0, 0.0), "out")
    return edits.connect(document, Wire(names[-1], "y", "out", "x"))


@given(networks(), st.data())
@how(max_examples=60, deadline=None)
def test_a_group_is_the_same_network_under_other_names(document, data):
    names = data.draw(st.sets(st.sampled_from(list(document.nodes)), min_size=1))
    try:
        grouped, name = grouping.group(document, names)
    except GraphError:
        return  # nothing to group, or not convex; told apart below
    assert infer(grouped).faults == infer(document).faults == ()
    inside = names - {"in", "out"}
    renamed = {n: f"{name}/{n}" for n in inside}
    assert plain(expand(grouped)) == plain(document, renamed)
    for outer in document.nodes.keys() - inside:
        assert infer(grouped).outs.get(outer) == infer(document).outs.get(outer)
    ungrouped, _ = grouping.ungroup(grouped, name)
    assert plain(ungrouped) == plain(document)
    twice, outer = grouping.group(grouped, [name])
    assert plain(expand(twice)) == plain(document, {n: f"{outer}/{name}/{n}" for n in inside})


def test_a_group_trains_as_its_blocks_did_bit_for_bit():
    document = chain(*MLP, data=DIGITS8, epochs=2, batch_size=32)
    names = ["dense-2", "relu-3", "dense-4"]
    grouped, name = grouping.group(document, names)
    one, two = Session(document, threads=1), Session(grouped, threads=1)
    try:
        for (block, key), array in one.parameters.w.items():
            two.parameters.w[f"{name}/{block}" if block in names else block, key][...] = array
        for session in (one, two):
            session.run()
        assert one.parameters.w.keys() != two.parameters.w.keys()
        for (block, key), array in one.parameters.w.items():
            np.testing.assert_array_equal(array, two.parameters.w[f"{name}/{block}" if block in names else block, key])
    finally:
        one.close()
        two.close()


def test_what_it_costs_is_what_its_blocks_cost():
    document = residual()
    grouped, name = grouping.group(document, ["c1", "r", "c2", "add"])
    known = infer(grouped)
    outside = {c.name: c for c in describe(document)[0]}
    whole = cost(name, grouped.nodes[name].block, known)
    assert whole.parameters == outside["c1"].parameters + outside["c2"].parameters
    assert whole.multiply_adds == outside["c1"].multiply_adds + outside["c2"].multiply_adds
    keys = {f"{b}.{k}" for b, k in parameters.declarations(expand(grouped), infer(expand(grouped)))}
    inner = grouped.nodes[name].block.weights(known.ins[name])
    assert {f"{name}/{key}" for key in inner} <= keys
    assert {c.name for c in describe(grouped)[0]} == {
        f"{name}/{n}" if n in ("c1", "r", "c2", "add") else n for n in outside
    }


def test_a_group_that_would_feed_itself_is_refused_with_the_block_between():
    with pytest.raises(GraphError, match="r lies between"):
        grouping.group(residual(), ["c1", "c2"])


def test_inputs_and_outputs_stay_outside():
    document = residual()
    grouped, name = grouping.group(document, document.nodes)
    assert set(grouped.nodes) == {"in", name, "out"}
    with pytest.raises(GraphError, match="nothing to group"):
        grouping.group(document, ["in", "out"])


def test_ports_are_there_for_what_is_not_wired_yet():
    loose = net(("a", block("dense")), ("b", block("add")), wires=["a > b.a"])
    grouped, name = grouping.group(loose, ["a", "b"])
    block_ = grouped.nodes[name].block
    assert block_.input_ports() == ("a1", "b1") or len(block_.input_ports()) == 2
    assert len(block_.outputs) == 1


def test_one_outlet_may_feed_many_and_one_source_enters_once():
    document = residual()
    grouped, name = grouping.group(document, ["c1", "r", "c2", "add"])
    assert grouped.nodes[name].block.input_ports() == ("x",), "in feeds two blocks inside by one port"
    assert [w for w in grouped.wires if w.target == name] == [Wire("in", "y", name, "x")]


# repeated ----------------------------------------------------------------------------------------------------------------


def test_repeated_it_is_a_chain_of_copies_with_weights_of_their_own():
    document = net(
        ("in", block("input", shape=(4,))), ("d", block("dense", units=4)), ("t", block("tanh")), ("out", block("output")),
        wires=["in > d", "d > t", "t > out"],
    )  # fmt: skip
    chained, name = grouping.repeat(document, ["d", "t"], 3)
    flat = expand(chained)
    assert list(flat.nodes) == ["in", *(f"{name}/{i}/{n}" for i in (1, 2, 3) for n in "dt"), "out"]
    assert plain(flat)[1] == {
        ("in", "y", f"{name}/1/d", "x"), (f"{name}/1/d", "y", f"{name}/1/t", "x"), (f"{name}/1/t", "y", f"{name}/2/d", "x"),
        (f"{name}/2/d", "y", f"{name}/2/t", "x"), (f"{name}/2/t", "y", f"{name}/3/d", "x"),
        (f"{name}/3/d", "y", f"{name}/3/t", "x"), (f"{name}/3/t", "y", "out", "x"),
    }  # fmt: skip
    assert grouping.repeat(chained, [name], 5)[1] == name, "a composite is repeated itself, not wrapped again"
    ungrouped, names = grouping.ungroup(chained, name)
    assert len(names) == 6 and infer(ungrouped).faults == ()


def test_copies_share_the_inputs_after_the_first():
    document = net(
        ("in", block("input", shape=(4,))), ("side", block("dense", units=4)), ("add", block("add")), ("out", block("output")),
        wires=["in > side", "in > add.a", "side > add.b", "add > out"],
    )  # fmt: skip
    chained, name = grouping.repeat(document, ["add"], 2)
    sources = {(w.source, w.input) for w in expand(chained).wires if w.target == f"{name}/2/add"}
    assert sources == {(f"{name}/1/add", "a"), ("side", "b")}


def test_a_copy_that_does_not_follow_the_one_before_is_a_fault_of_the_composite():
    document = net(
        ("in", block("input", shape=(4, 4, 1))), ("p", block("max_pool2d")), ("out", block("output")),
        wires=["in > p", "p > out"],
    )  # fmt: skip
    chained, name = grouping.repeat(document, ["p"], 4)
    (fault,) = (f for f in infer(chained).faults if f.block == name)
    assert fault.words.en.startswith(f"{name}: copy 3: p: ")


def test_more_blocks_than_can_be_are_refused_before_any_is_made():
    document, name = grouping.repeat(residual(), ["r"], 64)
    document, name = grouping.group(document, [name])
    document, name = grouping.group(grouping.repeat(document, [name], 64)[0], [name])
    with pytest.raises(SettingError, match="20,000 blocks"):
        grouping.repeat(document, [name], 64)


# definitions -------------------------------------------------------------------------------------------------------------


def test_all_blocks_of_a_definition_change_together_until_one_is_made_unique():
    document, name = grouping.group(residual(), ["flat", "scores"])
    document, copies = edits.paste(document, {name: document.nodes[name]}, (), (0.0, 300.0))
    (twin,) = copies.values()
    inside = scope.enter(document, (name,))
    changed = scope.leave(document, (name,), edits.set_block(inside, "scores", block("dense", units=3)))
    assert infer(changed).outs[name] == ((3,),)
    assert changed.nodes[twin].block == changed.nodes[name].block
    apart = grouping.make_unique(document, twin)
    inside = scope.enter(apart, (name,))
    changed = scope.leave(apart, (name,), edits.set_block(inside, "scores", block("dense", units=3)))
    assert infer(changed).outs[name] == ((3,),)
    assert changed.nodes[twin].block.content().nodes["scores"].block.units == 10
    assert len(changed.definitions) == 2


def test_a_promoted_setting_is_each_ones_own_and_may_set_several_inside():
    document, name = grouping.group(residual(), ["c1", "r", "c2"])
    definition = document.nodes[name].block.definition.name
    document = grouping.promote(document, definition, ("c1", "filters"))
    document = grouping.promote(document, definition, ("c2", "filters"), "filters")
    row = document.nodes[name].block.rows()[0]
    assert (row.name, row.default, row.info.label.en) == ("filters", 2, "Filters")
    wide = edits.set_block(document, name, dataclasses.replace(document.nodes[name].block, filters=5))
    assert infer(wide).outs[name] == ((6, 6, 5),)
    assert [expand(wide).nodes[f"{name}/{n}"].block.filters for n in ("c1", "c2")] == [5, 5]
    assert document.definitions[definition].nodes["c1"].block.filters == 2
    with pytest.raises(SettingError):
        dataclasses.replace(wide.nodes[name].block, filters=0)
    gone = grouping.demote(grouping.demote(wide, definition, ("c1", "filters")), definition, ("c2", "filters"))
    assert [row.name for row in gone.nodes[name].block.rows()] == ["repeat"]


@pytest.mark.parametrize(
    ("target", "key", "reason"),
    [
        (("c1", "nothing"), "", "no setting"), (("nobody", "units"), "", "no setting"), (("c1", "padding"), "filters", "other values"),
        (("c1", "stride"), "repeat", "cannot be called"), (("c1", "stride"), "two words", "cannot be called"),
        (("c1", "stride"), "weights", "cannot be called"), (("c1", "stride"), "caption", "cannot be called"),
        (("c1", "filters"), "", "promoted already"),
    ],
)  # fmt: skip
def test_what_cannot_be_promoted_is_refused_in_words(target, key, reason):
    document, name = grouping.group(residual(), ["c1", "r"])
    definition = document.nodes[name].block.definition.name
    document = grouping.promote(document, definition, ("c1", "filters"))
    with pytest.raises(GraphError, match=reason) as error:
        grouping.promote(document, definition, target, key)
    assert error.value.words.zh


def test_a_port_is_renamed_by_its_inlet_and_the_wires_outside_follow():
    document, name = grouping.group(residual(), ["c1", "r", "c2", "add"])
    inside = edits.rename(scope.enter(document, (name,)), "x", "picture")
    after = scope.leave(document, (name,), inside)
    assert after.nodes[name].block.input_ports() == ("picture",)
    assert Wire("in", "y", name, "picture") in after.wires
    assert infer(after).faults == ()
    without = scope.leave(after, (name,), edits.remove(scope.enter(after, (name,)), ["picture"]))
    assert not [w for w in without.wires if w.target == name]


def test_a_promoted_setting_follows_its_block_and_goes_with_it():
    document, name = grouping.group(residual(), ["c1", "r"])
    definition = document.nodes[name].block.definition.name
    document = grouping.promote(document, definition, ("c1", "filters"))
    inside = scope.enter(document, (name,))
    after = scope.leave(document, (name,), edits.rename(inside, "c1", "first"))
    assert after.definitions[definition].settings["filters"] == (("first", "filters"),)
    after = scope.leave(after, (name,), edits.remove(scope.enter(after, (name,)), ["first"]))
    assert after.definitions[definition].settings == {}


def test_nothing_contains_itself_and_nothing_lies_too_deep():
    document, name = grouping.group(residual(), ["r"])
    inside = scope.enter(document, (name,))
    looped, _ = edits.add(inside, document.nodes[name].block)
    with pytest.raises(GraphError, match="contain itself"):
        scope.leave(document, (name,), looped)
    for _ in range(DEEPEST - 1):
        document, name = grouping.group(document, [name])
    assert infer(document).faults == ()
    with pytest.raises(GraphError, match="deep in one another"):
        grouping.group(document, [name])


def test_inside_a_composite_the_shapes_are_those_that_enter_it_there():
    document, name = grouping.group(residual(), ["c1", "r", "c2", "add"])
    document, outer = grouping.group(document, [name, "flat"])
    path = (outer, name)
    _, given = scope.instance(document, infer(document), path)
    assert given == {"x": (6, 6, 2)}
    known = infer(scope.enter(document, path), given=given)
    assert known.outs["c1"] == ((6, 6, 2),) and known.faults == ()
    again = infer(edits.remove(scope.enter(document, path), ["r"]), known)
    assert again.given == given, "what edits infer on the way knows it too"


def test_every_block_of_the_engine_is_found_where_it_lies():
    document, inner = grouping.repeat(residual(), ["r"], 3)
    document, outer = grouping.group(document, ["c1", inner])
    assert scope.path_of(document, f"{outer}/c1") == ((outer,), "c1")
    assert scope.path_of(document, f"{outer}/{inner}/2/r") == ((outer, inner), "r")
    assert scope.path_of(document, "flat") == ((), "flat")
    for name in expand(document).nodes:
        path, local = scope.path_of(document, name)
        assert local in scope.enter(document, path).nodes
    assert scope.inner_prefix(document, (outer, inner)) == f"{outer}/{inner}/1/"


def test_a_path_that_leads_nowhere_any_more_is_left_as_far_as_need_be():
    document, inner = grouping.group(residual(), ["c1", "r"])
    document, outer = grouping.group(document, [inner, "c2"])
    assert scope.reachable(document, (outer, inner)) == (outer, inner)
    assert scope.reachable(document, (outer, "c2")) == (outer,)
    assert scope.reachable(edits.remove(document, [outer]), (outer, inner)) == ()


@given(networks(), st.data())
@how(max_examples=30, deadline=None)
def test_entering_and_leaving_changes_nothing(document, data):
    try:
        document, name = grouping.group(document, data.draw(st.sets(st.sampled_from(list(document.nodes)), min_size=1)))
    except GraphError:
        return
    inside = scope.enter(document, (name,))
    after = scope.leave(document, (name,), inside)
    assert after.nodes is document.nodes and after.definitions is document.definitions
    moved = scope.leave(document, (name,), edits.move(inside, {n: (1.0, 1.0) for n in inside.nodes}))
    assert plain(expand(moved)) == plain(expand(document))
    assert moved.nodes[name].block.definition is moved.definitions[moved.nodes[name].block.definition.name]


def test_faults_inside_are_told_on_the_composite():
    document, name = grouping.group(residual(), ["flat", "scores"])
    inside = edits.remove(scope.enter(document, (name,)), ["flat"])
    broken = scope.leave(document, (name,), inside)
    (fault,) = (f for f in infer(broken).faults if f.block == name)
    assert fault.words.en.startswith(f"{name}: scores: nothing is wired")
    assert fault.words.zh.startswith(f"{name}：scores：")


def test_an_inlet_outside_a_composite_is_a_fault_and_so_is_a_composite_without_an_outlet():
    document, name = grouping.group(residual(), ["c1", "r"])
    stray = document.with_(nodes={**document.nodes, "lost": document.definitions[name].nodes["x"]})
    assert [f.block for f in infer(stray).faults] == ["lost"]
    closed = scope.leave(document, (name,), edits.remove(scope.enter(document, (name,)), ["y"]))
    assert any("no Outlet" in f.words.en for f in infer(closed).faults)


# bypassed and muted ------------------------------------------------------------------------------------------------------


def test_a_bypassed_block_hands_its_first_input_on():
    document = edits.set_mode(residual(), ["r", "add"], "bypass")
    known = infer(document)
    assert known.faults == ()
    assert known.shape("r", "y") == (6, 6, 2) and "r" not in known.outs
    flat = expand(document)
    assert "r" not in flat.nodes and "add" not in flat.nodes
    assert Wire("c1", "y", "c2", "x") in flat.wires and Wire("c2", "y", "flat", "x") in flat.wires
    assert infer(edits.set_mode(document, ["r", "add"], "on"), known).outs == infer(residual()).outs


def test_a_muted_block_takes_along_what_depends_on_it_alone():
    document = edits.set_mode(residual(), ["c1"], "mute")
    known = infer(document)
    assert known.inactive == {"c1", "r", "c2"}
    (fault,) = known.faults
    assert fault.block == "add" and "c2 is muted" in fault.words.en
    mended = edits.set_mode(document, ["add"], "bypass")
    assert infer(mended).faults == ()
    assert list(expand(mended).nodes) == ["in", "flat", "scores", "out"]
    assert Wire("in", "y", "flat", "x") in expand(mended).wires, "the first input that is not muted"


def test_muting_all_that_leads_to_the_output_is_a_fault():
    faults = infer(edits.set_mode(residual(), ["scores"], "mute")).faults
    assert [f.kind for f in faults] == ["missing"]


def test_a_composite_is_bypassed_and_muted_as_a_whole_and_so_is_what_is_inside():
    document, name = grouping.group(residual(), ["c1", "r", "c2"])
    bypassed = edits.set_mode(document, [name], "bypass")
    assert Wire("in", "y", "add", "a") in expand(bypassed).wires
    muted = expand(edits.set_mode(edits.set_mode(document, [name], "mute"), ["add"], "bypass"))
    assert not [n for n in muted.nodes if n.startswith(name)]
    inside = edits.set_mode(scope.enter(document, (name,)), ["r"], "bypass")
    assert f"{name}/r" not in expand(scope.leave(document, (name,), inside)).nodes
    silent = scope.leave(document, (name,), edits.set_mode(scope.enter(document, (name,)), ["r"], "mute"))
    assert any("is muted" in f.words.en for f in infer(silent).faults if f.block == name)


def test_without_modes_and_composites_nothing_is_made_anew():
    document = residual()
    assert expand(document) is document and active(document) is document


def test_a_definition_is_a_value():
    one = Definition("d", nodes={"a": Node(block("relu"))})
    two = Definition("d", nodes={"a": Node(block("relu"))})
    assert one == two and one.kind() == two.kind() and hash(one.kind()) == hash(two.kind())
    assert one.kind is one.kind and one.kind is not two.kind
    assert isinstance(one.kind(), Composite)
    assert one.kind() != Definition("d", nodes={"a": Node(block("tanh"))}).kind()
    assert dataclasses.replace(one.kind()) == one.kind()
