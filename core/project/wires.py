"""The wires of a canvas from their JSON, chains such as "conv1 > relu1 > pool1", and the points at which they bend."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from core.data._files import shown
from core.graph.document import MOST_BENDS, Node, Point, Unknown, Wire
from core.project.faults import Faults, as_written
from core.project.fields import OBJECT, PLACE, REMOVE, point
from core.project.named import CORRECT, near
from core.words import Words, same

_JOIN = Words("Remove one, or join them with an Add or Concat block", "请删去一条，或用相加、拼接模块合并")


def read_wires(given: object, at: str, nodes: Mapping[str, Node], faults: Faults) -> tuple[Wire, ...]:
    """The wires, none of them twice; what is said of blocks that a file has no name for is a fault."""
    if not isinstance(given, list):
        wanted = Words('a list such as ["input > dense1"]', '列表，如 ["input > dense1"]')
        faults.add(f"{at}wires", as_written(given), wanted, CORRECT)
        return ()
    wires: dict[tuple[str, str], Wire] = {}
    for index, chain in enumerate(given):
        place = f"{at}wires[{index}]"
        if not isinstance(chain, str) or ">" not in chain:
            wanted = Words(
                'text such as "conv1 > relu1" or "split.a > add.b"', '文字，如 "conv1 > relu1" 或 "split.a > add.b"'
            )
            faults.add(place, as_written(chain), wanted, CORRECT)
            continue
        ends = [tuple(map(str.strip, end.partition(".")[::2])) for end in chain.split(">")]
        if any(port for _, port in ends[1:-1]):
            wanted = Words("ports only at the ends of a chain", "端口名只出现在链的两端")
            faults.add(place, as_written(chain), wanted, Words("Write it as two wires", "请拆成两条连线"))
            continue
        for (source, output), (target, entry) in itertools.pairwise(ends):
            wire = _wire((source, output), (target, entry), nodes, place, faults)
            if wire is None:
                continue
            if (wire.target, wire.input) in wires:
                got = Words(
                    f"a second wire to the same input of {shown(target)}", f"{shown(target)} 的同一输入端口有第二条连线"
                )
                faults.add(place, got, Words("one wire for each input", "每个输入端口一条连线"), _JOIN)
                continue
            wires[wire.target, wire.input] = wire
    return tuple(wires.values())


def _wire(
    start: tuple[str, ...], end: tuple[str, ...], nodes: Mapping[str, Node], place: str, faults: Faults
) -> Wire | None:
    ports: list[str] = []
    for (name, port), is_source in ((start, True), (end, False)):
        node = nodes.get(name)
        if node is None:
            close = near(name, nodes)
            wanted = Words(f"the name of a block{close.en}", f"模块名称{close.zh}")
            faults.add(place, same(repr(shown(name))), wanted, CORRECT)
            return None
        if isinstance(node.block, Unknown):
            ports.append(port)  # left out means the first, and which that is nobody knows here
            continue
        known = node.block.output_ports() if is_source else node.block.input_ports()
        if not known or (port and port not in known):
            said = Words("no output", "没有输出端口") if is_source else Words("no input", "没有输入端口")
            got = Words(f"{name} has {said.en} {shown(port)}".rstrip(), f"{name} {said.zh} {shown(port)}".rstrip())
            names = ", ".join(known) or "—"
            faults.add(place, got, Words(f"one of: {names}", f"下列之一：{names}"), CORRECT)
            return None
        ports.append(port or known[0])
    return Wire(start[0], ports[0], end[0], ports[1])


def bent(
    wires: tuple[Wire, ...], given: object, at: str, nodes: Mapping[str, Node], faults: Faults
) -> tuple[Wire, ...]:
    """The same wires with the points that the file has them go through."""
    if not isinstance(given, dict):
        faults.add(f"{at}bends", as_written(given), OBJECT, CORRECT)
        return wires
    bends: dict[Wire, tuple[Point, ...]] = {}
    for key, value in given.items():
        place = f"{at}bends.{shown(key)}"
        found = read_wires([key], f"{place}: ", nodes, faults)
        points = [point(each) for each in value] if isinstance(value, list) else []
        if not 0 < len(points) <= MOST_BENDS or None in points:
            wanted = Words(
                f"a list of 1 to {MOST_BENDS} points, each {PLACE.en}", f"1 到 {MOST_BENDS} 个点，每个为{PLACE.zh}"
            )
            faults.add(
                place, as_written(value), wanted, Words("Remove it to have the wire straight", "删除后连线不再弯折")
            )
        elif len(found) == 1 and found[0] in wires:
            bends[found[0]] = tuple(each for each in points if each is not None)
        elif found:
            faults.add(place, same(repr(shown(key))), Words("one of the wires", "已有的一条连线"), REMOVE)
    return tuple(replace(w, bends=bends[w]) if w in bends else w for w in wires) if bends else wires
