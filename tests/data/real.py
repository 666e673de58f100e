"""Where real data lies beside the project, for the tests that need it."""

from pathlib import Path

import pytest

REAL = Path(__file__).parents[3] / "shared" / "data"
needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"needs the real data of {REAL}, which only developers have"
)
