"""What one sample turns into at a block: pictures, bars or a strip, live."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Frame, Request
from core.words import Words, same
from gui.i18n import say
from gui.theme.tokens import SPACE, Tokens
from gui.views._base import BlockChooser, SampleChooser, Selection, View, switch
from gui.views.bars import Bars
from gui.views.colours import ColourBar, readable, scale_of
from gui.views.mosaic import Cell, Mosaic


class FeatureMaps(View):
    """The sample at the left, and what the chosen block makes of it."""

    title: ClassVar[Words] = Words("Feature maps", "特征图")
    icon: ClassVar[str] = "layers"
    insight: ClassVar[str] = "feature_maps"
    nothing: ClassVar[Words] = Words(
        "Nothing is wired yet. Build a network, and see here what its blocks make of a sample.",
        "还没有连好的网络。搭好网络后，可以在这里看到各模块如何变换一个样本。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block, self.sample = BlockChooser(self.insight), SampleChooser()
        self.own_scale = switch()
        self.colour_bar = ColourBar()
        self.picture, self.caption = Mosaic(), QLabel()
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.picture.setFixedSize(112, 112)
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.maps, self.bars = Mosaic(), Bars()
        self.shapes = QStackedWidget()
        self.shapes.addWidget(self.maps)
        self.shapes.addWidget(self.bars)
        for widget in (self.block, self.sample):
            self.bar.addWidget(widget)
        self.bar.addStretch(1)
        self.foot.addWidget(self.own_scale)
        self.foot.addWidget(self.colour_bar)
        self.left = QWidget()
        column = QVBoxLayout(self.left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture)
        column.addWidget(self.caption)
        column.addStretch(1)
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[4])
        row.addWidget(self.left)
        row.addWidget(self.shapes, 1)
        self.block.chosen.connect(self._on_chosen)
        self.sample.chosen.connect(self._on_chosen)
        self.own_scale.toggled.connect(self._on_own_scale)
        self.maps.pointed.connect(self._on_cell)
        self.bars.pointed.connect(self._on_bar)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """The chosen block's output for the chosen sample."""
        block = self.block.offer(document, inference, selection)
        return self.ask(Request(self.insight, block, self.sample.sample)) if block else self.ask()

    def draw(self, frame: Frame) -> None:
        """Pictures for channels, bars for units, a strip for a sequence."""
        arrays = frame.arrays
        self.sample.set_rows(int(arrays["rows"]))
        self._draw_sample(frame)
        low, high = (float(v) for v in arrays["limits"])
        limit = max(abs(low), abs(high))
        maps = arrays.get("maps")
        if (units := arrays.get("units")) is not None:
            self.bars.show_values(units, tuple(str(n) for n in arrays.get("names", ())))
            self.shapes.setCurrentWidget(self.bars)
        else:
            self.maps.stretched = maps is None
            self.maps.show_tiles(arrays["sequence"].T[None] if maps is None else maps, limit)
            self.shapes.setCurrentWidget(self.maps)
        self.colour_bar.setVisible(units is None and not (self.own_scale.isChecked() and maps is not None))
        self.colour_bar.show_scale(scale_of(low), limit)
        self.own_scale.setVisible(maps is not None)
        self.readout.say(self._summary(frame))
        if self.maps.cell is not None and units is None:
            self._on_cell(self.maps.cell)

    def clear(self) -> None:
        super().clear()
        self.maps.clear()
        self.picture.clear()
        self.bars.show_values(np.empty(0))

    def retranslate(self) -> None:
        self.block.retranslate()
        self.sample.retranslate()
        self.own_scale.setText(say(Words("Own scale each", "各用各的色标")))
        self.own_scale.setToolTip(
            say(Words("Off: colours can be compared between pictures. On: every picture uses all colours.",
                      "关：各图颜色可以互相比较。开：每幅图使用全部颜色。"))
        )  # fmt: skip
        self.maps.setAccessibleName(
            say(Words("Feature maps: arrows move, Enter enlarges", "特征图：方向键移动，回车放大"))
        )
        self.bars.setAccessibleName(say(Words("Outputs of the units: left and right move", "各单元的输出：左右键移动")))
        self.picture.setAccessibleName(say(Words("The sample", "样本")))
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        for part in (self.maps, self.bars, self.picture, self.colour_bar):
            part.restyle(tokens)

    # parts ------------------------------------------------------------------------------------------------------------

    def _draw_sample(self, frame: Frame) -> None:
        picture, label = frame.arrays.get("picture"), frame.arrays.get("label")
        self.left.setVisible(picture is not None or label is not None)
        self.picture.setVisible(picture is not None)
        if picture is not None:
            bytes_ = picture if picture.dtype == np.uint8 else np.clip(picture * 255, 0, 255).astype(np.uint8)
            self.picture.show_tiles(bytes_[None, ..., :3] if bytes_.shape[2] != 2 else bytes_[None, ..., :1], 255.0)
        if label is not None:
            self.caption.setText(say(Words(f"label: {label[0]}", f"标签：{label[0]}")))

    def _summary(self, frame: Frame) -> str:
        arrays, total = frame.arrays, int(frame.arrays["total"])
        low, high = (readable(float(v)) for v in arrays["limits"])
        if (maps := arrays.get("maps")) is not None:
            count, height, width = maps.shape
            what = Words(f"{total} channels of {height} × {width}", f"{total} 个通道，每个 {height} × {width}")
            if count < total:
                what = Words(f"the first {count} of {total} channels", f"{total} 个通道中的前 {count} 个")
            if (stride := int(arrays["stride"])) > 1:
                what = Words(f"{what.en}, one row and column in {stride}", f"{what.zh}，每 {stride} 行列取一")
        elif "units" in arrays:
            dead = int((arrays["units"] == 0).sum())
            what = Words(f"{total} units, {dead} of them exactly 0", f"{total} 个单元，其中 {dead} 个恰为 0")
        else:
            steps = len(arrays["sequence"])
            what = Words(f"{total} features over {steps} steps", f"{total} 个特征，{steps} 步")
        spread = Words(f"values from {low} to {high}", f"取值从 {low} 到 {high}")
        step = Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")
        return f"{say(what)}  ·  {say(spread)}  ·  {say(step)}"

    def _on_chosen(self) -> None:
        self.wants_changed.emit()

    def _on_own_scale(self, on: bool) -> None:
        self.maps.own_scale = on
        if self.frame is not None:
            self.draw(self.frame)

    def _on_cell(self, cell: Cell | None) -> None:
        if cell is None:
            self.readout.point("")
            return
        value = readable(float(self.maps.value(cell)))
        if self.maps.stretched:
            place = Words(
                f"step {cell.column + 1}, feature {cell.row + 1}", f"第 {cell.column + 1} 步，特征 {cell.row + 1}"
            )
        else:
            place = Words(f"channel {cell.tile + 1}, row {cell.row + 1}, column {cell.column + 1}",
                          f"通道 {cell.tile + 1}，第 {cell.row + 1} 行第 {cell.column + 1} 列")  # fmt: skip
        self.readout.point(f"{say(place)}:  {value}")

    def _on_bar(self, index: int | None) -> None:
        if index is None:
            self.readout.point("")
            return
        named = index < len(self.bars.names)
        place = same(self.bars.names[index]) if named else Words(f"unit {index + 1}", f"单元 {index + 1}")
        self.readout.point(f"{say(place)}:  {readable(float(self.bars.values[index]))}")
