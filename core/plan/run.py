"""A training step and a look at data, as programs: what feeds the network, the plan, and what follows from its losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.graph.training import Training
from core.kernels.call import Call
from core.kernels.optimizer import clip_norm, clip_value, hold, regularise
from core.kernels.step import gather_rows, score, skip, tick
from core.optimizers._base import Optimizer
from core.plan.parameters import Parameters
from core.plan.plan import Entry, Plan
from core.plan.program import Program

Array = npt.NDArray[Any]
HISTORY = 1 << 16  # losses of single steps that are remembered
AHEAD = 1 << 14  # steps whose learning rates are known beforehand


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One array a network is fed from, (rows, numbers in a row): value = (row - shift) * scale."""

    block: str
    is_target: bool
    rows: Array
    shift: Array  # float64: one number for the whole row, or one for each number in it
    scale: Array


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What moves from step to step, in arrays that the compiled programs read and write."""

    order: Array  # int64 (rows,): which row comes when
    cursor: Array  # int64 (1,): how many rows of this epoch are done
    totals: Array  # float64 (outputs, 4): rows, sum of losses, sum of metrics, the last batch's mean loss
    halt: Array  # int64 (1,): 1 after a loss that is not finite
    rates: Array  # float64 (2,): learning rate, the optimiser's step number
    ahead: Array  # float64 (AHEAD,): learning rate of step t, from 1, at t % AHEAD
    history: Array  # float64 (HISTORY,): mean loss of each step, at step % HISTORY

    @staticmethod
    def make(rows: int, outputs: int) -> State:
        """All zeros, rows in order; the optimiser's first step is number 1."""
        return State(
            np.arange(rows, dtype=np.int64), np.zeros(1, np.int64), np.zeros((max(outputs, 1), 4)), np.zeros(1, np.int64),
            np.array([0.0, 1.0]), np.zeros(AHEAD), np.zeros(HISTORY),
        )  # fmt: skip


def feed_entries(plan: Plan, feeds: Sequence[Feed], state: State) -> list[Entry]:
    """Fetch the rows order[cursor : cursor + batch] into the inputs and targets of a plan."""
    entries = []
    for feed in feeds:
        b = plan.buffers[feed.block]
        array = b.target if feed.is_target else b.y[0]
        assert array is not None
        args = (feed.rows, state.order, state.cursor, feed.shift, feed.scale, array.reshape(plan.batch, -1))
        entries.append(Entry("feed", feed.block, Call(gather_rows, args, plan.batch)))
    return entries


def score_entries(plan: Plan, state: State) -> list[Entry]:
    """Add each output's losses and metrics to the totals."""
    entries = []
    for name, totals in zip(
        plan.outputs, state.totals, strict=False
    ):  # there is a row of totals where there is no output
        measures = plan.buffers[name].measures
        assert measures is not None
        entries.append(Entry("score", name, Call(score, (measures, totals, state.halt, plan.loss_weights[name]))))
    return entries


def update_entries(
    plan: Plan, parameters: Parameters, optimizer: Optimizer, training: Training, state: State
) -> list[Entry]:
    """Regularise, clip, move the weights that are not held, count the step."""
    w, dw = parameters.flat, parameters.flat_gradient
    calls: list[Call] = []
    for part, l1, l2 in parameters.pulls(training.l1, training.l2):
        calls += regularise(w[part], dw[part], l1, l2)
    before, after = hold(w, dw, parameters.held)
    calls += before
    if training.clip_value is not None:
        calls += clip_value(dw, training.clip_value)
    if training.clip_norm is not None:
        calls += clip_norm(dw, training.clip_norm)
    if w.size:
        calls += optimizer.update(w, dw, parameters.slots, state.rates, parameters.decaying)
    calls += after
    calls.append(
        Call(tick, (plan.clocks, state.totals, state.history, state.rates, state.ahead, state.cursor, plan.batch))
    )
    return [Entry("update", "", c) for c in calls]


def training_program(
    plan: Plan,
    feeds: Sequence[Feed],
    parameters: Parameters,
    optimizer: Optimizer,
    training: Training,
    state: State,
    threads: int,
) -> Program:
    """One step of training. It halts before the weights are touched where a loss is not finite."""
    forward = [e for e in plan.entries if e.phase == "forward"]
    rest = [e for e in plan.entries if e.phase != "forward"]
    before = [*feed_entries(plan, feeds, state), *forward, *score_entries(plan, state)]
    after = [*rest, *update_entries(plan, parameters, optimizer, training, state)]
    return Program([e.call for e in (*before, *after)], threads, state.halt, check_after=len(before))


def scoring_program(plan: Plan, feeds: Sequence[Feed], state: State, threads: int) -> Program:
    """One batch of an evaluation: measured, not learnt from."""
    entries = [*feed_entries(plan, feeds, state), *plan.entries, *score_entries(plan, state)]
    calls = [*(e.call for e in entries), Call(skip, (state.cursor, plan.batch))]
    return Program(calls, threads, state.halt, check_after=len(entries))
