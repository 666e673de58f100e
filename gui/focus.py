"""F6: the keyboard goes from one part of the window to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


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
    for widget in (part, *part.findChildren(QWidget)):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.isVisible():
            return widget
    return None
