"""The sizes of one convolution over pictures, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernels.vectors import LANES

Pair = tuple[int, int]  # along the height, along the width
Padding = tuple[int, int, int, int]  # top, bottom, left, right
Shape4 = tuple[int, ...]


def output_size(size: int, kernel: int, stride: int, before: int, after: int, dilation: int) -> int:
    """How many outputs a convolution has along one axis; 0 or less where the window does not fit."""
    return (size + before + after - dilation * (kernel - 1) - 1) // stride + 1


@dataclass(frozen=True)
class Geometry:
    """x (n, h, w, c), weights (kh, kw, c, o), y (n, oh, ow, o); what is padded after follows from oh and ow."""

    n: int
    h: int
    w: int
    c: int
    kh: int
    kw: int
    o: int
    oh: int
    ow: int
    top: int
    left: int
    stride: Pair
    dilation: Pair

    @classmethod
    def of(cls, x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Geometry:
        """From the shapes of x and w."""
        (n, height, width, c), (kh, kw, _, o), (top, bottom, left, right) = x, w, padding
        oh = output_size(height, kh, stride[0], top, bottom, dilation[0])
        ow = output_size(width, kw, stride[1], left, right, dilation[1])
        return cls(n, height, width, c, kh, kw, o, oh, ow, top, left, stride, dilation)

    @property
    def flops(self) -> int:
        """Two for each multiply-add, those with the padding too, as is usual."""
        return 2 * self.n * self.oh * self.ow * self.o * self.kh * self.kw * self.c

    @property
    def pointwise(self) -> bool:
        """Whether it is a plain matrix product: one tap, every pixel, no padding."""
        same = (self.oh, self.ow) == (self.h, self.w)
        return (self.kh, self.kw, *self.stride, self.top, self.left) == (1, 1, 1, 1, 0, 0) and same

    @property
    def strip_w(self) -> int:
        """Columns of x, padding included, that a row of y looks at."""
        return (self.ow - 1) * self.stride[1] + (self.kw - 1) * self.dilation[1] + 1

    def strip_h(self, rows: int) -> int:
        """Rows of x, padding included, that so many rows of y look at."""
        return (rows - 1) * self.stride[0] + (self.kh - 1) * self.dilation[0] + 1

    @property
    def padded(self) -> bool:
        """Whether some window reaches outside the picture."""
        return self.top > 0 or self.left > 0 or self.strip_h(self.oh) > self.h or self.strip_w > self.w

    @property
    def taps_inside(self) -> tuple[list[int], list[int]]:
        """How many taps of each row and of each column of windows lie inside the picture."""
        axes = (
            (self.oh, self.stride[0], self.top, self.dilation[0], self.h, self.kh),
            (self.ow, self.stride[1], self.left, self.dilation[1], self.w, self.kw),
        )
        down, right = (
            [sum(0 <= i * stride - before + tap * dilation < size for tap in range(taps)) for i in range(count)]
            for count, stride, before, dilation, size, taps in axes
        )
        return down, right

    @property
    def widen(self) -> int:
        """How many neighbouring pixels share the vectors of few outputs: what makes the fewest multiply-adds."""
        if self.dilation[1] > 1 or self.o >= 2 * LANES:
            return 1

        def cost(m: int) -> tuple[float, int]:
            return -(-m * self.o // LANES) * (self.kw + (m - 1) * self.stride[1]) / m, m

        return min((m for m in range(1, 2 * LANES // self.o + 1) if self.ow % m == 0), key=cost)

    def runs(self, widen: int) -> tuple[int, int]:
        """A row of the kernel as (runs, numbers in each) of neighbouring numbers of x."""
        wide = self.kw + (widen - 1) * self.stride[1]
        return (1, wide * self.c) if self.dilation[1] == 1 else (self.kw, self.c)

    @property
    def turned(self) -> Geometry:
        """The convolution of dy, with the weights turned half round, that is dx; for stride 1."""
        top = (self.kh - 1) * self.dilation[0] - self.top
        left = (self.kw - 1) * self.dilation[1] - self.left
        return Geometry(
            self.n, self.oh, self.ow, self.o, self.kh, self.kw, self.c, self.h, self.w, top, left, (1, 1), self.dilation
        )
