"""A session's weights leave for a file and come back from one, with all that is needed to use them anywhere.

The head of the file says which program and which network wrote it, how inputs were normalised, and what the classes are called.
"""

from __future__ import annotations

import json
import os
from importlib import metadata
from pathlib import Path

from core.blocks.output import Output
from core.data.normalisation import Normalisation
from core.errors import DataError, WeightsFileError
from core.exchange import weights
from core.exchange.companions import write_companions
from core.project import disk, document_hash
from core.training.session import Session
from core.words import Words


def version() -> str:
    """Version of this program."""
    try:
        return metadata.version("neuroloom")
    except metadata.PackageNotFoundError:
        return "0 (from source)"


def check_target(path: Path) -> None:
    """Raise WeightsFileError where weights could not be written, before any work is done."""
    weights.check_ending(path)
    if not path.parent.is_dir():
        raise _fault(path, "there is no such folder. Make it first", "没有这个文件夹。请先创建")
    if path.is_dir():
        raise _fault(path, "it is a folder. Choose another name", "这是文件夹。请换一个名称")
    if not os.access(path.parent, os.W_OK):
        raise _fault(path, "nothing may be written there. Choose another folder", "此处不可写入。请换一个文件夹")


def write(session: Session, path: Path) -> None:
    """Write all weights, whole or not at all, and beside them a README and a loader. Raises WeightsFileError."""
    check_target(path)
    weights.save(path, session.parameters.w, _head(session))
    write_companions(path, session.document, session.inference, session.norms)


def _head(session: Session) -> dict[str, str]:
    classes = session.data.targets[0].classes if session.data is not None and session.data.targets else ()
    ends = (node.block for node in session.document.nodes.values() if isinstance(node.block, Output))
    tasks = ["classification" if end.target_kind == "class" else "regression" for end in ends]
    return {
        "program": f"Neuroloom {version()}",
        "document": document_hash(session.document),
        "title": session.document.title,
        "task": ", ".join(tasks),
        "normalisation": json.dumps({n: v.to_json() for n, v in session.norms.items()}),
        "classes": json.dumps(classes, ensure_ascii=False),
        "epochs": str(session.epoch),
    }


def normalisations(path: Path) -> dict[str, Normalisation]:
    """How inputs were normalised when these weights were trained. Raises WeightsFileError."""
    try:
        given = json.loads(weights.head(path).get("normalisation", "{}"))
        return {str(n): Normalisation.from_json(v) for n, v in given.items()}
    except DataError as error:
        why = error.words
    except (ValueError, AttributeError, RecursionError):
        why = Words("It is no JSON object.", "它不是 JSON 对象。")
    raise _fault(
        path,
        f"its normalisation cannot be read. {why.en} Use the file as it was written",
        f"其归一化信息无法读取。{why.zh}请使用未改动的文件",
    )


def bring_back(session: Session, path: Path) -> None:
    """Put the weights of a file into a session. Raises WeightsFileError with everything that does not fit."""
    for key, array in weights.load(path, session.parameters.declared).items():
        session.parameters.w[key][...] = array


def _fault(path: Path, en: str, zh: str) -> WeightsFileError:
    return WeightsFileError(Words(f"{disk.place(path)}: {en}.", f"{disk.place(path)}：{zh}。"))
