"""What this program is, and the versions that a report of a fault should name; they can be copied."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from core.exchange import take_home
from core.words import Words
from gui.files import NAME
from gui.i18n import say
from gui.theme.icons import program

TITLE = Words("Neuroloom {version}", "神经织机 {version}")
MORE = Words(
    "Draw a neural network, train it, watch it learn, and take the weights home.\n\n"
    "Free software under the MIT licence. Chinese letters: Noto Sans CJK, SIL Open Font License 1.1.\n\n{versions}",
    "画出神经网络，训练它，看着它学习，再把权重带回家。\n\n"
    "以 MIT 许可证发布的自由软件。中文字体：思源黑体（Noto Sans CJK），SIL 开放字体许可证 1.1。\n\n{versions}",
)
LIBRARIES = ("numpy", "numba", "pyqtgraph", "networkx")


def show_about(parent: QWidget) -> None:
    """A dialog that says so."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, say(NAME), say(TITLE).format(version=take_home.version()), parent=parent)
    box.setIconPixmap(program().pixmap(64, 64))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(say(MORE).format(versions=versions()))
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    box.exec()
    box.deleteLater()


def versions() -> str:
    """Of what the program stands on, such as `Python 3.11.7 · Qt 6.10.3 · numpy 2.3.1`, and the machine's kind."""
    parts = [f"Python {platform.python_version()}", f"Qt {qVersion()}"]
    parts += [f"{name} {metadata.version(name)}" for name in LIBRARIES]
    return " · ".join([*parts, f"{platform.system()} {platform.machine()}"])
