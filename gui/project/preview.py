"""Data before it is used: how many rows, what shape, how many of each class, the figures of each feature, the first rows."""

from __future__ import annotations

import threading

import numpy as np
from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.data._base import Kind, Source
from core.data.preview import FieldPreview, Preview, preview
from core.errors import NeuroloomError
from core.words import Words
from gui.i18n import say
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.tokens import SPACE

TITLE = Words("Data preview", "数据预览")
LOADING = Words("Reading the data…", "正在读取数据…")
INPUT, TARGET = Words("Input", "输入"), Words("Target", "目标")
COLUMNS = (
    Words("feature", "特征"),
    Words("least", "最小"),
    Words("mean", "平均"),
    Words("greatest", "最大"),
    Words("filled", "已填补"),
)
PICTURE = 56  # pixels of the side of one picture


class _Loader(QObject):
    """Reads the data in a thread of its own; `done` carries a Preview or Words."""

    done = Signal(object)

    def start(self, source: Source) -> None:
        threading.Thread(target=self._load, args=(source,), daemon=True).start()

    def _load(self, source: Source) -> None:
        try:
            self.done.emit(preview(source.load(), 24))
        except NeuroloomError as error:
            self.done.emit(error.words)


class PreviewDialog(QDialog):
    """Opens at once and fills in when the data is read."""

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{say(TITLE)} — {say(source.title)}")
        self.resize(640, 560)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE[2])
        holder = QWidget()
        holder.setLayout(self.body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(holder)
        scroll.setAccessibleName(say(TITLE))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll)
        layout.addWidget(buttons)
        self.status = self._say(LOADING)
        self._loader = _Loader(self)
        self._loader.done.connect(self._loaded)
        self._is_loaded = self._is_over = False
        self.finished.connect(self._end)
        self._loader.start(source)

    def _end(self) -> None:
        """Closed, it goes as soon as its thread has nothing more to say."""
        self._is_over = True
        if self._is_loaded:
            self.deleteLater()

    def _loaded(self, result: object) -> None:
        self._is_loaded = True
        if self._is_over:
            self.deleteLater()
            return
        if isinstance(result, Words):
            self.status.setText(say(result))
            return
        assert isinstance(result, Preview)
        test = (
            Words(f", {result.test_rows:,} more for testing", f"，另有 {result.test_rows:,} 行用于测试")
            if result.test_rows
            else Words("", "")
        )
        self.status.setText(say(Words(f"{result.rows:,} rows{test.en}", f"{result.rows:,} 行{test.zh}")))
        for note in result.notes:
            self._say(note)
        for field in result.fields:
            self._show(field)
        self.body.addStretch(1)

    def _show(self, field: FieldPreview) -> None:
        role = INPUT if field.role == "input" else TARGET
        shape = "×".join(map(str, field.shape)) or "1"
        heading = self._say(Words(f"{role.en}: {field.name.en}, {shape}", f"{role.zh}：{field.name.zh}，{shape}"))
        heading.setFont(font("strong"))
        if field.kind == "image":
            self.body.addWidget(_Pictures(field.first))
        if field.counts:
            self.body.addWidget(_Counts(field.counts))
        if field.figures:
            self.body.addWidget(_figures(field))
        if field.cells and field.kind != "image":
            lines = [_between(field.kind, row).join(row[:64]) for row in field.cells[:6]]
            rows = self._say(Words("\n".join(lines), "\n".join(lines)))
            rows.setFont(font("number_small"))

    def _say(self, words: Words) -> QLabel:
        label = QLabel(say(words))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(label)
        return label


def _between(kind: Kind, row: tuple[str, ...]) -> str:
    """Letters stand side by side, words have a space between them, cells two."""
    return "  " if kind != "tokens" else " " if any(len(cell) > 1 for cell in row) else ""


def _figures(field: FieldPreview) -> QTableWidget:
    table = QTableWidget(len(field.figures), len(COLUMNS))
    table.setHorizontalHeaderLabels([say(w) for w in COLUMNS])
    table.verticalHeader().hide()
    table.setAccessibleName(say(field.name))
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    for at, figures in enumerate(field.figures):
        name = figures.name or say(Words("all numbers", "全部数值"))
        values = (
            name,
            f"{figures.least:.5g}",
            f"{figures.mean:.5g}",
            f"{figures.greatest:.5g}",
            str(figures.missing or ""),
        )
        for column, text in enumerate(values):
            table.setItem(at, column, QTableWidgetItem(text))
    table.setFixedHeight(min(240, 36 + 30 * len(field.figures)))
    return table


class _Counts(QWidget):
    """Bars with the name and the number of each class."""

    def __init__(self, counts: tuple[tuple[str, int], ...]) -> None:
        super().__init__()
        self.counts = counts[:40]
        self.setFixedHeight(22 * len(self.counts) + 4)
        self.setAccessibleName(", ".join(f"{name}: {count}" for name, count in self.counts))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = theme.tokens, QPainter(self)
        most = max(c for _, c in self.counts) or 1
        painter.setFont(font("small"))
        for at, (name, count) in enumerate(self.counts):
            y = 22.0 * at
            painter.setPen(QColor(tokens.text))
            painter.drawText(QRectF(0, y, 110, 20), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
            painter.fillRect(QRectF(120, y + 3, (self.width() - 200) * count / most, 14), QColor(tokens.accent))
            painter.setPen(QColor(tokens.text_secondary))
            right = 126 + (self.width() - 200) * count / most
            painter.drawText(QRectF(right, y, 70, 20), Qt.AlignmentFlag.AlignVCenter, f"{count:,}")


class _Pictures(QWidget):
    """The first rows as pictures, each stretched from its least to its greatest number."""

    def __init__(self, rows: np.ndarray) -> None:
        super().__init__()
        self.images = [_image(row) for row in rows]
        self.setFixedHeight(2 * (PICTURE + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        columns = max(1, self.width() // (PICTURE + 6))
        for at, image in enumerate(self.images[: 2 * columns]):
            place = QRectF(at % columns * (PICTURE + 6), at // columns * (PICTURE + 6), PICTURE, PICTURE)
            painter.drawImage(place, image)


def _image(row: np.ndarray) -> QImage:
    values = row.astype(np.float64)
    low, high = values.min(), values.max()
    pixels = ((values - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
    colours = np.ascontiguousarray(np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels[:, :, :3])
    height, width, _ = colours.shape
    return QImage(colours.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
