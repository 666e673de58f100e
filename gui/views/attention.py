"""Which step looks at which, one heat map per head, live."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Frame, Request
from core.words import Words
from gui.i18n import say
from gui.theme.tokens import Tokens
from gui.views._base import BlockChooser, SampleChooser, Selection, View
from gui.views.colours import ColourBar
from gui.views.heads import Heads


class Attention(View):
    """The heads of an attention block, for one sample."""

    title: ClassVar[Words] = Words("Attention", "注意力")
    icon: ClassVar[str] = "eye"
    insight: ClassVar[str] = "attention"
    nothing: ClassVar[Words] = Words(
        "This network has no attention block. Put a Multi-head attention block into it.",
        "该网络没有注意力模块。请加入多头注意力模块。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block, self.sample = BlockChooser(self.insight), SampleChooser()
        self.colour_bar, self.heads = ColourBar(), Heads()
        self.bar.addWidget(self.block)
        self.bar.addWidget(self.sample)
        self.bar.addStretch(1)
        self.foot.addWidget(self.colour_bar)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.heads)
        self.block.chosen.connect(self._on_chosen)
        self.sample.chosen.connect(self._on_chosen)
        self.heads.pointed.connect(self._on_pointed)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """The heads of the chosen block for the chosen sample."""
        block = self.block.offer(document, inference, selection)
        return self.ask(Request(self.insight, block, self.sample.sample)) if block else self.ask()

    def draw(self, frame: Frame) -> None:
        """Rows look, columns are looked at; all heads on the scale from 0 to 1."""
        arrays = frame.arrays
        self.sample.set_rows(int(arrays["rows"]))
        count, total = len(arrays["attention"]), int(arrays["heads"])
        titles = [say(Words(f"head {i + 1}", f"头 {i + 1}")) for i in range(count)]
        rows, columns = ([str(n) for n in arrays[k]] for k in ("queries", "keys"))
        self.heads.show_maps(arrays["attention"], rows, columns, titles)
        self.colour_bar.show_scale("positive", 1.0)
        what = Words("each row looks at the columns", "每一行看向各列")
        if count < total:
            what = Words(f"the first {count} of {total} heads; {what.en}", f"{total} 个头中的前 {count} 个；{what.zh}")
        step = Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")
        self.readout.say(f"{say(what)}  ·  {say(step)}")
        if self.heads.at is not None:
            self._on_pointed(self.heads.at)

    def retranslate(self) -> None:
        self.block.retranslate()
        self.sample.retranslate()
        self.heads.setAccessibleName(
            say(Words("Heads: arrows move, Page Up and Page Down change the head", "注意力头：方向键移动，翻页键换头"))
        )
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        self.heads.restyle(tokens)
        self.colour_bar.restyle(tokens)

    def _on_chosen(self) -> None:
        self.wants_changed.emit()

    def _on_pointed(self, at: tuple[int, int, int] | None) -> None:
        if at is None:
            self.readout.point("")
            return
        head, row, column = at
        share = f"{float(self.heads.maps[at]) * 100:.1f} %"
        one, other = self.heads.rows[row], self.heads.columns[column]
        self.readout.point(
            say(
                Words(
                    f"head {head + 1}: step {row + 1} ({one}) looks at step {column + 1} ({other}) with {share}",
                    f"头 {head + 1}：第 {row + 1} 步（{one}）以 {share} 看向第 {column + 1} 步（{other}）",
                )
            )
        )
