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
        self.setTristate(False)
        self.setChecked(value)

    def set_mixed(self) -> None:
        """Neither on nor off; a click turns it on."""
        self.setCheckState(Qt.CheckState.PartiallyChecked)

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
        mixed = self.checkState() is Qt.CheckState.PartiallyChecked
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = tokens.accent if on and usable and not mixed else tokens.sunken
        edge = fill if on and usable and not mixed else tokens.stroke_control if usable else tokens.stroke
        painter.setPen(QPen(QColor(edge), 1.0))
        painter.setBrush(QColor(fill))
        inner = track.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
        knob = tokens.text_secondary if usable else tokens.text_disabled
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.on_accent if on and usable and not mixed else knob))
        if mixed:  # a dash in the middle, as in a box that is ticked in part
            painter.drawRoundedRect(QRectF(track.center().x() - 6.0, track.center().y() - 1.5, 12.0, 3.0), 1.5, 1.5)
        else:
            painter.drawEllipse(
                QPointF(track.right() - 9.0 if on else track.left() + 9.0, track.center().y()), 6.0, 6.0
            )
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
