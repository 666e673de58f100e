"""The one decorator of every kernel, and the folder its machine code is kept in.

A kernel is a plain loop over NumPy arrays that works on the items `first <= i < last` of its independent outputs:

    @kernel
    def relu_forward(x, y, first, last):
        \"\"\"y[i] = max(x[i], 0).\"\"\"

Arrays come first, then whole numbers and numbers, then `first, last`. Splitting the items among threads cannot change
a bit of the result, because no item reads what another one writes. See `core/plan/program.py` for how kernels are called.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from core.folders import cache_folder

HERE = Path(__file__).parent


def kernel_folder() -> Path:
    """Where compiled kernels are kept: one folder for each state of the kernel sources.

    numba's own cache does not notice an edit of a helper in another file; a folder named by the hash of all of them does.
    """
    digest = hashlib.sha256()
    for source in sorted(HERE.glob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    digest.update(os.environ.get("NEUROLOOM_LANES", "").encode())  # see core/kernels/tile.py
    return cache_folder() / f"kernels-{digest.hexdigest()[:16]}"


# numba reads these once, at import, so they are set before it is imported. A user's own choice is respected.
os.environ.setdefault("NUMBA_CACHE_DIR", str(kernel_folder()))

import numba  # noqa: E402
from numba.core.caching import IndexDataCacheFile  # noqa: E402
from numba.core.registry import cpu_target  # noqa: E402
from numba.core.runtime.nrt import rtsys  # noqa: E402

_TOKEN = uuid4().hex[:8]  # of this process


def _name_of_file(cache: Any, number: int) -> str:
    """numba's name of a file of machine code, and this process in it.

    It numbers them by an index read before: of two processes that compile one kernel for different types at once, both
    would write file 1, and the index would lead one to the other's machine code.
    """
    return f"{_TOKEN}-{cache._data_name_pattern.format(number=number)}"


IndexDataCacheFile._data_name = _name_of_file  # type: ignore[method-assign]

_njit: Any = numba.njit  # its types do not know all of its options
_HOW = {"cache": True, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
_FAST = {"reassoc", "contract", "arcp", "nsz"}  # as fast as fastmath=True, and a NaN stays a NaN


def kernel(function: Callable[..., None]) -> Any:
    """Compile a loop on its first call for the types it is given; cached on disk, free of the interpreter lock."""
    return _njit(**_HOW, fastmath=_FAST)(function)


def helper(function: Callable[..., Any]) -> Any:
    """Compile a function that kernels of the same file call, and nobody else: it has no entry from Python."""
    return _njit(**_HOW, fastmath=_FAST, inline="never", no_cpython_wrapper=True)(function)


def exact(function: Callable[..., None]) -> Any:
    """A kernel whose arithmetic stays as it is written."""
    return _njit(**_HOW)(function)


def is_loaded(dispatcher: Any, signature: tuple[Any, ...]) -> bool:
    """Whether the machine code for these types is in this process, after a look on the disk.

    numba's own look first imports all that only compiling needs, which is 0.5 s and 40 MB of each engine process.
    """
    if signature in dispatcher.overloads:
        return True
    context = cpu_target.target_context
    rtsys.initialize(context)  # machine code counts references through it
    with dispatcher._cache._guard_against_spurious_io_errors():
        found = dispatcher._cache._load_overload(signature, context)
        if found is not None:
            context.insert_user_function(found.entry_point, found.fndesc, [found.library])
            dispatcher.add_overload(found)
    return signature in dispatcher.overloads


def code_address(dispatcher: Any, signature: tuple[Any, ...]) -> int:
    """Where the machine code for these types begins: it is loaded, or else compiled now."""
    if not is_loaded(dispatcher, signature):
        dispatcher.compile(signature)
    compiled = dispatcher.overloads[signature]
    return int(compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name))
