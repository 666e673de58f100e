"""Judging a network on rows it does not learn from: running sums over batches of a plan that scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy.typing as npt

from core.blocks.output import Output
from core.data._base import Dataset
from core.data.normalisation import Normalisation
from core.errors import DataError
from core.graph.document import Document
from core.graph.shapes import Inference
from core.metrics import registry as metrics
from core.metrics._base import Metric, places
from core.plan.plan import Plan
from core.plan.program import Program
from core.plan.run import State, scoring_program
from core.plan.team import Team
from core.training.fit import feeds
from core.training.not_finite import not_finite
from core.words import Words

SCORING_BATCH = (
    128  # rows at once, or a batch of training where that is less: judging takes no more memory than learning
)
HELD_OUT = "held out"


def passes(rows: int, held_out: int, batch_size: int) -> set[tuple[int, bool]]:
    """The sizes of the batches that a run is made of, the short last ones too, and whether each is learnt from."""
    parts = ((rows, batch_size, True), (held_out, min(SCORING_BATCH, batch_size), False))
    return {(size, train) for n, most, train in parts for size in (min(most, n), n % most) if size}


def output(document: Document, name: str) -> Output:
    """The Output block of a name."""
    block = document.nodes[name].block
    assert isinstance(block, Output)
    return block


def measures(document: Document, outputs: tuple[str, ...], totals: npt.NDArray[Any]) -> dict[str, float]:
    """The loss of the whole network, and of each output its metric, and where there are several its loss by itself.

    `totals` (outputs, 3 and more) holds the sums of rows, losses and metrics.
    """
    out: dict[str, float] = {"loss": 0.0}
    several = len(outputs) > 1
    for i, name in enumerate(outputs):
        block = output(document, name)
        rows, loss, metric = (float(v) for v in totals[i, :3])
        out["loss"] += block.weight * loss / max(rows, 1)
        if several:
            out[f"{name}_loss"] = loss / max(rows, 1)
        out[f"{name}_{block.metric}" if several else block.metric] = metric / max(rows, 1)
    return out


class Scoring:
    """One network, judged. `plan_for` gives the plan that scores so many rows at once."""

    def __init__(
        self, document: Document, inference: Inference, norms: Mapping[str, Normalisation], outputs: tuple[str, ...],
        plan_for: Callable[[int], Plan], team: Team, batch_size: int,
    ) -> None:  # fmt: skip
        self.document, self.inference, self.norms, self.outputs = document, inference, norms, outputs
        self._plan_for, self._team = plan_for, team
        self.batch_size = batch_size
        self._programs: dict[tuple[str, int], Program] = {}
        self._states: dict[str, State] = {}

    def evaluate(self, data: Dataset, key: str, step: int) -> dict[str, float]:
        """Loss and metrics over all rows, after `step` steps. `key` names the data, so that the same rows are compiled for once."""
        for _ in self._scored(data, key, step):
            pass
        return measures(self.document, self.outputs, self._states[key].totals)

    def report(self, data: Dataset, key: str, step: int) -> dict[str, Any]:
        """All that can be said of each output over all rows: loss and metrics, and of classes each by itself."""
        kept = {name: self._metrics(name) for name in self.outputs}
        for plan in self._scored(data, key, step, at_once=1):
            for name, own in kept.items():
                block, b = output(self.document, name), plan.buffers[name]
                assert b.target is not None
                taken = places(block.judge(), block.answer(b.y[0]), b.target, block.counts(b))
                for metric in own:
                    metric.add(*taken)
        out: dict[str, Any] = dict(measures(self.document, self.outputs, self._states[key].totals))
        for name, own in kept.items():
            prefix = f"{name}_" if len(self.outputs) > 1 else ""
            out |= {f"{prefix}{k}": v for metric in own for k, v in metric.result().items()}
        return out

    def held_out(self, data: Dataset, step: int) -> dict[str, float]:
        """What is told of the rows held out after each epoch: the numbers, each named as one of validation."""
        if any(output(self.document, name).all_metrics for name in self.outputs):
            told = {k: v for k, v in self.report(data, HELD_OUT, step).items() if isinstance(v, float)}
        else:
            told = self.evaluate(data, HELD_OUT, step)
        return {f"val_{k}": v for k, v in told.items()}

    def _scored(self, data: Dataset, key: str, step: int, at_once: int = 1 << 30) -> Iterator[Plan]:
        """Judge all rows, some batches at once; the plan after each bite, with the last of its batches in it.

        Raises DataError where there are none: no rows have no loss, and 0 would be a lie.
        """
        if not len(data):
            raise DataError(
                Words("There are no rows to judge. Choose other data.", "没有可供评判的样本。请选择其他数据。")
            )
        state = self._state(data, key)
        state.cursor[0] = 0
        state.totals.fill(0)
        state.halt[0] = 0
        while (cursor := int(state.cursor[0])) < len(data):
            batch = self._batch(len(data) - cursor)
            plan, program = self._plan_for(batch), self.program(data, key, batch)
            self._team.run(program, min((len(data) - cursor) // batch, at_once))
            if state.halt[0]:
                raise not_finite(self.document, plan, step)
            yield plan

    def first_program(self, data: Dataset, key: str) -> Program:
        """What judges the first batch of them."""
        return self.program(data, key, self._batch(len(data)))

    def _batch(self, rows: int) -> int:
        return min(SCORING_BATCH, self.batch_size, rows)

    def program(self, data: Dataset, key: str, batch: int) -> Program:
        """What judges so many rows at once."""
        if (key, batch) not in self._programs:
            fed = feeds(self.document, self.inference, data, self.norms)
            state = self._state(data, key)
            self._programs[key, batch] = scoring_program(self._plan_for(batch), fed, state, self._team.threads)
        return self._programs[key, batch]

    def _state(self, data: Dataset, key: str) -> State:
        if key not in self._states:
            self._states[key] = State.make(len(data), len(self.outputs))
        return self._states[key]

    def _metrics(self, name: str) -> list[Metric]:
        """Those that say something of an output, with no rows yet."""
        loss, x = output(self.document, name).judge(), self.inference.ins[name][0]
        return [kind(loss, x) for kind in metrics().values() if kind.suits(loss, x)]
