"""The icon of a group of blocks."""

from __future__ import annotations

from gui.theme import icons


def glyph(group: str) -> str:
    """Name of the icon; a group that a plug-in made up has the one of layers, an unknown block a question mark."""
    name = f"group-{group}"
    return name if name in icons.names() else "layers" if group else "help"
