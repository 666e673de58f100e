"""A session's weights leave for a file and come back from one, with all that is needed to use them anywhere.

Keys are `<block>.<weight>`. The head says which program and which network wrote them, how inputs were normalised, and what
the classes are called. Nothing in a weights file is trusted: names, shapes, types and sizes are checked before they are used.
"""

from __future__ import annotations

import json
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_safetensors

from core.blocks._base import elements
from core.data.normalisation import Normalisation
from core.errors import NeuroloomError, WeightsFileError
from core.exchange.companions import write_companions
from core.exchange.files import write_whole
from core.project import document_hash
from core.training.session import Session
from core.words import Words

Array = npt.NDArray[Any]
ENDINGS = (".safetensors", ".npz")
HEAD = "__neuroloom__"  # the key of the head in an npz file
MOST_HEAD = 16 << 20


def version() -> str:
    """Version of this program."""
    try:
        return metadata.version("neuroloom")
    except metadata.PackageNotFoundError:
        return "0 (from source)"


def check_target(path: Path) -> None:
    """Raise WeightsFileError where weights could not be written, before any work is done."""
    if path.suffix not in ENDINGS:
        raise _fault(path, f"the ending must be {' or '.join(ENDINGS)}", f"扩展名应为 {' 或 '.join(ENDINGS)}")
    if not path.parent.is_dir():
        raise _fault(path, "there is no such folder. Make it first", "没有这个文件夹。请先创建")


def write(session: Session, path: Path) -> None:
    """Write all weights, whole or not at all, and beside them a README and a loader. Raises WeightsFileError."""
    check_target(path)
    arrays = {f"{block}.{name}": np.ascontiguousarray(a) for (block, name), a in session.parameters.w.items()}
    head = _head(session)
    try:
        if path.suffix == ".npz":
            text = np.frombuffer(json.dumps(head).encode(), np.uint8)
            write_whole(path, lambda file: np.savez(file, **{HEAD: text}, **arrays))
        else:
            content = to_safetensors(arrays, metadata=head)
            write_whole(path, lambda file: file.write(content))
        write_companions(session, path)
    except NeuroloomError as error:
        raise WeightsFileError(error.words) from error


def _head(session: Session) -> dict[str, str]:
    classes = session.data.targets[0].classes if session.data is not None and session.data.targets else ()
    return {
        "program": f"Neuroloom {version()}",
        "document": document_hash(session.document),
        "title": session.document.title,
        "normalisation": json.dumps({n: v.to_json() for n, v in session.norms.items()}),
        "classes": json.dumps(classes, ensure_ascii=False),
        "epochs": str(session.epoch),
    }


def normalisations(path: Path) -> dict[str, Normalisation]:
    """How inputs were normalised when these weights were trained. Raises WeightsFileError."""
    try:
        given = json.loads(_read(path)[1].get("normalisation", "{}"))
        return {str(n): Normalisation.from_json(v) for n, v in given.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _fault(path, f"its normalisation cannot be read: {error}", f"其归一化信息无法读取：{error}") from None


def bring_back(session: Session, path: Path) -> None:
    """Put the weights of a file into a session. Raises WeightsFileError with everything that does not fit."""
    given, _ = _read(path)
    wanted = {f"{block}.{name}": a for (block, name), a in session.parameters.w.items()}
    wrong: list[Words] = []
    for key in sorted(wanted.keys() | given.keys()):
        if key not in given:
            wrong.append(Words(f"{key} is missing", f"缺少 {key}"))
        elif key not in wanted:
            wrong.append(Words(f"{key[:80]} belongs to no block", f"{key[:80]} 不属于任何模块"))
        elif given[key].shape != wanted[key].shape:
            got, want = given[key].shape, wanted[key].shape
            wrong.append(
                Words(f"{key} has shape {got}, and the network needs {want}", f"{key} 形状为 {got}，网络需要 {want}")
            )
        elif given[key].dtype.kind != "f" or not np.isfinite(given[key]).all():
            wrong.append(Words(f"{key} holds something else than finite numbers", f"{key} 含有非有限数值"))
    if wrong:
        more = (
            Words(f" and {len(wrong) - 8} more", f"，以及另外 {len(wrong) - 8} 处") if len(wrong) > 8 else Words("", "")
        )
        raise _fault(
            path,
            "it does not fit this network: " + "; ".join(w.en for w in wrong[:8]) + more.en
            + ". Use the weights that were trained with this project",
            "与该网络不符：" + "；".join(w.zh for w in wrong[:8]) + more.zh + "。请使用由此项目训练的权重",
        )  # fmt: skip
    for key, array in wanted.items():
        array[...] = given[key]


def _read(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays and head of a weights file."""
    if path.suffix not in ENDINGS:
        raise _fault(path, f"the ending must be {' or '.join(ENDINGS)}", f"扩展名应为 {' 或 '.join(ENDINGS)}")
    try:
        return _read_npz(path) if path.suffix == ".npz" else _read_safetensors(path)
    except OSError as error:
        raise _fault(
            path, f"it cannot be read: {error.strerror or error}", f"无法读取：{error.strerror or error}"
        ) from None
    except (
        SafetensorError,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        zipfile.BadZipFile,
        NotImplementedError,
        MemoryError,
    ) as error:
        raise _fault(
            path, f"it is damaged, or no weights file: {error}", f"文件已损坏，或不是权重文件：{error}"
        ) from None


def _read_safetensors(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    with safe_open(path, "numpy") as file:  # checks header, offsets and overlaps against the size of the file
        return {key: file.get_tensor(key) for key in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118  no dict


def _read_npz(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    arrays: dict[str, Array] = {}
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len({m.filename for m in members}) != len(members):
            raise ValueError("two members have one name")
        for member in members:
            if member.compress_type != zipfile.ZIP_STORED and member.file_size > 200 * max(member.compress_size, 1):
                raise ValueError(f"{member.filename[:80]} unpacks to far more than it holds")
            with archive.open(member) as file:
                arrays[member.filename.removesuffix(".npy")] = _read_member(file, member.file_size)
    text = bytes(arrays.pop(HEAD)) if HEAD in arrays else b"{}"
    head = json.loads(text[:MOST_HEAD])
    if not isinstance(head, dict) or not all(isinstance(v, str) for v in head.values()):
        raise ValueError("its head is not as Neuroloom writes it")
    return arrays, head


def _read_member(file: Any, size: int) -> Array:  # noqa: ANN401
    """One array, whose declared size is compared with the bytes there are before memory is taken."""
    major, _ = np.lib.format.read_magic(file)
    reader = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = reader(file)
    if dtype.hasobject or fortran or any(n < 0 for n in shape) or elements(shape) * dtype.itemsize > size:
        raise ValueError("an array declares what its bytes cannot hold")
    return np.frombuffer(file.read(elements(shape) * dtype.itemsize), dtype).reshape(shape)


def _fault(path: Path, en: str, zh: str) -> WeightsFileError:
    return WeightsFileError(Words(f"{path}: {en}.", f"{path}：{zh}。"))
