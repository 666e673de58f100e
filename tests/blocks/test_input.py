"""Input: a shape and nothing else."""

import pytest

from core.blocks.input import Input
from core.errors import SettingError


def test_an_input_without_axes_is_refused():
    with pytest.raises(SettingError, match="whole numbers"):
        Input(shape=())


def test_the_shape_is_the_output():
    assert Input(shape=(28, 28, 1)).out_shapes(()) == ((28, 28, 1),)
