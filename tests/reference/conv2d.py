"""Convolution and its gradients written out, in float64: one tap at a time, by the formula and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.kernels.call import Array

Pair = tuple[int, int]
Padding = tuple[int, int, int, int]


def padded(x: Array, padding: Padding) -> Array:
    """X in float64 with zeros around."""
    top, bottom, left, right = padding
    return np.pad(x.astype(np.float64), ((0, 0), (top, bottom), (left, right), (0, 0)))


def taps(size: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> Iterator[tuple[int, int, int, int, int, int]]:
    """(i, j, p, q, row, column): output pixel (i, j) sees the padded pixel (row, column) through tap (p, q)."""
    oh, ow = ((size[k] - dilation[k] * (kernel[k] - 1) - 1) // stride[k] + 1 for k in range(2))
    for i in range(oh):
        for j in range(ow):
            for p in range(kernel[0]):
                for q in range(kernel[1]):
                    yield i, j, p, q, i * stride[0] + p * dilation[0], j * stride[1] + q * dilation[1]


def forward(x: Array, w: Array, b: Array | None, stride: Pair, padding: Padding, dilation: Pair) -> Array:
    """y[n, i, j] = b + sum over p, q of x[n, row, column] w[p, q]."""
    wide = padded(x, padding)
    every = list(taps(wide.shape[1:3], w.shape[:2], stride, dilation))
    y = np.zeros((len(x), max(t[0] for t in every) + 1, max(t[1] for t in every) + 1, w.shape[3]))
    if b is not None:
        y += b
    for i, j, p, q, row, column in every:
        y[:, i, j] += wide[:, row, column] @ w[p, q].astype(np.float64)
    return y


def gradients(
    x: Array, w: Array, dy: Array, stride: Pair, padding: Padding, dilation: Pair
) -> tuple[Array, Array, Array]:
    """(dx, dw, db): each tap hands dy back to the two numbers it multiplied."""
    wide = padded(x, padding)
    dx, dw, dy = np.zeros_like(wide), np.zeros(w.shape), dy.astype(np.float64)
    for i, j, p, q, row, column in taps(wide.shape[1:3], w.shape[:2], stride, dilation):
        dx[:, row, column] += dy[:, i, j] @ w[p, q].astype(np.float64).T
        dw[p, q] += wide[:, row, column].T @ dy[:, i, j]
    top, _, left, _ = padding
    return dx[:, top : top + x.shape[1], left : left + x.shape[2]], dw, dy.sum((0, 1, 2))
