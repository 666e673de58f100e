"""The plan: a document, its shapes and a batch size, compiled to buffers and an ordered list of kernel calls.

The plan is data. It can be printed, counted, walked from Python, or turned into machine code by `core/plan/program.py`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core.blocks._base import NOTHING, Block, Buffers
from core.blocks.output import Output
from core.graph.document import Document
from core.graph.shapes import Inference
from core.kernels.call import Call, Calls
from core.kernels.step import SLICE, sum_into
from core.plan.buffers import aligned, scratch_arrays
from core.plan.frozen import frozen, held_still, needed, works_as_in_use
from core.plan.parameters import Parameters

Array = npt.NDArray[Any]
Port = tuple[str, str]
Phase = Literal["feed", "forward", "score", "backward", "update"]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One call of a plan, with what it belongs to."""

    phase: Phase
    block: str
    call: Call


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Buffers and calls of one network at one batch size, for training or for use."""

    batch: int
    train: bool
    entries: tuple[Entry, ...]
    buffers: Mapping[str, Buffers]
    order: tuple[str, ...]
    clocks: Array  # uint64 (blocks, 2): seed and step, one row a block
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    loss_weights: Mapping[str, float]  # of each output, in the loss of the whole network
    bytes: int = field(default=0)

    def run(self, *phases: Phase) -> None:
        """Walk the calls from Python, all of them or those of some phases."""
        for entry in self.entries:
            if not phases or entry.phase in phases:
                entry.call.run()

    def watch(self) -> Iterator[str]:
        """Walk forward, and tell each block's name while its arrays still hold what it wrote."""
        for name in self.order:
            for entry in self.entries:
                if entry.phase == "forward" and entry.block == name:
                    entry.call.run()
            yield name

    def calls(self) -> Iterator[Call]:
        """The calls alone."""
        return (entry.call for entry in self.entries)

    @property
    def flops(self) -> int:
        """Additions and multiplications of one pass through the plan."""
        return sum(call.flops for call in self.calls())

    def __str__(self) -> str:
        head = f"{'train' if self.train else 'use'}, batch {self.batch}, {self.flops:,} flops, {self.bytes:,} bytes"
        return "\n".join([head, *(f"{e.phase:<9}{e.block:<16}{e.call}" for e in self.entries)])


def compile_plan(
    document: Document,
    inference: Inference,
    parameters: Parameters,
    batch: int,
    *,
    train: bool,
    measured: bool = True,
    seed: int = 0,
    dtype: npt.DTypeLike = np.float32,
) -> Plan:
    """Name every kernel call of one pass. `inference` must be without faults.

    Without `measured`, outputs are shown but not compared with targets.
    """
    blocks = {n: b for n in inference.order if isinstance(b := document.nodes[n].block, Block)}
    sources = {(w.target, w.input): (w.source, w.output) for w in document.wires}
    clocks = np.zeros((max(len(blocks), 1), 2), np.uint64)
    clocks[: len(blocks), 0] = clock_seeds(blocks, seed)
    wanted, learning = _gradients(blocks, sources, inference, parameters) if train else (set(), ())
    space = _Space(batch, np.dtype(dtype))
    y: dict[Port, Array] = {}
    dy: dict[Port, Array] = {}
    parts: dict[Port, list[Array]] = {}  # gradients that arrive at an output which several wires leave
    buffers: dict[str, Buffers] = {}
    stills: dict[str, frozenset[str]] = {}  # frozen weights of a block
    in_use: set[str] = set()  # frozen blocks that do in training what they do in use
    for name, block in blocks.items():
        ins = [sources.get((name, port)) for port in block.input_ports()]
        x = tuple(y[s] if s else np.empty(0, dtype) for s in ins)
        for port, shape in zip(block.output_ports(), inference.outs[name], strict=True):
            y[name, port] = x[0].reshape(batch, *shape) if block.view else space.array(shape)
        is_output = block.group == "output" and measured
        buffers[name] = Buffers(
            x=x,
            y=tuple(y[name, port] for port in block.output_ports()),
            dy=(),
            dx=(None,) * len(ins),
            w=parameters.of(name),
            dw=parameters.gradients_of(name),
            scratch=space.scratch(block, inference.ins[name], train=train),
            clock=clocks[len(buffers)],
            target=space.array(_target_shape(block, inference.ins[name])) if is_output else None,
            measures=space.array((2,)) if is_output else None,
        )
        declared = block.weights(inference.ins[name])
        if train and (held := frozen(name, declared, parameters)):
            stills[name] = held
            buffers[name] = held_still(buffers[name], held)
            if works_as_in_use(declared, held):
                in_use.add(name)
    for name in learning:  # from the outputs back
        block, buffer = blocks[name], buffers[name]
        outs = (
            ()
            if block.group == "output"
            else tuple(_arrived((name, p), y, dy, parts, space) for p in block.output_ports())
        )
        dx: list[Array | None] = []
        for port, into in zip(block.input_ports(), buffer.x, strict=True):
            source = sources.get((name, port))
            if source is None or source[0] not in wanted or port in block.switches:
                dx.append(None)
                continue
            gradient = outs[0].reshape(into.shape) if block.view else space.array(into.shape[1:])
            parts.setdefault(source, []).append(gradient)
            dx.append(gradient)
        buffers[name] = replace(buffer, dy=outs, dx=tuple(dx))
    entries = [
        Entry("forward", n, c)
        for n, block in blocks.items()
        if not block.view
        for c in block.forward(buffers[n], train=train and n not in in_use)
    ]
    for name in learning:
        joins = [j for p in blocks[name].output_ports() for j in _joins(parts.get((name, p), []), dy.get((name, p)))]
        own = () if blocks[name].view else _back(blocks[name], buffers[name], stills.get(name), in_use=name in in_use)
        entries += [Entry("backward", name, c) for c in (*joins, *own)]
    if train:
        entries += [Entry("update", n, c) for n, b in blocks.items() if n not in in_use for c in b.settle(buffers[n])]
    return Plan(
        batch, train, tuple(entries), buffers, tuple(blocks), clocks,
        inputs=tuple(n for n, b in blocks.items() if b.group == "input"),
        outputs=tuple(n for n, b in blocks.items() if b.group == "output"),
        loss_weights={n: b.weight for n, b in blocks.items() if isinstance(b, Output)},
        bytes=space.bytes,
    )  # fmt: skip


class _Space:
    """Hands out arrays and counts their bytes."""

    def __init__(self, batch: int, dtype: np.dtype[Any]) -> None:
        self.batch, self.dtype, self.bytes = batch, dtype, 0

    def array(self, shape: tuple[int, ...]) -> Array:
        array = aligned((self.batch, *shape), self.dtype)
        self.bytes += array.nbytes
        return array

    def scratch(self, block: Block, ins: tuple[tuple[int, ...], ...], *, train: bool) -> dict[str, Array]:
        arrays = scratch_arrays(block.scratch(ins, self.batch, train=train), self.dtype)
        self.bytes += sum(a.nbytes for a in arrays.values())
        return arrays


def _target_shape(block: Block, ins: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    shape: tuple[int, ...] = block.target_shape(ins)  # type: ignore[attr-defined]  # output blocks have it
    return shape


def clock_seeds(blocks: Iterable[str], seed: int) -> list[int]:
    """The seed of each block's own chance: it depends on the run's seed and the block's name only."""
    return [(seed << 32) ^ zlib.crc32(name.encode()) for name in blocks]


def _gradients(
    blocks: Mapping[str, Block], sources: Mapping[Port, Port], inference: Inference, parameters: Parameters
) -> tuple[set[str], tuple[str, ...]]:
    """Blocks whose output gradient is wanted (they or a block before them learn), and those to run backward, last first."""
    wanted: set[str] = set()
    for name, block in blocks.items():
        fed_by = (sources.get((name, p), NOTHING) for p in block.input_ports() if p not in block.switches)
        learns = any(parameters.declared[name, key].trainable for key in block.weights(inference.ins[name]))
        if learns or any(s and s[0] in wanted for s in fed_by):
            wanted.add(name)
    leads = {n for n, b in blocks.items() if b.group == "output"}
    backwards = tuple(reversed(tuple(blocks)))
    for name in backwards:
        if name in leads:
            ports = [p for p in blocks[name].input_ports() if p not in blocks[name].switches]
            leads |= {sources[name, p][0] for p in ports if (name, p) in sources}
    return wanted, tuple(n for n in backwards if n in wanted and n in leads)


def _back(block: Block, b: Buffers, held: frozenset[str] | None, *, in_use: bool) -> Calls:
    """Through a block: all of it, or where weights are frozen, no more than is wanted."""
    if in_use:
        return block.backward_in_use(b)
    return block.backward(b) if held is None else needed(block.backward(b), b, held)


def _arrived(
    port: Port, y: Mapping[Port, Array], dy: dict[Port, Array], parts: dict[Port, list[Array]], space: _Space
) -> Array:
    """The gradient at an output: the one array a single wire brings, the sum of several, or an empty one from none."""
    arrays = parts.get(port, [])
    if len(arrays) > 1:
        dy[port] = space.array(y[port].shape[1:])
    else:
        dy[port] = arrays[0] if arrays else np.empty(0, space.dtype)
    return dy[port]


def _joins(parts: list[Array], total: Array | None) -> Calls:
    if len(parts) < 2 or total is None:
        return ()
    flat, y = [p.reshape(-1) for p in parts], total.reshape(-1)
    items = -(-y.size // SLICE)
    first = Call(sum_into, (flat[0], flat[1], y), items)
    return (first, *(Call(sum_into, (y, p, y), items) for p in flat[2:]))
