"""The problems list: every fault of the network and advice on it, each a link to its block, some with a line that mends it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.blocks import broken_plugins
from core.graph.composites import Composite
from core.graph.judgement import Edit, judge
from core.graph.remedies import changing, remedies
from core.graph.scope import opened, path_of
from core.graph.shapes import Fault
from core.words import Words
from gui.document.store import Store
from gui.i18n import follow, language, say
from gui.theme.icons import icon
from gui.theme.tokens import SPACE
from gui.training.run import Run

TITLE = Words("Problems", "问题")
FINE = Words("No problems: the network can be trained.", "没有问题：网络可以训练。")
HELPED = 12  # faults for which remedies are sought at once: the first are to be mended first
NO_DATA = Words("No data is chosen yet. Choose data in the project panel.", "尚未选择数据。请在项目面板中选择。")


class _Lines(QStyledItemDelegate):
    """Rows as high as their text is when it is broken; Qt forgets that a row has a margin, and leaves the last words out."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        narrow = QStyleOptionViewItem(option)
        narrow.rect = option.rect.adjusted(0, 0, -4 * SPACE[2], 0)
        return super().sizeHint(narrow, index)


class ProblemsList(QListWidget):
    """One line each, with the sign of its kind; `chosen` carries the block's name. A line that begins with an arrow mends."""

    chosen = Signal(str)
    counted = Signal(int)

    def __init__(self, store: Store, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store, self.run = store, run
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # or Chinese is not broken
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setItemDelegate(_Lines(self))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        follow(self, self.setAccessibleName, TITLE)
        self.itemActivated.connect(self._activated)
        self.itemClicked.connect(self._activated)
        run.changed.connect(self.refresh)
        language.changed.connect(self.refresh)
        self._shown: object = None
        self._fixes: dict[int, tuple[Words, Edit]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Show the faults as they are now, and what stopped the run."""
        document, known, seen = self.store.document, self.store.inference, self.isVisible()
        lines: list[tuple[str, str, str]] = []
        fixes: dict[int, tuple[Words, Edit]] = {}

        def tell(sign: str, block: str, words: Words, ways: Sequence[tuple[Words, Edit]]) -> None:
            lines.append((sign, block, say(words)))
            for way in ways:
                fixes[len(lines)] = way
                lines.append(("check", block, f"→ {say(way[0])}"))

        elsewhere = self._elsewhere()
        told = {path_of(self.store.root, fault.block)[0] for fault in elsewhere}
        for count, fault in enumerate(known.faults):
            if (*self.store.scope, fault.block) in told:
                continue  # what is wrong in it is told one by one
            tell("error", fault.block, fault.words, remedies(document, known, fault) if seen and count < HELPED else ())
        for fault in elsewhere:
            tell("error", fault.block, fault.words, ())
        for advice in () if lines or not seen else judge(document, known):
            tell("warning", advice.block, advice.words, [advice.fix] if advice.fix is not None else [])
        if document.data is None:
            lines.append(("info", "", say(NO_DATA)))
        lines += [("warning", "", f"{plugin.path.name}: {say(plugin.reason)}") for plugin in broken_plugins()]
        if self.run.problem is not None:
            ways = [changing(document, c.block, c.setting, c.value) for c in self.run.changes]
            tell("error", self.run.bad_block, self.run.problem, [way for way in ways if way is not None])
        if lines == self._shown:
            return
        self._shown, self._fixes = list(lines), fixes
        self._write(lines or [("success", "", say(FINE))])
        self.counted.emit(sum(sign == "error" for sign, _, _ in lines))

    def _write(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Rows are written anew and not made anew: what `clear` deletes Python may still hold, and that has crashed."""
        self.setCurrentRow(-1)
        while self.count() > len(lines):
            self.takeItem(self.count() - 1)
        for at, (sign, block, text) in enumerate(lines):
            if at == self.count():
                self.addItem(QListWidgetItem())
            item = self.item(at)
            item.setIcon(icon(sign, "accent" if sign == "check" else sign))
            item.setText(text)
            item.setData(Qt.ItemDataRole.UserRole, block)

    def _elsewhere(self) -> list[Fault]:
        """Faults of the project outside what is open, by the engine's names: one for all copies of a definition."""
        store, found = self.store, dict[tuple[object, ...], Fault]()
        if not any(isinstance(node.block, Composite) for node in store.root.nodes.values()):
            return []
        here = opened(store.root, store.scope)
        known = {(here and here.name, f.block, f.kind, f.port) for f in store.inference.faults}
        for fault in store.flat()[1].faults:
            scope, name = path_of(store.root, fault.block)
            inside = opened(store.root, scope)
            place = (inside and inside.name, name, fault.kind, fault.port)
            if place not in known:
                found.setdefault(place, fault)
        return list(found.values())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()  # nobody is advised while the list is out of sight

    def _activated(self, item: QListWidgetItem) -> None:
        if (fix := self._fixes.get(self.row(item))) is not None:
            words, edit = fix
            QTimer.singleShot(0, self, lambda: self.store.apply(words, edit))  # the list is made anew by it
        elif block := item.data(Qt.ItemDataRole.UserRole):
            self.chosen.emit(block)
