"""The icons of the program: line drawings in resources/icons, drawn in the colour of the theme at any size.

An icon keeps only its name and the token of its colour; it looks the colour up each time it is painted, so a change of
theme needs no new icons.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.theme.apply import ICONS, theme


@cache
def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(sorted(path.stem for path in ICONS.glob("*.svg")))


@cache
def icon(name: str, colour: str = "text_secondary") -> QIcon:
    """An icon in the colour of a token of the theme, or of a group of blocks written as `group:linear`."""
    return QIcon(_keep(_Engine(name, colour)))


@cache
def program() -> QIcon:
    """The icon of the program itself, in colours of its own."""
    return QIcon(str(ICONS.parent / "neuroloom.svg"))


def draw(painter: QPainter, where: QRectF, name: str, colour: str) -> None:
    """Paint an icon in a colour `#RRGGBB`, sharp at whatever scale the painter has."""
    _renderer(name, colour).render(painter, where)


def pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """An icon as a picture of `size` by `size` points for a screen with `ratio` pixels a point."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw(painter, QRectF(made.rect()), name, colour)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def colour_of(token: str) -> str:
    """`#RRGGBB` of a token in the theme of now; `group:linear` is the colour of a group."""
    if token.startswith("group:"):
        return theme.tokens.group(token.removeprefix("group:"))
    colour: str = getattr(theme.tokens, token)
    return colour


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))


class _Engine(QIconEngine):
    """Draws one icon. QIcon owns it on the C++ side, see `_keep`."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name, self._colour = name, colour

    def clone(self) -> QIconEngine:
        return _keep(_Engine(self._name, self._colour))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(0.0, 0.0, side, side)
        square.moveCenter(QRectF(rect).center())
        draw(painter, square, self._name, self._ink(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        made = QPixmap(size * scale)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, made.rect(), mode, state)
        painter.end()
        made.setDevicePixelRatio(scale)
        return made

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size

    def key(self) -> str:
        return "neuroloom"

    def isNull(self) -> bool:
        return False

    def _ink(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode is QIcon.Mode.Disabled:
            return theme.tokens.text_disabled
        if state is QIcon.State.On and self._colour == "text_secondary":
            return theme.tokens.accent_text
        return colour_of(self._colour)


_engines: list[_Engine] = []


def _keep(engine: _Engine) -> _Engine:
    """Hold the Python half: an engine that `clone` returns is otherwise freed under QIcon's feet (PySide6 6.11.3)."""
    _engines.append(engine)
    return engine
