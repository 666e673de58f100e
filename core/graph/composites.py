"""A composite: a block that is made of blocks. To the canvas, the rules and the inspector it is a block like any other.

A `Definition` is what lies inside; its `kind` is a class of block made for it, with the inlets as input ports, the outlets
as output ports, and the promoted settings as settings of its own. Nothing that shows or judges blocks knows the difference.
It has no kernel calls: what is trained is the document of `core/graph/expand.py`, where composites are opened up.
"""

from __future__ import annotations

import dataclasses
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, ClassVar, get_type_hints

from core.blocks._base import Block, Buffers, Group, Shape, Shapes
from core.errors import GraphError, SettingError, ShapeError
from core.graph.boundary import Inlet, Outlet
from core.graph.document import Document, Flow, Frame, Node, Note, Wire
from core.graph.shapes import Inference, infer
from core.graph.training import Learning
from core.initializers import Weight
from core.kernels.call import Calls
from core.settings import Row, Setting, setting
from core.words import Words, same

MOST_BLOCKS = 20_000  # in one composite, all that is inside it counted
DEEPEST = 16  # composites inside composites
RESERVED = frozenset(
    {"type", "definition", "at", "weights", "frozen_weights", "mode", "collapsed", "locked", "folded", "repeat"}
    | {row.name for row in Learning.rows()}
)  # keys that the file has for every composite
Target = tuple[str, str]  # a block inside, and one of its settings
NAMELESS = Words("Composite", "组合模块")
ABOUT = Words(
    "A block made of blocks: double-click it to see and change what is inside. All blocks of the same definition change "
    "together; make it unique to change one alone.",
    "由模块组成的模块：双击可查看并修改其内部。同一定义的所有模块会一同改变；若只想改变其中一个，请将其设为独立。",
)


@dataclass(frozen=True)
class Definition:
    """What a composite is made of. Inlets and outlets are nodes; `settings` says which inner settings each outer one sets."""

    name: str
    title: str = ""
    nodes: Mapping[str, Node] = field(default_factory=lambda: MappingProxyType({}))
    wires: tuple[Wire, ...] = ()
    settings: Mapping[str, tuple[Target, ...]] = field(default_factory=lambda: MappingProxyType({}))
    frames: Mapping[str, Frame] = field(default_factory=lambda: MappingProxyType({}))
    notes: Mapping[str, Note] = field(default_factory=lambda: MappingProxyType({}))
    flow: Flow = "right"

    @cached_property
    def inlets(self) -> tuple[str, ...]:
        """Names of the input ports, in order."""
        return tuple(n for n, v in self.nodes.items() if isinstance(v.block, Inlet))

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """Names of the output ports, in order."""
        return tuple(n for n, v in self.nodes.items() if isinstance(v.block, Outlet))

    @cached_property
    def used(self) -> tuple[Definition, ...]:
        """The definitions of the composites inside, each once."""
        inside = (v.block.definition for v in self.nodes.values() if isinstance(v.block, Composite))
        return tuple({d.name: d for d in inside}.values())

    @cached_property
    def size(self) -> int:
        """How many blocks there are when all is opened up."""
        return sum(v.block.size if isinstance(v.block, Composite) else 1 for v in self.nodes.values())

    @cached_property
    def depth(self) -> int:
        """How many composites lie in one another, this one counted."""
        return 1 + max((d.depth for d in self.used), default=0)

    @cached_property
    def kind(self) -> type[Composite]:
        """The class of the blocks that are made of this."""
        fields = [(key, *_promoted(self, key, targets)) for key, targets in self.settings.items()]
        own: dict[str, Any] = {
            "definition": self,
            "title": in_both(self.title) if self.title else NAMELESS,
            "inputs": self.inlets,
            "outputs": self.outlets,
        }
        return dataclasses.make_dataclass(
            "Composite", fields, bases=(Composite,), namespace=own, frozen=True, kw_only=True, eq=False
        )

    @cached_property
    def known(self) -> dict[tuple[object, ...], Inference]:
        """Shapes inside for settings and shapes that were asked for lately."""
        return {}


@dataclass(frozen=True, kw_only=True, eq=False)
class Composite(Block):
    """A block made of a definition.

    Repeated, it is a chain of copies: the first output of one feeds the first input of the next, all share the other inputs.
    """

    id: ClassVar[str] = "composite"
    group: ClassVar[Group] = "composite"
    help: ClassVar[Words] = ABOUT
    definition: ClassVar[Definition]

    repeat: int = setting(
        1, Words("Repeat", "重复"),
        Words(
            "A chain of so many copies, each with weights of its own. What leaves one must fit what enters the next.",
            "由这么多份副本串联而成，每份有各自的权重。一份的输出须符合下一份的输入。",
        ),
        ge=1, le=64,
    )  # fmt: skip

    @classmethod
    @cache
    def rows(cls) -> tuple[Row, ...]:
        """The promoted settings, and last how often it is repeated."""
        return tuple(sorted(super().rows(), key=lambda row: row.name == "repeat"))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Composite):
            return NotImplemented
        return self.to_json() == other.to_json() and (
            self.definition is other.definition or self.definition == other.definition
        )

    def __hash__(self) -> int:
        return hash((self.definition.name, self.repeat))

    def check(self) -> None:
        """Raise SettingError for a chain of something that has no beginning or end, or of too many blocks."""
        if self.repeat > 1 and not (self.definition.inlets and self.definition.outlets):
            raise SettingError(
                self.title, "repeat", self.repeat,
                Words("1 for a composite without an inlet or without an outlet", "1（该组合模块没有入口或没有出口）"),
            )  # fmt: skip
        if self.size > MOST_BLOCKS:
            most = MOST_BLOCKS // max(1, self.definition.size)
            raise SettingError(
                self.title, "repeat", self.repeat,
                Words(f"at most {most}: {MOST_BLOCKS:,} blocks in all", f"不超过 {most}：总共最多 {MOST_BLOCKS:,} 个模块"),
            )  # fmt: skip
        self.content()  # a value may be allowed by one of the blocks it sets, and not by another

    @property
    def size(self) -> int:
        """How many blocks it stands for."""
        return self.definition.size * self.repeat

    def copies(self, name: str) -> tuple[str, ...]:
        """What the names of the blocks inside begin with when composite `name` is opened up, for each copy."""
        return (f"{name}/",) if self.repeat == 1 else tuple(f"{name}/{i + 1}/" for i in range(self.repeat))

    def content(self) -> Document:
        """What lies inside, with the promoted settings as they are here."""
        nodes = dict(self.definition.nodes)
        for key, targets in self.definition.settings.items():
            for name, each in targets:
                block = nodes[name].block
                assert isinstance(block, Block)
                if getattr(block, each) != getattr(self, key):
                    nodes[name] = replace(nodes[name], block=replace(block, **{each: getattr(self, key)}))
        return Document(nodes=MappingProxyType(nodes), wires=self.definition.wires)

    def made_of(self, definition: Definition) -> Composite:
        """The same block of another definition: settings that it still has are kept where they differ from the default."""
        given: dict[str, Any] = {
            k: v for k, v in self._chosen().items() if any(row.name == k for row in definition.kind.rows())
        }
        try:
            return definition.kind(**given)
        except SettingError:
            return definition.kind()

    def inside(self, ins: Shapes) -> tuple[Inference, ...]:
        """What is known inside each copy. Raises ShapeError where something does not fit there."""
        found: list[Inference] = []
        for number in range(self.repeat):
            inference = self._infer(ins)
            found.append(inference)
            outs = self._leaves(inference, number)
            ins = (*outs[:1], *ins[1:])
        return tuple(found)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """What leaves the last copy."""
        return self._leaves(self.inside(ins)[-1], self.repeat - 1)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """Those of all blocks inside, by their path from here."""
        return {
            f"{path}{name}.{key}": weight
            for path, name, block, shapes in self._blocks(ins)
            for key, weight in block.weights(shapes).items()
        }

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Never asked for: a plan is made of what lies inside."""
        raise AssertionError(f"{self.definition.name} was not opened up")

    def backward(self, b: Buffers) -> Calls:
        """Never asked for."""
        raise AssertionError(f"{self.definition.name} was not opened up")

    def multiply_adds(self, ins: Shapes) -> int:
        """Those of all blocks inside."""
        return sum(block.multiply_adds(shapes) for _, _, block, shapes in self._blocks(ins))

    def caption(self) -> str:
        """How many copies, and the promoted settings that differ from what lies inside."""
        changed = (str(v) for k, v in self._chosen().items() if k != "repeat")
        return f"{' · '.join(changed)} {f'×{self.repeat}' if self.repeat > 1 else ''}".strip()

    def _chosen(self) -> dict[str, object]:
        return {row.name: v for row in self.rows() if (v := getattr(self, row.name)) != row.default}

    def _infer(self, ins: Shapes) -> Inference:
        chosen = tuple((k, v) for k, v in self._chosen().items() if k != "repeat")
        known, key = self.definition.known, (chosen, ins)
        if key not in known:
            if len(known) >= 32:  # while a slider is dragged there is a new key at every step
                known.clear()
            known[key] = infer(self.content(), given=dict(zip(self.definition.inlets, ins, strict=True)))
        return known[key]

    def _leaves(self, inference: Inference, number: int) -> Shapes:
        if inference.faults:
            first, more = inference.faults[0].words, len(inference.faults) - 1
            copy = Words(f"copy {number + 1}: ", f"第 {number + 1} 份：") if number else same("")
            rest = Words(f" (and {more} more inside)", f"（内部还有 {more} 处）") if more else same("")
            raise ShapeError(Words(f"{copy.en}{first.en}{rest.en}", f"{copy.zh}{first.zh}{rest.zh}"))
        return tuple(_entering(inference, name) for name in self.definition.outlets)

    def _blocks(self, ins: Shapes) -> Iterator[tuple[str, str, Block, Shapes]]:
        for path, known in zip(self.copies(""), self.inside(ins), strict=True):
            for name in known.order:
                block = known.blocks.get(name)
                if name in known.outs and isinstance(block, Block):
                    yield path.lstrip("/"), name, block, known.ins[name]


def in_both(title: str) -> Words:
    """A title that a person wrote: the same in both languages, or `English · 中文`."""
    en, dot, zh = title.partition(" · ")
    return Words(en, zh) if dot and en and zh else same(title)


def _entering(inference: Inference, outlet: str) -> Shape:
    return inference.ins[outlet][0]


def _promoted(definition: Definition, key: str, targets: tuple[Target, ...]) -> tuple[Any, Any]:
    """Type and field of a promoted setting: as the first inner one is declared, its value inside as the default."""
    name, inner = targets[0]
    block = definition.nodes[name].block
    assert isinstance(block, Block)
    row = row_of(block, inner)
    assert row is not None
    label = row.info.label if key == inner else same(key.replace("_", " "))
    info: Setting = replace(row.info, label=label, shown_if=None)
    return get_type_hints(type(block))[inner], field(default=getattr(block, inner), metadata={"setting": info})


def with_setting(definition: Definition, target: Target, key: str = "") -> Definition:
    """With a setting of a block inside as a setting of the composite, under this key, or one that is free.

    Under a key that there is already, the one outer setting sets both. Raises GraphError where that cannot be.
    """
    name, inner = target
    row = row_of(definition.nodes[name].block, inner) if name in definition.nodes else None
    if row is None:
        raise GraphError(Words(f"{name} has no setting {inner!r} to promote.", f"{name} 没有可提升的设置 {inner!r}。"))
    key = key or _free_key(definition, name, inner)
    if key in RESERVED or not key.isidentifier() or keyword.iskeyword(key) or hasattr(Composite, key):
        raise GraphError(
            Words(
                f"A setting of a composite cannot be called {key!r}. Take another name of letters, digits and '_'.",
                f"组合模块的设置不能命名为 {key!r}。请换用由字母、数字和“_”组成的名称。",
            )
        )
    if any(target in targets for targets in definition.settings.values()):
        raise GraphError(
            Words(
                f"{name}.{inner} is promoted already. Promote it once.",
                f"{name}.{inner} 已经提升过，每个设置只能提升一次。",
            )
        )
    targets = (*definition.settings.get(key, ()), target)
    first = row_of(definition.nodes[targets[0][0]].block, targets[0][1])
    if first is None or (first.kind, first.choices, first.optional) != (row.kind, row.choices, row.optional):
        raise GraphError(
            Words(
                f"{name}.{inner} cannot be set by {key!r}: it takes other values. Promote it under another name.",
                f"{name}.{inner} 不能由 {key!r} 设置：两者取值不同。请用另一个名称提升。",
            )
        )
    return replace(definition, settings=MappingProxyType({**definition.settings, key: targets}))


def _free_key(definition: Definition, name: str, inner: str) -> str:
    plain = "".join(c if f"_{c}".isidentifier() else "_" for c in f"{name}_{inner}")
    for key in (inner, plain, f"its_{plain}"):
        if (
            key not in definition.settings
            and key not in RESERVED
            and key.isidentifier()
            and not hasattr(Composite, key)
        ):
            return key
    return f"setting{len(definition.settings) + 1}"


def row_of(block: object, name: str) -> Row | None:
    """The declaration of one setting of a block, if it has it."""
    return next((row for row in block.rows() if row.name == name), None) if isinstance(block, Block) else None
