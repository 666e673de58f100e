"""Someone who does anything at all to the window, with real mouse and key events, and what must be true whatever they do.

    python -m tests.gui.monkey SECONDS [SEED]

plays until the time is over, and prints what was done before anything that must not be.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
import time
import traceback
from collections import deque
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLineEdit, QMessageBox, QWidget

from core.examples import examples
from core.graph.boundary import ENDS
from core.graph.expand import expand
from core.graph.shapes import infer
from core.project import dumps, loads
from gui.app import start
from gui.canvas.node_item import NodeItem
from gui.canvas.wire_item import WireItem
from gui.entries import BY_ID, ENTRIES
from gui.window import Window
from tests.gui.canvas.conftest import ALT, CTRL, LEFT, MIDDLE, NONE, RIGHT, SHIFT, Desk

TEMPLATES = ("playground", "perceptron", "lenet5", "residual", "lstm-echo", "attention-toy", "small-inception", "unet")
LEFT_OUT = {
    "quit",
    "open",
    "keep_block",
    "reseed",
}  # ends the game; asks for a file; writes among a person's own blocks
ENGINE = {entry.id for entry in ENTRIES if entry.menu == "train"}
OFTEN = (
    "undo",
    "redo",
    "undo",
    "redo",
    "copy",
    "paste",
    "duplicate",
    "group",
    "ungroup",
    "open_inside",
    "leave_inside",
    "select_all",
)
WORDS = (
    "dense",
    "conv",
    "relu",
    "3",
    "0",
    "-1",
    "64x64",
    "<b>x</b>",
    "\u202eabc",
    "层",
    "",
    "1e999",
    "28x28x1 > dense 3",
    "[" * 50,
)
TEXTS = ("", "null", "[" * 100, '{"neuroloom": 1}', '{"blocks": {"a": 1}, "wires": ["a > b"]}')


class Monkey:
    """One seed, one life. `lived` is what was done last, for whoever has to find out."""

    def __init__(self, window, seed, folder, engine=True):
        self.window, self.store, self.canvas, self.folder = window, window.store, window.canvas, folder
        self.hand = Desk(window.store, window.canvas)
        self.random = random.Random(seed)
        self.lived = deque(maxlen=40)
        self.strangers = self._unseen()  # those of other windows
        self.examples = [e.path for e in examples() if e.id in TEMPLATES]
        entries = [e.id for e in ENTRIES if e.id not in LEFT_OUT and (engine or e.id not in ENGINE)]
        self.entries = [*entries, *OFTEN * 3]
        self.gestures = (
            [self.drag] * 10 + [self.command] * 14 + [self.press_a_key] * 6 + [self.click] * 5 + [self.wire] * 6
            + [self.add] * 5 + [self.type_something] * 4 + [self.interrupted] * 3 + [self.wheel] * 2
            + [self.touch_a_panel] * 6 + [self.paste_a_text, self.template, self.undo_all, self.wait]
        )  # fmt: skip

    def live(self, steps):
        """So many gestures, with a look at everything after each."""
        for _ in range(steps):
            gesture = self.random.choice(self.gestures)
            self.lived.append(gesture.__name__)
            gesture()
            self.look()

    # what is done -----------------------------------------------------------------------------------------------------

    def drag(self):
        keys = self.random.choice([NONE] * 6 + [CTRL, SHIFT, ALT, CTRL | SHIFT, CTRL | ALT])
        button = self.random.choice([LEFT] * 6 + [MIDDLE, RIGHT])
        a, b = self._spot(), self._spot()
        self._did(a, b, keys)
        self.hand.drag(a, b, keys, button)

    def interrupted(self):
        """A gesture in the midst of which something else happens."""
        a, b = self._spot(), self._spot()
        self.hand.carry(a, b, self.random.choice([NONE, NONE, ALT, CTRL]))
        what = self.random.choice(
            ["undo", "redo", "escape", "language", "delete", "dark", "leave_inside", "lose focus", "right"]
        )
        self._did(a, b, what)
        if what == "escape":
            self.hand.key(Qt.Key.Key_Escape)
        elif what == "lose focus":
            self.window.project_panel.setFocus()
        elif what == "right":
            self.hand.press(b, button=RIGHT)
            self.hand.release(b, button=RIGHT)
        else:
            self.window.actions_[what].trigger()
        self.hand.release(b)

    def click(self):
        spot, keys = self._spot(), self.random.choice([NONE, NONE, CTRL, SHIFT, ALT])
        self._did(spot, keys)
        if self.random.random() < 0.3:
            self.hand.double_click(spot)
        else:
            self.hand.click(spot, keys)

    def wire(self):
        names = list(self.store.document.nodes)
        if len(names) < 2:
            return
        a, b = self.random.sample(names, 2)
        box = self.canvas.items_.nodes
        outs, ins = ([p for p in box[n].box.ports if p.side == side] for n, side in ((a, "out"), (b, "in")))
        if outs and ins:
            start, end = self.random.choice(outs), self.random.choice(ins)
            self._did(a, start.name, b, end.name)
            self.hand.drag(self.hand.port(a, "out", start.name), self.hand.port(b, "in", end.name))

    def add(self):
        known = [id_ for id_ in self.canvas.blocks if self.store.scope or id_ not in ENDS]
        self.canvas.add(self._did(self.random.choice(known)))

    def command(self):
        id_ = self._did(self.random.choice(self.entries))
        action = self.window.actions_[id_]
        if action.isEnabled():
            self.window._do(BY_ID[id_])

    def press_a_key(self):
        keys = [k for e in ENTRIES if e.id not in LEFT_OUT and e.id not in ENGINE for k in e.keys if "Ctrl" not in k]
        key = self._did(self.random.choice([*keys, "Esc", "Return", "Tab", "Space"]))
        self.canvas.setFocus()
        QTest.keySequence(self.canvas, key)

    def type_something(self):
        """Into whatever has the focus, or is asked for on the canvas."""
        target = QApplication.focusWidget()
        if target is not None and (isinstance(target, QLineEdit) or self.canvas.typing.is_open):
            word = self._did(self.random.choice(WORDS))
            if isinstance(target, QLineEdit):
                target.insert(word)
            QTest.keyClick(
                target, self.random.choice([Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down])
            )

    def touch_a_panel(self):
        """Any field or button that is seen beside the canvas."""
        panel = self.random.choice([self.window.inspecting.panel, self.window.project_panel, self.window.problems])
        kinds = (QLineEdit, QComboBox, QAbstractButton)
        seen = [w for w in panel.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible() and w.isEnabled()]
        if not seen:
            return
        widget = self.random.choice(seen)
        self._did(type(widget).__name__, widget.accessibleName() or widget.objectName())
        if isinstance(widget, QLineEdit):
            widget.setFocus()
            widget.selectAll()
            widget.insert(self._did(self.random.choice(WORDS)))
            QTest.keyClick(widget, Qt.Key.Key_Return)
        elif isinstance(widget, QComboBox):
            QTest.keyClick(widget, self.random.choice([Qt.Key.Key_Down, Qt.Key.Key_Up]))
        else:
            QTest.mouseClick(widget, LEFT)

    def wheel(self):
        keys = self.random.choice([NONE, CTRL, SHIFT])
        self.hand.wheel(self._spot(), QPoint(0, self.random.choice([-480, -120, 120, 240])), keys=keys)

    def paste_a_text(self):
        """What comes from another program."""
        text = self.random.choice(TEXTS)
        if self.random.random() < 0.5 and self.store.document.nodes:
            self.canvas.select_all()
            self.canvas.copy()
            text = QGuiApplication.clipboard().text()
            cut = self.random.randrange(len(text) + 1)
            text = text[:cut] + self.random.choice(["", "{", "9", '"']) + text[cut + self.random.randrange(3) :]
        QGuiApplication.clipboard().setText(text)
        self._did(text[:60])
        self.canvas.paste()

    def template(self):
        self.undo_all()
        path = self.random.choice([None, *self.examples])
        self._did(path and path.stem)
        if path is None:
            self.window.files.new()
        else:
            self.window.files.open_example(path)

    def undo_all(self):
        """And redo all: every state is the same on the way back as on the way there."""
        self._end_what_is_open()
        history, seen = self.store.history, []
        here = history.index()
        for index in range(history.count(), -1, -1):
            self.store.go_to(index)
            seen.append(self.store.root)
        for index in range(history.count() + 1):
            self.store.go_to(index)
            assert self.store.root is seen.pop(), f"redoing to {index} gives another document"
        self.store.go_to(here)

    def wait(self):
        QTest.qWait(self.random.choice([1, 20, 60]))

    # what must be true ------------------------------------------------------------------------------------------------

    def look(self):
        """Everything that must be true, once nothing is under way."""
        if self.random.random() < 0.3:
            self._end_what_is_open()
        QApplication.processEvents()
        if self.canvas.pointer.tool is not None or self.store.previewing:
            return
        root, document = self.store.root, self.store.document
        assert loads(dumps(root), "saved") == root
        _same_shapes(self.store.whole, infer(root))
        expand(root)
        assert self.store.selection <= document.nodes.keys()
        for wire in document.wires:
            assert wire.source in document.nodes and wire.target in document.nodes
        assert len({(w.target, w.input) for w in document.wires}) == len(document.wires)
        self.canvas.gliding.finish()
        assert self.hand.picture_is_true()
        assert set(self.canvas.items_.boxes.items) == document.frames.keys() | document.notes.keys()
        assert self.window.isVisible()

    def nothing_is_left(self):
        """No item lives that is not shown."""
        self._end_what_is_open()
        self.canvas.hover_nothing()
        extra = self._unseen()
        assert extra <= self.strangers + 2, f"{extra} items live that are not shown; {self.strangers} did at the start"

    # inside -----------------------------------------------------------------------------------------------------------

    def _unseen(self):
        """How many items live that this canvas does not show."""
        gc.collect()
        alive = sum(type(o) in (NodeItem, WireItem) for o in gc.get_objects())
        return alive - len(self.canvas.items_.nodes) - len(self.canvas.items_.wires)

    def _did(self, *what):
        self.lived[-1] += f" {what}"
        return what[0]

    def _end_what_is_open(self):
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        while (box := QApplication.activeModalWidget()) is not None:
            box.close()
        for _ in range(3):
            self.hand.key(Qt.Key.Key_Escape)
        self.canvas.typing.close(take=False)
        self.canvas.popup.hide()

    def _spot(self):
        """Somewhere on the canvas: most often on something."""
        items = self.canvas.items_
        width, height = self.hand.view.width(), self.hand.view.height()
        anywhere = QPoint(self.random.randrange(width), self.random.randrange(height))
        kind = self.random.choice(["anywhere", "block", "block", "port", "port", "wire", "box"])
        if kind == "wire" and items.wires:
            spot = self.hand.pixel(self.random.choice(list(items.wires.values())).course.middle)
        elif kind in ("block", "port") and items.nodes:
            item = self.random.choice(list(items.nodes.values()))
            ports = item.box.ports if kind == "port" else ()
            spot = (
                self.hand.pixel(item.port_at(self.random.choice(list(ports)))) if ports else self.hand.head(item.name)
            )
        elif kind == "box" and items.boxes.items:
            x, y, w, h = self.random.choice(list(items.boxes.items.values())).shown.rect
            spot = self.hand.pixel(self.random.choice([(x + 10, y + 8), (x + w - 3, y + h - 3)]))
        else:
            spot = anywhere
        return spot if self.hand.view.rect().contains(spot) else anywhere


def _same_shapes(known, anew):
    assert known.faults == anew.faults
    assert dict(known.ins) == dict(anew.ins)
    assert dict(known.outs) == dict(anew.outs)
    assert known.inactive == anew.inactive


def tame(patch, folder):
    """Questions that would wait for a person get an answer at once; `patch(owner, name, value)` sets an attribute."""
    names = (str(folder / f"{n}{ending}") for n in range(10**9) for ending in (".loom", ".png", ".svg", ".pdf"))
    patch(QFileDialog, "getSaveFileName", lambda *_, **__: (next(names), ""))
    patch(QFileDialog, "getOpenFileName", lambda *_, **__: ("", ""))
    patch(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    patch(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    for name in ("about", "warning"):
        patch(QMessageBox, name, lambda *_: None)
    patch(QMessageBox, "exec", lambda _: 0)
    patch(QPrintDialog, "exec", lambda _: 0)


def main():
    """Play for so long, a new window every 500 gestures; the first thing that must not be ends it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    seconds, seed = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    folder = Path(tempfile.mkdtemp())
    os.environ["NEUROLOOM_CONFIG"] = str(folder)
    app = QApplication([])
    settings = start(app)
    tame(setattr, folder)
    playing = []

    def fall(kind, error, trace):
        """Out of a slot of Qt, or out of a look."""
        traceback.print_exception(kind, error, trace)
        print(f"seed {seed}", *playing[-1].lived, sep="\n  ", flush=True)
        os._exit(1)  # nothing is waited for: threads and the engine are as broken as the rest

    sys.excepthook = fall
    end, steps = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        window = Window(settings)
        window.show()
        window.files.open_example(next(e.path for e in examples() if e.id == "playground"))
        playing = [Monkey(window, seed, folder)]
        for _ in range(500):
            if time.monotonic() < end:
                playing[0].live(1)
                steps += 1
        playing[0].nothing_is_left()
        window.store.history.setClean()
        window.close()
        window.deleteLater()
        app.processEvents()
        seed += 1
    print(f"{steps} gestures, seeds up to {seed - 1}: nothing broke")


if __name__ == "__main__":
    main()
