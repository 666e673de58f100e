"""The pictures of the README, drawn anew by the program itself: `python -m tests.pictures`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.examples import examples
from core.words import Language
from gui.i18n import language
from gui.theme.apply import Choice, theme
from gui.window import Window

PICTURES = Path(__file__).resolve().parents[1] / "resources" / "pictures"
SIZE = 1600, 1000
EXAMPLES = {e.id: e.path for e in examples()}


def main() -> None:
    """LeNet-5 in the light, the Playground's network in the dark and in Chinese, both as they learn."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    settings = QSettings(str(Path(tempfile.mkdtemp()) / "window.ini"), QSettings.Format.IniFormat)
    language.start(settings)
    theme.start(app, settings)
    picture(settings, "lenet5", "light", "en", "window.png", epochs=6)
    picture(settings, "playground", "dark", "zh", "window-zh-dark.png", epochs=120)


def picture(settings: QSettings, example: str, look: Choice, speech: Language, name: str, *, epochs: int) -> None:
    """A window of its own, in which an example has been training for so many epochs and goes on."""
    theme.choose(look)
    language.choose(speech)
    window = Window(settings)
    window.resize(*SIZE)
    window.show()
    window.open_path(EXAMPLES[example], example=True)
    while window.run.ready is None:
        QTest.qWait(20)
    if example == "lenet5":
        window.watching.choose("FeatureMaps", "Filters")
        window.store.select(["conv1"])
    window.run.toggle()
    while (now := window.run.progress) is None or now.epoch < min(epochs, now.epochs - 1):
        QTest.qWait(20)
    take(window, name)
    window.store.history.setClean()
    window.close()


def take(window: Window, name: str) -> None:
    """A picture of the window as it is, when all it asked for has come."""
    QTest.qWait(600)
    window.canvas.fit()
    QTest.qWait(300)
    window.grab().save(str(PICTURES / name))


if __name__ == "__main__":
    main()
