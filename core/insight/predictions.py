"""Predictions: what the network says about samples it has not learnt, beside what is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.data._base import BOX
from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import answer_of, blocks_of, counts, look_at, named, names, row_of, shown, target_of
from core.words import Words

if TYPE_CHECKING:
    from core.data._base import Field
    from core.plan.plan import Plan
    from core.training.session import Session

PAGE = 24  # samples in an answer
SCANNED = 192  # rows that are searched for mistakes
STEPS = 64  # of a sequence
NUMBERS = 1 << 17  # in all pictures of an answer
FEW = 8  # numbers of an input or an answer


class Predictions(Insight):
    """Any network with an output."""

    id: ClassVar[str] = "predictions"
    title: ClassVar[Words] = Words("Predictions", "预测")
    help: ClassVar[Words] = Words(
        "Samples that were held out of training, what the network says about them, and what is true.",
        "未参与训练的样本、网络对它们的预测以及真实答案。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """The network as a whole."""
        return block == "" and all(blocks_of(document, inference, group) for group in ("input", "output"))

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """A page of samples from row `request.sample` on.

        `rows` (n,), `total`, `scanned`; the input as `picture`, `tokens`, `sequence` or `numbers` with `features`; and
        the answer: for classes `target`, `predicted`, `top`, `probability`, `right`; for classes of steps `target_steps`,
        `predicted_steps`, `right_steps`; for classes of pixels `target_map`, `map`, `pixels_right`; for numbers `target_value`, `value` (and `right` if there are but two values);
        for numbers of steps `target_line`, `line`; for networks that repeat their input `reconstruction`;
        for a second output that learns boxes `target_box`, `box`. Padding counts as right, and has no name.
        """
        total = len(shown(session))
        count = min(PAGE, total)
        first = min(row_of(session, request.sample), total - count)
        return _page(session, np.arange(first, first + count)) | {"total": np.array(total), "scanned": np.array(count)}


class Mistakes(Predictions):
    """The same, for the samples the network gets most wrong."""

    id: ClassVar[str] = "mistakes"
    title: ClassVar[Words] = Words("Mistakes", "错误预测")
    help: ClassVar[Words] = Words(
        "Only the samples that the network gets wrong; for numbers those with the largest error first.",
        "只看网络答错的样本；对数值输出，误差最大的排在前面。",
    )

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """As for all predictions, of the mistakes among the `scanned` rows from `request.sample` on."""
        total = len(shown(session))
        scanned = min(SCANNED, total)
        first = min(row_of(session, request.sample), total - scanned)
        rows = np.arange(first, first + scanned)
        error = _errors(session, rows)
        worst = np.argsort(-error, kind="stable")[: min(PAGE, int((error > 0).sum()))]
        return _page(session, rows[worst]) | {"total": np.array(total), "scanned": np.array(scanned)}


def _page(session: Session, rows: Array) -> dict[str, Array]:
    """Inputs and answers of some rows; of none, nothing but `rows`."""
    if not len(rows):
        return {"rows": rows}
    padded = np.resize(rows, min(PAGE, len(shown(session))))  # always as many, so that one plan serves every page
    output, field = target_of(session)
    plan = look_at(session, padded)
    y = answer_of(session, plan, output)[: len(rows)]
    return {"rows": rows} | _inputs(session, rows) | _answers(session, rows, y, field) | _boxes(session, plan, rows)


def _inputs(session: Session, rows: Array) -> dict[str, Array]:
    field = shown(session).inputs[0]
    if field.kind == "image":
        return {"picture": _thinned(field.array[rows])}
    if field.kind == "tokens":
        return {"tokens": named(field.array[rows, :STEPS], field)}
    if field.kind == "sequence":
        return {"sequence": np.array(field.array[rows, :STEPS, 0], np.float32)}
    flat = field.array[rows].reshape(len(rows), -1)[:, :FEW]
    return {"numbers": np.array(flat, np.float32), "features": names(field.features[:FEW])}


def _thinned(pictures: Array) -> Array:
    stride = 1
    while pictures[:, ::stride, ::stride].size > NUMBERS:
        stride += 1
    return np.ascontiguousarray(pictures[:, ::stride, ::stride])


def _answers(session: Session, rows: Array, y: Array, field: Field | None) -> dict[str, Array]:
    data = shown(session)
    if field is None:
        own = data.inputs[0]
        repeated = y.reshape(len(rows), *own.shape)
        norm = session.norms.get(blocks_of(session.document, session.inference, "input")[0])
        if norm is not None:
            repeated = (repeated.reshape(len(rows), -1) / norm.scale + norm.shift).reshape(repeated.shape)
        if own.kind == "image":
            return {"reconstruction": _thinned(repeated.astype(np.float32))}
        flat = [a.reshape(len(rows), -1)[:, :FEW].astype(np.float32) for a in (own.array[rows], repeated)]
        return {"target_value": flat[0], "value": flat[1]}
    own = data.targets[0]
    wanted = own.array[rows]
    if field.kind == "class" and wanted.ndim == 3:
        said = y.argmax(axis=-1)
        maps = {"target_map": wanted, "map": said}
        share = (said == wanted).mean(axis=(1, 2), dtype=np.float32)
        return {name: _thinned(m.astype(np.uint8)) for name, m in maps.items()} | {"pixels_right": share}
    if field.kind == "class" and wanted.ndim == 2:
        wanted = wanted[:, :STEPS]
        count = counts(wanted, own)
        said = np.where(count, y[:, :STEPS].argmax(axis=2), wanted)
        return {"target_steps": named(wanted, own), "predicted_steps": named(said, own), "right_steps": said == wanted}
    if field.kind == "class":
        share = _shares(y)
        top = np.argsort(-share, axis=1, kind="stable")[:, :3]
        return {
            "target": named(wanted, own),
            "predicted": named(top[:, 0], own),
            "top": named(top, own),
            "probability": np.take_along_axis(share, top, axis=1).astype(np.float32),
            "right": top[:, 0] == wanted,
        }
    if wanted.ndim == 3:
        lines = [np.array(a[:, :STEPS, 0], np.float32) for a in (wanted, y)]
        return {"target_line": lines[0], "line": lines[1]}
    values = [a.reshape(len(rows), -1)[:, :FEW].astype(np.float32) for a in (wanted, y)]
    answer = {"target_value": values[0], "value": values[1]}
    if (middle := _middle_of_two(session.train_data.targets[0])) is not None:  # type: ignore[union-attr]
        answer["right"] = (values[0][:, 0] > middle) == (values[1][:, 0] > middle)
    return answer


def _boxes(session: Session, plan: Plan, rows: Array) -> dict[str, Array]:
    """True and predicted boxes, (rows, 4) of x, y, width and height, from a second output that learns them."""
    targets, outputs = shown(session).targets, blocks_of(session.document, session.inference, "output")
    if len(targets) < 2 or len(outputs) < 2 or targets[1].features != BOX:
        return {}
    said = plan.buffers[outputs[1]].y[0][: len(rows)]
    return {"target_box": targets[1].array[rows], "box": said.astype(np.float32)}


def _shares(y: Array) -> Array:
    """Probabilities of all classes, (rows, classes), also from a network that gives that of the second of two only."""
    return y if y.shape[1] > 1 else np.concatenate([1 - y, y], axis=1)


def _middle_of_two(field: Field) -> float | None:
    """Halfway between the two values a target takes, None where it takes more."""
    if field.array[0].size != 1:
        return None
    low, high = float(field.array.min()), float(field.array.max())
    return (low + high) / 2 if high > low and np.isin(field.array, (low, high)).all() else None


def _distance(y: Array, wanted: Array) -> Array:
    """Mean |y - wanted| of each row."""
    rows: Array = np.abs(y.reshape(len(y), -1) - wanted.reshape(len(y), -1)).mean(axis=1)
    return rows


def _errors(session: Session, rows: Array) -> Array:
    """How wrong each row is: 0 where it is right."""
    output, field = target_of(session)
    y = answer_of(session, look_at(session, rows), output)
    data = shown(session)
    if field is None:
        norm = session.norms.get(blocks_of(session.document, session.inference, "input")[0])
        wanted = data.inputs[0].array[rows] if norm is None else norm.apply(data.inputs[0].array[rows])
        return _distance(y, wanted)
    wanted = data.targets[0].array[rows]
    if field.kind != "class":
        error = _distance(y, wanted)
        middle = _middle_of_two(session.train_data.targets[0])  # type: ignore[union-attr]
        return error if middle is None else error * ((y.reshape(-1) > middle) != (wanted.reshape(-1) > middle))
    if wanted.ndim > 1:
        count = counts(wanted, data.targets[0]).reshape(len(rows), -1)
        wrong = (y.argmax(axis=-1) != wanted).reshape(len(rows), -1)
        share_wrong: Array = (wrong & count).sum(axis=1) / np.maximum(count.sum(axis=1), 1)
        return share_wrong
    share = _shares(y)
    truth = np.take_along_axis(share, wanted[:, None].astype(np.intp), axis=1)[:, 0]
    surprise: Array = np.where(share.argmax(axis=1) != wanted, share.max(axis=1) - truth + 1e-9, 0.0)
    return surprise
