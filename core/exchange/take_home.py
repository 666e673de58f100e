"""A session's weights leave for a file, and come back from one: with what is needed to use them anywhere."""

from __future__ import annotations
