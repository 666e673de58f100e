"""GFLOP/s of our products and convolutions beside NumPy's BLAS and PyTorch, as many threads each, in one process.

Run it by hand: python -m tests.bench.kernels [threads] [repeats]. It prints; no test reads it.
"""

# ruff: noqa: B023, E402  (loops call their functions at once; BLAS reads its threads when NumPy is imported)
from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
REPEATS = int(sys.argv[2]) if len(sys.argv) > 2 else 15
ENOUGH = 0.02  # seconds a way runs before the clock is read: starting our second thread from Python must not count
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(THREADS))

# isort: split
import numpy as np

from core.kernels import conv2d, matmul
from core.kernels.call import Array, Calls
from core.kernels.tile import Space
from core.kernels.vectors import LANES
from core.plan.buffers import aligned
from core.plan.program import Program

CONVOLUTIONS = {  # n, h, c, o, kernel, padding
    "VGG 32x32x32 64-64": (32, 32, 64, 64, 3, 1),
    "VGG 32x16x16 128-128": (32, 16, 128, 128, 3, 1),
    "VGG 32x4x4 512-512": (32, 4, 512, 512, 3, 1),
    "VGG 32x32x32 3-64": (32, 32, 3, 64, 3, 1),
    "ResNet 32x32x32 3-16": (32, 32, 3, 16, 3, 1),
    "ResNet 32x32x32 16-16": (32, 32, 16, 16, 3, 1),
    "ResNet 32x16x16 32-32": (32, 16, 32, 32, 3, 1),
    "ResNet 32x8x8 64-64": (32, 8, 64, 64, 3, 1),
    "LeNet 64x28x28 1-6 5x5": (64, 28, 1, 6, 5, 2),
    "LeNet 64x24x24 1-6 5x5": (64, 28, 1, 6, 5, 0),
    "LeNet 64x12x12 6-16 5x5": (64, 12, 6, 16, 5, 0),
    "LeNet 64x14x14 6-16 5x5": (64, 14, 6, 16, 5, 0),
}
PRODUCTS = {  # m, k, n
    "64x784x256": (64, 784, 256),
    "128x1000x500": (128, 1000, 500),
    "64x256x10": (64, 256, 10),
    "64x400x120": (64, 400, 120),
    "512x512x512": (512, 512, 512),
    "128x1024x1024": (128, 1024, 1024),
    "10x2x8": (10, 2, 8),
}
CHANCE = np.random.default_rng(0)


def array(*shape: int) -> Array:
    """Random numbers at an aligned address, as the plan has them."""
    made = aligned(shape, np.float32)
    made[...] = CHANCE.standard_normal(shape)
    return made


def space(wanted: Space) -> dict[str, Array]:
    """Scratch."""
    return {name: array(*shape) for name, shape in wanted.items()}


def run(calls: Calls) -> Callable[[int], None]:
    """So many times all calls, on THREADS threads that meet after each."""
    program = Program(list(calls), THREADS)

    def walk(steps: int) -> None:
        program.reset()
        others = [threading.Thread(target=function, args=(steps,)) for function in program.functions[1:]]
        for other in others:
            other.start()
        program.functions[0](steps)
        for other in others:
            other.join()

    return walk


def again(way: Callable[[], object]) -> Callable[[int], None]:
    """So many times a peer's way."""

    def walk(steps: int) -> None:
        for _ in range(steps):
            way()

    return walk


def best(ways: dict[str, Callable[[int], None]]) -> dict[str, float]:
    """The shortest time of each way, taken in turns, after a pause in which the other's threads fall asleep."""
    times = dict.fromkeys(ways, ENOUGH)
    for _ in range(REPEATS):
        for name, way in ways.items():
            steps = max(1, min(1000, int(ENOUGH / times[name])))
            time.sleep(0.01 if THREADS == 1 else 0.06)  # OpenBLAS looks out for work for some 25 ms
            start = time.perf_counter()
            way(steps)
            spent = (time.perf_counter() - start) / steps
            times[name] = spent if times[name] == ENOUGH else min(times[name], spent)
    return times


def show(name: str, flops: float, times: dict[str, float]) -> None:
    """One line: GFLOP/s of all, and our time as a share of the fastest peer's."""
    ours, *peers = times.values()
    rates = "  ".join(f"{way} {flops / seconds / 1e9:6.1f}" for way, seconds in times.items())
    print(f"{name:<38} {rates}   {ours * 1e6:9.1f} µs   {min(peers) / ours:5.2f}x")


def convolutions() -> None:
    """Forward and both gradients of one layer after another."""
    import torch
    from torch.nn.functional import conv2d as torch_conv2d

    torch.set_num_threads(THREADS)
    for name, (n, h, c, o, k, pad) in CONVOLUTIONS.items():
        x, w, b, oh = array(n, h, h, c), array(k, k, c, o), array(o), h + 2 * pad - k + 1
        y, dy, dx, dw, db = array(n, oh, oh, o), array(n, oh, oh, o), array(*x.shape), array(*w.shape), array(o)
        how = (1, 1), (pad,) * 4, (1, 1)
        shapes = x.shape, w.shape, *how
        ours = {
            "forward": conv2d.forward(x, w, b, y, *how, space(conv2d.forward_space(*shapes))),
            "dx": conv2d.input_gradient(dy, w, dx, *how, space(conv2d.input_gradient_space(*shapes))),
            "dw": conv2d.weight_gradient(x, dy, dw, db, *how, space(conv2d.weight_gradient_space(*shapes))),
        }
        peers = {}
        for form in (torch.contiguous_format, torch.channels_last):
            tx = torch.randn(n, c, h, h).contiguous(memory_format=form)
            tw, tb = torch.randn(o, c, k, k).contiguous(memory_format=form), torch.randn(o)
            ty = torch_conv2d(tx, tw, tb, padding=pad)
            back = lambda mask, tx=tx, tw=tw, ty=ty: torch.ops.aten.convolution_backward(
                ty, tx, tw, [o], [1, 1], [pad, pad], [1, 1], False, [0, 0], 1, mask
            )
            peers[str(form)[6:]] = {
                "forward": lambda tx=tx, tw=tw, tb=tb: torch_conv2d(tx, tw, tb, padding=pad),
                "dx": lambda back=back: back([True, False, False]),
                "dw": lambda back=back: back([False, True, True]),
            }
        for what, calls in ours.items():
            times = best({"ours": run(calls)} | {form: again(peer[what]) for form, peer in peers.items()})
            show(f"{name} {what}", sum(call.flops for call in calls), times)


def products() -> None:
    """y = x w, dx = dy wᵀ, dw = xᵀ dy."""
    import torch

    torch.set_num_threads(THREADS)
    for name, (m, k, n) in PRODUCTS.items():
        x, w, y, dx, dw = array(m, k), array(k, n), array(m, n), array(m, k), array(k, n)
        tx, tw, ty = (torch.from_numpy(v.copy()) for v in (x, w, y))
        flops = 2 * m * n * k
        of = lambda *sizes: space(matmul.product_space(*sizes))
        cases = {
            "y": (matmul.product(x, w, y, of(m, n, k)), lambda: x @ w, lambda: tx @ tw),
            "dx": (matmul.product_transposed_b(y, w, dx, of(m, k, n)), lambda: y @ w.T, lambda: ty @ tw.T),
            "dw": (matmul.product_transposed_a(x, y, dw, of(k, n, m)), lambda: x.T @ y, lambda: tx.T @ ty),
        }
        for what, (calls, numpy_way, torch_way) in cases.items():
            ways = {"ours": run(calls), "numpy": again(numpy_way), "torch": again(torch_way)}
            show(f"{name} {what}", flops, best(ways))


if __name__ == "__main__":
    print(f"{LANES} lanes; GFLOP/s, our time, and how many times faster than the best peer")
    products()
    convolutions()
