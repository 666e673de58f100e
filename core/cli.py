"""The command line: the window, or describe, train, evaluate, predict and export without it. Scripts rely on this."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from core.errors import DataError, FaultyNetworkError, NeuroloomError, ProjectFileError
from core.words import Words, same

if TYPE_CHECKING:
    import numpy.typing as npt

    from core.data._base import Dataset
    from core.graph.document import Document
    from core.training.session import Session

COMMANDS = ("examples", "describe", "train", "evaluate", "predict", "generate", "export")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, or 2 after one message on stderr for whatever a person can mend."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if (given and given[0] in COMMANDS) or given[:1] in (["-h"], ["--help"]):
            options = _parser().parse_args(given)
            options.run(options)
            return 0
        return _window(given)
    except NeuroloomError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. Weights that were to be written at the end were not written.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one message, as every other fault is told."""

    def error(self, message: str) -> NoReturn:
        raise _bad(f"{self.prog}: {message}. See {self.prog} --help.")


def _bad(text: str) -> NeuroloomError:
    return NeuroloomError(Words(text, text))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="main.py", description="Draw a neural network, train it, watch it learn, and take the weights home.",
        epilog="Without a command, `main.py [PROJECT]` opens the window. PROJECT is a .loom file or the id of an example.",
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Any], None], help: str, *, project: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        if project:
            sub.add_argument("project", metavar="PROJECT", help="a .loom file or the id of an example")
        return sub

    def json_option(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--json", action="store_true", help="one JSON object a line, for scripts")

    json_option(command("examples", _examples, "list the bundled projects", project=False))
    json_option(
        command("describe", _describe, "each block's shape, parameters, multiply-adds and bytes, or every fault")
    )
    train = command("train", _train, "train without a window")
    train.add_argument(
        "--data", type=Path, metavar="PATH", help="other data: IDX folder, CSV, NPZ, picture folder, text"
    )
    train.add_argument("--epochs", type=int, metavar="N")
    train.add_argument("--batch", type=int, metavar="N", help="rows per step")
    train.add_argument("--seed", type=int, metavar="N")
    train.add_argument("--learning-rate", type=float, metavar="X")
    train.add_argument("--weights", type=Path, metavar="OUT.safetensors", help="write the trained weights here")
    json_option(train)
    evaluate = command("evaluate", _evaluate, "loss and metrics of trained weights on rows kept aside")
    evaluate.add_argument("--weights", type=Path, required=True, metavar="FILE")
    evaluate.add_argument("--data", type=Path, metavar="PATH")
    json_option(evaluate)
    predict = command("predict", _predict, "outputs for an array of rows in the data's own units")
    predict.add_argument("--weights", type=Path, required=True, metavar="FILE")
    predict.add_argument("--input", type=Path, required=True, metavar="X.npy", help="batch first, channels last")
    predict.add_argument("--output", type=Path, required=True, metavar="Y.npy")
    generate = command("generate", _generate, "text that the network writes behind a beginning")
    generate.add_argument("--weights", type=Path, required=True, metavar="FILE")
    generate.add_argument("--data", type=Path, metavar="PATH")
    generate.add_argument("--prompt", default="", metavar="TEXT", help="how it begins")
    generate.add_argument(
        "--length", type=int, default=400, metavar="N", help="characters or words, 400 where left out"
    )
    generate.add_argument(
        "--temperature", type=float, default=0.5, metavar="X", help="0 takes the likeliest; 0.5 where left out"
    )
    generate.add_argument(
        "--row", type=int, default=0, metavar="N", help="of the rows held out: what is translated or described"
    )
    generate.add_argument("--seed", type=int, default=0, metavar="N")
    export = command("export", _export, "write weights in another format")
    export.add_argument("--weights", type=Path, required=True, metavar="FILE")
    export.add_argument("output", type=Path, metavar="OUT.safetensors|OUT.npz")
    return parser


# the window ---------------------------------------------------------------------------------------------------------------


def _window(given: list[str]) -> int:
    if len(given) > 1 or (given and given[0].startswith("-")):
        raise _bad(
            f"main.py takes one project, or one of {', '.join(COMMANDS)}, and got {' '.join(given)!r}. See main.py --help."
        )
    without = "Train without a window: python main.py train lenet5 --weights lenet5.safetensors"
    if importlib.util.find_spec("PySide6") is None:
        raise _bad(f"PySide6 is not installed, so there is no window. {without}")
    named = any(os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not named:
        raise _bad(f"There is no display here, so the window cannot open. {without}")
    project = _path(given[0]) if given else None
    try:
        from gui.app import run
    except ImportError as error:
        raise _bad(
            f"The window cannot open: {error}. The README lists the packages a bare Linux needs. {without}"
        ) from error
    return run(project)


# commands -----------------------------------------------------------------------------------------------------------------


def _path(name: str) -> Path:
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

    return load(_path(name))


def _say(record: dict[str, object]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def _examples(options: argparse.Namespace) -> None:
    from core.examples import examples

    for e in examples():
        if options.json:
            _say({"id": e.id, "title": e.title.en, "task": e.task.en})
        else:
            print(f"{e.id:<18}{e.title.en}\n{'':<18}{e.task.en}")


def _describe(options: argparse.Namespace) -> None:
    from core.plan.cost import describe

    document = _load(options.project)
    described, faults = describe(document)
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


def _train(options: argparse.Namespace) -> None:
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


def _evaluate(options: argparse.Namespace) -> None:
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


def _predict(options: argparse.Namespace) -> None:
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


def _generate(options: argparse.Namespace) -> None:
    import numpy as np

    from core.insight import writing

    limits = {"length": (1, 1_000_000), "row": (0, 1 << 31), "seed": (0, 1 << 31), "temperature": (0, writing.HOTTEST)}
    for name, (low, high) in limits.items():
        if not low <= getattr(options, name) <= high:
            raise _bad(f"--{name} must be from {low} to {high}, and it is {getattr(options, name)}.")
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


def _export(options: argparse.Namespace) -> None:
    from core.exchange import take_home

    take_home.check_target(options.output)
    session = _trained(options, _load(options.project), learns=False)
    try:
        take_home.write(session, options.output)
    finally:
        session.close()
    print(f"Weights written to {options.output}")
