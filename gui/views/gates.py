"""The gates of an LSTM or a GRU over the steps of one sample, live."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Frame, Request
from core.insight.gates import KINDS
from core.words import Words
from gui.i18n import say
from gui.theme.tokens import Tokens
from gui.views._base import BlockChooser, SampleChooser, Selection, View
from gui.views.colours import ColourBar, readable
from gui.views.strips import Strip, Strips

WAYS = (Words("forth", "正向"), Words("back", "反向"))
SIGNED = {"candidate", "state"}  # from −1 to 1; a cell has no limits


class Gates(View):
    """A strip for each gate and one for what they write, of each way the block reads."""

    title: ClassVar[Words] = Words("Gates", "门控")
    icon: ClassVar[str] = "table"
    insight: ClassVar[str] = "gates"
    nothing: ClassVar[Words] = Words(
        "This network has no LSTM or GRU. Put one into it to see its gates here.",
        "该网络没有 LSTM 或 GRU。加入这样的模块，即可在此看到它的门。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block, self.sample = BlockChooser(self.insight), SampleChooser()
        self.open_bar, self.signed_bar = ColourBar(), ColourBar()
        self.strips = Strips()
        self._names: list[Words] = []
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
        values, kinds = arrays["values"], [str(kind) for kind in arrays["kinds"]]
        self._names = [_name(kind, way if len(values) > 1 else None) for way in range(len(values)) for kind in kinds]
        flat = values.reshape(-1, *values.shape[2:])
        strips = [_strip(kind, name, v.T) for kind, name, v in zip(kinds * len(values), self._names, flat, strict=True)]
        self.strips.show_strips(strips, [str(n) for n in arrays["steps"]])
        self.open_bar.show_scale("positive", 1.0, (say(Words("shut 0", "关 0")), say(Words("1 open", "1 开"))))
        self.signed_bar.show_scale("signed", 1.0)
        total, shown = int(arrays["units"]), values.shape[3]
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
        gate = self._names[strip]
        name = self.strips.steps[step]
        self.readout.point(
            say(
                Words(
                    f"{gate.en} of unit {unit + 1} at step {step + 1} ({name}): {value}",
                    f"单元 {unit + 1} 在第 {step + 1} 步（{name}）的{gate.zh}：{value}",
                )
            )
        )


def _name(kind: str, way: int | None) -> Words:
    """What a strip shows, with its way where there are two."""
    what = KINDS[kind]
    return what if way is None else Words(f"{what.en} ({WAYS[way].en})", f"{what.zh}（{WAYS[way].zh}）")


def _strip(kind: str, name: Words, values: Array) -> Strip:
    if kind != "cell":
        return Strip(say(name), values, "signed" if kind in SIGNED else "positive")
    limit = float(np.abs(values).max()) or 1.0
    full = Words(f"{name.en}, full colour is {readable(limit)}", f"{name.zh}，最深为 {readable(limit)}")
    return Strip(say(full), values, "signed", limit)
