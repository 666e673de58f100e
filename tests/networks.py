"""Small networks for tests, written the way a person writes a project file."""

from __future__ import annotations

import json
from typing import Any

from core import project
from core.graph.document import Document


def chain(*blocks: dict[str, Any], data: dict[str, Any] | None = None, **training: Any) -> Document:
    """Blocks in a row: an Input first, an Output last, names by type and place."""
    names = [f"{b['type'].replace('_', '-')}-{i}" for i, b in enumerate(blocks)]
    content: dict[str, Any] = {
        "neuroloom": 1,
        "blocks": dict(zip(names, blocks, strict=True)),
        "wires": [f"{a} > {b}" for a, b in zip(names, names[1:], strict=False)],
        "training": training,
    }
    if data is not None:
        content["data"] = data
    return project.loads(json.dumps(content), "test")


LENET = (
    {"type": "input", "shape": [28, 28, 1]},
    {"type": "conv2d", "filters": 6, "kernel_size": 5, "padding": "same"}, {"type": "relu"}, {"type": "max_pool2d"},
    {"type": "conv2d", "filters": 16, "kernel_size": 5}, {"type": "relu"}, {"type": "max_pool2d"},
    {"type": "flatten"}, {"type": "dense", "units": 120}, {"type": "relu"}, {"type": "dense", "units": 84}, {"type": "relu"},
    {"type": "dense", "units": 10}, {"type": "output"},
)  # fmt: skip
MLP = (
    {"type": "input", "shape": [8, 8, 1]}, {"type": "flatten"}, {"type": "dense", "units": 32}, {"type": "relu"},
    {"type": "dense", "units": 10}, {"type": "output"},
)  # fmt: skip
DIGITS8 = {"source": "digits8", "normalise": "unit"}
DIGITS28 = {"source": "digits28", "normalise": "unit"}
