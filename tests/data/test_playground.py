"""The Playground's six sets against its published formulas, written once more with plain scalar maths."""

import math

import numpy as np
import pytest

from core.data._playground import FEATURES, feature_names
from core.data.bumps import Bumps
from core.data.circle import Circle
from core.data.gauss import Gauss
from core.data.plane import Plane
from core.data.spiral import Spiral
from core.data.xor import Xor
from core.errors import SettingError

MANY = 20_000


def rows(source):
    data = source.load()
    return data.inputs[0].array.astype(np.float64), data.targets[0].array.reshape(len(data))


def spread_evenly(values, low, high):
    """Kolmogorov's distance from the even distribution, times √n; above 2 has a chance of 1 in 1,500."""
    ranked = (np.sort(values) - low) / (high - low)
    steps = np.arange(len(ranked) + 1) / len(ranked)
    return math.sqrt(len(ranked)) * max(np.abs(ranked - steps[1:]).max(), np.abs(ranked - steps[:-1]).max())


def test_circle_is_a_disc_in_a_ring_with_even_radii_and_angles():
    points, blue = rows(Circle(samples=MANY))
    radius = np.hypot(*points.T)
    assert blue.sum() == MANY // 2
    assert (blue == (radius < 3)).all()
    assert spread_evenly(radius[blue == 1], 0, 2.5) < 2
    assert spread_evenly(radius[blue == 0], 3.5, 5) < 2
    assert spread_evenly(np.arctan2(*points.T), -math.pi, math.pi) < 2


def test_noise_of_circle_flips_labels_near_the_border_and_moves_nothing():
    calm, noisy = (rows(Circle(samples=MANY, noise=n)) for n in (0, 0.1))
    assert (calm[0] == noisy[0]).all()
    flipped = calm[1] != noisy[1]
    radius = np.hypot(*calm[0].T)
    # the label is read up to 0.5 away on each axis
    assert not flipped[np.abs(radius - 2.5) > 0.5 * math.sqrt(2) + 1e-6].any()
    assert 0.1 < flipped[np.abs(radius - 2.5) < 0.1].mean() < 0.6


def test_noise_of_circle_flips_as_often_as_the_formula_says():
    points, blue = rows(Circle(samples=MANY, noise=0.5))
    rng = np.random.default_rng(99)
    chance = np.zeros(len(points))
    for _ in range(200):
        chance += np.hypot(*(points + rng.uniform(-2.5, 2.5, points.shape)).T) < 2.5
    assert blue.mean() == pytest.approx(chance.mean() / 200, abs=4 * math.sqrt(0.25 / MANY))


def test_xor_is_clear_of_the_axes_and_labelled_by_the_sign_of_the_product():
    points, blue = rows(Xor(samples=MANY))
    assert np.abs(points).min() >= 0.3 - 1e-6
    assert np.abs(points).max() <= 5.3 + 1e-6
    assert [int(b) for b in blue] == [int(x * y >= 0) for x, y in points]
    for axis in points.T:
        assert spread_evenly(axis - np.copysign(0.3, axis), -5, 5) < 2


def test_noise_of_xor_flips_labels_near_the_axes_only():
    points, blue = rows(Xor(samples=MANY, noise=0.2))
    wrong = blue != (points.prod(axis=1) >= 0)
    nearest = np.abs(points).min(axis=1)
    assert not wrong[nearest > 1 + 1e-6].any()
    assert wrong[nearest < 0.5].mean() > 0.2


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.1, 1.2), (0.5, 4)])
def test_clouds_have_the_mean_and_variance_of_the_playground(noise, variance):
    points, blue = rows(Gauss(samples=MANY, noise=noise))
    for side, middle in ((1, 2), (0, -2)):
        cloud = points[blue == side]
        assert len(cloud) == MANY // 2
        assert cloud.mean(axis=0) == pytest.approx([middle, middle], abs=0.1)
        assert cloud.var(axis=0) == pytest.approx([variance, variance], rel=0.06)
        assert abs(np.corrcoef(cloud.T)[0, 1]) < 0.05


@pytest.mark.parametrize("samples", [2, 500, 501])
def test_spiral_has_exactly_the_points_of_the_formula(samples):
    points, blue = rows(Spiral(samples=samples))
    wanted = []
    for count, turn, side in ((samples - samples // 2, 0, 1), (samples // 2, math.pi, 0)):
        for i in range(count):
            radius, angle = 5 * i / count, 1.75 * i / count * 2 * math.pi + turn
            wanted.append((radius * math.sin(angle), radius * math.cos(angle), side))
    given = np.column_stack([points, blue])
    by_place = [np.lexsort(np.round(np.asarray(r), 4).T) for r in (given, wanted)]
    assert given[by_place[0]] == pytest.approx(np.asarray(wanted)[by_place[1]], abs=1e-5)


def test_noise_of_spiral_moves_points_and_keeps_labels():
    calm, noisy = (rows(Spiral(samples=MANY, noise=n)) for n in (0, 0.3))
    assert (calm[1] == noisy[1]).all()
    moved = (noisy[0] - calm[0]).reshape(-1)
    assert spread_evenly(moved, -0.3, 0.3) < 2


def test_plane_is_a_tenth_of_the_sum():
    points, value = rows(Plane(samples=MANY))
    assert value == pytest.approx(points.sum(axis=1) / 10, abs=1e-6)
    for axis in points.T:
        assert spread_evenly(axis, -6, 6) < 2


def test_noise_of_plane_is_even_on_both_axes():
    points, value = rows(Plane(samples=MANY, noise=0.25))
    error = value - points.sum(axis=1) / 10
    assert np.abs(error).max() <= 2 * 1.5 / 10 + 1e-6
    assert error.var() == pytest.approx(2 * (1.5**2 / 3) / 100, rel=0.05)


def height(x, y):
    """The bump of the largest size wins, as the Playground has it."""
    best = 0.0
    for cx, cy, sign in ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)):
        own = sign * max(0.0, 1 - math.hypot(x - cx, y - cy) / 2)
        best = own if abs(own) > abs(best) else best
    return best


def test_bumps_are_six_cones():
    points, value = rows(Bumps(samples=2000))
    assert value == pytest.approx([height(x, y) for x, y in points], abs=1e-5)
    assert value.min() < -0.9
    assert value.max() > 0.9


def test_noise_of_bumps_reads_the_height_nearby():
    points, value = rows(Bumps(samples=2000, noise=0.1))
    error = np.abs(value - [height(x, y) for x, y in points])
    assert error.mean() > 0.01
    assert error.max() <= 0.6 * math.sqrt(2) / 2 + 1e-6  # a cone falls by half of the way


def test_the_seven_features_are_what_their_names_say():
    plain, seen = (rows(Xor(samples=50, features=f))[0] for f in ("x1,x2", ",".join(FEATURES)))
    for (a, b), row in zip(plain, seen, strict=True):
        wanted = (a, b, a * a, b * b, a * b, math.sin(a), math.sin(b))
        assert row == pytest.approx(wanted, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("text", ["x1, x2, x1^2, sin(x1), x1*x2", "X1,X2,x1²,sin x1,x1x2", "x1,x2,x1^2,sinx1,x1 x2"])
def test_features_may_be_typed_in_many_ways(text):
    assert feature_names(text) == ("x1", "x2", "x1²", "sin x1", "x1x2")
    assert Circle(features=text).load().inputs[0].features == feature_names(text)


@pytest.mark.parametrize("text", ["", "x3", "x1,x1", "x1,,x2", "sin x1, sin(x1)"])
def test_other_features_are_refused_with_the_list_of_seven(text):
    with pytest.raises(SettingError, match="sin x2"):
        Circle(features=text)


def test_labels_are_classes_signs_or_bits_of_the_same_points():
    classes, signs, bits = (Spiral(labels=how).load().targets[0] for how in ("classes", "signs", "bits"))
    assert classes.classes == ("−1", "+1")
    assert classes.shape == ()
    assert signs.shape == bits.shape == (1,)
    assert (signs.array[:, 0] == np.where(classes.array == 1, 1, -1)).all()
    assert (bits.array[:, 0] == classes.array).all()


def test_rows_come_shuffled():
    assert 100 < np.count_nonzero(np.diff(Spiral().load().targets[0].array)) < 400
