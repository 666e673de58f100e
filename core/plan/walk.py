"""The three functions that run a program, in LLVM's language: the walk over its rows, and the two rows that are not kernels.

A row is (entry, words, first, last): what to call, and with what. All entries are alike, `entry(words, first, last)`; one that does
not give back 0 ends the walk.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from functools import cache

from core.kernels.machine_code import address_of_text

SPINS = 2_000  # looks at the barrier before the processor is offered to others
_PAUSE = "call void @llvm.x86.sse2.pause()" if platform.machine().lower() in {"x86_64", "amd64"} else ""  # saves power

_TEXT = f"""
declare void @llvm.x86.sse2.pause()

; for step < steps: for row in rows: leave where entry(words, first, last) is not 0
define void @neuroloom_walk(ptr %rows, i64 %count, i64 %steps) {{
entry:
  br label %step
step:
  %done = phi i64 [0, %entry], [%next, %row]
  %next = add i64 %done, 1
  %over = icmp sge i64 %done, %steps
  br i1 %over, label %out, label %row
row:
  %at = phi i64 [0, %step], [%after, %call]
  %is_last = icmp sge i64 %at, %count
  br i1 %is_last, label %step, label %call
call:
  %here = getelementptr [4 x i64], ptr %rows, i64 %at
  %words_at = getelementptr i64, ptr %here, i64 1
  %first_at = getelementptr i64, ptr %here, i64 2
  %last_at = getelementptr i64, ptr %here, i64 3
  %kernel = load ptr, ptr %here
  %words = load ptr, ptr %words_at
  %first = load i64, ptr %first_at
  %last = load i64, ptr %last_at
  %left = call i64 %kernel(ptr %words, i64 %first, i64 %last)
  %after = add i64 %at, 1
  %goes_on = icmp eq i64 %left, 0
  br i1 %goes_on, label %row, label %out
out:
  ret void
}}

; wait until every thread has come here; words: arrivals, threads, arrivals at which this opens, what offers the processor to others
define i64 @neuroloom_meet(ptr %words, i64, i64) {{
entry:
  %threads_at = getelementptr i64, ptr %words, i64 1
  %goal_at = getelementptr i64, ptr %words, i64 2
  %yield_at = getelementptr i64, ptr %words, i64 3
  %arrivals = load ptr, ptr %words
  %threads = load i64, ptr %threads_at
  %before = load i64, ptr %goal_at
  %yield = load ptr, ptr %yield_at
  %goal = add i64 %before, %threads
  store i64 %goal, ptr %goal_at
  %mine = atomicrmw add ptr %arrivals, i64 1 acq_rel
  br label %look
look:
  %spins = phi i64 [0, %entry], [%more, %rest], [{SPINS - 50}, %give_way]
  %here = load atomic i64, ptr %arrivals acquire, align 8
  %open = icmp sge i64 %here, %goal
  br i1 %open, label %past, label %rest
rest:
  {_PAUSE}
  %more = add i64 %spins, 1
  %again = icmp slt i64 %more, {SPINS}
  br i1 %again, label %look, label %give_way
give_way:
  %ignored = call i32 %yield()
  br label %look
past:
  ret i64 0
}}

; leave where `halt` is set; words: halt
define i64 @neuroloom_look(ptr %words, i64, i64) {{
  %halt = load ptr, ptr %words
  %set = load i64, ptr %halt
  ret i64 %set
}}
"""

WALK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)  # frees the interpreter lock


@cache
def function(name: str) -> int:
    """Address of `walk`, `meet` or `look`."""
    return address_of_text(_TEXT, f"neuroloom_{name}")


@cache
def yield_address() -> int:
    """The system's function that offers the processor to others."""
    if sys.platform == "win32":
        return ctypes.cast(ctypes.WinDLL("kernel32").SwitchToThread, ctypes.c_void_p).value or 0
    return ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0
