"""What the canvas can be told to do: by the window, its menus, the keys, or the list that opens at the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from core.blocks._base import GROUPS, Block
from core.graph.boundary import ENDS
from core.graph.document import Document
from core.graph.judgement import Edit, judge
from core.graph.layout import LAYER_GAP
from core.graph.remedies import remedies
from core.library import offered
from core.words import Words
from gui.canvas.adding import End
from gui.canvas.arranging import Along, Arranging, Edge
from gui.canvas.editing import Editing, Side
from gui.canvas.geometry import HEADER, Port, along
from gui.canvas.landing import Landing, behind
from gui.canvas.likely import likely
from gui.canvas.motion import Motion
from gui.canvas.scene import SceneController
from gui.canvas.search_popup import SearchPopup
from gui.canvas.seeing import Seeing
from gui.canvas.tools.drop import added
from gui.canvas.trying import Trying, Way
from gui.canvas.wiring import ways_on
from gui.document.store import Store
from gui.palette.habits import Habits
from gui.palette.search import grouped

ONE_BLOCK = Words("Select one block: its wires are drawn from there.", "请选中一个模块，再从它开始连线。")
NOTHING_TO_MEND = Words("There is nothing to mend here.", "这里没有需要修复的问题。")
NOTHING_FITS = Words("No block fits here.", "这里没有合适的模块。")


class Commands(Seeing):
    """A view that edits. `refused` carries why something was not done."""

    refused = Signal(object)  # Words
    activated = Signal(str)  # name of a block that was double-clicked or entered
    probed = Signal(str)  # name of a block that is to be watched whatever is selected
    asked = Signal(object)  # Entry that a key on the canvas called, and that is the window's to do

    def __init__(
        self,
        store: Store,
        blocks: Mapping[str, type[Block]] | None = None,
        habits: Habits | None = None,
        parent: QWidget | None = None,
    ) -> None:
        items = SceneController(store)
        super().__init__(items, parent)
        items.setParent(self)
        self.store = store
        known = offered() if blocks is None else blocks
        self.blocks = {b.id: b for members in grouped(known.values(), GROUPS).values() for b in members} | dict(ENDS)
        self.editing = Editing(items, self.refused.emit)
        self.gliding = Motion(self)
        self.arranging = Arranging(items, self.gliding, self.refused.emit)
        self.habits = Habits(parent=self) if habits is None else habits
        self.popup = SearchPopup(self.blocks, self.habits, self)
        self._landing = Landing((0.0, 0.0))
        self._port: End | None = None  # whose menu was opened
        self._menu: QMenu | None = None
        self._under = QPointF(-1, -1)  # where the mouse is in the viewport, outside it at first
        self.popup.chosen.connect(self._chosen)
        self.popup.closed.connect(self._popup_closed)
        self.setAcceptDrops(True)

    def add(self, id_: str, at: QPointF | None = None) -> str:
        """Add a block at a point of the scene, or in the middle of the view, and select it; its name."""
        point = self.scene_point(QRectF(self.viewport().rect()).center()) if at is None else (at.x(), at.y())
        return self._land(id_, Landing(point))

    def add_block(self) -> None:
        """Open the list of blocks under the cursor, or in the middle; those that fit into a wire, where one is selected."""
        if self.items_.selected_wires and not self.store.selection:
            self.insert_block()
            return
        at = self._cursor()
        self.ask(at, Landing(self.scene_point(at)))

    def insert_block(self) -> None:
        """Open the list of blocks that fit into the selected wire."""
        wire = next(iter(self.items_.selected_wires), None)
        if wire is not None:
            item = self.items_.wires[wire]
            self.ask(QPointF(self.view_point(item.course.middle)), Landing(item.course.middle, wire=wire))

    def add_at_port(self) -> None:
        """Open the list of blocks that fit the port whose menu was opened."""
        if self._port is not None:
            flow = self.store.document.flow
            at, across = along(self.items_.nodes[self._port[0]].port_at(self._port[1]), flow)
            away = LAYER_GAP if self._port[1].side == "out" else -LAYER_GAP
            landing = Landing(along((at + away, across), flow), end=self._port)
            self.ask(QPointF(self.view_point(landing.at)), landing)

    def unplug(self) -> None:
        """Remove all wires of the port whose menu was opened."""
        if self._port is not None:
            self.editing.unplug(self._port)

    def ask(self, at: QPointF, landing: Landing) -> None:
        """Let the person choose a block for a landing."""
        document, known = self.store.document, self.store.inference
        here = self.blocks if self.store.scope else {id_: b for id_, b in self.blocks.items() if id_ not in ENDS}
        ids = landing.fitting(document, known, here)
        if landing.end is not None:
            ids = likely(ids, self.blocks, document, landing.end)
        if not ids:
            self.refused.emit(NOTHING_FITS)
            return
        self._landing = landing
        plain = landing.end is None and landing.wire is None
        one = next(iter(self.store.selection)) if plain and len(self.store.selection) == 1 else None
        self.popup.open(self.viewport().mapTo(self, at.toPoint()), ids, one, ranked=landing.end is not None)

    def mend(self) -> None:
        """Ways to mend the selected blocks, or where none is selected the network: its faults, and with none what is advised."""
        document, known, chosen = self.store.document, self.store.inference, self.store.selection
        faults = [fault for fault in known.faults if not chosen or fault.block in chosen]
        found: list[tuple[Words, tuple[Words, Edit]]] = [
            (f.words, remedy) for f in faults for remedy in remedies(document, known, f)
        ]
        if not faults:
            advice = [each for each in judge(document, known) if not chosen or each.block in chosen]
            found = [(each.words, each.fix) for each in advice if each.fix is not None]
        if not found:
            self.refused.emit(faults[0].words if faults else NOTHING_TO_MEND)
            return
        question = found[0][0]  # one thing at a time
        self.offer(
            self._spot(), question, [Way(words, words, edit) for told, (words, edit) in found if told == question]
        )

    def wire_on(self) -> None:
        """Where the wires of the selected block may lead, to be chosen from, and those that it has."""
        name = next(iter(self.store.selection), None)
        if name is None or len(self.store.selection) > 1:
            self.refused.emit(ONE_BLOCK)
            return
        places = {each: item.at for each, item in self.items_.nodes.items()}
        if ways := ways_on(self.store.document, self.store.inference, name, places):
            self.offer(self._spot(), Words(f"Where does {name} lead?", f"{name} 连到哪里？"), ways)
        else:
            self.refused.emit(Words(f"No free input takes what {name} gives.", f"没有空闲的输入能接收 {name} 的输出。"))

    def copy(self) -> None:
        """Selected blocks to the clipboard."""
        self.editing.copy()

    def copy_line(self) -> None:
        """Selected blocks to the clipboard, as one line of text; all blocks where none is selected."""
        self.editing.copy_line()

    def cut(self) -> None:
        """Selected blocks to the clipboard, and away."""
        self.editing.cut()

    def paste(self) -> None:
        """Blocks from the clipboard, at the cursor."""
        self.editing.paste(self.scene_point(self._cursor()))

    def paste_wired(self) -> None:
        """Blocks from the clipboard, with the wires that came into them."""
        self.editing.paste(self.scene_point(self._cursor()), keep_incoming=True)

    def duplicate(self) -> None:
        """Copies of the selected blocks."""
        self.editing.duplicate()

    def duplicate_wired(self) -> None:
        """Copies of the selected blocks, fed by what feeds them."""
        self.editing.duplicate(keep_incoming=True)

    def delete(self) -> None:
        """Selected blocks and wires, away."""
        self.editing.delete()

    def delete_and_heal(self) -> None:
        """Selected blocks away, and the wires joined behind them."""
        self.editing.delete(heal=True)

    def extract(self) -> None:
        """Selected blocks out of their wires."""
        self.editing.extract()

    def select_all(self) -> None:
        """Every block."""
        self.editing.select_all()

    def invert_selection(self) -> None:
        """The others."""
        self.editing.invert()

    def arrange(self, direction: str = "right") -> None:
        """Lay the blocks out, to the right or down, and show them all."""
        before = self.arranging.arrange("down" if direction == "down" else "right")
        self.fit()
        self.arranging.glide(before)

    def align(self, edge: Edge) -> None:
        """Selected blocks on one line."""
        self.arranging.align(edge)

    def distribute(self, along: Along) -> None:
        """Selected blocks at equal distances."""
        self.arranging.distribute(along)

    def straighten(self) -> None:
        """Wires of the selected blocks straight."""
        self.arranging.straighten()

    def undo(self) -> None:
        """One step back."""
        self.store.undo()

    def redo(self) -> None:
        """One step forth."""
        self.store.redo()

    def zoom_in(self) -> None:
        """Nearer."""
        self.zoom(1.25)

    def zoom_out(self) -> None:
        """Farther."""
        self.zoom(0.8)

    def life_size(self) -> None:
        """A pixel for every unit."""
        self.zoom_to(1.0)

    def nudge(self, side: Side, steps: str) -> None:
        """Selected blocks by some steps of the grid; with none selected, the picture."""
        if self.store.selection:
            self.editing.nudge(side, int(steps))
        else:
            step = {"left": (48, 0), "right": (-48, 0), "up": (0, 48), "down": (0, -48)}[side]
            self.pan(QPointF(*step))

    def walk(self, side: Side) -> None:
        """Select the next block along the wires."""
        name = self.editing.walk(side)
        if name is not None:
            self.show_blocks([name])

    def extend(self, side: str) -> None:
        """Select all upstream or downstream."""
        self.editing.extend("left" if side == "left" else "right")

    def activate(self) -> None:
        """As if the selected block were double-clicked."""
        if len(self.store.selection) == 1:
            self.open_block(next(iter(self.store.selection)))

    def open_block(self, name: str) -> None:
        """Look closer at a block: into it, if it is made of others."""
        if not self.store.enter(name):
            self.activated.emit(name)

    def probe(self) -> None:
        """Watch the selected block."""
        if len(self.store.selection) == 1:
            self.probed.emit(next(iter(self.store.selection)))

    def set_picture(self, name: str, picture: QImage | None) -> None:
        """A small picture inside a block, or none."""
        self.items_.show_pictures({name: picture})

    def set_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Small pictures inside these blocks, and in no others."""
        self.items_.show_pictures({name: pictures.get(name) for name in self.items_.nodes})

    def set_activity(self, levels: Mapping[str, float]) -> None:
        """How hard each block works at this moment, 0 to 1; blocks that are not named rest."""
        self.items_.show_activity(levels)

    def offer(self, at: QPointF, question: Words, ways: Sequence[Way]) -> QMenu:
        """A small menu at a point of the viewport: one of these is to be done, or nothing."""
        menu = Trying(self.items_, question, ways, self)
        self.open_at(menu, at)
        menu.look_at_first()
        return menu

    def open_at(self, menu: QMenu, at: QPointF) -> None:
        """Open a menu at a point of the viewport; it is gone when it closes."""
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._menu = menu
        menu.popup(self.viewport().mapToGlobal(at.toPoint()))

    def _spot(self) -> QPointF:
        """Where a menu opens that a key asked for: on the selected block, or where the cursor is."""
        name = next((n for n in self.items_.nodes if n in self.store.selection), None)
        if name is None:
            return self._cursor()
        self.show_blocks([name])
        x, y = self.items_.nodes[name].at
        return QPointF(self.view_point((x + HEADER, y + HEADER / 2)))

    def _cursor(self) -> QPointF:
        inside = self.viewport().rect().contains(self._under.toPoint())
        return self._under if inside else QRectF(self.viewport().rect()).center()

    def _chosen(self, id_: str, chain: bool) -> None:
        landing = self._landing
        document, selection = self.store.document, self.store.selection
        if chain and landing.end is None and landing.wire is None and len(selection) == 1:
            (name,) = selection
            block = document.nodes[name].block
            if isinstance(block, Block) and block.output_ports():
                landing = behind(name, document, self.items_.rects(), (name, Port("out", block.output_ports()[0])))
        name = self._land(id_, landing)
        self.show_blocks([name])
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _land(self, id_: str, landing: Landing) -> str:
        known, taken, block = self.store.inference, self.items_.rects(), self.blocks[id_]()
        made: list[str] = []

        def edit(document: Document) -> Document:
            after, name = landing.land(document, known, block, taken)
            made.append(name)
            return after

        self.store.apply(added(block), edit)
        self.store.select(made)
        return made[0]

    def _popup_closed(self) -> None:
        self.setFocus(Qt.FocusReason.PopupFocusReason)
