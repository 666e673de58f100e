"""Which letters the program is set in: the system's own sans serif, with Simplified Chinese behind it, always.

A machine without a Chinese font gets the bundled one. Where there are several, a Simplified one is named first, because
the shapes of a Japanese or Traditional font are wrong to Chinese eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from gui.theme.tokens import TYPE

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "NeuroloomHan.otf"
SIMPLIFIED = (
    "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "Neuroloom Han",
)  # fmt: skip


USUAL = "usual size"  # property of a widget while it is set larger


class _Size:
    """How much larger than usual everything is set."""

    scale = 1.0


def enlarge(app: QApplication, scale: float) -> None:
    """Set all type `scale` times as large as usual: that of widgets to come, and that of those there are.

    Call it again after each change of the style sheet, which brings back the fonts that it found first.
    """
    before, _Size.scale = _Size.scale, scale
    app.setFont(font("body"))
    app.setStyleSheet(app.styleSheet())  # what has no font of its own asks for one anew
    for widget in app.allWidgets():
        face = widget.font()
        if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont) and face.pixelSize() > 0:
            usual = widget.property(USUAL) or round(face.pixelSize() / before)
            widget.setProperty(USUAL, usual if scale != 1.0 else None)
            face.setPixelSize(round(usual * scale))
            widget.setFont(face)


def enlarged() -> float:
    """How much larger than usual everything is set now."""
    return _Size.scale


def start(app: QApplication) -> None:
    """Give the application its font; the bundled Chinese font is loaded where the machine has none."""
    if needs_bundled(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)):
        QFontDatabase.addApplicationFont(str(BUNDLED))
    _families.cache_clear()
    app.setFont(font("body"))


def needs_bundled(families: Sequence[str]) -> bool:
    """Whether none of the `families` that claim Simplified Chinese can set it well."""
    return not set(SIMPLIFIED).intersection(families)


def font(role: str) -> QFont:
    """The font of a step of the type scale, such as `font("title")`; never smaller than the system's own."""
    step = TYPE[role]
    sans, fixed, scale, has_bold = _families()
    made = QFont(fixed if step.monospace else sans)
    made.setPixelSize(round(round(step.size * scale) * _Size.scale))
    # a font without bold letters has them drawn bolder by Qt, but not for less than bold
    made.setWeight(QFont.Weight(step.weight) if has_bold or step.weight < 600 else QFont.Weight.Bold)
    made.setStyleHint(QFont.StyleHint.Monospace if step.monospace else QFont.StyleHint.SansSerif)
    return made


@cache
def _families() -> tuple[list[str], list[str], float, bool]:
    """Families of text, of numbers; how much larger than 13 px the system sets text; whether there are bold Chinese letters."""
    chinese = [name for name in SIMPLIFIED if QFontDatabase.hasFamily(name)]
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    text, numbers = (
        QFontInfo(system),
        QFontInfo(fixed),
    )  # real families; a font may be called "Sans Serif", which is none
    scale = max(1.0, text.pixelSize() / TYPE["body"].size)
    bold = any(QFontDatabase.weight(name, style) >= 600 for name in chinese[:1] for style in QFontDatabase.styles(name))
    return [text.family(), *chinese[:1]], [numbers.family(), *chinese[:1]], scale, bold
