"""The offer after a crash: each project that was not saved, what is in it, and what may become of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import NeuroloomError
from core.graph.document import Unknown
from core.project import SUFFIX, save
from core.words import Words, same
from gui.files import FILTER, NAME, UNTITLED, Files
from gui.i18n import language, say
from gui.journal import Journal, Remains
from gui.theme.tokens import SPACE
from gui.widgets.label import Label

TITLE = Words("Unsaved work was found", "发现未保存的工作")
TEXT = Words(
    "Neuroloom ended before these projects were saved. What is closed here without a choice is offered again next time.",
    "神经织机在保存以下项目之前意外退出。若不作选择就关闭，下次启动时会再次询问。",
)
RESTORE, DISCARD, COPY = Words("Restore", "恢复"), Words("Discard", "丢弃"), Words("Save a copy…", "另存副本…")
SURE = Words("Discard this work for good?", "确定永久丢弃这些工作吗？")
MOST_KINDS = 12


class RecoveryDialog(QDialog):
    """What is restored goes into the window of `files`, and stays in the old journal until it is in that window's own."""

    def __init__(self, remains: Sequence[Remains], files: Files, journal: Journal, parent: QWidget) -> None:
        super().__init__(parent)
        self.remains, self.files, self.journal = list(remains), files, journal
        self.setWindowTitle(say(TITLE))
        self.resize(560, 420)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[3])
        column.addWidget(Label(TEXT))
        self.list = QListWidget()
        self.list.setAccessibleName(say(TITLE))
        self.list.ensurePolished()  # rows are as high as the style sheet wants them, from the first
        for each in self.remains:
            self.list.addItem(_headline(each))
        self.list.currentRowChanged.connect(self._chosen)
        column.addWidget(self.list, 1)
        self.inside = Label(TEXT)
        self.inside.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.inside)
        row = QHBoxLayout()
        self.discard, self.copy, self.restore = (QPushButton(say(words)) for words in (DISCARD, COPY, RESTORE))
        row.addWidget(self.discard)
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.restore)
        column.addLayout(row)
        self.restore.setDefault(True)
        self.restore.clicked.connect(self._restore)
        self.discard.clicked.connect(self._discard)
        self.copy.clicked.connect(self._copy)
        self.finished.connect(self._leave)
        self.list.setCurrentRow(0)

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self.remains):
            self.inside.set_words(_contents(self.remains[row]))
            for button in (self.restore, self.copy):
                button.setEnabled(self.remains[row].document is not None)

    def _restore(self) -> None:
        chosen = self.remains[self.list.currentRow()]
        if not self.files.may_close():
            return
        self.files.taken.emit(chosen.document, chosen.path)
        self.files.store.history.resetClean()
        self.journal.settle()
        if self.journal.file.exists():
            self.take_away(chosen)
        self.close()

    def _discard(self) -> None:
        if QMessageBox.question(self, say(NAME), say(SURE)) == QMessageBox.StandardButton.Yes:
            self.take_away(self.remains[self.list.currentRow()])

    def _copy(self) -> None:
        chosen = self.remains[self.list.currentRow()]
        assert chosen.document is not None
        suggested = (chosen.document.title or say(UNTITLED)) + SUFFIX
        path, _ = QFileDialog.getSaveFileName(self, say(COPY), suggested, say(FILTER))
        if not path:
            return
        try:
            save(chosen.document, Path(path))
        except NeuroloomError as error:
            QMessageBox.warning(self, say(NAME), error.say(language.now))
            return
        self.take_away(chosen)

    def take_away(self, chosen: Remains) -> None:
        """It is safe elsewhere, or nobody wants it; the last one ends the dialog."""
        row = self.remains.index(chosen)
        del self.remains[row]
        chosen.discard()
        self.list.takeItem(row)
        if self.remains:
            self._chosen(self.list.currentRow())
        else:
            self.close()

    def _leave(self, _: int) -> None:
        for each in self.remains:
            each.leave()


def _headline(each: Remains) -> str:
    """Title, file and time, on one line."""
    title = each.document.title if each.document is not None else ""
    name = each.path.name if each.path is not None else ""
    time = QLocale(language.now).toString(QDateTime.fromSecsSinceEpoch(int(each.time)), QLocale.FormatType.ShortFormat)
    return " — ".join(part for part in (title or (say(UNTITLED) if not name else ""), name, time) if part)


def _contents(each: Remains) -> Words:
    """How many blocks of which kind, as a person knows them."""
    if each.document is None:
        assert each.fault is not None
        return each.fault
    blocks = [node.block for node in each.document.nodes.values()]
    kinds = Counter(same(block.type) if isinstance(block, Unknown) else block.title for block in blocks).most_common(
        MOST_KINDS
    )
    en = ", ".join(f"{w.en} ×{n}" if n > 1 else w.en for w, n in kinds)
    zh = "、".join(f"{w.zh} ×{n}" if n > 1 else w.zh for w, n in kinds)
    count = len(blocks)
    return Words(f"{count} block{'' if count == 1 else 's'}: {en}", f"{count} 个模块：{zh}")
