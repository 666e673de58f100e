"""Reading a stranger's files: what is on disk is measured before memory is taken, and every fault is told in words."""

from __future__ import annotations

import gzip
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, cast

from core.data._base import DISK, Source
from core.errors import DataError
from core.settings import setting
from core.words import Words, same

BUNDLED_FILES = Path(__file__).parents[2] / "resources" / "data"
MOST_BYTES = 1 << 30  # of one array, unpacked
_TIGHTEST = 200  # real data does not pack better than this; a bomb of zeros packs 1000 to 1
_SMALL = 64 << 20  # below this, how tightly a file is packed does not matter
_PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class DiskSource(Source):
    """Data that lies in a file or a folder of the person's own."""

    group: ClassVar[Words] = DISK

    path: str = setting(
        "", Words("Path", "路径"), Words("The file or folder to read.", "要读取的文件或文件夹。"), longest=4096
    )

    @classmethod
    def reads(cls, path: Path) -> bool:
        """Whether this source is the one for what lies at `path`, judged by names only."""
        raise NotImplementedError

    def place(self) -> Path:
        """The path that is set. Raises DataError where there is nothing."""
        if not self.path:
            raise DataError(
                Words(
                    f"{self.title.en}: no file is chosen yet. Choose one under Path.",
                    f"{self.title.zh}：还没有选择文件。请在“路径”中选择。",
                )
            )
        return existing(Path(self.path).expanduser())


def existing(path: Path) -> Path:
    """The same path, when there is something at it. Raises DataError otherwise."""
    try:
        path.stat()
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        raise _closed(path, error) from None
    return path


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, by name, without what is hidden. Raises DataError where it may not be looked into."""
    try:
        return sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as error:
        raise _closed(folder, error) from None


def trouble(where: Path | str, what: Words, got: Words, wanted: Words, do: Words) -> DataError:
    """The error every loader raises: where, what is wrong, what was got, what was wanted, what to do."""
    place = shown(str(where), 160, tail=True)
    return DataError(
        Words(
            f"{place}: {what.en}. Got {got.en}; wanted {wanted.en}. {do.en}.",
            f"{place}：{what.zh}。现为{got.zh}，应为{wanted.zh}。{do.zh}。",
        )
    )


def shown(text: str, longest: int = 40, *, tail: bool = False) -> str:
    """Text from a file, fit for a message: one line, no control or direction marks, not too long."""
    plain = "".join(c if c.isprintable() else "�" for c in (text[-longest:] if tail else text[:longest]))
    if len(text) <= longest:
        return plain
    return f"…{plain}" if tail else f"{plain}…"


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """A file to read from, unpacked on the way where it is gzip. Whatever fails inside is told as DataError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise trouble(
                path,
                Words("it is no file", "不是文件"),
                Words("a folder or a device", "文件夹或设备"),
                Words("a plain file", "普通文件"),
                Words("Choose a file", "请选择一个文件"),
            )
        with path.open("rb") as stored:
            magic = stored.read(2)
            stored.seek(0)
            if magic == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=stored) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield stored
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, same(_reason(error))) from None
    except OSError as error:
        raise _closed(path, error) from None


def damaged(path: Path, got: Words) -> DataError:
    """A file that breaks off or is not what its name says."""
    return trouble(
        path,
        Words("the file is damaged or cut short", "文件损坏或不完整"),
        got,
        Words("a whole file", "完整的文件"),
        Words("Download or export it again", "请重新下载或导出"),
    )


def check_size(where: Path | str, declared: int, stored: int) -> None:
    """Refuse what would unpack to too much: more than 1 GiB, or suspiciously more than is stored."""
    if declared > MOST_BYTES:
        raise trouble(
            where,
            Words("it declares more data than is read in one go", "声明的数据量超出一次可读的上限"),
            Words(f"{declared:,} bytes", f" {declared:,} 字节"),
            Words(f"at most {MOST_BYTES:,}", f"不超过 {MOST_BYTES:,} 字节"),
            Words("Take a part of it, or check that the file is not damaged", "请取其中一部分，或检查文件是否损坏"),
        )
    if declared > _SMALL and declared > _TIGHTEST * stored:
        raise trouble(
            where,
            Words("it would unpack to far more than it holds", "解压后的大小远超文件本身"),
            Words(f"{declared:,} bytes out of {stored:,}", f"由 {stored:,} 字节解出 {declared:,} 字节"),
            Words(f"at most {_TIGHTEST} times as much", f"不超过 {_TIGHTEST} 倍"),
            Words("Store it unpacked if it is really yours", "如果确实是你的数据，请以未压缩的形式保存"),
        )


def take(file: IO[bytes], count: int) -> bytearray:
    """Up to `count` bytes; memory grows with what is really there, never with what a header promises."""
    taken = bytearray()
    while len(taken) < count:
        piece = file.read(min(_PIECE, count - len(taken)))
        if not piece:
            break
        taken += piece
    return taken


def whole(path: Path, most: int) -> bytearray:
    """All bytes of a file, unpacked. Raises DataError where they are more than `most`."""
    with reading(path) as file:
        taken = take(file, most + 1)
    if len(taken) > most:
        raise trouble(
            path,
            Words("the file is too big", "文件过大"),
            Words(f"more than {most:,} bytes", f"超过 {most:,} 字节"),
            Words(f"at most {most:,}", f"不超过 {most:,} 字节"),
            Words("Take a part of it", "请取其中一部分"),
        )
    return taken


def _closed(path: Path, error: OSError | ValueError) -> DataError:
    return trouble(
        path,
        Words("it cannot be opened", "无法打开"),
        same(_reason(error)),
        Words("a file or folder that this program may read", "本程序可以读取的文件或文件夹"),
        Words("Check the path and the rights on it, or choose another", "请检查路径和权限，或换一个文件"),
    )


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return shown(text or type(error).__name__, 120)
