"""Composites that come from elsewhere: their definitions come along, and equal ones are shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from core.graph.composites import Composite, Definition
from core.graph.document import Document, Node


def needed(nodes: Mapping[str, Node]) -> dict[str, Definition]:
    """The definitions that blocks are made of, those inside first."""
    found: dict[str, Definition] = {}

    def collect(definition: Definition) -> None:
        if definition.name not in found:
            for inner in definition.used:
                collect(inner)
            found[definition.name] = definition

    for node in nodes.values():
        if isinstance(node.block, Composite):
            collect(node.block.definition)
    return found


def adopt(document: Document, nodes: Mapping[str, Node]) -> tuple[Document, Mapping[str, Node]]:
    """The document with the definitions that these blocks need, and the blocks made of the document's own.

    A definition that is here already is shared; one that has only its name in common with one here gets another name.
    """
    wanted = needed(nodes)
    if all(document.definitions.get(name) is definition for name, definition in wanted.items()) and not any(
        _is_offered(node) for node in nodes.values()
    ):
        return document, nodes
    here = dict(document.definitions)
    ours: dict[str, Definition] = {}
    for name, definition in wanted.items():
        bound = _bound(definition.nodes, ours)
        if bound is not definition.nodes:
            definition = replace(definition, nodes=MappingProxyType(dict(bound)))  # noqa: PLW2901
        twin = next((d for d in here.values() if replace(d, name=name) == definition), None)
        if twin is None:
            twin = replace(definition, name=_free(name, here))
            here[twin.name] = twin
        ours[name] = twin
    return document.with_(definitions=here), _bound(nodes, ours)


def _bound(nodes: Mapping[str, Node], ours: Mapping[str, Definition]) -> Mapping[str, Node]:
    fresh = {
        n: replace(v, block=v.block.made_of(ours[v.block.definition.name]))
        for n, v in nodes.items()
        if isinstance(v.block, Composite)
        and (ours.get(v.block.definition.name) is not v.block.definition or _is_offered(v))
    }
    return {n: fresh.get(n, v) for n, v in nodes.items()} if fresh else nodes


def _is_offered(node: Node) -> bool:
    """Whether a block is of a class that a library lists, and not yet of a definition's own."""
    return isinstance(node.block, Composite) and type(node.block) is not node.block.definition.kind


def _free(name: str, taken: Mapping[str, Definition]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
