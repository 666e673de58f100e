"""One block on its own: buffers to run it in, and the checks that every block must pass."""

from __future__ import annotations

import numpy as np

from core.blocks._base import Block, Buffers, Shapes
from core.plan.buffers import scratch_arrays


def buffers(block: Block, ins: Shapes, seed: int = 0, batch: int = 3, dtype=np.float64, train: bool = True) -> Buffers:
    """Random inputs and weights; NaN wherever the block must write."""
    rng = np.random.default_rng(seed)
    outs, weights = block.out_shapes(ins), block.weights(ins)

    def chance(shape):
        array = rng.standard_normal(shape)
        return np.where(np.abs(array) < 0.05, 0.05 + array, array).astype(
            dtype
        )  # away from the kinks of ReLU and its kin

    def unwritten(shape):
        return np.full((batch, *shape), np.nan, dtype)

    spaces = block.scratch(ins, batch, train=train)
    scratch = scratch_arrays(spaces, dtype)
    for name, array in scratch.items():
        array.fill(np.nan if spaces[name].type == "float" else 0)
    samples = getattr(block, "sample_inputs", None)  # blocks that read whole numbers say how to draw them
    x = (
        samples(ins, batch, rng, dtype)
        if samples
        else tuple(
            (rng.integers(2, size=(batch, *s)).astype(dtype) if port in block.switches else chance((batch, *s)))
            if s
            else np.empty(0, dtype)
            for port, s in zip(block.input_ports(), ins, strict=True)
        )
    )
    dy = tuple(chance((batch, *s)) for s in outs) if train else ()
    viewed = block.view  # as the plan does it: another shape on the same memory
    return Buffers(
        x=x,
        y=(x[0].reshape(batch, *outs[0]),) if viewed else tuple(unwritten(s) for s in outs),
        dy=dy,
        dx=(dy[0].reshape(batch, *ins[0]),)
        if viewed and train
        else tuple(
            unwritten(s) if s and port not in block.switches else None
            for port, s in zip(block.input_ports(), ins, strict=True)
        ),
        w={k: positive(chance(v.shape), v) for k, v in weights.items()},
        dw={k: np.full(v.shape, np.nan, dtype) for k, v in weights.items() if v.trainable},
        scratch=scratch,
        clock=np.array([7, 1], np.uint64),
    )


def positive(array, weight):
    """Arrays that hold variances begin as ones and stay positive."""
    return np.abs(array) + 0.5 if weight.start == "ones" else array


def forward(block: Block, b: Buffers, *, train: bool = True) -> None:
    for call in block.forward(b, train=train):
        call.run()


def settle(block: Block, b: Buffers) -> None:
    for call in block.settle(b):
        call.run()


def backward(block: Block, b: Buffers) -> None:
    for call in block.backward(b):
        call.run()


def product(block: Block, b: Buffers) -> float:
    """Sum of y·dy after a training forward: what the gradients are the slopes of."""
    forward(block, b)
    return float(sum((y * dy).sum() for y, dy in zip(b.y, b.dy, strict=True)))


def check_gradients(block: Block, ins: Shapes, seed: int = 0, step: float = 1e-6, tolerance: float = 1e-6) -> None:
    """Every gradient agrees with a central difference along a random direction, in float64."""
    b = buffers(block, ins, seed)
    rng = np.random.default_rng(seed + 1)
    before = [a.copy() for a in (*b.x, *b.dy)]
    product(block, b)
    written = [a.copy() for a in b.y]
    backward(block, b)
    for array, kept in zip((*b.x, *b.dy, *b.y), (*before, *written), strict=True):
        assert np.array_equal(array, kept), (
            f"{block}: x, y and dy may not be changed by backward, nor x and dy by forward"
        )
    assert all(np.isfinite(a).all() for a in (*b.y, *b.dw.values())), f"{block}: all of y and dw must be written"
    whole_numbers = hasattr(block, "sample_inputs")
    pairs = (
        []
        if whole_numbers
        else [(f"x[{i}]", x, dx) for i, (x, dx) in enumerate(zip(b.x, b.dx, strict=True)) if dx is not None]
    )
    assert all(np.isfinite(dx).all() for _, _, dx in pairs), f"{block}: all of dx must be written"
    pairs += [(name, b.w[name], b.dw[name]) for name in b.dw]
    for name, array, gradient in pairs:
        gradient, kept, way = gradient.copy(), array.copy(), rng.standard_normal(array.shape)
        array[...] = kept + step * way
        up = product(block, b)
        array[...] = kept - step * way
        down = product(block, b)
        array[...] = kept
        numeric, exact = (up - down) / (2 * step), float((gradient * way).sum())
        assert abs(numeric - exact) <= tolerance * max(1.0, abs(numeric)), (
            f"{block}: along {name} the block says {exact:.9g}, a difference says {numeric:.9g}"
        )
