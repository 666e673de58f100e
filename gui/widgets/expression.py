"""Numbers as people type them: `64`, `1e-3`, `28*28`, `(5-1)/2`, `2^10`, also with the full-width signs of a Chinese keyboard."""

from __future__ import annotations

import ast
import operator
import unicodedata
from collections.abc import Callable
from typing import Any

_MOST_DIGITS = 200  # characters of an expression; a person does not type more
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "^": "**", "，": ",", "。": ".", "、": ","})
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def evaluate(text: str) -> int | float:
    """The value of an arithmetic expression. Raises ValueError for anything else; runs no code of the text."""
    plain = normal(text)
    if len(plain) > _MOST_DIGITS:
        raise ValueError(text)
    try:
        value: int | float = _value(ast.parse(plain, mode="eval").body)
    except (SyntaxError, ArithmeticError, RecursionError, MemoryError, TypeError) as error:
        raise ValueError(text) from error
    if not abs(value) < 1e300:  # also what is no number
        raise ValueError(text)
    return value


def normal(text: str) -> str:
    """`text` with full-width and typographic signs brought to the plain ones."""
    return unicodedata.normalize("NFKC", text.translate(_SIGNS)).strip()


def written(value: float) -> str:
    """A number as a field shows it: `64`, `0.001`, `1e-5`."""
    if isinstance(value, int):
        return str(value)
    mantissa, _, exponent = f"{value:.10g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _value(node: ast.AST) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(operand))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, power = _value(left), _value(right)
            result = float(base) ** power  # in floats first: 9**9**9 must not build a number of 370 million digits
            if isinstance(result, complex):
                raise TypeError
            return base**power if abs(result) < 1e15 else result
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left), _value(right))
        case _:
            raise ValueError(node)
