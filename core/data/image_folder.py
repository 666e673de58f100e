"""Image folder: one folder of pictures for each class."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.data._base import Array, Dataset, Field
from core.data._files import MOST_BYTES, DiskSource, damaged, entries, shown, trouble, whole
from core.errors import DataError
from core.settings import setting
from core.words import Words, same

_ENDINGS = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"}
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
_MOST_PIXELS = 50_000_000
_MOST_STORED = 64 << 20
_PARTS = {"train": ("train", "training"), "test": ("test", "val", "valid", "validation")}


@dataclass(frozen=True, kw_only=True)
class ImageFolder(DiskSource):
    """Pictures, cut to a square from their middle and brought to one size; the name of the folder is the class."""

    id: ClassVar[str] = "image_folder"
    title: ClassVar[Words] = Words("Image folder", "图片文件夹")
    help: ClassVar[Words] = Words(
        "A folder with one folder of PNG, JPEG, BMP, GIF or WebP pictures for each class, such as cats/ and dogs/. "
        "With train/ and test/ (or val/) above them, the second becomes the test part. Pictures are cut to a square "
        "and made small.",
        "一个文件夹，其中每个类别一个子文件夹（如 cats/ 和 dogs/），存放 PNG、JPEG、BMP、GIF 或 WebP 图片。若上层有 "
        "train/ 与 test/（或 val/），后者作为测试集。图片裁成正方形并缩小。",
    )

    size: int = setting(
        32, Words("Size", "边长"), Words("Height and width of the pictures.", "图片的高与宽。"), ge=1, le=512, unit="px"
    )
    channels: Literal["grey", "colour"] = setting(
        "colour",
        Words("Channels", "通道"),
        Words("One channel of grey, or red, green and blue.", "一个灰度通道，或红绿蓝三个通道。"),
        choices={"grey": Words("1, grey", "1（灰度）"), "colour": Words("3, colour", "3（彩色）")},
    )

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A folder of folders of pictures."""
        return path.is_dir() and bool(_classes(_part(path, "train") or path))

    def load(self) -> Dataset:
        """Pictures (rows, size, size, 1 or 3) and the names of their folders."""
        path = self.place()
        train, test = _part(path, "train"), _part(path, "test")
        if not path.is_dir() or not (named := _classes(train or path)):
            raise trouble(
                path,
                Words("there are no classes in it", "没有类别"),
                Words("no folder of pictures", "没有图片文件夹"),
                Words("a folder for each class, with pictures in it", "每个类别一个文件夹，内有图片"),
                Words("Choose the folder above the classes", "请选择各类别文件夹的上一级"),
            )
        data = self._read(train or path, named)
        if train is None or test is None:
            return data
        return replace(data, test=self._read(test, named))

    def _read(self, folder: Path, names: Sequence[str]) -> Dataset:
        files = [(p, i) for i, name in enumerate(names) for p in _pictures(folder / name)]
        if not files:
            raise damaged(folder, Words("no pictures", "没有图片"))
        depth = 1 if self.channels == "grey" else 3
        needed = len(files) * self.size**2 * depth
        if needed > MOST_BYTES:
            raise trouble(
                folder,
                Words("the pictures do not fit in memory", "图片超出内存上限"),
                Words(f"{len(files):,} pictures of {needed:,} bytes", f" {len(files):,} 张图片，共 {needed:,} 字节"),
                Words(f"at most {MOST_BYTES:,}", f"不超过 {MOST_BYTES:,} 字节"),
                Words("Lower the size, or take fewer pictures", "请减小边长，或减少图片"),
            )
        array = np.empty((len(files), self.size, self.size, depth), np.uint8)
        for row, (path, _) in enumerate(files):
            array[row] = _picture(path, self.size, depth)
        indices = np.array([i for _, i in files], np.int32)
        classes = tuple(shown(n) for n in names)
        return Dataset(
            (Field(Words("picture", "图片"), "image", array),),
            (Field(Words("class", "类别"), "class", indices, classes=classes),),
        )


def _part(folder: Path, part: str) -> Path | None:
    """The folder of one part, such as train/; None where there is none, or no test part beside it."""
    if not folder.is_dir():
        return None
    inside = {p.name.lower(): p for p in entries(folder) if p.is_dir()}
    both = {k: next((inside[n] for n in names if n in inside), None) for k, names in _PARTS.items()}
    return both[part] if all(both.values()) and all(_classes(p) for p in both.values() if p) else None


def _classes(folder: Path) -> list[str]:
    """The folders in a folder that hold pictures, by name."""
    return [p.name for p in entries(folder) if p.is_dir() and _pictures(p)]


def _pictures(folder: Path) -> list[Path]:
    return [p for p in entries(folder) if p.suffix.lower() in _ENDINGS] if folder.is_dir() else []


def _picture(path: Path, size: int, depth: int) -> Array:
    """One picture as bytes (size, size, depth): upright, on white, cut from the middle."""
    try:
        stored = BytesIO(whole(path, _MOST_STORED))
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(stored, formats=_FORMATS) as image:
                _check_pixels(image, path)
                image.draft("RGB", (size, size))  # a JPEG is decoded no larger than it has to be
                small = ImageOps.fit(_on_white(ImageOps.exif_transpose(image)), (size, size))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels(path, f"> {_MOST_PIXELS:,}") from None
    except DataError:
        raise
    except UnidentifiedImageError:
        raise damaged(path, Words("a file that is no picture", "不是图片的文件")) from None
    except Exception as error:  # noqa: BLE001  decoders fail in many ways on files made to hurt
        raise damaged(path, same(shown(str(error) or type(error).__name__, 100))) from None
    return np.asarray(small.convert("L" if depth == 1 else "RGB")).reshape(size, size, depth)


def _check_pixels(image: Image.Image, path: Path) -> None:
    """Refuse by the size that the file declares, before anything is decoded."""
    if image.width * image.height > _MOST_PIXELS:
        raise _too_many_pixels(path, f"{image.width:,}×{image.height:,}")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):  # 16 bits and more: Pillow would clip them to white
        values = np.asarray(image, np.float32)
        return Image.fromarray((values / 256 if values.max() > 255 else values).clip(0, 255).astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert("RGB")
    see_through = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), see_through).convert("RGB")


def _too_many_pixels(path: Path, got: str) -> DataError:
    return trouble(
        path,
        Words("the picture is too big", "图片过大"),
        same(got),
        Words(f"at most {_MOST_PIXELS:,} pixels", f"不超过 {_MOST_PIXELS:,} 像素"),
        Words("Make it smaller, or take it out of the folder", "请缩小图片，或将其移出文件夹"),
    )
