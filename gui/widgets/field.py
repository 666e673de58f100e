"""What every field can do, whatever it looks like.

`previewed` comes while a gesture goes on (a drag, held arrow keys) and then exactly one of `committed` and `cancelled`;
after a cancelled gesture the last `previewed` carries the value from before it. `refused` carries text that is no value.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from core.words import Words

MIXED = Words("mixed", "多个值")


class Field(Protocol):
    """A widget that holds one value. Signals come only from what a person does, never from `set_value`."""

    previewed: SignalInstance  # object
    committed: SignalInstance  # object
    cancelled: SignalInstance
    refused: SignalInstance  # str

    def value(self) -> Any:
        """The value it holds."""

    def set_value(self, value: Any) -> None:
        """Show another value."""

    def set_mixed(self) -> None:
        """Several values are meant: show that, and none of them. The value that was set last is where a gesture begins."""

    def cancel(self) -> None:
        """Take back what is being typed or dragged."""

    def refuse(self, value: Any) -> None:
        """What was committed is not taken and `value` still counts; text stays, to be mended or taken back."""


def mark(widget: QWidget, sign: Literal["invalid", "mixed"], *, on: bool) -> None:
    """Draw the field as wrong, or as one of several values; or as usual again."""
    if bool(widget.property(sign)) is not on:
        widget.setProperty(sign, on)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
