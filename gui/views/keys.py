"""What arrow keys do in a picture of cells."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

Place = tuple[int, int, int]  # picture, row, column
_MOVES = {
    Qt.Key.Key_Left: (0, 0, -1), Qt.Key.Key_Right: (0, 0, 1),
    Qt.Key.Key_Up: (0, -1, 0), Qt.Key.Key_Down: (0, 1, 0),
    Qt.Key.Key_PageUp: (-1, 0, 0), Qt.Key.Key_PageDown: (1, 0, 0),
}  # fmt: skip


def moved(at: Place | None, key: int, shape: Place) -> Place | None:
    """The cell that a key leads to: arrows within a picture, Page Up and Page Down between them; None for other keys."""
    if Qt.Key(key) not in _MOVES or 0 in shape:
        return None
    to = np.add(at, _MOVES[Qt.Key(key)]) if at is not None else np.zeros(3)
    picture, row, column = (int(v) for v in np.clip(to, 0, np.array(shape) - 1))
    return picture, row, column
