"""Files on a person's disk: read within limits, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from core.data._files import shown
from core.errors import NeuroloomError
from core.words import Words, same

_REASONS = {
    errno.ENOSPC: Words(
        "the disk is full. Free some space, or choose another disk", "磁盘已满。请清理空间，或换一个磁盘"
    ),
    errno.EDQUOT: Words("your disk quota is used up. Free some space", "磁盘配额已用完。请清理空间"),
    errno.EFBIG: Words(
        "the file would be larger than this disk allows. Choose another disk", "文件超过此磁盘允许的大小。请换一个磁盘"
    ),
    errno.EROFS: Words("the disk is read-only. Choose another folder", "磁盘只读。请换一个文件夹"),
    errno.EACCES: Words(
        "this program may not. Check the rights on it, or choose another folder", "没有权限。请检查权限，或换一个文件夹"
    ),
    errno.EPERM: Words(
        "this program may not. Check the rights on it, or choose another folder", "没有权限。请检查权限，或换一个文件夹"
    ),
    errno.ENOENT: Words("there is no such file or folder. Check the path", "文件或文件夹不存在。请检查路径"),
    errno.ENOTDIR: Words(
        "part of the path is a file, not a folder. Check the path", "路径中有一段是文件而不是文件夹。请检查路径"
    ),
    errno.EISDIR: Words("it is a folder. Choose a file", "这是文件夹。请选择文件"),
    errno.ELOOP: Words("its symbolic links run in a circle. Choose another path", "符号链接成环。请换一个路径"),
    errno.ENAMETOOLONG: Words("the name is too long. Choose a shorter one", "名称太长。请换一个短的"),
}


def place(path: Path | str) -> str:
    """A path fit for a message: one line, not too long."""
    return shown(str(path), 160, tail=True)


@contextmanager
def reading(path: Path, error: type[NeuroloomError]) -> Iterator[BufferedReader]:
    """A plain file to read from. Raises `error`, also for what goes wrong inside."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would never end
            raise OSError(errno.EISDIR if path.is_dir() else errno.EINVAL, "it is not a plain file")  # noqa: TRY301
        with path.open("rb") as file:
            yield file
    except (OSError, ValueError) as problem:  # ValueError: a path with a NUL in it
        words = _reason(problem)
        raise error(
            Words(f"{place(path)}: cannot be read: {words.en}.", f"{place(path)}：无法读取：{words.zh}。")
        ) from None


def write_whole(
    path: Path, write: Callable[[BinaryIO], object], error: type[NeuroloomError], previous: str = ""
) -> None:
    """Write a file through `write` so that, whatever happens, the old one or the new one is there; a link stays a link.

    The old one stays beside it under its name and the ending `previous`, if one is given. Raises `error` with what to do;
    then the old file is as it was.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode_of(target)
        temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with os.fdopen(file, "wb") as stream:
                write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                temporary.chmod(mode)
            if mode is not None and previous:
                _keep(target, target.with_name(target.name + previous))
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _settle(target.parent)
    except (OSError, ValueError) as problem:
        words = _reason(problem)
        raise error(
            Words(
                f"{place(path)}: cannot be written, and what was there before is untouched: {words.en}.",
                f"{place(path)}：无法写入，原有内容未改动：{words.zh}。",
            )
        ) from None


def _mode_of(target: Path) -> int | None:
    """The rights of the file that is there, None where there is none. Raises OSError where it may not be replaced."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(
            errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL, "there is something that is not a plain file"
        )
    if not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, "read-only")  # replacing it would be allowed, and would not be what its owner meant
    return stat.S_IMODE(mode)


def _keep(file: Path, spare: Path) -> None:
    """The file under a second name too, which costs no space where the disk can link; one that cannot be made stops nobody."""
    temporary = spare.with_name(f".{spare.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            os.link(file, temporary)
        except OSError:
            shutil.copy2(file, temporary)
        temporary.replace(spare)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _settle(folder: Path) -> None:
    """Ask the disk to remember the new name too, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(problem: OSError | ValueError) -> Words:
    if isinstance(problem, OSError) and problem.errno in _REASONS:
        return _REASONS[problem.errno]
    text = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return same(shown(text or type(problem).__name__, 120))
