"""The way of the keyboard: Tab goes on as one reads, F6 from one part of the window to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QWidget


def line_up(parts: Sequence[QWidget]) -> None:
    """Let Tab go through the part where the keyboard is as it is read: Qt would go to what was made last in the end."""
    here = QApplication.focusWidget()
    part = next((each for each in parts if here is not None and each.isAncestorOf(here)), None)
    if part is not None:
        for one, next_ in pairwise(each for each in _as_read(part) if _takes_tab(each)):
            QWidget.setTabOrder(one, next_)


def go_on(parts: Sequence[QWidget], by: int) -> QWidget | None:
    """Focus the next (or previous) part that is seen and can take the keyboard; the widget that has it now."""
    seen = [part for part in parts if _is_seen(part)]
    here = QApplication.focusWidget()
    at = next((i for i, part in enumerate(seen) if here is not None and (part is here or part.isAncestorOf(here))), -by)
    for step in range(1, len(seen) + 1):
        target = _first(seen[(at + by * step) % len(seen)])
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return target
    return None


def _is_seen(part: QWidget) -> bool:
    """Whether any of a part can be seen: a tab that lies behind another has no such region, nor has a covered widget."""
    within = (part, *part.findChildren(QWidget))
    return part.isVisible() and any(w.isVisible() and not w.visibleRegion().isEmpty() for w in within)


def _first(part: QWidget) -> QWidget | None:
    """The first widget of a part that one can tab to."""
    return next((w for w in _as_read(part) if _takes_tab(w) and w.isEnabled() and w.isVisible()), None)


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def _as_read(widget: QWidget) -> Iterator[QWidget]:
    """A widget and all within it: in the order of its layout, and where it has none from the top down."""
    yield widget
    layout = widget.layout()
    placed = list(_laid_out(layout)) if layout is not None else []
    rest = [c for c in widget.children() if isinstance(c, QWidget) and not c.isWindow() and c not in placed]
    for child in (*placed, *sorted(rest, key=lambda each: (each.y(), each.x()))):
        yield from _as_read(child)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for item in filter(None, map(layout.itemAt, range(layout.count()))):
        if (inner := item.layout()) is not None:
            yield from _laid_out(inner)
        elif (widget := item.widget()) is not None:
            yield widget
