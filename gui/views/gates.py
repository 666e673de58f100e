"""The gates of an LSTM over the steps of one sample, live."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Frame, Request
from core.insight.gates import GATES
from core.words import Words
from gui.i18n import say
from gui.theme.tokens import Tokens
from gui.views._base import BlockChooser, SampleChooser, Selection, View
from gui.views.colours import ColourBar, readable
from gui.views.strips import Strip, Strips

CANDIDATE = 2  # the one of the four that goes from −1 to 1


class Gates(View):
    """Five strips: input gate, forget gate, candidate, output gate, and the cell they write."""

    title: ClassVar[Words] = Words("LSTM gates", "LSTM 门控")
    icon: ClassVar[str] = "table"
    insight: ClassVar[str] = "gates"
    nothing: ClassVar[Words] = Words(
        "This network has no LSTM. Put an LSTM block into it to see its gates here.",
        "该网络没有 LSTM。加入 LSTM 模块，即可在此看到它的门。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block, self.sample = BlockChooser(self.insight), SampleChooser()
        self.open_bar, self.signed_bar = ColourBar(), ColourBar()
        self.strips = Strips()
        self.bar.addWidget(self.block)
        self.bar.addWidget(self.sample)
        self.bar.addStretch(1)
        self.foot.addWidget(self.open_bar)
        self.foot.addWidget(self.signed_bar)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.strips)
        self.block.chosen.connect(self._on_chosen)
        self.sample.chosen.connect(self._on_chosen)
        self.strips.pointed.connect(self._on_pointed)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """The gates of the chosen block for the chosen sample."""
        block = self.block.offer(document, inference, selection)
        return self.ask(Request(self.insight, block, self.sample.sample)) if block else self.ask()

    def draw(self, frame: Frame) -> None:
        """Gates from 0 (shut) to 1 (open), the candidate from −1 to 1."""
        arrays = frame.arrays
        self.sample.set_rows(int(arrays["rows"]))
        strips = [
            Strip(say(words), values.T, "signed" if i == CANDIDATE else "positive")
            for i, (words, values) in enumerate(zip(GATES, arrays["gates"], strict=True))
        ]
        cells = arrays["cells"]
        limit = float(np.abs(cells).max()) or 1.0
        cell = Words(f"cell, full colour is {readable(limit)}", f"细胞状态，最深为 {readable(limit)}")
        strips.append(Strip(say(cell), cells.T, "signed", limit))
        self.strips.show_strips(strips, [str(n) for n in arrays["steps"]])
        self.open_bar.show_scale("positive", 1.0, (say(Words("shut 0", "关 0")), say(Words("1 open", "1 开"))))
        self.signed_bar.show_scale("signed", 1.0)
        total, shown = int(arrays["units"]), arrays["gates"].shape[2]
        units = Words(f"{total} units", f"{total} 个单元")
        if shown < total:
            units = Words(f"the first {shown} of {total} units", f"{total} 个单元中的前 {shown} 个")
        step = Words(f"step {frame.step:,} of training", f"训练第 {frame.step:,} 步")
        self.readout.say(f"{say(units)}  ·  {say(step)}")
        if self.strips.at is not None:
            self._on_pointed(self.strips.at)

    def retranslate(self) -> None:
        self.block.retranslate()
        self.sample.retranslate()
        self.strips.setAccessibleName(
            say(Words("Gates: arrows move, Page Up and Page Down change the gate", "门：方向键移动，翻页键换门"))
        )
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        for part in (self.strips, self.open_bar, self.signed_bar):
            part.restyle(tokens)

    def _on_chosen(self) -> None:
        self.wants_changed.emit()

    def _on_pointed(self, at: tuple[int, int, int] | None) -> None:
        if at is None:
            self.readout.point("")
            return
        strip, unit, step = at
        value = readable(float(self.strips.strips[strip].values[unit, step]))
        gate = GATES[strip] if strip < len(GATES) else Words("cell", "细胞状态")
        name = self.strips.steps[step]
        self.readout.point(
            say(
                Words(
                    f"{gate.en} of unit {unit + 1} at step {step + 1} ({name}): {value}",
                    f"单元 {unit + 1} 在第 {step + 1} 步（{name}）的{gate.zh}：{value}",
                )
            )
        )
