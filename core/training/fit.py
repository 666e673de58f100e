"""Does the data fit the network? Every mismatch at once; and the arrays that a network is fed with when it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from core.blocks._base import Block, Shape, elements
from core.blocks._mask import MASK
from core.blocks.output import Output
from core.data._base import Dataset, Field
from core.data.normalisation import Normalisation, Rule, fit
from core.errors import Change, DataError, FaultyNetworkError, WeightsFileError
from core.graph.document import Document
from core.graph.shapes import Inference
from core.plan.run import Feed
from core.words import Words

Array = npt.NDArray[Any]


def inputs_of(document: Document, inference: Inference) -> tuple[str, ...]:
    """Input blocks in the order they were added: the order of the data's inputs."""
    return _of_group(document, inference, "input")


def outputs_of(document: Document, inference: Inference) -> tuple[str, ...]:
    """Output blocks in the order they were added: the order of the data's targets."""
    return _of_group(document, inference, "output")


def _of_group(document: Document, inference: Inference, group: str) -> tuple[str, ...]:
    known = set(inference.order)
    return tuple(
        n for n, v in document.nodes.items() if n in known and isinstance(v.block, Block) and v.block.group == group
    )


@dataclass(frozen=True, slots=True)
class Misfit:
    """What keeps data from training a network, and the change that would mend it, where one setting can."""

    words: Words
    change: Change | None = None


def misfits(document: Document, inference: Inference, data: Dataset) -> tuple[Misfit, ...]:
    """Everything in which data and network do not agree."""
    found: list[Misfit] = []
    names = inputs_of(document, inference)
    if len(names) != len(data.inputs):
        words = Words(
            f"The data has {len(data.inputs)} input(s), and the network has {len(names)} Input block(s). "
            "Add or remove Input blocks, or choose other data.",
            f"数据有 {len(data.inputs)} 个输入，而网络有 {len(names)} 个输入模块。请增减输入模块，或选择其他数据。",
        )
        found.append(Misfit(words))
    for name, field in zip(names, data.inputs, strict=False):
        (shape,) = inference.outs[name]
        if shape != field.shape:
            words = Words(
                f"{name}: its shape is {shape}, and a row of {field.name.en} has shape {field.shape}. "
                f"Set the shape of {name} to {field.shape}, or choose other data.",
                f"{name}：其形状为 {shape}，而“{field.name.zh}”每行的形状为 {field.shape}。"
                f"请把 {name} 的形状改为 {field.shape}，或选择其他数据。",
            )
            found.append(Misfit(words, Change(name, "shape", field.shape)))
    for name, (block, source) in _sources(document, inference, data).items():
        if source is None:
            words = Words(
                f"{name}: the data has no target for it. Remove the block, or choose data with more targets.",
                f"{name}：数据中没有对应的目标。请删除该模块，或选择有更多目标的数据。",
            )
            found.append(Misfit(words))
        elif told := _target_fault(name, block, inference.ins[name][0], source):
            found.append(Misfit(told, _target_change(document, inference, name, block, source)))
    return tuple(found)


def _sources(document: Document, inference: Inference, data: Dataset) -> dict[str, tuple[Output, Field | None]]:
    """What each output learns: the first input again, or the next target; a single target is everyone's, as auxiliary heads need."""
    labelled = iter(data.targets) if len(data.targets) > 1 else repeat(data.targets[0]) if data.targets else iter(())
    return {
        name: (block, data.inputs[0] if block.learns == "inputs" else next(labelled, None))
        for name in outputs_of(document, inference)
        if isinstance(block := document.nodes[name].block, Output)
    }


def _target_fault(name: str, block: Output, x: Shape, field: Field) -> Words | None:
    if field.kind == "class" and block.target_kind == "class":
        classes, steps = len(field.classes), field.shape
        if x[-1] < classes or x[:-1] != steps:
            wanted = (*steps, classes)
            return Words(
                f"{name}: {x} numbers reach it, and {field.name.en} has {classes} classes, so {wanted} are needed. "
                f"Let the block before it give {classes} numbers.",
                f"{name}：到达的形状为 {x}，而“{field.name.zh}”有 {classes} 个类别，需要 {wanted}。请让前一个模块输出 {classes} 个数。",
            )
        return None
    if field.kind != "class" and block.target_kind == "class":
        return Words(
            f"{name}: its loss is for classes, and {field.name.en} holds numbers. Choose mean squared error.",
            f"{name}：其损失函数用于分类，而“{field.name.zh}”是数值。请选择均方误差。",
        )
    wanted = block.target_shape((x,))
    if elements(wanted) != elements(_as_numbers(field, wanted)):
        return Words(
            f"{name}: it gives {wanted}, and a row of {field.name.en} has shape {field.shape}. "
            "Change the block before it so that both agree.",
            f"{name}：其输出为 {wanted}，而“{field.name.zh}”每行的形状为 {field.shape}。请修改前一个模块使两者一致。",
        )
    return None


def _target_change(document: Document, inference: Inference, name: str, block: Output, field: Field) -> Change | None:
    """As many units in the layer before the output as the target has numbers or classes; or a loss for numbers."""
    if field.kind != "class" and block.target_kind == "class":
        return Change(name, "loss", "mean_squared_error")
    shape = inference.ins[name][0]
    wanted = len(field.classes) if field.kind == "class" else field.shape[-1] if field.shape else 1
    if field.kind != "class" and len(shape) == 1:
        wanted = elements(field.shape)
    here = name
    while len(wires := [w for w in document.incoming(here) if w.input != MASK]) == 1:
        here = wires[0].source
        giver = document.nodes[here].block
        if hasattr(giver, "units") and inference.outs[here][0] == (*shape[:-1], giver.units):
            return Change(here, "units", wanted)
        if inference.outs.get(here, ((),))[0] != shape:
            break
    return None


def _as_numbers(field: Field, wanted: Shape) -> Shape:
    """Shape of a row when classes are taken as numbers: 0 or 1 for one output, one-hot for several."""
    if field.kind != "class":
        return field.shape
    return field.shape if elements(wanted) == elements(field.shape) else (*field.shape, len(field.classes))


def feeds(
    document: Document, inference: Inference, data: Dataset, norms: Mapping[str, Normalisation]
) -> tuple[Feed, ...]:
    """The arrays to feed, inputs first. Raises FaultyNetworkError where data and network do not fit."""
    if found := misfits(document, inference, data):
        raise FaultyNetworkError(tuple(m.words for m in found), tuple(m.change for m in found if m.change is not None))
    names = inputs_of(document, inference)
    out = [
        Feed(n, False, _rows(f.array), norms[n].shift.reshape(-1), norms[n].scale.reshape(-1))
        for n, f in zip(names, data.inputs, strict=True)
    ]
    for name, (block, field) in _sources(document, inference, data).items():
        if block.learns == "inputs":
            out.append(Feed(name, True, out[0].rows, out[0].shift, out[0].scale))
            continue
        assert field is not None  # or it would be a fault
        wanted = block.target_shape(inference.ins[name])
        rows = _rows(field.array)
        if field.kind == "class" and block.target_kind == "numbers" and elements(wanted) != rows.shape[1]:
            rows = np.eye(len(field.classes), dtype=np.float32)[field.array].reshape(len(rows), -1)
        out.append(Feed(name, True, rows, np.zeros(1), np.ones(1)))
    return tuple(out)


def normalisations(document: Document, inference: Inference, data: Dataset, rule: Rule) -> dict[str, Normalisation]:
    """One for each Input block, measured on these rows."""
    return {n: fit(f, rule) for n, f in zip(inputs_of(document, inference), data.inputs, strict=False)}


def check_rows(document: Document, inference: Inference, inputs: Sequence[Array]) -> None:
    """Raise DataError unless there are rows (rows, …) for every Input block, in its shape."""
    names = inputs_of(document, inference)
    if len(names) != len(inputs):
        raise DataError(
            Words(
                f"The network has {len(names)} Input blocks, and rows for {len(inputs)} are given.",
                f"网络有 {len(names)} 个输入模块，而给出了 {len(inputs)} 个输入的数据。",
            )
        )
    for name, array in zip(names, inputs, strict=True):
        wanted = inference.outs[name][0]
        if array.shape[1:] != wanted:
            raise DataError(
                Words(
                    f"{name} takes rows of shape {wanted}, and these have shape {array.shape[1:]}. "
                    "The first axis is the batch, and channels come last.",
                    f"{name} 需要形状为 {wanted} 的行，而给出的形状为 {array.shape[1:]}。第一维是批次，通道在最后。",
                )
            )


def check_norms(document: Document, inference: Inference, norms: Mapping[str, Normalisation]) -> None:
    """Raise WeightsFileError where a file's normalisation is not for these inputs; kernels trust its sizes."""
    for name in inputs_of(document, inference):
        shape, norm = inference.outs[name][0], norms.get(name)
        if norm is None or norm.shift.size not in {1, elements(shape)} or norm.shift.shape != norm.scale.shape:
            raise WeightsFileError(
                Words(
                    f"The weights do not say how {name} of shape {shape} was normalised. "
                    "Use the weights that were trained with this project.",
                    f"权重文件没有说明形状为 {shape} 的 {name} 如何归一化。请使用由此项目训练的权重。",
                )
            )


def _rows(array: Array) -> Array:
    return np.require(array.reshape(len(array), -1), requirements=["C", "A", "W"])
