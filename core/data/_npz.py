"""Arrays out of an .npz file, without pickle and without trust in what its headers promise."""

from __future__ import annotations

import math
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np

from core.data._base import Array
from core.data._files import MOST_BYTES, check_size, damaged, existing, shown, take, trouble
from core.words import Words, same

_LONGEST_HEADER = 10_000
_FAULTS = (
    OSError, EOFError, ValueError, KeyError, IndexError, TypeError, OverflowError, NotImplementedError, RuntimeError,
    SyntaxError, MemoryError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip  # what zipfile and NumPy's header reader raise for files that were made to hurt


def read_arrays(path: Path, wanted: Mapping[str, str]) -> dict[str, Array]:
    """The arrays whose member names are keys of `wanted`, under the names they map to."""
    if not stat.S_ISREG(existing(path).stat().st_mode):
        raise damaged(path, Words("a folder or a device", "文件夹或设备"))
    found: dict[str, Array] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.removesuffix(".npy") in wanted]
            names = [wanted[m.filename.removesuffix(".npy")] for m in members]
            if len(set(names)) < len(names):
                raise damaged(path, Words("two arrays of one name", "重名的数组"))
            if any(m.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for m in members):
                raise damaged(path, Words("a way of packing that NumPy does not use", "NumPy 不使用的压缩方式"))
            check_size(path, sum(m.file_size for m in members), path.stat().st_size)
            for name, member in zip(names, members, strict=True):
                with archive.open(member) as file:
                    found[name] = _array(file, member.file_size, path, member.filename)
    except _FAULTS as error:
        raise damaged(path, same(shown(str(error) or type(error).__name__, 100))) from None
    return found


def _array(file: IO[bytes], stored: int, path: Path, name: str) -> Array:
    """One member: a NumPy header, then exactly as many bytes as it asks for."""
    version = np.lib.format.read_magic(file)
    if version not in {(1, 0), (2, 0), (3, 0)}:
        raise damaged(path, Words(f"version {version[0]} of NumPy's format", f"NumPy 格式的第 {version[0]} 版"))
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_column, kind = read(file, max_header_size=_LONGEST_HEADER)
    if kind.hasobject or kind.kind not in "biuf" or kind.itemsize > 8:
        raise trouble(
            path,
            Words(f"the array {shown(name)} does not hold numbers", f"数组 {shown(name)} 不是数值"),
            same(shown(str(kind))),
            Words(
                "whole numbers or decimals; nothing that has to be unpickled", "整数或小数；不接受需要 unpickle 的内容"
            ),
            Words("Save it again as numbers", "请另存为数值数组"),
        )
    declared = math.prod(shape) * kind.itemsize
    if min(shape, default=1) < 0 or not 0 < declared <= min(stored, MOST_BYTES):
        axes = "×".join(map(str, shape[:8]))
        raise damaged(
            path,
            Words(
                f"an array {shown(name)} of {axes} in {stored:,} bytes",
                f"{stored:,} 字节中声明了 {axes} 的数组 {shown(name)}",
            ),
        )
    body = take(file, declared)
    if len(body) < declared or file.read(1):
        raise damaged(
            path, Words(f"another number of bytes than {shown(name)} asks for", f"{shown(name)} 的字节数不符")
        )
    flat = np.frombuffer(body, kind)
    ordered = flat.reshape(shape[::-1]).T if by_column else flat.reshape(shape)
    return np.ascontiguousarray(ordered, dtype=kind.newbyteorder("="))
