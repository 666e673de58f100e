"""Motion: things go to their new places instead of jumping there, in less time than anybody waits for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

MILLISECONDS = 160


class Motion(QObject):
    """Walks a step from 0 to 1. Whoever does not want motion sees only the last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.on = False
        self._step: Callable[[float], object] | None = None
        self._clock = QVariantAnimation(self)
        self._clock.setDuration(MILLISECONDS)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock.valueChanged.connect(self._tick)
        self._clock.finished.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether something is on its way."""
        return self._step is not None

    def run(self, step: Callable[[float], object]) -> None:
        """Call a step with numbers from 0 to 1; what was on its way arrives first."""
        self.finish()
        if not self.on:
            step(1.0)
            return
        self._step = step
        self._clock.start()

    def finish(self) -> None:
        """Arrive now."""
        step = self._step
        self.stop()
        if step is not None:
            step(1.0)

    def stop(self) -> None:
        """Stay where one is: somebody else takes over."""
        self._step = None
        self._clock.stop()

    def _tick(self, at: object) -> None:
        if self._step is not None and isinstance(at, float):
            self._step(at)


def between(a: float, b: float, at: float) -> float:
    """From a to b."""
    return a + (b - a) * at
