"""The one or two settings that matter most of a block, typed over it: Enter takes them as one step, Esc drops them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from core.blocks._base import Block
from core.errors import SettingError
from core.graph import edits
from core.settings import Row
from core.words import Words
from gui.canvas.geometry import HEADER, WIDTH
from gui.inspector.row import SettingRow
from gui.theme.tokens import SPACE

if TYPE_CHECKING:
    from gui.canvas.framing import Framing

MOST = 2
TYPED = frozenset({"int", "float", "ints", "floats"})
LEAST_WIDTH = 216
SETTINGS = Words("Settings", "设置")


def quick(block: object) -> tuple[Row, ...]:
    """The first settings of a block that are numbers and have a say: units; filters and kernel size; the rate."""
    if not isinstance(block, Block):
        return ()
    rows = (row for row in block.rows() if row.kind in TYPED and not row.optional and not row.info.advanced)
    return tuple(islice((row for row in rows if row.info.matters(block)), MOST))


class Values(QFrame):
    """A child of the viewport, so nothing of it lies in the scene. What is typed is seen at once, and kept when it closes.

    Where the block is one of several of its kind that are selected, all of them change.
    """

    def __init__(self, canvas: Framing) -> None:
        super().__init__(canvas.viewport())
        self._canvas, self._store = canvas, canvas.store
        self._name = ""  # the block it is open for
        self._blocks: Mapping[str, Any] = {}  # that block, and those that change with it, as they were
        self._changes: dict[str, object] = {}
        self._rows: dict[str, SettingRow] = {}
        self._is_own = False  # the document changes by what is typed here
        self.setObjectName("values")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE[2], SPACE[2], SPACE[2], SPACE[2])
        self._column.setSpacing(SPACE[1])
        self.hide()
        self._store.changed.connect(self._document_changed)
        for signal in (
            canvas.zoomed, canvas.horizontalScrollBar().valueChanged, canvas.verticalScrollBar().valueChanged,
        ):  # fmt: skip
            signal.connect(self.place)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    @property
    def is_open(self) -> bool:
        """Whether something may be typed."""
        return bool(self._name)

    def open(self, name: str) -> bool:
        """Over a block; False where it has nothing to type."""
        self.close_editor(take=True)
        document, chosen = self._store.document, self._store.selection
        block = document.nodes[name].block
        rows = quick(block)
        if not rows:
            return False
        alike = [n for n in chosen if type(document.nodes[n].block) is type(block)] if name in chosen else [name]
        self._name, self._changes = name, {}
        self._blocks = {n: document.nodes[n].block for n in alike}
        self._canvas.show_blocks([name])
        self._build(rows)
        for row in rows:
            self._rows[row.name].show_value(getattr(block, row.name))
        self.place()
        self.show()
        self.raise_()
        self._enter(next(iter(self._rows.values())))
        return True

    def close_editor(self, *, take: bool) -> None:
        """Done: with what was typed, or without."""
        if not self._name:
            return
        self._name = ""
        self.hide()
        if take and self._changes:
            labels = [row.row.info.label for name, row in self._rows.items() if name in self._changes]
            what = labels[0] if len(labels) == 1 else SETTINGS
            self._store.commit(Words(f"Change {what.en.lower()}", f"更改{what.zh}"))
        else:
            self._store.cancel()
        self._canvas.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self, *_: object) -> None:
        """Over the block as it lies now."""
        if not self._name:
            return
        view, (x, y) = self._canvas, self._canvas.items_.nodes[self._name].at
        corner, end = view.view_point((x, y + HEADER)), view.view_point((x + WIDTH, y))
        self.setFixedWidth(max(end.x() - corner.x(), LEAST_WIDTH))
        self.adjustSize()
        room = view.viewport().rect()
        at = QPoint(min(corner.x(), room.right() - self.width()), min(corner.y(), room.bottom() - self.height()))
        self.move(max(0, at.x()), max(0, at.y()))

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes round in here: on the canvas it would add a block."""
        rows, at = list(self._rows.values()), self.focusWidget()
        here = [at is not None and row.isAncestorOf(at) for row in rows].index(True)
        self._enter(rows[(here + (1 if next else -1)) % len(rows)])
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes, Esc drops, and no key means anything else while one types here."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, QWidget):
            key = Qt.Key(event.key())
            if key is Qt.Key.Key_Escape:
                self.close_editor(take=False)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                watched.keyPressEvent(event)  # the field reads what was typed
                if not any(row.is_faulty() for row in self._rows.values()):
                    self.close_editor(take=True)
                return True
        return super().eventFilter(watched, event)

    def _build(self, rows: tuple[Row, ...]) -> None:
        for each in self._rows.values():
            each.hide()
            each.deleteLater()
        self._rows = {row.name: SettingRow(row, self) for row in rows}
        width = max(row.label.fontMetrics().horizontalAdvance(row.label.text()) for row in self._rows.values())
        for each in self._rows.values():
            each.label.setFixedWidth(width + 2)
            each.previewed.connect(self._previewed)
            each.committed.connect(self._committed)
            each.cancelled.connect(self._cancelled)
            each.refused.connect(self._refused)
            each.field.installEventFilter(self)
            self._column.addWidget(each)

    def _enter(self, row: SettingRow) -> None:
        row.field.setFocus(Qt.FocusReason.TabFocusReason)
        row.field.selectAll()

    def _made(self, changes: Mapping[str, object]) -> dict[str, Block]:
        """The blocks with these settings. Raises SettingError."""
        return {name: replace(block, **changes) for name, block in self._blocks.items()}

    def _show(self, changes: Mapping[str, object]) -> None:
        made = self._made(changes)
        self._is_own = True
        try:
            self._store.preview(lambda d: edits.set_blocks(d, made))
        finally:
            self._is_own = False

    def _previewed(self, name: str, value: object) -> None:
        try:
            self._show({**self._changes, name: value})
        except SettingError:
            return  # it is told when it is committed

    def _committed(self, name: str, value: object) -> None:
        row = self._rows[name]
        try:
            self._show({**self._changes, name: value})
        except SettingError as error:
            row.show_fault(error.words)
            row.refuse(self._changes.get(name, getattr(self._blocks[self._name], name)))
            self.place()
            return
        self._changes[name] = value
        row.show_fault(None)
        row.show_value(value)

    def _cancelled(self, name: str) -> None:
        self._rows[name].show_fault(None)
        self._show(self._changes)

    def _refused(self, name: str, text: str) -> None:
        row = self._rows[name].row
        title = self._blocks[self._name].title
        self._rows[name].show_fault(SettingError(title, name, text, row.expected()).words)
        self.place()

    def _document_changed(self, *_: object) -> None:
        if not self._is_own:
            self.close_editor(take=False)  # whoever changed it has put the preview away

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._name and now is not None and not self.isAncestorOf(now):
            self.close_editor(take=True)
