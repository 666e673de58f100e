"""The command line: the window, or describe, train, evaluate, predict and export without it. Scripts rely on this."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from core import commands
from core.errors import NeuroloomError

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
        raise commands.refused(f"{self.prog}: {message}. See {self.prog} --help.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="main.py", description="Draw a neural network, train it, watch it learn, and take the weights home.",
        epilog="Without a command, `main.py [PROJECT]` opens the window. PROJECT is a .loom file or the id of an example.",
    )  # fmt: skip
    known = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Any], None], help: str, *, project: bool = True) -> argparse.ArgumentParser:
        sub = known.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        if project:
            sub.add_argument("project", metavar="PROJECT", help="a .loom file or the id of an example")
        return sub

    def json_option(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--json", action="store_true", help="one JSON object a line, for scripts")

    json_option(command("examples", commands.examples, "list the bundled projects", project=False))
    json_option(
        command(
            "describe", commands.describe, "each block's shape, parameters, multiply-adds and bytes, or every fault"
        )
    )
    train = command("train", commands.train, "train without a window")
    train.add_argument(
        "--data", type=Path, metavar="PATH", help="other data: IDX folder, CSV, NPZ, picture folder, text"
    )
    train.add_argument("--epochs", type=int, metavar="N")
    train.add_argument("--batch", type=int, metavar="N", help="rows per step")
    train.add_argument("--seed", type=int, metavar="N")
    train.add_argument("--learning-rate", type=float, metavar="X")
    train.add_argument("--weights", type=Path, metavar="OUT.safetensors", help="write the trained weights here")
    json_option(train)
    evaluate = command("evaluate", commands.evaluate, "loss and metrics of trained weights on rows kept aside")
    evaluate.add_argument("--weights", type=Path, required=True, metavar="FILE")
    evaluate.add_argument("--data", type=Path, metavar="PATH")
    json_option(evaluate)
    predict = command("predict", commands.predict, "outputs for an array of rows in the data's own units")
    predict.add_argument("--weights", type=Path, required=True, metavar="FILE")
    predict.add_argument("--input", type=Path, required=True, metavar="X.npy", help="batch first, channels last")
    predict.add_argument("--output", type=Path, required=True, metavar="Y.npy")
    generate = command("generate", commands.generate, "text that the network writes behind a beginning")
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
    export = command("export", commands.export, "write weights in another format")
    export.add_argument("--weights", type=Path, required=True, metavar="FILE")
    export.add_argument("output", type=Path, metavar="OUT.safetensors|OUT.npz")
    return parser


def _window(given: list[str]) -> int:
    if len(given) > 1 or (given and given[0].startswith("-")):
        raise commands.refused(
            f"main.py takes one project, or one of {', '.join(COMMANDS)}, and got {' '.join(given)!r}. See main.py --help."
        )
    without = "Train without a window: python main.py train lenet5 --weights lenet5.safetensors"
    if importlib.util.find_spec("PySide6") is None:
        raise commands.refused(f"PySide6 is not installed, so there is no window. {without}")
    named = any(os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not named:
        raise commands.refused(f"There is no display here, so the window cannot open. {without}")
    project = commands.path_of(given[0]) if given else None
    try:
        from gui.app import run
    except ImportError as error:
        raise commands.refused(
            f"The window cannot open: {error}. The README lists the packages a bare Linux needs. {without}"
        ) from error
    return run(project)
