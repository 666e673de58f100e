"""The two ends of a composite, seen from inside: where its inputs come in, and where its outputs leave.

They stand only in definitions, so no plan ever meets them: `core/graph/expand.py` joins what they separate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Group, Shapes
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class _End(Block):
    def out_shapes(self, ins: Shapes) -> Shapes:
        """Nothing of its own: `infer` knows what reaches an inlet, and an outlet gives nothing on inside."""
        return ()

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Nothing."""
        return ()

    def backward(self, b: Buffers) -> Calls:
        """Nothing."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Inlet(_End):
    """An input port of the composite it stands in; its name is the port's."""

    id: ClassVar[str] = "inlet"
    title: ClassVar[Words] = Words("Inlet", "入口")
    group: ClassVar[Group] = "input"
    help: ClassVar[Words] = Words(
        "An input port of this composite. Its name is the name of the port: rename it here.",
        "该组合模块的一个输入端口。它的名称就是端口的名称，可在此重命名。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("port", "input", "端口")
    stem: ClassVar[str] = "in"
    inputs: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, kw_only=True)
class Outlet(_End):
    """An output port of the composite it stands in; its name is the port's."""

    id: ClassVar[str] = "outlet"
    title: ClassVar[Words] = Words("Outlet", "出口")
    group: ClassVar[Group] = "output"
    help: ClassVar[Words] = Words(
        "An output port of this composite. Its name is the name of the port: rename it here.",
        "该组合模块的一个输出端口。它的名称就是端口的名称，可在此重命名。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("port", "output", "端口")
    stem: ClassVar[str] = "out"
    outputs: ClassVar[tuple[str, ...]] = ()


ENDS: Mapping[str, type[Block]] = {"inlet": Inlet, "outlet": Outlet}
