"""Predictions on samples that were held out, right and wrong, live."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight import registry
from core.insight._base import Frame, Request
from core.insight.predictions import PAGE
from core.words import Words
from gui.i18n import follow, say
from gui.theme.tokens import Tokens
from gui.views._base import SampleChooser, Selection, View, switch
from gui.views.cards import PICTURE, Card, Cards, Line, Tone
from gui.views.colours import colour_table, readable, to_image

Array = npt.NDArray[Any]
NAMED = 3  # features of a sample that are written out
READ = {  # how to read a card, by what is in it
    "target_line": Words("dashes: true, line: predicted", "虚线：真实，实线：预测"),
    "target_steps": Words("true, and below it predicted, wrong ones underlined", "上为真实，下为预测，错误处加下划线"),
    "target_map": Words("from the left: the sample, true, predicted", "从左到右：样本、真实、预测"),
    "box": Words("dashes: true box, line: predicted", "虚线：真实边框，实线：预测"),
    "reconstruction": Words("left: the sample, right: what the network makes of it", "左：样本，右：网络的再现"),
}


class Predictions(View):
    """A page of cards; or only the mistakes. `row_chosen` tells the sample that was clicked, for other views."""

    title: ClassVar[Words] = Words("Predictions", "预测")
    icon: ClassVar[str] = "success"
    insight: ClassVar[str] = "predictions"
    nothing: ClassVar[Words] = Words(
        "Build a network with an Input and an Output block, and see here what it says about samples.",
        "搭建一个带输入和输出模块的网络，即可在此看到它对样本的预测。",
    )

    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample, self.mistakes = SampleChooser(PAGE), switch()
        self.cards = Cards()
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroller.setWidget(self.cards)
        follow(self.scroller, self.scroller.setAccessibleName, self.title)
        self.bar.addWidget(self.sample)
        self.bar.addWidget(self.mistakes)
        self.bar.addStretch(1)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.scroller)
        self.sample.chosen.connect(self._on_chosen)
        self.mistakes.toggled.connect(self._on_mistakes)
        self.cards.chosen.connect(self.row_chosen)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """A page of samples, or of mistakes."""
        if not registry()[self.insight].suits(document, inference, ""):
            return self.ask()
        insight = "mistakes" if self.mistakes.isChecked() else self.insight
        return self.ask(Request(insight, sample=self.sample.sample))

    def draw(self, frame: Frame) -> None:
        """One card per sample."""
        arrays = frame.arrays
        self.sample.set_rows(int(arrays["total"]))
        rows = arrays["rows"]
        self.cards.show_cards([self._card(arrays, i, int(row)) for i, row in enumerate(rows.tolist())])
        self.readout.say(self._summary(frame))

    def clear(self) -> None:
        super().clear()
        self.cards.show_cards([])

    def retranslate(self) -> None:
        self.sample.retranslate()
        self.mistakes.setText(say(Words("Mistakes only", "只看错误")))
        self.mistakes.setToolTip(
            say(Words("Only samples the network gets wrong; for numbers, those with the largest error first.",
                      "只显示网络答错的样本；对数值输出，误差最大的在前。"))
        )  # fmt: skip
        self.cards.setAccessibleName(say(Words("Samples: arrows move", "样本：方向键移动")))
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        self.cards.restyle(tokens)
        if self.frame is not None:
            self.draw(self.frame)

    # cards ------------------------------------------------------------------------------------------------------------

    def _card(self, arrays: Any, i: int, row: int) -> Card:
        right = bool(arrays["right"][i]) if "right" in arrays else None
        pictures: list[QImage] = [self._image(arrays["picture"][i])] if "picture" in arrays else []
        if "box" in arrays:
            pictures[0] = self._boxed(pictures[0], arrays["target_box"][i], arrays["box"][i])
        lines: list[Line] = []
        traces: tuple[Array, ...] = ()
        if "numbers" in arrays:
            shown = zip(arrays["features"].tolist(), arrays["numbers"][i].tolist(), strict=False)
            lines += [Line(str(name), value=readable(value), tone="quiet") for name, value in list(shown)[:NAMED]]
        if "target" in arrays:
            truth = str(arrays["target"][i])
            lines.append(Line(say(Words(f"true: {truth}", f"真实：{truth}"))))
            for name, share in zip(arrays["top"][i].tolist(), arrays["probability"][i].tolist(), strict=True):
                first = name == str(arrays["predicted"][i])
                tone: Tone = "right" if name == truth else "wrong" if first else "quiet"
                lines.append(Line(str(name), share=float(share), value=f"{share * 100:.0f} %", tone=tone))
        elif "target_steps" in arrays:
            right = bool(arrays["right_steps"][i].all())
            if "tokens" in arrays:
                lines.append(Line(running(arrays["tokens"][i]), tone="quiet"))
            lines.append(Line(running(arrays["target_steps"][i])))
            wrong = tuple((~arrays["right_steps"][i]).tolist())
            lines.append(
                Line(running(arrays["predicted_steps"][i]), wrong=_stretched(arrays["predicted_steps"][i], wrong))
            )
        elif "target_map" in arrays:
            pictures += [self._map(arrays[name][i]) for name in ("target_map", "map")]
            share = float(arrays["pixels_right"][i])
            lines.append(Line(say(Words("pixels right", "像素正确率")), share=share, value=f"{share * 100:.0f} %"))
        elif "target_line" in arrays:
            traces = (arrays["target_line"][i], arrays["line"][i])
            error = float(np.abs(traces[0] - traces[1]).mean())
            lines.append(Line(say(Words("mean error", "平均误差")), value=readable(error), tone="quiet"))
        elif "reconstruction" in arrays:
            pictures.append(self._image(arrays["reconstruction"][i]))
            error = float(np.abs(arrays["reconstruction"][i] - arrays["picture"][i].astype(np.float32)).mean())
            lines.append(Line(say(Words("mean error", "平均误差")), value=readable(error), tone="quiet"))
        else:
            truth, said = arrays["target_value"][i], arrays["value"][i]
            tone = "plain" if right is None else "right" if right else "wrong"
            lines.append(Line(say(Words("true", "真实")), value=_numbers(truth), tone="quiet"))
            lines.append(Line(say(Words("predicted", "预测")), value=_numbers(said), tone=tone))
        return Card(row, right, tuple(pictures), tuple(lines), traces)

    def _image(self, picture: Array) -> QImage:
        assert self.tokens is not None
        if picture.dtype != np.uint8:
            picture = np.clip(picture, 0, 255).astype(np.uint8)
        if picture.shape[2] < 3:
            return to_image(np.maximum(picture[..., 0], 1), colour_table("grey", self.tokens))
        return to_image(picture[..., :3])

    def _map(self, classes: Array) -> QImage:
        """A colour for each class, the first of them that of the ground."""
        assert self.tokens is not None
        colours = [self.tokens.stroke, *self.tokens.groups.values()]
        return to_image(classes % len(colours), [QColor(c).rgb() for c in colours])

    def _boxed(self, picture: QImage, *boxes: Array) -> QImage:
        """The picture, large enough for fine lines, with the true box in dashes and the predicted one."""
        assert self.tokens is not None
        side = 4 * PICTURE
        large = picture.scaled(side, side).convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(large)
        for box, style in zip(boxes, (Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine), strict=True):
            x, y, width, height = (side * float(v) for v in box)
            for colour, thick in ((self.tokens.surface, 9), (self.tokens.accent, 5)):
                painter.setPen(QPen(QColor(colour), thick, style))
                painter.drawRect(QRectF(x - width / 2, y - height / 2, width, height))
        painter.end()
        return large

    def _summary(self, frame: Frame) -> str:
        arrays = frame.arrays
        shown, scanned = len(arrays["rows"]), int(arrays["scanned"])
        right = arrays.get("right", arrays["right_steps"].all(axis=1) if "right_steps" in arrays else None)
        if frame.request.insight == "mistakes" and (right is not None or not shown):
            what = Words(f"{shown} mistakes among {scanned} samples", f"{scanned} 个样本中有 {shown} 个错误")
            if shown == PAGE:
                what = Words(
                    f"the first {PAGE} mistakes among {scanned} samples", f"{scanned} 个样本中的前 {PAGE} 个错误"
                )
        elif frame.request.insight == "mistakes":
            what = Words(f"the {shown} largest errors of {scanned} samples", f"{scanned} 个样本中误差最大的 {shown} 个")
        elif right is not None:
            good = int(right.sum())
            what = Words(f"{good} of {shown} right", f"{shown} 个中答对 {good} 个")
        else:
            what = Words(f"{shown} samples", f"{shown} 个样本")
        if how := next((words for key, words in READ.items() if key in arrays), None):
            what = Words(f"{what.en}  ·  {how.en}", f"{what.zh}  ·  {how.zh}")
        step = Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")
        return f"{say(what)}  ·  {say(step)}"

    def _on_chosen(self) -> None:
        self.wants_changed.emit()

    def _on_mistakes(self, on: bool) -> None:
        self.wants_changed.emit()


def running(names: Array) -> str:
    """Tokens as running text: letters side by side, words with spaces."""
    words = [str(n) for n in names]
    return ("" if all(len(w) <= 1 for w in words) else " ").join(w.replace("\n", "⏎") for w in words)


def _stretched(names: Array, wrong: tuple[bool, ...]) -> tuple[bool, ...]:
    """Which letters of the running text belong to wrong tokens."""
    if all(len(str(n)) <= 1 for n in names):
        return wrong
    letters: list[bool] = []
    for name, is_wrong in zip(names, wrong, strict=True):
        letters += [is_wrong] * len(str(name)) + [False]
    return tuple(letters)


def _numbers(values: Array) -> str:
    shown = ", ".join(readable(float(v)) for v in values[:NAMED])
    return shown + ("…" if len(values) > NAMED else "")
