"""Start the window, or run one command without it: `python main.py --help`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    import multiprocessing

    multiprocessing.freeze_support()
    from core.cli import main

    sys.exit(main())
