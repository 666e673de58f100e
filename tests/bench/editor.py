"""The editor against its budgets and against NodeGraphQt: `python -m tests.bench.editor [--json]`.

1000 blocks and 1500 wires, shown offscreen at 1400×900 and handled by real events; every figure is a median, the time
from the event to the end of the painting it leads to. The peer, NodeGraphQt in its release for PySide6
(`pip install -e ".[peers]"`), takes turns with us in the same process.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")  # what the peer asks for

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSettings, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.blocks import registry
from core.examples import FOLDER
from core.graph import edits
from core.graph.document import Document, Node, Wire
from core.graph.layout import layout
from core.project import load, save
from core.words import same
from gui.app import start
from gui.canvas.panel import Canvas
from gui.document.store import Store
from tests.gui.canvas.conftest import Desk

UNITS, ACROSS, STEP = 500, 40, (264.0, 160.0)
BUDGETS = {
    "open a project": 600, "repaint at fit": 40, "drag one block, a frame": 4, "drag 200 blocks, a frame": 30,
    "pan, a frame": 8, "zoom, a frame": 8, "edit to all shapes": 5, "undo": 5, "arrange all": 1000,
    "arrange ResNet-50": 100, "search, a key": 5, "while training: input to paint, 99 of 100": 16,
}  # fmt: skip


def thousand() -> Document:
    """500 Tanh blocks, each added to what it read: 1000 blocks, 1500 wires, and every shape follows from the first."""
    tanh, add = registry()["tanh"](), registry()["add"]()
    nodes: dict[str, Node] = {"in": Node(registry()["input"](shape=(8,)), _place(0))}
    wires: list[Wire] = []
    before = "in"
    for i in range(UNITS):
        d, a = f"tanh{i}", f"add{i}"
        if len(nodes) < 2 * UNITS:
            nodes[d] = Node(tanh, _place(len(nodes)))
            wires.append(Wire(before, "y", d, "x"))
        if len(nodes) < 2 * UNITS:
            nodes[a] = Node(add, _place(len(nodes)))
            wires += [Wire(before, "y", a, add.input_ports()[0]), Wire(d, "y", a, add.input_ports()[1])]
            before = a
    return Document().with_(nodes=nodes, wires=tuple(wires))


def _place(i: int) -> tuple[float, float]:
    return i % ACROSS * STEP[0], i // ACROSS * STEP[1]


def timed(*actions: Callable[[], object]) -> float:
    """Milliseconds from the event to the end of what it leads to, painting included."""
    begin = time.perf_counter()
    for action in actions:
        action()
    return (time.perf_counter() - begin) * 1000


def shown() -> None:
    """Let Qt paint what has been marked as changed: the scene tells the view, and the view tells the window."""
    for _ in range(3):
        QApplication.sendPostedEvents()


def ours(row: Callable[[str, list[float]], None]) -> None:
    """Every row without a peer."""
    document = thousand()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thousand.loom"
        save(document, path)
        store = Store()
        canvas = Canvas(store)
        canvas.resize(1400, 900)
        canvas.show()
        QTest.qWaitForWindowExposed(canvas)
        view = canvas.viewport()
        row("open a project", [timed(lambda: store.open(load(path), path), canvas.fit, view.repaint) for _ in range(5)])
    desk = Desk(store, canvas)
    row("repaint at fit", [timed(view.repaint) for _ in range(15)])
    canvas.zoom_to(1.0)
    canvas.centerOn(ACROSS / 2 * STEP[0], 12 * STEP[1])
    shown()
    name = next(
        n for n, item in canvas.items_.nodes.items() if view.rect().contains(desk.head(n)) and item.at[1] > 1500
    )
    row("drag one block, a frame", list(_drags(desk, name)))
    canvas.zoom_to(0.3)
    canvas.centerOn(ACROSS / 2 * STEP[0], 12 * STEP[1])
    near = sorted(canvas.items_.nodes, key=lambda n: abs(canvas.items_.nodes[n].at[1] - 12 * STEP[1]))[:200]
    store.select([*near, name])
    row("drag 200 blocks, a frame", list(_drags(desk, name)))
    canvas.zoom_to(0.6)
    middle = view.rect().center()
    row("pan, a frame", list(_pans(desk, middle)))
    spins = [QPoint(0, 40 if i // 12 % 2 else -40) for i in range(48)]
    row("zoom, a frame", [timed(lambda s=s: desk.wheel(middle, s), shown) for s in spins])
    first = registry()["input"]
    store.select(())

    def edit(size: int) -> None:
        store.apply(same("edit"), lambda d: edits.set_block(d, "in", first(shape=(size,))))

    times: tuple[list[float], list[float]] = ([], [])
    for i in range(15):
        times[0].append(timed(lambda i=i: edit(16 + i)))
        shown()
        times[1].append(timed(store.undo))
        shown()
    row("edit to all shapes", times[0])
    row("undo", times[1])
    row("arrange all", [timed(lambda: layout(store.document, canvas.items_.sizes())) for _ in range(3)])
    if (FOLDER / "resnet50.loom").exists():
        net = load(FOLDER / "resnet50.loom")
        row("arrange ResNet-50", [timed(lambda: layout(net)) for _ in range(5)])
    row("search, a key", list(_keys(canvas)))
    canvas.close()


def _drags(desk: Desk, name: str) -> Iterator[float]:
    at = desk.head(name)
    desk.press(at)
    desk.move(at + QPoint(6, 0))
    shown()
    for i in range(60):
        to = at + QPoint(10 + i % 20, i % 14)
        yield timed(lambda to=to: desk.move(to), shown)
    desk.key(Qt.Key.Key_Escape)
    desk.release(at)


def _pans(desk: Desk, at: QPoint) -> Iterator[float]:
    desk.press(at, button=Qt.MouseButton.MiddleButton)
    for i in range(60):
        to = at + QPoint(i * 4, i * 3)
        yield timed(lambda to=to: desk.move(to), shown)
    desk.release(at, button=Qt.MouseButton.MiddleButton)


def _keys(canvas: Canvas) -> Iterator[float]:
    for word in ("conv2d", "batch", "lstm", "全连接"):
        canvas.add_block()
        QApplication.processEvents()
        field = QApplication.focusWidget()
        assert field is not None
        for letter in word:
            typed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            yield timed(lambda f=field, k=typed: QApplication.sendEvent(f, k), shown)
        QTest.keyClick(field, Qt.Key.Key_Escape)


def while_training() -> list[float]:
    """The whole window, LeNet-5 training at full speed on all processors; a block is dragged about all the while."""
    from gui.window import Window

    with tempfile.TemporaryDirectory() as folder:
        window = Window(QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat))
        window.show()
        window.open_path(FOLDER / "lenet5.loom", example=True)
        _until(lambda: window.run.ready is not None)
        window.run.toggle()
        _until(lambda: window.run.state == "training" and window.run.progress is not None)
        desk = Desk(window.store, window.canvas)
        at = desk.head("conv1")
        desk.press(at)
        waits = []
        for i in range(400):
            sent = time.perf_counter()
            QApplication.processEvents()  # what was waiting before this input is part of what a person waits for
            desk.move(at + QPoint(i % 40, i % 23))
            shown()
            waits.append((time.perf_counter() - sent) * 1000)
            time.sleep(0.008)  # a mouse that reports 120 times a second
        desk.key(Qt.Key.Key_Escape)
        desk.release(at)
        window.run.stop()
        window.store.history.setClean()
        window.close()
        return [statistics.quantiles(waits, n=100)[98]]


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        QTest.qWait(20)


class Peer:
    """NodeGraphQt with the same blocks and wires."""

    def __init__(self) -> None:
        import NodeGraphQtPy as peer

        class Plain(peer.BaseNode):
            __identifier__, NODE_NAME = "bench", "Plain"

            def __init__(self) -> None:
                super().__init__()
                for port in ("a", "b"):
                    self.add_input(port)
                self.add_output("y")

        self.graph = peer.NodeGraph()
        self.widget = self.graph.widget
        self.widget.resize(1400, 900)
        self.widget.show()
        self.graph.register_node(Plain)
        self.view = self.graph.viewer()

    def build(self, document: Document) -> None:
        """All blocks, then all wires, and the first painting."""
        made = {
            n: self.graph.create_node("bench.Plain", pos=node.position, push_undo=False)
            for n, node in document.nodes.items()
        }
        for w in document.wires:
            made[w.source].output(0).connect_to(made[w.target].input(w.input == "b"), push_undo=False)
        self.look(self.view.scene().itemsBoundingRect())
        self.view.viewport().repaint()

    def look(self, area: QRectF) -> None:
        """Fit this part of the scene into the view, as its own zoom does; `fit_to_selection` would stop at life size."""
        self.view._scene_range = area
        self.view._update_scene()

    def drag(self) -> Iterator[float]:
        """One block by its head, at life size."""
        node = self.graph.all_nodes()[500].view
        self.look(QRectF(node.scenePos() - QPointF(700, 450), self.view.viewport().size()))
        at = self.view.mapFromScene(node.scenePos() + QPointF(30, 8))
        self._send(QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)
        for i in range(60):
            to = at + QPoint(10 + i % 20, i % 14)
            yield timed(lambda to=to: self._send(QEvent.Type.MouseMove, to), shown)
        self._send(QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.LeftButton)

    def _send(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
        view = self.view.viewport()
        down = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        where = QPointF(view.mapToGlobal(at))
        no = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(view, QMouseEvent(kind, QPointF(at), where, button, down, no))


def against_peer(row: Callable[[str, list[float], list[float]], None]) -> None:
    """Build, drag and repaint, in turns."""
    document = thousand()
    builds: tuple[list[float], list[float]] = ([], [])
    for _ in range(3):
        store = Store()
        canvas = Canvas(store)
        canvas.resize(1400, 900)
        canvas.show()
        QTest.qWaitForWindowExposed(canvas)
        builds[0].append(timed(partial(store.open, document, None), canvas.fit, canvas.viewport().repaint))
        peer = Peer()
        QTest.qWaitForWindowExposed(peer.widget)
        builds[1].append(timed(partial(peer.build, document)))
        gc.collect()
    row("build 1000 blocks", *builds)
    for side in (canvas, peer.view):
        side.viewport().repaint()
    repaints: tuple[list[float], list[float]] = ([], [])
    for _ in range(10):
        repaints[0].append(timed(canvas.viewport().repaint))
        repaints[1].append(timed(peer.view.viewport().repaint))
    row("repaint at fit", *repaints)
    desk = Desk(store, canvas)
    canvas.zoom_to(1.0)
    canvas.centerOn(ACROSS / 2 * STEP[0], 12 * STEP[1])
    name = next(
        n for n, i in canvas.items_.nodes.items() if canvas.viewport().rect().contains(desk.head(n)) and i.at[1] > 1500
    )
    row("drag one block, a frame", list(_drags(desk, name)), list(peer.drag()))


def main() -> None:
    """Print a line per row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NEUROLOOM_CONFIG"] = folder
        start(app)

        def tell(line: dict[str, Any], text: str) -> None:
            print(json.dumps(line) if options.json else text, flush=True)

        def row(name: str, ms: list[float]) -> None:
            median, budget = statistics.median(ms), BUDGETS[name]
            verdict = "" if median <= budget else "  OVER"
            tell(
                {"name": name, "ms": round(median, 2), "budget_ms": budget},
                f"{name:<44}{median:>9.2f} ms of {budget:>5} ms{verdict}",
            )

        def pair(name: str, our: list[float], their: list[float]) -> None:
            a, b = statistics.median(our), statistics.median(their)
            tell(
                {"name": name, "ms": round(a, 2), "peer_ms": round(b, 2), "ratio": round(b / a, 2)},
                f"{name:<44}{a:>9.2f} ms, NodeGraphQt {b:>9.2f} ms  ×{b / a:.1f}",
            )

        ours(row)
        row("while training: input to paint, 99 of 100", while_training())
        try:
            against_peer(pair)
        except ImportError:
            print('NodeGraphQt is not installed, so nothing is compared: pip install -e ".[peers]"')


if __name__ == "__main__":
    main()
