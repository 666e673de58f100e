"""Every way of watching a run, one file each."""

from __future__ import annotations

from gui.views._base import View
from gui.views.attention import Attention
from gui.views.curve import FittedCurve
from gui.views.curves import Curves
from gui.views.feature_maps import FeatureMaps
from gui.views.filters import Filters
from gui.views.gates import Gates
from gui.views.predictions import Predictions
from gui.views.surface import Surface
from gui.views.weight_histogram import WeightHistogram
from gui.views.writing import Writing

# in the order the window lays them out
VIEWS: tuple[type[View], ...] = (
    Curves, Surface, Writing, Filters, FeatureMaps, Predictions, WeightHistogram, FittedCurve, Attention, Gates,
)  # fmt: skip


def all_views() -> list[View]:
    """A fresh one of each."""
    return [view() for view in VIEWS]
