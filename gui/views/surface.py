"""The decision surface of a network over a plane, and a small one for every unit."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight import registry
from core.insight._base import Frame, Request
from core.insight._rows import blocks_of
from core.words import Words, same
from gui.i18n import say
from gui.theme.tokens import SPACE, Tokens
from gui.views._base import BlockChooser, Selection, View, switch
from gui.views.colours import ColourBar, readable, table
from gui.views.legend import MARKS, Entry, Legend
from gui.views.mosaic import Cell, Mosaic
from gui.views.plane import Plane


class Surface(View):
    """The map of the output at the left; pointing at a unit's map at the right shows that one large."""

    title: ClassVar[Words] = Words("Decision surface", "决策面")
    icon: ClassVar[str] = "target"
    insight: ClassVar[str] = "surface"
    nothing: ClassVar[Words] = Words(
        "This view is for data in a plane: two inputs, such as Circle, Spiral or Moons.",
        "此视图用于平面数据：两个输入，例如圆环、螺旋或双月。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block = BlockChooser(self.insight)
        self.stepped = switch()
        self.colour_bar, self.legend = ColourBar(), Legend()
        self.plane, self.units = Plane(), Mosaic()
        self.units.smooth = self.units.upside_down = True
        self.units.scale = "signed"  # as the large map
        self.unit_title = QLabel()
        self.unit_title.setTextFormat(Qt.TextFormat.PlainText)
        self.bar.addWidget(self.stepped)
        self.bar.addWidget(self.legend, 1)
        self.foot.addWidget(self.colour_bar)
        right = QVBoxLayout()
        head = QHBoxLayout()
        head.addWidget(self.unit_title)
        head.addWidget(self.block)
        head.addStretch(1)
        right.addLayout(head)
        right.addWidget(self.units, 1)
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[4])
        row.addWidget(self.plane, 3)
        row.addLayout(right, 2)
        self._followed: Selection = ()
        self._liked: tuple[str, ...] = ()  # blocks whose units are shown before one is chosen
        self._unit: int | None = None  # the unit that is shown large
        self.block.chosen.connect(self._on_block)
        self.stepped.toggled.connect(self._on_stepped)
        self.units.pointed.connect(self._on_unit)
        self.plane.pointed.connect(self._on_place)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """One answer holds all maps."""
        self._followed = selection
        if not registry()[self.insight].suits(document, inference, ""):
            return self.ask()
        activations, inputs = (blocks_of(document, inference, g) for g in ("activation", "input"))
        self._liked = activations or tuple(n for n in inference.order if n not in inputs)
        if self.frame is not None:
            self.draw(self.frame)
        return self.ask(Request(self.insight))

    def draw(self, frame: Frame) -> None:
        """The map, the points, the units of the chosen block."""
        arrays = frame.arrays
        left, right, bottom, top = (float(v) for v in arrays["limits"])
        self.plane.show_axes((left, right, bottom, top), (str(arrays["axes"][0]), str(arrays["axes"][1])))
        names = [str(n) for n in arrays["names"]]
        by_class = "winner" in arrays
        labels = arrays["labels"]
        scale = float(arrays["scale"]) if not by_class else 1.0
        kinds = labels.astype(int) if by_class else (labels > 0).astype(int)
        self.plane.show_points(arrays["points"], kinds, labels / (1.0 if by_class else scale), arrays["held_out"])
        blocks = [k[5:] for k in arrays if k.startswith("maps.")]
        block = self.block.choose(blocks, self._followed, next((b for b in blocks if b in self._liked), blocks[-1]))
        maps = arrays[f"maps.{block}"]
        self.units.show_tiles(maps.astype(np.float32), 127.0)
        if self._unit is not None and self._unit < len(maps):
            self.plane.show_values(maps[self._unit].astype(np.float32), 127.0)
            scale = float(arrays[f"scale.{block}"])
        elif by_class:
            self.plane.show_classes(arrays["winner"], arrays["surety"])
        else:
            self.plane.show_values(arrays["surface"], scale)
        signed = self._unit is not None or not by_class
        ends = (names[0], names[1]) if len(names) == 2 and self._unit is None else None
        self.colour_bar.setVisible(signed)
        self.colour_bar.show_scale("signed", scale, ends)
        self.legend.show_entries(self._entries(names, by_class=by_class, has_held_out=bool(arrays["held_out"].any())))
        self._tell(frame)

    def clear(self) -> None:
        super().clear()
        self._unit = None
        self.plane.clear()
        self.units.clear()

    def retranslate(self) -> None:
        self.block.retranslate()
        self.stepped.setText(say(Words("Sharp border", "清晰边界")))
        self.stepped.setToolTip(
            say(Words("Which class wins, without how surely.", "只显示哪一类胜出，不显示把握大小。"))
        )
        self.unit_title.setText(say(Words("Units of", "单元：")))
        self.plane.setAccessibleName(say(Words("Plane: arrows move over it", "平面：方向键移动")))
        self.units.setAccessibleName(say(Words("Maps of the units: arrows move", "各单元的图：方向键移动")))
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        for part in (self.plane, self.units, self.colour_bar, self.legend):
            part.restyle(tokens)
        if self.frame is not None:
            self.draw(self.frame)

    # parts ------------------------------------------------------------------------------------------------------------

    def _entries(self, names: list[str], *, by_class: bool, has_held_out: bool) -> list[Entry]:
        if self.tokens is None:
            return []
        signed = table("signed", self.tokens)
        ends = ["#" + "".join(f"{int(v):02X}" for v in signed[at]) for at in (8, 248)]
        shown = names or [say(Words("below 0", "小于 0")), say(Words("above 0", "大于 0"))]
        entries = []
        for i, name in enumerate(shown):
            colour = f"curve{i}" if by_class else ends[i]
            entries.append(Entry(same(name), colour, None, mark=MARKS[i % len(MARKS)]))
        if has_held_out:
            entries.append(Entry(Words("hollow: held out", "空心：验证"), "text", None, mark="circle", hollow=True))
        return entries

    def _tell(self, frame: Frame) -> None:
        held = int(frame.arrays["held_out"].sum())
        count = len(frame.arrays["points"]) - held
        points = Words(f"{count:,} points to learn from, {held:,} held out", f"训练点 {count:,} 个，验证点 {held:,} 个")
        step = Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")
        self.readout.say(f"{say(points)}  ·  {say(step)}")
        if self.plane.at is not None:
            self._on_place(self.plane.at)
        elif self._unit is not None:
            self._tell_unit(frame)

    def _tell_unit(self, frame: Frame) -> None:
        block = self.block.currentText()
        scale = readable(float(frame.arrays[f"scale.{block}"]))
        unit = (self._unit or 0) + 1
        words = Words(f"{block}, unit {unit}: full colour is {scale}", f"{block} 的单元 {unit}：最深的颜色为 {scale}")
        self.readout.point(say(words))

    def _on_place(self, at: tuple[float, float] | None) -> None:
        if at is None or self.frame is None:
            self.readout.point("")
            return
        arrays, (x, y) = self.frame.arrays, at
        left, right, bottom, top = self.plane.limits
        by_class = "winner" in arrays
        side = len(arrays["winner" if by_class else "surface"])
        column = min(int((x - left) / (right - left) * side), side - 1)
        row = min(int((y - bottom) / (top - bottom) * side), side - 1)
        place = f"{self.plane.axes[0]} {x:.2f}, {self.plane.axes[1]} {y:.2f}".replace("-", "−")
        names = [str(n) for n in arrays["names"]]
        if by_class:
            said = f"{names[int(arrays['winner'][row, column])]} ({arrays['surety'][row, column] * 100:.0f} %)"
        else:
            said = readable(float(arrays["surface"][row, column]))
        text = say(Words(f"{place}: the network says {said}", f"{place}：网络输出 {said}"))
        if (point := self.plane.nearest(x, y)) is not None:
            label = float(arrays["labels"][point])
            truth = names[int(label) if by_class else int(label > 0)] if names else readable(label)
            text += "  ·  " + say(Words(f"this point is {truth}", f"该点为 {truth}"))
        self.readout.point(text)

    def _on_unit(self, cell: Cell | None) -> None:
        self._unit = None if cell is None else cell.tile
        if self.frame is not None:
            self.draw(self.frame)
            if cell is None:
                self.readout.point("")

    def _on_block(self) -> None:
        self._unit = None
        if self.frame is not None:
            self.draw(self.frame)

    def _on_stepped(self, on: bool) -> None:
        self.plane.stepped = on
        if self.frame is not None:
            self.draw(self.frame)
