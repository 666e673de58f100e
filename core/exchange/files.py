"""Files are written whole or not at all: beside the target first, then moved onto it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import NeuroloomError
from core.words import Words


def write_whole(path: Path, write: Callable[[BinaryIO], Any]) -> None:
    """Write a file through `write`. Raises NeuroloomError where that fails, and what was there before is intact."""
    target = path.resolve() if path.is_symlink() else path  # a link stays a link
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            Path(temporary).chmod(target.stat().st_mode)
        else:
            umask = os.umask(0)
            os.umask(umask)
            Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise NeuroloomError(
            Words(
                f"{path} cannot be written: {reason}. Choose another place, or make room. What was there is unchanged.",
                f"无法写入 {path}：{reason}。请换一个位置，或腾出空间。原有文件未改动。",
            )
        ) from error
    finally:
        with suppress(OSError):
            if temporary:
                Path(temporary).unlink(missing_ok=True)
