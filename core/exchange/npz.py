"""npz: NumPy's own archive, a zip with one array a member. Read without pickle, and never unpacked to the disk."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from core.data._files import shown
from core.errors import WeightsFileError
from core.project.faults import Faults, fault
from core.project.text import strict_json
from core.words import Words, same

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Found = tuple[str, Shape]  # type and shape of an array in a file

HEAD = "__neuroloom__"  # the member that holds the head, a JSON text
_LONGEST_HEAD = 32 << 20
_LONGEST_HEADER = 10_000  # of one array; NumPy's own limit
_MOST_DIRECTORY = 16 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a fixed date: equal weights, equal bytes
_AGAIN = Words("Download or export the file again", "请重新下载或导出该文件")


def write(file: BinaryIO, arrays: Mapping[str, Array], head: Mapping[str, str]) -> None:
    """Write float32 arrays and a head of texts. Equal contents, equal bytes."""
    text = json.dumps(dict(sorted(head.items())), ensure_ascii=False)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for key, array in [*sorted(arrays.items()), (HEAD, np.array(text))]:
            with archive.open(zipfile.ZipInfo(f"{key}.npy", _EPOCH), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)


class _Header(NamedTuple):
    type: np.dtype[Any]
    shape: Shape
    order: Literal["C", "F"]
    length: int


class Archive:
    """An open npz file whose list of members has been checked. Raises WeightsFileError for whatever zipfile stumbles over."""

    def __init__(self, file: BinaryIO, where: str, wanted: Container[str]) -> None:
        """Only the headers of `wanted` arrays are read here, whatever else there may be."""
        self.where = where
        self.archive, self.members = self._open(file)
        self.found: dict[str, Found] = {}
        for key in self.members:
            header = self._header(key) if key in wanted else None
            if key != HEAD:
                self.found[key] = (str(header.type.newbyteorder("=")), header.shape) if header else ("", ())

    def head(self) -> dict[str, str]:
        """The texts that came with the arrays; none where another program wrote the file."""
        if HEAD not in self.members:
            return {}
        header = self._header(HEAD)
        if header.type.kind != "U" or header.shape or header.type.itemsize > _LONGEST_HEAD:
            raise self._damaged(Words(f"{HEAD} that is no text", f"{HEAD} 不是文字"))
        order = "be" if header.type.byteorder == ">" else "le"
        try:
            text = self._array(HEAD).tobytes().decode(f"utf-32-{order}").rstrip("\0")
        except UnicodeDecodeError as error:  # numbers that are no characters
            raise self._broken(HEAD, error) from None
        head = strict_json(text.encode(), self.where, WeightsFileError)
        if not isinstance(head, dict) or not all(isinstance(part, str) for part in head.values()):
            raise self._damaged(Words(f"{HEAD} that is no list of texts", f"{HEAD} 不是文字列表"))
        return head

    def read(self, keys: Iterable[str]) -> Iterator[tuple[str, Array]]:
        """The arrays one by one, float32. Their shapes must be those that are needed: they say how much is read."""
        for key in keys:
            yield key, self._array(key).astype(np.float32, order="C")

    def _open(self, file: BinaryIO) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
        self._check_directory(file)
        try:
            archive = zipfile.ZipFile(file)
        except Exception as error:  # noqa: BLE001  zipfile fails in many ways on a stranger's bytes
            raise self._damaged(same(shown(str(error), 120))) from None
        faults = Faults(self.where, WeightsFileError)
        members: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            key = info.filename.removesuffix(".npy")
            place = shown(info.filename, 80)
            if key in members:
                faults.add(place, Words("two members of this name", "两个同名成员"), Words("one", "一个"), _AGAIN)
            if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or info.flag_bits & 1:
                packing = Words("an unusual or encrypted packing", "不常见的压缩或加密")
                faults.add(place, packing, Words("stored or deflated", "未压缩或 deflate"), _AGAIN)
            members[key] = info
        faults.check()
        return archive, members

    def _check_directory(self, file: BinaryIO) -> None:
        """Refuse a table of contents of millions of entries before it is read into memory."""
        size = file.seek(0, io.SEEK_END)
        file.seek(max(size - 65_557, 0))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        declared = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
        if declared > _MOST_DIRECTORY:  # 4 GiB stands for zip64, whose table may be longer still
            got = Words(f"a table of contents of {declared:,} bytes", f"{declared:,} 字节的目录")
            raise WeightsFileError(fault(self.where, got, same(f"<= {_MOST_DIRECTORY:,}"), _AGAIN))
        file.seek(0)

    def _header(self, key: str) -> _Header:
        try:
            with self.archive.open(self.members[key]) as member:
                start = io.BytesIO(member.read(_LONGEST_HEADER))
            version = np.lib.format.read_magic(start)
            readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            shape, fortran, dtype = readers[version](start)
            return _Header(dtype, shape, "F" if fortran else "C", start.tell())
        except Exception as error:  # noqa: BLE001  a broken member fails in zipfile, zlib, ast or NumPy
            raise self._broken(key, error) from None

    def _array(self, key: str) -> Array:
        """One array. Reads to the end of its member, where zipfile compares the checksum."""
        header = self._header(key)
        wanted = header.length + header.type.itemsize * math.prod(header.shape)
        try:
            with self.archive.open(self.members[key]) as member:
                data = member.read(wanted + 1)
            if len(data) != wanted or header.type.hasobject:
                raise self._damaged(_lengths(shown(key, 80), len(data), wanted))  # noqa: TRY301
            return np.frombuffer(data, header.type, offset=header.length).reshape(header.shape, order=header.order)
        except WeightsFileError:
            raise
        except Exception as error:  # noqa: BLE001  as above
            raise self._broken(key, error) from None

    def _broken(self, key: str, error: Exception) -> WeightsFileError:
        return self._damaged(same(f"{shown(key, 80)}: {shown(str(error) or type(error).__name__, 120)}"))

    def _damaged(self, got: Words) -> WeightsFileError:
        return WeightsFileError(fault(self.where, got, Words("a whole npz file", "完整的 npz 文件"), _AGAIN))


def _lengths(key: str, found: int, declared: int) -> Words:
    return Words(
        f"{key}: {found:,} bytes where its header declares {declared:,}",
        f"{key}：{found:,} 字节，而其文件头声明 {declared:,} 字节",
    )
