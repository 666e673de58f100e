"""What every field can do, whatever it looks like.

`previewed` comes while a gesture goes on (a drag, held arrow keys) and then exactly one of `committed` and `cancelled`;
after a cancelled gesture the last `previewed` carries the value from before it. `refused` carries text that is no value.
"""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget


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

    def cancel(self) -> None:
        """Take back what is being typed or dragged."""

    def refuse(self, value: Any) -> None:
        """What was committed is not taken and `value` still counts; text stays, to be mended or taken back."""


def mark(widget: QWidget, *, invalid: bool) -> None:
    """Draw the field as wrong, or as right again."""
    if widget.property("invalid") is not invalid:
        widget.setProperty("invalid", invalid)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
