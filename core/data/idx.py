"""IDX files of a person's own: MNIST and the sets that share its format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from core.data._base import Dataset
from core.data._files import DiskSource, entries, existing, shown, trouble
from core.data._idx import is_idx, partner, read_pair, test_part
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class Idx(DiskSource):
    """Pictures and classes from IDX files, plain or gzip; test files beside them become the test part."""

    id: ClassVar[str] = "idx"
    title: ClassVar[Words] = Words("IDX files (MNIST)", "IDX 文件（MNIST）")
    help: ClassVar[Words] = Words(
        "The format of MNIST, Fashion-MNIST, KMNIST and EMNIST. Choose the folder or the file of training images; "
        "labels and test files are found by their names. Files may stay packed (.gz).",
        "MNIST、Fashion-MNIST、KMNIST、EMNIST 的格式。选择文件夹或训练图片文件即可，标签和测试文件按名称查找。"
        "压缩文件（.gz）无须解压。",
    )

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A folder with IDX files, or one of them."""
        return any(map(is_idx, entries(path))) if path.is_dir() else is_idx(path)

    def load(self) -> Dataset:
        """Pictures (rows, height, width, 1) and their classes."""
        images = _images(self.place())
        data = read_pair(images, existing(partner(images)))
        if (beside := test_part(images)) is None:
            return data
        test = read_pair(beside, existing(partner(beside)))
        if test.inputs[0].shape != data.inputs[0].shape:
            raise trouble(
                beside,
                Words("the test pictures have another size", "测试图片尺寸不同"),
                same("×".join(map(str, test.inputs[0].shape))),
                same("×".join(map(str, data.inputs[0].shape))),
                Words("Choose files that belong together", "请选择配套的文件"),
            )
        # a class that only one part has is still a class of both
        classes = max(data.targets[0].classes, test.targets[0].classes, key=len)
        return replace(_named(data, classes), test=_named(test, classes))


def _named(data: Dataset, classes: tuple[str, ...]) -> Dataset:
    return replace(data, targets=(replace(data.targets[0], classes=classes),))


def _images(path: Path) -> Path:
    """The one file of training images that is meant by a file or folder."""
    if not path.is_dir():
        return path if "labels" not in path.name.lower() else _images_of(path)
    found = [p for p in entries(path) if is_idx(p) and "images" in p.name.lower()]
    packed_twice = {p.with_name(p.name + ".gz") for p in found}
    training = [p for p in found if p not in packed_twice and not any(w in p.name.lower() for w in ("t10k", "test"))]
    if len(training) == 1:
        return training[0]
    names = ", ".join(shown(p.name) for p in training[:5])
    raise trouble(
        path,
        Words("it is not clear which pictures are meant", "不清楚要读取哪些图片"),
        Words(
            f"{len(training)} files of training images {names}".rstrip(),
            f" {len(training)} 个训练图片文件 {names}".rstrip(),
        ),
        Words("one, such as train-images-idx3-ubyte", "一个，例如 train-images-idx3-ubyte"),
        Words("Choose the file instead of the folder", "请选择文件而不是文件夹"),
    )


def _images_of(labels: Path) -> Path:
    stem = labels.name.lower().replace("labels", "images").removesuffix(".gz")
    near = [p for p in entries(labels.parent) if p.name.lower().removesuffix(".gz").replace("idx3", "idx1") == stem]
    if near:
        return min(near)
    raise trouble(
        labels,
        Words("these are labels without their pictures", "只有标签，没有图片"),
        Words("a file of labels", "标签文件"),
        Words(f"a file such as {shown(stem)} beside it", f"旁边有 {shown(stem)} 这样的文件"),
        Words("Put the pictures into the same folder", "请把图片文件放到同一文件夹"),
    )
