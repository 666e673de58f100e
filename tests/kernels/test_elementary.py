"""The float32 polynomials against the C library in float64, over their whole range."""

import math

import numpy as np
import pytest

from core.kernels._jit import helper, intrinsic, kernel, types
from core.kernels.elementary import exp, larger, log1p, normal, sigmoid, tanh
from core.kernels.elementary_vectors import Elementary


@helper
def share_below(x):
    return normal(x)[0]


@helper
def density(x):
    return normal(x)[1]


def over(function):
    @kernel
    def apply(x, y, first, last):
        for i in range(x.size):
            y[i] = function(x[i])

    return apply


KERNELS = {f: over(f) for f in (exp, tanh, sigmoid, log1p, share_below, density)}


def in_vectors(name):
    def over_a_row(typingctx, x, y):
        def codegen(context, builder, signature, args):
            write = Elementary(context, builder, signature.args[0].dtype)
            x, y = (context.make_array(t)(context, builder, a) for t, a in zip(signature.args, args, strict=True))
            for at, lanes in write.over(builder.extract_value(x.shape, 0)):
                value = write.load(write.at(x.data, at), lanes)
                write.store(getattr(write, name)(value), write.at(y.data, at), lanes)
            return context.get_dummy_value()

        return types.void(x, y), codegen

    over_a_row.__qualname__ = f"{name}_over_a_row"  # the machine code is known by it
    row = intrinsic(over_a_row)

    @kernel
    def apply(x, y, first, last):
        row(x, y)

    return apply


VECTORS = {f: in_vectors(f.__name__) for f in (tanh, sigmoid)}
LEAST = 2e-38  # which vectors do not go below


def values(function, x, dtype=np.float32):
    x = np.asarray(x, dtype)
    y = np.full_like(x, np.nan)
    KERNELS[function](x, y, 0, 1)
    if function in VECTORS:
        row = np.full_like(x, np.nan)
        VECTORS[function](x, row, 0, 1)
        np.testing.assert_allclose(row, y, rtol=5e-7 if dtype is np.float32 else 1e-15, atol=LEAST)
    return y


def exact(formula, x):
    return np.array([formula(float(v)) for v in x])


CASES = [  # function, formula, from, to, units in the last place
    (exp, math.exp, -86.9, 88.72, 1.5),
    (tanh, math.tanh, -12, 12, 3),
    (tanh, math.tanh, -1e-3, 1e-3, 3),
    (sigmoid, lambda x: 1 / (1 + math.exp(-x)), -86, 88, 3),
    (log1p, math.log1p, 0, 1, 2.5),
    (log1p, math.log1p, 0, 1e-6, 2.5),
]


@pytest.mark.parametrize(("function", "formula", "low", "high", "units"), CASES)
def test_float32_is_right_to_a_few_units_in_the_last_place(function, formula, low, high, units):
    x = np.random.default_rng(0).uniform(low, high, 20_000).astype(np.float32)
    true = exact(formula, x)
    error = np.abs(values(function, x) - true) / np.spacing(np.abs(true).astype(np.float32))
    assert error.max() <= units, f"{error.max()} at {x[error.argmax()]}"


def test_the_normal_distribution_is_right_to_seven_digits_and_keeps_its_tail():
    x = np.random.default_rng(0).uniform(-13, 13, 20_000).astype(np.float32)
    below = exact(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)), x)
    bell = exact(lambda v: math.exp(-v * v / 2) / math.sqrt(2 * math.pi), x)
    np.testing.assert_allclose(values(share_below, x), below, rtol=0, atol=3e-7)
    np.testing.assert_allclose(values(density, x), bell, rtol=0, atol=1e-7)
    tail = (x < -2) & (x > -12)
    np.testing.assert_allclose(values(share_below, x)[tail], below[tail], rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_limits_are_reached_and_nan_passes(dtype):
    edge = [-math.inf, -1e4, 1e4, math.inf, math.nan]
    for function, wanted in (
        (exp, [0, 0, math.inf, math.inf, math.nan]),
        (tanh, [-1, -1, 1, 1, math.nan]),
        (sigmoid, [0, 0, 1, 1, math.nan]),
        (share_below, [0, 0, 1, 1, math.nan]),
        (density, [0, 0, 0, 0, math.nan]),
    ):
        np.testing.assert_array_equal(values(function, edge, dtype), wanted, err_msg=function.__name__)
    odd_nan = np.array([0x7FC12345, 0xFFC00001, 0x7F800001], np.uint32).view(np.float32)
    assert all(np.isnan(values(f, odd_nan)).all() for f in KERNELS)


def test_exp_overflows_where_float32_does_and_skips_the_numbers_that_slow_a_processor_down():
    np.testing.assert_array_equal(np.isinf(values(exp, [88.7228, 88.7229])), [False, True])
    assert values(exp, [-86.95, -90, -103]).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("function", "formula", "low", "high", "units"), CASES)
def test_float64_is_the_c_library(function, formula, low, high, units):
    x = np.random.default_rng(1).uniform(low, high, 500)
    np.testing.assert_allclose(values(function, x, np.float64), exact(formula, x), rtol=1e-15)


@kernel
def largest(x, y, first, last):
    top = x[0]
    for i in range(x.size):
        top = larger(top, x[i])
    y[0] = top


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_of_a_row_is_found_and_nan_wins(dtype):
    x, y = np.random.default_rng(0).standard_normal(77).astype(dtype), np.empty(1, dtype)
    largest(x, y, 0, 1)
    assert y[0] == x.max()
    x[50] = np.nan
    largest(x, y, 0, 1)
    assert np.isnan(y[0])
