"""Do the tests notice? Faults are planted in the kernels and around them, one at a time, in a copy of the tree, and tests are run on it.

    python -m tests.mutate [--family NAME …] [--fault TEXT] [--check]

prints for every fault which test caught it. The exit status is 1 where a fault has survived, and 2 where a row of the
table no longer fits the code, or the tests fail without a fault.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core.kernels import machine_code
from tests.mutate.around import AROUND
from tests.mutate.faults import KERNELS, Family, Fault

ROOT = Path(__file__).parents[2]
FAMILIES = KERNELS | AROUND
PATIENCE = 120  # seconds after which a run of tests counts as having noticed

# any counterexample will do, so none is made smaller, and every run looks at the same ones
QUICK = """
from hypothesis import Phase, settings
settings.register_profile("mutate", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None)
settings.load_profile("mutate")
"""


def file_of(name: str) -> Path:
    """The file of a family, below the root: one of kernels by its name, any other as it lies below core/."""
    return Path("core/kernels" if name in KERNELS else "core") / f"{name}.py"


def spans(source: str) -> dict[str, tuple[int, int]]:
    """First and last line, from 0, of each function behind its docstring, by its name; "" is the whole file."""
    lines = source.splitlines()
    found = {"": (0, len(lines))}

    def walk(node: ast.AST, path: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                name = f"{path}{child.name}"
                if isinstance(child, ast.FunctionDef):
                    first = child.body[1] if ast.get_docstring(child) and len(child.body) > 1 else child.body[0]
                    found[name] = first.lineno - 1, child.end_lineno or 0
                walk(child, f"{name}." if isinstance(child, ast.ClassDef) else path)

    walk(ast.parse(source), "")
    return found


def planted(source: str, fault: Fault) -> str:
    """The source with the fault in it. Raises ValueError where its text does not stand exactly once in its function."""
    where = spans(source)
    if fault.function not in where:
        raise ValueError(f"{fault}: there is no such function")
    first, last = where[fault.function]
    lines = source.splitlines(keepends=True)
    text = "".join(lines[first:last])
    if text.count(fault.right) != 1:
        raise ValueError(f"{fault}: the text stands there {text.count(fault.right)} times, and must once")
    wrong = "".join(lines[:first]) + text.replace(fault.right, fault.wrong) + "".join(lines[last:])
    ast.parse(wrong)
    return wrong


def stale() -> list[str]:
    """What is wrong with the table: rows that do not fit, files without three faults."""
    found = []
    for name, known in FAMILIES.items():
        source = (ROOT / file_of(name)).read_text(encoding="utf-8")
        if len(known.faults) < 3:
            found.append(f"{name}: fewer than three faults")
        for fault in known.faults:
            try:
                planted(source, fault)
            except ValueError as error:
                found.append(f"{name}, {error}")
    files = {p.stem for p in (ROOT / "core/kernels").glob("*.py")} - {
        "__init__",
        "_compile",
        "_jit",
        "call",
        "machine_code",
    }
    return [*found, *(f"{name}: a file of kernels without faults" for name in sorted(files - KERNELS.keys()))]


class Copy:
    """A copy of the tree with a kernel cache of its own, in which faults are planted and taken out again."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.cache = folder / "tree", folder / "cache"
        if machine_code.folder().exists():  # of kernels without a fault, which need not be compiled again
            shutil.copytree(machine_code.folder(), self.cache / machine_code.folder().name)
        for name in ("core", "resources", "tests"):
            shutil.copytree(ROOT / name, self.tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "main.py"):
            shutil.copy2(ROOT / name, self.tree)
        conftest = self.tree / "tests" / "conftest.py"
        given = conftest.read_text(encoding="utf-8") if conftest.exists() else ""
        conftest.write_text(given + QUICK, encoding="utf-8")

    def run(self, tests: tuple[str, ...], patience: int = PATIENCE) -> tuple[int, str]:
        """Exit status and output of the tests, up to the first that fails."""
        settings = {
            "NEUROLOOM_CACHE": str(self.cache),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NEUROLOOM_CONFIG": str(self.tree),
        }
        command = [sys.executable, "-m", "pytest", "-xq", "-p", "no:cacheprovider", *tests]
        try:
            done = subprocess.run(
                command, cwd=self.tree, env=os.environ | settings, capture_output=True, text=True, timeout=patience, check=False
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return 124, ""
        return done.returncode, done.stdout + done.stderr

    def caught(self, name: str, family: Family, fault: Fault) -> str:
        """The test that noticed the fault; empty where none did."""
        file = self.tree / file_of(name)
        kept = file.read_text(encoding="utf-8")
        try:
            file.write_text(planted(kept, fault), encoding="utf-8")
            status, output = self.run(family.tests)
        finally:
            file.write_text(kept, encoding="utf-8")
        if status == 0:
            return ""
        failed = re.search(r"^(?:FAILED|ERROR) tests/([^\s[]+)", output, re.MULTILINE)
        return failed[1] if failed else "timeout" if status == 124 else f"a crash ({status})"


def main() -> int:
    """See above."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description=__doc__)
    parser.add_argument("--family", nargs="+", choices=FAMILIES, default=list(FAMILIES), metavar="NAME", help="files")
    parser.add_argument("--fault", default="", metavar="TEXT", help="only faults that are told with this text")
    parser.add_argument("--check", action="store_true", help="only whether the table still fits the code")
    given = parser.parse_args()
    if faults := stale():
        print("The table no longer fits the code:", *faults, sep="\n")
        return 2
    if given.check:
        return 0
    survived = 0
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copy = Copy(Path(folder))
        for name in given.family:
            family = FAMILIES[name]
            chosen = [fault for fault in family.faults if given.fault in str(fault)]
            if not chosen:
                continue
            status, output = copy.run(family.tests, patience=10 * PATIENCE)  # much is compiled
            if status:
                print(output, f"{name}: the tests fail without a fault", sep="\n")
                return 2
            for fault in chosen:
                caught = copy.caught(name, family, fault)
                survived += not caught
                print(f"| {name} | {fault} | {caught or '**survived**'} |", flush=True)
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
