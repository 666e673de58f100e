"""One example on the first page: its network drawn small, its title, and what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)  # fmt: skip
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.blocks._base import Block
from core.errors import NeuroloomError
from core.examples import Example
from core.graph.document import Document
from core.graph.layout import place
from core.project import load
from gui.i18n import say
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.tokens import RADIUS_LARGE, SPACE

CARD = QSize(232, 176)


class Card(QWidget):
    """One example: its network drawn small, its title, and what it is about."""

    chosen = Signal(object)

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.example = example
        self._document: Document | None = None
        self._reading = QTimer(self, singleShot=True, interval=0)  # one card a turn, when it is first seen
        self._reading.timeout.connect(self._read)
        self.is_hovered = False
        self.setFixedSize(CARD)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.retranslate()

    def retranslate(self) -> None:
        """Texts for eyes and for screen readers."""
        self.setAccessibleName(say(self.example.title))
        self.setAccessibleDescription(say(self.example.task))
        self.setToolTip(say(self.example.task))
        self.update()

    def _read(self) -> None:
        self._document = _placed(self.example.path)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens the example."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.example.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So do Enter and Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.example.path)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Lift the card."""
        self.is_hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """And put it back."""
        self.is_hovered = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture above, words beneath."""
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        edge = tokens.focus if self.hasFocus() else tokens.accent if self.is_hovered else tokens.stroke
        painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box, RADIUS_LARGE, RADIUS_LARGE)
        picture = QRectF(box.left() + 1, box.top() + 1, box.width() - 2, 92)
        clip = QPainterPath()
        clip.addRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_LARGE - 1, RADIUS_LARGE - 1)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(picture, QColor(tokens.canvas))
        if self._document is None:
            self._reading.start()
        else:
            _draw_network(painter, picture.adjusted(14, 14, -14, -14), self._document)
        painter.restore()
        text = QRectF(box.left() + SPACE[3], picture.bottom() + SPACE[2], box.width() - 2 * SPACE[3], 22)
        painter.setPen(QColor(tokens.text))
        painter.setFont(font("strong"))
        title = painter.fontMetrics().elidedText(
            say(self.example.title), Qt.TextElideMode.ElideRight, int(text.width())
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(QColor(tokens.text_secondary))
        painter.setFont(font("small"))
        rest = QRectF(text.left(), text.bottom(), text.width(), box.bottom() - text.bottom() - SPACE[2])
        flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.setClipRect(rest)
        painter.drawText(rest, flags.value | Qt.TextFlag.TextWordWrap.value, say(self.example.task))


@cache
def _placed(path: Path) -> Document:
    try:
        return place(load(path))
    except NeuroloomError:
        return Document()


def _draw_network(painter: QPainter, where: QRectF, document: Document) -> None:
    """Blocks as coloured boxes at the places they have on the canvas."""
    spots = {n: v.position for n, v in document.nodes.items() if v.position is not None}
    if not spots:
        return
    columns = _ranks([x for x, _ in spots.values()])
    rows = _ranks([y for _, y in spots.values()])
    step = min(where.width() / max(len(columns), 1), 30.0)
    high = min(where.height() / max(len(rows), 1), 26.0)
    left = where.center().x() - step * (len(columns) - 1) / 2
    top = where.center().y() - high * (len(rows) - 1) / 2
    at = {n: QPointF(left + columns[x] * step, top + rows[y] * high) for n, (x, y) in spots.items()}
    tokens = theme.tokens
    painter.setPen(QPen(QColor(tokens.wire), 1.4))
    for wire in document.wires:
        painter.drawPolyline(_course(at[wire.source], at[wire.target], step * 0.5))
    painter.setPen(Qt.PenStyle.NoPen)
    size = QSize(max(6, round(step * 0.62)), max(8, round(high * 0.66)))
    for name, centre in at.items():
        block = document.nodes[name].block
        colour = tokens.groups[block.group] if isinstance(block, Block) else tokens.stroke_control
        painter.setBrush(QColor(colour))
        box = QRectF(centre.x() - size.width() / 2, centre.y() - size.height() / 2, size.width(), size.height())
        painter.drawRoundedRect(box, 3, 3)


def _course(a: QPointF, b: QPointF, out: float) -> list[QPointF]:
    """Straight on to the right; back to the left like a carriage return, between the lines."""
    if b.x() > a.x():
        return [a, b]
    middle = (a.y() + b.y()) / 2
    right, left = a.x() + out, b.x() - out
    return [a, QPointF(right, a.y()), QPointF(right, middle), QPointF(left, middle), QPointF(left, b.y()), b]


def _ranks(values: Sequence[float]) -> dict[float, int]:
    return {v: i for i, v in enumerate(sorted(set(values)))}
