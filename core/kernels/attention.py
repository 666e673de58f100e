"""Attention: y = softmax(q kᵀ / √d) v for every row of the batch and every head, and the way back.

A few rows of scores at a time become shares and take the values while they are in the first-level cache (after Dao et al.,
"FlashAttention", 2022). The shares are kept, for the way back and to be looked at. Where a step sees itself and what came
before it only, tiles that lie wholly behind it are not worked out, in neither direction.

Queries are (batch, time, heads, d), keys (batch, others, heads, d), values (batch, others, heads, features), and shares
(batch, heads, time, others). A stack is a row of the batch and a head; a mask (0, others) says that all others count.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.elementary import exp, larger
from core.kernels.mask import counts
from core.kernels.matmul import pack
from core.kernels.tile import Space, tile, tile_shape
from core.kernels.vectors import LANES

ITEMS = 16  # at most about so many items, each with scratch of its own
BLOCK = 64  # queries whose slopes are in cache before keys and values take from them
RUN = 4 * LANES  # scores are laid out in such runs, which LLVM's loops do without a rest one by one


@helper
def share_out(scores, seen, mask, n, scale, shares):
    """shares[j] = exp(scale (scores[j] - m)) / the sum of these, m the largest, for the j < seen that count, else 0.

    All are 0 where none counts. scores are whole runs, and are used up.
    """
    for j in range(seen, scores.size):
        scores[j] = -np.inf
    if mask.shape[0] > 0:
        for j in range(seen):
            if not counts(mask, n, j):
                scores[j] = -np.inf
    top = scores[0]
    for j in range(scores.size):
        top = larger(top, scores[j])
    if top == -np.inf:
        shares[:] = 0
        return
    total = scores.dtype.type(0)
    for j in range(scores.size):
        scores[j] = exp(scale * (scores[j] - top))
        total += scores[j]
    share = scores.dtype.type(1) / total
    hidden, shares, scores = shares[seen:], shares[:seen], scores[:seen]
    for j in range(scores.size):
        shares[j] = share * scores[j]
    hidden[:] = 0


@kernel
def attend_forward(
    query, key, value, mask, shares, y, keys, values, scores,
    scale, heads, time, others, head, features, causal, group, rows, width, columns, wide, first, last,
):  # fmt: skip
    """shares[t, j] = softmax over j of scale Σ_p query[t, p] key[j, p]; y[t] = Σ_j shares[t, j] value[j].

    Where causal is 1, t sees j <= t only. Items are `group` stacks. keys and values are kᵀ and v in panels of `width` and
    `columns` columns; `rows` rows of scores, each in a run of `wide`, are worked out at a time.
    """
    scale, least = query.dtype.type(scale), query.dtype.type(-np.inf)
    q_row, v_row = heads * head, heads * features
    k_slot, s_slot = first * wide * head, first * wide * rows  # nobody else has this `first`
    v_slot = first * (features + columns) * others
    for s in range(first * group, min(last * group, shares.size // (time * others))):
        n, h = s // heads, s % heads
        q_at, y_at = n * time * q_row + h * head, n * time * v_row + h * features
        pack(key, n * others * q_row + h * head, keys, k_slot, 1, q_row, head, others, width)
        pack(value, n * others * v_row + h * features, values, v_slot, v_row, 1, others, features, columns)
        for t in range(0, time, rows):
            height = min(rows, time - t)
            seen, s_at = min(t + height, others) if causal else others, (s * time + t) * others
            for j in range(0, seen, width):
                tile(
                    query, (q_at + t * q_row, q_row, 0, 0, 1), keys, (k_slot + j * head, 0, 0, width), (1, 1, head),
                    scores, (0, 0, 0), scores, (s_slot + j, wide), height, width, least,
                )  # fmt: skip
            for r in range(height):
                row, kept, own = s_slot + r * wide, s_at + r * others, min(t + r + 1, others) if causal else others
                runs = (own + RUN - 1) // RUN * RUN
                share_out(scores[row : row + runs], own, mask, n, scale, shares[kept : kept + others])
            for j in range(0, features, columns):
                tile(
                    shares, (s_at, others, 0, 0, 1), values, (v_slot + j * others, 0, 0, columns), (1, 1, seen),
                    y, (0, 0, 0), y, (y_at + t * v_row + j, v_row), height, min(columns, features - j), least,
                )  # fmt: skip


@helper
def clear(array, at, row, rows, size):
    """array[at + i * row + j] = 0 for i < rows, j < size."""
    for i in range(rows):
        array[at + i * row : at + i * row + size] = 0


@kernel
def attend_backward(
    query, key, value, dy, shares, dquery, dkey, dvalue, keys, values, queries, dys, slopes,
    scale, heads, time, others, head, features, causal, group, rows, width, sides, columns, wide, first, last,
):  # fmt: skip
    """dvalue = sharesᵀ dy; slopes[t, j] = scale shares[t, j] (g[t, j] - Σ_k shares[t, k] g[t, k]) with g = dy valueᵀ.

    With these, those of the scores, dquery = slopes key and dkey = slopesᵀ query. A gradient of no numbers is not wanted. Items are `group` stacks; BLOCK queries are done at a time. values is vᵀ in
    panels of `width` columns; keys and queries are in panels of `sides`, dys of `columns`.
    """
    scale, least, zero = query.dtype.type(scale), query.dtype.type(-np.inf), query.dtype.type(0)
    q_row, v_row = heads * head, heads * features
    k_slot, v_slot, s_slot = first * (head + sides) * others, first * wide * features, first * BLOCK * wide
    q_slot, y_slot = first * (head + sides) * BLOCK, first * (features + columns) * BLOCK
    for s in range(first * group, min(last * group, shares.size // (time * others))):
        n, h = s // heads, s % heads
        q_at, k_at = n * time * q_row + h * head, n * others * q_row + h * head
        y_at, v_at = n * time * v_row + h * features, n * others * v_row + h * features
        pack(key, k_at, keys, k_slot, q_row, 1, others, head, sides)
        pack(value, v_at, values, v_slot, 1, v_row, features, others, width)
        if dkey.size > 0:
            clear(dkey, k_at, q_row, others, head)
        if dvalue.size > 0:
            clear(dvalue, v_at, v_row, others, features)
        for t0 in range(0, time, BLOCK):
            block = min(BLOCK, time - t0)
            pack(query, q_at + t0 * q_row, queries, q_slot, q_row, 1, block, head, sides)
            pack(dy, y_at + t0 * v_row, dys, y_slot, v_row, 1, block, features, columns)
            for r0 in range(0, block, rows):
                t, height, at = t0 + r0, min(rows, block - r0), s_slot + r0 * wide
                seen = min(t + height, others) if causal else others
                for j in range(0, seen, width):
                    tile(
                        dy, (y_at + t * v_row, v_row, 0, 0, 1), values, (v_slot + j * features, 0, 0, width),
                        (1, 1, features), slopes, (0, 0, 0), slopes, (at + j, wide), height, width, least,
                    )  # fmt: skip
                for r in range(height):
                    row, kept = at + r * wide, (s * time + t + r) * others
                    slope, share = slopes[row : row + seen], shares[kept : kept + seen]
                    mean = zero
                    for j in range(slope.size):
                        mean += slope[j] * share[j]
                    for j in range(slope.size):
                        slope[j] = scale * share[j] * (slope[j] - mean)
                    slopes[row + seen : row + wide] = zero
                if dquery.size > 0:
                    for j in range(0, head, sides):
                        tile(
                            slopes, (at, wide, 0, 0, 1), keys, (k_slot + j * others, 0, 0, sides), (1, 1, seen),
                            dquery, (0, 0, 0), dquery, (q_at + t * q_row + j, q_row),
                            height, min(sides, head - j), least,
                        )  # fmt: skip
            for i in range(0, min(others, t0 + block) if causal else others, rows):
                r0 = max(0, i - t0) if causal else 0  # who sees the first of these keys, sees them all or gives them 0
                height, depth = min(rows, others - i), (1, 1, block - r0)
                if dkey.size > 0:
                    for j in range(0, head, sides):
                        to = k_at + i * q_row + j
                        tile(
                            slopes, (s_slot + r0 * wide + i, 1, 0, 0, wide),
                            queries, (q_slot + j * block + r0 * sides, 0, 0, sides), depth,
                            dkey, (to, q_row, 1), dkey, (to, q_row), height, min(sides, head - j), least,
                        )  # fmt: skip
                if dvalue.size > 0:
                    for j in range(0, features, columns):
                        to = v_at + i * v_row + j
                        tile(
                            shares, ((s * time + t0 + r0) * others + i, 1, 0, 0, others),
                            dys, (y_slot + j * block + r0 * columns, 0, 0, columns), depth,
                            dvalue, (to, v_row, 1), dvalue, (to, v_row), height, min(columns, features - j), least,
                        )  # fmt: skip


def _cut(stacks: int, time: int, others: int, head: int, features: int) -> tuple[int, ...]:
    """Stacks of an item; rows of a tile; columns of those over the others, a head, the features; numbers of a row of scores."""
    shapes = [tile_shape(min(time, others, BLOCK), n) for n in (others, head, features)]
    return (
        -(-stacks // ITEMS), min(rows for rows, _ in shapes), *(columns for _, columns in shapes), -(-others // RUN) * RUN
    )  # fmt: skip


def attend_space(stacks: int, time: int, others: int, head: int, features: int, *, train: bool) -> Space:
    """Scratch of the two directions beside the shares."""
    group, rows, _, sides, columns, wide = _cut(stacks, time, others, head, features)
    items = -(-stacks // group)
    space: Space = {"keys": (items * wide * head,), "values": (items * (features + columns) * others,)}
    space |= {"scores": (items * wide * rows,)}
    if train:
        space |= {"dkeys": (items * (head + sides) * others,), "dvalues": (items * wide * features,)}
        space |= {"queries": (items * (head + sides) * BLOCK,), "dys": (items * (features + columns) * BLOCK,)}
        space |= {"slopes": (items * BLOCK * wide,)}
    return space


def attend(
    query: Array, key: Array, value: Array, mask: Array, shares: Array, y: Array, scratch: Mapping[str, Array], *,
    causal: bool,
) -> Calls:  # fmt: skip
    """shares = softmax(query keyᵀ / √d), over what the mask (batch, others) and the order let be seen; y = shares value."""
    batch, heads, time, others = shares.shape
    head, features = query.shape[-1], value.shape[-1]
    group, rows, width, _, columns, wide = _cut(batch * heads, time, others, head, features)
    flat = (query.reshape(-1), key.reshape(-1), value.reshape(-1), mask, shares.reshape(-1), y.reshape(-1))
    own = (scratch["keys"], scratch["values"], scratch["scores"])
    numbers = (1 / sqrt(head), heads, time, others, head, features, int(causal), group, rows, width, columns, wide)
    flops = 2 * shares.size * (head + features) // (2 if causal else 1)
    return (Call(attend_forward, (*flat, *own, *numbers), -(-batch * heads // group), flops),)


def attend_slopes(
    given: tuple[Array, Array, Array], shares: Array, dy: Array,
    wanted: tuple[Array | None, Array | None, Array | None], scratch: Mapping[str, Array], *, causal: bool,
) -> Calls:  # fmt: skip
    """From dy to the slopes of query, key and value, those that are wanted."""
    query, _, value = given
    batch, heads, time, others = shares.shape
    head, features = query.shape[-1], value.shape[-1]
    group, rows, width, sides, columns, wide = _cut(batch * heads, time, others, head, features)
    goals = (dy.reshape(-1)[:0] if slopes is None else slopes.reshape(-1) for slopes in wanted)
    own = (scratch[name] for name in ("dkeys", "dvalues", "queries", "dys", "slopes"))
    numbers = (
        1 / sqrt(head),
        heads,
        time,
        others,
        head,
        features,
        int(causal),
        group,
        rows,
        width,
        sides,
        columns,
        wide,
    )
    flops = 2 * shares.size * (2 * head + 2 * features) // (2 if causal else 1)
    flat = (array.reshape(-1) for array in (*given, dy, shares))
    return (Call(attend_backward, (*flat, *goals, *own, *numbers), -(-batch * heads // group), flops),)


def everything(others: int, like: Array) -> Array:
    """The mask that lets every step be seen, (0, others)."""
    return np.empty((0, others), like.dtype)
