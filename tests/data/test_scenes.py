"""Made pictures: what is drawn is what the targets say."""

import numpy as np
import pytest

from core.data._scene import COLOURS, KINDS, SHAPES
from core.data.shape_captions import ShapeCaptions
from core.data.shape_pixels import ShapePixels
from core.data.shapes import Shapes
from core.errors import SettingError


def bright(picture):
    """Which pixels are no ground: without noise every colour is brighter than the brightest ground in some channel."""
    return picture.max(axis=-1) > 100


def test_the_box_is_the_smallest_around_the_bright_pixels():
    data = Shapes(samples=60, noise=0, size=64).load()
    for picture, (x, y, width, height) in zip(data.inputs[0].array, data.targets[1].array, strict=True):
        down, across = np.nonzero(bright(picture))
        edges = np.array([across.min(), across.max() + 1, down.min(), down.max() + 1]) / 64
        assert edges == pytest.approx(
            [x - width / 2, x + width / 2, y - height / 2, y + height / 2], abs=3 / 64
        )  # the tip of a triangle is thin


def test_every_kind_fills_its_share_of_the_box():
    shares = {"circle": np.pi / 4, "rectangle": 1, "triangle": 0.5, "cross": 0.34 + 0.34 - 0.34**2, "diamond": 0.5}
    data = Shapes(samples=400, noise=0, size=128, kinds=10).load()
    assert set(data.targets[0].array) == set(range(10))
    for picture, kind, (_, _, width, height) in zip(
        data.inputs[0].array, data.targets[0].array, data.targets[1].array, strict=True
    ):
        form = KINDS[kind].removeprefix("hollow ")
        share = shares[form] * (1 - 0.55**2 if "hollow" in KINDS[kind] else 1)
        assert bright(picture).mean() / (width * height) == pytest.approx(share, abs=0.07)


def test_without_boxes_there_is_one_target():
    assert len(Shapes(samples=3, boxes=False).load().targets) == 1


def test_every_bright_pixel_has_a_class_and_no_other():
    data = ShapePixels(samples=50, noise=0, most=4).load()
    assert ((data.targets[0].array > 0) == bright(data.inputs[0].array)).all()
    assert data.targets[0].classes == ("ground", *SHAPES)
    assert set(np.unique(data.targets[0].array)) == {0, 1, 2, 3}


def test_noise_has_its_deviation():
    flat = Shapes(samples=200, noise=10).load().inputs[0].array.astype(float)
    corners = flat[:, :2, :2].reshape(200, 4, 3)
    assert np.median(corners.std(axis=1, ddof=1)) == pytest.approx(10, rel=0.25)


def said(field, row):
    return " ".join(field.classes[t] for t in field.array[row] if t)


def test_a_caption_tells_kinds_colours_and_places_as_they_are_seen():
    data = ShapeCaptions(samples=150, noise=0, size=64).load()
    palette = np.array(list(COLOURS.values()), float)
    unit = palette / np.linalg.norm(palette, axis=1, keepdims=True)
    for row in range(150):
        words = said(data.targets[0], row).removesuffix(" <end>").split()
        picture = data.inputs[0].array[row].astype(float)
        seen = bright(picture)
        colours = unit[[list(COLOURS).index(w) for w in words if w in COLOURS]]
        nearest = (picture[seen] / np.linalg.norm(picture[seen], axis=1, keepdims=True) @ unit.T).max(axis=1)
        ours = (picture[seen] / np.linalg.norm(picture[seen], axis=1, keepdims=True) @ colours.T).max(axis=1)
        assert (ours > nearest - 0.02).all()  # no colour is seen that is not told
        if len(words) > 3 and (colours[0] != colours[1]).any():
            down, across = np.nonzero(seen)
            pixels = picture[down, across] @ (colours[0] - colours[1]) > 0
            first, second = ((across[p].mean(), down[p].mean()) for p in (pixels, ~pixels))
            place = " ".join(words[3:-3])
            told = {"left of": first[0] < second[0], "right of": first[0] > second[0],
                    "above": first[1] < second[1], "below": first[1] > second[1]}  # fmt: skip
            assert told[place]


def test_words_so_far_are_the_next_words_one_place_later():
    data = ShapeCaptions(samples=40).load()
    (_, before), (after,) = data.inputs, data.targets
    assert before.classes[:4] == ("<padding>", "<start>", "<end>", "<unknown>")
    for row in range(40):
        assert said(before, row).removeprefix("<start> ") + " <end>" == said(after, row)
    assert ((before.array > 0) == (after.array > 0)).all()


def test_more_pictures_than_memory_are_refused():
    with pytest.raises(SettingError, match="at most"):
        Shapes(samples=100_000, size=224)
