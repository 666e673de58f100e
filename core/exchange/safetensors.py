"""safetensors: a length, a JSON header, then the plain bytes of every array. Nothing in it can be run.

The format is https://huggingface.co/docs/safetensors. Written here and not by its package, so that equal weights give equal
bytes: the package puts the head in an order of its own each time. The tests read and write every file with the package too.
"""

from __future__ import annotations

import itertools
import json
import math
import os
from collections.abc import Iterator, Mapping
from io import BufferedReader
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from core.errors import WeightsFileError
from core.project.faults import Faults, as_written, fault
from core.project.text import strict_json
from core.words import Words

Array = npt.NDArray[Any]
Shape = tuple[int, ...]

_HEAD = "__metadata__"
_LONGEST_HEADER = 32 << 20
_ALIGNED = 8
_AGAIN = Words("Download or export the file again", "请重新下载或导出该文件")


class Tensor(NamedTuple):
    """Where one array lies in the file."""

    type: str  # as the format has it; F32 is what this program reads
    shape: Shape
    start: int  # of its bytes, counted from the start of the file
    stop: int


def write(file: BinaryIO, arrays: Mapping[str, Array], head: Mapping[str, str]) -> None:
    """Write float32 arrays and a head of texts. Equal contents, equal bytes."""
    header: dict[str, Any] = {_HEAD: dict(sorted(head.items()))} if head else {}
    at = 0
    for key, array in sorted(arrays.items()):
        header[key] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + 4 * array.size]}
        at += 4 * array.size
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNED)
    file.write(len(text).to_bytes(8, "little") + text)
    for _, array in sorted(arrays.items()):
        file.write(np.ascontiguousarray(array, "<f4").data)


def look(file: BinaryIO, where: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The arrays a file declares, and its head. Raises WeightsFileError unless they fill the file exactly."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > min(size - 8, _LONGEST_HEADER):
        got = Words(
            f"a header of {length:,} bytes in a file of {size:,}", f"{size:,} 字节的文件中 {length:,} 字节的文件头"
        )
        raise WeightsFileError(fault(where, got, Words("a safetensors file", "safetensors 文件"), _AGAIN))
    header = strict_json(file.read(length), where, WeightsFileError)
    faults = Faults(where, WeightsFileError)
    if not isinstance(header, dict):
        faults.add("header", as_written(header), Words("an object { … }", "对象 { … }"), _AGAIN)
        faults.check()
    head = header.pop(_HEAD, {})
    if not isinstance(head, dict) or not all(isinstance(text, str) for text in head.values()):
        faults.add(_HEAD, as_written(head), Words("texts by name", "按名称排列的文字"), _AGAIN)
    tensors = {key: tensor for key, given in header.items() if (tensor := _tensor(key, given, 8 + length, faults))}
    faults.check()
    _check_spans(tensors, 8 + length, size, faults)
    faults.check()
    return tensors, head


def read(file: BufferedReader, tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Array]]:
    """The arrays one by one, float32. Their sizes have been checked against the file."""
    for key, tensor in tensors.items():
        stored = np.empty(tensor.shape, "<f4")
        file.seek(tensor.start)
        if file.readinto(stored.reshape(-1).view(np.uint8).data) != stored.nbytes:
            raise OSError("the file became shorter while it was read")
        yield key, stored.astype(np.float32, copy=False)


def _tensor(key: str, given: Any, base: int, faults: Faults) -> Tensor | None:
    try:
        kind, shape, (start, stop) = given["dtype"], tuple(given["shape"]), given["data_offsets"]
        whole = all(type(number) is int and number >= 0 for number in (*shape, start, stop))
    except (KeyError, TypeError, ValueError):
        whole, kind, shape, start, stop = False, "", (), 0, 0
    if not whole or not isinstance(kind, str) or len(shape) > 32:
        wanted = Words("a type, a shape and two offsets", "类型、形状和两个偏移量")
        faults.add(as_written(key), as_written(given), wanted, _AGAIN)
        return None
    return Tensor(kind, shape, base + start, base + stop)


def _check_spans(tensors: Mapping[str, Tensor], base: int, size: int, faults: Faults) -> None:
    """One after the other, without gap or overlap, to the end of the file."""
    spans = sorted((t.start, t.stop) for t in tensors.values())
    starts, stops = [start for start, _ in spans] + [size], [base] + [stop for _, stop in spans]
    if starts != stops or any(start > stop for start, stop in spans):
        at = next((i for i, (a, b) in enumerate(itertools.zip_longest(starts, stops)) if a != b), 0)
        got = Words(
            f"a gap or an overlap at byte {stops[at]:,} of {size:,}",
            f"第 {stops[at]:,} 字节处有空隙或重叠（共 {size:,} 字节）",
        )
        faults.add("data", got, Words("arrays that fill the file exactly", "恰好填满文件的数组"), _AGAIN)
    for key, tensor in tensors.items():
        count = 4 * math.prod(tensor.shape)
        if tensor.type == "F32" and tensor.stop - tensor.start != count:
            got = Words(f"{tensor.stop - tensor.start:,} bytes", f"{tensor.stop - tensor.start:,} 字节")
            faults.add(as_written(key), got, Words(f"{count:,} for its shape", f"其形状所需的 {count:,} 字节"), _AGAIN)
