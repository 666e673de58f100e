"""Letters of an SVG drawing as outlines, so that it looks the same where its fonts are not installed."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import islice

from PySide6.QtGui import QFont, QPainterPath

Element = QPainterPath.ElementType
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>", re.DOTALL)  # as QSvgGenerator writes it
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def outlined(svg: str) -> str:
    """What QSvgGenerator wrote, each text as a path that still says what it reads."""
    return _TEXT.sub(_path_of, svg)


def _path_of(found: re.Match[str]) -> str:
    given = dict(_ATTRIBUTE.findall(found[1]))
    font = QFont(unescape(given["font-family"]).split(","))
    font.setPixelSize(round(float(given["font-size"])))
    font.setWeight(QFont.Weight(int(given["font-weight"])))
    font.setItalic(given["font-style"] == "italic")
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    text = "".join(c for c in unescape(found[2].strip("\n")).removeprefix(" ") if c.isprintable())
    path = QPainterPath()
    path.addText(float(given["x"]), float(given["y"]), font, text)
    return (
        f'<path fill="{given["fill"]}" fill-opacity="{given["fill-opacity"]}" stroke="none" fill-rule="nonzero" '
        f'aria-label="{escape(text)}" d="{_steps(path)}"/>'
    )


def _steps(path: QPainterPath) -> str:
    """The `d` of a path, to a hundredth."""
    elements = iter([path.elementAt(i) for i in range(path.elementCount())])
    steps: list[str] = []
    for element in elements:
        kind = element.type
        points = [element, *islice(elements, 2)] if kind == Element.CurveToElement else [element]
        letter = "M" if kind == Element.MoveToElement else "C" if len(points) == 3 else "L"
        steps.append(letter + " ".join(f"{p.x:.2f},{p.y:.2f}" for p in points))
    return "".join(steps)
