"""The legend: opened from the menu, and painted by what paints the canvas, in every theme."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.blocks._base import GROUPS
from gui.canvas.style import KINDS
from gui.i18n import language
from gui.legend import Figure, Legend, _ports
from gui.theme.apply import theme
from gui.theme.tokens import THEMES
from gui.widgets.label import Label


@pytest.fixture
def legend(window):
    window.actions_["legend"].trigger()
    QTest.qWait(0)
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, Legend) and w.isVisible())


def colours(figure):
    image = figure.grab().toImage()
    return {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}


def near(colour, found):
    """Whether something was painted in a colour, or in one beside it: edges are smoothed."""
    want = QColor(colour)
    return any(
        max(abs(want.red() - c.red()), abs(want.green() - c.green()), abs(want.blue() - c.blue())) <= 8
        for c in map(QColor, found)
    )


@pytest.mark.parametrize("name", sorted(THEMES))
def test_every_port_is_shown_in_the_colour_it_has_on_the_canvas(legend, name):
    theme.choose(name)
    tokens = theme.tokens
    wanted = [tokens.port_vector, tokens.port_sequence, tokens.port_image, tokens.port_other, tokens.wire]
    figures = legend.findChildren(Figure)
    assert len(_ports()) >= len(KINDS)
    for colour, figure in zip(wanted, figures, strict=False):
        assert near(colour, colours(figure)) and near(tokens.canvas, colours(figure))
    assert near(tokens.warning, colours(figures[len(_ports()) - 1])), "an input that lacks its wire"


def test_no_two_signs_look_alike(legend):
    pictures = [figure.grab().toImage() for figure in legend.findChildren(Figure)]
    assert len(pictures) > 15
    assert not any(a == b for i, a in enumerate(pictures) for b in pictures[:i])


def test_it_speaks_both_languages_and_names_every_family(legend):
    def said():
        return {label.text() for label in legend.findChildren(Label)}

    assert {words.en for words in GROUPS.values()} <= said() and "Dashed outline" in said()
    assert legend.windowTitle() == "Legend of the canvas"
    language.choose("zh")
    assert {words.zh for words in GROUPS.values()} <= said() and "虚线边框" in said()
    assert legend.windowTitle() == "画布图例"
