"""A canvas on a table: a store, a view that is really shown, and a hand that sends real mouse and key events."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.blocks import registry
from core.graph import edits
from core.graph.document import Document, Wire
from gui.canvas.geometry import Port
from gui.canvas.panel import Canvas
from gui.document.store import Store

NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


def block(id_, **settings):
    return registry()[id_](**settings)


def document(*entries, wires=()):
    """A document from (name, block, (x, y)) and "a>b" or "a.y>b.x"."""
    made = Document()
    for name, each, at in entries:
        made, _ = edits.add(made, each, at, name)
    for text in wires:
        made = edits.connect(made, wire(text))
    return made


def wire(text):
    ends = [end.partition(".") for end in text.split(">")]
    return Wire(ends[0][0], ends[0][2] or "y", ends[1][0], ends[1][2] or "x")


def small():
    """in > conv > flat > dense, all wired, and a relu that stands alone below."""
    return document(
        ("in", block("input", shape=(8, 8, 1)), (0.0, 0.0)),
        ("conv", block("conv2d", filters=4), (264.0, 0.0)),
        ("flat", block("flatten"), (528.0, 0.0)),
        ("dense", block("dense", units=10), (792.0, 0.0)),
        ("relu", block("relu"), (264.0, 200.0)),
        wires=("in>conv", "conv>flat", "flat>dense"),
    )


class Desk:
    """What a person has before them."""

    def __init__(self, store, canvas):
        self.store, self.canvas, self.view = store, canvas, canvas.viewport()
        self.refusals = []
        canvas.refused.connect(self._refused)
        self._down = Qt.MouseButton.NoButton

    def _refused(self, words):
        self.refusals.append(words)

    # where

    def port(self, name, side, port=None):
        item = self.canvas.items_.nodes[name]
        found = next(p for p in item.box.ports if p.side == side and (port is None or p.name == port))
        return self.pixel(item.port_at(found))

    def head(self, name):
        x, y = self.canvas.items_.nodes[name].at
        return self.pixel((x + 90, y + 14))

    def pixel(self, at):
        return self.canvas.view_point(at)

    def middle(self, text):
        return self.pixel(self.canvas.items_.wires[wire(text)].course.middle)

    def at(self, name):
        return self.store.document.nodes[name].position

    def shown_at(self, name):
        return self.canvas.items_.nodes[name].at

    # what the hand does

    def send(self, kind, at, button, keys=NONE):
        point = QPointF(at)
        event = QMouseEvent(kind, point, QPointF(self.view.mapToGlobal(QPoint(at))), button, self._down, keys)
        QApplication.sendEvent(self.view, event)

    def press(self, at, keys=NONE, button=LEFT):
        self._down |= button
        self.send(QEvent.Type.MouseButtonPress, at, button, keys)

    def move(self, at, keys=NONE):
        self.send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, keys)

    def release(self, at, keys=NONE, button=LEFT):
        self._down &= ~button
        self.send(QEvent.Type.MouseButtonRelease, at, button, keys)

    def click(self, at, keys=NONE, button=LEFT):
        self.press(at, keys, button)
        self.release(at, keys, button)

    def double_click(self, at):
        self.click(at)
        self._down |= LEFT
        self.send(QEvent.Type.MouseButtonDblClick, at, LEFT)
        self.release(at)

    def carry(self, a, b, keys=NONE, button=LEFT):
        """Press at a and go to b, the button still down."""
        self.press(a, keys, button)
        for step in range(1, 9):
            self.move(a + (b - a) * step / 8, keys)

    def drag(self, a, b, keys=NONE, button=LEFT):
        self.carry(a, b, keys, button)
        self.release(b, keys, button)

    def key(self, key, keys=NONE):
        QTest.keyClick(self.canvas, key, keys)

    def hold(self, key):
        QApplication.sendEvent(self.canvas, QKeyEvent(QEvent.Type.KeyPress, key, NONE))

    def let_go(self, key):
        QApplication.sendEvent(self.canvas, QKeyEvent(QEvent.Type.KeyRelease, key, NONE))

    def wheel(self, at, angle=QPoint(0, 0), pixels=QPoint(0, 0), keys=NONE, phase=Qt.ScrollPhase.NoScrollPhase):
        spot = QPointF(at)
        where = QPointF(self.view.mapToGlobal(at))
        event = QWheelEvent(spot, where, pixels, angle, Qt.MouseButton.NoButton, keys, phase, False)
        QApplication.sendEvent(self.view, event)

    # what came of it

    @property
    def steps(self):
        return self.store.history.count()

    def wires(self):
        return {f"{w.source}.{w.output}>{w.target}.{w.input}" for w in self.store.document.wires}

    def folds(self, thing):
        """The collapsed frames around a thing, the innermost first."""
        frame = self.store.document.frames.get(thing.folded)
        return [thing.folded, *self.folds(frame)] if frame is not None and frame.collapsed else []

    def hidden(self):
        """Blocks that nobody can see, and the collapsed frame that is seen instead."""
        return {n: into[-1] for n, node in self.store.document.nodes.items() if (into := self.folds(node))}

    def end(self, name, port):
        """Where a wire ends: at the port, or at the side of the title of a frame that hides the block."""
        if name not in self.hidden():
            return self.canvas.items_.nodes[name].port_at(port)
        x, y, width, _ = self.store.document.frames[self.hidden()[name]].rect
        width, side = min(width, 240), port.side == "out"
        return (x + width / 2, y + 28 * side) if self.store.document.flow == "down" else (x + width * side, y + 14)

    def picture_is_true(self):
        """Items agree with the document to the pixel, and nothing of a gesture is left."""
        items, shown = self.canvas.items_, self.store.document
        assert list(items.nodes) == list(shown.nodes) or set(items.nodes) == set(shown.nodes)
        assert set(items.wires) == set(shown.wires)
        for name, node in shown.nodes.items():
            item = items.nodes[name]
            assert shiboken6.isValid(item)
            assert item.at == node.position
            assert item.node is node
            assert not item.dimmed and not item.lit and not item.ghost
            assert item.selected == (name in self.store.selection)
            assert item.isVisible() == (name not in self.hidden())
        for each, item in items.wires.items():
            assert shiboken6.isValid(item)
            frames = self.hidden().get(each.source), self.hidden().get(each.target)
            assert item.isVisible() == (frames[0] is None or frames[0] != frames[1])
            assert not item.cut and not item.accepts
            assert item.course.start == self.end(each.source, Port("out", each.output))
            assert item.course.pieces[-1][2] == self.end(each.target, Port("in", each.input))
        drawn = [i for i in items.graphics.items() if i.isVisible()]
        boxes = [b for b in (*shown.frames.values(), *shown.notes.values()) if not self.folds(b)]
        wires = [w for w in items.wires.values() if w.isVisible()]
        assert len(drawn) == len(items.nodes) - len(self.hidden()) + len(wires) + len(boxes), drawn
        assert self.canvas.pointer.tool is None
        return True


@pytest.fixture
def desk(qtbot):
    return make_desk(qtbot, small())


@pytest.fixture
def empty_desk(qtbot):
    return make_desk(qtbot, Document())


def make_desk(qtbot, start):
    store = Store(start)
    canvas = Canvas(store)
    qtbot.addWidget(canvas)
    canvas.resize(1200, 600)
    canvas.show()
    canvas.activateWindow()
    canvas.setFocus()
    canvas.zoom_to(1.0)
    canvas.centerOn(480, 120)
    made = Desk(store, canvas)
    gc.collect()  # so that what PySide forgot to hold is gone now and not in some other test
    return made
