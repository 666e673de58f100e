"""Every fault that has an obvious remedy offers it, and taking it makes the fault go away."""

import pytest

from core.blocks import registry
from core.graph import edits, line
from core.graph.boundary import ENDS
from core.graph.document import Document, Node, Unknown, Wire
from core.graph.remedies import remedies
from core.graph.shapes import infer


def block(id_, **settings):
    return registry()[id_](**settings)


def net(*entries, wires=()):
    made = Document()
    for name, each in entries:
        made, _ = edits.add(made, each, None, name)
    for text in wires:
        (a, _, b), (c, _, d) = (end.partition(".") for end in text.split(">"))
        made = edits.connect(made, Wire(a, b or "y", c, d or "x"))
    return made


PICTURE = ("in", block("input", shape=(8, 8, 3)))
ROW = ("in", block("input", shape=(8,)))
WORDS = ("in", block("input", shape=(12,)))
EMBED = ("e", block("embedding", width=16, padding=0))
OUT = ("out", block("output"))
CASES = {
    "a picture before Dense": (
        net(PICTURE, ("d", block("dense")), OUT, wires=["in>d", "d>out"]),
        ["Put Flatten before d", "Put GlobalAveragePool2D before d"],
    ),
    "a sequence that ends in one row": (
        net(WORDS, EMBED, ("l", block("lstm")), ("g", block("lstm")), OUT, wires=["in>e", "e>l", "l>g", "g>out"]),
        ["l: set Returns to Whole sequence"],
    ),
    "a kernel larger than the picture": (
        net(("in", block("input", shape=(2, 2, 1))), ("c", block("conv2d")), OUT, wires=["in>c", "c>out"]),
        ["c: set Padding to Same: size stays"],
    ),
    "channels that differ": (
        net(PICTURE, ("c", block("conv2d", filters=5, padding="same")), ("plus", block("add")), OUT,
            wires=["in>c", "in>plus.a", "c>plus.b", "plus>out"]),
        ["c: set Filters to 3", "Put Conv2D 5 · 1×1 before plus (in)"],
    ),
    "an input without a wire": (
        net(ROW, ("d", block("dense")), ("r", block("relu")), OUT, wires=["in>d", "r>out"]),
        ["Wire d to r"],
    ),
    "an input without a wire, and what is free does not fit": (
        net(PICTURE, ("d", block("dense")), OUT, wires=["d>out"]),
        ["Wire in to d through Flatten"],
    ),
    "a mask without a wire": (
        net(WORDS, EMBED, ("l", block("lstm", masked=True)), OUT, wires=["in>e", "e>l", "l>out"]),
        ["Wire e to l", "l: set Mask port to off"],
    ),
    "a circle": (
        net(ROW, ("a", block("relu")), ("b", block("relu")), OUT, wires=["a>b", "b>a", "in>out"]),
        ["Remove the wire from b to a"],
    ),
    "no output": (net(ROW, ("d", block("dense")), wires=["in>d"]), ["Add an Output behind d"]),
    "no output, behind another fault": (
        net(PICTURE, ("d", block("dense")), ("e", block("relu")), wires=["in>d", "d>e"]),
        ["Put Flatten before d", "Add an Output behind e"],
    ),
    "no input": (net(("d", block("conv2d")), OUT, wires=["d>out"]), ["Add an Input before d"]),
    "a block nobody knows": (
        net(ROW, OUT, wires=["in>out"]).with_(
            nodes={"in": Node(block("input")), "q": Node(Unknown("quantum", {})), "out": Node(block("output"))},
            wires=(Wire("in", "y", "q", "x"), Wire("q", "y", "out", "x")),
        ),
        ["Remove q and close the gap"],
    ),
    "an inlet in the open": (net(ROW, OUT, ("i", ENDS["inlet"]()), wires=["in>out"]), ["Remove i and close the gap"]),
    "what is fed by a muted block": (
        edits.set_mode(net(ROW, ("r", block("relu")), ("s", block("tanh")), ("plus", block("add")), OUT,
                           wires=["in>r", "in>s", "r>plus.a", "s>plus.b", "plus>out"]), ["r"], "mute"),
        ["Unmute r"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_mends_it_is_offered(case):
    document, wanted = CASES[case]
    known = infer(document)
    offered = [remedy.words.en for fault in known.faults for remedy in remedies(document, known, fault)]
    assert [text for text in offered if text in wanted] == wanted, offered


@pytest.mark.parametrize("case", CASES)
def test_every_remedy_makes_its_fault_go_away_and_speaks_both_languages(case):
    document, _ = CASES[case]
    known = infer(document)
    for fault in known.faults:
        for remedy in remedies(document, known, fault):
            assert fault.words not in [f.words for f in infer(remedy.edit(document)).faults], remedy.words.en
            assert remedy.words.zh and remedy.words.zh != remedy.words.en


def test_an_output_behind_softmax_reads_probabilities():
    document = line.add(Document(), line.read("8 > 4 softmax"))[0]
    document = edits.remove(document, [n for n, v in document.nodes.items() if v.block.id == "output"])
    known = infer(document)
    (fault,) = known.faults
    after = remedies(document, known, fault)[0].edit(document)
    (output,) = (v.block for v in after.nodes.values() if v.block.id == "output")
    assert output.reads == "probabilities" and not infer(after).faults


def test_the_inside_of_a_composite_gets_an_outlet():
    inside = net(("i", ENDS["inlet"]()), ("r", block("relu")), wires=["i>r"])
    known = infer(inside, given={"i": (4,)})
    (fault,) = known.faults
    after = remedies(inside, known, fault)[0].edit(inside)
    assert not infer(after, given={"i": (4,)}).faults
