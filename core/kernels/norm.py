"""Normalisation of channels over the rows (batch), and of rows over their channels (layer).

Sums over rows are taken in a fixed number of parts, each by one item, and the parts are added in order: the result has
the same bits however many threads there are.

Batch normalisation sees (rows, channels) as fewer, wider rows that hold the channels several times, so that a few
channels fill a vector too. What depends on the channel only is worked out once, in that width (`line`).
"""

from __future__ import annotations

import math

from core.kernels._jit import helper, kernel

PARTS = 16


def parts(size: int) -> int:
    """How many parts the sums over an array of this size are taken in."""
    return min(PARTS, max(1, size // 4096))


def width(rows: int, channels: int) -> int:
    """The width of the wide rows: the channels once, or several times where they are few."""
    copies = 1
    while rows % (2 * copies) == 0 and copies * channels < 64:
        copies *= 2
    return copies * channels


@helper
def share(part, count, rows):
    """The first row of a part, and the one after its last."""
    return part * rows // count, (part + 1) * rows // count


@kernel
def moments(x, partial, first, last):
    """partial[p] = the mean of each column over the rows of part p, and Σ (x - that mean)²."""
    real = x.dtype.type
    for p in range(first, last):
        start, stop = share(p, partial.shape[0], x.shape[0])
        mean, squares = partial[p, 0], partial[p, 1]
        mean[:] = real(0)
        squares[:] = real(0)
        for r in range(start, stop):
            row = x[r]
            for j in range(mean.size):
                mean[j] += row[j]
        each = real(1 / max(stop - start, 1))
        for j in range(mean.size):
            mean[j] *= each
        for r in range(start, stop):
            row = x[r]
            for j in range(mean.size):
                squares[j] += (row[j] - mean[j]) * (row[j] - mean[j])


@kernel
def batch_norm_prepare(partial, gamma, beta, batch, line, rows, epsilon, first, last):
    """line = slope, shift, mean and 1/σ of each column; batch = mean and (unbiased) variance of each channel.

    Parts of means and squares are joined as by Chan, Golub and LeVeque, "Updating formulae …" (1979).
    """
    channels = gamma.size
    for c in range(channels):
        total, within = 0.0, 0.0
        for p in range(partial.shape[0]):
            start, stop = share(p, partial.shape[0], rows)
            for j in range(c, line.shape[1], channels):
                total += (stop - start) * partial[p, 0, j]
        count = rows * (line.shape[1] // channels)
        centre = total / count
        for p in range(partial.shape[0]):
            start, stop = share(p, partial.shape[0], rows)
            for j in range(c, line.shape[1], channels):
                away = partial[p, 0, j] - centre
                within += partial[p, 1, j] + (stop - start) * away * away
        _lay(line, c, centre, within / count, gamma, beta, epsilon)
        batch[0, c] = centre
        batch[1, c] = within / max(count - 1, 1)


@kernel
def batch_norm_settle(batch, mean, variance, momentum, first, last):
    """The running mean and variance move towards those of the batch."""
    for c in range(mean.size):
        mean[c] = momentum * mean[c] + (1 - momentum) * batch[0, c]
        variance[c] = momentum * variance[c] + (1 - momentum) * batch[1, c]


@kernel
def batch_norm_recall(gamma, beta, mean, variance, line, epsilon, first, last):
    """line = slope, shift, mean and 1/σ of each column, from the running mean and variance."""
    for c in range(gamma.size):
        _lay(line, c, mean[c], variance[c], gamma, beta, epsilon)


@helper
def _lay(line, c, mean, variance, gamma, beta, epsilon):
    inverse = 1 / math.sqrt(variance + epsilon)
    for j in range(c, line.shape[1], gamma.size):
        line[0, j] = gamma[c] * inverse
        line[1, j] = beta[c] - gamma[c] * inverse * mean
        line[2, j] = mean
        line[3, j] = inverse


@kernel
def batch_norm_forward(x, line, y, step, first, last):
    """y[r, j] = slope[j] x[r, j] + shift[j]."""
    slope, shift = line[0], line[1]
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        for j in range(out.size):
            out[j] = slope[j] * row[j] + shift[j]


@kernel
def batch_norm_recall_backward(dy, line, dx, step, first, last):
    """dx[r, j] = slope[j] dy[r, j]: mean and variance are constants."""
    slope = line[0]
    for r in range(first * step, min(last * step, dy.shape[0])):
        down, out = dy[r], dx[r]
        for j in range(out.size):
            out[j] = slope[j] * down[j]


@kernel
def batch_norm_relu_forward(x, line, y, step, first, last):
    """y[r, j] = max(slope[j] x[r, j] + shift[j], 0)."""
    slope, shift = line[0], line[1]
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        for j in range(out.size):
            value = slope[j] * row[j] + shift[j]
            out[j] = 0 if value <= 0 else value


@kernel
def batch_norm_sums(x, dy, line, partial, first, last):
    """partial[p] = Σ dy and Σ dy (x - mean) / σ over the rows of part p, column by column."""
    mean, inverse = line[2], line[3]
    for p in range(first, last):
        start, stop = share(p, partial.shape[0], x.shape[0])
        shift, slope = partial[p, 0], partial[p, 1]
        shift[:] = x.dtype.type(0)
        slope[:] = x.dtype.type(0)
        for r in range(start, stop):
            row, down = x[r], dy[r]
            for j in range(mean.size):
                shift[j] += down[j]
                slope[j] += down[j] * ((row[j] - mean[j]) * inverse[j])


@kernel
def join(partial, dgamma, dbeta, first, last):
    """dbeta[c] and dgamma[c] = the two sums over all parts and all columns of channel c; left in partial[0] too."""
    channels = dgamma.size
    for c in range(channels):
        shift, slope = 0.0, 0.0
        for p in range(partial.shape[0]):
            for j in range(c, partial.shape[2], channels):
                shift += partial[p, 0, j]
                slope += partial[p, 1, j]
        dbeta[c], dgamma[c] = shift, slope
        for j in range(c, partial.shape[2], channels):
            partial[0, 0, j], partial[0, 1, j] = shift, slope


@kernel
def batch_norm_backward(x, dy, line, partial, dx, share, step, first, last):
    """dx[r, j] = slope[j] (dy[r, j] - share dbeta - share dgamma (x[r, j] - mean) / σ), share = 1 / rows."""
    slope, mean, inverse, dbeta, dgamma = line[0], line[2], line[3], partial[0, 0], partial[0, 1]
    share = x.dtype.type(share)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, down, out = x[r], dy[r], dx[r]
        for j in range(out.size):
            out[j] = slope[j] * (down[j] - share * (dbeta[j] + dgamma[j] * ((row[j] - mean[j]) * inverse[j])))


@kernel
def layer_norm_forward(x, gamma, beta, y, line, epsilon, step, first, last):
    """y[r, j] = gamma[j] (x[r, j] - mean) / σ + beta[j]; line[r] = mean and 1/σ of row r."""
    real = x.dtype.type
    each, epsilon, one = real(1 / x.shape[1]), real(epsilon), real(1)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        mean, variance = real(0), real(0)
        for j in range(row.size):
            mean += row[j]
        mean *= each
        for j in range(row.size):
            variance += (row[j] - mean) * (row[j] - mean)
        inverse = one / math.sqrt(variance * each + epsilon)
        for j in range(row.size):
            out[j] = (row[j] - mean) * inverse * gamma[j] + beta[j]
        line[r, 0], line[r, 1] = mean, inverse


@kernel
def layer_norm_backward(x, dy, gamma, line, dx, step, first, last):
    """dx[r, j] = (g[j] - mean of g - x̂[j] mean of (g x̂)) / σ with g = dy gamma and x̂ = (x - mean) / σ."""
    real = x.dtype.type
    each = real(1 / x.shape[1])
    for r in range(first * step, min(last * step, x.shape[0])):
        row, down, out = x[r], dy[r], dx[r]
        mean, inverse = line[r, 0], line[r, 1]
        level, tilt = real(0), real(0)
        for j in range(row.size):
            g = down[j] * gamma[j]
            level += g
            tilt += g * (row[j] - mean)
        level *= each
        tilt *= each * inverse * inverse
        for j in range(row.size):
            out[j] = inverse * (down[j] * gamma[j] - level - (row[j] - mean) * tilt)


@kernel
def layer_norm_sums(x, dy, line, partial, first, last):
    """partial[p] = Σ dy and Σ dy (x - mean) / σ over the rows of part p, column by column; line[r] = mean and 1/σ."""
    for p in range(first, last):
        start, stop = share(p, partial.shape[0], x.shape[0])
        shift, slope = partial[p, 0], partial[p, 1]
        shift[:] = x.dtype.type(0)
        slope[:] = x.dtype.type(0)
        for r in range(start, stop):
            row, down = x[r], dy[r]
            mean, inverse = line[r, 0], line[r, 1]
            for j in range(row.size):
                shift[j] += down[j]
                slope[j] += down[j] * ((row[j] - mean) * inverse)
