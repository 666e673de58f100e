"""The first page: every example has a card in its part, and a search finds it, by mouse or by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.examples import PARTS, examples
from gui.i18n import language
from gui.welcome import Welcome, fits


@pytest.fixture
def page(qtbot):
    page = Welcome()
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.show()
    qtbot.waitExposed(page)
    return page


def shown(page):
    return [c.example.id for c in page.cards if c.isVisible()]


def test_every_example_has_a_card_under_the_heading_of_its_part(page):
    assert [c.example.id for c in page.cards] == [e.id for e in examples()]
    assert [s.heading.text() for s in page.sections] == [p.en for p in PARTS]
    language.choose("zh")
    assert [s.heading.text() for s in page.sections] == [p.zh for p in PARTS]
    for section in page.sections:
        assert all(c.example.part == section.part for c in section.cards)


def test_typing_leaves_the_cards_that_fit_and_hides_empty_parts(page):
    QTest.keyClicks(page.search, "resnet")
    assert set(shown(page)) == {"resnet20", "resnet50"}
    assert [s.part for s in page.sections if s.isVisible()] == [
        s.part for s in page.sections if "ResNet" in str([c.example.title for c in s.cards])
    ]
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert len(shown(page)) == len(examples())


def test_a_search_that_finds_nothing_says_so(page):
    QTest.keyClicks(page.search, "qqqq")
    assert shown(page) == []
    assert page.nothing.isVisible()
    assert "LSTM" in page.nothing.text()


def test_keys_alone_open_what_was_found(page, qtbot):
    page.search.setFocus()
    QTest.keyClicks(page.search, "vgg-16")
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    card = next(c for c in page.cards if c.hasFocus())
    with qtbot.waitSignal(page.chosen) as opened:
        QTest.keyClick(card, Qt.Key.Key_Return)
    assert opened.args[0].stem == "vgg16"


def test_cards_that_are_found_move_up_and_fit_side_by_side(page):
    QTest.keyClicks(page.search, "lstm")
    for section in page.sections:
        spots = [(c.y(), c.x()) for c in section.cards if c.isVisible()]
        assert spots == sorted(set(spots))
        assert not spots or spots[0][1] == section.grid.contentsRect().x()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("lstm", "char-lstm"),
        ("字符", "char-lstm"),
        ("xxz", "linear-autoencoder"),
        ("convolutional keras", "keras-convnet"),
        ("残差", "residual"),
    ],
)
def test_examples_are_found_by_words_in_both_languages_by_initials_and_by_part(text, id):
    assert id in {e.id for e in examples() if fits(text, e)}


def test_pictures_are_read_one_after_the_other_once_the_cards_are_seen(page, qtbot):
    qtbot.waitUntil(lambda: page.cards[0]._document is not None)
    assert set(page.cards[0]._document.nodes) == {"x", "neuron", "y"}
    assert page.cards[-1]._document is None  # far below: nobody has looked


def test_recent_projects_that_are_still_there_are_one_click_away_and_give_way_to_a_search(page, qtbot, tmp_path):
    assert not page.recent.isVisible()
    paths = [tmp_path / f"net & {n}.loom" for n in range(7)]
    for path in paths[1:]:
        path.write_text("{}")
    page.show_recent([str(path) for path in paths])
    assert [b.accessibleName() for b in page.recent.buttons] == [path.name for path in paths[1:6]]
    with qtbot.waitSignal(page.file_chosen) as told:
        QTest.mouseClick(page.recent.buttons[1], Qt.MouseButton.LeftButton)
    assert told.args == [paths[2]]
    with qtbot.waitSignal(page.file_chosen) as told:
        QTest.keyClick(page.recent.buttons[0], Qt.Key.Key_Space)
    assert told.args == [paths[1]]
    QTest.keyClicks(page.search, "lstm")
    assert not page.recent.isVisible()
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.recent.isVisible()
    page.show_recent([])
    assert not page.recent.isVisible()
