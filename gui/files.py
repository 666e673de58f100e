"""Files of the window: new, open, save, the recent ones, and the question before anything is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from core.errors import NeuroloomError
from core.graph.document import Document
from core.project import load, save
from core.words import Words
from gui.document.store import Store
from gui.i18n import language, say

NAME = Words("Neuroloom", "神经织机")
UNTITLED = Words("Untitled", "未命名")
RECENT = Words("Recent files", "最近的文件")
KEEP = Words("Save the changes to {name} before closing?", "关闭前是否保存对 {name} 的更改？")
FILTER = Words("Neuroloom projects (*.loom)", "神经织机项目 (*.loom)")
MOST_RECENT = 10


class Files(QObject):
    """Opens and saves for one window. `taken` carries a document that the window is to show, and its path or None."""

    taken = Signal(object, object)
    told = Signal(object)  # Words for the status bar
    saved = Signal()

    def __init__(self, window: QWidget, store: Store, settings: QSettings) -> None:
        super().__init__(window)
        self.window_, self.store, self.settings = window, store, settings

    # new and open -----------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty project."""
        if self.may_close():
            self.taken.emit(Document(), None)

    def ask_open(self) -> None:
        """A project that a person picks."""
        path, _ = QFileDialog.getOpenFileName(self.window_, say(Words("Open", "打开")), "", say(FILTER))
        if path:
            self.open_path(Path(path))

    def open_example(self, path: Path) -> None:
        """A bundled project, as a template: saving it asks for a name."""
        self.open_path(path, example=True)

    def open_path(self, path: Path, *, example: bool = False) -> None:
        """Open a project file; what is wrong with it is told, and what was open stays."""
        if not self.may_close():
            return
        try:
            document = load(path)
        except NeuroloomError as error:
            self.told.emit(error.words)
            return
        self.taken.emit(document, None if example else path)
        if not example:
            self.remember(path)

    # save -------------------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """To its file, or to one that a person picks; whether it was written."""
        return self.write(self.store.path) if self.store.path is not None else self.save_as()

    def save_as(self) -> bool:
        """To another file."""
        suggested = (self.store.document.title or say(UNTITLED)) + ".loom"
        title = say(Words("Save as", "另存为"))
        path, _ = QFileDialog.getSaveFileName(self.window_, title, suggested, say(FILTER))
        return bool(path) and self.write(Path(path))

    def write(self, path: Path) -> bool:
        """Write the project; a failure is told in a dialog, for the work is not safe."""
        try:
            save(self.store.root, path)
        except NeuroloomError as error:
            QMessageBox.warning(self.window_, say(NAME), error.say(language.now))
            return False
        self.store.saved(path)
        self.remember(path)
        self.told.emit(Words(f"Saved to {path}.", f"已保存到 {path}。"))
        self.saved.emit()
        return True

    def may_close(self) -> bool:
        """Whether the open project may go: it is saved, or a person does not want it."""
        if not self.store.modified:
            return True
        name = self.store.document.title or say(UNTITLED)
        buttons = QMessageBox.StandardButton
        text = say(KEEP).format(name=name)
        answer = QMessageBox.question(self.window_, say(NAME), text, buttons.Save | buttons.Discard | buttons.Cancel)
        return self.save() if answer == buttons.Save else answer == buttons.Discard

    # recent -----------------------------------------------------------------------------------------------------------

    def recent(self) -> list[str]:
        """Paths of projects: pinned ones first, then those opened or saved last."""
        pinned = self.pinned()
        return [*pinned, *(path for path in self._listed("recent") if path not in pinned)]

    def pinned(self) -> list[str]:
        """Those that stay on top."""
        return self._listed("pinned")

    def remember(self, path: Path) -> None:
        """This one was used last."""
        name = str(path.resolve())
        known = [name, *(p for p in self._listed("recent") if p != name)]
        self.settings.setValue("recent", known[:MOST_RECENT])

    def pin(self, path: str) -> None:
        """Keep a project on top of the list, or no longer."""
        pinned = self.pinned()
        self.settings.setValue("pinned", [p for p in pinned if p != path] if path in pinned else [*pinned, path])

    def forget(self) -> None:
        """Take away those that are not pinned."""
        self.settings.setValue("recent", [])

    def fill(self, menu: QMenu) -> None:
        """The recent projects, those that are gone in grey; then pinning, and forgetting them all."""
        for old in menu.findChildren(QMenu):
            old.deleteLater()
        menu.clear()
        menu.setToolTipsVisible(True)
        for path in self.recent():
            self._add(menu, path, self._open_recent, Path(path).is_file())
        if not self.recent():
            menu.addAction(say(NO_RECENT)).setEnabled(False)
            return
        menu.addSeparator()
        pins = menu.addMenu(say(PIN))
        for path in self.recent():
            action = self._add(pins, path, self._pin, enabled=True)
            action.setCheckable(True)
            action.setChecked(path in self.pinned())
        menu.addAction(say(FORGET)).triggered.connect(self.forget)

    def _add(self, menu: QMenu, path: str, slot: object, enabled: bool) -> QAction:
        mark = "★ " if path in self.pinned() else ""
        action = menu.addAction(mark + _plain(Path(path).name))
        action.setData(path)
        action.setToolTip(path if Path(path).is_file() else f"{path}\n{say(GONE)}")
        action.setEnabled(enabled)
        action.triggered.connect(slot)
        return action

    def _open_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_path(Path(action.data()))

    def _pin(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.pin(action.data())

    def _listed(self, key: str) -> list[str]:
        stored = self.settings.value(key, [])
        return [stored] if isinstance(stored, str) else [str(p) for p in stored] if isinstance(stored, list) else []


def _plain(name: str) -> str:
    """A name in a menu, where & would underline."""
    return name.replace("&", "&&")


PIN = Words("Keep on top", "置顶")
FORGET = Words("Forget those that are not kept", "清除未置顶的记录")
NO_RECENT = Words("None yet", "暂无")
GONE = Words("This file is not there any more.", "该文件已不存在。")
