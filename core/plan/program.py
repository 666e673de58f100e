"""A plan as machine code: straight calls of its kernels with their arguments written in, shared out among threads.

From Python a kernel call costs microseconds, and a small network has dozens a step. So the list of calls is written once as
an LLVM function per thread: for every call, the address of the compiled kernel, the pointers and shapes of its arrays, its
numbers, and the thread's own share of the items. Threads meet at a spinning barrier wherever a call was or will be shared
out; a call too small to share is done by the first thread alone. Since items are independent, the number of threads cannot
change a bit of the result.

    run(steps)  =  for each step: for each call: kernel(arguments, first, last)

After the first `check_after` calls of a step it looks at `halt`, and leaves where that is not 0: a loss that is not finite
stops the run before the weights are touched.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import types
from numba.core.registry import cpu_target
from numba.np.numpy_support import from_dtype

from core.kernels._jit import code_address
from core.kernels.call import Argument, Array, Call

I8, I32, I64, F64 = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.DoubleType()
POINTER = ir.PointerType()
WORTH_SHARING = 200_000  # flops, or bytes / 2: below this a barrier costs more than the second thread saves
SPINS = 2_000  # looks at the barrier before the processor is offered to others


class Program:
    """Calls to compile. `functions[t](steps)` runs the share of thread t; all of them must run at once."""

    def __init__(
        self, calls: Sequence[Call], threads: int = 1, halt: Array | None = None, check_after: int | None = None
    ) -> None:
        self.calls = tuple(calls)  # keeps the arrays alive
        self.threads = threads if any(is_shared(c, threads) for c in self.calls) else 1  # a small net waits for nobody
        self.halt = np.zeros(1, np.int64) if halt is None else halt
        self._arrivals = np.zeros(16, np.int64)  # counts threads at barriers; alone on its cache line
        self._check_after = check_after

    @cached_property
    def functions(self) -> list[Callable[[int], None]]:
        """One for each thread; the machine code is written when it is first asked for."""
        self._code = _compile(str(_module(self.calls, self.threads, self._check_after, self.halt, self._arrivals)))
        kind = ctypes.CFUNCTYPE(None, ctypes.c_int64)  # releases the interpreter lock while it runs
        return [kind(self._code.get_function_address(f"thread{t}")) for t in range(self.threads)]

    def reset(self) -> None:
        """Before the threads of a run set off."""
        self._arrivals[0] = 0


def entry_point(call: Call) -> int:
    """Address of the kernel compiled for the types of a call's arguments."""
    return code_address(*signature_of(call))


def signature_of(call: Call) -> tuple[Any, tuple[types.Type, ...]]:
    """A kernel and the types it is called with: what is compiled once."""
    return call.kernel, (*(_type(a) for a in call.args), types.int64, types.int64)


def _type(argument: Argument) -> types.Type:
    if isinstance(argument, np.ndarray):
        if not (argument.flags.c_contiguous and argument.flags.writeable and argument.flags.aligned):
            raise TypeError(f"a kernel needs a contiguous, writable, aligned array, and got {argument.flags}")
        return types.Array(from_dtype(argument.dtype), argument.ndim, "C")
    return types.int64 if isinstance(argument, (int, np.integer)) else types.float64


def shares(items: int, threads: int) -> list[tuple[int, int]]:
    """First and last item of each thread."""
    return [(items * t // threads, items * (t + 1) // threads) for t in range(threads)]


def is_shared(call: Call, threads: int) -> bool:
    """Whether a call is large enough to be worth two barriers."""
    return threads > 1 and call.items > 1 and max(call.flops, call.bytes // 2) >= WORTH_SHARING


def _module(calls: Sequence[Call], threads: int, check: int | None, halt: Array, arrivals: Array) -> ir.Module:
    module = ir.Module()
    module.triple = llvm.get_process_triple()
    shared = [is_shared(c, threads) for c in calls]
    addresses = [entry_point(c) for c in calls]
    for thread in range(threads):
        _Writer(module, thread, threads, halt, arrivals).write(calls, addresses, shared, check)
    return module


class _Writer:
    """Writes the function of one thread."""

    def __init__(self, module: ir.Module, thread: int, threads: int, halt: Array, arrivals: Array) -> None:
        self.thread, self.threads = thread, threads
        self.function = ir.Function(module, ir.FunctionType(ir.VoidType(), [I64]), f"thread{thread}")
        self.b = ir.IRBuilder(self.function.append_basic_block("entry"))
        self.halt, self.arrivals = _pointer(halt.ctypes.data), _pointer(arrivals.ctypes.data)
        self.goal = self.b.alloca(I64)  # arrivals at which the next barrier opens
        self.nothing = self.b.alloca(POINTER)  # where kernels put their result, None, and their exception, never raised

    def write(self, calls: Sequence[Call], addresses: Sequence[int], shared: Sequence[bool], check: int | None) -> None:
        """for step in range(steps): all calls; return where `halt` is set at the check."""
        b = self.b
        b.store(I64(0), self.goal)
        b.store(ir.Constant(POINTER, None), self.nothing)
        head, body, done = (b.append_basic_block(n) for n in ("head", "body", "done"))
        entry = b.block
        b.branch(head)
        b.position_at_end(head)
        step = b.phi(I64)
        step.add_incoming(I64(0), entry)
        b.cbranch(b.icmp_signed("<", step, self.function.args[0]), body, done)
        b.position_at_end(body)
        met = True  # whether all threads have met since the last call
        for at, (call, address, is_one_shared) in enumerate(zip(calls, addresses, shared, strict=True)):
            if at == check:
                self._leave_where_halted(done, met=met)
                met = True
            if is_one_shared and not met:
                self._barrier()
            whole = (0, call.items if self.thread == 0 else 0)
            first, last = shares(call.items, self.threads)[self.thread] if is_one_shared else whole
            if last > first:
                self._call(call, address, first, last)
            met = False
            if is_one_shared:
                self._barrier()
                met = True
        if not met:
            self._barrier()  # and no look at `halt` here: the first thread may already be setting it in the next step
        step.add_incoming(b.add(step, I64(1)), b.block)
        b.branch(head)
        b.position_at_end(done)
        b.ret_void()

    def _leave_where_halted(self, done: ir.Block, *, met: bool) -> None:
        if not met:
            self._barrier()
        going_on = self.b.append_basic_block("on")
        self.b.cbranch(self.b.icmp_signed("!=", self.b.load(self.halt, typ=I64), I64(0)), done, going_on)
        self.b.position_at_end(going_on)

    def _call(self, call: Call, address: int, first: int, last: int) -> None:
        values: list[ir.Value] = [self.nothing, self.nothing]
        for argument in (*call.args, first, last):
            values += _lower(argument)
        kind = ir.FunctionType(I32, [v.type for v in values])
        self.b.call(_typed(self.b, address, kind), values)

    def _pause(self) -> ir.Function:
        """Tells an x86 processor that it spins, so that it saves power and leaves the loop at once."""
        kind, name = ir.FunctionType(ir.VoidType(), []), "llvm.x86.sse2.pause"
        known = self.function.module.globals.get(name)
        return known if known is not None else ir.Function(self.function.module, kind, name)

    def _barrier(self) -> None:
        """Wait until every thread has come here."""
        if self.threads == 1:
            return
        b = self.b
        goal = b.add(b.load(self.goal, typ=I64), I64(self.threads))
        b.store(goal, self.goal)
        b.atomic_rmw("add", self.arrivals, I64(1), "acq_rel")
        look, rest, give_way, past = (b.append_basic_block(n) for n in ("look", "rest", "give_way", "past"))
        before = b.block
        b.branch(look)
        b.position_at_end(look)
        spins = b.phi(I64)
        spins.add_incoming(I64(0), before)
        here = b.load_atomic(self.arrivals, "acquire", 8, typ=I64)
        b.cbranch(b.icmp_signed(">=", here, goal), past, rest)
        b.position_at_end(rest)
        if platform.machine().lower() in {"x86_64", "amd64"}:
            b.call(self._pause(), [])
        spins.add_incoming(b.add(spins, I64(1)), rest)
        again = b.icmp_signed("<", spins, I64(SPINS))
        b.cbranch(again, look, give_way)
        b.position_at_end(give_way)
        b.call(_typed(b, _yield_address(), ir.FunctionType(I32, [])), [])
        spins.add_incoming(I64(SPINS - 50), give_way)
        b.branch(look)
        b.position_at_end(past)


def _pointer(address: int) -> ir.Value:
    return I64(address).inttoptr(POINTER)


def _typed(builder: ir.IRBuilder, address: int, kind: ir.FunctionType) -> ir.Value:
    return builder.inttoptr(I64(address), kind.as_pointer())


def _lower(argument: Argument) -> list[ir.Value]:
    """An argument as numba passes it: an array as (owner, parent, size, item size, data, shape …, strides …)."""
    if isinstance(argument, np.ndarray):
        none = ir.Constant(POINTER, None)
        return [
            none, none, I64(argument.size), I64(argument.itemsize), _pointer(argument.ctypes.data),
            *(I64(n) for n in argument.shape), *(I64(n) for n in argument.strides),
        ]  # fmt: skip
    if isinstance(argument, (int, np.integer)):
        return [I64(int(argument))]
    return [ir.Constant(F64, float(argument))]


def _compile(text: str) -> Any:
    _ = cpu_target.target_context  # numba has made LLVM ready
    module = llvm.parse_assembly(text)
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        opt=1, jit=True, codemodel="jitdefault"
    )
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


def _yield_address() -> int:
    if sys.platform == "win32":
        return ctypes.cast(ctypes.WinDLL("kernel32").SwitchToThread, ctypes.c_void_p).value or 0
    return ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0
