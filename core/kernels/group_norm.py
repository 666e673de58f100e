"""Normalisation of groups of channels over one picture: x (n, pixels, channels), channels group by group.

Sums go channel by channel first, which are the vectors, then over the channels of a group. Items are pictures.
"""

from __future__ import annotations

import math

from core.kernels._jit import helper, kernel


@helper
def spread_mean(sums, groups, count):
    """Put the mean of each group, of `count` numbers, in place of the sums of its channels."""
    wide = sums.size // groups
    for g in range(groups):
        part, total = sums[g * wide : g * wide + wide], 0.0
        for c in range(part.size):
            total += part[c]
        for c in range(part.size):
            part[c] = total / count


@kernel
def group_norm_forward(x, gamma, beta, y, line, groups, epsilon, step, first, last):
    """y[n, i, c] = gamma[c] (x[n, i, c] - mean) / σ + beta[c]; line[n] = mean and 1/σ of the group of each channel."""
    count = x.shape[1] * (x.shape[2] // groups)
    for n in range(first * step, min(last * step, x.shape[0])):
        mean, inverse = line[n, 0], line[n, 1]
        mean[:] = x.dtype.type(0)
        inverse[:] = x.dtype.type(0)
        for i in range(x.shape[1]):
            pixel = x[n, i]
            for c in range(mean.size):
                mean[c] += pixel[c]
        spread_mean(mean, groups, count)
        for i in range(x.shape[1]):
            pixel = x[n, i]
            for c in range(mean.size):
                inverse[c] += (pixel[c] - mean[c]) * (pixel[c] - mean[c])
        spread_mean(inverse, groups, count)
        for c in range(inverse.size):
            inverse[c] = 1 / math.sqrt(inverse[c] + epsilon)
        for i in range(x.shape[1]):
            pixel, out = x[n, i], y[n, i]
            for c in range(out.size):
                out[c] = (pixel[c] - mean[c]) * inverse[c] * gamma[c] + beta[c]


@kernel
def group_norm_sums(x, dy, line, partial, step, first, last):
    """partial[n] = Σ dy and Σ dy (x - mean) / σ over the pixels of picture n, channel by channel."""
    for n in range(first * step, min(last * step, x.shape[0])):
        mean, inverse, shift, slope = line[n, 0], line[n, 1], partial[n, 0], partial[n, 1]
        shift[:] = x.dtype.type(0)
        slope[:] = x.dtype.type(0)
        for i in range(x.shape[1]):
            pixel, down = x[n, i], dy[n, i]
            for c in range(mean.size):
                shift[c] += down[c]
                slope[c] += down[c] * ((pixel[c] - mean[c]) * inverse[c])


@kernel
def group_norm_backward(x, dy, gamma, line, partial, means, dx, groups, step, first, last):
    """dx = (g - mean of g - x̂ mean of (g x̂)) / σ with g = dy gamma, x̂ = (x - mean) / σ, means over the group."""
    count = x.shape[1] * (x.shape[2] // groups)
    for n in range(first * step, min(last * step, x.shape[0])):
        mean, inverse, level, tilt = line[n, 0], line[n, 1], means[n, 0], means[n, 1]
        for c in range(level.size):
            level[c] = gamma[c] * partial[n, 0, c]
            tilt[c] = gamma[c] * partial[n, 1, c]
        spread_mean(level, groups, count)
        spread_mean(tilt, groups, count)
        for i in range(x.shape[1]):
            pixel, down, out = x[n, i], dy[n, i], dx[n, i]
            for c in range(out.size):
                out[c] = inverse[c] * (down[c] * gamma[c] - level[c] - (pixel[c] - mean[c]) * inverse[c] * tilt[c])
