"""Where things are on the canvas: boxes, ports, the course of a wire. Numbers only, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Literal

from core.blocks._base import Block, Shape
from core.graph.document import Flow, Node, Unknown

Point = tuple[float, float]
Rect = tuple[float, float, float, float]  # left, top, width, height
Kind = Literal["unknown", "vector", "sequence", "image", "other"]

GRID = 8.0
WIDTH = 176.0
HEADER = 28.0  # icon and title
LINE = 36.0  # name and a few settings
ROW = 20.0  # one port of several
PICTURE = 76.0  # a small picture of what the block does now
MARGIN = 12.0
PORT = 5.0  # radius
BAR = 240.0  # the width of a collapsed frame, at most
STUB = 20.0  # how far a wire runs straight on before it turns back


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a block."""

    side: Literal["in", "out"]
    name: str


@dataclass(frozen=True, slots=True)
class Box:
    """The measures of one block, from its top-left corner."""

    height: float
    ports: dict[Port, Point]
    labelled: bool  # several ports on a side, so their names are written beside them
    picture: Rect | None
    line: float = HEADER + LINE / 2  # how far down the middle of the name and the settings is

    @property
    def axis(self) -> float:
        """How far down the wires come in and go out, on the whole."""
        heights = [y for x, y in self.ports.values() if x in (0.0, WIDTH)]  # not those of a flow that runs down
        return (min(heights) + max(heights)) / 2 if heights else self.height / 2


def ports_of(block: Block | Unknown, wired: Iterable[Port] = ()) -> tuple[Port, ...]:
    """The ports of a block. Of a block that is not known, those that have wires."""
    if isinstance(block, Unknown):
        return tuple(dict.fromkeys(wired))
    return (*(Port("in", name) for name in block.input_ports()), *(Port("out", name) for name in block.output_ports()))


def box_of(ports: Sequence[Port], *, picture: bool = False, collapsed: bool = False, flow: Flow = "right") -> Box:
    """The measures of a block with these ports; collapsed, it is its header, and the ports of a side crowd there."""
    ins = [port for port in ports if port.side == "in"]
    outs = [port for port in ports if port.side == "out"]
    if flow == "down":
        return _upright(ins, outs, picture=picture, collapsed=collapsed)
    rows = max(len(ins), len(outs))
    labelled = rows > 1
    at: dict[Port, Point] = {}
    if collapsed:
        step = min(ROW, (HEADER - 4) / max(1, rows))
        for x, side in ((0.0, ins), (WIDTH, outs)):
            at |= {port: (x, HEADER / 2 + step * (i - (len(side) - 1) / 2)) for i, port in enumerate(side)}
        return Box(HEADER, at, False, None)
    single = HEADER + LINE / 2
    several = single + snapped(HEADER + LINE + ROW * rows / 2 - 4 - single)  # on the grid, so wires can be straight
    for x, side in ((0.0, ins), (WIDTH, outs)):
        for index, port in enumerate(side):
            at[port] = (x, (several if labelled else single) + ROW * (index - (len(side) - 1) / 2))
    height = HEADER + LINE + (ROW * rows if labelled else 0.0)
    frame = (MARGIN, height - 2, WIDTH - 2 * MARGIN, PICTURE) if picture else None
    return Box(height + (PICTURE + MARGIN - 2 if picture else 0.0), at, labelled, frame)


def _upright(ins: Sequence[Port], outs: Sequence[Port], *, picture: bool, collapsed: bool) -> Box:
    """Inputs along the upper edge, their names below the header; outputs along the lower edge, their names above it."""
    before, behind = (ROW * (len(side) > 1 and not collapsed) for side in (ins, outs))
    top = HEADER + before + (0.0 if collapsed else LINE)
    frame = (MARGIN, top - 2, WIDTH - 2 * MARGIN, PICTURE) if picture and not collapsed else None
    height = top + (PICTURE + MARGIN - 2 if frame else 0.0) + behind
    at: dict[Port, Point] = {}
    for y, side in ((0.0, ins), (height, outs)):
        step = min(5 * GRID, (WIDTH - 2 * MARGIN) / max(1, len(side)))
        at |= {port: (WIDTH / 2 + step * (i - (len(side) - 1) / 2), y) for i, port in enumerate(side)}
    return Box(height, at, before + behind > 0, frame, HEADER + before + LINE / 2)


def bar_of(rect: Rect) -> Rect:
    """What is seen of a frame that is collapsed."""
    x, y, width, _ = rect
    return x, y, min(width, BAR), HEADER


def size_of(node: Node, flow: Flow = "right") -> tuple[float, float]:
    """Width and height of a block without a picture."""
    return WIDTH, box_of(ports_of(node.block), collapsed=node.collapsed, flow=flow).height


def measures(
    nodes: Mapping[str, Node], flow: Flow = "right"
) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    """Sizes of blocks without pictures, and how far across the flow their ports are, as the layout wants them."""
    boxes = {name: box_of(ports_of(node.block), collapsed=node.collapsed, flow=flow) for name, node in nodes.items()}
    axes = {name: box.axis if flow == "right" else WIDTH / 2 for name, box in boxes.items()}
    return {name: (WIDTH, box.height) for name, box in boxes.items()}, axes


def along(at: Point, flow: Flow) -> Point:
    """A point as (how far along the flow, how far across it); and back again."""
    return at if flow == "right" else (at[1], at[0])


def box_along(box: Rect, flow: Flow) -> Rect:
    """The same of a rectangle."""
    return box if flow == "right" else (box[1], box[0], box[3], box[2])


@lru_cache(4096)
def kind_of(shape: Shape | None) -> Kind:
    """What a port carries, told by the number of axes; each kind has a colour and a form of its own."""
    if not shape:
        return "unknown"
    known: tuple[Kind, ...] = ("vector", "sequence", "image")
    return known[len(shape) - 1] if len(shape) <= len(known) else "other"


@lru_cache(4096)
def shape_text(shape: Shape | None) -> str:
    """A shape as it is written on a wire, such as 28×28×6."""
    return "×".join(map(str, shape)) if shape else ""


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a wire: a start, and cubic pieces as (control, control, end). A straight piece has controls on it."""

    start: Point
    pieces: tuple[tuple[Point, Point, Point], ...]
    middle: Point  # where its shape is written

    def points(self, each: int = 8) -> list[Point]:
        """Points along the course, some for each piece."""
        out = [self.start]
        at = self.start
        for control, second, end in self.pieces:
            for step in range(1, each + 1):
                out.append(_cubic(at, control, second, end, step / each))
            at = end
        return out

    def length(self) -> float:
        """How long it is, nearly."""
        return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in _pairs(self.points()))

    def distance(self, to: Point) -> float:
        """How far a point is from the course."""
        return min(_to_segment(to, a, b) for a, b in _pairs(self.points()))

    def leg(self, to: Point) -> int:
        """Which of its pieces is nearest to a point."""
        points = self.points()
        each = (len(points) - 1) // len(self.pieces)
        near = [_to_segment(to, a, b) for a, b in _pairs(points)]
        return near.index(min(near)) // each

    def along(self, flow: Flow) -> Course:
        """The same course, drawn for another flow."""
        pieces = tuple((along(a, flow), along(b, flow), along(c, flow)) for a, b, c in self.pieces)
        return self if flow == "right" else Course(along(self.start, flow), pieces, along(self.middle, flow))

    def crosses(self, a: Point, b: Point) -> bool:
        """Whether a straight cut from a to b goes through it."""
        return any(_cross(a, b, c, d) for c, d in _pairs(self.points()))


def course(a: Point, b: Point, lane: float | None = None) -> Course:
    """From an output at a to an input at b: a soft S, or by a lane: out, round, along it, and round again."""
    if lane is None and not runs_back(a, b):
        dx, dy = b[0] - a[0], b[1] - a[1]
        bend = max(min(dx * 0.5, 160.0), min(STUB * 2, abs(dx) + abs(dy) / 2))
        first, second = (a[0] + bend, a[1]), (b[0] - bend, b[1])
        return Course(a, ((first, second, b),), _cubic(a, first, second, b, 0.5))
    at = lane if lane is not None else lane_back(a, b, ())
    corners = [(a[0] + STUB, a[1]), (a[0] + STUB, at), (b[0] - STUB, at), (b[0] - STUB, b[1]), b]
    return Course(a, tuple(_rounded(a, corners)), ((a[0] + b[0]) / 2, at))


def through(a: Point, bends: Sequence[Point], b: Point) -> Course:
    """From an output at a to an input at b by way of points, smoothly (Catmull & Rom, 1974)."""
    points = [a, *bends, b]
    out = min(160.0, max(2 * STUB, abs(points[1][0] - a[0])))
    into = min(160.0, max(2 * STUB, abs(b[0] - points[-2][0])))
    ways = [((q[0] - p[0]) / 2, (q[1] - p[1]) / 2) for p, q in zip(points, points[2:], strict=False)]
    tangents = [(1.5 * out, 0.0), *ways, (1.5 * into, 0.0)]
    pieces = tuple(
        ((p[0] + s[0] / 3, p[1] + s[1] / 3), (q[0] - t[0] / 3, q[1] - t[1] / 3), q)
        for (p, q), (s, t) in zip(_pairs(points), _pairs(tangents), strict=True)
    )
    longest = max(range(len(pieces)), key=lambda i: _apart(points[i], points[i + 1]))
    return Course(a, pieces, _cubic(points[longest], *pieces[longest], 0.5))


def runs_back(a: Point, b: Point) -> bool:
    """Whether b lies behind a, so that a wire has to turn round."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    return dx < 0 or (dx < 2 * STUB and abs(dy) >= 4 * STUB)


def lane_back(a: Point, b: Point, blocks: Sequence[Rect], half: float = HEADER + LINE / 2, gap: float = STUB) -> float:
    """The lane of a wire that runs back: above the blocks of the row it ends in, so below pictures of the row before.

    `half` is how far from their ports these blocks reach, `gap` how far from blocks it keeps.
    """
    lane = (b[1] if b[1] - a[1] > 5 * STUB else min(a[1], b[1])) - half - gap
    return _clear(lane, -1, (b[0] - STUB, a[0] + STUB), blocks, gap)


def lane_around(a: Point, b: Point, blocks: Sequence[Rect], gap: float = STUB) -> float | None:
    """The lane of a wire that would run across blocks: just below or just above them; None where it runs freely."""
    points = course(a, b).points(24)
    low, high = min(y for _, y in points), max(y for _, y in points)
    level = [(x, y, w, h) for x, y, w, h in blocks if y < high and low < y + h]
    hit = [(x, y, w, h) for x, y, w, h in level if any(x < px < x + w and y < py < y + h for px, py in points)]
    if not hit:
        return None
    span = a[0] + STUB, b[0] - STUB
    below = _clear(max(y + h for _, y, _, h in hit) + gap, 1, span, blocks, gap)
    above = _clear(min(y for _, y, _, _ in hit) - gap, -1, span, blocks, gap)
    return min((below, above), key=lambda lane: abs(lane - a[1]) + abs(lane - b[1]))


def _clear(lane: float, step: int, span: tuple[float, float], blocks: Sequence[Rect], gap: float) -> float:
    """The first lane from here, going up or down, that no block lies on."""
    for x, y, width, height in sorted(blocks, key=lambda box: box[1] * step):
        if x < span[1] and x + width > span[0] and y - GRID < lane < y + height + GRID:
            lane = y + height + gap if step > 0 else y - gap
    return lane


def _rounded(start: Point, corners: Sequence[Point], radius: float = 14.0) -> Iterator[tuple[Point, Point, Point]]:
    """Straight lines through corners, each corner but the last rounded."""
    at = start
    for corner, after in _pairs(corners):
        r = min(radius, _apart(at, corner), _apart(corner, after) / 2)
        inner, outer = _towards(corner, at, r), _towards(corner, after, r)
        yield at, inner, inner
        yield _towards(corner, at, r * 0.45), _towards(corner, after, r * 0.45), outer
        at = outer
    yield at, corners[-1], corners[-1]


def snapped(value: float) -> float:
    """The nearest line of the grid."""
    return round(value / GRID) * GRID


def free_spot(at: Point, size: tuple[float, float], taken: Iterable[Rect]) -> Point:
    """The first place at or below `at` where a block of this size covers no other."""
    x, y = snapped(at[0]), snapped(at[1])
    boxes = sorted(taken, key=lambda box: box[1])
    for left, top, width, height in boxes:
        beside = left >= x + size[0] + GRID or left + width + GRID <= x
        if not beside and top < y + size[1] + GRID and y < top + height + GRID:
            y = snapped(top + height + 2 * GRID)
    return x, y


def _cubic(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    u = 1.0 - t
    p, q, r, s = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return p * a[0] + q * b[0] + r * c[0] + s * d[0], p * a[1] + q * b[1] + r * c[1] + s * d[1]


def _pairs(points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return zip(points, points[1:], strict=False)


def _apart(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def _towards(a: Point, b: Point, by: float) -> Point:
    far = _apart(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * by / far, a[1] + (b[1] - a[1]) * by / far


def _to_segment(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square)) if square else 0.0
    return hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0 and (a != b)
