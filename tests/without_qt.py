"""Train and predict in a process that cannot import Qt: `python -m tests.without_qt`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

BLOCKED = """
import sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "pyqtgraph", "gui", "torch"}:
            raise ImportError(name + " is not here")
sys.meta_path.insert(0, NoQt())
from core.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(*arguments: str) -> str:
    """What the command line prints in such a process."""
    done = subprocess.run([sys.executable, "-c", BLOCKED, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


if __name__ == "__main__":
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        weights, x, y = (str(Path(folder) / name) for name in ("w.safetensors", "x.npy", "y.npy"))
        print(run("train", "playground", "--epochs", "2", "--weights", weights))
        np.save(x, np.zeros((3, 2)))
        print(run("predict", "playground", "--weights", weights, "--input", x, "--output", y))
        assert np.load(y).shape == (3, 1)
