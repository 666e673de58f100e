"""Convolutions of every size, stride, padding and dilation against loops written out, and against PyTorch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.kernels import conv2d, winograd
from core.kernels.call import Array, Calls
from core.kernels.conv_geometry import Geometry
from core.kernels.matmul import RELU
from tests.kernels.test_matmul import normal, run, space, split_runs, unset, written_twice
from tests.reference import conv2d as reference

# Winograd's sums lose about two digits against plain ones; both stay far inside what training can notice.
TOLERANCE = {np.float32: 3e-5, np.float64: 1e-12}


@dataclass(frozen=True)
class Layer:
    """One convolution, and the arrays of a pass through it."""

    n: int
    h: int
    w: int
    c: int
    kh: int
    kw: int
    o: int
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)

    @property
    def x(self) -> tuple[int, ...]:
        return self.n, self.h, self.w, self.c

    @property
    def weights(self) -> tuple[int, ...]:
        return self.kh, self.kw, self.c, self.o

    @property
    def how(self) -> tuple[Any, ...]:
        return self.stride, self.padding, self.dilation

    @property
    def geometry(self) -> Geometry:
        return Geometry.of(self.x, self.weights, *self.how)

    @property
    def fits(self) -> bool:
        return self.geometry.oh >= 1 and self.geometry.ow >= 1


def pass_through(layer: Layer, dtype: Any, seed: int = 0) -> tuple[dict[str, Array], dict[str, Calls]]:
    """(arrays, calls) of forward and both gradients; every output begins as NaN."""
    rng, g = np.random.default_rng(seed), layer.geometry
    y = (g.n, g.oh, g.ow, g.o)
    arrays = {"x": normal(rng, dtype, *layer.x), "w": normal(rng, dtype, *layer.weights), "b": normal(rng, dtype, g.o)}
    arrays |= {"dy": normal(rng, dtype, *y), "y": unset(dtype, *y), "dx": unset(dtype, *layer.x)}
    arrays |= {"dw": unset(dtype, *layer.weights), "db": unset(dtype, g.o)}
    scratch = {
        name: space(made(layer.x, layer.weights, *layer.how), dtype)
        for name, made in (
            ("y", conv2d.forward_space), ("dx", conv2d.input_gradient_space), ("dw", conv2d.weight_gradient_space)
        )
    }  # fmt: skip
    calls = {
        "y": conv2d.forward(arrays["x"], arrays["w"], arrays["b"], arrays["y"], *layer.how, scratch["y"]),
        "dx": conv2d.input_gradient(arrays["dy"], arrays["w"], arrays["dx"], *layer.how, scratch["dx"]),
        "dw": conv2d.weight_gradient(arrays["x"], arrays["dy"], arrays["dw"], arrays["db"], *layer.how, scratch["dw"]),
    }
    return arrays, calls


def error(got: Array, wanted: Array) -> float:
    """The largest difference as a share of the largest number; NaN where one was left."""
    return float(np.abs(got - wanted).max() / max(np.abs(wanted).max(), 1e-3))


def check(layer: Layer, dtype: Any, seed: int = 0) -> None:
    a, calls = pass_through(layer, dtype, seed)
    for each in calls.values():
        run(each)
    dx, dw, db = reference.gradients(a["x"], a["w"], a["dy"], *layer.how)
    wanted = {"y": reference.forward(a["x"], a["w"], a["b"], *layer.how), "dx": dx, "dw": dw, "db": db}
    for name, value in wanted.items():
        assert error(a[name], value) < TOLERANCE[dtype], (name, layer)


SMALL = st.integers(1, 4)
LAYERS = st.builds(
    Layer,
    n=st.integers(1, 16), h=st.integers(1, 11), w=st.integers(1, 11), c=st.integers(1, 20),
    kh=st.integers(1, 5), kw=st.integers(1, 5), o=st.one_of(st.integers(1, 12), st.integers(13, 70)),
    stride=st.tuples(SMALL, SMALL),
    padding=st.tuples(*[st.integers(0, 3)] * 4), dilation=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(LAYERS, st.sampled_from([np.float32, np.float64]), st.integers(0, 2**32))
def test_any_convolution_and_its_gradients_are_the_loops_written_out(layer: Layer, dtype: Any, seed: int) -> None:
    assume(layer.fits)
    check(layer, dtype, seed)


@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        Layer, n=st.integers(1, 9), h=st.integers(4, 13), w=st.integers(4, 13), c=st.integers(8, 40), kh=st.just(3),
        kw=st.just(3), o=st.integers(8, 70), padding=st.tuples(*[st.integers(0, 2)] * 4),
    ),
    st.sampled_from([np.float32, np.float64]),
)  # fmt: skip
def test_three_by_three_layers_are_the_loops_written_out(layer: Layer, dtype: Any) -> None:
    check(layer, dtype)


NAMED = {
    "LeNet, first": Layer(3, 28, 28, 1, 5, 5, 6, padding=(2, 2, 2, 2)),
    "LeNet, second": Layer(5, 14, 14, 6, 5, 5, 16),
    "pictures": Layer(21, 9, 10, 3, 3, 3, 13, stride=(1, 2), padding=(1, 1, 0, 2), dilation=(2, 1)),
    "pictures, many of them": Layer(64, 8, 8, 2, 5, 5, 2, padding=(2, 2, 2, 2)),
    "pictures, a row of the kernel that is no run": Layer(8, 9, 9, 3, 2, 3, 6, dilation=(1, 2)),
    "pictures, bands": Layer(8, 70, 20, 4, 3, 3, 5, padding=(1, 1, 1, 1)),
    "pictures, a line shorter than a vector": Layer(16, 9, 3, 2, 3, 3, 3),
    "two outputs": Layer(3, 9, 10, 2, 3, 3, 2),
    "one pixel": Layer(1, 1, 1, 1, 1, 1, 1),
    "kernel as large as the picture": Layer(7, 5, 6, 3, 5, 6, 4),
    "stride beyond the kernel": Layer(2, 11, 10, 3, 2, 2, 5, stride=(4, 3)),
    "pointwise": Layer(3, 7, 5, 20, 1, 1, 33),
    "pointwise, stride 2": Layer(3, 8, 8, 20, 1, 1, 33, stride=(2, 2)),
    "padding beyond the kernel": Layer(2, 4, 4, 3, 2, 2, 17, padding=(3, 3, 3, 3)),
    "small pictures, many channels": Layer(13, 3, 3, 40, 3, 3, 70, padding=(1, 1, 1, 1)),
    "Winograd": Layer(16, 9, 12, 24, 3, 3, 40, padding=(1, 1, 1, 1)),
    "Winograd, same for an even side": Layer(16, 8, 8, 64, 3, 3, 64, padding=(1, 1, 1, 1)),
    "ResNet, stride 2": Layer(2, 16, 16, 16, 3, 3, 32, stride=(2, 2), padding=(0, 1, 0, 1)),
    "Winograd, parts of outputs": Layer(16, 8, 8, 40, 3, 3, 104, padding=(1, 1, 1, 1)),
    "Winograd, parts that end within a tile": Layer(6, 8, 8, 48, 3, 3, 48, padding=(1, 1, 1, 1)),
    "Winograd, without padding": Layer(11, 9, 11, 20, 3, 3, 40),
    "Winograd, spread, padding at the top and left": Layer(8, 9, 9, 8, 3, 3, 8, padding=(1, 0, 1, 0)),
    "Winograd, chunks of squares": Layer(20, 16, 16, 8, 3, 3, 8),
    "dilated where it would be Winograd": Layer(16, 9, 12, 24, 3, 3, 40, padding=(2, 2, 2, 2), dilation=(2, 2)),
    "outputs of neighbours in one vector": Layer(1, 9, 64, 2, 3, 3, 2),
    "padding at the top alone": Layer(1, 5, 20, 3, 3, 3, 20, stride=(2, 1), padding=(1, 0, 0, 0)),
    "bands of a large picture": Layer(1, 70, 66, 16, 5, 5, 20, padding=(2, 2, 2, 2)),
}


@pytest.mark.parametrize("name", NAMED)
def test_layers_of_known_nets_are_the_loops_written_out(name: str) -> None:
    check(NAMED[name], np.float32)
    check(NAMED[name], np.float64)


@pytest.mark.parametrize("name", NAMED)
def test_no_split_of_the_items_changes_a_bit(name: str) -> None:
    arrays, calls = pass_through(NAMED[name], np.float32)
    for result, each in calls.items():
        bits = []
        for walk in split_runs(each):
            arrays[result][:] = np.nan
            walk()
            bits.append(arrays[result].tobytes())
        assert len(set(bits)) == 1, result


@pytest.mark.parametrize("name", NAMED)
def test_no_number_is_written_by_two_items(name: str) -> None:
    for each in pass_through(NAMED[name], np.float32)[1].values():
        assert written_twice(each) == []


@pytest.mark.parametrize(
    "name", ["LeNet, second", "pictures", "pointwise", "Winograd", "small pictures, many channels"]
)
def test_relu_at_the_end_is_relu_after(name: str) -> None:
    layer = NAMED[name]
    arrays, calls = pass_through(layer, np.float32)
    run(calls["y"])
    fused = unset(np.float32, *arrays["y"].shape)
    scratch = space(conv2d.forward_space(layer.x, layer.weights, *layer.how), np.float32)
    run(conv2d.forward(arrays["x"], arrays["w"], arrays["b"], fused, *layer.how, scratch, activation=RELU))
    np.testing.assert_array_equal(fused, np.maximum(arrays["y"], 0))


@pytest.mark.parametrize("name", ["LeNet, first", "pictures", "pointwise", "Winograd", "small pictures, many channels"])
def test_a_layer_without_bias_adds_nothing(name: str) -> None:
    layer = NAMED[name]
    arrays, _ = pass_through(layer, np.float32)
    scratch = space(conv2d.forward_space(layer.x, layer.weights, *layer.how), np.float32)
    run(conv2d.forward(arrays["x"], arrays["w"], None, arrays["y"], *layer.how, scratch))
    assert error(arrays["y"], reference.forward(arrays["x"], arrays["w"], None, *layer.how)) < TOLERANCE[np.float32]
    scratch = space(conv2d.weight_gradient_space(layer.x, layer.weights, *layer.how), np.float32)
    run(conv2d.weight_gradient(arrays["x"], arrays["dy"], arrays["dw"], None, *layer.how, scratch))
    wanted = reference.gradients(arrays["x"], arrays["w"], arrays["dy"], *layer.how)[1]
    assert error(arrays["dw"], wanted) < TOLERANCE[np.float32]


def test_each_way_of_convolving_is_among_the_named_layers() -> None:
    passes = [calls for layer in NAMED.values() for calls in pass_through(layer, np.float32)[1].values()]
    ways = {call.kernel.__name__ for calls in passes for call in calls}
    assert {
        "pack_widened",
        "convolve",
        "repeat",
        "convolve_pictures",
        "spread",
        "correlate",
        "fold",
        "multiply",
    } <= ways
    assert {"winograd_convolve", "winograd_spread", "winograd_sums"} <= ways
    assert winograd.suits(NAMED["Winograd"].geometry)


@pytest.mark.parametrize("name", NAMED)
def test_flops_are_two_for_each_multiply_add(name: str) -> None:
    g = NAMED[name].geometry
    for each in pass_through(NAMED[name], np.float32)[1].values():
        assert sum(call.flops for call in each) == 2 * g.n * g.oh * g.ow * g.o * g.kh * g.kw * g.c


@pytest.mark.parametrize(
    "layer",
    [
        Layer(2, 15, 13, 5, 3, 3, 9, (2, 1), (1, 1, 1, 1)),
        Layer(4, 32, 32, 64, 3, 3, 64, padding=(1, 1, 1, 1)),
        Layer(8, 8, 8, 128, 3, 3, 104, padding=(1, 1, 1, 1)),
        Layer(3, 14, 14, 6, 5, 5, 16),
        Layer(2, 9, 9, 4, 3, 2, 7, (2, 3), (2, 2, 1, 1), (2, 1)),
    ],
)
def test_forward_and_gradients_agree_with_pytorch(layer: Layer) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the peer these numbers are checked against")
    a, calls = pass_through(layer, np.float32)
    for each in calls.values():
        run(each)
    to_torch = lambda v, axes: torch.from_numpy(v.transpose(axes).copy()).requires_grad_()
    x, w, b = to_torch(a["x"], (0, 3, 1, 2)), to_torch(a["w"], (3, 2, 0, 1)), to_torch(a["b"], (0,))
    top, _, left, _ = layer.padding
    y = torch.nn.functional.conv2d(x, w, b, layer.stride, (top, left), layer.dilation)
    y.backward(to_torch(a["dy"], (0, 3, 1, 2)).detach())
    wanted = {
        "y": y.detach().numpy().transpose(0, 2, 3, 1), "dx": x.grad.numpy().transpose(0, 2, 3, 1),
        "dw": w.grad.numpy().transpose(2, 3, 1, 0), "db": b.grad.numpy(),
    }  # fmt: skip
    for name, value in wanted.items():
        assert error(a[name], value) < 1e-4, name
