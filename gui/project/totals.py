"""The totals: parameters, multiply-adds, memory and the time of an epoch, in one quiet line that follows every edit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from core.graph.document import Document
from core.optimizers import registry as optimizers
from core.plan.footprint import size_text
from core.plan.totals import Tally, Totals
from core.training import protocol
from core.training.events import EpochEnded
from core.words import Words, same
from gui.document.store import Store
from gui.i18n import follow, language, say
from gui.training.run import Run

TITLE = Words("What the network takes", "网络的开销")

SO_FAR = Words("As far as shapes are known: ", "形状已知的部分：")


class TotalsLine(QLabel):
    """Asks only the blocks that changed; the time is of a network that was timed, in proportion to the work."""

    def __init__(self, store: Store, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store, self.run = store, run
        self._tally = Tally()
        self._rows: tuple[object, int] | None = None  # of the data, as the engine counted them
        self._taking: tuple[object, protocol.Taking] | None = None  # of the network that the engine got ready
        self._timed: tuple[float, float, bool] | None = (
            None  # seconds of an epoch, its work, and whether it was trained
        )
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", "secondary")
        follow(self, self.setAccessibleName, TITLE)
        self._of: tuple[object, ...] = ()  # what was counted last
        store.changed.connect(self._document_changed)
        store.opened.connect(self.refresh)
        language.changed.connect(self.refresh)
        run.told.connect(self._told)

    def _document_changed(self, *_: object) -> None:
        """Moving blocks about costs nothing, so it is not counted anew."""
        root = self.store.root
        parts = (self.store.whole, root.training, root.data, root.optimizer)
        if len(self._of) != len(parts) or any(a is not b for a, b in zip(self._of, parts, strict=True)):
            self._of = parts
            self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the network as it is now."""
        if not self.isVisible():
            return
        totals = self._totals()
        parts = _parts(totals, self._slots(), self._taken())
        seconds = self._seconds(totals)
        if seconds is not None:
            parts.append(Words(f"≈ {_time(seconds).en} an epoch", f"每轮 ≈ {_time(seconds).zh}"))
        lead = say(SO_FAR) if self.store.whole.faults else ""
        self.setText(lead + "  ·  ".join(say(part) for part in parts) if totals.whole.numbers else "")
        self.setToolTip("\n".join(say(line) for line in self._arithmetic(totals, seconds)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    # numbers ----------------------------------------------------------------------------------------------------------

    def _totals(self) -> Totals:
        return self._tally.of(self.store.flat()[1], self._batch())

    def _batch(self) -> int:
        size, rows = self.store.root.training.batch_size, self._count(self.store.root)
        return min(size, rows) if rows else size

    def _slots(self) -> int:
        return (self.store.root.optimizer or optimizers()["adam"]()).slots

    def _count(self, document: Document) -> int | None:
        """Rows that are trained on, where this data has been counted."""
        key = document.data, document.training.validation
        return self._rows[1] if self._rows is not None and self._rows[0] == key else None

    def _taken(self) -> int | None:
        """Bytes of a batch as the engine lays it out, where it has this network at this size."""
        if self._taking is None or self._taking[0] is not self.run.ready or self.run.is_outdated:
            return None
        told = self._taking[1]
        return told.bytes if told.batch_size == self.store.root.training.batch_size else None

    def _seconds(self, totals: Totals) -> float | None:
        rows = self._count(self.store.root)
        if rows is None or self._timed is None or not self._timed[1]:
            return None
        return self._timed[0] * totals.work(rows) / self._timed[1]

    def _told(self, report: object) -> None:
        """What the engine measured holds for the network that is shown only if that is the one it has."""
        if isinstance(report, protocol.Ready) and not self.run.is_outdated:
            root = self.store.root
            self._rows = (root.data, root.training.validation), report.rows
        elif isinstance(report, protocol.Taking) and self.run.ready is not None:
            self._taking = self.run.ready, report
        elif isinstance(report, protocol.Paced) and not self.run.is_outdated:
            self._take(report.seconds, trained=False)
        elif isinstance(report, protocol.Ended) and isinstance(report.event, EpochEnded) and not self.run.is_outdated:
            self._take(report.event.seconds, trained=True)
        else:
            return
        self.refresh()

    def _take(self, seconds: float, *, trained: bool) -> None:
        rows = self._count(self.store.root)
        if rows is not None:
            self._timed = seconds, self._totals().work(rows), trained

    # words ------------------------------------------------------------------------------------------------------------

    def _arithmetic(self, totals: Totals, seconds: float | None) -> list[Words]:
        whole, batch, slots = totals.whole, totals.batch, self._slots()
        name, most = totals.heaviest
        weights, taken = size_text(totals.weight_bytes(slots)), self._taken()
        kept, outputs = size_text(totals.batch_bytes if taken is None else taken), size_text(8 * batch * whole.numbers)
        lines = [
            Words(
                f"Parameters: {whole.parameters:,}, of which {most:,} in {name}.",
                f"参数：{whole.parameters:,} 个，其中 {name} 有 {most:,} 个。",
            ),
            Words(
                f"Multiply-adds: {whole.multiply_adds:,} a row forward; training takes about three times that.",
                f"乘加：每行前向 {whole.multiply_adds:,} 次；训练约为其三倍。",
            ),
            Words(
                f"Weights {weights}: 4 bytes × ({whole.parameters:,} × {2 + slots} + {whole.fixed:,}), "
                f"for value, gradient and {slots} of the optimiser.",
                f"权重 {weights}：4 字节 × ({whole.parameters:,} × {2 + slots} + {whole.fixed:,})，"
                f"即数值、梯度和优化器的 {slots} 份状态。",
            ),
            Words(
                f"Batch at most {kept}: {outputs} = 4 bytes × 2 × {batch:,} rows × {whole.numbers:,} outputs, and scratch. "
                "Arrays share memory, so it is less.",
                f"批次至多 {kept}：{outputs} = 4 字节 × 2 × {batch:,} 行 × {whole.numbers:,} 个输出，另加临时空间。"
                "数组共用内存，实际更少。",
            )
            if taken is None
            else Words(
                f"Batch {kept}: arrays that are not needed at the same time share memory. Side by side, the outputs of "
                f"{batch:,} rows and their gradients alone would take {outputs}.",
                f"批次 {kept}：不同时使用的数组共用内存。若各占一处，仅 {batch:,} 行的输出及其梯度就需 {outputs}。",
            ),
        ]
        if seconds is not None and self._timed is not None:
            how = (
                Words("measured in training", "训练实测")
                if self._timed[2]
                else Words("a few steps timed", "由几步计时推算")
            )
            count = self._count(self.store.root)
            lines.append(
                Words(
                    f"An epoch of {count:,} rows ≈ {_time(seconds).en}: {how.en}, in proportion to the work since.",
                    f"每轮 {count:,} 行 ≈ {_time(seconds).zh}：{how.zh}，此后的更改按计算量折算。",
                )
            )
        return lines


def _parts(totals: Totals, slots: int, taken: int | None) -> list[Words]:
    whole, batch = totals.whole, totals.batch_bytes if taken is None else taken
    adds, memory = _short(whole.multiply_adds), size_text(totals.weight_bytes(slots) + batch)
    bound = "≤ " if taken is None else ""
    return [
        Words(f"{whole.parameters:,} parameters", f"{whole.parameters:,} 个参数"),
        Words(f"{adds} multiply-adds a row", f"每行 {adds} 次乘加"),
        Words(f"{bound}{memory} to train", f"训练内存 {bound}{memory}"),
    ]


def _short(count: float) -> str:
    """Three digits and a letter."""
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:g}"


def _time(seconds: float) -> Words:
    if seconds < 1:
        return same(f"{1000 * seconds:.2g} ms") if seconds < 0.1 else Words(f"{seconds:.2g} s", f"{seconds:.2g} 秒")
    if seconds < 60:
        return Words(f"{seconds:.2g} s", f"{seconds:.2g} 秒")
    minutes = round(seconds / 60)
    if minutes < 60:
        return Words(f"{minutes} min", f"{minutes} 分钟")
    return Words(f"{minutes / 60:.1f} h", f"{minutes / 60:.1f} 小时")
