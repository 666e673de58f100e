"""Every block there is: one module of this package each, and the modules of the user's plug-in folder."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from core.blocks._base import LEVELS, Block
from core.errors import NeuroloomError, PluginError
from core.folders import config_folder
from core.words import Words, same


@dataclass(frozen=True, slots=True)
class BrokenPlugin:
    """A file of the plug-in folder that could not be used, and why: a line in a list, never a crash."""

    path: Path
    reason: Words


@cache
def registry() -> dict[str, type[Block]]:
    """Block classes by id: the built-in ones first, then the working plug-ins."""
    return _scan()[0]


@cache
def broken_plugins() -> tuple[BrokenPlugin, ...]:
    """The plug-in files that could not be used."""
    return _scan()[1]


def plugin_folder() -> Path:
    """Where a person puts blocks of their own, one Python file each."""
    return config_folder() / "blocks"


@cache
def _scan() -> tuple[dict[str, type[Block]], tuple[BrokenPlugin, ...]]:
    found: dict[str, type[Block]] = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] != "_"):
        for block in _blocks_of(importlib.import_module(f"{__name__}.{name}")):
            _admit(block, found)
    broken: list[BrokenPlugin] = []
    folder = plugin_folder()
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        try:
            candidates = list(_blocks_of(_load(path)))
            if not candidates:
                raise PluginError(Words("it defines no subclass of Block", "其中没有定义 Block 的子类"))  # noqa: TRY301
            for block in candidates:
                _admit(block, found)
        except Exception as error:  # noqa: BLE001  a stranger's file may fail in any way, and the program must still start
            why = error.words if isinstance(error, NeuroloomError) else same(f"{type(error).__name__}: {error}")
            broken.append(BrokenPlugin(path, Words(f"It cannot be used: {why.en}", f"无法使用：{why.zh}")))
    return found, tuple(broken)


def _load(path: Path) -> ModuleType:
    name = f"neuroloom_plugin_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def _blocks_of(module: ModuleType) -> Iterator[type[Block]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Block) and value.__module__ == module.__name__:
            yield value


def _admit(block: type[Block], found: dict[str, type[Block]]) -> None:
    """Add a block after the cheap checks that keep the rest of the program simple. Raises PluginError."""
    id, level, levels = repr(block.id), repr(block.level), ", ".join(LEVELS)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", block.id):
        raise PluginError(
            Words(
                f"the id {id} must be lower-case letters, digits and underscores",
                f"标识 {id} 只能由小写字母、数字和下划线组成",
            )
        )
    if block.level not in LEVELS:
        raise PluginError(
            Words(
                f"block {id} has the level {level}; the levels are {levels}",
                f"模块 {id} 的级别是 {level}，而级别只有 {levels}",
            )
        )
    if block.id in found:
        both = f"{found[block.id]}, {block}"
        raise PluginError(Words(f"two blocks have the id {id}: {both}", f"两个模块的标识同为 {id}：{both}"))
    for words in (block.title, block.help, *(w for row in block.rows() for w in (row.info.label, row.info.help))):
        if not (words.en and words.zh):
            lacking = repr(tuple(words))
            raise PluginError(
                Words(
                    f"block {id} has a text that is missing in one language: {lacking}",
                    f"模块 {id} 有一段文字缺少一种语言：{lacking}",
                )
            )
    block()  # the defaults must be allowed values
    found[block.id] = block
