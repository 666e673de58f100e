"""A block that an edit left without a place goes into the flow, covers nothing, and moves only what follows it."""

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from core.graph import edits
from gui.canvas.geometry import WIDTH, size_of
from gui.canvas.settling import settled
from tests.gui.canvas.conftest import block, document, small, wire


def covered(made):
    """Pairs of blocks that lie on one another."""
    boxes = [(name, *node.position, *size_of(node)) for name, node in made.nodes.items()]
    return [
        (a[0], b[0])
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if a[1] < b[1] + b[3] and b[1] < a[1] + a[3] and a[2] < b[2] + b[4] and b[2] < a[2] + a[4]
    ]


def test_all_stays_as_it_is_where_every_block_has_a_place():
    made = small()
    assert settled(made) is made


def test_a_block_in_a_wire_goes_between_and_what_follows_makes_room():
    made = small()
    after, name = edits.add(made, block("relu"))
    after = settled(edits.insert(after, name, wire("conv>flat")))
    x, y = after.nodes[name].position
    assert made.nodes["conv"].position[0] + WIDTH < x < after.nodes["flat"].position[0] and y == 0.0
    assert after.nodes["flat"].position[0] > made.nodes["flat"].position[0]
    assert after.nodes["in"].position == made.nodes["in"].position
    assert not covered(after)


def test_it_goes_below_what_lies_there_and_is_no_part_of_the_flow():
    made = document(
        ("in", block("input", shape=(8, 8, 1)), (0.0, 0.0)),
        ("conv", block("conv2d"), (264.0, 0.0)),
        ("dense", block("dense"), (800.0, 0.0)),
        wires=("in>conv",),
    )
    after, name = edits.add(made, block("flatten"))
    after = settled(edits.connect(edits.connect(after, wire(f"in>{name}")), wire(f"{name}>dense")))
    assert not covered(after)
    assert after.nodes["conv"].position == (264.0, 0.0)


def test_without_a_source_it_goes_before_what_it_feeds():
    made = document(("dense", block("dense"), (800.0, 0.0)))
    after, name = edits.add(made, block("input"))
    after = settled(edits.connect(after, wire(f"{name}>dense")))
    assert after.nodes[name].position[0] + WIDTH < 800.0 and after.nodes["dense"].position == (800.0, 0.0)


@given(
    st.lists(st.sampled_from(["in>conv", "conv>flat", "flat>dense"]), min_size=1, max_size=3, unique=True), st.data()
)
@limits(max_examples=20, deadline=None)
def test_however_many_are_put_in_none_covers_another(wires, data):
    made = small()
    for text in wires:
        made, name = edits.add(made, block(data.draw(st.sampled_from(["relu", "add", "softmax"]))))
        made = edits.insert(made, name, wire(text))
    assert not covered(settled(made))
