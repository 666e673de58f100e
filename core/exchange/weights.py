"""Weights leave for a file and come back from one, in either format; the ending of the name says which.

Keys are `<block>.<weight>`, values float32, shapes as the blocks declare them; the head holds texts by name. A file is written
whole or not at all, and nothing in one that is read is trusted: names, shapes, types and sizes are checked before memory is
taken, and everything that does not fit is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.data._files import shown
from core.errors import WeightsFileError
from core.exchange import npz, safetensors
from core.initializers import Weight
from core.project import disk
from core.project.faults import Faults, fault
from core.words import Words, same

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Key = tuple[str, str]  # name of the block, name of the weight

ENDINGS = (".safetensors", ".npz")
_USE = Words("Use the weights that were trained with this project", "请使用由此项目训练的权重")


def save(path: Path, weights: Mapping[Key, Array], head: Mapping[str, str]) -> None:
    """Write all weights. Raises WeightsFileError for values that are not finite, and where writing fails."""
    check_ending(path)
    arrays = {f"{block}.{name}": array for (block, name), array in weights.items()}
    faults = Faults(disk.place(path), WeightsFileError)
    for key, array in arrays.items():
        _check_finite(key, array, faults, Words("Train with a lower learning rate", "请降低学习率重新训练"))
    faults.check()
    write = npz.write if path.suffix == ".npz" else safetensors.write
    disk.write_whole(path, lambda file: write(file, arrays, head), WeightsFileError)


def load(path: Path, declared: Mapping[Key, Weight]) -> dict[Key, Array]:
    """The weights of a file, float32, when they are exactly those a network declares. Raises WeightsFileError."""
    check_ending(path)
    keys = {f"{block}.{name}": (block, name) for block, name in declared}
    wanted = {key: declared[pair].shape for key, pair in keys.items()}
    faults = Faults(disk.place(path), WeightsFileError)
    with disk.reading(path, WeightsFileError) as file:
        if path.suffix == ".npz":
            archive = npz.Archive(file, faults.where, wanted)
            _compare(archive.found, wanted, faults)
            arrays = dict(archive.read(wanted))
        else:
            tensors, _ = safetensors.look(file, faults.where)
            _compare({key: (_TYPES.get(t.type, t.type), t.shape) for key, t in tensors.items()}, wanted, faults)
            arrays = dict(safetensors.read(file, {key: tensors[key] for key in wanted}))
    for key, array in arrays.items():
        _check_finite(key, array, faults, _USE)
    faults.check()
    return {keys[key]: array for key, array in arrays.items()}


def head(path: Path) -> dict[str, str]:
    """The texts that came with the weights; none where another program wrote the file. Raises WeightsFileError."""
    check_ending(path)
    with disk.reading(path, WeightsFileError) as file:
        if path.suffix == ".npz":
            return npz.Archive(file, disk.place(path), ()).head()
        return safetensors.look(file, disk.place(path))[1]


def check_ending(path: Path) -> None:
    """Raise WeightsFileError for a name that says neither format."""
    if path.suffix not in ENDINGS:
        got = Words(f"the ending {shown(path.suffix)!r}", f"扩展名 {shown(path.suffix)!r}")
        wanted = Words(" or ".join(ENDINGS), " 或 ".join(ENDINGS))
        raise WeightsFileError(fault(disk.place(path), got, wanted, Words("Choose another name", "请换一个名称")))


_TYPES = {"F32": "float32", "F64": "float64", "F16": "float16", "BF16": "bfloat16"}


def _compare(found: Mapping[str, tuple[str, Shape]], wanted: Mapping[str, Shape], faults: Faults) -> None:
    """Tell all that is missing, too much, or of another shape or type."""
    for key, shape in wanted.items():
        if key not in found:
            faults.add(key, Words("nothing", "空"), Words(f"an array of shape {shape}", f"形状为 {shape} 的数组"), _USE)
        elif found[key][1] != shape:
            faults.add(
                key, Words(f"shape {_short(found[key][1])}", f"形状 {_short(found[key][1])}"), same(str(shape)), _USE
            )
        elif found[key][0] != "float32":
            faults.add(key, same(shown(found[key][0])), same("float32"), Words("Convert it", "请转换类型"))
    for key in sorted(found.keys() - wanted.keys()):
        faults.add(
            shown(key, 80),
            Words("an array of no block", "不属于任何模块的数组"),
            Words("no more than the network needs", "仅网络所需的数组"),
            _USE,
        )
    faults.check()


def _check_finite(key: str, array: Array, faults: Faults, do: Words) -> None:
    if not np.isfinite(array).all():
        faults.add(key, Words("NaN or infinity", "NaN 或无穷大"), Words("finite numbers", "有限的数"), do)


def _short(shape: Shape) -> str:
    return shown(str(shape), 80)
