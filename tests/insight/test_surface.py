from __future__ import annotations

import numpy as np
import pytest

from core.data._playground import FEATURES
from core.insight import registry
from core.insight.surface import SIDE, SMALL
from tests.insight.conftest import TANH_NET, look, opened


def middle(low: float, high: float, index: int) -> float:
    return low + (high - low) * (index + 0.5) / SIDE


def test_the_surface_at_a_place_is_what_the_network_predicts_there(circle):
    answer = look(circle, "surface")
    assert answer["limits"].tolist() == [-6, 6, -6, 6]
    for row, column in ((0, 0), (59, 0), (13, 47), (30, 30)):
        point = np.array([[middle(-6, 6, column), middle(-6, 6, row)]], np.float32)
        np.testing.assert_allclose(answer["surface"][row, column], circle.predict(point)[0][0, 0], atol=1e-5)
    assert answer["names"].tolist() == ["−1", "+1"]


def test_the_map_of_a_unit_is_its_output_on_a_coarser_grid(circle):
    answer = look(circle, "surface")
    assert answer["maps.tanh-2"].shape == (5, SMALL, SMALL)
    scale = float(answer["scale.tanh-2"])
    for row, column in ((0, 0), (7, 15)):
        point = np.array([[middle(-6, 6, 3 * column + 1), middle(-6, 6, 3 * row + 1)]], np.float32)
        y = circle.look(point).buffers["tanh-2"].y[0][0]
        np.testing.assert_allclose(answer["maps.tanh-2"][:, row, column] / 127 * scale, y, atol=scale / 127)
    np.testing.assert_allclose(
        answer["maps.input-0"][0, 4] / 127 * answer["scale.input-0"], np.linspace(-5.7, 5.7, 20), atol=0.05
    )


def test_points_come_with_labels_and_say_which_were_held_out(circle):
    answer = look(circle, "surface")
    held = answer["held_out"]
    np.testing.assert_allclose(answer["points"][~held], circle.train_data.inputs[0].array)
    np.testing.assert_allclose(answer["points"][held], circle.held_out.inputs[0].array)
    np.testing.assert_allclose(answer["labels"][held], circle.held_out.targets[0].array[:, 0])


@pytest.mark.parametrize("features", ["x1,x2,x1²,sin(x1)", "x1²,x2²,x1x2"])
def test_a_grid_goes_through_the_features_the_network_sees(features):
    blocks = ({"type": "input", "shape": [features.count(",") + 1]}, *TANH_NET[1:])
    session = opened(*blocks, data={"source": "circle", "labels": "signs", "features": features}, steps=30)
    try:
        answer = look(session, "surface")
        names = session.train_data.inputs[0].features
        x1, x2 = middle(-6, 6, 40), middle(-6, 6, 12)
        seen = np.array([[FEATURES[n](x1, x2) for n in names]], np.float32)
        np.testing.assert_allclose(answer["surface"][12, 40], session.predict(seen)[0][0, 0], atol=1e-4)
        for points, part in ((~answer["held_out"], session.train_data), (answer["held_out"], session.held_out)):
            x1, x2 = answer["points"][points].T.astype(np.float64)
            seen = np.stack([FEATURES[n](x1, x2) for n in names], axis=1)
            np.testing.assert_allclose(part.inputs[0].array, seen, rtol=1e-4, atol=1e-5)
    finally:
        session.close()


def test_two_classes_give_one_signed_surface():
    blocks = ({"type": "input", "shape": [2]}, {"type": "dense", "units": 2}, {"type": "output"})
    session = opened(*blocks, data={"source": "moons"}, steps=20)
    try:
        answer = look(session, "surface")
        left, right, bottom, top = (float(v) for v in answer["limits"])
        point = np.array([[middle(left, right, 8), middle(bottom, top, 50)]], np.float32)
        share = session.predict(point)[0][0]
        np.testing.assert_allclose(answer["surface"][50, 8], share[1] - share[0], atol=1e-5)
        assert set(np.unique(answer["labels"])) == {-1.0, 1.0}
        assert np.abs(answer["points"]).max() < max(abs(left), right) < 4  # the data's own plane, not the Playground's
    finally:
        session.close()


def test_more_classes_have_a_winner_and_its_surety(circle):
    from core.data._base import Dataset, Field
    from core.training.session import Session
    from core.words import same
    from tests.networks import chain

    random = np.random.default_rng(0)
    rows = random.normal(size=(90, 2)).astype(np.float32)
    labels = Field(same("kind"), "class", random.integers(0, 3, 90).astype(np.int32), classes=("a", "b", "c"))
    data = Dataset((Field(same("place"), "numbers", rows, features=("wide", "high")),), (labels,))
    blocks = ({"type": "input", "shape": [2]}, {"type": "dense", "units": 3}, {"type": "output"})
    session = Session(chain(*blocks), data, threads=1)
    try:
        answer = look(session, "surface")
        left, right, bottom, top = (float(v) for v in answer["limits"])
        share = session.predict(np.array([[middle(left, right, 3), middle(bottom, top, 33)]], np.float32))[0][0]
        assert answer["winner"][33, 3] == share.argmax()
        np.testing.assert_allclose(answer["surety"][33, 3], share.max(), rtol=1e-4)
        assert answer["names"].tolist() == ["a", "b", "c"]
        assert answer["axes"].tolist() == ["wide", "high"]
    finally:
        session.close()


def test_a_value_keeps_its_own_scale():
    blocks = (*TANH_NET[:3], {"type": "dense", "units": 1}, {"type": "output", "loss": "mean_squared_error"})
    session = opened(*blocks, data={"source": "plane"}, steps=20)
    try:
        answer = look(session, "surface")
        np.testing.assert_allclose(answer["scale"], np.abs(session.train_data.targets[0].array).max(), rtol=1e-6)
        point = np.array([[middle(-6, 6, 5), middle(-6, 6, 6)]], np.float32)
        np.testing.assert_allclose(answer["surface"][6, 5], session.predict(point)[0][0, 0], atol=1e-5)
        assert answer["names"].size == 0
    finally:
        session.close()


def test_only_networks_over_a_plane_suit(lenet, circle):
    suits = registry()["surface"].suits
    assert suits(circle.document, circle.inference, "")
    assert not suits(circle.document, circle.inference, "dense-1")
    assert not suits(lenet.document, lenet.inference, "")
