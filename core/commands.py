"""What the command line does without a window: one function a command. Each imports what it needs when it is called."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import DataError, FaultyNetworkError, NeuroloomError, ProjectFileError
from core.words import Words, same

if TYPE_CHECKING:
    import numpy.typing as npt

    from core.data._base import Dataset
    from core.graph.document import Document
    from core.training.session import Session


def refused(text: str) -> NeuroloomError:
    """What is wrong with what was typed; the command line speaks English."""
    return NeuroloomError(Words(text, text))


def path_of(name: str) -> Path:
    """The file of a project: a path, or the id of an example."""
    from core.examples import examples

    path = Path(name)
    if path.is_file():
        return path
    known = {e.id: e.path for e in examples()}
    if name in known:
        return known[name]
    raise ProjectFileError(
        Words(
            f"There is no file {name!r}, and no example of that name. The examples are: {', '.join(known)}.",
            f"没有文件 {name!r}，也没有这个名称的示例。示例有：{', '.join(known)}。",
        )
    )


def _load(name: str) -> Document:
    from core.project import load

    return load(path_of(name))


def _say(record: dict[str, object]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def examples(options: argparse.Namespace) -> None:
    """List the bundled projects."""
    from core.examples import examples as bundled

    for e in bundled():
        if options.json:
            _say({"id": e.id, "title": e.title.en, "task": e.task.en})
        else:
            print(f"{e.id:<18}{e.title.en}\n{'':<18}{e.task.en}")


def describe(options: argparse.Namespace) -> None:
    """Each block's shape, parameters, multiply-adds and bytes, and what they come to; or every fault."""
    from core.plan import cost

    document = _load(options.project)
    described, faults = cost.describe(document)
    if faults:
        if options.json:
            for fault in faults:
                _say({"event": "fault", "block": fault.block, "kind": fault.kind, "message": fault.words.en})
        raise FaultyNetworkError(tuple(f.words for f in faults))
    rows = [
        {
            "name": d.name, "type": d.type, "shape": list(d.shape), "parameters": d.parameters,
            "multiply_adds": d.multiply_adds, "bytes": d.bytes, "weight_bytes": d.weight_bytes,
        }
        for d in described
    ]  # fmt: skip
    total: dict[str, object] = {"name": "total"}
    total |= {
        k: sum(getattr(d, k) for d in described) for k in ("parameters", "multiply_adds", "bytes", "weight_bytes")
    }
    if options.json:
        for row in rows:
            _say({"event": "block", **row})
        _say({"event": "total", **total})
        return
    head = ("block", "type", "output", "parameters", "multiply-adds", "bytes a row")
    table = [
        (d.name, d.type, "×".join(map(str, d.shape)), f"{d.parameters:,}", f"{d.multiply_adds:,}", f"{d.bytes:,}")
        for d in described
    ]
    table.append(("total", "", "", f"{total['parameters']:,}", f"{total['multiply_adds']:,}", f"{total['bytes']:,}"))
    widths = [max(len(r[i]) for r in (head, *table)) for i in range(len(head))]
    for at, line in enumerate((head, *table)):
        cells = [c.ljust(w) if i < 3 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))]
        print("  ".join(cells).rstrip())
        if at in (0, len(table) - 1):
            print("─" * (sum(widths) + 2 * (len(widths) - 1)))
    forward, weights = (sum(getattr(d, k) for d in described) / 1e6 for k in ("bytes", "weight_bytes"))
    print(f"Memory: {forward:,.4g} MB a row forward, about twice as much in training; weights {weights:,.4g} MB.")


def _with_options(document: Document, options: argparse.Namespace) -> Document:
    """The project with what the command line changes; every value goes through the same limits as in the file."""
    from core.data import source_from_path
    from core.graph.document import DataChoice
    from core.optimizers import registry

    changes: dict[str, Any] = {}
    for option, setting in (("epochs", "epochs"), ("batch", "batch_size"), ("seed", "seed")):
        if getattr(options, option, None) is not None:
            changes[setting] = getattr(options, option)
    training = replace(document.training, **changes)
    optimizer = document.optimizer or registry()["adam"]()
    if getattr(options, "learning_rate", None) is not None:
        optimizer = replace(optimizer, learning_rate=options.learning_rate)
    data = document.data
    if options.data is not None:
        source = source_from_path(options.data, data.source if data else None)
        data = DataChoice(source, data.normalise if data else "none")
    return document.with_(training=training, optimizer=optimizer, data=data)


def train(options: argparse.Namespace) -> None:
    """Train, saying every epoch; the weights go to a file where one is named."""
    from core.exchange import take_home
    from core.training.console import follow
    from core.training.session import Session

    if options.weights is not None:
        take_home.check_target(options.weights)  # before hours of training, not after
    document = _with_options(_load(options.project), options)
    session = Session(document)
    try:
        _data_of(session)
        follow(session, as_json=options.json, say=_say)
        done: dict[str, object] = {"event": "done", "epochs": session.epoch, "steps": session.step}
        if session.data is not None and session.data.test is not None:
            measures = session.evaluate(session.data.test, "test")
            done |= {f"test_{k}": v for k, v in measures.items()}
        if options.weights is not None:
            take_home.write(session, options.weights)
            done["weights"] = str(options.weights)
        if options.json:
            _say(done)
            return
        shown = ", ".join(f"{k[5:]} {v:.4g}" for k, v in done.items() if k.startswith("test_") and isinstance(v, float))
        if shown:
            print(f"On the data's own test part: {shown}")
        if options.weights is not None:
            print(f"Weights written to {options.weights}")
    finally:
        session.close()


def _trained(options: argparse.Namespace, document: Document, *, learns: bool) -> Session:
    """A session with the weights of a file."""
    from core.exchange import take_home
    from core.training.session import Session

    norms = take_home.normalisations(options.weights)
    session = Session(document, learns=learns, norms=norms)
    try:
        take_home.bring_back(session, options.weights)
    except NeuroloomError:
        session.close()
        raise
    return session


def _data_of(session: Session) -> Dataset:
    if session.data is None:
        raise DataError(
            Words("The project has no data. Give some with --data PATH.", "项目没有数据。请用 --data PATH 指定。")
        )
    return session.data


def evaluate(options: argparse.Namespace) -> None:
    """Loss and metrics of trained weights."""
    document = _with_options(_load(options.project), options)
    session = _trained(options, document, learns=True)
    try:
        data = _data_of(session)
        held_out = session.held_out
        part, rows = ("test", data.test) if data.test is not None else ("validation", held_out)
        if rows is None or (options.data is not None and data.test is None):
            part, rows = "all", data
        measures = session.report(rows, part)
        record: dict[str, object] = {"event": "evaluated", "part": part, "rows": len(rows), **measures}
        if options.json:
            _say(record)
        else:
            print(
                f"{part}, {len(rows):,} rows: "
                + ", ".join(f"{k} {v:.4f}" for k, v in measures.items() if isinstance(v, float))
            )
    finally:
        session.close()


def predict(options: argparse.Namespace) -> None:
    """What trained weights put out for an array of rows."""
    import numpy as np

    from core.project.disk import write_whole

    document = _load(options.project)
    try:
        rows = np.load(options.input, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            Words(
                f"{options.input} cannot be read as an array of numbers: {error}. Write it with numpy.save.",
                f"{options.input} 无法读作数值数组：{error}。请用 numpy.save 写出。",
            )
        ) from error
    if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "fiub":
        raise DataError(
            Words(
                f"{options.input} holds no array of numbers. Write it with numpy.save.",
                f"{options.input} 中没有数值数组。请用 numpy.save 写出。",
            )
        )
    if rows.ndim < 1 or not len(rows):
        raise DataError(Words(f"{options.input} has no rows.", f"{options.input} 没有任何行。"))
    _check_finite(rows, same(str(options.input)), Words("Mend or leave out these rows", "请修正或去掉这些行"))
    session = _trained(options, document, learns=False)
    try:
        with np.errstate(over="ignore"):  # what overflows is told below
            (first, *_) = session.predict(rows)
    finally:
        session.close()
    units = Words(
        "Give values as in the training data, and letters or words that the vocabulary has",
        "请给出与训练数据同样范围的数值，以及词表中有的字符或单词",
    )
    _check_finite(first, Words("The prediction", "预测结果"), units)
    write_whole(options.output, lambda file: np.save(file, first, allow_pickle=False), DataError)
    print(f"{len(first):,} rows of shape {first.shape[1:]} written to {options.output}")


def _check_finite(rows: npt.NDArray[Any], what: Words, do: Words) -> None:
    import numpy as np

    bad = np.flatnonzero(~np.isfinite(rows).reshape(len(rows), -1).all(axis=1))
    if len(bad):
        raise DataError(
            Words(
                f"{what.en}: NaN or infinity in {len(bad):,} of {len(rows):,} rows, first in row {bad[0]}. {do.en}.",
                f"{what.zh}：{len(rows):,} 行中有 {len(bad):,} 行含 NaN 或无穷大，首先是第 {bad[0]} 行。{do.zh}。",
            )
        )


def generate(options: argparse.Namespace) -> None:
    """Text that the network writes behind a beginning."""
    import numpy as np

    from core.insight import writing

    limits = {"length": (1, 1_000_000), "row": (0, 1 << 31), "seed": (0, 1 << 31), "temperature": (0, writing.HOTTEST)}
    for name, (low, high) in limits.items():
        if not low <= getattr(options, name) <= high:
            raise refused(f"--{name} must be from {low} to {high}, and it is {getattr(options, name)}.")
    session = _trained(options, _with_options(_load(options.project), options), learns=True)
    try:
        _data_of(session)
        given = writing.beginning(session, options.prompt, options.row)
        random = np.random.default_rng(options.seed)
        space = "" if writing.is_joined(field := writing.text_of(session)) else " "
        print(options.prompt, end=space if options.prompt else "", flush=True)
        for token, _ in writing.write(session, given, options.length, options.temperature, random, options.row):
            print(field.classes[token], end=space, flush=True)
        print()
    finally:
        session.close()


def export(options: argparse.Namespace) -> None:
    """Write weights in another format."""
    from core.exchange import take_home

    take_home.check_target(options.output)
    session = _trained(options, _load(options.project), learns=False)
    try:
        take_home.write(session, options.output)
    finally:
        session.close()
    print(f"Weights written to {options.output}")
