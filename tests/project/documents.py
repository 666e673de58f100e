"""Any document a person could make, for hypothesis."""

from __future__ import annotations

from types import MappingProxyType
from typing import get_args

from hypothesis import strategies as st

from core import data as sources
from core import optimizers, schedules
from core.blocks import registry
from core.blocks._base import Block
from core.errors import SettingError
from core.graph.document import DataChoice, Document, Frame, Mode, Node, Note, Unknown, Wire
from core.graph.training import Learning, Training

NAMES = st.from_regex(r"[a-zA-Z_层卷é][a-zA-Z0-9_层-]{0,12}", fullmatch=True)
FINITE = st.floats(-1e6, 1e6).map(float)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


def value(row):
    """An allowed value of a setting."""
    info = row.info
    low = info.ge if info.ge is not None else info.gt if info.gt is not None else -1e9
    high = info.le if info.le is not None else info.lt if info.lt is not None else 1e9
    whole = st.integers(int(low) + (info.gt is not None), int(high) - (info.lt is not None))
    number = st.floats(low, high, exclude_min=info.gt is not None, exclude_max=info.lt is not None)
    kinds = {
        "int": whole,
        "float": number,
        "bool": st.booleans(),
        "choice": st.sampled_from(row.choices or ("",)),
        "ints": st.lists(whole, min_size=1, max_size=min(info.longest, 20)).map(tuple),
        "floats": st.lists(number, min_size=1, max_size=min(info.longest, 20)).map(tuple),
        "text": st.text(max_size=min(info.longest, 20)),
    }
    return kinds[row.kind] | st.none() if row.optional else kinds[row.kind]


@st.composite
def settings(draw, kind):
    """An instance with some settings away from their defaults, and its defaults where those do not go together."""
    rows = draw(st.lists(st.sampled_from(kind.rows()), unique_by=lambda row: row.name)) if kind.rows() else []
    given = {row.name: draw(value(row)) for row in rows}
    try:
        return kind(**given)
    except SettingError:
        return kind()


def any_of(kinds):
    return st.sampled_from(list(kinds.values())).flatmap(settings)


POINT = st.tuples(FINITE, FINITE)
SIZE = st.floats(1e-3, 1e6)
RECT = st.tuples(FINITE, FINITE, SIZE, SIZE)
FOLDED = st.just("") | NAMES
FRAMES = st.dictionaries(
    NAMES,
    st.builds(Frame, st.text(max_size=9), RECT, st.integers(0, 7), st.booleans(), st.booleans(), FOLDED),
    max_size=2,
)
NOTES = st.dictionaries(NAMES.map("note-{}".format), st.builds(Note, st.text(max_size=20), RECT, FOLDED), max_size=2)
WEIGHTS = st.dictionaries(
    st.sampled_from(["W", "b", "gamma"]),
    FINITE
    | st.lists(FINITE, max_size=3).map(tuple)
    | st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=3).map(tuple),
    max_size=2,
)
ROWS = st.tuples(st.booleans(), st.booleans())
FROZEN = st.dictionaries(
    st.sampled_from(["W", "b", "gamma"]),
    st.booleans() | ROWS | st.lists(ROWS, min_size=1, max_size=3).map(tuple),
    max_size=2,
)
UNKNOWN = st.builds(
    Unknown,
    st.sampled_from(["liquid", "of tomorrow", ""]),
    st.dictionaries(
        st.text(max_size=9).filter(lambda key: key not in {"type", "at", "mode", "collapsed", "locked", "folded"}),
        JSON,
        max_size=3,
    ).map(MappingProxyType),
)


@st.composite
def nodes(draw):
    block = draw(UNKNOWN | any_of(registry()))
    position, mode = draw(st.none() | POINT), draw(st.sampled_from(get_args(Mode)))
    drawn = {flag: draw(st.booleans()) for flag in ("collapsed", "locked")} | {"folded": draw(FOLDED)}
    if isinstance(block, Unknown):
        return Node(block, position, mode=mode, **drawn)
    weights, frozen = MappingProxyType(draw(WEIGHTS)), MappingProxyType(draw(FROZEN))
    return Node(block, position, weights, draw(settings(Learning)), frozen, mode, **drawn)


@st.composite
def documents(draw):
    network = draw(st.dictionaries(NAMES, nodes(), max_size=7))
    wires = {}
    for _ in range(draw(st.integers(0, 9)) if network else 0):
        source, target = draw(st.sampled_from(list(network))), draw(st.sampled_from(list(network)))
        outputs = network[source].block.output_ports() if isinstance(network[source].block, Block) else ("", "z")
        inputs = network[target].block.input_ports() if isinstance(network[target].block, Block) else ("", "z")
        if outputs and inputs:
            entry = draw(st.sampled_from(inputs))
            bends = tuple(draw(st.lists(POINT, max_size=2)))
            wires[target, entry] = Wire(source, draw(st.sampled_from(outputs)), target, entry, bends)
    return Document(
        title=draw(st.text(max_size=20)),
        note=draw(st.text(max_size=20) | st.just("two\nlines\n")),
        nodes=MappingProxyType(network),
        wires=tuple(wires.values()),
        frames=MappingProxyType(draw(FRAMES)),
        notes=MappingProxyType(draw(NOTES)),
        flow=draw(st.sampled_from(["right", "down"])),
        data=draw(
            st.none() | st.builds(DataChoice, any_of(sources.registry()), st.sampled_from(["none", "unit", "standard"]))
        ),
        optimizer=draw(st.none() | any_of(optimizers.registry())),
        schedule=draw(st.none() | any_of(schedules.registry())),
        training=draw(settings(Training)),
        kept=MappingProxyType(
            draw(st.dictionaries(st.sampled_from(["$schema", "lessons", "views"]), JSON, max_size=2))
        ),
    )
