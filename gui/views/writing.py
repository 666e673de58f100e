"""A network writes: a beginning is typed, and it goes on with the weights of now, live."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPixmap, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight import registry
from core.insight._base import Frame, Request
from core.insight.writing import BLIND, HOTTEST
from core.words import Words
from gui.i18n import say
from gui.theme.fonts import font
from gui.theme.tokens import CONTROL_HEIGHT, SPACE, Tokens
from gui.views._base import SampleChooser, Selection, View
from gui.views.colours import to_image
from gui.views.predictions import running

PICTURE = 96  # pixels
LONGEST = 256  # characters of a beginning
UNSURE = 0.3  # what was held less likely than this is underlined


class Writing(View):
    """What the network writes behind a beginning; for those that translate or describe, beside what is true."""

    title: ClassVar[Words] = Words("Writing", "写作")
    icon: ClassVar[str] = "text"
    insight: ClassVar[str] = "writing"
    nothing: ClassVar[Words] = Words(
        "For networks that learn which character or word comes next. Choose such data, like the village tales.",
        "适用于学习预测下一个字或词的网络。请选择此类数据，例如村庄小故事。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompt, self.temperature, self.again = QLineEdit(), QDoubleSpinBox(), QPushButton()
        self.heat, self.sample = QLabel(), SampleChooser()
        self.prompt.setMaxLength(LONGEST)
        self.prompt.setMinimumHeight(CONTROL_HEIGHT)
        self.prompt.setClearButtonEnabled(True)
        self.temperature.setRange(0, HOTTEST)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(1)
        self.temperature.setValue(0.5)
        self.temperature.setMinimumHeight(CONTROL_HEIGHT)
        self.temperature.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.temperature.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.heat.setBuddy(self.temperature)
        self.bar.addWidget(self.prompt, 1)
        for widget in (self.sample, self.heat, self.temperature, self.again):
            self.bar.addWidget(widget)
        self.bar.addStretch()
        self.picture, self.page = QLabel(), QTextEdit()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.page.setReadOnly(True)
        self.page.setFrameShape(QTextEdit.Shape.NoFrame)
        row = QHBoxLayout()
        row.setSpacing(SPACE[3])
        row.addWidget(self.picture)
        row.addWidget(self.page, 1)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        self.prompt.textChanged.connect(self._on_chosen)
        self.temperature.valueChanged.connect(self._on_chosen)
        self.sample.chosen.connect(self._on_chosen)
        self.again.clicked.connect(self._on_again)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """What follows the beginning as typed, at this temperature."""
        if not registry()[self.insight].suits(document, inference, ""):
            return self.ask()
        prompt, heat = self.prompt.text(), round(self.temperature.value(), 1)
        return self.ask(Request(self.insight, sample=self.sample.sample, prompt=prompt, temperature=heat))

    def draw(self, frame: Frame) -> None:
        """The beginning in bold, what was written behind it, and where the network was unsure underlined."""
        arrays = frame.arrays
        step = Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")
        if "blind" in arrays:
            self.show_empty(BLIND)
            return
        self.sample.set_rows(int(arrays["rows"]))
        helped = "truth" in arrays
        self.sample.setVisible(helped)
        self.prompt.setVisible(not helped)
        self.again.setVisible(not helped)
        self._show_picture(arrays)
        self.page.clear()
        if "source" in arrays:
            self._line(Words("given", "原文"), running(arrays["source"]))
        space = "" if bool(arrays["joined"]) else " "
        if helped:
            self._put(f"{say(Words('written', '写出'))}  ", self._format("quiet"))
        given = [str(n) for n in arrays["given"]]
        self._put(space.join(given) + (space if given else ""), self._format("given"))
        for name, certain in zip(arrays["written"].tolist(), arrays["certain"].tolist(), strict=True):
            self._put(str(name) + space, self._format("plain" if certain >= UNSURE else "unsure"))
        if helped:
            self._put("\n", self._format("plain"))
            self._line(Words("true", "真实"), running(arrays["truth"]))
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        what = Words(f"underlined: held less likely than {UNSURE:.0%}", f"下划线：网络给出的概率低于 {UNSURE:.0%}")
        if len(arrays["unread"]):
            unread = " ".join(dict.fromkeys(str(n) for n in arrays["unread"]))
            what = Words(f"not in the vocabulary, passed over: {unread}", f"词表中没有，已略过：{unread}")
        self.readout.say(f"{say(what)}  ·  {say(step)}")

    def retranslate(self) -> None:
        self.sample.retranslate()
        self.prompt.setPlaceholderText(say(Words("How it begins…", "开头……")))
        self.prompt.setAccessibleName(say(Words("How the text begins", "文本的开头")))
        self.heat.setText(say(Words("Temperature", "温度")))
        self.temperature.setToolTip(
            say(Words("0 takes the likeliest every time; at 1 it draws as likely as the network says.",
                      "为 0 时总取最可能的，为 1 时按网络给出的概率抽取。"))
        )  # fmt: skip
        self.temperature.setAccessibleName(say(Words("Temperature", "温度")))
        self.again.setText(say(Words("Again", "再来一次")))
        self.again.setToolTip(say(Words("Draw once more, with other chances.", "换一组随机数再抽一次。")))
        self.page.setAccessibleName(say(Words("What the network writes", "网络写出的文本")))
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        if self.frame is not None:
            self.draw(self.frame)

    def _show_picture(self, arrays: Any) -> None:
        self.picture.setVisible("picture" in arrays)
        if "picture" in arrays:
            image = to_image(np.ascontiguousarray(arrays["picture"][..., :3]))
            self.picture.setPixmap(
                QPixmap.fromImage(image).scaled(PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
            )

    def _line(self, name: Words, text: str) -> None:
        self._put(f"{say(name)}  ", self._format("quiet"))
        self._put(f"{text}\n", self._format("plain"))

    def _put(self, text: str, how: QTextCharFormat) -> None:
        cursor = self.page.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text, how)

    def _format(self, kind: str) -> QTextCharFormat:
        assert self.tokens is not None
        how = QTextCharFormat()
        how.setFont(font("small" if kind == "quiet" else "body"))
        how.setForeground(QColor(self.tokens.text_secondary if kind == "quiet" else self.tokens.text))
        if kind == "given":
            how.setFontWeight(QFont.Weight.Bold)
        how.setFontUnderline(kind == "unsure")
        return how

    def _on_chosen(self, *_: object) -> None:
        self.wants_changed.emit()

    def _on_again(self) -> None:
        """Another sample is another seed; where the beginning is typed, nothing else depends on it."""
        self.sample.number.stepUp()
