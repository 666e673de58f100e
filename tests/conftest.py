"""Two kernel threads in each process: the suite runs in as many processes as there are cores, and each would take them all."""

from __future__ import annotations

import os

os.environ.setdefault("NEUROLOOM_THREADS", "2")

from hypothesis import HealthCheck, settings

# how long an example takes says something of the machine, not of the code
settings.register_profile("neuroloom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("neuroloom")
