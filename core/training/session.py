"""A training run in this process: data, plans, steps, epochs, snapshots. The command line and the engine process both use it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core.blocks.output import Output
from core.data._base import Dataset
from core.data.normalisation import Normalisation, described
from core.data.split import epoch_order, split
from core.errors import DataError, FaultyNetworkError
from core.graph.document import Document
from core.graph.expand import expand
from core.graph.shapes import Inference, infer
from core.optimizers import registry as optimizers
from core.plan import footprint
from core.plan import parameters as weights
from core.plan.compiler import get_ready
from core.plan.fuse import fused
from core.plan.memory import Arena, compact
from core.plan.parameters import Parameters
from core.plan.plan import Plan, clock_seeds, compile_plan
from core.plan.program import Program, signature_of
from core.plan.run import AHEAD, HISTORY, State, training_program
from core.plan.team import Team, default_threads
from core.schedules import registry as schedules
from core.schedules._base import MEMORY
from core.training.events import EpochEnded, Event, Finished
from core.training.fit import check_norms, check_rows, feeds, inputs_of, normalisations, outputs_of
from core.training.not_finite import not_finite
from core.training.scoring import HELD_OUT, SCORING_BATCH, Scoring, measures, passes
from core.training.snapshot import Snapshot
from core.words import Words

Array = npt.NDArray[Any]
Purpose = Literal["train", "score", "predict", "look"]


class Session:
    """One network with its data and weights. Not thread-safe: one caller at a time."""

    def __init__(
        self, document: Document, data: Dataset | None = None, *, threads: int | None = None, learns: bool = True,
        norms: Mapping[str, Normalisation] | None = None,
    ) -> None:  # fmt: skip
        """Raises FaultyNetworkError where the network, or network and data together, cannot run; DataError without rows.

        TrainingError where training does not fit into memory, before it is taken.
        """
        document = expand(document)
        self.document = document
        self.inference: Inference = infer(document)
        if self.inference.faults:
            raise FaultyNetworkError(tuple(f.words for f in self.inference.faults))
        self.optimizer = document.optimizer or optimizers()["adam"]()
        self.schedule = document.schedule or schedules()["constant"]()
        self.training = document.training
        self.seed = self.training.seed
        self.team = Team(threads or default_threads())
        if data is None and learns and document.data is not None:
            data = document.data.source.load()
        self.data = data
        self.train_data: Dataset | None = None
        self.held_out: Dataset | None = None
        if data is not None:
            self.train_data, self.held_out = self._split(data)
        self.norms = dict(norms or {})
        if self.norms:
            check_norms(document, self.inference, self.norms)
        if data is not None and self.train_data is not None and not self.norms:
            rule = document.data.normalise if document.data else "none"
            self.norms = normalisations(document, self.inference, self.train_data, rule)
            feeds(document, self.inference, self.train_data, self.norms)  # says all that does not fit, before any work
        declared = weights.declarations(document, self.inference)
        self.batch_size = self.training.batch_size
        self.rows = len(self.train_data) if self.train_data is not None else 0
        footprint.check_weights(declared, self.optimizer)
        self.parameters: Parameters = weights.allocate(declared, self.optimizer)
        self._check_plans(self.batch_size)
        self.state = State.make(self.rows, len(self.outputs))
        self._memory = np.zeros(MEMORY)  # of the schedule
        self._plans: dict[tuple[Purpose, int], Plan] = {}
        self._arena = Arena()  # of all plans but those of looks, which keep what every block has put out
        self._programs: dict[tuple[Purpose, int], Program] = {}
        self._scoring = Scoring(
            document, self.inference, self.norms, self.outputs, partial(self._plan, "score"), self.team, self.batch_size
        )
        self.reset()

    @property
    def outputs(self) -> tuple[str, ...]:
        """Output blocks in the order the plan keeps score of them."""
        return tuple(n for n in self.inference.order if isinstance(self.document.nodes[n].block, Output))

    # where the run is -------------------------------------------------------------------------------------------------

    def reset(self, seed: int | None = None) -> None:
        """Back to the first weights: the same ones, or those of another seed."""
        self.seed = self.seed if seed is None else seed
        weights.start(self.parameters, self.document, self.seed)
        for slot in self.parameters.slots:
            slot.fill(self.optimizer.slot_start())
        self.epoch = self.step = 0
        self.best = (np.inf, 0)
        self.best_weights: dict[str, Array] = {}
        self.state.cursor[0] = 0
        self.state.totals.fill(0)
        self.state.halt[0] = 0
        self.state.rates[:] = self.optimizer.learning_rate, 1.0
        self._memory.fill(0)
        self.state.history.fill(0)
        for plan in self._plans.values():
            self._set_clocks(plan)
        self._seconds = 0.0
        self._pace = 1.0  # steps a second, as seen so far: how many to do before looking at the clock again
        self._order()

    def set_learning_rate(self, rate: float) -> None:
        """From the next step on; the schedule goes on as a factor of it."""
        self.optimizer = replace(self.optimizer, learning_rate=rate)

    def set_batch_size(self, size: int) -> None:
        """From the next step on; the rows of this epoch that are done stay done. Raises TrainingError where it does not fit."""
        self._check_plans(size)
        self.training = replace(self.training, batch_size=size)
        self.batch_size = self._scoring.batch_size = size

    def set_epochs(self, epochs: int) -> None:
        """How many epochs the run has in all."""
        self.training = replace(self.training, epochs=epochs)

    def prepare(self, report: Callable[[int, int], None]) -> None:
        """Compile all that training needs, and say how far it is: (kernels ready, kernels in all)."""
        self._need_rows()
        programs = [
            self._training_program(min(self.batch_size, self.rows)),
            self._plain_program("look", self._plan("look", 1)),
        ]
        if self.held_out is not None:
            programs.append(self._scoring.first_program(self.held_out, HELD_OUT))
        get_ready((signature_of(c) for p in programs for c in p.calls), report, self.team.threads)
        for program in programs:
            _ = program.functions

    @property
    def takes(self) -> int:
        """Bytes that training takes beside the weights: what the largest of its plans needs."""
        most = min(self.batch_size, self.rows)
        return max((self._plan("train" if t else "score", n).bytes for n, t in self._passes(most)), default=0)

    def notes(self) -> tuple[Words, ...]:
        """What was done to the data before training, in numbers."""
        own = self.data.notes if self.data is not None else ()
        return (*own, *described(self.norms))

    # training ---------------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[Event]:
        """Train until the epochs are done or early stopping ends it, one event at a time."""
        while self.epoch < self.training.epochs:
            event = self.advance()
            if event is not None:
                yield event
            if event is not None and self.must_stop_early():
                self.take_best()
                yield self.finished("early")
                return
        yield self.finished("epochs")

    def advance(self, seconds: float | None = None, steps: int | None = None) -> EpochEnded | None:
        """Train for about so many seconds, or so many steps, or to the end of the epoch; the event if the epoch ended.

        Raises NotFiniteError, with the weights as they were before the step, where a loss is not finite.
        """
        self._need_rows()
        begin = time.perf_counter()
        left = steps
        while True:
            cursor = int(self.state.cursor[0])
            batch = min(self.batch_size, self.rows - cursor)
            count = min((self.rows - cursor) // batch, left if left is not None else 1 << 30)
            count = max(1, min(count, int(self._pace * seconds))) if seconds is not None else count
            count = min(count, AHEAD)
            self._look_ahead(batch, count)
            program = self._training_program(batch)
            lap = time.perf_counter()
            self.team.run(program, count)
            if self.state.halt[0]:
                self._set_step()
                raise not_finite(self.document, self._plan("train", batch), self.step + 1)
            self._set_step()
            spent = time.perf_counter() - lap
            self._seconds += spent
            if left is not None:
                left -= count
            if self.state.cursor[0] >= self.rows:
                return self._end_epoch()
            if left == 0 or (seconds is not None and time.perf_counter() - begin >= seconds):
                return None
            self._pace = min(count / max(spent, 1e-6), 4 * self._pace)

    def _end_epoch(self) -> EpochEnded:
        begin = time.perf_counter()
        told = measures(self.document, self.outputs, self.state.totals)
        if self.held_out is not None and len(self.held_out):
            told |= self._scoring.held_out(self.held_out, self.step)
        self.epoch += 1
        self.state.cursor[0] = 0
        self.state.totals.fill(0)
        self._order()
        judged = told.get("val_loss", told["loss"])
        self.schedule.remember(self._memory, judged)
        is_best = judged < self.best[0]
        if is_best:
            self.best = (judged, self.epoch)
            if self.training.patience is not None:
                self.best_weights = {f"{b}.{n}": a.copy() for (b, n), a in self.parameters.w.items()}
        seconds, self._seconds = self._seconds + time.perf_counter() - begin, 0.0
        return EpochEnded(self.epoch, self.step, told, seconds, is_best)

    def must_stop_early(self) -> bool:
        """Whether patience has run out."""
        patience = self.training.patience
        return patience is not None and self.epoch - self.best[1] >= patience

    def take_best(self) -> None:
        """Put back the weights of the best epoch, where they were kept."""
        for (block, name), array in self.parameters.w.items():
            if f"{block}.{name}" in self.best_weights:
                array[...] = self.best_weights[f"{block}.{name}"]

    def finished(self, reason: Any) -> Finished:
        """The last event of a run."""
        return Finished(reason, self.epoch, self.step, self.best[1], 0.0)

    # use --------------------------------------------------------------------------------------------------------------

    def evaluate(self, data: Dataset, key: str) -> dict[str, float]:
        """Loss and metrics over all rows. `key` names the data, so that the same rows are compiled for once."""
        return self._scoring.evaluate(data, key, self.step)

    def report(self, data: Dataset, key: str) -> dict[str, Any]:
        """All that can be said of each output over all rows: loss and metrics, and of classes each by itself."""
        return self._scoring.report(data, key, self.step)

    def predict(self, *inputs: Array) -> tuple[Array, ...]:
        """What each output block shows for rows in the data's own units: (rows, …) each. Raises DataError for other shapes."""
        check_rows(self.document, self.inference, inputs)
        count = len(inputs[0])
        results = [
            np.empty((count, *self.inference.outs[n][0]), np.float32) for n in outputs_of(self.document, self.inference)
        ]
        most = min(SCORING_BATCH, self.batch_size)
        for at in range(0, count, most):
            plan = self._shown("predict", [a[at : at + most] for a in inputs])
            for result, name in zip(results, outputs_of(self.document, self.inference), strict=True):
                result[at : at + most] = plan.buffers[name].y[0]
        return tuple(results)

    def look(self, *inputs: Array) -> Plan:
        """Run rows in the data's own units forward, and return the plan whose buffers hold every block's output."""
        return self._shown("look", inputs)

    def _shown(self, purpose: Purpose, inputs: Sequence[Array]) -> Plan:
        plan = self._plan(purpose, len(inputs[0]))
        for name, array in zip(inputs_of(self.document, self.inference), inputs, strict=True):
            norm = self.norms.get(name)
            plan.buffers[name].y[0][...] = array if norm is None else norm.apply(array)
        self.team.run(self._plain_program(purpose, plan))
        return plan

    # snapshots --------------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Copies of all that moves."""
        arrays = {f"w.{b}.{n}": a for (b, n), a in self.parameters.w.items()}
        arrays |= {f"slot.{i}": a for i, a in enumerate(self.parameters.slots)}
        arrays |= {f"best.{n}": a for n, a in self.best_weights.items()}
        state = self.state
        arrays |= {"cursor": state.cursor, "totals": state.totals, "rates": state.rates, "history": state.history}
        arrays["schedule"] = np.array([self.optimizer.learning_rate, *self._memory])
        copies = {k: a.copy() for k, a in arrays.items()}
        return Snapshot(copies, self.epoch, self.step, self.batch_size, self.training.epochs, self.seed, self.best)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot of the same network and data, to the same bits as if nothing had come between."""
        arrays = snapshot.arrays
        self.reset(snapshot.seed)
        for (block, name), array in self.parameters.w.items():
            array[...] = arrays[f"w.{block}.{name}"]
        for i, slot in enumerate(self.parameters.slots):
            slot[...] = arrays[f"slot.{i}"]
        self.best_weights = {n[5:]: a.copy() for n, a in arrays.items() if n.startswith("best.")}
        self.epoch, self.step, self.best = snapshot.epoch, snapshot.step, snapshot.best
        self.set_batch_size(snapshot.batch_size)
        self.set_epochs(snapshot.epochs)
        state = self.state
        for name, array in {"cursor": state.cursor, "totals": state.totals, "rates": state.rates}.items():
            array[...] = arrays[name]
        state.history[...] = arrays["history"]
        rate, *memory = arrays["schedule"]
        self.optimizer = replace(self.optimizer, learning_rate=float(rate))
        self._memory[:] = memory
        for plan in self._plans.values():
            self._set_clocks(plan)
        self._order()

    def losses(self, since: int) -> tuple[int, Array]:
        """Number of the first step, and the mean loss of each step from it to the last one, as far as remembered."""
        first = max(since, self.step - HISTORY, 0)
        return first, self.state.history[np.arange(first, self.step) % HISTORY]

    def close(self) -> None:
        """Let the helper threads go."""
        self.team.close()

    # parts ------------------------------------------------------------------------------------------------------------

    def _split(self, data: Dataset) -> tuple[Dataset, Dataset | None]:
        if not len(data):
            raise DataError(Words("The data has no rows. Choose other data.", "数据没有任何行。请选择其他数据。"))
        classes = next((f.array for f in data.targets if f.kind == "class" and f.array.ndim == 1), None)
        train, held_out = split(len(data), self.training.validation, self.seed, classes)
        if not len(train):
            raise DataError(
                Words(
                    "No rows are left to train on. Lower the validation share.",
                    "没有可用于训练的样本。请减小验证集比例。",
                )
            )
        return data.take(train), data.take(held_out) if len(held_out) else None

    def _check_plans(self, batch_size: int) -> None:
        size = min(batch_size, self.rows or batch_size)
        footprint.check_plans(self.document, self.inference, self.parameters, self._passes, size)

    def _passes(self, batch_size: int) -> set[tuple[int, bool]]:
        return passes(self.rows, len(self.held_out or ()), batch_size)

    def _need_rows(self) -> None:
        if self.train_data is None:
            raise DataError(Words("No data is chosen. Choose data to train on.", "尚未选择数据。请选择训练数据。"))

    def _plan(self, purpose: Purpose, batch: int) -> Plan:
        if (purpose, batch) not in self._plans:
            plan = compile_plan(
                self.document, self.inference, self.parameters, batch,
                train=purpose == "train", measured=purpose in {"train", "score"}, seed=self.seed,
            )  # fmt: skip
            self._plans[purpose, batch] = plan if purpose == "look" else compact(fused(plan), self._arena)
        return self._plans[purpose, batch]

    def _training_program(self, batch: int) -> Program:
        plan = self._plan("train", batch)
        if ("train", batch) not in self._programs:
            assert self.train_data is not None
            fed = feeds(self.document, self.inference, self.train_data, self.norms)
            self._programs["train", batch] = training_program(
                plan, fed, self.parameters, self.optimizer, self.training, self.state, self.team.threads
            )
        self._set_clocks(plan)
        return self._programs["train", batch]

    def _plain_program(self, purpose: Purpose, plan: Plan) -> Program:
        key = (purpose, plan.batch)
        if key not in self._programs:
            self._programs[key] = Program(tuple(plan.calls()), self.team.threads)
        return self._programs[key]

    def _set_clocks(self, plan: Plan) -> None:
        plan.clocks[: len(plan.order), 0] = clock_seeds(plan.order, self.seed)
        plan.clocks[:, 1] = self.step

    def _look_ahead(self, batch: int, count: int) -> None:
        """Work out the learning rates of the steps to come, so that the compiled loop finds them."""
        done = self.epoch + (self.state.cursor[0] + batch * np.arange(count)) / self.rows
        factors = self.schedule.factors(done, self.training.epochs, self._memory)
        self.state.ahead[(self.step + 1 + np.arange(count)) % AHEAD] = self.optimizer.learning_rate * factors
        self.state.rates[0] = self.state.ahead[(self.step + 1) % AHEAD]

    def _set_step(self) -> None:
        self.step = int(self.state.rates[1]) - 1

    def _order(self) -> None:
        if self.rows:
            self.state.order[...] = epoch_order(self.rows, self.seed, self.epoch)
