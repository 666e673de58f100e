"""Decision surface: what the network, and every unit in it, says at each place of the plane its data lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.data._playground import FEATURES, PlaygroundSource
from core.data.split import split
from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import answer_of, blocks_of, names, shape_of, target_of
from core.words import Words

if TYPE_CHECKING:
    from core.data._base import Dataset, Field
    from core.training.session import Session

SIDE = 60  # places along each axis
SMALL = 20  # and in the map of a unit
UNITS = 64  # of a block that have a map
MOST = 600  # points of each part
PLAYGROUND = (-6.0, 6.0)


class Surface(Insight):
    """Networks whose data are points of a plane: two numbers, or the Playground's features of them."""

    id: ClassVar[str] = "surface"
    title: ClassVar[Words] = Words("Decision surface", "决策面")
    help: ClassVar[Words] = Words(
        "The answer of the network at every place of the plane, and the points it learns from. One colour is positive "
        "or the second class, the other negative or the first, and pale is undecided. The small maps show the same for "
        "each unit of a block: the next block builds from them.",
        "网络在平面各处的输出，以及训练用的点。一种颜色为正（第二类），另一种为负（第一类），浅色为不确定。小图是模块中每个单元的同样的图：后面的模块由它们组合而成。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """The network as a whole, with one Input of two numbers, or of Playground features."""
        ends = [blocks_of(document, inference, group) for group in ("input", "output")]
        if block != "" or len(ends[0]) != 1 or not ends[1]:
            return False
        shape = shape_of(inference, ends[0][0])
        source = document.data.source if document.data else None
        return shape == (2,) or (isinstance(source, PlaygroundSource) and shape is not None and len(shape) == 1)

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """The map of the output, the maps of the units, and the points.

        `limits` (left, right, bottom, top); row 0 of every map is at the bottom; `axes` two names;
        `surface` (60, 60) with `scale`, its value at full colour, or, for more than two classes, `winner` and `surety`;
        `maps.<block>` int8 (units, 20, 20), 127 standing for `scale.<block>`;
        `points` (n, 2), `held_out` (n,), `labels` (n,) in units of `surface`, or classes; `names` of classes.
        """
        assert session.train_data is not None
        halves = (session.train_data, session.held_out)
        parts = [(part, _plane(session, held_out=i == 1)) for i, part in enumerate(halves) if part]
        limits = _limits(session, np.concatenate([plane for _, plane in parts]))
        plan = session.look(_grid(session, limits))
        output, field = target_of(session)
        answer = _answer(answer_of(session, plan, output).reshape(SIDE, SIDE, -1), field)
        labels = [_labels(part, field, answer)[:: -(-len(part) // MOST)] for part, _ in parts]
        answer |= {
            "points": np.concatenate([plane[:: -(-len(plane) // MOST)] for _, plane in parts]).astype(np.float32),
            "labels": np.concatenate(labels).astype(np.float32),
            "held_out": np.concatenate([np.full(len(own), i == 1) for i, own in enumerate(labels)]),
            "limits": np.array(limits, np.float32),
            "axes": names(_axes(session)),
        }
        thin = slice(SIDE // SMALL // 2, None, SIDE // SMALL)
        for name in plan.order:
            y = plan.buffers[name].y[0]
            if y.ndim == 2:
                small = y.reshape(SIDE, SIDE, -1)[thin, thin, :UNITS]
                scale = float(np.abs(small).max()) or 1.0
                answer[f"maps.{name}"] = np.rint(small.transpose(2, 0, 1) * (127 / scale)).astype(np.int8, order="C")
                answer[f"scale.{name}"] = np.array(scale, np.float32)
        return answer


def _features(session: Session) -> tuple[str, ...]:
    """What the network sees of a point, where that is features of the Playground; none where it is the point itself."""
    assert session.train_data is not None
    source = session.document.data.source if session.document.data else None
    names = session.train_data.inputs[0].features
    return names if isinstance(source, PlaygroundSource) and set(names) <= set(FEATURES) else ()


def _plane(session: Session, *, held_out: bool) -> Array:
    """Where the points lie, (rows, 2), of the training or the held-out part."""
    part: Dataset | None = session.held_out if held_out else session.train_data
    assert part is not None
    rows, names = part.inputs[0].array, _features(session)
    if not names:
        return rows
    if {"x1", "x2"} <= set(names):
        return rows[:, [names.index("x1"), names.index("x2")]]
    assert session.document.data is not None
    assert isinstance(session.document.data.source, PlaygroundSource)
    whole = replace(session.document.data.source, features="x1,x2").load()  # the same points, as themselves
    classes = next((f.array for f in whole.targets if f.kind == "class"), None)
    training = session.document.training
    return whole.inputs[0].array[split(len(whole), training.validation, training.seed, classes)[held_out]]


def _limits(session: Session, plane: Array) -> tuple[float, float, float, float]:
    if _features(session):
        return (*PLAYGROUND, *PLAYGROUND)
    low, high = plane.min(axis=0), plane.max(axis=0)
    margin = 0.08 * np.where(high > low, high - low, 1.0)
    return float(low[0] - margin[0]), float(high[0] + margin[0]), float(low[1] - margin[1]), float(high[1] + margin[1])


def places(limits: tuple[float, float, float, float]) -> tuple[Array, Array]:
    """The middles of the cells of the map, along each axis."""
    left, right, bottom, top = limits
    middles = (np.arange(SIDE) + 0.5) / SIDE
    return left + (right - left) * middles, bottom + (top - bottom) * middles


def _grid(session: Session, limits: tuple[float, float, float, float]) -> Array:
    """What the network would see at every place, (places², features), row by row from the bottom."""
    x1, x2 = (a.reshape(-1) for a in np.meshgrid(*places(limits)))
    columns = [FEATURES[n](x1, x2) for n in _features(session)] or [x1, x2]
    return np.stack(columns, axis=1).astype(np.float32)


def _axes(session: Session) -> tuple[str, ...]:
    assert session.train_data is not None
    named = session.train_data.inputs[0].features
    return named if len(named) == 2 and not _features(session) else ("x1", "x2")


def _answer(y: Array, field: Field | None) -> dict[str, Array]:
    """The map of the output: −1 to 1 from one of two classes to the other, a value, or one of many classes."""
    if field is not None and field.kind == "class":
        if y.shape[2] == 1 or len(field.classes) == 2:
            second = y[..., -1]  # the probability of the second class
            return _signed(2 * second - 1, 1.0, field.classes)
        winner = y.argmax(axis=2)
        surety = np.take_along_axis(y, winner[..., None], axis=2)[..., 0]
        surety = np.array(surety, np.float32)
        return {"winner": winner.astype(np.uint8), "surety": surety, "names": names(field.classes)}
    known = field.array.reshape(len(field.array), -1)[:, 0] if field is not None else np.array([-1.0, 1.0])
    low, high = float(known.min()), float(known.max())
    if high > low and np.isin(known, (low, high)).all():
        classes = [(f"{v:+g}" if low < 0 else f"{v:g}").replace("-", "−") for v in (low, high)]
        return _signed((2 * y[..., 0] - low - high) / (high - low), 1.0, classes)
    return _signed(y[..., 0], max(abs(low), abs(high), 1e-6), ())


def _signed(values: Array, scale: float, classes: Sequence[str]) -> dict[str, Array]:
    return {"surface": np.array(values, np.float32), "scale": np.array(scale), "names": names(classes)}


def _labels(part: Dataset, field: Field | None, answer: dict[str, Array]) -> Array:
    """The targets of a part in the units of the map."""
    if field is None:
        return np.zeros(len(part))
    own = part.targets[0].array.reshape(len(part), -1)[:, 0]
    if field.kind == "class":
        return own if "winner" in answer else 2.0 * own - 1.0
    if len(answer["names"]) == 2:
        low, high = float(field.array.min()), float(field.array.max())
        return (2.0 * own - low - high) / (high - low)
    return own
