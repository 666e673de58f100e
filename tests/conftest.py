"""Two kernel threads in each process: the suite runs in as many processes as there are cores, and each would take them all."""

from __future__ import annotations

import os

os.environ.setdefault("NEUROLOOM_THREADS", "2")
