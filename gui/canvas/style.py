"""Pens, brushes and fonts of the canvas, made once per theme; painting looks them up and makes none."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen, QPixmap

from core.blocks._base import GROUPS
from core.graph.layout import LEGIBLE
from gui.canvas.geometry import Kind
from gui.theme.fonts import enlarged, font
from gui.theme.tokens import Colour, Tokens, mix

BOXES_ONLY, NO_DETAILS = 0.35, LEGIBLE  # zoom below which blocks are plain boxes; below which they have no small print
KINDS: tuple[Kind, ...] = ("unknown", "vector", "sequence", "image", "other")


class Style:
    """What the canvas is painted with under one theme."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        bold = enlarged() ** 2  # lines must gain more than letters to be seen from afar
        self.title_fonts = tuple(
            (face, QFontMetricsF(face)) for face in (_font("strong", size) for size in (13, 12, 11))
        )
        self.small_font = _font("small", 12)
        self.shape_font, self.label_font = _font("number_small", 11), _font("small", 11)
        self.small_metrics, self.shape_metrics = QFontMetricsF(self.small_font), QFontMetricsF(self.shape_font)
        self.label_metrics = QFontMetricsF(self.label_font)
        self.far_font = _font("small", 10)
        self.far_metrics = QFontMetricsF(self.far_font)
        self._widths: dict[str, float] = {}
        self.pictures: dict[tuple[Hashable, float], QPixmap] = {}  # of drawings, at a scale: see stamp.py
        t = tokens
        self.none = QPen(Qt.PenStyle.NoPen)
        self.hollow = QBrush(Qt.BrushStyle.NoBrush)
        self.canvas, self.grid = QColor(t.canvas), QColor(t.grid)
        self.node, self.node_brush = QColor(t.node), QBrush(QColor(t.node))
        edge = mix(t.node, t.text, 1.0 if t.name == "contrast" else 0.20 if t.is_dark else 0.22)
        self.edge, self.edge_hover = _pen(edge, bold), _pen(mix(edge, t.text, 0.35), bold)
        self.edge_selected, self.edge_fault = _pen(t.wire_selected, 2.0), _pen(t.error, 1.6)
        self.edge_off = _pen(mix(t.node, t.text, 0.55), 1.6, dashed=True)
        self.divider = _pen(mix(t.node, t.text, 0.08), 1.0)
        self.glow = [_pen(t.wire_selected, width, alpha) for width, alpha in ((9.0, 26), (5.0, 52))]
        self.activity = [_pen(t.success, width, alpha) for width, alpha in ((14.0, 30), (9.0, 60), (4.0, 150))]
        dark = 70 if t.is_dark else 20
        self.shadows = [(grow, drop, _brush("#000000", a)) for grow, drop, a in ((3, 4, dark // 3), (1, 2, dark // 2))]
        self.text, self.text_secondary = QPen(QColor(t.text)), QPen(QColor(t.text_secondary))
        self.error, self.error_brush = _pen(t.error, 1.4), QBrush(QColor(t.error))
        self.warning, self.warning_brush = _pen(t.warning, 1.8), QBrush(QColor(t.warning))
        self.badge_ink = QColor(t.node)
        self.accepts, self.accepts_brush = _pen(t.wire_accepts, 2.2), QBrush(QColor(t.wire_accepts))
        self.groups: dict[str, tuple[QBrush, QBrush, QBrush, Colour]] = {
            name: self._group(t.group(name)) for name in GROUPS
        }
        self.other_group = self._group(t.text_secondary)
        ports = {
            "unknown": t.wire, "vector": t.port_vector, "sequence": t.port_sequence, "image": t.port_image,
            "other": t.port_other,
        }  # fmt: skip
        self.ports = {kind: QBrush(QColor(ports[kind])) for kind in KINDS}
        self.port_pens = {kind: _pen(ports[kind], 1.8) for kind in KINDS}
        self.port_rim = _pen(t.canvas, 2.0)
        calm = {kind: mix(ports[kind], t.canvas, 0.22) for kind in KINDS}
        self.wires = {kind: _pen(calm[kind], 2.0 * bold) for kind in KINDS}
        self.far_wires = {kind: _thin(calm[kind]) for kind in KINDS}
        self.wire_hover, self.wire_selected = _pen(t.wire_hover, 2.6 * bold), _pen(t.wire_selected, 3.0 * bold)
        self.wire_fault = _pen(t.wire_fault, 2.0 * bold, dashed=True)
        self.wire_accepts = _pen(t.wire_accepts, 2.6 * bold)
        self.wire_refuses = _pen(t.wire_refuses, 2.6 * bold, dashed=True)
        self.wire_cut = _pen(t.wire_refuses, 2.6 * bold)
        self.label, self.label_edge = _brush(t.canvas, 235), _pen(mix(t.canvas, t.text, 0.16), 1.0)
        self.tip, self.tip_edge = QBrush(QColor(t.raised)), _pen(t.stroke_control, 1.0)
        self.band, self.band_edge = _brush(t.accent, 36), _cosmetic(t.accent)
        self.guide = _cosmetic(t.accent_text, dashed=True)
        self.knife = _cosmetic(t.wire_refuses, 1.6, dashed=True)

    def shape_width(self, text: str) -> float:
        """How wide a shape is written on a wire; a network has few that differ."""
        if text not in self._widths:
            self._widths[text] = self.shape_metrics.horizontalAdvance(text)
        return self._widths[text]

    def group(self, name: str) -> tuple[QBrush, QBrush, QBrush, Colour]:
        """The strong colour of a group, its tint, its colour seen from afar, and its name for icons."""
        return self.groups.get(name, self.other_group)

    def _group(self, colour: Colour) -> tuple[QBrush, QBrush, QBrush, Colour]:
        t = self.tokens
        tint = mix(t.node, colour, 0.28 if t.name == "contrast" else 0.20 if t.is_dark else 0.15)
        return QBrush(QColor(colour)), QBrush(QColor(tint)), QBrush(QColor(mix(t.node, colour, 0.55))), colour


def _font(role: str, size: int) -> QFont:
    made = font(role)
    made.setPixelSize(size)  # in canvas units: blocks zoom, the system's font size does not move them
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def _pen(colour: Colour, width: float, alpha: int = 255, *, dashed: bool = False) -> QPen:
    ink = QColor(colour)
    ink.setAlpha(alpha)
    pen = QPen(ink, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        pen.setDashPattern([2.5, 3.0])
    return pen


def _cosmetic(colour: Colour, width: float = 1.0, *, dashed: bool = False) -> QPen:
    pen = _pen(colour, width, dashed=dashed)
    pen.setCosmetic(True)
    return pen


def _thin(colour: Colour) -> QPen:
    """One pixel at any zoom: what Qt draws fastest."""
    pen = QPen(QColor(colour), 0)
    pen.setCosmetic(True)
    return pen


def _brush(colour: Colour, alpha: int) -> QBrush:
    ink = QColor(colour)
    ink.setAlpha(alpha)
    return QBrush(ink)
