"""What a screen reader says unasked: how training goes and ends, why something was refused, what was undone."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from core.training import protocol
from core.training.events import EpochEnded, Finished, Reason
from core.words import Words
from gui.i18n import say
from gui.training.run import Run
from gui.views.measures import title_of

APART = 5000  # ms between two epochs that are told: what is not said in that time would be said long after
STATES = {"training": Words("Training.", "开始训练。"), "paused": Words("Training paused.", "训练已暂停。")}
ENDS: dict[Reason, Words] = {
    "epochs": Words("Training finished after {epoch} epochs.", "训练已完成，共 {epoch} 轮。"),
    "early": Words("Training ended early, after {epoch} epochs: it got no better.", "训练提前结束，共 {epoch} 轮：结果不再改善。"),
    "stopped": Words("Training stopped in epoch {epoch}.", "训练在第 {epoch} 轮停止。"),
}  # fmt: skip


class Announcing(QObject):
    """Speaks for a window, if anyone listens; a failure interrupts what is being said, all else waits its turn."""

    def __init__(self, window: QWidget, run: Run) -> None:
        super().__init__(window)
        self._window, self._run = window, run
        self._was_dead = False
        self._epoch_told = QElapsedTimer()
        run.told.connect(self._told)
        run.changed.connect(self._changed)

    def say(self, words: Words, *, urgent: bool = False) -> None:
        """Announce something."""
        if not QAccessible.isActive():
            return
        event = QAccessibleAnnouncementEvent(self._window, say(words))
        how = QAccessible.AnnouncementPoliteness
        event.setPoliteness(how.Assertive if urgent else how.Polite)
        QAccessible.updateAccessibility(event)

    def _told(self, report: object) -> None:
        match report:
            case protocol.Changed() if report.state in STATES:
                self._epoch_told.invalidate()
                self.say(STATES[report.state])
            case protocol.Ended(event=EpochEnded() as ended):
                if not self._epoch_told.isValid() or self._epoch_told.hasExpired(APART):
                    self._epoch_told.start()
                    self.say(_epoch(ended))
            case protocol.Ended(event=Finished() as end):
                words = ENDS[end.reason]
                self.say(Words(words.en.format(epoch=end.epoch), words.zh.format(epoch=end.epoch)))
            case _:
                pass

    def _changed(self) -> None:
        """The engine's own end is in none of its reports."""
        was, self._was_dead = self._was_dead, self._run.is_dead
        if self._was_dead and not was and self._run.problem is not None:
            self.say(self._run.problem, urgent=True)


def _epoch(ended: EpochEnded) -> Words:
    """Its number, then what was measured, what was held out last."""
    both = (
        (title_of(key.removeprefix("val_")), key.startswith("val_"), value) for key, value in ended.measures.items()
    )
    parts = [
        Words(f"{'validation ' * held_out}{title.en.lower()} {value:.3g}", f"{'验证' * held_out}{title.zh} {value:.3g}")
        for title, held_out, value in both
    ]
    return Words(
        f"Epoch {ended.epoch}: {', '.join(p.en for p in parts)}.",
        f"第 {ended.epoch} 轮：{'，'.join(p.zh for p in parts)}。",
    )
