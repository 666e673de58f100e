"""On or off."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from gui.theme.apply import theme
from gui.theme.tokens import CONTROL_HEIGHT

_TRACK = QSize(34, 18)


class Switch(QCheckBox):
    """A check box that looks like what it does: it acts at once. The knob moves, so colour is not the only sign."""

    RING = 4  # room for the focus ring around the track
    previewed = Signal(object)  # never: a switch has no in-between
    committed = Signal(object)
    cancelled = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._tell)

    def value(self) -> bool:
        """Whether it is on."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Turn it on or off, silently."""
        self.setChecked(value)

    def cancel(self) -> None:
        """Nothing is ever half done here."""

    def refuse(self, value: bool) -> None:
        """Go back to `value`."""
        self.set_value(value)

    def sizeHint(self) -> QSize:
        return QSize(_TRACK.width() + 2 * self.RING, CONTROL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, point: QPoint) -> bool:
        return self._track().adjusted(-self.RING, -self.RING, self.RING, self.RING).contains(QPointF(point))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, track = theme.tokens, self._track()
        on, usable = self.isChecked(), self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = tokens.accent if on and usable else tokens.sunken
        edge = fill if on and usable else tokens.stroke_control if usable else tokens.stroke
        painter.setPen(QPen(QColor(edge), 1.0))
        painter.setBrush(QColor(fill))
        inner = track.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
        knob = tokens.on_accent if on and usable else tokens.text_secondary if usable else tokens.text_disabled
        radius = 6.0
        centre = QPointF(track.right() - 9.0 if on else track.left() + 9.0, track.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(knob))
        painter.drawEllipse(centre, radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-2.5, -2.5, 2.5, 2.5)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.end()

    def _track(self) -> QRectF:
        return QRectF(self.RING, (self.height() - _TRACK.height()) / 2, _TRACK.width(), _TRACK.height())

    def _tell(self, checked: bool) -> None:
        self.committed.emit(checked)
