"""A crowd: while one zooms, many blocks are painted in a few strokes, and look as they do from afar."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from core.graph import edits, markings
from core.graph.document import Document, Frame
from gui.canvas.crowd import LEAST
from tests.gui.canvas.conftest import block, make_desk, wire


@pytest.fixture
def crowd(qtbot):
    document, above = Document(), None
    for i in range(LEAST + 20):
        document, name = edits.add(document, block("relu" if i % 3 else "dense"), (i % 12 * 260.0, i // 12 * 160.0))
        if above is not None and i % 12:
            document = edits.connect(document, wire(f"{above}>{name}"))
        above = name
    document, _ = markings.add_frame(document, Frame("All", (-40.0, -60.0, 1000.0, 600.0), 2))
    desk = make_desk(qtbot, document)
    desk.canvas.fit()
    return desk


def colours(desk):
    """What is seen in the middle of each block, in the frame, and beside them all."""
    picture, items = desk.view.grab().toImage(), desk.canvas.items_
    spots = [(x + 140, y + 50) for x, y in (item.at for item in items.nodes.values())]
    return [picture.pixelColor(desk.pixel(spot)).name() for spot in [*spots, (-30.0, 520.0), (1500.0, -90.0)]]


def test_a_crowd_looks_while_it_is_zoomed_as_it_does_from_afar(crowd):
    crowd.canvas.zoom_to(0.3)
    crowd.store.select(["relu1"])
    afar = colours(crowd)
    assert len(set(afar)) > 3, "blocks of two groups, the frame and the ground"
    here = crowd.view.rect().center()
    crowd.wheel(here, QPoint(0, 1))
    crowd.wheel(here, QPoint(0, -1))
    assert crowd.canvas.scale_now == pytest.approx(0.3)
    assert crowd.canvas._crowd is not None
    assert colours(crowd) == afar


def test_the_print_is_back_when_the_hand_rests_and_when_the_document_changes(crowd):
    here = crowd.view.rect().center()
    crowd.wheel(here, QPoint(0, 30))
    assert crowd.canvas._crowd is not None
    QTest.qWait(200)
    assert crowd.canvas._crowd is None
    crowd.wheel(here, QPoint(0, -30))
    crowd.store.select(["relu1"])
    crowd.canvas.delete()
    assert crowd.canvas._crowd is None
    assert crowd.steps == 1 and crowd.picture_is_true()


def test_a_few_blocks_are_zoomed_with_all_their_print(desk):
    desk.wheel(desk.view.rect().center(), QPoint(0, -120))
    assert desk.canvas._crowd is None
