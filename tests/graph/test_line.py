"""A network in one line: read against the document written out, printed back, and every fault at its word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.blocks import registry
from core.blocks._base import Block
from core.errors import GraphError, LineError
from core.graph import edits, line
from core.graph.document import Document, Wire
from core.graph.shapes import infer
from tests.networks import LENET, chain

LENET_LINE = (
    "28x28x1 conv 6 5x5 same relu > pool 2 > conv 16 5x5 relu > pool 2 > flatten > 120 relu > 84 relu > 10 softmax"
)


def block(id_, **settings):
    return registry()[id_](**settings)


def test_lenet_in_a_line_is_lenet():
    read = line.read(LENET_LINE)
    written = [node.block for node in chain(*LENET).nodes.values()]
    assert list(read[:-2]) == written[:-1]
    assert read[-2:] == (block("softmax"), block("output", reads="probabilities"))


def test_it_becomes_a_wired_network_without_faults():
    document, names = line.add(Document(), line.read(LENET_LINE))
    known = infer(document)
    assert not known.faults
    assert known.outs[names[-1]] == ((10,),)
    assert line.write(document) == (
        "28x28x1 > conv 6 5 same relu > pool 2 > conv 16 5 relu > pool 2 > flatten > 120 relu > 84 relu > 10 softmax"
    )


def test_it_goes_on_behind_a_block():
    document, _ = edits.add(Document(), block("input", shape=(9,)), name="x")
    document, names = line.add(document, line.read("4 tanh > 1", (9,)), "x")
    assert Wire("x", "y", names[0], "x") in document.wires
    assert infer(document).outs[names[-1]] == ((1,),)


@pytest.mark.parametrize(
    ("text", "id_", "settings"),
    [
        ("全连接 12", "dense", {"units": 12}),
        ("fc 12", "dense", {"units": 12}),
        ("卷积 8 3x3 步幅=2", "conv2d", {"filters": 8, "stride": (2,)}),
        ("Conv2D 8 stride=2x1 bias=no", "conv2d", {"filters": 8, "stride": (2, 1), "bias": False}),
        ("MaxPool2D 3", "max_pool2d", {"pool_size": 3}),
        ("dropout 0.25", "dropout", None),
    ],
)
def test_blocks_are_found_by_any_of_their_names_and_settings_by_place_or_name(text, id_, settings):
    (made,) = line.read(text)
    assert made.id == id_
    for name, value in (settings or {}).items():
        assert getattr(made, name) == value


def test_a_shared_word_means_the_block_that_takes_the_shape():
    assert line.read("12x5 conv 4")[1].id == "conv1d"
    assert line.read("12x12x5 conv 4")[1].id == "conv2d"
    assert line.read("12x5 pool")[1].id == "max_pool1d"


@pytest.mark.parametrize(
    ("text", "word", "says"),
    [
        ("28x28x1 convv 6", "convv", "Did you mean"),
        ("28x28x1 conv 6 flattn", "flattn", "no value for Conv2D"),
        ("28x28x1 conv 6 strides=2", "strides=2", "has no setting 'strides'"),
        ("28x28x1 conv 6 stride=0", "stride=0", "stride must be"),
        ("8 > 0 relu", "0", "no value for Dense"),
        ("8x8x3 > 12 relu", "12", "Put a Flatten block before it"),
        ("5x5x1 conv 6 7x7", "conv", "does not fit into a picture"),
        ("8 > > 3", ">", "missing beside this arrow"),
        ("8 > 3 >", ">", "missing beside this arrow"),
        ("8 > add", "add", "needs 2 wires"),
        ("28x0x1 conv 6", "28x0x1", "'shape' must be"),
        ("0", "0", "'shape' must be"),
    ],
)
def test_what_is_wrong_is_said_of_the_word_it_is_in(text, word, says):
    with pytest.raises(LineError, match=says) as caught:
        line.read(text)
    assert text[caught.value.start : caught.value.end] == word


@given(st.text(max_size=60))
def test_any_text_is_a_chain_or_is_refused(text):
    try:
        blocks = line.read(text)
    except LineError as error:
        where = error.start, error.end
    else:
        where = 0, 1
        assert all(isinstance(each, Block) for each in blocks)
    assert 0 <= where[0] < where[1] <= max(len(text), 1)


CHAINS = st.lists(
    st.one_of(
        st.builds(lambda n: block("dense", units=n), st.integers(1, 300)),
        st.builds(lambda n, b: block("dense", units=n, bias=b), st.integers(1, 300), st.booleans()),
        st.sampled_from([block("relu"), block("tanh"), block("leaky_relu"), block("softmax"), block("batch_norm")]),
        st.builds(lambda p: block("dropout", rate=p), st.floats(0.05, 0.9).map(lambda p: round(p, 3))),
    ),
    min_size=1,
    max_size=8,
)


@given(st.integers(1, 500), CHAINS)
def test_what_is_written_reads_back_to_the_same_blocks(size, blocks):
    whole = (block("input", shape=(size,)), *blocks, block("output", loss="mean_absolute_error"))
    document, names = line.add(Document(), whole)
    assert line.read(line.write(document)) == whole
    part = names[1 : len(blocks) + 1]
    assert line.read(line.write(document, part)) == tuple(blocks)


def test_what_is_no_chain_is_not_written():
    document, _ = line.add(Document(), line.read("8 > 8 relu > 3"))
    document, _ = edits.add(document, block("add"), name="sum")
    document = edits.connect(edits.connect(document, Wire("relu1", "y", "sum", "a")), Wire("dense1", "y", "sum", "b"))
    with pytest.raises(GraphError, match="chain"):
        line.write(document)
    assert line.write(document, ["dense1", "relu1"]) == "dense 8 relu"
