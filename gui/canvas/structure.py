"""Commands on the structure of a network: composites, repeats, bypass and mute, collapse, bends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from core.blocks._base import Block
from core.errors import NeuroloomError
from core.graph import edits, grouping, markings
from core.graph.composites import Composite
from core.graph.document import Document, Mode, Node
from core.graph.rules import check_bypass
from core.graph.scope import opened, sharing
from core.library import keep, offered
from core.words import Words
from gui.canvas.breadcrumb import MAKE_UNIQUE
from gui.canvas.editing import NOTHING_SELECTED
from gui.canvas.framing import COLLAPSE, UNFOLD, Framing
from gui.canvas.geometry import HEADER, WIDTH, Point, along
from gui.canvas.tools.bend import BEND, STRAIGHTEN, add_bend, remove_bend
from gui.canvas.tools.link import CONNECT
from gui.canvas.wire_item import REACH, WireItem
from gui.canvas.wiring import chained
from gui.document.store import Store
from gui.i18n import say
from gui.palette.habits import Habits
from gui.palette.rows import KEEPS

T = TypeVar("T")
LEFT_OUT = Words(
    "Input and Output blocks stayed outside: data enters and leaves there.",
    "输入和输出模块留在了组合之外：数据由此进出。",
)
NO_COMPOSITE = Words("Select a composite first.", "请先选中一个组合模块。")
NOT_INSIDE = Words(
    "Open a composite and select a block in it; then its settings can be shown outside.",
    "请进入组合模块并选中其中一个模块，才能让它的设置在外部可见。",
)
TIMES = Words("How often", "重复次数")


class Structure(Framing):
    """A canvas that can be given structure. Each command is one entry of the history."""

    kept = Signal()  # there is one more block to choose from

    def __init__(
        self,
        store: Store,
        blocks: Mapping[str, type[Block]] | None = None,
        habits: Habits | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(store, blocks, habits, parent)
        store.scope_changed.connect(self._scope_changed)

    # composites -------------------------------------------------------------------------------------------------------

    def group(self) -> None:
        """The selected blocks become one."""
        names = self._selected()
        nodes = self.store.document.nodes
        left_out = any(_group_of(nodes[n]) in grouping.ENDS for n in names)
        made = self._edit(Words("Group", "组合"), lambda d: grouping.group(d, names)) if names else None
        if made is not None:
            self.store.select([made])
            if left_out:
                self.refused.emit(LEFT_OUT)

    def ungroup(self) -> None:
        """The selected composites become the blocks they are made of."""
        names = [n for n in self._selected() if isinstance(self.store.document.nodes[n].block, Composite)]
        if not names:
            self.refused.emit(NO_COMPOSITE)
            return

        def edit(document: Document) -> tuple[Document, list[str]]:
            fresh: list[str] = []
            for name in names:
                document, found = grouping.ungroup(document, name)
                fresh += found
            return document, fresh

        found = self._edit(Words("Ungroup", "取消组合"), edit)
        self.store.select(found or ())

    def open_inside(self) -> None:
        """Into the selected composite."""
        name = self._composite()
        if name is not None:
            self.store.enter(name)

    def leave_inside(self) -> None:
        """Back out of the composite that is open."""
        self.store.leave()

    def make_unique(self) -> None:
        """The selected composite no longer changes with its twins."""
        name = self._composite()
        if name is not None:
            self._edit(MAKE_UNIQUE, lambda d: (grouping.make_unique(d, name), name))

    def retitle(self) -> None:
        """Type what the selected composite, and all of its definition, are called."""
        name = self._composite()
        block = self.store.document.nodes[name].block if name is not None else None
        if name is None or not isinstance(block, Composite):
            return
        label, definition = Words("Title of the composite", "组合模块的标题"), block.definition

        def taken(title: str) -> None:
            before, twins = self.store.root, sharing(self.store.root, definition)
            self._edit(label, lambda d: (grouping.set_title(d, definition.name, title.strip()), name))
            if twins > 1 and self.store.root is not before:
                self.refused.emit(
                    Words(
                        f"All {twins} blocks of this kind have the title now. For one alone: Structure › Make unique.",
                        f"全部 {twins} 个同类模块都已改用此标题。若只改一个，请先选择“结构 › 设为独立”。",
                    )
                )

        x, y = self.items_.nodes[name].at
        self.typing.open_line(self._over((x, y, WIDTH, HEADER)), definition.title, say(label), taken)

    def keep_block(self) -> None:
        """The selected composite goes into the person's own library, and stands in the lists of blocks from now on."""
        name = self._composite()
        block = self.store.document.nodes[name].block if name is not None else None
        if not isinstance(block, Composite):
            return
        try:
            path = keep(block.definition)
        except NeuroloomError as error:
            self.refused.emit(error.words)
            return
        self.blocks.update(offered())
        self.kept.emit()
        self.refused.emit(
            Words(
                f"Kept as {path.name}, among the composites on the left.",
                f"已保存为 {path.name}，可在左侧“组合模块”中找到。",
            )
        )

    def over_library(self, at: QPointF) -> bool:
        """Whether a point of the viewport lies outside it, on a list that keeps composites."""
        if self.viewport().rect().contains(at.toPoint()):
            return False
        widget = QApplication.widgetAt(self.viewport().mapToGlobal(at.toPoint()))
        while widget is not None and not widget.property(KEEPS):
            widget = widget.parentWidget()
        return widget is not None

    def promote(self) -> None:
        """Choose which settings of the selected block are settings of the composite that is open."""
        menu = self.promotions()
        if menu is None:
            self.refused.emit(NOT_INSIDE)
        else:
            menu.popup(self.viewport().mapToGlobal(self._cursor().toPoint()))

    def promotions(self) -> QMenu | None:
        """The settings of the selected block, those seen from outside checked; None where there is no outside."""
        definition = opened(self.store.root, self.store.scope)
        names = list(self.store.selection)
        block = self.store.document.nodes[names[0]].block if len(names) == 1 else None
        if definition is None or not isinstance(block, Block) or not block.rows():
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        seen = {target for targets in definition.settings.values() for target in targets}
        for row in block.rows():
            action = menu.addAction(say(row.info.label))
            action.setObjectName(row.name)
            action.setCheckable(True)
            action.setChecked((names[0], row.name) in seen)
            action.setData((definition.name, names[0], row.name))
        menu.triggered.connect(self._promoted)
        return menu

    def _promoted(self, action: Any) -> None:
        name, *target = action.data()
        change = grouping.promote if action.isChecked() else grouping.demote
        label = (
            Words("Show a setting outside", "外部可见")
            if action.isChecked()
            else Words("Keep a setting inside", "外部不可见")
        )
        self._edit(label, lambda d: (change(d, name, (target[0], target[1])), name))

    def repeat(self) -> None:
        """Ask how often the selected blocks are to follow one another; a wire that is selected gets a bend instead."""
        wires = [self.items_.wires[w] for w in self.items_.selected_wires]
        if wires and not self.store.selection:
            self.bend_wire(wires[0], wires[0].course.middle)
            return
        names = self._selected()
        if not names:
            return
        block = self.store.document.nodes[names[0]].block
        now = block.repeat if len(names) == 1 and isinstance(block, Composite) else 2
        at = QRect(self._cursor().toPoint(), QSize(72, 28))
        self.typing.open_line(at, str(now), say(TIMES), self._repeat)

    def _repeat(self, text: str) -> None:
        names = self._selected()
        times = text.strip().lstrip("×xX")
        if not times.isdecimal():
            self.refused.emit(
                Words(
                    f"{text[:20]!r} is no number of times. Type a whole number such as 3.",
                    f"{text[:20]!r} 不是重复次数。请输入整数，如 3。",
                )
            )
            return
        made = self._edit(
            Words(f"Repeat ×{times}", f"重复 ×{times}"), lambda d: grouping.repeat(d, names, int(times[:6]))
        )
        if made is not None:
            self.store.select([made])

    def link_selected(self) -> None:
        """Each of the selected blocks leads to the next, in the order they lie along the flow."""
        flow = self.store.document.flow
        names = sorted(self._selected(), key=lambda name: along(self.items_.nodes[name].at, flow))
        self._edit(CONNECT, lambda d: (chained(d, self.store.inference, names), names))

    # modes ------------------------------------------------------------------------------------------------------------

    def bypass(self) -> None:
        """The selected blocks hand their first input on; or work again, where all are bypassed."""
        names = self._selected()
        if names and not self._all(names, "bypass"):
            refusal = check_bypass(self.store.document, self.store.inference, names)
            if refusal is not None:
                self.refused.emit(refusal.words)
                return
        self._toggle(names, "bypass", Words("Bypass", "旁路"))

    def mute(self) -> None:
        """The selected blocks give nothing; or work again, where all are muted."""
        self._toggle(self._selected(), "mute", Words("Mute", "静音"))

    def collapse(self) -> None:
        """The selected blocks are drawn as their headers; or whole again, where all are. With none, the chosen frames."""
        frames = [n for n in self.items_.boxes.chosen if n in self.store.document.frames]
        if frames and not self.store.selection:
            self.collapse_frames(frames)
            return
        names = self._selected()
        nodes = self.store.document.nodes
        folded = not all(nodes[n].collapsed for n in names)
        self.store.apply(COLLAPSE if folded else UNFOLD, lambda d: edits.collapse(d, names, collapsed=folded))

    def lock(self) -> None:
        """The selected blocks, or the chosen frames, stay where they are; or may be moved again, where all are locked."""
        document = self.store.document
        frames = [n for n in self.items_.boxes.chosen if n in document.frames]
        names = [n for n in document.nodes if n in self.store.selection]
        if not names and not frames:
            self.refused.emit(NOTHING_SELECTED)
            return
        locked = not all([*(document.nodes[n].locked for n in names), *(document.frames[n].locked for n in frames)])
        label = Words("Lock", "锁定") if locked else Words("Unlock", "解除锁定")
        self.store.apply(label, lambda d: markings.lock(edits.lock(d, names, locked=locked), frames, locked=locked))

    def _toggle(self, names: list[str], mode: Mode, label: Words) -> None:
        on = self._all(names, mode)
        label = Words("Switch on", "恢复启用") if on else label
        self.store.apply(label, lambda d: edits.set_mode(d, names, "on" if on else mode))

    def _all(self, names: list[str], mode: Mode) -> bool:
        return all(self.store.document.nodes[n].mode == mode for n in names)

    # wires ------------------------------------------------------------------------------------------------------------

    def bend_wire(self, item: WireItem, at: Point) -> None:
        """One more bend where a wire is at a point; on a bend, one less."""
        wire, bend = item.wire, self.items_.bend_at(at, REACH)
        if bend is not None and bend[0] == wire:
            self.store.apply(STRAIGHTEN, lambda d: remove_bend(d, wire, bend[1]))
            return
        index = item.course.leg(at) if item.bends else 0
        self.store.apply(BEND, lambda d: add_bend(d, wire, at, index))
        self.items_.select_wires(())
        self.items_.choose_bend((wire, index))

    # inside -----------------------------------------------------------------------------------------------------------

    def escape_selection(self) -> bool:
        """Select nothing; with nothing selected, leave the composite that is open. False where there is neither."""
        items = self.items_
        if not (self.store.selection or items.selected_wires or items.boxes.chosen or items.chosen_bend):
            inside = bool(self.store.scope)
            self.store.leave()
            return inside
        self.store.select(())
        items.select_wires(())
        items.boxes.choose(())
        items.choose_bend(None)
        return True

    def _composite(self) -> str | None:
        names = list(self.store.selection)
        if len(names) == 1 and isinstance(self.store.document.nodes[names[0]].block, Composite):
            return names[0]
        self.refused.emit(NO_COMPOSITE)
        return None

    def _scope_changed(self, *_: object) -> None:
        self.typing.close(take=False)
        self.items_.boxes.choose(())
        self.fit()
        if len(self.store.selection) == 1:
            super().show_blocks(self.store.selection)  # an undo may have led here: nothing is opened on the way


def _group_of(node: Node) -> str:
    return node.block.group if isinstance(node.block, Block) else ""
