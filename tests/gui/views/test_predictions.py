from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.insight._base import Request
from gui.theme.tokens import LIGHT
from gui.views.cards import Line
from gui.views.predictions import Predictions
from tests.gui.views.conftest import frame


def classes(count=4, **more):
    right = np.arange(count) != 1
    arrays = {
        "rows": np.arange(count), "total": 100, "scanned": count, "picture": np.full((count, 8, 8, 1), 200, np.uint8),
        "target": ["7"] * count, "predicted": np.where(right, "7", "1"),
        "top": [["7", "1", "9"] if r else ["1", "7", "9"] for r in right],
        "probability": [[0.8, 0.15, 0.05]] * count, "right": right,
    }  # fmt: skip
    return arrays | more


@pytest.fixture
def view(shown):
    view = shown(Predictions())
    view.wanted = (Request("predictions"),)
    return view


def test_a_card_tells_truth_and_the_three_likeliest(view):
    view.consume(frame("predictions", classes()))
    good, bad = view.cards.cards[:2]
    assert [line.text for line in good.lines] == ["true: 7", "7", "1", "9"]
    assert [line.value for line in good.lines[1:]] == ["80 %", "15 %", "5 %"]
    assert [line.tone for line in good.lines[1:]] == ["right", "quiet", "quiet"]
    assert [line.tone for line in bad.lines[1:]] == ["wrong", "right", "quiet"]
    assert (good.right, bad.right) == (True, False)
    assert view.readout.text().startswith("3 of 4 right")


def test_right_and_wrong_differ_in_shape_as_well_as_colour(view):
    view.consume(frame("predictions", classes()))
    image = view.cards.grab().toImage()
    pixels = []
    for index in (0, 1):
        corner = view.cards.rect_of(index).topRight().toPoint()
        disc = [
            image.pixelColor(corner.x() - 14 + dx, corner.y() + 15 + dy) for dy in range(-4, 5) for dx in range(-4, 5)
        ]
        pixels.append([c.name().upper() for c in disc])
    marks = [[c not in (LIGHT.success, LIGHT.error) for c in disc] for disc in pixels]
    assert marks[0] != marks[1]
    assert LIGHT.success in pixels[0]
    assert LIGHT.error in pixels[1]


def test_mistakes_only_asks_another_question(view):
    heard = []
    view.wants_changed.connect(lambda: heard.append(1))
    view.mistakes.setFocus()
    QTest.keyClick(view.mistakes, Qt.Key.Key_Space)
    assert heard == [1]
    from core.graph.shapes import infer
    from tests.networks import MLP, chain

    document = chain(*MLP)
    assert view.requests(document, infer(document), frozenset()) == (Request("mistakes"),)
    view.consume(frame("mistakes", {"rows": np.arange(0), "total": 100, "scanned": 100}))
    assert view.readout.text().startswith("0 mistakes among 100 samples")
    assert view.cards.cards == []


def test_a_page_is_turned_by_the_page(view):
    view.consume(frame("predictions", classes()))
    view.sample.number.setFocus()
    QTest.keyClick(view.sample.number, Qt.Key.Key_Up)
    assert view.sample.sample == 24


def test_letters_of_a_sequence_that_are_wrong_are_marked(view):
    arrays = {
        "rows": [0], "total": 9, "scanned": 1, "tokens": [list("abc")], "target_steps": [list("cba")],
        "predicted_steps": [list("cbb")], "right_steps": [[True, True, False]],
    }  # fmt: skip
    view.consume(frame("predictions", arrays))
    (card,) = view.cards.cards
    assert [line.text for line in card.lines] == ["abc", "cba", "cbb"]
    assert card.lines[2].wrong == (False, False, True)
    assert card.right is False
    view.grab()


def test_words_of_a_sequence_are_marked_whole(view):
    arrays = {
        "rows": [0], "total": 9, "scanned": 1, "target_steps": [["to", "be"]], "predicted_steps": [["to", "see"]],
        "right_steps": [[True, False]],
    }  # fmt: skip
    view.consume(frame("predictions", arrays))
    line = view.cards.cards[0].lines[1]
    assert line.text == "to see"
    assert [c for c, wrong in zip(line.text, line.wrong, strict=False) if wrong] == list("see")


def test_numbers_lines_and_pictures_have_cards_too(view):
    both = {"rows": [3], "total": 9, "scanned": 1, "numbers": [[1.5, -2.0]], "features": ["a", "b"]}
    view.consume(frame("predictions", both | {"target_value": [[1.0]], "value": [[0.25]]}))
    card = view.cards.cards[0]
    assert [(line.text, line.value) for line in card.lines] == [
        ("a", "1.5"),
        ("b", "−2"),
        ("true", "1"),
        ("predicted", "0.25"),
    ]
    assert card.right is None
    traces = {
        "rows": [0],
        "total": 9,
        "scanned": 1,
        "sequence": [[1, 2, 3]],
        "target_line": [[0, 1, 2.0]],
        "line": [[0, 1, 1.0]],
    }
    view.consume(frame("predictions", traces))
    assert len(view.cards.cards[0].traces) == 2
    assert "dashes: true" in view.readout.text()
    picture = np.full((1, 8, 8, 1), 10, np.uint8)
    again = {
        "rows": [0],
        "total": 9,
        "scanned": 1,
        "picture": picture,
        "reconstruction": picture.astype(np.float32) + 5,
    }
    view.consume(frame("predictions", again))
    assert len(view.cards.cards[0].pictures) == 2
    assert (
        view.cards.cards[0].lines == (Line("mean error", value="5", tone="quiet"),)
        or view.cards.cards[0].lines[0].value == "5"
    )
    view.grab()


def test_a_card_is_chosen_by_mouse_and_by_key(view):
    view.consume(frame("predictions", classes()))
    heard = []
    view.row_chosen.connect(heard.append)
    QTest.mouseClick(view.cards, Qt.MouseButton.LeftButton, pos=view.cards.rect_of(2).center().toPoint())
    view.cards.setFocus()
    QTest.keyClick(view.cards, Qt.Key.Key_Right)
    QTest.keyClick(view.cards, Qt.Key.Key_Return)
    assert heard == [2, 3]


def test_all_cards_can_be_scrolled_to(view):
    view.resize(480, 300)
    view.consume(frame("predictions", classes(24)))
    assert view.cards.minimumHeight() >= view.cards.rect_of(23).bottom() - 1
    assert view.cards.columns() == 2


def test_classes_of_pixels_are_two_maps_beside_the_sample(view):
    maps = np.zeros((2, 6, 6), np.uint8)
    maps[:, :3] = 1
    arrays = {
        "rows": np.arange(2), "total": 9, "scanned": 2, "picture": np.full((2, 6, 6, 3), 90, np.uint8),
        "target_map": maps, "map": maps[:, ::-1], "pixels_right": np.array([0.25, 1], np.float32),
    }  # fmt: skip
    view.consume(frame("predictions", arrays))
    first, second = view.cards.cards
    assert len(first.pictures) == 3
    assert [card.lines[0].value for card in (first, second)] == ["25 %", "100 %"]
    truth, said = first.pictures[1:]
    assert truth.pixelColor(0, 0) == said.pixelColor(0, 5) != truth.pixelColor(0, 5)
    assert "true, predicted" in view.readout.text()


def test_boxes_are_drawn_over_the_sample_true_and_predicted(view):
    box = np.array([[0.5, 0.5, 0.5, 0.5]] * 4, np.float32)
    view.consume(frame("predictions", classes(target_box=box, box=box / 2)))
    picture = view.cards.cards[0].pictures[0]
    accent = {
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).name().upper() == LIGHT.accent
    }
    side = picture.width()
    across = sorted(x / side for x, _ in accent)
    assert across[0] == pytest.approx(0.125, abs=0.02)  # the small predicted one: 0.25 ± 0.125
    assert across[-1] == pytest.approx(0.75, abs=0.02)  # the true one reaches further
    solid = sum(abs(x / side - 0.125) < 0.01 and 0.13 < y / side < 0.37 for x, y in accent)
    dashed = sum(abs(x / side - 0.75) < 0.01 and 0.26 < y / side < 0.74 for x, y in accent)
    assert dashed < 2 * 0.9 * solid  # twice as long, with gaps
    assert "dashes" in view.readout.text()
