"""What leaves the window as a picture: a file that opens again, a page on paper, and an image on the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from core.errors import NeuroloomError, ProjectFileError
from core.project.disk import write_whole
from core.words import Words
from gui.document.store import Store
from gui.drawing import Drawing
from gui.i18n import say

EXPORT = Words("Export as a picture", "导出为图片")
FILTER = Words(
    "Picture that opens again (*.png);;Drawing that opens again (*.svg);;Page (*.pdf)",
    "可重新打开的图片 (*.png);;可重新打开的矢量图 (*.svg);;页面 (*.pdf)",
)
NOTHING = Words("There is nothing to draw yet: add a block first.", "还没有可画的内容：请先添加模块。")
COPIED = Words("Copied as a picture.", "已复制为图片。")


class Pictures(QObject):
    """Draws what is on the canvas of one window: the project, or the inside of the composite that is open."""

    told = Signal(object)  # Words for the status bar

    def __init__(self, window: QWidget, store: Store) -> None:
        super().__init__(window)
        self.window_, self.store = window, store
        self._writer = ThreadPoolExecutor(1, "pictures")  # pixels of a large network take seconds to pack

    def export(self) -> None:
        """To a file that a person picks; its ending says what kind of picture it is."""
        if self._is_empty():
            return
        suggested = (self.store.root.title or "network").replace(" ", "-").lower() + ".png"
        path, kind = QFileDialog.getSaveFileName(self.window_, say(EXPORT), suggested, say(FILTER))
        if path:
            self.write(Path(path) if Path(path).suffix else Path(path + _ending(kind)))

    def write(self, path: Path) -> None:
        """To a file, whole or not at all."""
        drawing = Drawing(self.store)
        kinds = {".png": drawing.png, ".svg": drawing.svg, ".pdf": drawing.pdf}
        made = kinds.get(path.suffix.lower())
        if made is None:
            got = path.suffix[:20]
            self.told.emit(
                Words(
                    f"A picture ends in {', '.join(kinds)}, and not in {got}. Choose another name.",
                    f"图片文件的扩展名应为 {'、'.join(kinds)}，而不是 {got}。请另取名称。",
                )
            )
            return
        self.told.emit(Words(f"Writing {path.name} …", f"正在写入 {path.name} …"))
        self._writer.submit(self._write, path, made)

    def finish(self) -> None:
        """Wait until all is written."""
        self._writer.submit(int).result()

    def close(self) -> None:
        """The window goes: what is being written is written."""
        self._writer.shutdown()

    def _write(self, path: Path, made: Callable[[], bytes]) -> None:
        try:
            data = made()
            write_whole(path, lambda file: file.write(data), ProjectFileError)
        except NeuroloomError as error:
            self.told.emit(error.words)
        else:
            self.told.emit(Words(f"Picture written to {path}.", f"图片已写入 {path}。"))

    def copy(self) -> None:
        """To the clipboard, for a document or a chat."""
        if not self._is_empty():
            QGuiApplication.clipboard().setImage(Drawing(self.store).image())
            self.told.emit(COPIED)

    def print(self) -> None:
        """On paper, or into a file, as a person says."""
        if self._is_empty():
            return
        drawing, printer = Drawing(self.store), QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(drawing.title or "Neuroloom")
        drawing.turn(printer)
        if QPrintDialog(printer, self.window_).exec() == QDialog.DialogCode.Accepted:
            drawing.put_on(printer)

    def _is_empty(self) -> bool:
        """Whether there is nothing to be drawn, which is told."""
        shown = self.store.document
        is_empty = not (shown.nodes or shown.frames or shown.notes)
        if is_empty:
            self.told.emit(NOTHING)
        return is_empty


def _ending(kind: str) -> str:
    """Of a filter, such as `Page (*.pdf)`."""
    return kind[kind.rfind("*") + 1 :].rstrip(")") or ".png"
