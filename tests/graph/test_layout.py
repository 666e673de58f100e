"""Automatic layout: along the flow, without overlaps, with straight chains, and always the same."""

import itertools

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from core.blocks import registry
from core.graph.document import Document, Node, Wire
from core.graph.layout import BLOCK_GAP, LAYER_GAP, NOMINAL, ROW_GAP, SCREEN, layout, make_room, place

RELU = registry()["relu"]()


def net(count, *links, positions=None):
    nodes = {f"n{i}": Node(RELU, (positions or {}).get(i)) for i in range(count)}
    return Document().with_(nodes=nodes, wires=tuple(Wire(f"n{a}", "y", f"n{b}", "x") for a, b in links))


def chain(count):
    return net(count, *((i, i + 1) for i in range(count - 1)))


def boxes(places, sizes=None):
    return {n: (x, y, *(sizes or {}).get(n, NOMINAL)) for n, (x, y) in places.items()}


def overlaps(a, b):
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


@st.composite
def nets(draw, most=14):
    count = draw(st.integers(1, most))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    links = draw(st.lists(st.sampled_from(pairs), max_size=2 * count, unique=True)) if pairs else []
    return net(count, *links)


@st.composite
def measured(draw):
    made = draw(nets())
    size = st.tuples(st.sampled_from([80.0, 176.0, 240.0]), st.sampled_from([40.0, 64.0, 150.0]))
    return made, {name: draw(size) for name in made.nodes}


@limits(deadline=None)
@given(measured())
def test_no_two_blocks_overlap_whatever_their_sizes(case):
    made, sizes = case
    found = boxes(layout(made, sizes), sizes)
    assert set(found) == set(made.nodes)
    for a, b in itertools.combinations(found, 2):
        assert not overlaps(found[a], found[b]), (a, b)


@limits(deadline=None)
@given(nets())
def test_the_same_document_gives_the_same_places_and_nothing_is_touched(made):
    before = dict(made.nodes)
    assert layout(made) == layout(made)
    assert dict(made.nodes) == before


@limits(deadline=None)
@given(nets(most=8))
def test_wires_run_to_the_right_or_to_a_lower_row(made):
    """A wire runs to the right within its row; a fold starts a row that is wholly below."""
    places = layout(made)
    for wire in made.wires:
        a, b = places[wire.source], places[wire.target]
        assert b[0] >= a[0] + NOMINAL[0] + LAYER_GAP or b[1] >= a[1] + NOMINAL[1] + BLOCK_GAP


@limits(deadline=None)
@given(nets(most=6))
def test_downwards_is_the_same_picture_turned(made):
    square = {name: (64.0, 64.0) for name in made.nodes}
    right, down = layout(made, square), layout(made, square, "down")
    if all(x < SCREEN[1] - 64 for x, _ in right.values()):  # where neither is folded
        assert {n: (y, x) for n, (x, y) in down.items()} == right


def test_a_short_chain_is_one_straight_row():
    places = layout(chain(3))
    assert [places[f"n{i}"] for i in range(3)] == [(i * (NOMINAL[0] + LAYER_GAP), 0.0) for i in range(3)]


def test_a_long_chain_is_folded_into_even_rows_that_fill_the_screen_better():
    places = layout(chain(20))
    rows = {}
    for x, y in places.values():
        rows.setdefault(y, []).append(x)
    assert len(rows) > 2
    assert all(xs == sorted(xs) and xs[0] == 0.0 for xs in rows.values())
    assert max(map(len, rows.values())) - min(map(len, rows.values())) <= max(map(len, rows.values())) // 2
    width = max(x for x, _ in places.values()) + NOMINAL[0]
    assert width < (20 * NOMINAL[0] + 19 * LAYER_GAP) / 2


def test_a_fold_never_tears_a_branch_apart():
    """Two arms of five blocks each between one source and one sink: no single wire to fold at in between."""
    arms = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 9), (0, 5), (5, 6), (6, 7), (7, 8), (8, 9)]
    places = layout(net(10, *arms))
    for a, b in arms:
        assert places[f"n{b}"][0] > places[f"n{a}"][0]


def test_a_long_row_of_shortcuts_is_folded_between_them():
    """Residual blocks one behind the other: two wires lead into the next row, and they come from one block."""
    trunk, shortcuts = [(i, i + 1) for i in range(24)], [(i, i + 4) for i in range(0, 24, 4)]
    places = layout(net(25, *trunk, *shortcuts))
    row = {n: sum(y > places[n][1] + ROW_GAP for _, y in places.values()) for n in places}
    into_next = {f"n{a}" for a, b in [*trunk, *shortcuts] if row[f"n{a}"] != row[f"n{b}"]}
    assert into_next
    assert into_next <= {f"n{i}" for i in range(0, 24, 4)}


def test_the_trunk_beside_a_shortcut_is_straight():
    """A residual block: the shortcut bends, the trunk does not."""
    places = layout(net(5, (0, 1), (1, 2), (2, 3), (0, 3), (3, 4)))
    assert len({places[f"n{i}"][1] for i in range(5)}) == 1


def test_crossings_that_can_be_avoided_are():
    """Two chains side by side whose blocks are declared crosswise."""
    made = net(6, (0, 3), (1, 2), (3, 5), (2, 4))
    bridged = made.with_(nodes=made.nodes, wires=(*made.wires, Wire("n4", "y", "n5", "x")))
    places = layout(bridged)
    above = places["n0"][1] < places["n1"][1]
    assert above == (places["n3"][1] < places["n2"][1])


def test_ports_at_other_heights_are_lined_up_by_their_axes():
    sizes = {"n1": (176.0, 104.0)}
    places = layout(chain(3), sizes, axes={"n0": 46.0, "n1": 78.0, "n2": 46.0})
    assert places["n0"][1] + 46 == places["n1"][1] + 78 == places["n2"][1] + 46


def test_parts_that_are_not_wired_to_each_other_lie_below_each_other():
    places = layout(net(4, (0, 1), (2, 3)))
    assert places["n2"][1] >= places["n0"][1] + NOMINAL[1] + BLOCK_GAP
    assert places["n2"][0] == places["n0"][0]


def test_a_circle_has_a_picture_too():
    places = layout(net(3, (0, 1), (1, 2), (2, 0), (1, 1)))
    assert len(set(places.values())) == 3


def test_nothing_is_laid_out_as_nothing():
    assert layout(Document()) == {}


def test_blocks_that_have_a_place_keep_it():
    made = net(3, (0, 1), (1, 2), positions={0: (500.0, 300.0)})
    placed = place(made)
    assert placed.nodes["n0"] is made.nodes["n0"]
    assert all(node.position is not None for node in placed.nodes.values())
    assert all(not overlaps((500.0, 300.0, *NOMINAL), (*placed.nodes[n].position, *NOMINAL)) for n in ("n1", "n2"))
    assert place(placed) is placed


def test_room_is_made_behind_a_block_only_where_it_is_missing():
    tight = net(3, (0, 1), (1, 2), positions={0: (0.0, 0.0), 1: (200.0, 0.0), 2: (301.0, 40.0)})
    moved = make_room(tight, "n1")
    assert set(moved) == {"n2"} and moved["n2"][1] == 40.0
    assert 0 <= moved["n2"][0] - (200.0 + NOMINAL[0] + LAYER_GAP) < 8
    wide = net(2, (0, 1), positions={0: (0.0, 0.0), 1: (500.0, 0.0)})
    assert make_room(wide, "n0") == {}
    assert make_room(wide, "n1") == {}


def test_room_is_made_for_all_that_follows_and_for_nothing_else():
    made = net(
        5, (0, 1), (1, 2), (2, 3), positions={i: (100.0 * i, 0.0) for i in range(4)} | {4: (150.0, 0.0)}
    )  # fmt: skip
    moved = make_room(made, "n1")
    assert set(moved) == {"n2", "n3"}
    assert moved["n3"][0] - moved["n2"][0] == 100.0


def test_what_lies_in_another_row_need_not_make_room():
    at = {0: (0.0, 0.0), 1: (200.0, 0.0), 2: (300.0, 0.0), 3: (0.0, 200.0), 4: (264.0, 200.0)}
    assert set(make_room(net(5, (0, 1), (1, 2), (2, 3), (3, 4), positions=at), "n1")) == {"n2"}
