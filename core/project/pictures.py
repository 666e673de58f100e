"""A project inside a picture of it, so that the picture opens again; such a file is trusted as little as any other.

In a PNG it is a compressed text chunk (iTXt; PNG specification, second edition, 2003), in an SVG it is metadata.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from pathlib import Path

from core.errors import ProjectFileError
from core.graph.document import Document
from core.project import disk, dumps, loads
from core.project.faults import fault
from core.project.text import MOST_BYTES, too_big
from core.words import Words

ENDINGS = (".png", ".svg")
KEY = b"neuroloom"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = len(_SIGNATURE) + 25  # the signature, and the first chunk: IHDR, always of 13 bytes
_MOST_CHUNKS = 10_000
_METADATA = re.compile(rb'<metadata\s[^<>]{0,200}?id="neuroloom"[^<>]{0,200}>([^<>]*)<')


def into_png(png: bytes, document: Document) -> bytes:
    """The picture with the project in it, right behind its head."""
    # keyword, compressed, by zlib, and neither language nor translated keyword
    body = b"iTXt" + KEY + b"\0\1\0\0\0" + _packed(document)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEAD] + chunk + png[_HEAD:]


def into_svg(svg: bytes, document: Document) -> bytes:
    """The drawing with the project in it, as the last thing it holds."""
    end = svg.rindex(b"</svg>")
    return svg[:end] + b'<metadata id="neuroloom">' + base64.b64encode(_packed(document)) + b"</metadata>\n" + svg[end:]


def load_picture(path: Path) -> Document:
    """The project in a picture. Raises ProjectFileError, for a picture without one too."""
    where = disk.place(path)
    with disk.reading(path, ProjectFileError) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ProjectFileError(too_big(where, path.stat().st_size))
    packed = _of_png(data, where) if data.startswith(_SIGNATURE) else _of_svg(data, where)
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(packed, MOST_BYTES + 1)
    except zlib.error:
        raise _damaged(where) from None
    if len(text) > MOST_BYTES:
        raise ProjectFileError(too_big(where, len(text)))
    if not unpacking.eof:
        raise _damaged(where)
    return loads(text.decode("utf-8", "surrogateescape"), where)


def _packed(document: Document) -> bytes:
    return zlib.compress(dumps(document).encode("utf-8", "replace"), 9)


def _of_png(data: bytes, where: str) -> bytes:
    at = len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        length, kind = struct.unpack(">I4s", data[at : at + 8]) if at + 12 <= len(data) else (0, b"IEND")
        body = data[at + 8 : at + 8 + length]
        if kind == b"IEND":
            break
        if kind == b"iTXt" and body.startswith(KEY + b"\0\1\0"):
            end = at + 8 + length
            if len(data) < end + 4 or struct.unpack(">I", data[end : end + 4])[0] != zlib.crc32(kind + body):
                raise _damaged(where)
            return body.split(b"\0", 4)[-1]  # behind language and translated keyword, whoever wrote them
        at += 12 + length
    raise _without(where)


def _of_svg(data: bytes, where: str) -> bytes:
    found = _METADATA.search(data)
    if found is None:
        raise _without(where)
    try:
        return base64.b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error:
        raise _damaged(where) from None


def _without(where: str) -> ProjectFileError:
    got, wanted = (
        Words("a file without a project", "不含项目的文件"),
        Words("a picture that Neuroloom exported", "神经织机导出的图片"),
    )
    do = Words(
        "Programs that shrink or convert pictures leave it out: take the original file",
        "压缩或转换图片的程序会去掉其中的项目：请使用原始文件",
    )
    return ProjectFileError(fault(where, got, wanted, do))


def _damaged(where: str) -> ProjectFileError:
    got, wanted = (
        Words("a damaged project in it", "其中的项目已损坏"),
        Words("the picture as it was exported", "导出时的图片"),
    )
    return ProjectFileError(fault(where, got, wanted, Words("Take the original file", "请使用原始文件")))
