"""Every place data comes from: one module of this package each."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from core.data._base import GROUPS, Source
from core.data._files import DiskSource, existing, shown
from core.errors import DataError
from core.registry import scan
from core.words import Words


@cache
def registry() -> dict[str, type[Source]]:
    """Sources by id, group by group."""
    return dict(sorted(scan(__name__, __path__, Source).items(), key=lambda item: GROUPS.index(item[1].group)))


def source_from_path(path: Path, like: Source | None = None) -> Source:
    """The source that reads what lies at a path: that of `like` with its settings where it can, else the first that can.

    Raises DataError where nothing is there, or nothing reads it.
    """
    existing(path)
    if isinstance(like, DiskSource) and like.reads(path):
        return replace(like, path=str(path))
    kinds = [k for k in registry().values() if issubclass(k, DiskSource)]
    for kind in kinds:
        if kind.reads(path):
            return kind(path=str(path))
    known = Words(", ".join(k.title.en for k in kinds), "、".join(k.title.zh for k in kinds))
    raise DataError(
        Words(
            f"{shown(str(path), 160, tail=True)} is no data this program can read. It reads: {known.en}. "
            "Choose another file, or give it the usual name.",
            f"{shown(str(path), 160, tail=True)} 不是本程序能读取的数据。可读取：{known.zh}。请换一个文件，"
            "或改用常见的文件名。",
        )
    )
