"""Words on the canvas that come by themselves: what an empty one is for, and what lies under the cursor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from core.blocks._base import Block
from core.graph.document import Wire
from core.words import Words
from gui.canvas.adding import End
from gui.canvas.geometry import Point, shape_text
from gui.canvas.scene import SceneController
from gui.document.store import Store
from gui.i18n import follow, say

EMPTY = Words(
    "Drag a block from the list on the left,\nor double-click here, or press Tab.\n\n"
    "A whole network at once: Edit › Type a net…\nor File › New from template…",
    "从左侧列表拖入模块，\n或在此双击，或按 Tab 键。\n\n一次得到完整网络：“编辑 › 输入网络…”\n或“文件 › 从模板新建…”。",
)
INPUT, OUTPUT = Words("input", "输入端口"), Words("output", "输出端口")
NOT_KNOWN = Words("shape not known yet", "形状尚未确定")


class EmptyHint(QLabel):
    """How to begin, in the middle of a canvas without blocks."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("tone", "secondary")
        follow(self, self.show_text, EMPTY)

    def show_text(self, text: str) -> None:
        """Say it, in the middle."""
        self.setText(text)
        self.centre()

    def centre(self) -> None:
        """Into the middle of the viewport."""
        self.adjustSize()
        parent = self.parentWidget()
        assert parent is not None
        self.move(parent.rect().center() - self.rect().center())


def tooltip(store: Store, items: SceneController, at: Point, port: End | None, reach: float) -> str:
    """What is under the cursor: a port and its shape, what is wrong with a block or what it does, what a wire carries."""
    if port is not None:
        return _of_port(store, port)
    node = items.node_at(at)
    if node is not None:
        faults = [say(f.words) for f in store.inference.faults if f.block == node.name]
        block = store.document.nodes[node.name].block
        help_ = say(block.help) if isinstance(block, Block) else ""
        return "\n\n".join(faults) or f"<p>{help_}</p>"
    wire = items.wire_at(at, reach)
    return _of_wire(store, wire.wire) if wire is not None else ""


def _of_port(store: Store, end: End) -> str:
    name, port = end
    wire = next((w for w in store.document.incoming(name) if w.input == port.name), None) if port.side == "in" else None
    source = (name, port.name) if port.side == "out" else (wire.source, wire.output) if wire is not None else None
    shape = shape_text(store.inference.shape(*source)) if source is not None else ""
    return f"{name} · {say(INPUT if port.side == 'in' else OUTPUT)} {port.name} · {shape or say(NOT_KNOWN)}"


def _of_wire(store: Store, wire: Wire) -> str:
    shape = shape_text(store.inference.shape(wire.source, wire.output)) or say(NOT_KNOWN)
    return f"{wire.source} → {wire.target} · {shape}"
