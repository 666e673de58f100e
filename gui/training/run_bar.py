"""The run bar: train, pause, step, reset; where the run is, in numbers; and what went wrong, if anything."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.graph.document import Document
from core.training import protocol
from core.words import Words
from gui.actions import Actions
from gui.document.store import Store
from gui.i18n import language, say
from gui.theme.fonts import font
from gui.theme.icons import icon
from gui.theme.tokens import SPACE
from gui.training.run import Run
from gui.widgets.live_text import LiveText

TRAIN, PAUSE = Words("Train", "训练"), Words("Pause", "暂停")
STATES = {
    "empty": Words("Nothing to train yet", "还没有可训练的网络"),
    "preparing": Words("Preparing…", "准备中…"),
    "ready": Words("Ready", "就绪"),
    "training": Words("Training", "训练中"),
    "paused": Words("Paused", "已暂停"),
    "finished": Words("Finished", "已完成"),
    "failed": Words("Stopped", "已停止"),
}
SEPARATOR = "  ·  "
NO_BLOCKS = Words("Add blocks, then choose data on the right.", "请在画布上添加模块，再在右侧选择数据。")
NO_DATA = Words("Choose data on the right to train.", "请在右侧选择训练数据。")
OUTDATED = Words(
    "Changed: Train goes on with the weights that still fit.",
    "网络已更改：继续训练将沿用仍然适用的权重。",
)


class RunBar(QWidget):
    """Buttons on the left, the state in words and numbers beside them, a thin progress bar beneath."""

    def __init__(self, run: Run, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run, self.actions_ = run, actions
        self.train = QPushButton()
        self.train.setProperty("primary", True)
        self.train.setMinimumWidth(96)
        self.train.setIconSize(QSize(18, 18))
        self.train.clicked.connect(actions["train"].trigger)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        buttons.setSpacing(SPACE[1])
        buttons.addWidget(self.train)
        self.small = [
            _button(actions[i]) for i in ("stop", "step_batch", "step_epoch", "reset", "reseed", "export_weights")
        ]
        for button in self.small:
            buttons.addWidget(button)
        buttons.addSpacing(SPACE[3])
        self.state, self.numbers = QLabel(), LiveText()
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setFont(font("strong"))
        buttons.addWidget(self.state)
        buttons.addSpacing(SPACE[3])
        buttons.addWidget(self.numbers, 1)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(buttons)
        layout.addWidget(self.bar)
        run.changed.connect(self.refresh)
        language.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the run as it is now."""
        run = self.run
        able, training = run.can_train(), run.is_training
        self.train.setText(say(PAUSE if training else TRAIN))
        sign = icon("pause" if training else "play", "on_accent")
        if sign.cacheKey() != self.train.icon().cacheKey():  # a button with a new icon lays the window out
            self.train.setIcon(sign)
        self.train.setAccessibleName(say(PAUSE if training else TRAIN))
        self.train.setToolTip(self.actions_["train"].toolTip())
        for id in ("train", "step_batch", "step_epoch", "reset", "reseed"):
            self.actions_[id].setEnabled(able)
        self.train.setEnabled(able)
        self.actions_["stop"].setEnabled(run.state in {"training", "paused"})
        self.actions_["export_weights"].setEnabled(run.ready is not None)
        self.actions_["resume"].setEnabled(run.is_dead)
        self.state.setText(say(STATES["empty"] if not able else STATES[run.state]))
        self._parts = self._numbers()
        self._write_numbers()
        self._show_progress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_numbers()

    def _write_numbers(self) -> None:
        """As many as there is room for, whole ones; the most wanted come first."""
        texts = [SEPARATOR.join(self._parts[:n]) for n in range(len(self._parts), 0, -1)]
        metrics, room = self.numbers.fontMetrics(), self.numbers.width()
        fits = (text for text in texts if metrics.horizontalAdvance(text) <= room)
        self.numbers.setText(next(fits, texts[-1]))
        self.numbers.setToolTip(texts[0])

    def _numbers(self) -> tuple[str, ...]:
        run = self.run
        if run.preparing is not None:
            done, total = run.preparing.done, run.preparing.total
            return (say(Words(f"compiling kernels, {done} of {total}", f"正在编译内核，{done} / {total}")),)
        if not run.can_train():
            return (say(_lacking(run.store)),)
        if run.is_outdated and run.progress is not None:
            return (say(OUTDATED),)
        if (p := run.progress) is not None:
            epoch = min(p.epoch + 1, p.epochs)
            left = (p.epochs * p.rows - p.epoch * p.rows - p.rows_done) / p.rows_per_second if p.rows_per_second else 0
            speed = say(Words(f"{p.rows_per_second:,.0f} rows/s", f"{p.rows_per_second:,.0f} 行/秒"))
            place = say(Words(f"epoch {epoch}/{p.epochs}", f"第 {epoch}/{p.epochs} 轮"))
            rest = (_clock(left),) if run.state == "training" else ()
            return place, *rest, speed, say(Words(f"step {p.step:,}", f"第 {p.step:,} 步"))
        if (r := run.ready) is not None:
            if r.kept:
                return (say(kept(r, run.store.flat()[0])),)
            rows = Words(f"{r.rows:,} rows, {r.held_out:,} held out", f"{r.rows:,} 行训练，{r.held_out:,} 行验证")
            return say(rows), say(Words(f"{r.parameters:,} parameters", f"{r.parameters:,} 个参数"))
        return ("",)

    def _show_progress(self) -> None:
        done, total = 0, 1000
        if (q := self.run.preparing) is not None:
            done, total = q.done, max(q.total, 1)
        elif (p := self.run.progress) is not None:
            done = round(total * (p.epoch + p.rows_done / max(p.rows, 1)) / max(p.epochs, 1))
        self.bar.setUpdatesEnabled(False)  # it would paint itself at once, and everything that waits with it
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setUpdatesEnabled(True)


def _lacking(store: Store) -> Words:
    """What stands between the network and its training: the first thing to do."""
    if not store.root.nodes:
        return NO_BLOCKS
    first, *more = [fault.words for fault in store.whole.faults] or [NO_DATA]
    return Words(f"{first.en} (+{len(more)})", f"{first.zh}（另有 {len(more)} 处）") if more else first


def kept(ready: protocol.Ready, document: Document) -> Words:
    """What a changed network has taken over, what begins anew, and which of that hands its input on unchanged at first."""
    count = len(ready.kept)
    idle = [
        n for n in ready.anew if n in document.nodes and getattr(document.nodes[n].block, "start", "") == "identity"
    ]
    lost, same = _listed([n for n in ready.anew if n not in idle]), _listed(idle)
    en, zh = f"weights of {count} block{'s' if count > 1 else ''} kept", f"沿用 {count} 个模块的权重"
    if same:
        en, zh = f"{en}, as the identity: {same}", f"{zh}，以单位阵开始：{same}"
    return Words(f"{en}, new: {lost}", f"{zh}，重新开始：{lost}") if lost else Words(en, zh)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(18, 18))
    button.setAutoRaise(True)
    return button


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    clock = f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
    return say(Words(f"{clock} left", f"剩余 {clock}"))
