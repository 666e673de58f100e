"""The one decorator of every kernel, and what else kernels are written with. numba itself waits until one is compiled.

A kernel is a plain loop over NumPy arrays that works on the items `first <= i < last` of its independent outputs:

    @kernel
    def relu_forward(x, y, first, last):
        \"\"\"y[i] = max(x[i], 0).\"\"\"

Arrays come first, then whole numbers and numbers, then `first, last`. Splitting the items among threads cannot change
a bit of the result, because no item reads what another one writes. See `core/plan/program.py` for how kernels are called,
`machine_code.py` for where their machine code is kept, `_compile.py` for how it is made.

numba is half a second and 40 MB of a process, and only compiling needs it: where all kernels of a network are on the disk,
it is never imported. So `intrinsic`, `overload`, `types` and `cgutils` stand here for numba's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property, update_wrapper
from importlib import import_module
from typing import Any

FAST = {"reassoc", "contract", "arcp", "nsz"}  # as fast as fastmath=True, and a NaN stays a NaN
IS_PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"  # kernels run as the Python they are written in

Kinds = tuple[str, ...]  # what a kernel is compiled for: "float32:2" is an array of two axes, "int64" a number


class Kernel:
    """A loop over arrays that is compiled for the kinds of arguments it is given."""

    __name__: str

    def __init__(self, function: Callable[..., Any], **how: Any) -> None:
        update_wrapper(self, function)
        self.py_func, self.how = function, how
        self.addresses: dict[Kinds, int] = {}  # of its machine code, as far as it is in this process

    def __call__(self, *args: Any) -> Any:
        """Run it from Python: what tests and the fault finder do."""
        if IS_PLAIN:
            return self.py_func(*args)
        from core.kernels import machine_code

        return machine_code.run(self, args)

    @cached_property
    def dispatcher(self) -> Any:
        """What numba knows it by."""
        from core.kernels import _compile

        return _compile.dispatcher(self)

    @property
    def _numba_type_(self) -> Any:
        """What a kernel that calls this one sees."""
        return types.Dispatcher(self.dispatcher)


class Intrinsic:
    """Instructions written in LLVM's own language, which a kernel calls like a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.function = function

    def __call__(self, *_: Any) -> Any:
        """There is no Python of it."""
        raise NotImplementedError(f"{self.function.__name__} is not usable in pure-python")

    @cached_property
    def _numba_type_(self) -> Any:
        from core.kernels import _compile

        return _compile.type_of_intrinsic(self.function)


class _Later:
    """A module of numba's that is imported when something in it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, what: str) -> Any:
        return getattr(import_module(self._name), what)


types: Any = _Later("numba.core.types")
cgutils: Any = _Later("numba.core.cgutils")
intrinsic = Intrinsic
overloads: list[tuple[Callable[..., Any], dict[str, Any], Callable[..., Any]]] = []  # that numba has not been told of
exports: dict[str, tuple[Kernel, Kinds]] = {}  # machine code that kernels call by name


def kernel(function: Callable[..., None]) -> Kernel:
    """Compile a loop for the kinds it is called with; kept on the disk, free of the interpreter lock."""
    return Kernel(function, fastmath=FAST)


def helper(function: Callable[..., Any]) -> Kernel:
    """Compile a function that kernels call, and nobody else."""
    return Kernel(function, fastmath=FAST, inline="never")


def exact(function: Callable[..., None]) -> Kernel:
    """A kernel whose arithmetic stays as it is written."""
    return Kernel(function)


def overload(function: Callable[..., Any], **how: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Kernels that call this function get what the decorated one chooses for the types of its arguments."""

    def register(choose: Callable[..., Any]) -> Callable[..., Any]:
        overloads.append((function, how, choose))
        return choose

    return register
