"""How the weights of a block are spread, live, with an outline of how they began."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Frame, Request
from core.words import Words
from gui.i18n import say
from gui.theme.tokens import Tokens
from gui.views._base import BlockChooser, Selection, View
from gui.views.colours import readable
from gui.views.histograms import Histograms, Panel
from gui.views.legend import Entry, Legend


class WeightHistogram(View):
    """A histogram for each weight of the chosen block."""

    title: ClassVar[Words] = Words("Weights", "权重")
    icon: ClassVar[str] = "histogram"
    insight: ClassVar[str] = "weight_histogram"
    nothing: ClassVar[Words] = Words(
        "No block of this network has weights. Put a Dense or Conv2D block into it.",
        "该网络中没有带权重的模块。请加入全连接或二维卷积模块。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block = BlockChooser(self.insight)
        self.legend = Legend()
        self.histograms = Histograms()
        self.first: dict[str, Frame] = {}  # by block, the first answer of the run
        self.bar.addWidget(self.block)
        self.bar.addWidget(self.legend, 1)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.histograms)
        self.block.chosen.connect(self._on_block)
        self.histograms.pointed.connect(self._on_pointed)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """The weights of the chosen block."""
        block = self.block.offer(document, inference, selection)
        return self.ask(Request(self.insight, block)) if block else self.ask()

    def draw(self, frame: Frame) -> None:
        """Bars for now, an outline for the first time this block was seen in this run."""
        first = self.first.setdefault(frame.request.block, frame)
        if frame.step < first.step or set(first.arrays) != set(frame.arrays):
            first = self.first[frame.request.block] = frame  # a new run, or another network
        entries = [Entry(Words("now", "现在"), "curve0", mark="square", dash=None)]
        if first is not frame:
            words = Words(f"at step {first.step:,}", f"第 {first.step:,} 步时")
            entries.append(Entry(words, "text_secondary", "dash"))
        self.legend.show_entries(entries)
        self.histograms.show_panels([self._panel(frame, first, i) for i in range(len(frame.arrays["names"]))])
        self.readout.say(say(Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")))
        if self.histograms.at is not None:
            self._on_pointed(self.histograms.at)

    def clear(self) -> None:
        super().clear()
        self.first = {}
        self.histograms.show_panels([])

    def retranslate(self) -> None:
        self.block.retranslate()
        self.histograms.setAccessibleName(say(Words("Histograms: arrows move", "直方图：方向键移动")))
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        self.histograms.restyle(tokens)
        self.legend.restyle(tokens)

    # parts ------------------------------------------------------------------------------------------------------------

    def _panel(self, frame: Frame, first: Frame, i: int) -> Panel:
        size, counted, zeros, mean, deviation, _, _, pull = (float(v) for v in frame.arrays[f"numbers.{i}"])
        name = str(frame.arrays["names"][i])
        title = Words(f"{name}: {int(size):,} numbers", f"{name}：{int(size):,} 个数")
        if counted < size:
            title = Words(f"{title.en}, {int(counted):,} counted", f"{title.zh}，抽取 {int(counted):,} 个")
        spread = Words(f"mean {readable(mean)}  ·  deviation {readable(deviation)}",
                       f"均值 {readable(mean)}  ·  标准差 {readable(deviation)}")  # fmt: skip
        rest = Words(f"exactly 0: {int(zeros):,}", f"恰为 0：{int(zeros):,}")
        if not np.isnan(pull):  # where no gradient reaches it
            rest = Words(f"{rest.en}  ·  gradient norm {readable(pull)}", f"{rest.zh}  ·  梯度范数 {readable(pull)}")
        began_alike = first.arrays[f"numbers.{i}"][4] == 0  # all zeros or ones: no hill to draw
        was = None if first is frame or began_alike else first.arrays
        return Panel(
            say(title), (say(spread), say(rest)), frame.arrays[f"counts.{i}"], frame.arrays[f"edges.{i}"],
            None if was is None else was[f"counts.{i}"], None if was is None else was[f"edges.{i}"],
        )  # fmt: skip

    def _on_block(self) -> None:
        self.wants_changed.emit()

    def _on_pointed(self, at: tuple[int, int] | None) -> None:
        if at is None:
            self.readout.point("")
            return
        panel = self.histograms.panels[at[0]]
        low, high = (readable(float(v)) for v in panel.edges[at[1] : at[1] + 2])
        count = int(panel.counts[at[1]])
        self.readout.point(say(Words(f"{low} to {high}: {count:,} weights", f"{low} 到 {high}：{count:,} 个权重")))
