"""JSON Schema of the project file, made from the declarations that read it: for editors that complete, and for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from core import data as sources
from core import optimizers, schedules
from core.blocks import registry
from core.data.normalisation import Rule
from core.graph.boundary import ENDS
from core.graph.composites import ABOUT, NAMELESS, Composite
from core.graph.document import FARTHEST, LONGEST_TEXT, MOST_BENDS, Flow, Mode
from core.graph.edits import LONGEST_NAME
from core.graph.markings import COLOURS
from core.graph.training import Learning, Training
from core.project.markings import MOST_FRAMES
from core.project.migrations import version
from core.project.nodes import MOST_BLOCKS
from core.project.read import MOST_DEFINITIONS
from core.project.write import layout
from core.settings import Settings

SCHEMA_FILE = Path(__file__).parents[2] / "resources" / "project.schema.json"
Schema = dict[str, Any]

_POSITION: Schema = {
    "title": "Position",
    "description": "Where the block lies on the canvas, [x, y] in canvas units. Laid out when left out.",
    "type": "array",
    "items": {"type": "number", "minimum": -FARTHEST, "maximum": FARTHEST},
    "minItems": 2,
    "maxItems": 2,
}
_SIZE: Schema = {
    "title": "Size",
    "description": "[width, height] in canvas units.",
    "type": "array",
    "items": {"type": "number", "exclusiveMinimum": 0, "maximum": FARTHEST},
    "minItems": 2,
    "maxItems": 2,
}
_MODE: Schema = {
    "title": "Mode",
    "description": "on; bypass: hands its first input on; mute: gives nothing, nor does what depends on it alone.",
    "enum": list(get_args(Mode)),
    "default": "on",
}
_COLLAPSED: Schema = {
    "title": "Collapsed",
    "description": "Whether the block is drawn as its header alone.",
    "type": "boolean",
    "default": False,
}
_LOCKED: Schema = {
    "title": "Locked",
    "description": "Whether it stays where it is, whatever is moved or laid out.",
    "type": "boolean",
    "default": False,
}
_FOLDED: Schema = {
    "title": "Folded",
    "description": "The name of the frame that it is folded into: it is out of sight while that frame is collapsed.",
    "type": "string",
    "default": "",
}
_WEIGHTS: Schema = {
    "title": "Weights set by hand",
    "description": 'First values of weights by name, nested lists in the shape of the array, such as {"W": [[3], [-2]], "b": [1]}; one number is for all of them. '
    "Weights that are left out are drawn from the seed.",
    "type": "object",
    "additionalProperties": {"$ref": "#/$defs/numbers"},
}
_FROZEN_WEIGHTS: Schema = {
    "title": "Frozen weights",
    "description": "What of single weights stays as it begins, by name: true for all of a weight, or nested lists in the shape "
    'of the array with 1 where a number stays, such as {"W": [[1, 0], [0, 0]], "b": true}.',
    "type": "object",
    "additionalProperties": {"$ref": "#/$defs/mask"},
}


def schema() -> Schema:
    """The schema of today's format. Blocks of plug-ins are allowed and not described."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Neuroloom project",
        "description": "A neural network, its data and how it is trained. Whatever is at its default may be left out. "
        "Keys this schema does not know are kept.",
        "type": "object",
        "required": ["neuroloom"],
        "properties": {
            "neuroloom": {"description": "Version of the file format.", "const": version()},
            "title": {"description": "Name of the project.", "type": "string", "default": ""},
            "note": {
                "description": "Whatever is worth knowing: text, or a list of its lines.",
                "type": ["string", "array"],
                "items": {"type": "string"},
                "default": "",
            },
            "data": {
                "description": "The data, its settings, and how its numbers are normalised.",
                "type": "object",
                "required": ["source"],
                "properties": {
                    "source": {"description": "Where the data comes from.", "enum": list(sources.registry())}
                },
                "allOf": _choices("source", dict(sorted(sources.registry().items())), {"normalise": _normalise()}),
            },
            "definitions": {
                "description": "What composites are made of, by name. Inlets and outlets are blocks inside; their names are the "
                'ports. A block {"type": "composite", "definition": "…"} uses one, with its promoted settings.',
                "type": "object",
                "maxProperties": MOST_DEFINITIONS,
                "propertyNames": {"$ref": "#/$defs/name"},
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "title": {
                            "description": "What the block is called; 'English · 中文' for both languages.",
                            "type": "string",
                            "default": "",
                        },
                        **{
                            key: {"$ref": f"#/properties/{key}"}
                            for key in ("flow", "blocks", "wires", "bends", "frames", "notes")
                        },
                        "settings": {
                            "description": 'Settings of the composite, and what each sets inside: {"filters": ["conv1.filters"]}.',
                            "type": "object",
                            "additionalProperties": {"type": ["string", "array"], "items": {"type": "string"}},
                        },
                    },
                    "additionalProperties": False,
                },
            },
            "flow": {
                "description": "Which way the wires run on the canvas.",
                "enum": list(get_args(Flow)),
                "default": "right",
            },
            "blocks": _blocks(),
            "wires": {
                "description": 'Wires as "conv1 > relu1", or a whole chain as "input > dense1 > tanh1 > output". '
                'A port is named at the ends of a chain, as in "split.a > add.b"; left out, it is the first.',
                "type": "array",
                "items": {"type": "string", "pattern": "^[^>]+(>[^>]+)+$"},
            },
            "bends": {
                "description": 'Points that a wire is drawn through, by wire: {"conv1 > add.b": [[300, 40]]}.',
                "type": "object",
                "additionalProperties": {"type": "array", "items": _POSITION, "minItems": 1, "maxItems": MOST_BENDS},
            },
            "frames": {
                "description": "Titled rectangles on the canvas; what lies inside moves with them.",
                "type": "object",
                "maxProperties": MOST_FRAMES,
                "additionalProperties": {
                    "type": "object",
                    "required": ["at", "size"],
                    "properties": {
                        "title": {"description": "What is written on it.", "type": "string", "default": ""},
                        "at": _POSITION,
                        "size": _SIZE,
                        "colour": {
                            "description": "Which colour.",
                            "type": "integer",
                            "minimum": 0,
                            "maximum": COLOURS - 1,
                        },
                        "locked": _LOCKED,
                        "collapsed": _COLLAPSED | {"description": "Whether the frame is drawn as its title alone."},
                        "folded": _FOLDED,
                    },
                    "additionalProperties": False,
                },
            },
            "notes": {
                "description": "Plain texts on the canvas.",
                "type": "object",
                "maxProperties": MOST_FRAMES,
                "additionalProperties": {
                    "type": "object",
                    "required": ["at", "size"],
                    "properties": {
                        "text": {"description": "What it says.", "type": "string", "maxLength": LONGEST_TEXT},
                        "at": _POSITION,
                        "size": _SIZE,
                        "folded": _FOLDED,
                    },
                    "additionalProperties": False,
                },
            },
            "training": {
                "description": "How the network is trained.",
                "type": "object",
                "properties": {
                    "optimizer": _one_of(
                        optimizers.registry(),
                        "Optimiser",
                        'The id of an optimiser, or an object with its settings such as {"type": "sgd", "learning_rate": 0.03}.',
                    ),
                    "schedule": _one_of(
                        schedules.registry(),
                        "Schedule",
                        "How the learning rate goes on: the id of a schedule, or an object with its settings such as "
                        '{"type": "cosine", "warm_up": 1}.',
                    ),
                    **Training.json_schema(),
                },
                "additionalProperties": False,
            },
        },
        "$defs": {
            "name": {"pattern": "^[^\\s.>\"'<]+$", "minLength": 1, "maxLength": LONGEST_NAME},
            "numbers": {
                "description": "A number, or equally long lists of them.",
                "type": ["number", "array"],
                "items": {"$ref": "#/$defs/numbers"},
            },
            "mask": {
                "description": "Truth as true or false, 1 or 0, or equally long lists of them.",
                "anyOf": [
                    {"enum": [0, 1, True, False]},
                    {"type": "array", "items": {"$ref": "#/$defs/mask"}},
                ],
            },
        },
    }


def schema_text() -> str:
    """The committed text of the schema."""
    return layout(schema()) + "\n"


def _blocks() -> Schema:
    known = {id: b for id, b in sorted(registry().items()) if b.__module__.startswith("core.blocks.")} | dict(ENDS)
    also = {
        "at": _POSITION,
        "weights": _WEIGHTS,
        **Learning.json_schema(),
        "frozen_weights": _FROZEN_WEIGHTS,
        "mode": _MODE,
        "collapsed": _COLLAPSED,
        "locked": _LOCKED,
        "folded": _FOLDED,
    }
    definition = {"description": "The name of its definition.", "type": "string"}
    return {
        "description": "The blocks by name. A name is 1 to "
        f"{LONGEST_NAME} letters, digits, '_' or '-'. Their order is that of the data's inputs and targets.",
        "type": "object",
        "maxProperties": MOST_BLOCKS,
        "propertyNames": {"$ref": "#/$defs/name"},
        "additionalProperties": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {
                    "description": "What kind of block.",
                    "anyOf": [{"enum": [*known, Composite.id]}, {"type": "string"}],
                }
            },
            "allOf": [
                *_choices("type", known, also),
                {
                    "if": {"properties": {"type": {"const": Composite.id}}},
                    "then": {
                        "title": NAMELESS.en,
                        "description": ABOUT.en,
                        "required": ["definition"],
                        "properties": {"definition": definition, **Composite.json_schema(), **also},
                    },
                },
            ],
        },
    }


def _choices(key: str, kinds: Mapping[str, type[Settings]], also: Schema) -> list[Schema]:
    """For each kind: when `key` names it, its settings and no others."""
    return [
        {
            "if": {"properties": {key: {"const": id}}},
            "then": {
                "title": kind.title.en,
                "description": getattr(kind, "help", kind.title).en,
                "properties": {key: {"const": id}, **kind.json_schema(), **also},
                "additionalProperties": False,
            },
        }
        for id, kind in kinds.items()
    ]


def _normalise() -> Schema:
    return {
        "title": "Normalisation",
        "description": "How numbers are brought to a size that trains well: none; unit: 0 to 1; standard: mean 0, deviation 1.",
        "enum": list(get_args(Rule)),
        "default": "none",
    }


def _one_of(registry: Mapping[str, type[Settings]], title: str, description: str) -> Schema:
    known = dict(sorted(registry.items()))
    return {
        "title": title,
        "description": description,
        "anyOf": [
            {"enum": list(known)},
            {
                "type": "object",
                "required": ["type"],
                "properties": {"type": {"enum": list(known)}},
                "allOf": _choices("type", known, {}),
            },
        ],
    }
