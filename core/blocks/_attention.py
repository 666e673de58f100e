"""What the attention blocks share: softmax(q kᵀ / √d) v for one head or several, and the way back.

Queries are (batch, time, heads, d), keys (batch, others, heads, d), values (batch, others, heads, features); the shares
that each step gives to the others are (batch, heads, time, others).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np

from core.blocks._base import Array, Shape
from core.kernels.attention import attend, attend_slopes
from core.kernels.call import Call, Calls
from core.kernels.matmul import products, products_space


def looking_space(
    stacks: int, time: int, others: int, head: int, features: int, *, train: bool
) -> list[dict[str, Shape]]:
    """Scratch of the products, of which one at a time is in use."""
    used = [products_space(stacks, time, others, head), products_space(stacks, time, features, others)]
    if train:
        used += [products_space(stacks, others, features, time), products_space(stacks, time, others, features)]
        used += [products_space(stacks, time, head, others), products_space(stacks, others, head, time)]
    return used


def looking(
    query: Array,
    key: Array,
    value: Array,
    mask: Array,
    shares: Array,
    y: Array,
    scratch: Mapping[str, Array],
    *,
    causal: bool,
) -> Calls:
    """shares = softmax(query keyᵀ / √d), over what the mask (batch, others) and the order let be seen; y = shares value."""
    return (
        *products(query, key, _stacks(shares), scratch, transposed_b=True),
        *attend(shares, mask, 1 / sqrt(query.shape[-1]), causal=causal),
        *products(_stacks(shares), value, y, scratch),
    )


def looking_slopes(
    given: tuple[Array, Array, Array], shares: Array, dshares: Array, dy: Array,
    wanted: tuple[Array | None, Array | None, Array | None], scratch: Mapping[str, Array],
) -> Calls:  # fmt: skip
    """From dy to the slopes of query, key and value, those that are wanted."""
    (query, key, value), (dquery, dkey, dvalue) = given, wanted
    calls: list[Call] = []
    if dvalue is not None:
        calls += products(_stacks(shares), dy, dvalue, scratch, transposed_a=True)
    if dquery is None and dkey is None:
        return calls
    calls += products(dy, value, _stacks(dshares), scratch, transposed_b=True)
    calls += attend_slopes(shares, dshares, 1 / sqrt(query.shape[-1]))
    if dquery is not None:
        calls += products(_stacks(dshares), key, dquery, scratch)
    if dkey is not None:
        calls += products(_stacks(dshares), query, dkey, scratch, transposed_a=True)
    return calls


def everything(others: int, like: Array) -> Array:
    """The mask that lets every step be seen, (0, others)."""
    return np.empty((0, others), like.dtype)


def _stacks(shares: Array) -> Array:
    """A matrix for each row and head."""
    return shares.reshape(-1, *shares.shape[-2:])
