"""A network drawn from Python, block by block, and written as a project file."""

from __future__ import annotations

import json
from typing import Any

from core import project
from core.blocks import registry
from core.graph.document import Document

Settings = dict[str, Any]


class Net:
    """A project that grows. Every method that adds a block gives back its name, to be wired on."""

    def __init__(self, title: str, note: str, data: Settings, training: Settings) -> None:
        self.content: Settings = {"neuroloom": 1, "title": title, "note": note, "data": data, "blocks": {}, "wires": []}
        self.content["training"] = training

    def add(self, name: str, type: str, *sources: str | None, **settings: Any) -> str:
        """A block with its wires: `sources` are blocks, or `block.port`, for its input ports in their order; None leaves one free."""
        ports = registry()[type].from_json(settings).input_ports()
        self.content["blocks"][name] = {"type": type, **settings}
        self.content["wires"] += [f"{s} > {name}.{port}" for s, port in zip(sources, ports, strict=False) if s]
        return name

    def chain(self, source: str, *blocks: tuple[str, str] | tuple[str, str, Settings]) -> str:
        """Blocks one behind the other: (name, type) or (name, type, settings)."""
        for name, type, *settings in blocks:
            source = self.add(name, type, source, **(settings[0] if settings else {}))
        return source

    def document(self) -> Document:
        """What has been drawn so far."""
        return project.loads(json.dumps(self.content), self.content["title"])

    def text(self) -> str:
        """The project file."""
        return project.dumps(self.document())
