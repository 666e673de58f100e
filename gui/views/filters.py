"""Filters of a convolution as pictures, live."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Frame, Request
from core.words import Words
from gui.i18n import say
from gui.theme.tokens import CONTROL_HEIGHT, Tokens
from gui.views._base import BlockChooser, Selection, View, switch
from gui.views.colours import ColourBar, readable
from gui.views.mosaic import Cell, Mosaic


class Filters(View):
    """One picture per filter; a click shows one alone, with its weights as numbers."""

    title: ClassVar[Words] = Words("Filters", "卷积核")
    icon: ClassVar[str] = "filter"
    insight: ClassVar[str] = "filters"
    nothing: ClassVar[Words] = Words(
        "This network has no convolution. Put a Conv2D block into it to see its filters here.",
        "该网络没有卷积。加入一个二维卷积模块，即可在此看到它的卷积核。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block = BlockChooser(self.insight)
        self.channel = QComboBox()
        self.channel.setMinimumHeight(CONTROL_HEIGHT)
        self.own_scale = switch()
        self.colour_bar = ColourBar()
        self.mosaic = Mosaic()
        for widget in (self.block, self.channel):
            self.bar.addWidget(widget)
        self.bar.addStretch(1)
        self.foot.addWidget(self.own_scale)
        self.foot.addWidget(self.colour_bar)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.mosaic)
        self._offer_channels(1, -1)
        self.block.chosen.connect(self._on_block)
        self.channel.activated.connect(self._on_channel)
        self.own_scale.toggled.connect(self._on_own_scale)
        self.mosaic.pointed.connect(self._on_pointed)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """The filters of the chosen block, as the chosen input sees them."""
        block = self.block.offer(document, inference, selection)
        if not block:
            return self.ask()
        if not self.wanted or self.wanted[0].block != block:
            self._offer_channels(1, -1)
        return self.ask(Request(self.insight, block, channel=self.channel.currentIndex() - 1))

    def draw(self, frame: Frame) -> None:
        """Pictures on a scale that is the same for all, symmetric around zero."""
        arrays = frame.arrays
        limit = float(np.abs(arrays["limits"]).max())
        self._offer_channels(int(arrays["inputs"]), int(arrays["channel"]))
        self.mosaic.show_tiles(arrays["pictures"], limit)
        self.colour_bar.setVisible(not self.own_scale.isChecked() and arrays["pictures"].ndim == 3)
        self.colour_bar.show_scale("signed", limit)
        self.own_scale.setEnabled(arrays["pictures"].ndim == 3)
        shown, total = len(arrays["pictures"]), int(arrays["total"])
        count = Words(f"{total} filters", f"{total} 个卷积核")
        if shown < total:
            count = Words(f"the first {shown} of {total} filters", f"{total} 个卷积核中的前 {shown} 个")
        low, high = (readable(float(v)) for v in arrays["limits"])
        weights = Words(f"weights from {low} to {high}", f"权重从 {low} 到 {high}")
        step = Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")
        self.readout.say(f"{say(count)}  ·  {say(weights)}  ·  {say(step)}")
        if self.mosaic.cell is not None:
            self._on_pointed(self.mosaic.cell)

    def clear(self) -> None:
        super().clear()
        self.mosaic.clear()

    def retranslate(self) -> None:
        self.block.retranslate()
        self.own_scale.setText(say(Words("Own scale each", "各用各的色标")))
        self.own_scale.setToolTip(
            say(Words("Off: colours can be compared between pictures. On: every picture uses all colours.",
                      "关：各图颜色可以互相比较。开：每幅图使用全部颜色。"))
        )  # fmt: skip
        self.channel.setAccessibleName(say(Words("Input channel", "输入通道")))
        self.channel.setToolTip(
            say(Words("A deep filter has a picture for every input channel: show their mean, or one.",
                      "深层卷积核对每个输入通道都有一幅图：显示平均值或其中一幅。"))
        )  # fmt: skip
        self.mosaic.setAccessibleName(
            say(Words("Filters: arrows move, Enter enlarges", "卷积核：方向键移动，回车放大"))
        )
        for i in range(self.channel.count()):
            self.channel.setItemText(i, self._channel_text(i - 1))
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        self.mosaic.restyle(tokens)
        self.colour_bar.restyle(tokens)

    # parts ------------------------------------------------------------------------------------------------------------

    def _offer_channels(self, inputs: int, channel: int) -> None:
        """All inputs of the block, behind their mean; with one input there is nothing to choose."""
        with QSignalBlocker(self.channel):
            if self.channel.count() != inputs + 1:
                self.channel.clear()
                self.channel.addItems([self._channel_text(i) for i in range(-1, inputs)])
                self.channel.setCurrentIndex(channel + 1)
        self.channel.setVisible(inputs > 1)

    @staticmethod
    def _channel_text(channel: int) -> str:
        if channel < 0:
            return say(Words("All inputs together", "所有输入合在一起"))
        return say(Words(f"Input {channel + 1}", f"输入 {channel + 1}"))

    def _on_block(self) -> None:
        self.wants_changed.emit()

    def _on_channel(self, index: int) -> None:
        self.wants_changed.emit()

    def _on_own_scale(self, on: bool) -> None:
        self.mosaic.own_scale = on
        if self.frame is not None:
            self.draw(self.frame)

    def _on_pointed(self, cell: Cell | None) -> None:
        if cell is None:
            self.readout.point("")
            return
        value = np.atleast_1d(self.mosaic.value(cell))
        numbers = ", ".join(readable(float(v)) for v in value)
        place = Words(f"filter {cell.tile + 1}, row {cell.row + 1}, column {cell.column + 1}",
                      f"卷积核 {cell.tile + 1}，第 {cell.row + 1} 行第 {cell.column + 1} 列")  # fmt: skip
        self.readout.point(f"{say(place)}:  {numbers}")
