"""Folders of pictures: classes by folder, pixels as they should be, and refusals."""

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from core.data import source_from_path
from core.data.image_folder import ImageFolder
from core.errors import DataError

RED, GREEN, BLUE = (250, 10, 10), (10, 250, 10), (10, 10, 250)


def picture(path, colour=RED, size=(8, 8), mode="RGB", **how):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **how)


@pytest.fixture
def folder(tmp_path):
    for name, colour in (("cats", RED), ("dogs", GREEN)):
        for i, ending in enumerate(("png", "jpg", "bmp", "webp")):
            picture(tmp_path / name / f"{i}.{ending}", colour)
    return tmp_path


def test_each_folder_is_a_class(folder):
    (folder / "empty").mkdir()
    (folder / ".hidden").mkdir()
    (folder / "cats" / "notes.txt").write_text("no picture")
    data = ImageFolder(path=str(folder), size=4).load()
    assert data.targets[0].classes == ("cats", "dogs")
    assert data.targets[0].array.tolist() == [0] * 4 + [1] * 4
    assert data.inputs[0].array.shape == (8, 4, 4, 3)
    assert np.abs(data.inputs[0].array[:4].astype(int) - RED).max() < 12
    assert np.abs(data.inputs[0].array[4:].astype(int) - GREEN).max() < 12
    assert isinstance(source_from_path(folder), ImageFolder)


def test_grey_is_the_usual_weighting_of_the_colours(folder):
    grey = ImageFolder(path=str(folder), size=4, channels="grey").load().inputs[0].array
    assert grey.shape == (8, 4, 4, 1)
    assert grey[0, 0, 0, 0] == pytest.approx(0.299 * 250 + 0.587 * 10 + 0.114 * 10, abs=1)


@pytest.mark.parametrize("second", ["test", "val"])
def test_train_and_test_folders_are_parts(tmp_path, second):
    picture(tmp_path / "train" / "a" / "1.png")
    picture(tmp_path / "train" / "b" / "1.png")
    picture(tmp_path / second / "b" / "1.png", BLUE)
    data = ImageFolder(path=str(tmp_path), size=4).load()
    assert len(data) == 2
    assert data.test.targets[0].array.tolist() == [1]
    assert data.test.targets[0].classes == ("a", "b")
    assert isinstance(source_from_path(tmp_path), ImageFolder)


def test_a_picture_is_cut_from_its_middle(tmp_path):
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    (tmp_path / "a").mkdir()
    Image.fromarray(wide).save(tmp_path / "a" / "1.png")
    assert (ImageFolder(path=str(tmp_path), size=10).load().inputs[0].array == 200).all()


def test_small_greys_are_averaged_not_dropped(tmp_path):
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    (tmp_path / "a").mkdir()
    Image.fromarray(board).save(tmp_path / "a" / "1.png")
    small = ImageFolder(path=str(tmp_path), size=8, channels="grey").load().inputs[0].array
    assert np.abs(small.astype(int) - 127).max() <= 6


def test_transparency_is_white_and_sixteen_bits_are_greys_and_photos_stand_upright(tmp_path):
    picture(tmp_path / "a" / "1.png", (0, 0, 0, 0), mode="RGBA")
    deep = np.full((4, 4), 0x8000, np.uint16)
    Image.fromarray(deep).save(tmp_path / "a" / "2.png")
    turned = Image.fromarray(np.repeat(np.array([[0, 255]], np.uint8), 2, axis=0))
    exif = Image.Exif()
    exif[0x0112] = 3  # stored upside down
    turned.resize((64, 64), Image.Resampling.NEAREST).save(tmp_path / "a" / "3.jpg", exif=exif)
    pixels = ImageFolder(path=str(tmp_path), size=4, channels="grey").load().inputs[0].array
    assert (pixels[0] == 255).all()
    assert (pixels[1] == 128).all()
    assert pixels[2, 0, 0, 0] > 200
    assert pixels[2, 0, 3, 0] < 50


def declared(width, height):
    """A PNG whose header declares this size and that has next to nothing behind it."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(20_000, 20_000), (10_000, 9_500), (8_000, 7_000), (2**20, 2**20)])
def test_four_hundred_megapixels_are_refused_undecoded(folder, size):
    (folder / "cats" / "big.png").write_bytes(declared(*size))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"big\.png.*too big"):
            ImageFolder(path=str(folder), size=4).load()
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("raw", [b"", b"no picture", b"%!PS-Adobe-3.0 EPSF", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_a_file_that_is_no_picture_is_named(folder, raw):
    (folder / "dogs" / "zz.png").write_bytes(raw)
    with pytest.raises(DataError, match=r"zz\.png"):
        ImageFolder(path=str(folder)).load()


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "webp", "gif"])
def test_a_picture_cut_short_is_refused_or_whole(tmp_path, ending):
    noise = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    path = tmp_path / "a" / f"1.{ending}"
    path.parent.mkdir()
    Image.fromarray(noise).save(path)
    source = ImageFolder(path=str(tmp_path), size=8)
    whole = source.load().inputs[0].array
    raw = path.read_bytes()
    refused = 0
    for length in range(0, len(raw), 3):
        path.write_bytes(raw[:length])
        try:
            assert (source.load().inputs[0].array == whole).all()
        except DataError:
            refused += 1
    assert refused > len(raw) // 3 * 0.7


def test_more_pictures_than_memory_are_refused_before_the_first_is_read(folder, monkeypatch):
    monkeypatch.setattr("core.data.image_folder.MOST_BYTES", 8 * 512 * 512 * 3 - 1)
    with pytest.raises(DataError, match="Lower the size"):
        ImageFolder(path=str(folder), size=512).load()


def test_a_folder_without_classes_says_what_is_wanted(tmp_path):
    picture(tmp_path / "1.png")
    for path in (tmp_path, tmp_path / "1.png"):
        with pytest.raises(DataError, match="a folder for each class"):
            ImageFolder(path=str(path)).load()
