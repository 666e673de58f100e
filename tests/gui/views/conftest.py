"""Views on an invisible screen, dressed and named, and frames to feed them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from core.insight._base import Frame, Request
from gui.i18n import language
from gui.theme.tokens import LIGHT


def frame(insight: str, arrays: dict[str, Any], block: str = "", sample: int = 0, step: int = 12) -> Frame:
    return Frame(Request(insight, block, sample), step, {k: np.asarray(v) for k, v in arrays.items()})


def move_to(widget: QWidget, at: QPoint) -> None:
    """The mouse comes from a little aside, since a mouse that is there already makes no move."""
    QTest.mouseMove(widget, at + QPoint(3, 2))
    QTest.mouseMove(widget, at)


@pytest.fixture
def shown(qtbot) -> Callable[..., QWidget]:
    def show(widget: Any, width: int = 760, height: int = 420) -> Any:
        qtbot.addWidget(widget)
        if hasattr(widget, "retranslate"):
            widget.retranslate()
        widget.restyle(LIGHT)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    language.choose("en")
    yield
    language.choose("en")
