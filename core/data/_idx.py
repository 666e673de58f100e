"""IDX, the file format of MNIST: 0, 0, type, number of axes, the axes as big-endian 32-bit numbers, then the array."""

from __future__ import annotations

import math
import re
import struct
from pathlib import Path
from typing import IO

import numpy as np

from core.data._base import Array, Dataset, Field
from core.data._files import check_size, damaged, reading, take, trouble
from core.words import Words, same

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_NAME = re.compile(r"(ubyte|\.idx\d?)(\.gz)?$", re.IGNORECASE)
_MOST_CLASSES = 10_000


def is_idx(path: Path) -> bool:
    """Whether a file is called like an IDX file, packed or not."""
    return bool(_NAME.search(path.name))


def read_array(path: Path) -> Array:
    """The array of one IDX file, in native byte order."""
    with reading(path) as file:
        head = file.read(4)
        if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES or not 1 <= head[3] <= 4:
            raise trouble(
                path,
                Words("it is no IDX file", "不是 IDX 文件"),
                Words(
                    f"a file that starts with {head.hex(' ') or 'nothing'}", f"以 {head.hex(' ') or '空'} 开头的文件"
                ),
                Words("0, 0, a type and 1 to 4 axes", "0、0、类型和 1 至 4 个维度"),
                Words("Choose the files of MNIST or of a set in the same format", "请选择 MNIST 或同格式的文件"),
            )
        axes = file.read(4 * head[3])
        if len(axes) < 4 * head[3]:
            raise damaged(path, Words("a header that breaks off", "不完整的文件头"))
        shape = struct.unpack(f">{head[3]}I", axes)
        kind = np.dtype(_TYPES[head[2]])
        body = _body(file, path, shape, math.prod(shape) * kind.itemsize)
    return np.frombuffer(body, kind).reshape(shape).astype(kind.newbyteorder("="), copy=False)


def _body(file: IO[bytes], path: Path, shape: tuple[int, ...], declared: int) -> bytearray:
    """The numbers themselves: exactly as many bytes as the axes ask for."""
    axes = "×".join(map(str, shape))
    if declared == 0:
        raise damaged(path, Words(f"an array of {axes}, which is empty", f"空数组 {axes}"))
    check_size(path, declared, path.stat().st_size)
    body = take(file, declared)
    if len(body) < declared:
        raise damaged(
            path,
            Words(
                f"{len(body):,} of the {declared:,} bytes of {axes}",
                f"{axes} 的 {declared:,} 字节中只有 {len(body):,} 字节",
            ),
        )
    if file.read(1):
        raise damaged(
            path, Words(f"more than the {declared:,} bytes of {axes}", f"超过 {axes} 所需的 {declared:,} 字节")
        )
    return body


def read_pair(images: Path, labels: Path, scale: float = 1.0, name: Words | None = None) -> Dataset:
    """Pictures (rows, height, width, channels) and their classes; `scale` brings other greys to 0..255."""
    pictures, numbers = read_array(images), read_array(labels)
    if (
        pictures.dtype != np.uint8
        or pictures.ndim not in {3, 4}
        or (pictures.ndim == 4 and pictures.shape[3] not in {1, 3})
    ):
        axes = "×".join(map(str, pictures.shape))
        raise trouble(
            images,
            Words("these are no pictures", "不是图片"),
            same(f"{pictures.dtype} {axes}"),
            Words(
                "bytes, rows × height × width, or × 1 or 3 channels more",
                "字节数组：行 × 高 × 宽，可再 × 1 或 3 个通道",
            ),
            Words("Choose the file of images; the labels are found beside it", "请选择图片文件，标签文件会在旁边找到"),
        )
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or len(numbers) != len(pictures):
        axes = "×".join(map(str, numbers.shape))
        raise trouble(
            labels,
            Words("the labels do not fit the pictures", "标签与图片不符"),
            same(f"{numbers.dtype} {axes}"),
            Words(f"{len(pictures):,} whole numbers", f" {len(pictures):,} 个整数"),
            Words("Choose files that belong together", "请选择配套的文件"),
        )
    low, high = int(numbers.min()), int(numbers.max())
    if low < 0 or high >= _MOST_CLASSES:
        raise trouble(
            labels,
            Words("these are no classes", "不是类别"),
            Words(f"numbers from {low} to {high}", f"从 {low} 到 {high} 的数"),
            Words(f"whole numbers from 0, below {_MOST_CLASSES}", f"从 0 开始、小于 {_MOST_CLASSES} 的整数"),
            Words("Choose the file of labels", "请选择标签文件"),
        )
    if scale != 1:
        pictures = np.minimum(np.rint(pictures * np.float32(scale)), 255).astype(np.uint8)
    if pictures.ndim == 3:
        pictures = pictures[..., None]
    classes = tuple(map(str, range(high + 1)))
    return Dataset(
        (Field(Words("picture", "图片"), "image", pictures),),
        (Field(name or Words("class", "类别"), "class", numbers.astype(np.int32), classes=classes),),
    )


def partner(images: Path) -> Path:
    """The file of labels that belongs to a file of images: `images` and `idx3` or `idx4` read `labels` and `idx1`."""
    name = re.sub("images", "labels", images.name, flags=re.IGNORECASE)
    return sibling(images, re.sub(r"idx[34]", "idx1", name))


def test_part(images: Path) -> Path | None:
    """The test images beside training images: `train` reads `t10k` or `test`. None where there are none."""
    if "train" not in images.name.lower():
        return None
    for word in ("t10k", "test"):
        beside = sibling(images, re.sub("train", word, images.name, flags=re.IGNORECASE))
        if beside.exists():
            return beside
    return None


def sibling(path: Path, name: str) -> Path:
    """A file in the same folder, packed or not, whichever is there."""
    plain = path.with_name(name.removesuffix(".gz"))
    packed = plain.with_name(plain.name + ".gz")
    return packed if packed.exists() and not plain.exists() else plain
