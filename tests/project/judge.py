"""A small JSON Schema validator of its own: just the keywords our schema uses, and no others."""

from __future__ import annotations

import re

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_kind(value, kind):
    if kind in {"number", "integer"}:
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


def faults(value, schema, root, at="$"):
    """What the schema has against a value."""
    known = dict(schema)
    for word in ("title", "description", "default", "$schema", "$defs"):
        known.pop(word, None)
    found = []
    if "$ref" in known:
        part = root
        for key in known.pop("$ref").removeprefix("#/").split("/"):
            part = part[key]
        found += faults(value, part, root, at)
    if "type" in known:
        kinds = known.pop("type")
        if not any(is_kind(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
            return [*found, f"{at}: {value!r} is no {kinds}"]
    if "const" in known and value != known.pop("const"):
        found.append(f"{at}: {value!r}")
    if "enum" in known and value not in known.pop("enum"):
        found.append(f"{at}: {value!r} is none of the choices")
    for word in ("allOf", "anyOf"):
        branches = [faults(value, part, root, at) for part in known.pop(word, ())]
        found += sum(branches, []) if word == "allOf" else branches[0] if branches and all(branches) else []
    if "if" in known:
        then = known.pop("then")
        found += [] if faults(value, known.pop("if"), root, at) else faults(value, then, root, at)
    number = is_kind(value, "number")
    for word, bad in {
        "minimum": lambda limit: number and value < limit,
        "maximum": lambda limit: number and value > limit,
        "exclusiveMinimum": lambda limit: number and value <= limit,
        "exclusiveMaximum": lambda limit: number and value >= limit,
        "minItems": lambda limit: isinstance(value, list) and len(value) < limit,
        "maxItems": lambda limit: isinstance(value, list) and len(value) > limit,
        "minLength": lambda limit: isinstance(value, str) and len(value) < limit,
        "maxLength": lambda limit: isinstance(value, str) and len(value) > limit,
        "maxProperties": lambda limit: isinstance(value, dict) and len(value) > limit,
        "pattern": lambda limit: isinstance(value, str) and not re.search(limit, value),
        "required": lambda limit: isinstance(value, dict) and not set(limit) <= set(value),
    }.items():
        if word in known and bad(limit := known.pop(word)):
            found.append(f"{at}: {word} {limit}")
    items, properties = known.pop("items", {}), known.pop("properties", {})
    rest, names = known.pop("additionalProperties", True), known.pop("propertyNames", {})
    if isinstance(value, list):
        found += [f for i, part in enumerate(value) for f in faults(part, items, root, f"{at}[{i}]")]
    if isinstance(value, dict):
        for key, part in value.items():
            found += faults(key, names, root, f"{at}.{key}") if names else []
            if key in properties:
                found += faults(part, properties[key], root, f"{at}.{key}")
            elif rest is False:
                found.append(f"{at}: {key!r} is one too many")
            elif isinstance(rest, dict):
                found += faults(part, rest, root, f"{at}.{key}")
    known.pop("then", None)
    assert not known, f"the judge does not know {list(known)}"
    return found
