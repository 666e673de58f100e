"""The project files drawn from Python are what the script draws."""

import pytest

from core.examples import FOLDER, examples
from resources.projects.make import PROJECTS


@pytest.mark.parametrize("id", PROJECTS)
def test_the_file_is_what_the_script_draws(id):
    text = PROJECTS[id]().text()
    stored = (FOLDER / f"{id}.loom").read_text(encoding="utf-8")
    assert text == stored, "run python -m resources.projects.make"


def test_every_drawn_network_is_an_example():
    assert set(PROJECTS) <= {e.id for e in examples()}
