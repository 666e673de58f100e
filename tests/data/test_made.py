"""The other made sets: each against the rule it states."""

import math

import numpy as np
import pytest

from core.data.echo import Echo
from core.data.moons import Moons
from core.data.pass_class import PassClass
from core.data.perceptron import Perceptron
from core.data.sine import Sine
from core.data.tokens_task import TokensTask
from core.errors import SettingError


def arrays(source):
    data = source.load()
    return data.inputs[0].array, data.targets[0].array


@pytest.mark.parametrize("margin", [0.0, 0.3, 1.5])
def test_the_lectures_line_parts_the_points_with_the_margin(margin):
    points, side = arrays(Perceptron(margin=margin, samples=500))
    z = 1 + 3 * points[:, 0].astype(float) - 2 * points[:, 1]
    assert (side == (z > 0)).all()
    assert np.abs(z).min() / math.sqrt(13) >= margin - 1e-6
    assert 0.3 < side.mean() < 0.7
    assert points[0].tolist() == [-1, 2]
    assert z[0] == -6
    assert side[0] == 0


def test_the_lectures_student_passes():
    students, passed = arrays(PassClass())
    assert students[0].tolist() == [4, 5]
    assert passed[0] == 1
    assert 0.3 < passed.mean() < 0.8
    assert set(students[:, 0]) <= set(range(9))
    assert students[:, 1].min() >= 0
    assert students[:, 1].max() <= 10


def test_luck_is_the_only_reason_to_miss_the_rule():
    for luck, least, most in ((0.0, 1.0, 1.0), (0.4, 0.85, 0.99), (5.0, 0.5, 0.8)):
        students, passed = arrays(PassClass(luck=luck, samples=5000))
        rule = students @ np.array([0.5, 0.6], np.float32) > 4.5 + 1e-4
        agree = (rule == passed)[1:]
        close = np.abs(students @ np.array([0.5, 0.6]) - 4.5)[1:] < 1e-3  # decided by rounding
        assert least <= agree[~close].mean() <= most


def test_moons_are_half_circles():
    points, lower = arrays(Moons(noise=0, samples=1000))
    assert lower.sum() == 500
    upper, under = points[lower == 0].astype(float), points[lower == 1].astype(float)
    assert np.hypot(*upper.T) == pytest.approx(np.ones(500), abs=1e-6)
    assert upper[:, 1].min() >= -1e-6
    assert np.hypot(*(under - [1, 0.5]).T) == pytest.approx(np.ones(500), abs=1e-6)
    assert under[:, 1].max() <= 0.5 + 1e-6


def test_noise_of_moons_has_its_deviation():
    calm, noisy = (arrays(Moons(noise=n, samples=20_000))[0] for n in (0, 0.25))
    assert (noisy - calm).std() == pytest.approx(0.25, rel=0.03)


def test_sine_is_a_sine_with_noise_of_its_deviation():
    x, y = arrays(Sine(noise=0, waves=3))
    assert y[:, 0] == pytest.approx([math.sin(v) for v in x[:, 0]], abs=2e-6)
    assert np.abs(x).max() <= 3 * math.pi
    x, y = arrays(Sine(noise=0.2, samples=20_000))
    assert (y - np.sin(x)).std() == pytest.approx(0.2, rel=0.03)


@pytest.mark.parametrize(("steps", "delay"), [(20, 3), (2, 0), (10, 9)])
def test_echo_repeats_what_was_heard(steps, delay):
    heard, echo = arrays(Echo(steps=steps, delay=delay, samples=30))
    assert set(np.unique(heard)) == {-1, 1}
    for row in range(30):
        for t in range(steps):
            assert echo[row, t, 0] == (heard[row, t - delay, 0] if t >= delay else 0)


def test_an_echo_after_the_end_is_refused():
    with pytest.raises(SettingError, match="less than the 5 steps"):
        Echo(steps=5, delay=5)


def test_letters_are_copied_reversed_and_sorted():
    for task, wanted in (("copy", list), ("reverse", lambda r: r[::-1]), ("sort", sorted)):
        given, target = arrays(TokensTask(task=task, samples=100, letters=5))
        assert target.tolist() == [wanted(row) for row in given.tolist()]
        assert set(given.reshape(-1)) == set(range(5))
