"""Anything at all is done to the window; no invariant breaks, nothing is left over. For minutes: `python -m tests.gui.monkey 300`."""

import multiprocessing
import threading

import pytest
from PySide6.QtCore import QSettings

from core.examples import examples
from gui.window import Window
from tests.gui.monkey import Monkey, tame


@pytest.fixture
def window(qapp, qtbot, tmp_path):
    made = Window(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.files.open_example(next(e.path for e in examples() if e.id == "playground"))
    return made


def live(window, qtbot, monkeypatch, folder, seed, steps, engine):
    tame(monkeypatch.setattr, folder)
    monkey = Monkey(window, seed, folder, engine)
    try:
        with qtbot.captureExceptions() as raised:
            for _ in range(steps):
                monkey.live(1)
                assert not raised
        monkey.undo_all()
        monkey.nothing_is_left()
    except AssertionError:
        print(*monkey.lived, sep="\n")
        raise
    finally:
        window.store.history.setClean()
        window.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_monkey_at_the_window_breaks_nothing(window, qtbot, monkeypatch, tmp_path, seed):
    live(window, qtbot, monkeypatch, tmp_path, seed, 50, engine=False)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_monkeys_at_the_window_leave_no_thread_no_process_and_no_item(window, qtbot, monkeypatch, tmp_path, seed):
    live(window, qtbot, monkeypatch, tmp_path, seed, 400, engine=True)
    window.deleteLater()
    qtbot.waitUntil(lambda: not multiprocessing.active_children(), timeout=10_000)
    assert [t.name for t in threading.enumerate() if t is not threading.main_thread() and not t.daemon] == []
