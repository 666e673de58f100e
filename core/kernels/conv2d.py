"""Convolution over pictures (n, h, w, c) with weights (kh, kw, c, o): forward and both gradients.

stride and dilation are (down, right); padding is (top, bottom, left, right), in zeros. Which way a layer goes is a rule
of its sizes: a plain product, Winograd's for 3×3, else an implicit product (`conv_direct.py`, `conv_pictures.py`,
`conv_gradients.py`).
Every function has a twin that states its scratch; one scratch can serve all three, see `shared_space`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from core.kernels import conv_direct, conv_gradients, conv_pictures, winograd
from core.kernels.conv_geometry import Geometry, Padding, Pair, Shape4, output_size
from core.kernels.matmul import NONE, product, product_space, product_transposed_b
from core.kernels.vectors import LANES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernels.call import Array, Calls
    from core.kernels.tile import Space

__all__ = [
    "Padding", "Pair", "forward", "forward_space", "input_gradient", "input_gradient_space", "output_size",
    "weight_gradient", "weight_gradient_space",
]  # fmt: skip


def forward_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `forward` for x and w of these shapes."""
    g = Geometry.of(x, w, stride, padding, dilation)
    if g.pointwise:
        return product_space(g.n * g.h * g.w, g.o, g.c, "")
    return _way(g).convolve_space(g)


def forward(
    x: Array, w: Array, b: Array | None, y: Array, stride: Pair, padding: Padding, dilation: Pair,
    scratch: Mapping[str, Array], *, activation: int = NONE,
) -> Calls:  # fmt: skip
    """y (n, oh, ow, o) = x (n, h, w, c) convolved with w (kh, kw, c, o), plus b (o,), then the activation."""
    g = Geometry.of(x.shape, w.shape, stride, padding, dilation)
    if g.pointwise:
        flat = x.reshape(-1, g.c), w.reshape(g.c, g.o), y.reshape(-1, g.o)
        return product(*flat, scratch, bias=b, activation=activation)
    return _way(g).convolve_calls(g, x, w, b, y, scratch, flops=g.flops, activation=activation)


class _Way(Protocol):
    """A file that does convolutions, forward or turned."""

    def convolve_space(self, g: Geometry, *, turned: bool = False) -> Space: ...

    def convolve_calls(
        self, g: Geometry, x: Array, w: Array, bias: Array | None, y: Array, scratch: Mapping[str, Array], *,
        flops: int, turned: bool = False, activation: int = 0,
    ) -> Calls: ...  # fmt: skip


def _way(g: Geometry) -> _Way:
    """Which file does this one."""
    return winograd if winograd.suits(g) else conv_pictures if conv_pictures.suits(g) else conv_direct


def _carried_back(g: Geometry) -> str:
    """How the input gradient is had: by another convolution where the stride is 1 and no lanes would be idle."""
    if g.pointwise:
        return "product"
    if winograd.suits_spread(g):
        return "winograd, spread"
    if g.stride == (1, 1) and g.turned.top >= 0 and g.turned.left >= 0:
        if _way(g.turned) is not conv_direct or 4 * g.c >= 3 * LANES:
            return "convolve"
    return "spread"


def input_gradient_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `input_gradient` for x and w of these shapes."""
    g = Geometry.of(x, w, stride, padding, dilation)
    way = _carried_back(g)
    if way == "product":
        return product_space(g.n * g.h * g.w, g.c, g.o, "b")
    if "spread" in way:
        return conv_gradients.spread_space(g) if way == "spread" else winograd.spread_space(g)
    return _way(g.turned).convolve_space(g.turned, turned=True)


def input_gradient(
    dy: Array, w: Array, dx: Array, stride: Pair, padding: Padding, dilation: Pair, scratch: Mapping[str, Array]
) -> Calls:
    """dx (n, h, w, c): every dy (n, oh, ow, o) carried back to the pixels it came from."""
    g = Geometry.of(dx.shape, w.shape, stride, padding, dilation)
    way = _carried_back(g)
    if way == "product":
        return product_transposed_b(dy.reshape(-1, g.o), w.reshape(g.c, g.o), dx.reshape(-1, g.c), scratch)
    if "spread" in way:
        carry = conv_gradients.spread_calls if way == "spread" else winograd.spread_calls
        return carry(g, dy, w, dx, scratch)
    return _way(g.turned).convolve_calls(g.turned, dy, w, None, dx, scratch, flops=g.flops, turned=True)


def weight_gradient_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `weight_gradient` for x and w of these shapes."""
    g = _as_rows(Geometry.of(x, w, stride, padding, dilation))
    return winograd.sums_space(g) if winograd.suits_sums(g) else conv_gradients.correlate_space(g)


def weight_gradient(
    x: Array, dy: Array, dw: Array, db: Array | None, stride: Pair, padding: Padding, dilation: Pair,
    scratch: Mapping[str, Array],
) -> Calls:  # fmt: skip
    """dw (kh, kw, c, o) = x (n, h, w, c) correlated with dy (n, oh, ow, o); db (o,) = dy summed over all but o."""
    g = _as_rows(Geometry.of(x.shape, dw.shape, stride, padding, dilation))
    if winograd.suits_sums(g):
        return winograd.sums_calls(g, x, dy, dw, db, scratch)
    return conv_gradients.correlate_calls(g, x, dy, dw, db, scratch)


def _as_rows(g: Geometry) -> Geometry:
    """A pointwise convolution of pictures of one long row, which is cut in longer pieces."""
    if not g.pointwise:
        return g
    return Geometry(g.n, 1, g.h * g.w, g.c, 1, 1, g.o, 1, g.h * g.w, 0, 0, (1, 1), g.dilation)
