"""NumPy arrays: x and y, and x_test and y_test where there is a test part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from core.data._base import Array, Dataset, Field, Kind
from core.data._files import DiskSource, trouble
from core.data._npz import read_arrays
from core.errors import DataError
from core.settings import setting
from core.words import Words, same

# our names first, then those of Keras' own files
_NAMES = {n: n for n in ("x", "y", "x_test", "y_test")} | {"x_train": "x", "y_train": "y"}
_MOST_CLASSES = 10_000


@dataclass(frozen=True, kw_only=True)
class Npz(DiskSource):
    """Inputs `x` and targets `y` of an .npz file, row by row."""

    id: ClassVar[str] = "npz"
    title: ClassVar[Words] = Words("NumPy arrays (.npz)", "NumPy 数组（.npz）")
    help: ClassVar[Words] = Words(
        "A file written by np.savez(path, x=…, y=…), with x_test and y_test if you like; x_train and y_train are "
        "understood too. x is (rows, features), pictures (rows, height, width[, 1 or 3]) or sequences (rows, time, "
        "features).",
        "由 np.savez(路径, x=…, y=…) 写出的文件，可另有 x_test 与 y_test；也接受 x_train、y_train。x 的形状为（行, "
        "特征）、图片（行, 高, 宽[, 1 或 3]）或序列（行, 时间, 特征）。",
    )

    x_kind: Literal["auto", "numbers", "image", "sequence", "tokens"] = setting(
        "auto",
        Words("Inputs are", "输入类型"),
        Words(
            "Automatic: four axes, or three of bytes, are pictures; other three axes are sequences; the rest are "
            "numbers.",
            "自动：四维数组或字节型三维数组为图片，其他三维数组为序列，其余为数值。",
        ),
        choices={
            "auto": Words("automatic", "自动"),
            "numbers": Words("numbers", "数值"),
            "image": Words("pictures", "图片"),
            "sequence": Words("sequences", "序列"),
            "tokens": Words("tokens", "词元"),
        },
    )
    y_kind: Literal["auto", "classes", "numbers"] = setting(
        "auto",
        Words("Targets are", "目标类型"),
        Words(
            "Automatic: whole numbers, one a row or one a step, are classes; everything else is numbers.",
            "自动：每行或每步一个整数时为类别，其余为数值。",
        ),
        choices={
            "auto": Words("automatic", "自动"),
            "classes": Words("classes", "类别"),
            "numbers": Words("numbers", "数值"),
        },
    )

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A file called .npz."""
        return path.suffix.lower() == ".npz" and not path.is_dir()

    def load(self) -> Dataset:
        """Inputs and targets as the arrays have them."""
        path = self.place()
        arrays = read_arrays(path, _NAMES)
        if not {"x", "y"} <= set(arrays) or ("x_test" in arrays) != ("y_test" in arrays):
            raise trouble(
                path,
                Words("arrays are missing", "缺少数组"),
                same(", ".join(arrays) or "—"),
                Words("x and y, and both or none of x_test and y_test", "x 与 y，x_test 与 y_test 同有或同无"),
                Words("Write it with np.savez(path, x=…, y=…)", "请用 np.savez(路径, x=…, y=…) 写出"),
            )
        data = self._part(arrays["x"], arrays["y"], path)
        if "x_test" not in arrays:
            return data
        test = self._part(arrays["x_test"], arrays["y_test"], path)
        mine, theirs = (f"{f.kind} {f.shape}" for part in (data, test) for f in (part.inputs[0],))
        if mine != theirs or data.targets[0].kind != test.targets[0].kind:
            raise _unfit(path, "x_test", theirs, Words(f"rows like those of x: {mine}", f"与 x 相同的行：{mine}"))
        return replace(_alike(data, test), test=_alike(test, data))

    def _part(self, x: Array, y: Array, path: Path) -> Dataset:
        if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
            raise _unfit(path, "y", _axes(y), Words(f"as many rows as x: {_axes(x)}", f"与 x 行数相同：{_axes(x)}"))
        for name, array in (("x", x), ("y", y)):
            if array.dtype.kind == "f" and not np.abs(array).max() < np.finfo(np.float32).max:
                raise _unfit(
                    path, name, Words("infinite numbers or NaN", "无穷大或 NaN"), Words("finite numbers", "有限的数")
                )
        inputs, notes = self._inputs(x, path)
        return Dataset((inputs,), (self._targets(y, inputs, path),), notes=notes)

    def _inputs(self, x: Array, path: Path) -> tuple[Field, tuple[Words, ...]]:
        kind: Kind = "numbers" if self.x_kind == "auto" else self.x_kind
        if self.x_kind == "auto" and (x.ndim == 4 or (x.ndim == 3 and x.dtype == np.uint8)):
            kind = "image"
        elif self.x_kind == "auto" and x.ndim == 3:
            kind = "sequence"
        name = {
            "numbers": Words("numbers", "数值"), "image": Words("picture", "图片"), "sequence": Words("sequence", "序列"),
            "tokens": Words("tokens", "词元"),
        }[kind]  # fmt: skip
        if kind == "image":
            pictures, notes = _pictures(x, path)
            return Field(name, kind, pictures), notes
        if kind == "tokens":
            return Field(name, kind, *_counted(x, 2, "x", path)), ()
        if kind == "sequence" and x.ndim != 3:
            raise _unfit(path, "x", _axes(x), Words("(rows, time, features)", "（行, 时间, 特征）"))
        rows = x.astype(np.float32) if kind == "sequence" else x.reshape(len(x), -1).astype(np.float32)
        return Field(name, kind, rows), ()

    def _targets(self, y: Array, inputs: Field, path: Path) -> Field:
        name = Words("target", "目标")
        whole = y.dtype.kind in "biu"
        per_row = y.ndim == 1 or y.shape[1:] == (1,)
        per_step = y.ndim == 2 and inputs.kind in {"sequence", "tokens"} and y.shape[1] == inputs.shape[0]
        if self.y_kind == "classes" or (self.y_kind == "auto" and whole and (per_row or per_step)):
            shaped = y.reshape(len(y)) if per_row else y
            return Field(name, "class", *_counted(shaped, shaped.ndim if per_row or per_step else 1, "y", path))
        if y.ndim == 3 and inputs.kind in {"sequence", "tokens"}:
            return Field(name, "sequence", y.astype(np.float32))
        return Field(name, "numbers", y.reshape(len(y), -1).astype(np.float32))


def _counted(array: Array, axes: int, name: str, path: Path) -> tuple[Array, tuple[str, ...]]:
    """Whole numbers from 0 as int32, and the names of that many classes."""
    low, high = float(array.min()), float(array.max())
    if array.ndim != axes or low < 0 or high >= _MOST_CLASSES or not (array == np.rint(array)).all():
        raise _unfit(
            path,
            name,
            Words(f"{_axes(array)}, from {low:g} to {high:g}", f"{_axes(array)}，从 {low:g} 到 {high:g}"),
            Words(
                f"whole numbers from 0, below {_MOST_CLASSES}, on {axes} axes",
                f" {axes} 维、从 0 开始且小于 {_MOST_CLASSES} 的整数",
            ),
        )
    return array.astype(np.int32), tuple(map(str, range(int(high) + 1)))


def _pictures(x: Array, path: Path) -> tuple[Array, tuple[Words, ...]]:
    """Bytes (rows, height, width, channels); decimals of 0..1 are brought to 0..255."""
    if x.ndim not in {3, 4} or (x.ndim == 4 and x.shape[3] not in {1, 3}):
        raise _unfit(
            path,
            "x",
            _axes(x),
            Words(
                "pictures (rows, height, width), or with 1 or 3 channels", "图片（行, 高, 宽），可再加 1 或 3 个通道"
            ),
        )
    low, high = float(x.min()), float(x.max())
    if low < 0 or high > 255:
        raise _unfit(
            path,
            "x",
            Words(f"greys from {low:g} to {high:g}", f"灰度从 {low:g} 到 {high:g}"),
            Words("0 to 255, or 0 to 1", "0 到 255，或 0 到 1"),
        )
    pictures = x if x.ndim == 4 else x[..., None]
    if x.dtype == np.uint8:
        return pictures, ()
    if high > 1 or x.dtype.kind != "f":
        return np.rint(pictures).astype(np.uint8), ()
    note = Words("Pictures of 0 to 1 were stored as bytes of 0 to 255.", "0 到 1 的图片已存为 0 到 255 的字节。")
    return np.rint(pictures * np.float32(255)).astype(np.uint8), (note,)


def _alike(part: Dataset, other: Dataset) -> Dataset:
    """The same part; a class or token that only the other part has is still one of both."""
    fields = [
        tuple(replace(f, classes=max(f.classes, g.classes, key=len)) for f, g in zip(own, others, strict=True))
        for own, others in ((part.inputs, other.inputs), (part.targets, other.targets))
    ]
    return replace(part, inputs=fields[0], targets=fields[1])


def _axes(array: Array) -> str:
    return f"{array.dtype} ({', '.join(map(str, array.shape))})"


def _unfit(path: Path, name: str, got: Words | str, wanted: Words) -> DataError:
    return trouble(
        path,
        Words(f"the array {name} does not fit", f"数组 {name} 不合适"),
        same(got) if isinstance(got, str) else got,
        wanted,
        Words("Change the kind in the settings, or save the array in that form", "请修改类型设置，或按此形式保存数组"),
    )
