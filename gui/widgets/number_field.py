"""A number: typed, as an expression if one likes, stepped by arrows and wheel, or scrubbed by dragging its label."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from gui.i18n import follow
from gui.theme.fonts import font
from gui.theme.tokens import CONTROL_HEIGHT, SPACE
from gui.widgets.expression import evaluate, written
from gui.widgets.field import MIXED
from gui.widgets.label import Label

PAUSE = 500  # ms after the last step that end a gesture of steps
PIXELS_A_STEP = 4  # of a scrub
_ARROWS = 20  # pixels of the two arrows at the right, see the style sheet


class NumberField(QAbstractSpinBox):
    """A whole or a real number between limits. Enter or leaving commits, Esc goes back to what was."""

    previewed = Signal(object)
    committed = Signal(object)
    cancelled = Signal()
    refused = Signal(str)

    def __init__(
        self,
        *,
        whole: bool,
        ge: float | None = None,
        gt: float | None = None,
        le: float | None = None,
        lt: float | None = None,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole, self._ge, self._gt, self._le, self._lt = whole, ge, gt, le, lt
        self._value: int | float = 0 if whole else 0.0
        self._mixed = False
        self._before: int | float | None = None  # the value when the gesture began, None between gestures
        self.setFont(font("number"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not WheelFocus: scrolling past must not take the focus
        self.setMinimumSize(QSize(64, CONTROL_HEIGHT))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.end_gesture)
        self._unit = Label(None, "small", "secondary", self)
        self._unit.setText(unit)
        self._unit.setWordWrap(False)
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._unit.adjustSize()
        room = self._unit.width() + SPACE[1] if unit else 0
        self.lineEdit().setTextMargins(6, 0, room, 0)  # the style sheet's padding does not reach it (Qt 6.11)
        self.set_value(self._value)

    def value(self) -> int | float:
        """The number, as it was last accepted or previewed."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show another number; text that is being typed is left alone when the number is the same."""
        if value == self._value and self.lineEdit().isModified():
            return
        self._show(value)

    def set_mixed(self) -> None:
        """Show that several numbers are meant; text that is being typed is left alone."""
        if not self.lineEdit().isModified():
            self._mixed = True
            follow(self.lineEdit(), self.lineEdit().setPlaceholderText, MIXED)
            self.lineEdit().clear()

    def begin_gesture(self) -> None:
        """From now on changes are previews, until `end_gesture` or `cancel`."""
        if self._before is None:
            self._before = self._value

    def scrub(self, start: float, pixels: int, modifiers: Qt.KeyboardModifier) -> None:
        """Preview the number `pixels` to the right of `start`; Shift is ten times coarser, Ctrl or Alt ten times finer."""
        if self._before is None:
            return  # Esc was pressed in the middle of the drag
        step = self._step_at(start)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            step *= 10
        elif modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            step = max(1, step // 10) if self._whole else step / 10
        self._preview(self._landed(start, round(pixels / PIXELS_A_STEP), step))

    def end_gesture(self) -> None:
        """Commit what the gesture has come to. Nothing happens when there is none."""
        self._pause.stop()
        if self._before is not None:
            self._before = None
            self.committed.emit(self._value)

    def cancel(self) -> None:
        """Go back to the number from before the gesture, or before the typing."""
        self._pause.stop()
        before, self._before = self._before, None
        if before is not None:
            self._show(before)
            self.previewed.emit(before)
        else:
            self._show(self._value)
        self.cancelled.emit()

    def refuse(self, value: float) -> None:
        """`value` still counts; the number that is written stays, to be mended or taken back."""
        self._value = value
        self.lineEdit().setModified(True)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(CONTROL_HEIGHT, self.fontMetrics().height() + 10))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def stepBy(self, steps: int) -> None:
        """Preview the number some steps away; commits when the steps pause."""
        if not self._take_typed():
            return
        self.begin_gesture()
        self._preview(self._landed(self._value, steps, self._step_at(self._value)))
        self.lineEdit().selectAll()
        self._pause.start()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Both ways, always; at a limit a step stays where it is."""
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Anything may be typed; it is judged when it is finished."""
        return QValidator.State.Acceptable, text, position

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape if self._before is not None or self.lineEdit().isModified():
                self.cancel()
                self.lineEdit().selectAll()
            case Qt.Key.Key_Escape:
                event.ignore()  # nothing to take back here: let the dialog have it
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._finish()
                self.lineEdit().selectAll()
            case _:
                super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._finish()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        right = self.width() - _ARROWS - self._unit.width()
        self._unit.move(right, (self.height() - self._unit.height()) // 2)

    def _finish(self) -> None:
        if self._take_typed():
            self.end_gesture()

    def _take_typed(self) -> bool:
        """Read what was typed, as part of a gesture. False, and refused, when it is no number of this kind."""
        if not self.lineEdit().isModified():
            return True
        text = self.lineEdit().text()
        if self._mixed and not text.strip():
            self.cancel()
            return True
        try:
            value = self._of_kind(evaluate(text))
        except ValueError:
            self._pause.stop()
            self.refused.emit(text)
            return False
        if value != self._value or self._mixed:
            self.begin_gesture()
        self._show(value)
        return True

    def _of_kind(self, value: float) -> int | float:
        if not self._whole:
            return float(value)
        if value != int(value):
            raise ValueError(value)
        return int(value)

    def _preview(self, value: float) -> None:
        if value != self._value:
            self._show(value)
            self.previewed.emit(value)

    def _show(self, value: float) -> None:
        self._value, self._mixed = value, False
        self.lineEdit().setText(written(value))
        self.lineEdit().setModified(False)

    def _step_at(self, value: float) -> int | float:
        """One step: of whole numbers 1, or the third digit; of real ones the second digit, or a hundredth of the range."""
        size = math.floor(math.log10(abs(value))) if value else None
        if self._whole:
            return 1 if size is None else 10 ** max(0, size - 2)
        low, high = self._edges()
        steps = [(high - low) / 100] if low is not None and high is not None else [0.01] if size is None else []
        return min(steps + ([] if size is None else [10.0 ** (size - 1)]))

    def _edges(self) -> tuple[float | None, float | None]:
        low = self._ge if self._ge is not None else self._gt
        high = self._le if self._le is not None else self._lt
        return low, high

    def _landed(self, start: float, steps: int, step: float) -> int | float:
        """`steps` steps from `start`, rounded to whole steps' digits and kept inside the limits."""
        value: float = start + steps * step
        if not self._whole:
            value = round(value, max(0, 1 - math.floor(math.log10(step))))
        if self._ge is not None:
            value = max(value, self._ge)
        if self._gt is not None and value <= self._gt:
            value = min(start, self._gt + step)
        if self._le is not None:
            value = min(value, self._le)
        if self._lt is not None and value >= self._lt:
            value = max(start, self._lt - step)
        return int(value) if self._whole else float(value)
