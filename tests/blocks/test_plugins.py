"""A person's own blocks: found in the plug-in folder; a broken one is a line in a list and never a crash."""

from __future__ import annotations

import pytest

from core import blocks

GOOD = '''
from dataclasses import dataclass
from core.blocks.relu import ReLU
from core.words import Words, same

@dataclass(frozen=True, kw_only=True)
class Twice(ReLU):
    """ReLU under another name."""

    id = "twice"
    title = same("Twice")
    help = Words("Help.", "帮助。")
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROLOOM_CONFIG", str(tmp_path))
    place = tmp_path / "blocks"
    place.mkdir()
    caches = (blocks.registry, blocks.broken_plugins, blocks._scan)
    for cached in caches:
        cached.cache_clear()
    yield place
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


def test_a_block_in_the_folder_is_like_any_other(folder):
    (folder / "twice.py").write_text(GOOD, encoding="utf-8")
    assert blocks.registry()["twice"]().out_shapes(((3,),)) == ((3,),)
    assert "dense" in blocks.registry()
    assert not blocks.broken_plugins()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import no_such_package", "no_such_package"),
        ("def broken(:", "SyntaxError"),
        ("x = 1", "defines no subclass of Block"),
        (GOOD.replace('"twice"', '"relu"'), "two blocks have the id"),
        (GOOD.replace('"Help.", "帮助。"', '"Help.", ""'), "missing in one language"),
        (GOOD + '    level = "wizard"\n', "beginner, standard, expert"),
        ("raise SystemError('no')", "SystemError"),
    ],
)
def test_a_broken_one_is_named_with_its_reason_and_the_rest_works(folder, text, words):
    (folder / "bad.py").write_text(text, encoding="utf-8")
    (folder / "twice.py").write_text(GOOD, encoding="utf-8")
    assert "twice" in blocks.registry()
    (broken,) = blocks.broken_plugins()
    assert broken.path.name == "bad.py"
    assert words in broken.reason.en
    assert broken.reason.zh.startswith("无法使用：")
    assert "two blocks" not in broken.reason.zh
    assert "missing in" not in broken.reason.zh
