"""Learning curves: the loss of every step, the measures of every epoch, and what happened on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QSlider, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Request
from core.training.events import EpochEnded
from core.words import Words
from gui.i18n import say
from gui.theme.fonts import font
from gui.theme.tokens import SPACE, Tokens
from gui.views._base import Selection, View, switch
from gui.views._marks import Marks
from gui.views.colours import readable
from gui.views.history import EpochHistory, StepHistory
from gui.views.legend import Entry, Legend
from gui.views.measures import summary, title_of
from gui.views.plot import Line, Plot

Floats = npt.NDArray[np.float64]
REDRAW_EVERY = 33  # milliseconds
APART = 10  # milliseconds from what another view has just drawn: both at once would hold the window up
METRICS = 4  # kinds that are drawn
SMOOTHING = 0.9
ROOMY = 400  # pixels of height from which full legends over two plots leave the curves their place
LEGEND_LINES, BAR_LINES, LEAST_LINES = 18, 13, 6  # of height: from which legends are full; there is the bar; at least
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's "no limit"
STEPS = Words("steps", "步")


@dataclass(slots=True)
class _Measure:
    """One kind of measure: its line in training and in validation."""

    train: Line
    held_out: Line


class Curves(View):
    """Loss and metrics of this run, with the last one as a ghost behind it."""

    title: ClassVar[Words] = Words("Curves", "曲线")
    icon: ClassVar[str] = "curve"
    nothing: ClassVar[Words] = Words(
        "Press Train: the loss of every step appears here, and the measures of every epoch.",
        "点击“训练”：这里会显示每一步的损失和每一轮的指标。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps, self.epochs = StepHistory(), EpochHistory()
        self.flags: list[tuple[int, Words]] = []
        self.loss_plot, self.metric_plot = Plot(), Plot()
        self.raw = self.loss_plot.line("curve0", faint=True)
        self.ghost = self.loss_plot.line("text_disabled", dash="dot")
        self.ghost_held_out = self.loss_plot.line("text_disabled", dash="dash")
        self.mean = self.loss_plot.line("curve2", dash="dot")
        self.smooth = self.loss_plot.line("curve0", strong=True)
        self.held_out = self.loss_plot.line("curve1", dash="dash", strong=True)
        self.ghost_metric = [self.metric_plot.line("text_disabled", dash=dash) for dash in ("dot", "dash")]
        self.measures = [
            _Measure(self.metric_plot.line(c), self.metric_plot.line(c, dash="dash", strong=True))
            for c in ("curve4", "curve3", "curve5", "curve6")[:METRICS]
        ]
        self.loss_marks, self.metric_marks = Marks(self.loss_plot, flags=True), Marks(self.metric_plot, flags=False)
        self.loss_marks.dots = [(self.mean, "circle"), (self.held_out, "triangle")]
        self.metric_marks.dots = [(m.train, "circle") for m in self.measures]
        self.metric_marks.dots += [(m.held_out, "triangle") for m in self.measures]
        self.loss_title, self.metric_title = QLabel(), QLabel()
        self.loss_legend, self.metric_legend = Legend(), Legend()
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, 99)
        self.smoothing.setValue(round(SMOOTHING * 100))
        self.smoothing.setMinimumWidth(48)
        self.smoothing.setMaximumWidth(110)
        self.smoothing_label = QLabel()
        self.logarithmic = switch()
        self._at: float | None = None
        self._dirty = self._gave_way = self._metrics_wait = False
        self._drawn = 0, 0  # epochs and flags that the metrics show
        self._ghost_end = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._redraw)
        self._lay_out()
        self.smoothing.valueChanged.connect(self._on_smoothing)
        self.logarithmic.toggled.connect(self._on_logarithmic)
        self.loss_plot.pointed.connect(self._on_pointed)
        self.metric_plot.pointed.connect(self._on_pointed)
        self.show_empty(self.nothing)

    # what the window calls --------------------------------------------------------------------------------------------

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """None: it lives on the run's events."""
        return ()

    def add_losses(self, first_step: int, losses: npt.ArrayLike) -> None:
        """Losses of the steps that follow after `first_step` of them, as in `Progress.first` and `Progress.losses`."""
        self.steps.add(first_step, losses)
        self._redraw_soon()

    def add_epoch(self, event: EpochEnded) -> None:
        """The measures of an epoch."""
        self.epochs.add(event.epoch, event.step, event.measures, best=event.best)
        self._redraw_soon()

    def add_flag(self, step: int, note: Words) -> None:
        """A setting was changed at this step."""
        self.flags.append((step, note))
        self._redraw_soon()

    def give_way(self) -> None:
        """Another view has just drawn: not at the same time, once."""
        if self._timer.isActive() and self._timer.remainingTime() < APART and not self._gave_way:
            self._gave_way = True
            self._timer.start(APART)

    def truncate(self, step: int) -> None:
        """The run is back at this step and goes on from there."""
        self.steps.truncate(step)
        self.epochs.truncate(step)
        self.flags = [f for f in self.flags if f[0] <= step]
        self._redraw_soon()

    def restart(self) -> None:
        """A run from the first step: the one before stays as a ghost."""
        if self.steps.end:
            self.ghost.show(*self.steps.smooth(self._share()))
            self.ghost_held_out.show(*self.epochs.line("val_loss"))
            shown = self._metrics()[:1]
            for curve, prefix in zip(self.ghost_metric, ("", "val_"), strict=True):
                curve.show(*(self.epochs.line(prefix + shown[0]) if shown else (np.empty(0), np.empty(0))))
            self._ghost_end = self.steps.end
        self._forget()

    def clear(self) -> None:
        """Forget this run and the one before."""
        for curve in (self.ghost, self.ghost_held_out, *self.ghost_metric):
            curve.show(np.empty(0), np.empty(0))
        self._ghost_end = 0
        self._forget()

    def set_running(self, running: bool) -> None:
        super().set_running(running)
        for plot in (self.loss_plot, self.metric_plot):
            plot.set_running(running)
        if not running:
            self.refresh()

    def retranslate(self) -> None:
        super().retranslate()
        self.logarithmic.setText(say(Words("Log scale", "对数刻度")))
        self.logarithmic.setToolTip(say(Words("Equal ratios at equal heights.", "等比显示纵轴。")))
        self.smoothing.setAccessibleName(say(Words("Smoothing", "平滑")))
        self.smoothing.setToolTip(
            say(Words("How calm the bold line is: 0 is the loss itself.", "粗线的平滑程度：0 表示不平滑。"))
        )
        self.loss_title.setText(say(Words("Loss", "损失")))
        self.loss_plot.setAccessibleName(say(Words("Loss by step", "各步的损失")))
        self.metric_plot.setAccessibleName(say(Words("Metrics by step", "各步的指标")))
        self._on_smoothing(self.smoothing.value())
        for marks in (self.loss_marks, self.metric_marks):
            marks.repaint()
        self.refresh()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        for plot in (self.loss_plot, self.metric_plot):
            plot.head = QFontMetrics(font("small")).height() + 2  # room for the numbers of the epochs
        for part in (
            self.loss_plot,
            self.metric_plot,
            self.loss_marks,
            self.metric_marks,
            self.loss_legend,
            self.metric_legend,
        ):
            part.restyle(tokens)

    # drawing ----------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw what has come since the last time."""
        self._timer.stop()
        self._dirty = self._gave_way = False
        self._draw_losses()
        self._draw_metrics()

    def _redraw(self) -> None:
        """One plot, and the other a moment later where it has changed: both at once would hold the window up."""
        if self._metrics_wait:
            self._draw_metrics()
            if self._dirty:
                self._timer.start(REDRAW_EVERY)
            return
        self._dirty = self._gave_way = False
        self._draw_losses()
        grown = bool(self._metrics()) and self.metric_plot.x_range != self.loss_plot.x_range
        if grown or self._drawn != (self.epochs.count, len(self.flags)):
            self._metrics_wait = True
            self._timer.start(APART)

    def _draw_losses(self) -> None:
        nothing = not self.steps.end and not self.epochs.count and not self._ghost_end
        self.show_empty(self.nothing if nothing else None)
        self.raw.show(*self.steps.raw())
        self.smooth.show(*self.steps.smooth(self._share()))
        self.mean.show(*self.epochs.line("loss"))
        self.held_out.show(*self.epochs.line("val_loss"))
        self.loss_plot.set_units(say(STEPS), percent=False)
        self._place(self.loss_plot, [self.smooth, self.mean, self.held_out, self.ghost])
        best = None
        if (at := self.epochs.best) is not None:
            judged = "val_loss" if "val_loss" in self.epochs.names else "loss"
            best = float(self.epochs.steps[at]), float(self.epochs.values(judged)[at])
        self.loss_marks.show(self.epochs, best, self.flags)
        self._tell()

    def _draw_metrics(self) -> None:
        self._metrics_wait, self._drawn = False, (self.epochs.count, len(self.flags))
        shown = self._metrics()
        for measure, name in zip(self.measures, [*shown, *[""] * METRICS], strict=False):
            measure.train.show(*self.epochs.line(name))
            measure.held_out.show(*self.epochs.line(f"val_{name}"))
        shares = bool(shown) and all(n.endswith("accuracy") for n in shown)
        self.metric_plot.set_units(say(STEPS), percent=shares)
        self._place(self.metric_plot, [c for m in self.measures for c in (m.train, m.held_out)] + self.ghost_metric)
        self.metric_marks.show(self.epochs, None, self.flags)

    def _place(self, plot: Plot, curves: list[Line]) -> None:
        """Ranges: in steps while the run goes on, exactly when it does not."""
        ys = [c.y for c in curves if len(c.y)]
        end = float(max(self.steps.end, self._ghost_end, 1, *self.epochs.steps[-1:]))
        if not ys:
            plot.show_range((0.0, plot.x_range[1] if self.is_running else end), plot.y_range)
            return
        low, high = min(float(y.min()) for y in ys), max(float(y.max()) for y in ys)
        if plot.logarithmic:
            low = min((float(y[y > 0].min()) for y in ys if (y > 0).any()), default=high)
        if end < plot.x_range[1] / 1.6 or not self.is_running:
            plot.show_range((0.0, end * (1.02 if not self.is_running else 1.0)), plot.y_range)
        plot.include(end, low, high)

    def _tell(self) -> None:
        """Values of the legends and the line below: at the cursor, or the last ones."""
        last = self.epochs.count - 1
        at = last if self._at is None else int(np.searchsorted(self.epochs.steps, self._at, side="right")) - 1

        def measured(name: str) -> str:
            value = self.epochs.values(name)[at] if 0 <= at <= last else np.nan
            if np.isnan(value):
                return ""
            return f"{value * 100:.2f} %" if name.endswith("accuracy") else readable(float(value))

        entries = [
            Entry(Words("each step", "每步"), "curve0", faint=True, value=self._step_value()),
            Entry(Words("smoothed", "平滑"), "curve0", strong=True, value=self._smooth_value()),
            Entry(Words("epoch mean", "每轮平均"), "curve2", "dot", mark="circle", value=measured("loss")),
        ]
        if "val_loss" in self.epochs.names:
            words = Words("validation", "验证")
            entries.append(Entry(words, "curve1", "dash", strong=True, mark="triangle", value=measured("val_loss")))
        if self.epochs.best is not None:
            number = int(self.epochs.epochs[self.epochs.best])
            entries.append(Entry(Words(f"best: epoch {number}", f"最佳：第 {number} 轮"), "curve1", None, mark="star"))
        if self._ghost_end:
            entries.append(Entry(Words("previous run", "上一次运行"), "text_disabled", "dot"))
        self.loss_legend.show_entries(entries)
        shown, entries = self._metrics(), []
        for measure, name in zip(self.measures, shown, strict=False):
            colour, held = measure.train.colour, measured(f"val_{name}")
            if len(shown) > 1:  # a row for each, or they would leave the curves no room
                both = " · ".join(filter(None, (measured(name), held)))
                entries.append(Entry(title_of(name), colour, mark="circle", value=both))
                continue
            entries.append(Entry(Words("training", "训练"), colour, mark="circle", value=measured(name)))
            if held:
                words = Words("validation", "验证")
                entries.append(Entry(words, colour, "dash", strong=True, mark="triangle", value=held))
        self.metric_legend.show_entries(entries)
        beside = self._both.direction() == QBoxLayout.Direction.LeftToRight
        self.metric_legend.reserve(self.loss_legend.rows() if beside else 1)  # so that both plots begin at one height
        several = Words("Metrics: training · validation", "指标：训练 · 验证") if shown else Words("Metrics", "指标")
        self.metric_title.setText(say(title_of(shown[0]) if len(shown) == 1 else several))
        self.readout.say(say(summary(self.steps, self.epochs, len(self.flags))))
        if self._at is not None:
            self.readout.point(self._pointed_text(at))

    def _step_value(self) -> str:
        found = self.steps.at(self.steps.end if self._at is None else self._at)
        return readable(found[1]) if found else ""

    def _smooth_value(self) -> str:
        x, y = self.smooth.x, self.smooth.y
        if not len(x):
            return ""
        return readable(float(y[-1] if self._at is None else y[np.argmin(np.abs(x - self._at))]))

    def _pointed_text(self, at: int) -> str:
        assert self._at is not None
        step = min(max(round(self._at), 0), max(self.steps.end - 1, 0)) + 1
        epoch = int(self.epochs.epochs[at]) + 1 if at >= 0 else 1
        text = say(Words(f"Step {step:,}, in epoch {epoch}", f"第 {step:,} 步，第 {epoch} 轮"))
        note = self.loss_marks.flag_at(self._at)
        return f"{text}  ·  {say(note)}" if note else text

    # parts ------------------------------------------------------------------------------------------------------------

    def _metrics(self) -> list[str]:
        plain = [n for n in self.epochs.names if not n.startswith("val_")]
        return [n for n in plain if n != "loss"][:METRICS]

    def _share(self) -> float:
        return self.smoothing.value() / 100

    def _forget(self) -> None:
        self.steps.clear()
        self.epochs.clear()
        self.flags = []
        self._at = None
        self.refresh()

    def _redraw_soon(self) -> None:
        self._dirty = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(REDRAW_EVERY)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dirty:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > max(320, self.height())  # side by side neither plot is a strip
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._both.direction() != direction:
            self._both.setDirection(direction)
            self._both.setStretch(1, 3 if wide else 2)
        single = not self.is_high(LEGEND_LINES) if wide else self.height() < ROOMY
        for head, legend in zip(self._heads, (self.loss_legend, self.metric_legend), strict=True):
            head.setDirection(QBoxLayout.Direction.LeftToRight if single else QBoxLayout.Direction.TopToBottom)
            head.setSpacing(SPACE[3] if single else 2)
            legend.set_single(single)
        self.bar_holder.setMaximumHeight(QWIDGETSIZE_MAX if self.is_high(BAR_LINES) else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), LEAST_LINES * self.fontMetrics().height())

    def _on_smoothing(self, value: int) -> None:
        self.smoothing_label.setText(say(Words(f"Smoothing {value / 100:.2f}", f"平滑 {value / 100:.2f}")))
        self._redraw_soon()

    def _on_logarithmic(self, on: bool) -> None:
        self.loss_plot.set_logarithmic(on)
        self.refresh()

    def _on_pointed(self, x: Any) -> None:
        if x == self._at:
            return
        self._at = x
        for plot in (self.loss_plot, self.metric_plot):
            if plot.at != x:
                plot.point_at(x)
        self._tell()

    def _lay_out(self) -> None:
        self._heads: list[QBoxLayout] = []
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, self.content)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(SPACE[3])
        for widget in (self.smoothing_label, self.smoothing, self.logarithmic):
            self.bar.addWidget(widget)
        self.bar.addStretch(1)
        for title, legend, plot, share in (
            (self.loss_title, self.loss_legend, self.loss_plot, 3),
            (self.metric_title, self.metric_legend, self.metric_plot, 2),
        ):
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setFont(font("strong"))
            column = QBoxLayout(QBoxLayout.Direction.TopToBottom)
            column.setSpacing(2)
            head = QBoxLayout(QBoxLayout.Direction.TopToBottom)
            head.addWidget(title)
            head.addWidget(legend, 1)
            self._heads.append(head)
            column.addLayout(head)
            column.addWidget(plot, 1)
            self._both.addLayout(column, share)
