"""A project inside a picture: read by others as a picture, by us as a project, and never a way in."""

from __future__ import annotations

import base64
import struct
import tracemalloc
import zlib
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.errors import ProjectFileError
from core.graph.document import Document
from core.project import loads
from core.project.pictures import into_png, into_svg, load_picture
from tests.project.test_round_trip import SMALL

PROJECT = loads(SMALL, "small")
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0"/></svg>\n'


def png(folder):
    """Nine pixels, written by Pillow."""
    path = folder / "plain.png"
    Image.fromarray(np.arange(27, dtype=np.uint8).reshape(3, 3, 3)).save(path)
    return path.read_bytes()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def told(path):
    with pytest.raises(ProjectFileError) as caught:
        load_picture(path)
    assert path.name in caught.value.words.en and path.name in caught.value.words.zh
    return caught.value.words.en


def made(folder, ending, document=PROJECT):
    path = folder / f"net{ending}"
    path.write_bytes(into_png(png(folder), document) if ending == ".png" else into_svg(SVG, document))
    return path


def test_pillow_sees_the_same_picture_and_the_project_as_text(tmp_path):
    with Image.open(made(tmp_path, ".png")) as image, Image.open(tmp_path / "plain.png") as plain:
        assert np.array_equal(np.asarray(image), np.asarray(plain))
        assert loads(image.text["neuroloom"], "by Pillow") == PROJECT


def test_a_png_that_pillow_wrote_opens(tmp_path):
    info = PngInfo()
    info.add_text("Comment", "before it")
    info.add_itxt("neuroloom", SMALL, lang="en", tkey="项目", zip=True)
    Image.new("RGB", (4, 4)).save(tmp_path / "x.png", pnginfo=info)
    assert load_picture(tmp_path / "x.png") == PROJECT


def test_an_svg_stays_well_formed_and_holds_the_project(tmp_path):
    path = made(tmp_path, ".svg", Document(title="]]></metadata><script>&\"'"))
    root = ET.parse(path).getroot()
    (metadata,) = root.findall("{http://www.w3.org/2000/svg}metadata")
    assert loads(zlib.decompress(base64.b64decode(metadata.text)).decode(), "by hand") == load_picture(path)
    assert not root.findall(".//{http://www.w3.org/2000/svg}script")
    path.write_bytes(
        path.read_bytes().replace(b'<metadata id="neuroloom">', b'<metadata\n  class="x" id="neuroloom" >\n  ')
    )
    assert load_picture(path).title.startswith("]]>")


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_picture_without_a_project_says_why(tmp_path, ending):
    path = tmp_path / f"plain{ending}"
    path.write_bytes(png(tmp_path) if ending == ".png" else SVG)
    assert "a file without a project" in told(path)
    for data in (b"", b"<svg", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\xff" * 100):
        path.write_bytes(data)
        assert "a file without a project" in told(path)


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_cut_or_changed_anywhere_it_opens_or_is_refused(tmp_path, ending):
    path = made(tmp_path, ending)
    data, opened = path.read_bytes(), 0
    for at in range(len(data)):
        for damaged in (data[:at], data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :]):
            path.write_bytes(damaged)
            try:
                assert load_picture(path) == PROJECT  # what is damaged is never taken for another project
                opened += 1
            except ProjectFileError:
                pass
    assert 0 < opened < len(data)


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_bomb_is_not_unpacked(tmp_path, ending):
    packing = zlib.compressobj(9)
    packed = b"".join(packing.compress(bytes(1 << 24)) for _ in range(8)) + packing.flush()
    path = tmp_path / f"bomb{ending}"
    head = png(tmp_path)[:33]
    bomb = head + chunk(b"iTXt", b"neuroloom\0\1\0\0\0" + packed)
    path.write_bytes(
        bomb
        if ending == ".png"
        else SVG.replace(b"</svg>", b'<metadata id="neuroloom">' + base64.b64encode(packed) + b"</metadata></svg>")
    )
    tracemalloc.start()
    try:
        assert "wanted <= 67,108,864" in told(path)
        assert tracemalloc.get_traced_memory()[1] < 250_000_000
    finally:
        tracemalloc.stop()


def test_pictures_made_to_hurt_are_refused_at_once(tmp_path):
    path = tmp_path / "x.png"
    head = b"\x89PNG\r\n\x1a\n"
    path.write_bytes(head + chunk(b"teXt", b"") * 2_000_000)
    assert "without a project" in told(path)
    path.write_bytes(head + struct.pack(">I", 2**31 - 1) + b"iTXtneuroloom\0\1\0\0\0")
    assert "damaged" in told(path)
    path.write_bytes(head + chunk(b"iTXt", b"neuroloom\0\1\0\0\0" + zlib.compress(b"[" * 100_000)))
    assert "levels of brackets" in told(path)
    path.write_bytes(b"<metadata " * 3_000_000 + b'id="neuroloom"')
    assert "without a project" in told(path)
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert "1,099,511,627,776 bytes" in told(path)
