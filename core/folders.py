"""Where this program keeps things on a person's machine. Each folder can be moved by an environment variable."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Things that can be made again, such as compiled kernels. `NEUROLOOM_CACHE` moves it."""
    return _folder("NEUROLOOM_CACHE", "XDG_CACHE_HOME", ".cache", "Library/Caches", "cache")


def config_folder() -> Path:
    """What a person chose or wrote: preferences, plug-ins, recovery journals. `NEUROLOOM_CONFIG` moves it."""
    return _folder("NEUROLOOM_CONFIG", "XDG_CONFIG_HOME", ".config", "Library/Application Support", "config")


def _folder(own: str, xdg: str, linux: str, mac: str, windows: str) -> Path:
    if chosen := os.environ.get(own):
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "neuroloom" / windows
    if sys.platform == "darwin":
        return home / mac / "neuroloom"
    return Path(os.environ.get(xdg) or home / linux) / "neuroloom"
