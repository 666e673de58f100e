"""Settings that several blocks have: which they are, where they differ, and who judges a value."""

from __future__ import annotations

import pytest

from core.blocks.conv2d import Conv2D
from core.blocks.dense import Dense
from core.blocks.dropout import Dropout
from core.blocks.relu import ReLU
from core.blocks.separable_conv2d import SeparableConv2D
from core.errors import SettingError
from core.graph import edits
from core.graph.document import Document, Node, Wire
from core.graph.several import common


def test_blocks_of_one_kind_have_all_their_settings_in_common():
    assert [row.name for row in common([Conv2D(), Conv2D(filters=3)]).rows()] == [row.name for row in Conv2D.rows()]


def test_blocks_of_two_kinds_have_what_both_declare_alike():
    shared = {row.name for row in common([Conv2D(), SeparableConv2D()]).rows()}
    assert shared == {r.name for r in Conv2D.rows()} & {r.name for r in SeparableConv2D.rows()} and "filters" in shared
    assert not common([ReLU(), Dropout()]).rows()


def test_what_differs_is_mixed_and_the_first_is_shown():
    both = common([Conv2D(filters=8), Conv2D(filters=16), Conv2D(filters=8)])
    assert (both.filters, both.mixed) == (8, {"filters"})
    assert both.with_("filters", 8).mixed == set(), "the value of the first is one to set, too"
    assert [one.filters for one in both.with_("filters", 5).each] == [5, 5, 5]


def test_a_value_that_one_of_them_does_not_take_is_refused_with_its_own_words():
    with pytest.raises(SettingError, match="filters"):
        common([Conv2D(), Conv2D(filters=3)]).with_("filters", 0)
    with pytest.raises(SettingError, match="Dense: .units"):
        common([Dense(), Dense(units=3)]).with_("units", -1)


def test_a_setting_has_a_say_if_it_has_one_in_any_of_them():
    plain, chosen = Conv2D(), Conv2D(padding="explicit")
    row = next(row for row in Conv2D.rows() if row.info.shown_if == ("padding", "explicit"))
    assert not plain.matters(row) and not common([plain, plain]).matters(row)
    assert common([plain, chosen]).matters(row)


def test_blocks_set_together_are_as_if_they_were_set_one_after_the_other():
    nodes = {"a": Node(Dense()), "b": Node(Dense(units=3)), "c": Node(ReLU())}
    document = Document(nodes=nodes, wires=(Wire("a", "y", "b", "x"), Wire("b", "y", "c", "x")))
    fresh = {"a": Dense(units=5), "b": ReLU()}
    one_by_one = edits.set_block(edits.set_block(document, "a", fresh["a"]), "b", fresh["b"])
    assert edits.set_blocks(document, fresh) == one_by_one
    assert edits.set_blocks(document, {"a": Dense()}) is document
