"""What holds for all views, each fed with answers from a real network that has trained a few steps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QSpinBox, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight import registry
from core.insight._base import Frame, Request
from core.training.session import Session
from gui.i18n import language
from gui.theme.icons import names as icons
from gui.theme.tokens import CONTRAST, DARK
from gui.views import VIEWS
from gui.views.curves import Curves
from tests.networks import DIGITS28, LENET, chain

NETS = {
    "lenet": (LENET, DIGITS28, {"Filters", "FeatureMaps", "Predictions", "WeightHistogram"}),
    "plane": (
        ({"type": "input", "shape": [2]}, {"type": "dense", "units": 4}, {"type": "tanh"}, {"type": "dense", "units": 1},
         {"type": "output", "loss": "half_squared_error"}),
        {"source": "circle", "labels": "signs"}, {"Surface", "FeatureMaps", "Predictions", "WeightHistogram"},
    ),
    "sine": (
        ({"type": "input", "shape": [1]}, {"type": "dense", "units": 4}, {"type": "tanh"}, {"type": "dense", "units": 1},
         {"type": "output", "loss": "mean_squared_error"}),
        {"source": "sine"}, {"FittedCurve", "FeatureMaps", "Predictions", "WeightHistogram"},
    ),
    "echo": (
        ({"type": "input", "shape": [20, 1]}, {"type": "lstm", "units": 4, "returns": "sequence"}, {"type": "dense", "units": 1},
         {"type": "output", "loss": "mean_squared_error"}),
        {"source": "echo"}, {"Gates", "FeatureMaps", "Predictions", "WeightHistogram"},
    ),
    "attention": (
        ({"type": "input", "shape": [8]}, {"type": "embedding"}, {"type": "positional_encoding"},
         {"type": "multi_head_attention", "heads": 2}, {"type": "dense", "units": 10}, {"type": "output"}),
        {"source": "tokens_task"}, {"Attention", "FeatureMaps", "Predictions", "WeightHistogram"},
    ),
    "text": (
        ({"type": "input", "shape": [16]}, {"type": "embedding"}, {"type": "gru", "units": 8, "returns": "sequence"},
         {"type": "dense"}, {"type": "output"}),
        {"source": "own_text", "length": 16}, {"Gates", "Writing", "FeatureMaps", "Predictions", "WeightHistogram"},
    ),
}  # fmt: skip
CASES = [(net, view) for net, (_, _, views) in NETS.items() for view in sorted(views)]


@pytest.fixture(scope="module")
def sessions():
    made: dict[str, Session] = {}

    def of(net: str) -> Session:
        if net not in made:
            blocks, data, _ = NETS[net]
            made[net] = Session(chain(*blocks, data=data), threads=1)
            made[net].advance(steps=3)
        return made[net]

    yield of
    for session in made.values():
        session.close()


def view_named(name: str):
    return next(v for v in VIEWS if v.__name__ == name)()


def answer(session: Session, request: Request) -> Frame:
    return Frame(request, session.step, registry()[request.insight].look(session, request))


def fed(view, session: Session, selection=frozenset()):
    for request in view.requests(session.document, session.inference, selection):
        view.consume(answer(session, request))
    return view


@pytest.mark.parametrize(("net", "name"), CASES)
def test_a_view_asks_and_draws_what_it_is_answered(shown, sessions, net, name):
    view = fed(shown(view_named(name)), sessions(net))
    assert view.stack.currentWidget() is view.content
    assert view.readout.text()
    light = view.grab().toImage()
    view.restyle(DARK)
    assert view.grab().toImage() != light
    view.restyle(CONTRAST)
    view.clear()
    assert view.stack.currentWidget() is view.empty
    assert view.empty.sentence.text()


@pytest.mark.parametrize(("net", "name"), CASES)
def test_everything_is_said_in_the_language_of_now(shown, sessions, net, name):
    view = fed(shown(view_named(name)), sessions(net))
    english = texts(view)
    language.choose("zh")
    view.retranslate()
    chinese = texts(view)
    blocks = set(sessions(net).inference.order)
    for before, after in zip(english, chinese, strict=True):
        if before and before not in blocks and any(c.isalpha() for c in before):
            assert any("一" <= c <= "鿿" for c in after), (before, after)


def texts(view: QWidget) -> list[str]:
    found = [view.accessibleName(), view.readout.text()]
    for child in view.findChildren(QWidget):
        if isinstance(child, QAbstractButton):
            found += [child.text(), child.toolTip()]
        if isinstance(child, QComboBox):
            found += [child.accessibleName(), *(child.itemText(i) for i in range(child.count()))]
    return found


@pytest.mark.parametrize("name", [v.__name__ for v in VIEWS])
def test_all_that_is_used_has_a_name_and_can_be_reached_by_tab(shown, name):
    view = shown(view_named(name))
    for control in view.findChildren(QWidget):
        if (
            isinstance(control, (QComboBox, QSpinBox, QAbstractButton, QSlider))
            and control.focusPolicy() != Qt.FocusPolicy.NoFocus
        ):
            assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    for picture in view.content.findChildren(QWidget):
        if picture.focusPolicy() == Qt.FocusPolicy.StrongFocus and type(picture).__module__.startswith("gui.views"):
            assert picture.accessibleName() or isinstance(picture, QSpinBox), picture


@pytest.mark.parametrize("name", [v.__name__ for v in VIEWS])
def test_where_there_is_nothing_to_see_a_view_asks_for_nothing_and_says_why(shown, name):
    view = shown(view_named(name))
    assert view.requests(Document(), Inference(), frozenset()) == ()
    assert view.stack.currentWidget() is view.empty
    said = view.empty.sentence.text()
    language.choose("zh")
    view.retranslate()
    assert said != view.empty.sentence.text() != ""
    assert view.icon in icons()


def test_an_answer_to_an_old_question_is_passed_over(shown, sessions):
    session, view = sessions("lenet"), shown(view_named("FeatureMaps"))
    fed(view, session, {"conv2d-1"})
    assert view.maps.tiles.shape == (6, 28, 28)
    view.requests(session.document, session.inference, {"conv2d-4"})
    view.consume(answer(session, Request("feature_maps", "conv2d-1")))
    view.consume(answer(session, Request("filters", "conv2d-4")))
    assert view.frame is None
    view.consume(answer(session, Request("feature_maps", "conv2d-4")))
    assert view.maps.tiles.shape == (16, 10, 10)


def test_the_chooser_follows_the_selection_and_stays_where_a_person_put_it(shown, sessions):
    session, view = sessions("lenet"), shown(view_named("FeatureMaps"))
    asked = lambda selection: view.requests(session.document, session.inference, selection)[0].block
    assert asked(frozenset()) == "conv2d-1"  # the first that is no input
    assert asked({"relu-5"}) == "relu-5"
    heard = []
    view.wants_changed.connect(lambda: heard.append(1))
    view.block.setFocus()
    QTest.keyClick(view.block, Qt.Key.Key_Down)
    assert heard == [1]
    assert asked({"relu-5"}) == "max-pool2d-6"
    assert asked({"relu-5", "dense-8"}) == "dense-8"
    assert asked(frozenset()) == "dense-8"


def test_a_block_that_does_not_suit_is_not_offered(shown, sessions):
    session, view = sessions("lenet"), shown(view_named("Filters"))
    assert view.requests(session.document, session.inference, {"dense-8"})[0].block == "conv2d-1"
    assert [view.block.itemText(i) for i in range(view.block.count())] == ["conv2d-1", "conv2d-4"]


def test_another_sample_is_asked_for(shown, sessions):
    session, view = sessions("lenet"), fed(shown(view_named("FeatureMaps")), sessions("lenet"))
    heard = []
    view.wants_changed.connect(lambda: heard.append(1))
    view.sample.number.setFocus()
    QTest.keyClick(view.sample.number, Qt.Key.Key_Up)
    assert heard == [1]
    assert view.requests(session.document, session.inference, frozenset())[0].sample == 1
    assert view.sample.rows == len(session.held_out)
    QTest.keyClick(view.sample.number, Qt.Key.Key_Down)
    QTest.keyClick(view.sample.number, Qt.Key.Key_Down)
    assert view.sample.sample == len(session.held_out) - 1  # round and round


def test_curves_come_first_and_names_are_told_apart():
    titles = [v.title for v in VIEWS]
    assert VIEWS[0] is Curves
    assert len({t.en for t in titles}) == len({t.zh for t in titles}) == len(VIEWS)
    assert all(v.insight in registry() for v in VIEWS[1:])
