"""What the README promises is there: the project it shows, the commands it names, the folders it lists."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from pathlib import Path

import pytest

from core import project
from core.cli import COMMANDS, _parser
from core.examples import examples
from core.training.session import Session

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def whole_project() -> str:
    return re.search(r"<!-- whole project -->\s*```json\n(.*?)```", README, re.DOTALL)[1]


def forms() -> list[str]:
    """Every `python main.py …` in the README, whatever it stands in."""
    found = re.findall(r"(?:python3?|\.venv/bin/python|\.venv\\Scripts\\python) main\.py([^\n`;&]*)", README)
    return [re.split(r"\s{3,}| \|", form)[0].strip() for form in found]


def options_of(command: str) -> dict[str, argparse.Action]:
    """Options of a command by their long names, and its positional arguments by what the help calls them."""
    commands = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return {name: a for a in commands.choices[command]._actions for name in (a.option_strings or [a.metavar])}


def test_the_whole_project_opens_trains_and_is_written_as_it_is_read(tmp_path):
    document = project.loads(whole_project(), "README")
    session = Session(document)
    try:
        first = session.advance()
    finally:
        session.close()
    assert first is not None
    assert first.measures["accuracy"] > 0.3
    assert project.loads(project.dumps(document), "again") == document


def test_the_whole_project_is_about_twenty_lines():
    assert len(whole_project().splitlines()) <= 25
    assert json.loads(whole_project())["neuroloom"] == 1


@pytest.mark.parametrize("form", forms())
def test_every_form_of_the_command_line_is_one_the_parser_knows(form):
    words = shlex.split(re.sub(r"[\[\]]", " ", form))
    if not words or words == ["PROJECT"]:
        return
    command, *rest = words
    assert command in COMMANDS
    known = options_of(command)
    before = ""
    for word in rest:
        if word.startswith("-"):
            assert word in known
        elif before.startswith("-"):
            assert known[before].nargs != 0  # the option takes a value
        else:
            assert word in known or word in {e.id for e in examples()}, word
        before = word


def test_every_command_and_every_option_is_in_the_readme():
    told = forms()
    for command in COMMANDS:
        form = max((f for f in told if f.split()[:1] == [command]), key=len)
        for option in set(options_of(command)) - {"-h", "--help"}:
            assert re.search(rf"{re.escape(option)}(?![\w-])", form), (command, option)


def test_every_folder_and_every_linked_file_exists():
    table = README.split("## The folders")[1].split("## ")[0]
    for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE):
        at = ROOT
        for name in re.findall(r"`([^`]+)`", row):
            at = (ROOT / name) if "/" in name else at.parent / name
            assert at.exists(), name
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / name).exists(), name


def test_the_top_level_is_what_the_table_and_the_issue_say():
    listed = {p.name for p in ROOT.iterdir() if not p.name.startswith(".") and p.suffix != ".egg-info"}
    listed -= {"build", "dist", "shared", "__pycache__"}
    assert listed == {"pyproject.toml", "README.md", "LICENSE", "gui", "core", "resources", "tests", "main.py"}


def test_the_two_commands_use_extras_and_files_that_exist():
    extras = re.findall(
        r"^(\w+) = \[",
        (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("optional-dependencies]")[1],
        re.MULTILINE,
    )
    assert all(e in extras for e in re.findall(r'-e "\.\[(\w+)\]"', README))
    assert (ROOT / "tests" / "bench" / "steps.py").is_file()
