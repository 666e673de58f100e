"""Files of the window: new, open, save, the recent ones, and the questions before anything is lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox, QWidget

from core.data._files import shown
from core.errors import NeuroloomError
from core.graph.compare import compare
from core.graph.document import Document
from core.project import SUFFIX, NewerFileError, load, save
from core.project.pictures import ENDINGS as PICTURES
from core.project.pictures import load_picture
from core.words import Words
from gui.document.store import Store
from gui.i18n import language, say
from gui.on_disk import OnDisk
from gui.question import ask

NAME = Words("Neuroloom", "神经织机")
UNTITLED = Words("Untitled", "未命名")
RECENT = Words("Recent files", "最近的文件")
KEEP = Words("Save the changes to {name} before closing?", "关闭前是否保存对 {name} 的更改？")
FILTER = Words("Neuroloom projects (*.loom)", "神经织机项目 (*.loom)")
OPENED = (SUFFIX, *PICTURES)  # endings of what can be opened
TO_OPEN = Words(
    "Projects, and pictures of projects (*.loom *.png *.svg)", "项目，以及含有项目的图片 (*.loom *.png *.svg)"
)
MOST_RECENT = 10
PREVIOUS = ".bak"
MOST_GAPS = 8  # lines of what a newer file has that is not understood


class Files(QObject):
    """Opens and saves for one window. `taken` carries a document that the window is to show, and its path or None."""

    taken = Signal(object, object)
    told = Signal(object)  # Words for the status bar
    saved = Signal()

    def __init__(self, window: QWidget, store: Store, settings: QSettings) -> None:
        super().__init__(window)
        self.window_, self.store, self.settings = window, store, settings
        self.newer: Path | None = None  # of a newer format: it stays as it is, and what is open is a copy
        self._gaps: NewerFileError | None = None
        self.disk = OnDisk(Path(settings.fileName()).parent / "open")
        self.taken.connect(self._taken)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._focus_changed)

    def _taken(self, document: Document, path: Path | None) -> None:
        self.disk.follow(path, document)
        if self._gaps is not None and self._gaps.document is not document:
            self.newer = self._gaps = None

    # new and open -----------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty project."""
        if self.may_close():
            self.taken.emit(Document(), None)

    def ask_open(self) -> None:
        """A project that a person picks."""
        path, _ = QFileDialog.getOpenFileName(self.window_, say(Words("Open", "打开")), "", say(TO_OPEN))
        if path:
            self.open_path(Path(path))

    def open_example(self, path: Path) -> None:
        """A bundled project, as a template: saving it asks for a name."""
        self.open_path(path, example=True)

    def open_path(self, path: Path, *, example: bool = False) -> None:
        """Open a project file; what is wrong with it is told, and what was open stays.

        Out of a picture the project comes as a copy: saving asks for a name, and the picture stays one.
        """
        if not self.may_close():
            return
        is_picture = path.suffix.lower() in PICTURES
        example = example or is_picture
        try:
            document = load_picture(path) if is_picture else load(path)
        except NewerFileError as error:
            self._look_at(path, error)
            return
        except NeuroloomError as error:
            self.told.emit(error.words)
            return
        if not example and self.disk.is_elsewhere(path):
            answer = ask(self.window_, NAME, _filled(TWICE, path), {"copy": OPEN_COPY, "anyway": OPEN_ANYWAY})
            if not answer:
                return
            example = answer == "copy"
        self.taken.emit(document, None if example else path)
        if not example:
            self.remember(path)

    def _look_at(self, path: Path, error: NewerFileError) -> None:
        """Open a file of a newer format, as far as it is understood; the file itself is never written."""
        if ask(self.window_, NAME, error.words, {"look": LOOK}, [LOOKING, *_first(error.gaps)]):
            self.newer, self._gaps = path, error
            self.taken.emit(error.document, None)

    # save -------------------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """To its file, or to one that a person picks; whether it was written."""
        return self.write(self.store.path) if self.store.path is not None else self.save_as()

    def save_as(self) -> bool:
        """To another file."""
        if self._gaps is not None and not ask(self.window_, NAME, LACKING, {"copy": COPY}, _first(self._gaps.gaps)):
            return False
        suggested = (self.store.document.title or say(UNTITLED)) + ".loom"
        title = say(Words("Save as", "另存为"))
        path, _ = QFileDialog.getSaveFileName(self.window_, title, suggested, say(FILTER))
        return bool(path) and self.write(Path(path))

    def write(self, path: Path) -> bool:
        """Write the project; a failure is told in a dialog, for the work is not safe."""
        if path.suffix.lower() in PICTURES:
            QMessageBox.warning(self.window_, say(NAME), say(_filled(NO_PICTURE, path)))
            return False
        if self.newer is not None and path.exists() and path.samefile(self.newer):
            QMessageBox.warning(self.window_, say(NAME), say(_filled(NOT_THERE, path)))
            return False
        if self.disk.is_followed(path):
            if not self._may_replace_theirs():
                return not self.store.modified  # theirs is taken, or mine is elsewhere now
        elif self.disk.is_elsewhere(path) and not ask(
            self.window_, NAME, _filled(TWICE, path), {"anyway": WRITE_ANYWAY}
        ):
            return False
        try:
            save(self.store.root, path, PREVIOUS)
        except NeuroloomError as error:
            QMessageBox.warning(self.window_, say(NAME), error.say(language.now))
            return False
        self.store.saved(path)
        self.newer = self._gaps = None
        self.disk.follow(path, self.store.root)
        self.remember(path)
        self.told.emit(Words(f"Saved to {path}.", f"已保存到 {path}。"))
        self.saved.emit()
        return True

    def heading(self) -> str:
        """What the window says is open."""
        if self.newer is not None:
            return say(_filled(READ_ONLY, self.newer))
        path = self.store.path
        return path.name if path is not None else shown(self.store.document.title, 100) or say(UNTITLED)

    def may_close(self) -> bool:
        """Whether the open project may go: it is saved, or a person does not want it."""
        if not self.store.modified:
            return True
        name = shown(self.store.document.title, 100) or say(UNTITLED)
        buttons = QMessageBox.StandardButton
        text = say(KEEP).format(name=name)
        answer = QMessageBox.question(self.window_, say(NAME), text, buttons.Save | buttons.Discard | buttons.Cancel)
        return self.save() if answer == buttons.Save else answer == buttons.Discard

    def close(self) -> None:
        """The window goes; another may have its file."""
        self.disk.let_go()

    # what other programs do -------------------------------------------------------------------------------------------

    def _focus_changed(self, focus: QWindow | None) -> None:
        """A question may follow, so it waits until the change is through; but not with the window in hand, which may be gone by then."""
        if focus is not None and focus is self.window_.windowHandle():
            QTimer.singleShot(0, self, self._come_back)

    def _come_back(self) -> None:
        if QApplication.activeModalWidget() is None:
            self.look()

    def look(self) -> None:
        """Whether another program changed the file; then a person says which of the two is to be."""
        if self.disk.has_news():
            self._may_replace_theirs()

    def _may_replace_theirs(self) -> bool:
        """Whether the file may be written: nobody changed it, or a person wants theirs gone."""
        if not self.disk.has_changed():
            return True
        path = self.disk.path
        assert path is not None
        try:
            theirs = self.disk.theirs()
        except NeuroloomError as error:
            self._outlived(error.words)
            return True
        if theirs == self.disk.document:
            self.disk.accept(theirs)
            return True
        answers = {"reload": RELOAD, "mine": KEEP_MINE, "elsewhere": ELSEWHERE}
        match ask(self.window_, NAME, _filled(CHANGED, path), answers, compare(self.store.root, theirs)):
            case "reload":
                self.disk.accept(theirs)
                self.store.reload(RELOAD, theirs)
            case "mine":
                self.disk.accept(theirs)
                self.store.history.resetClean()
                return True
            case "elsewhere":
                self.save_as()
            case _:
                pass  # asked again when it is to be saved
        return False

    def _outlived(self, why: Words) -> None:
        """The file is gone or damaged: what is open here is all there is."""
        self.disk.accept(None)
        self.store.history.resetClean()
        self.told.emit(
            Words(f"{why.en} The project is still open here: save it.", f"{why.zh}项目仍在此处打开：请保存。")
        )

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


def _first(gaps: Sequence[Words]) -> list[Words]:
    """As many lines as a question can hold."""
    more = len(gaps) - MOST_GAPS
    rest = [Words(f"and {more} more", f"还有 {more} 处")] if more > 0 else []
    return [*gaps[:MOST_GAPS], *rest]


def _filled(words: Words, path: Path) -> Words:
    """A sentence about a file."""
    return Words(words.en.format(name=path.name), words.zh.format(name=path.name))


LOOK, COPY = Words("Open read-only", "以只读方式打开"), Words("Save a copy", "另存副本")
LOOKING = Words(
    "It can be opened to look at, and the file stays as it is. Blocks that are not understood are shown as plain ones, and other"
    " parts are left out:",
    "可以打开查看，文件保持不变。无法理解的模块显示为普通方块，其他部分略去：",
)
LACKING = Words(
    "The copy will be in the format of this program. Blocks that it does not know are kept as they are; other parts that a"
    " newer Neuroloom wrote are lost in the copy.",
    "副本将使用本程序的格式。不认识的模块会原样保留；较新版本写入的其他部分将不会出现在副本中。",
)
NO_PICTURE = Words(
    "{name} is the name of a picture, and a project ends in .loom. For a picture take File › Export as a picture….",
    "{name} 是图片的名称，而项目文件以 .loom 结尾。如需图片，请用“文件 › 导出为图片…”。",
)
NOT_THERE = Words(
    "{name} was written by a newer Neuroloom and stays as it is. Choose another name for the copy.",
    "{name} 由更新的神经织机写成，将保持不变。请为副本另取名称。",
)
READ_ONLY = Words("{name} (read-only)", "{name}（只读）")
CHANGED = Words(
    "Another program has changed {name}. Which of the two is to be kept?", "{name} 已被其他程序更改。要保留哪一份？"
)
RELOAD, KEEP_MINE = Words("Reload the file", "重新载入文件"), Words("Keep mine", "保留此处的")
ELSEWHERE = Words("Save mine elsewhere…", "将此处的另存…")
TWICE = Words(
    "{name} is open in another window. Whoever saves last would replace the work of the other.",
    "{name} 已在另一个窗口中打开。后保存的一方会覆盖另一方的工作。",
)
OPEN_COPY, OPEN_ANYWAY = Words("Open a copy", "打开副本"), Words("Open anyway", "仍要打开")
WRITE_ANYWAY = Words("Write anyway", "仍要写入")
PIN = Words("Keep on top", "置顶")
FORGET = Words("Forget those that are not kept", "清除未置顶的记录")
NO_RECENT = Words("None yet", "暂无")
GONE = Words("This file is not there any more.", "该文件已不存在。")
