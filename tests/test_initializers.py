"""First values: their published variances and shapes of distribution, measured over many draws."""

import numpy as np
import pytest

from core.blocks import registry
from core.initializers import INITIALIZERS, MATRIX_STARTS, Weight, draw
from core.training.session import Session
from tests.networks import MLP, chain
from tests.reference.pytorch import pytorch

INPUTS, UNITS = 400, 250
VARIANCES = {  # of the papers, and whether the distribution is flat
    "glorot": (2 / (INPUTS + UNITS), True),
    "glorot_normal": (2 / (INPUTS + UNITS), False),
    "he": (2 / INPUTS, False),
    "he_uniform": (2 / INPUTS, True),
    "lecun": (1 / INPUTS, False),
    "lecun_uniform": (1 / INPUTS, True),
    "normal": (0.05**2, False),
    "uniform": (1 / 12, True),
}


def drawn(start, shape=(INPUTS, UNITS), seed=0, **rest):
    return draw(Weight(shape, start, fans=(INPUTS, UNITS), **rest), seed, "dense", "W")


@pytest.mark.parametrize("start", VARIANCES)
def test_mean_variance_and_shape_are_the_published_ones(start):
    variance, flat = VARIANCES[start]
    w = drawn(start)
    n, sigma = w.size, np.sqrt(variance)
    assert abs(w.mean()) < 4 * sigma / np.sqrt(n)
    fourth = 9 / 5 if flat else 3  # E x⁴ / σ⁴: what tells a uniform distribution from a normal one
    assert abs(w.var() / variance - 1) < 4 * np.sqrt((fourth - 1) / n)
    assert (w**4).mean() / variance**2 == pytest.approx(fourth, rel=0.05)
    if flat:
        assert np.abs(w).max() <= sigma * np.sqrt(3)


@pytest.mark.parametrize("shape", [(30, 30), (40, 10), (10, 40), (3, 3, 2, 5)])
def test_orthogonal_columns_or_rows_are_of_length_one_and_at_right_angles(shape):
    w = drawn("orthogonal", shape).reshape(-1, shape[-1])
    rows, columns = w.shape
    for first in range(0, columns, rows):
        part = w[:, first : first + rows]
        np.testing.assert_allclose(part.T @ part, np.eye(part.shape[1]), atol=1e-12)


def test_orthogonal_matrices_favour_no_direction():
    signs = [np.sign(drawn("orthogonal", (4, 4), seed)[0, 0]) for seed in range(200)]
    assert abs(sum(signs)) < 60


def test_identity_passes_on_what_comes_and_constants_are_constant():
    x = np.random.default_rng(0).standard_normal((2, 6))
    np.testing.assert_array_equal(x @ drawn("identity", (6, 6)), x)
    np.testing.assert_array_equal(x @ drawn("identity", (6, 9)), np.pad(x, ((0, 0), (0, 3))))
    assert np.unique(drawn("zeros")).tolist() == [0]
    assert np.unique(drawn("ones")).tolist() == [1]
    assert np.unique(drawn("constant", value=0.3)).tolist() == [0.3]
    assert drawn("forget", (8,)).tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_one_number_set_by_hand_fills_a_weight():
    s = Session(chain(MLP[0], MLP[1], MLP[2] | {"weights": {"W": 0.25, "b": -1}}, *MLP[3:]), threads=1, learns=False)
    assert np.unique(s.parameters.w["dense-2", "W"]).tolist() == [0.25]
    assert np.unique(s.parameters.w["dense-2", "b"]).tolist() == [-1]
    s.close()


@pytest.mark.parametrize("start", sorted({*MATRIX_STARTS, *VARIANCES}))
def test_the_same_seed_and_names_give_the_same_numbers_and_others_others(start):
    w = drawn(start)
    np.testing.assert_array_equal(w, drawn(start))
    if start not in {"zeros", "identity"}:
        weight = Weight(w.shape, start, fans=(INPUTS, UNITS))
        for other in (drawn(start, seed=1), draw(weight, 0, "dense", "V"), draw(weight, 0, "dense2", "W")):
            assert not np.array_equal(w, other)
    assert INITIALIZERS[start].title.zh


@pytest.mark.torch
def test_fans_are_counted_as_pytorch_counts_them():
    fans = pytorch().nn.init._calculate_fan_in_and_fan_out
    torch = pytorch()
    dense = registry()["dense"](units=7).weights(((5,),))["W"]
    assert dense.fans == fans(torch.empty(7, 5))
    conv = registry()["conv2d"](filters=6, kernel_size=(3, 2)).weights(((9, 9, 4),))["W"]
    assert conv.fans == fans(torch.empty(6, 4, 3, 2))


@pytest.mark.parametrize("shape", [(3, 4, 4), (5, 2, 3), (3, 3, 4, 4), (1, 1, 3, 2), (5, 3, 2, 6)])
def test_filters_that_start_as_the_identity_are_those_of_pytorch(shape):
    torch = pytorch()
    *taps, channels, filters = shape
    theirs = torch.empty(filters, channels, *taps)
    torch.nn.init.dirac_(theirs)
    ours = draw(Weight(shape, "identity"), 0, "conv", "W")
    assert np.array_equal(ours, np.moveaxis(theirs.numpy(), (0, 1), (-1, -2)))
