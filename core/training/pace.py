"""How long an epoch takes on this machine, told before it is trained: a few steps are made, timed, and taken back."""

from __future__ import annotations

import time
from math import ceil

from core.errors import NotFiniteError
from core.training.session import Session

LONG_ENOUGH = 0.03  # seconds that are timed
MOST_BYTES = 1 << 26  # of a run that is copied for it


def pace(session: Session) -> float | None:
    """Seconds of an epoch; None where copies would be large, or the first steps lead nowhere. The run is as it was before."""
    before = session.snapshot()
    if before.room > MOST_BYTES:
        return None
    try:
        session.advance(steps=1)  # touches memory that no step after it waits for
        for last in (False, True):
            begin, made = time.perf_counter(), session.step
            ended = session.advance(seconds=LONG_ENOUGH)
            if ended is None:
                steps = ceil(session.rows / session.batch_size)
                return (time.perf_counter() - begin) / (session.step - made) * steps
            if last:
                return ended.seconds  # of a whole epoch; the one before also prepared the rows held out
    except NotFiniteError:
        pass
    finally:
        session.restore(before)
    return None
