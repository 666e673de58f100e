"""The canvas: the view with hands. Mouse, keys, menus and drops become gestures, and gestures become edits."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from core.blocks._base import Block
from core.words import Words
from gui.bindings import Bindings, key_of, works_everywhere
from gui.canvas.adding import End
from gui.canvas.breadcrumb import Breadcrumb
from gui.canvas.geometry import Point
from gui.canvas.hints import EmptyHint, tooltip
from gui.canvas.landing import Landing
from gui.canvas.menus import Place, menu_of
from gui.canvas.node_item import NodeItem
from gui.canvas.stepping import Stepping
from gui.canvas.style import BOXES_ONLY
from gui.canvas.tools.base import Pointer, Tool, Where
from gui.canvas.tools.bend import Bend
from gui.canvas.tools.box import MoveBox, SizeBox
from gui.canvas.tools.knife import Knife
from gui.canvas.tools.link import Branch, Link
from gui.canvas.tools.move import Duplicate, Extract, Move, Probe
from gui.canvas.tools.pan import Ask, Pan
from gui.canvas.tools.rewire import Rewire
from gui.canvas.tools.select import Band, PickWire
from gui.canvas.touch import KINDS, TARGET, Touch
from gui.canvas.wire_item import REACH, WireItem
from gui.document.store import Store
from gui.entries import Entry
from gui.i18n import follow
from gui.palette.habits import Habits

PORT_REACH = 11.0  # pixels around a port that a press still takes it
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class Canvas(Stepping):
    """Shows the store's document and edits it by hand."""

    def __init__(
        self,
        store: Store,
        blocks: Mapping[str, type[Block]] | None = None,
        bindings: Bindings | None = None,
        habits: Habits | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(store, blocks, habits, parent)
        self.bindings = Bindings(parent=self) if bindings is None else bindings
        self.pointer = Pointer(self)
        self.touch = Touch(self)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._hovered: NodeItem | WireItem | None = None
        self._space = self._space_used = False
        self._pull = QTimer(self)
        self._pull.setInterval(16)
        self._pull.timeout.connect(self._pull_along)
        self._hint = EmptyHint(self.viewport())
        self.breadcrumb = Breadcrumb(store, self)
        for each in (self, self.viewport()):
            follow(each, each.setAccessibleName, Words("Canvas", "画布"))
        store.changed.connect(self._document_changed)
        self._document_changed()

    # what tools call --------------------------------------------------------------------------------------------------

    def around(self, at: Point, reach: float) -> QRectF:
        """The square around a point."""
        return QRectF(at[0] - reach, at[1] - reach, 2 * reach, 2 * reach)

    def hover_nothing(self) -> None:
        """Nothing is under the cursor."""
        self._hover(None)

    def show_cursor(self) -> None:
        """The cursor for where the mouse is."""
        if self._space:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return
        at = self.scene_point(self._under) if self._under.x() >= 0 else None
        over = Qt.CursorShape.IBeamCursor if at is not None and self.value_at(at) else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if at is not None and self._port_at(at) else over)

    # mouse ------------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.values.close_editor(take=True)
        self.editing.nudged()
        if self.pointer.tool is None:
            self.store.cancel()  # what a menu shows as if it were done is not there to be taken up
        self.steppers.hide()
        self.travelling.stop()
        self.gliding.finish()
        at = self._where(event)
        if event.button() == LEFT:
            self.pointer.press(self._tool_at(at), at)
        elif event.button() == MIDDLE:
            self.pointer.press(Pan(self), at)
        elif event.button() == RIGHT and self.pointer.tool is not None:
            self.pointer.cancel()
        elif event.button() == RIGHT:
            self.pointer.press(Knife(self) if at.ctrl else Ask(self), at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = event.position()
        at = self._where(event)
        self.pointer.move(at)
        if (tool := self.pointer.tool) is None:
            self._look_under(at)
        near_edge = self.pointer.dragging and tool is not None and tool.pulls and not self.edge_pull(at.pixel).isNull()
        if near_edge and not self._pull.isActive():
            self._pull.start()
        elif not near_edge:
            self._pull.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pull.stop()
        self.pointer.release(self._where(event))
        self.steppers.place()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self._where(event)
        node = self.items_.node_at(at.point)
        wire = self.items_.wire_at(at.point, REACH) if node is None else None
        box = self.items_.boxes.at(at.point)
        on_sign = node is None and wire is None and box is not None and box[1] == "sign"
        if event.button() != LEFT or self._port_at(at.point) is not None or on_sign:
            self.mousePressEvent(event)  # the second of two clicks
        elif node is not None:
            if not (self.value_at(at.point) and self.values.open(node.name)):
                self.open_block(node.name)
        elif wire is not None:
            self.bend_wire(wire, at.point)
        elif box is not None:
            self.retype(box[0].name)
        else:
            self.ask(at.pixel, Landing(at.point))

    def leaveEvent(self, event: QEvent) -> None:
        self._under = QPointF(-1, -1)
        self.hover_nothing()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        if event.reason() is not QContextMenuEvent.Reason.Mouse and self.pointer.tool is None:
            self.open_menu(self._spot())  # a mouse may be about to pan: its button opens the menu when it goes up

    def open_menu(self, at: QPointF) -> None:
        """The menu for what is at a point of the viewport."""
        self.open_at(self.menu_at(self.scene_point(at)), at)

    def move_along(self) -> None:
        """The selected blocks go with the pointer until a click or Enter; X or Y keeps them on a line, Esc puts them back."""
        nodes = self.store.document.nodes
        names = sorted(set(self._selected()) - self.items_.hidden.keys(), key=lambda name: nodes[name].locked)
        if names:
            at = self._cursor()
            self.pointer.carry(Move(self, names[0]), Where(self.scene_point(at), at))

    def menu_at(self, at: Point) -> QMenu:
        """The menu for what is at a point; it is selected first if it was not."""
        port = self._port_at(at)
        if port is not None:
            return self._menu_for("output" if port[1].side == "out" else "input", port)
        node = self.items_.node_at(at)
        wire = self.items_.wire_at(at, REACH) if node is None else None
        if node is not None and node.name not in self.store.selection:
            self.store.select([node.name])
        if node is None:
            self.store.select(())
            self.items_.select_wires([wire.wire] if wire is not None else [])
            box = self.items_.boxes.at(at) if wire is None else None
            self.items_.boxes.choose([box[0].name] if box is not None else [])
        place: Place = "nodes" if node is not None else "wire" if wire is not None else "empty"
        return self._menu_for("frame" if self.items_.boxes.chosen & self.store.document.frames.keys() else place)

    def _menu_for(self, place: Place, port: End | None = None) -> QMenu:
        self._port = port
        menu = menu_of(place, self.bindings, self, several=len(self.store.selection) > 1)
        menu.triggered.connect(lambda action: self.call(action.data()))
        return menu

    # keys -------------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            event.setAccepted(self._escape())  # where there is nothing to end, the window may
        elif key in (Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Shift):
            self.pointer.again(event.modifiers())
        elif self.pointer.tool is not None:
            self.pointer.key(key)  # a gesture is under way; all other keys wait
        elif key is Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space, self._space_used = True, False
                self.show_cursor()
        elif (entry := self._entry_of(event)) is None:
            event.ignore()
        elif entry.call:
            self.call(entry)
        else:
            self.asked.emit(entry)

    def _entry_of(self, event: QKeyEvent) -> Entry | None:
        """What a key on the canvas means; None where the window hears it by itself, or nobody does."""
        key = key_of(event)
        entry = self.bindings.holder(key, several=len(self.store.selection) > 1)
        return entry if entry is not None and (entry.call or not works_everywhere(key)) else None

    def call(self, entry: Entry) -> None:
        """Do what an entry of the table says."""
        getattr(self, entry.call[0])(*entry.call[1:])

    def event(self, event: QEvent) -> bool:
        """While the canvas has the focus its keys are its own, and during a gesture all keys are."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self.pointer.tool is not None or self._entry_of(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Space and self._space:
            self._space = False
            self.show_cursor()
            if not self._space_used:
                self.add_block()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.editing.nudged()
        elif key in (Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Shift):
            self.pointer.again(event.modifiers())

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab adds a block; Shift+Tab still leaves, so that nobody is caught here."""
        return False if next else super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.editing.nudged()
        self._space = False
        if event.reason() is Qt.FocusReason.ActiveWindowFocusReason:
            self.pointer.cancel()
        super().focusOutEvent(event)

    def _escape(self) -> bool:
        if self.pointer.tool is not None:
            self._pull.stop()
            self.pointer.cancel()
        elif self.store.previewing:
            self.store.cancel()
        else:
            return self.escape_selection()
        return True

    # inside -----------------------------------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.scene_point(QPointF(event.pos()))
            text = tooltip(self.store, self.items_, at, self._port_at(at), REACH)
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if event.type() in KINDS and isinstance(event, QTouchEvent):
            return self.touch.take(event)
        if isinstance(event, QMouseEvent):
            self.touch.point(finger=False)
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.centre()

    def _where(self, event: QMouseEvent) -> Where:
        return Where(self.scene_point(event.position()), event.position(), event.modifiers())

    def _tool_at(self, at: Where) -> Tool:
        if self._space:
            self._space_used = True
            return Pan(self)
        port = self._port_at(at.point)
        if port is not None:
            return Rewire(self, *port) if at.ctrl and port[1].side == "out" else Link(self, *port)
        node = self.items_.node_at(at.point)
        if node is not None:
            kind = Probe if at.ctrl and at.shift else Extract if at.alt and at.ctrl else Duplicate if at.alt else Move
            return kind(self, node.name)
        bend = self.items_.bend_at(at.point, REACH / min(1.0, self.scale_now))
        if bend is not None and not at.alt:
            return Bend(self, *bend)
        wire = self.items_.wire_at(at.point, REACH / min(1.0, self.scale_now))
        if at.alt:
            return Knife(self, wire)
        if wire is not None:
            return Branch(self, wire.wire) if at.shift else PickWire(self, wire)
        box = self.items_.boxes.at(at.point)
        if box is None:
            return Band(self)
        return SizeBox(self, box[0]) if box[1] == "corner" else MoveBox(self, *box)

    def _port_at(self, at: Point) -> End | None:
        if self.scale_now < BOXES_ONLY:
            return None  # ports are not drawn
        reach = TARGET / 2 if self.touch.used else PORT_REACH
        found = self.items_.port_near(at, min(1.25 * reach, reach / self.scale_now))
        return (found[0].name, found[1]) if found is not None else None

    def _look_under(self, at: Where) -> None:
        node = self.items_.node_at(at.point)
        self._hover(node if node is not None else self.items_.wire_at(at.point, REACH))
        self.show_cursor()

    def _hover(self, item: NodeItem | WireItem | None) -> None:
        if item is self._hovered:
            return
        if self._hovered is not None and self._hovered.scene() is not None:
            self._hovered.set_state(hovered=False)
        self._hovered = item
        if item is not None:
            item.set_state(hovered=True)

    def _pull_along(self) -> None:
        by = self.edge_pull(self._under)
        if by.isNull() or not self.pointer.dragging:
            self._pull.stop()
            return
        self.pan(by)
        self.pointer.again()

    def _document_changed(self, *_: object) -> None:
        self.gliding.finish()
        self.pointer.document_changed()
        if self._hovered is not None and self._hovered.scene() is None:
            self._hovered = None
        self._hint.setVisible(not self.store.document.nodes)

    def _restyled(self, *_: object) -> None:
        self.pointer.cancel()
        super()._restyled()
