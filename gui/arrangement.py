"""Where windows and panels lie, as Qt writes it, kept in the settings from one session to the next."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from zlib import crc32

from PySide6.QtCore import QByteArray, QSettings


def keep(settings: QSettings, key: str, state: QByteArray) -> None:
    """Write a state, with a checksum before it: Qt goes down on one that is damaged (6.11)."""
    data = state.data()
    settings.setValue(key, f"{crc32(data):08x}{b64encode(data).decode()}")


def kept(settings: QSettings, key: str) -> QByteArray | None:
    """The state as it was written; None where there is none, or something else stands in its place."""
    text = settings.value(key)
    if not isinstance(text, str):
        return None
    try:
        data = b64decode(text[8:], validate=True)
    except (Error, ValueError):
        return None
    return QByteArray(data) if text[:8] == f"{crc32(data):08x}" else None
