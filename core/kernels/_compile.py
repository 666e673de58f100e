"""Machine code of kernels, made by numba: the only file that imports it.

numba optimises a kernel and its helpers, and stops there: the machine code is written once, of the kernel with all it calls, and
without the entry from Python that numba would add, which is a quarter of the work. In its place comes a small one that
reads the arguments from a row of words, so that all kernels can be called alike:

    entry(words, first, last)  ->  0, or what numba says of an error
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from numba.core import codegen
from numba.core.registry import cpu_target
from numba.core.runtime.nrt import rtsys
from numba.extending import intrinsic, overload
from numba.np.numpy_support import from_dtype

from core.kernels._jit import Kernel, Kinds, exports, overloads, types

_SCALARS = {"int64": "i64", "float64": "double", "float32": "float"}
_DESTROY = "NRT_MemInfo_call_dtor"  # what frees an array: no kernel owns one


class _Library(codegen.JITCodeLibrary):
    """Optimised code that no machine code is made of."""

    def _finalize_specific(self) -> None:
        pass

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()
        return 0


class _Codegen(codegen.JITCPUCodegen):
    _library_class = _Library

    def _add_module(self, module: Any) -> None:
        pass

    def set_env(self, name: str, environment: Any) -> None:
        pass


_njit: Any = numba.njit  # its types do not know all of its options
_context = cpu_target.target_context
rtsys.initialize(_context)  # with numba's own code generator: this has to run
_context._internal_codegen = _Codegen("neuroloom")


def dispatcher(kernel: Kernel) -> Any:
    """numba's view of a kernel or helper."""
    how = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": True}
    return _njit(**how, **kernel.how)(kernel.py_func)


def type_of_intrinsic(function: Any) -> Any:
    """numba's type of instructions written in LLVM's own language."""
    known = intrinsic(function)
    cpu_target.typing_context.refresh()
    return cpu_target.typing_context.resolve_value_type(known)


def machine_code(kernel: Kernel, kinds: Kinds, entry: str) -> tuple[bytes, tuple[str, ...]]:
    """An object file with this entry, and the names of machine code it needs from elsewhere.

    Raises RuntimeError for a kernel that makes arrays, and numba's errors for one it cannot compile.
    """
    while overloads:
        function, how, choose = overloads.pop()
        overload(function, **how)(choose)
    signature = tuple(_type(kind) for kind in kinds)
    kernel.dispatcher.compile(signature)
    compiled = kernel.dispatcher.overloads[signature]
    module = compiled.library._final_module.clone()
    name = compiled.fndesc.llvm_func_name
    if exports.get(entry) == (kernel, kinds):
        module.get_function(name).name = entry
    else:
        module.link_in(llvm.parse_assembly(_entry(module, name, kinds, entry)))
    outside = [f.name for f in module.functions if f.is_declaration and not f.name.startswith("llvm.")]
    if any(name.startswith("NRT_") for name in outside):
        raise RuntimeError(f"{kernel.__name__} makes an array of its own: give it one to write into")
    return compiled.library.codegen._tm.emit_object(module), tuple(outside)


def warm_up() -> None:
    """Compile something: numba reads half of itself with the first kernel."""
    _ = machine_code(Kernel(_nothing), ("float32:1", "int64", "int64"), "nothing")


def _nothing(x, first, last):
    for i in range(first, last):
        x[i] = 0


def _type(kind: str) -> Any:
    name, _, axes = kind.partition(":")
    return types.Array(from_dtype(np.dtype(name)), int(axes), "C") if axes else getattr(types, name)


def _entry(module: Any, name: str, kinds: Kinds, entry: str) -> str:
    """The entry in LLVM's language. numba takes an array as (owner, parent, size, item size, data, shape …, strides …)."""
    words: list[str] = []
    for kind in kinds[:-2]:
        scalar, _, axes = kind.partition(":")
        words += ["ptr", "ptr", "i64", "i64", "ptr", *["i64"] * 2 * int(axes)] if axes else [_SCALARS[scalar]]
    loads = [
        f"%p{i} = getelementptr i64, ptr %words, i64 {i}\n%w{i} = load {w}, ptr %p{i}" for i, w in enumerate(words)
    ]
    given = ", ".join(
        ["ptr %nothing", "ptr %nothing", *(f"{w} %w{i}" for i, w in enumerate(words)), "i64 %first", "i64 %last"]
    )
    freeing = any(f.name == _DESTROY for f in module.functions)
    return f"""
target triple = "{module.triple}"
target datalayout = "{module.data_layout}"
declare i32 @"{name}"({", ".join(["ptr", "ptr", *words, "i64", "i64"])})
{f"define weak void @{_DESTROY}(ptr %owner) {{ ret void }}" if freeing else ""}
define i64 @"{entry}"(ptr %words, i64 %first, i64 %last) {{
%nothing = alloca ptr
store ptr null, ptr %nothing
{chr(10).join(loads)}
%status = call i32 @"{name}"({given})
%wide = sext i32 %status to i64
ret i64 %wide
}}
"""
