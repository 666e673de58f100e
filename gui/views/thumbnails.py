"""Small pictures for the blocks of the canvas: what each block's units or filters look like now."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight import registry
from core.insight._base import Frame, Request
from gui.theme.tokens import Tokens
from gui.views.colours import Bytes, colour_table, grid, to_bytes, to_image

SIDE = 60  # pixels of a picture at most, before the canvas scales it
UNITS = 16  # of a block that are shown
FILTERS = 16


def requests(document: Document, inference: Inference) -> tuple[Request, ...]:
    """What the canvas asks for: one surface where the data lies in a plane, and the filters of each convolution."""
    known = registry()
    if known["surface"].suits(document, inference, ""):
        return (Request("surface"),)
    blocks = [n for n in inference.order if known["filters"].suits(document, inference, n)]
    return tuple(Request("filters", n) for n in blocks)


def thumbnails(frame: Frame, tokens: Tokens) -> dict[str, QImage]:
    """Pictures by the name of the block: none for frames of which none can be made."""
    if frame.request.insight == "surface":
        return _maps(frame, tokens)
    if frame.request.insight == "filters":
        return {frame.request.block: _filters(frame, tokens)}
    return {}


def _maps(frame: Frame, tokens: Tokens) -> dict[str, QImage]:
    """The map of each unit; for an output block the map of the output."""
    colours, found = colour_table("signed", tokens), {}
    for key, maps in frame.arrays.items():
        if key.startswith("maps."):
            tiles = (maps[:UNITS, ::-1].astype(np.int16) + 128).astype(np.uint8)  # int8 −127…127 to bytes 1…255
            found[key[5:]] = to_image(grid(tiles, _columns(len(tiles)), 1, 1), colours)
    return found


def _filters(frame: Frame, tokens: Tokens) -> QImage:
    pictures = frame.arrays["pictures"][:FILTERS]
    limit = float(np.abs(frame.arrays["limits"]).max())
    columns = _columns(len(pictures))
    zoom = max(1, SIDE // (columns * (pictures.shape[2] + 1)))
    if pictures.ndim == 3:
        return to_image(grid(to_bytes(pictures, limit, "signed"), columns, 1, zoom), colour_table("signed", tokens))
    bytes_: Bytes = np.clip(np.rint(pictures / max(limit, 1e-30) * 127.5 + 127.5), 0, 255).astype(np.uint8)
    opaque = np.concatenate([bytes_, np.full((*bytes_.shape[:3], 1), 255, np.uint8)], axis=3)
    return to_image(grid(opaque, columns, 1, zoom))


def _columns(count: int) -> int:
    """Columns of a nearly square arrangement, never higher than wide."""
    return max(1, int(np.ceil(np.sqrt(count))))
