"""Matrix products against sums written out, NumPy's BLAS and PyTorch, over shapes that no tile divides."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernels import matmul
from core.kernels.call import Array, Calls
from core.kernels.tile import Space, shared_space
from core.kernels.vectors import LANES
from tests.reference import matmul as reference

EDGES = [12, 13, LANES, LANES + 1, 2 * LANES, 3 * LANES, 4 * LANES, 4 * LANES + 3, 70]
SIZE = st.one_of(st.integers(1, 9), st.sampled_from(EDGES))
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-13}
FLOATS = st.sampled_from([np.float32, np.float64])


def normal(rng: np.random.Generator, dtype: Any, *shape: int) -> Array:
    return rng.standard_normal(shape).astype(dtype)


def unset(dtype: Any, *shape: int) -> Array:
    """An output no number of which may be left as it was."""
    return np.full(shape, np.nan, dtype)


def space(wanted: Space, dtype: Any) -> dict[str, Array]:
    """Scratch full of NaN: a kernel that reads what it has not written is found out."""
    return {name: unset(dtype, *shape) for name, shape in wanted.items()}


def run(calls: Calls) -> None:
    for call in calls:
        call.run()


def close(got: Array, wanted: Array, depth: int = 1) -> bool:
    """Within the rounding of a sum of `depth` products of numbers about 1."""
    return bool(np.abs(got - wanted).max() <= TOLERANCE[got.dtype.type] * np.sqrt(depth) * max(1, np.abs(wanted).max()))


@settings(max_examples=60, deadline=None)
@given(SIZE, SIZE, SIZE, FLOATS, st.integers(0, 2**32))
def test_the_three_products_are_the_sums_written_out(m: int, n: int, k: int, dtype: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b, y = normal(rng, dtype, m, k), normal(rng, dtype, k, n), unset(dtype, m, n)
    wanted = reference.product(a, b)
    scratch = space(matmul.product_space(m, n, k), dtype)
    run(matmul.product(a, b, y, scratch))
    assert close(y, wanted, k)
    y[:] = np.nan
    run(matmul.product_transposed_b(a, np.ascontiguousarray(b.T), y, scratch))
    assert close(y, wanted, k)
    y[:] = np.nan
    run(matmul.product_transposed_a(np.ascontiguousarray(a.T), b, y, scratch))
    assert close(y, wanted, k)


@settings(max_examples=30, deadline=None)
@given(SIZE, SIZE, SIZE, FLOATS, st.integers(0, 2**32))
def test_bias_and_activation_are_applied_and_accumulating_adds(m: int, n: int, k: int, dtype: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b, bias, y = normal(rng, dtype, m, k), normal(rng, dtype, k, n), normal(rng, dtype, n), unset(dtype, m, n)
    scratch = space(matmul.product_space(m, n, k), dtype)
    run(matmul.product(a, b, y, scratch, bias=bias))
    assert close(y, reference.product(a, b) + bias, k)
    run(matmul.product(a, b, y, scratch, bias=bias, activation=matmul.RELU))
    assert close(y, np.maximum(reference.product(a, b) + bias, 0), k)
    before = y.copy()
    run(matmul.product_transposed_a(np.ascontiguousarray(a.T), b, y, scratch, accumulate=True))
    assert close(y, before + reference.product(a, b), k)


@pytest.mark.parametrize(
    ("m", "n", "k"), [(64, 256, 784), (300, 64, 128), (5, 200, 2049), (128, 512, 4100), (1024, 40, 3), (40, 50, 1032)]
)
def test_large_products_that_are_cut_in_blocks_agree_with_blas(m: int, n: int, k: int) -> None:
    rng = np.random.default_rng(1)
    a, b, y = normal(rng, np.float32, m, k), normal(rng, np.float32, k, n), unset(np.float32, m, n)
    wanted, scratch = a.astype(np.float64) @ b, space(matmul.product_space(m, n, k), np.float32)
    for calls in (
        matmul.product(a, b, y, scratch),
        matmul.product_transposed_b(a, np.ascontiguousarray(b.T), y, scratch),
        matmul.product_transposed_a(np.ascontiguousarray(a.T), b, y, scratch),
    ):
        y[:] = np.nan
        run(calls)
        assert close(y, wanted, k)
    run(matmul.product_transposed_a(np.ascontiguousarray(a.T), b, y, scratch, accumulate=True))
    assert close(y, 2 * wanted, k)
    bias = normal(rng, np.float32, n)
    run(matmul.product(a, b, y, scratch, bias=bias))
    assert close(y, wanted + bias, k)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4), st.integers(1, 3), SIZE, SIZE, st.integers(1, 40), st.booleans(), st.booleans(),
    st.tuples(st.booleans(), st.booleans(), st.booleans()), FLOATS,
)  # fmt: skip
def test_stacks_and_heads_are_multiplied_matrix_by_matrix(
    batch: int, heads: int, m: int, n: int, k: int, turn_a: bool, turn_b: bool, by_head: tuple[bool, ...], dtype: Any
) -> None:
    rng = np.random.default_rng(m * n * k)

    def make(rows: int, columns: int, with_heads: bool) -> Array:
        return normal(rng, dtype, *((batch, rows, heads, columns) if with_heads else (batch * heads, rows, columns)))

    a = make(*((k, m) if turn_a else (m, k)), by_head[0])
    b = make(*((n, k) if turn_b else (k, n)), by_head[1])
    y = make(m, n, by_head[2])
    y[:] = np.nan
    scratch = space(matmul.products_space(batch * heads, m, n, k), dtype)
    run(matmul.products(a, b, y, scratch, transposed_a=turn_a, transposed_b=turn_b))
    a, b = reference.as_stack(a), reference.as_stack(b)
    for s, got in enumerate(reference.as_stack(y)):
        one, two = a[s].T if turn_a else a[s], b[s].T if turn_b else b[s]
        assert close(got, one.astype(np.float64) @ two, k)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(1, 40), FLOATS, st.booleans())
def test_the_column_sum_is_the_sum_of_rows(m: int, n: int, dtype: Any, accumulate: bool) -> None:
    rng = np.random.default_rng(m)
    dy, db = normal(rng, dtype, m, n), np.full(n, 3 if accumulate else np.nan, dtype)
    run(matmul.sum_rows(dy, db, space(matmul.sum_rows_space(m, n), dtype), accumulate=accumulate))
    assert close(db, np.sum(dy, 0, dtype=np.float64) + (3 if accumulate else 0), m)


def split_runs(calls: Calls) -> list[Callable[[], None]]:
    """Ways to do all items: at once, one by one, backwards in threes, and on four threads that meet after each call."""

    def in_parts(parts: Callable[[int], list[tuple[int, int]]]) -> Callable[[], None]:
        def walk() -> None:
            for call in calls:
                for first, last in parts(call.items):
                    call.kernel(*call.args, first, last)

        return walk

    def threaded() -> None:
        for call in calls:
            edges = [call.items * t // 4 for t in range(5)]
            threads = [
                threading.Thread(target=call.kernel, args=(*call.args, first, last)) for first, last in pairwise(edges)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    return [
        in_parts(lambda items: [(0, items)]),
        in_parts(lambda items: [(i, i + 1) for i in range(items)]),
        in_parts(lambda items: [(i, min(i + 3, items)) for i in reversed(range(0, items, 3))]),
        threaded,
    ]


def written_twice(calls: Calls) -> list[str]:
    """Kernels two items of which, each done alone, wrote the same number of some array, be it scratch."""
    found = []
    for call in calls:
        arrays = {id(v): v for v in call.args if isinstance(v, np.ndarray)}.values()
        before = [array.copy() for array in arrays]
        times = [np.zeros(array.size, int) for array in arrays]
        for item in range(call.items):
            call.kernel(*call.args, item, item + 1)
            for array, old, count in zip(arrays, before, times, strict=True):
                bits = f"u{array.itemsize}"
                count[:] += array.view(bits).reshape(-1) != old.view(bits).reshape(-1)
                array[...] = old
        found += [call.kernel.__name__ for count in times if count.max() > 1]
        call.run()
    return found


SIZES = [(1, 1, 1), (10, 8, 2), (64, 120, 400), (130, 200, 96), (7, 300, 2100), (400, 96, 50), (30, 20, 1032)]


@pytest.mark.parametrize(("m", "n", "k"), SIZES)
def test_no_number_is_written_by_two_items(m: int, n: int, k: int) -> None:
    rng = np.random.default_rng(8)
    a, b, y = (normal(rng, np.float32, *shape) for shape in ((m, k), (k, n), (m, n)))
    for calls in (
        matmul.product(a, b, y, space(matmul.product_space(m, n, k), np.float32)),
        matmul.product_transposed_b(a, b.T.copy(), y, space(matmul.product_space(m, n, k), np.float32)),
        matmul.product_transposed_a(a.T.copy(), b, y, space(matmul.product_space(m, n, k), np.float32)),
        matmul.sum_rows(y, unset(np.float32, n), space(matmul.sum_rows_space(m, n), np.float32)),
    ):
        y[:] = np.nan
        assert written_twice(calls) == []


@pytest.mark.parametrize(("m", "n", "k"), SIZES)
def test_no_split_of_the_items_changes_a_bit(m: int, n: int, k: int) -> None:
    rng = np.random.default_rng(7)
    a, b, dy, y = (normal(rng, np.float32, *shape) for shape in ((m, k), (k, n), (m, n), (m, n)))
    turned_a, turned_b, db = np.ascontiguousarray(a.T), np.ascontiguousarray(b.T), unset(np.float32, n)
    scratch = space(shared_space(matmul.product_space(m, n, k), matmul.sum_rows_space(m, n)), np.float32)
    for calls, result in (
        (matmul.product(a, b, y, scratch, bias=b[0].copy(), activation=matmul.RELU), y),
        (matmul.product_transposed_b(a, turned_b, y, scratch), y),
        (matmul.product_transposed_a(turned_a, b, y, scratch), y),
        (matmul.sum_rows(dy, db, scratch), db),
    ):
        bits = []
        for walk in split_runs(calls):
            result[:] = np.nan
            walk()
            bits.append(result.tobytes())
        assert len(set(bits)) == 1


def test_a_nan_comes_through_the_relu() -> None:
    a, b, y = np.full((3, 2), np.nan, np.float32), np.ones((2, 5), np.float32), np.zeros((3, 5), np.float32)
    run(matmul.product(a, b, y, space(matmul.product_space(3, 5, 2), np.float32), activation=matmul.RELU))
    assert np.isnan(y).all()


def test_the_flops_are_two_for_each_multiply_add() -> None:
    a, b, y = (np.zeros(shape, np.float32) for shape in ((3, 4), (4, 5), (3, 5)))
    calls = matmul.product(a, b, y, space(matmul.product_space(3, 5, 4), np.float32))
    assert sum(call.flops for call in calls) == 2 * 3 * 4 * 5


def test_a_dense_layer_and_its_gradients_agree_with_pytorch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the peer these numbers are checked against")
    rng = np.random.default_rng(3)
    x, w, b, dy = (normal(rng, np.float32, *shape) for shape in ((33, 70), (70, 50), (50,), (33, 50)))
    y, dx, dw, db = (unset(np.float32, *shape) for shape in ((33, 50), (33, 70), (70, 50), (50,)))
    scratch = space(
        shared_space(
            matmul.product_space(33, 50, 70), matmul.product_space(33, 70, 50), matmul.product_space(70, 50, 33),
            matmul.sum_rows_space(33, 50),
        ),
        np.float32,
    )  # fmt: skip
    run(matmul.product(x, w, y, scratch, bias=b))
    run(matmul.product_transposed_b(dy, w, dx, scratch))
    run(matmul.product_transposed_a(x, dy, dw, scratch))
    run(matmul.sum_rows(dy, db, scratch))
    tx, tw, tb = (torch.from_numpy(v).requires_grad_() for v in (x, w, b))
    ty = tx @ tw + tb
    ty.backward(torch.from_numpy(dy))
    for got, wanted in ((y, ty.detach()), (dx, tx.grad), (dw, tw.grad), (db, tb.grad)):
        np.testing.assert_allclose(got, wanted.numpy(), rtol=1e-4, atol=1e-4)
