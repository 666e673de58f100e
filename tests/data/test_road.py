"""The road simulator: angles, forks, and what a map gives away."""

import numpy as np
import pytest

from core.data.road import Road


def load(**settings):
    data = Road(**settings).load()
    return data.inputs[0].array, data.inputs[1].array[..., 0], data.targets[0].array[:, 0]


def tops(row):
    """Middles of the runs of road in the furthest line of a map."""
    lit = np.flatnonzero(row)
    return [run.mean() for run in np.split(lit, np.flatnonzero(np.diff(lit) > 1) + 1)]


def test_without_forks_the_angle_follows_the_bend():
    _, above, angle = load(forks=0, noise=0, samples=300)
    places = np.array([tops(m[0])[0] for m in above])
    assert np.corrcoef(places, angle)[0, 1] > 0.98
    assert np.abs(angle).max() <= 1


def test_at_a_fork_the_road_is_seen_twice_and_half_the_drivers_take_each():
    camera, above, angle = load(forks=1, noise=0, samples=400)
    ends = [tops(m[0]) for m in above]
    assert all(len(e) == 2 for e in ends)
    middle = np.array([np.mean(e) for e in ends])
    right = angle > (middle - 7.5) / 8
    assert 0.4 < right.mean() < 0.6
    grey = camera[:, 12].astype(int)  # near the horizon: asphalt is grey, grass is green
    asphalt = grey[..., 1] - grey[..., 2] < 25
    assert np.mean([len(tops(row)) >= 2 for row in asphalt]) > 0.8


@pytest.mark.parametrize("routed", [0, 1])
def test_a_marked_route_gives_the_turn_away_and_an_unmarked_map_does_not(routed):
    _, above, angle = load(forks=1, routed=routed, noise=0, samples=400)
    assert (above.max(axis=(1, 2)) == (255 if routed else 110)).all()
    if routed:
        marked = np.array([np.flatnonzero(m[0] == 255).mean() for m in above])
        other = np.array([np.flatnonzero(m[0] == 110).mean() for m in above])
        turns = np.array([np.mean(tops(m[0])) for m in above])
        assert ((marked > other) == (angle > (turns - 7.5) / 8)).mean() > 0.95


def test_the_hand_shakes_as_much_as_set():
    calm, shaky = (load(forks=0, noise=n, samples=5000)[2] for n in (0, 0.1))
    assert (shaky - calm).std() == pytest.approx(0.1, rel=0.05)
