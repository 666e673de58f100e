"""Filters, feature maps and the small pictures on the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.insight._base import Request
from gui.theme.maps import diverging
from gui.theme.tokens import DARK, LIGHT
from gui.views.colours import grid, readable, to_bytes
from gui.views.feature_maps import FeatureMaps
from gui.views.filters import Filters
from gui.views.mosaic import Cell
from gui.views.thumbnails import requests, thumbnails
from tests.gui.views.conftest import frame, move_to
from tests.networks import LENET, chain

RANDOM = np.random.default_rng(0)


def filters_frame(count=6, inputs=1, channel=-1, total=None, **more):
    pictures = RANDOM.normal(size=(count, 5, 5)).astype(np.float32)
    arrays = {
        "pictures": pictures,
        "limits": [-2.0, 4.0],
        "inputs": inputs,
        "channel": channel,
        "total": total or count,
    }
    return frame("filters", arrays | more, "conv1")


@pytest.fixture
def filters(shown):
    view = shown(Filters())
    view.wanted = (Request("filters", "conv1"),)
    view.block.choose(["conv1", "conv2"], frozenset())
    return view


def test_filters_share_a_symmetric_scale(filters):
    sent = filters_frame()
    filters.consume(sent)
    np.testing.assert_array_equal(filters.mosaic.tiles, sent.arrays["pictures"])
    assert filters.mosaic.limit == 4.0
    assert filters.colour_bar.labels() == ("−4", "4")
    assert filters.readout.text() == "6 filters  ·  weights from −2 to 4  ·  step 12"


def test_a_weight_is_read_by_pointing_at_it(filters):
    sent = filters_frame()
    filters.consume(sent)
    move_to(filters.mosaic, filters.mosaic.rect_of(Cell(3, 1, 2)).center().toPoint())
    value = readable(float(sent.arrays["pictures"][3, 1, 2]))
    assert filters.readout.text() == f"filter 4, row 2, column 3:  {value}"
    later = filters_frame()
    filters.consume(later)  # the reading follows the training
    assert filters.readout.text().endswith(readable(float(later.arrays["pictures"][3, 1, 2])))


def test_the_input_channel_can_be_chosen_in_deep_layers_only(filters):
    filters.consume(filters_frame())
    assert not filters.channel.isVisible()
    filters.consume(filters_frame(inputs=6))
    assert [filters.channel.itemText(i) for i in range(3)] == ["All inputs together", "Input 1", "Input 2"]
    assert filters.channel.isVisible()
    heard = []
    filters.wants_changed.connect(lambda: heard.append(1))
    filters.channel.setFocus()
    QTest.keyClick(filters.channel, Qt.Key.Key_Down)
    assert heard == [1]
    document = chain(*LENET)
    from core.graph.shapes import infer

    filters.wanted = (Request("filters", "conv2d-4"),)
    filters.block.choose(["conv2d-4"], frozenset())
    filters._offer_channels(6, 0)
    assert filters.requests(document, infer(document), frozenset())[0] == Request("filters", "conv2d-4", channel=0)


def test_more_filters_than_are_shown_are_counted(filters):
    filters.consume(filters_frame(count=8, total=512))
    assert filters.readout.text().startswith("the first 8 of 512 filters")


def test_own_scale_gives_every_picture_all_colours(filters):
    tiles = np.stack([np.full((3, 3), 0.1), np.full((3, 3), 4.0)]).astype(np.float32)
    tiles[:, 0, 0] *= -1
    filters.consume(filters_frame(pictures=tiles))
    shared = filters.mosaic.grab().toImage()
    QTest.keyClick(filters.own_scale, Qt.Key.Key_Space)
    own = filters.mosaic.grab().toImage()
    at = filters.mosaic.rect_of(Cell(0, 2, 2)).center().toPoint()
    assert shared.pixelColor(at) != own.pixelColor(at)
    assert own.pixelColor(at).getRgb()[:3] == tuple(diverging(on_dark=False)[255])


def maps_view(shown, **arrays):
    view = shown(FeatureMaps())
    view.wanted = (Request("feature_maps", "relu1"),)
    whole = {"row": 0, "rows": 60, "total": 4, "limits": [0.0, 2.0], "stride": 1} | arrays
    view.consume(frame("feature_maps", whole, "relu1"))
    return view


def test_maps_units_and_sequences_have_a_picture_each(shown):
    maps = maps_view(shown, maps=np.ones((4, 6, 6), np.float32))
    assert maps.shapes.currentWidget() is maps.maps
    assert maps.readout.text().startswith("4 channels of 6 × 6")
    units = maps_view(shown, units=np.array([0, 1.5, 0, 2], np.float32))
    assert units.shapes.currentWidget() is units.bars
    assert units.readout.text().startswith("4 units, 2 of them exactly 0")
    strip = np.arange(12, dtype=np.float32).reshape(6, 2) / 6
    sequence = maps_view(shown, sequence=strip, total=2)
    np.testing.assert_array_equal(sequence.maps.tiles[0], strip.T)
    move_to(sequence.maps, sequence.maps.rect_of(Cell(0, 1, 4)).center().toPoint())
    assert sequence.readout.text() == f"step 5, feature 2:  {readable(9 / 6)}"


def test_the_sample_is_shown_beside_its_maps(shown):
    picture = (RANDOM.random((8, 8, 1)) * 255).astype(np.uint8)
    view = maps_view(shown, maps=np.ones((4, 6, 6), np.float32), picture=picture, label=["7"])
    assert view.left.isVisible()
    assert view.caption.text() == "label: 7"
    np.testing.assert_array_equal(view.picture.tiles[0], picture)
    plain = maps_view(shown, units=np.ones(3, np.float32))
    assert not plain.left.isVisible()


def test_a_bar_is_read_by_its_name(shown):
    view = maps_view(shown, units=np.array([0.25, 0.75], np.float32), names=["cat", "dog"], total=2)
    area = view.bars.area()
    move_to(view.bars, (area.topLeft() + (area.bottomRight() - area.topLeft()) * 0.75).toPoint())
    assert view.readout.text() == "dog:  0.75"
    view.bars.setFocus()
    QTest.keyClick(view.bars, Qt.Key.Key_Right)
    assert view.readout.text() == "cat:  0.25"


def test_bytes_keep_zero_in_the_middle_and_leave_0_for_nothing():
    values = np.array([-9.0, -1.0, 0.0, 1.0, 9.0])
    assert to_bytes(values, 1.0, "signed").tolist() == [1, 1, 128, 255, 255]
    assert to_bytes(values, 1.0, "positive").tolist() == [1, 1, 1, 255, 255]


def test_a_grid_is_the_tiles_with_gaps():
    tiles = np.arange(1, 13, dtype=np.uint8).reshape(3, 2, 2)
    whole = grid(tiles, 2, 1, 1)
    assert whole.tolist() == [[1, 2, 0, 5, 6], [3, 4, 0, 7, 8], [0, 0, 0, 0, 0], [9, 10, 0, 0, 0], [11, 12, 0, 0, 0]]
    assert grid(tiles, 3, 0, 2).shape == (4, 12)


def test_blocks_get_the_pictures_of_their_units():
    maps = np.zeros((4, 20, 20), np.int8)
    maps[1, 0, 0], maps[2, 19, 19] = 127, -127
    answer = frame(
        "surface", {"maps.hidden": maps, "scale.hidden": 1.0, "maps.out": maps[:1], "surface": np.zeros((60, 60))}
    )
    made = thumbnails(answer, LIGHT)
    assert set(made) == {"hidden", "out"}
    image = made["hidden"]
    assert (image.width(), image.height()) == (41, 41)
    table = diverging(on_dark=False)
    assert image.pixelColor(21, 19).getRgb()[:3] == tuple(table[255])  # second map; its row 0 is at the bottom
    assert image.pixelColor(19, 21).getRgb()[:3] == tuple(table[1])
    assert image.pixelColor(20, 0).alpha() == 0
    assert made["out"].width() == 20


def test_a_convolution_gets_the_picture_of_its_filters():
    sent = filters_frame(count=6)
    image = thumbnails(sent, DARK)["conv1"]
    byte = int(np.clip(np.rint(sent.arrays["pictures"][0, 0, 0] / 4 * 127 + 128), 1, 255))
    assert image.pixelColor(0, 0).getRgb()[:3] == tuple(diverging(on_dark=True)[byte])
    colour = thumbnails(filters_frame(pictures=np.ones((2, 3, 3, 3), np.float32) * 4), DARK)["conv1"]
    assert colour.pixelColor(0, 0).getRgb()[:3] == (255, 255, 255)
    assert thumbnails(frame("curve", {}), DARK) == {}


def test_the_canvas_asks_for_what_there_is():
    from core.graph.shapes import infer

    document = chain(*LENET)
    assert requests(document, infer(document)) == (Request("filters", "conv2d-1"), Request("filters", "conv2d-4"))
    plane = chain({"type": "input", "shape": [2]}, {"type": "dense"}, {"type": "output"})
    assert requests(plane, infer(plane)) == (Request("surface"),)
