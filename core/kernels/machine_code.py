"""Machine code of kernels: found on the disk, or compiled and put there, and called.

Each kernel has an object file for the kinds it is compiled for. Its name holds a hash of all sources that it was made of, its folder
one of all else: processor, numba, settings. So an edit makes new files, and a file that is there is right.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple
from uuid import uuid4

import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

from core.folders import cache_folder
from core.kernels._jit import Kernel, Kinds, exports

Words = npt.NDArray[np.int64]
Signature = tuple[Kernel, Kinds]
ENTRY = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)  # frees the interpreter lock
HERE = Path(__file__).parent
_IMPORT = re.compile(r"core\.kernels(?:\.(\w+)| import ([\w, ]+))")
_lock = RLock()


@cache
def folder() -> Path:
    """Where the machine code is kept that this processor, this numba and these settings make."""
    digest = hashlib.sha256()
    settings = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("NUMBA_") or k == "NEUROLOOM_LANES")
    for part in (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), version("numba"), *settings):
        digest.update(f"{part}\n".encode())
    for name in ("_jit", "_compile"):
        digest.update((HERE / f"{name}.py").read_bytes())
    return cache_folder() / f"kernels-{digest.hexdigest()[:16]}"


@cache
def _sources(path: Path) -> bytes:
    """A hash of a file with kernels and of all files of kernels it imports, by way of others too."""
    found, digest = [path], hashlib.sha256()
    for file in found:
        text = file.read_text(encoding="utf-8")
        digest.update(text.encode())
        names = (name for one, many in _IMPORT.findall(text) for name in (one, *many.split(",")))
        paths = (HERE / f"{name.strip()}.py" for name in names if name.strip())
        found += [p for p in dict.fromkeys(paths) if p not in found and p.is_file()]
    return digest.digest()


def _stem(kernel: Kernel, kinds: Kinds) -> str:
    """The name of its file, without the ending."""
    digest = hashlib.sha256(_sources(Path(kernel.py_func.__code__.co_filename)))
    closure = [getattr(c.cell_contents, "__qualname__", c.cell_contents) for c in kernel.py_func.__closure__ or ()]
    digest.update(f"{kernel.py_func.__qualname__} {kinds} {closure}".encode())
    return f"{kernel.__name__}-{digest.hexdigest()[:24]}"


def _entry(kernel: Kernel, kinds: Kinds) -> str:
    """What the machine code is called: as its file, or as other kernels call it."""
    return next((name for name, known in exports.items() if known == (kernel, kinds)), _stem(kernel, kinds))


class Made(NamedTuple):
    """What a file holds: names of machine code that this one calls, and an object file."""

    needs: tuple[str, ...]
    code: bytes


def found(kernel: Kernel, kinds: Kinds) -> Made | None:
    """The machine code on the disk; a file that is damaged is none."""
    return _read(_stem(kernel, kinds))


def _read(stem: str) -> Made | None:
    try:
        digest, rest = (folder() / f"{stem}.o").read_bytes().split(b"\n", 1)
    except (OSError, ValueError):
        return None
    if hashlib.sha256(rest).hexdigest().encode() != digest:
        return None
    needs, code = rest.split(b"\n", 1)
    return Made(tuple(needs.decode().split()), code)


def _write(stem: str, made: Made) -> Made:
    """To the disk, where that can be written to."""
    rest = " ".join(made.needs).encode() + b"\n" + made.code
    whole = folder() / f"{stem}.{uuid4().hex}"
    with suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        whole.write_bytes(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)
        whole.replace(folder() / f"{stem}.o")  # at once: another process may be reading it, or writing the same
    return made


def is_there(kernel: Kernel, kinds: Kinds) -> bool:
    """Whether it need not be compiled."""
    return kinds in kernel.addresses or found(kernel, kinds) is not None


def needs(kernel: Kernel, kinds: Kinds) -> list[Signature]:
    """Kernels that the machine code of this one calls by name."""
    made = found(kernel, kinds)
    return [exports[name] for name in made.needs if name in exports] if made else []


def make(kernel: Kernel, kinds: Kinds) -> Made:
    """Compile, and put it on the disk."""
    from core.kernels import _compile

    code, needs = _compile.machine_code(kernel, kinds, _entry(kernel, kinds))
    return _write(_stem(kernel, kinds), Made(needs, code))


def address(kernel: Kernel, kinds: Kinds) -> int:
    """Where the entry begins: what is on the disk is loaded, anything else compiled now."""
    with _lock:
        if kinds not in kernel.addresses:
            _load(found(kernel, kinds) or make(kernel, kinds))
            kernel.addresses[kinds] = int(engine().get_function_address(_entry(kernel, kinds)))
        return kernel.addresses[kinds]


def address_of_text(text: str, name: str) -> int:
    """Where a function of a module in LLVM's language begins; the module is kept on the disk as kernels are."""
    with _lock:
        _load_text(text)
        return int(engine().get_function_address(name))


@cache
def _load_text(text: str) -> None:
    stem = f"text-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
    made = _read(stem)
    if made is None:  # LLVM keeps 16 MB of what it needs to write machine code
        engine()  # has made it ready
        made = _write(stem, Made((), _machine().emit_object(llvm.parse_assembly(text))))
    _load(made)


def _load(made: Made) -> None:
    for name in made.needs:
        _bring(name)
    engine().add_object_file(llvm.ObjectFileRef.from_data(made.code))
    engine().finalize_object()


def _bring(name: str) -> None:
    """Machine code of this name that is not the kernel's own; LLVM would end the process where there is none."""
    if name in exports:
        llvm.add_symbol(name, address(*exports[name]))
    elif llvm.address_of_symbol(name) is None:
        import_module("core.kernels._compile")  # numba brings what it calls


@cache
def engine() -> Any:
    """LLVM's own keeper of machine code in this process."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())


def _machine() -> Any:
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(opt=1, jit=True, codemodel="jitdefault")


def kinds_of(arguments: Sequence[Any]) -> Kinds:
    """What these arguments are."""
    return tuple(_kind(a) for a in arguments)


def _kind(argument: Any) -> str:
    if isinstance(argument, np.ndarray):
        if not (argument.flags.c_contiguous and argument.flags.writeable and argument.flags.aligned):
            raise TypeError(f"a kernel needs a contiguous, writable, aligned array, and got {argument.flags}")
        return f"{argument.dtype.name}:{argument.ndim}"
    return "int64" if isinstance(argument, (int, np.integer)) else "float64"


def words_of(arguments: Sequence[Any]) -> Words:
    """The arguments in a row, as an entry reads them: see `_compile.py`."""
    words: list[int] = []
    for a in arguments:
        if isinstance(a, np.ndarray):
            words += (0, 0, a.size, a.itemsize, a.ctypes.data, *a.shape, *a.strides)
        else:
            words.append(int(a) if isinstance(a, (int, np.integer)) else int(np.float64(a).view(np.int64)))
    return np.array(words, np.int64)


def run(kernel: Kernel, arguments: Sequence[Any]) -> None:
    """Call a kernel from Python."""
    words = words_of(arguments[:-2])
    if ENTRY(address(kernel, kinds_of(arguments)))(words.ctypes.data, *arguments[-2:]):
        raise IndexError(f"{kernel.__name__} has left the bounds of an array")
