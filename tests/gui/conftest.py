"""An invisible screen, settings in a scratch folder, and no test that leaves a timer or a thread behind."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QSettings, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from core.examples import examples
from gui.i18n import language
from gui.theme.apply import theme


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("qt_log_ignore", "propagateSizeHints")


@pytest.fixture(scope="session", autouse=True)
def dressed(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[QApplication]:
    """The one application, in the light theme and in English, with settings nobody else reads."""
    folder = tmp_path_factory.mktemp("settings")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(folder))
    theme.start(qapp, QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat))
    yield qapp
    qapp.clipboard().clear()  # offscreen it outlives Python, and what Python has put there does not


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings of this test alone."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def window(dressed: QApplication, qtbot: Any, settings: QSettings) -> Iterator[Any]:
    """The main window, with settings of its own, and nothing to ask about when it closes."""
    from gui.window import Window

    made = Window(settings)
    made.resize(1400, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.store.history.setClean()
    made.close()
    dressed.processEvents()


def reports(window: Any) -> list[Any]:
    """What the engine reports from now on."""
    told: list[Any] = []
    window.run.told.connect(told.append)
    return told


def until(qtbot: Any, accept: Any, seconds: float = 60) -> None:
    """Wait for something that an engine process does."""
    qtbot.waitUntil(accept, timeout=seconds * 1000)


def opened(window: Any, qtbot: Any, name: str = "playground") -> None:
    """Open an example, and wait until it can be trained."""
    window.open_path(next(e.path for e in examples() if e.id == name), example=True)
    until(qtbot, lambda: window.run.ready is not None)


@pytest.fixture(autouse=True)
def nothing_left_running(dressed: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a QTimer active or a QThread running; and go back to light and English."""
    started: list[Any] = []
    for kind in (QTimer, QThread):
        monkeypatch.setattr(kind, "start", _recorded(kind.start, started))
    yield
    for window in dressed.topLevelWidgets():  # what is closed goes, or every later change of theme dresses it again
        if isinstance(window, QMainWindow) and not window.isVisible():
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.choose("light")
    language.choose("en")
    deadline = QDeadlineTimer(1000)  # a short one-shot that is about to end is no leak; one that goes on is
    while (
        any(each.isSingleShot() for each in _running(started) if isinstance(each, QTimer)) and not deadline.hasExpired()
    ):
        QTest.qWait(10)
    running = _running(started)
    assert not running, f"left running: {[f'{type(each).__name__} of {each.parent()!r}' for each in running]}"


def _running(started: list[Any]) -> list[Any]:
    alive = {each for each in started if shiboken6.isValid(each)}
    return [each for each in alive if (each.isActive() if isinstance(each, QTimer) else each.isRunning())]


def _recorded(start: Any, started: list[Any]) -> Any:
    def record(self: Any, *args: Any) -> Any:
        started.append(self)
        return start(self, *args)

    return record
