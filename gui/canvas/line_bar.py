"""Type a net: a bar at the top of the canvas that reads a network in one line, and says at once what it would be."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QInputMethodEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout

from core.blocks._base import Block, Shape
from core.errors import LineError
from core.graph import line
from core.graph.document import Document
from core.graph.layout import place
from core.words import Words, same
from gui.canvas.geometry import measures, shape_text
from gui.canvas.view import View
from gui.i18n import follow, language, say
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.tokens import SPACE
from gui.widgets.floating_card import FloatingCard, is_enter

WIDTH, MARGIN = 640, 12
TYPE = Words("Type a net", "输入网络")
EXAMPLE = same("28x28x1 conv 6 5x5 same relu > pool 2 > flatten > 120 relu > 10 softmax")
HOW = Words(
    "Blocks and their numbers, > between them. Enter adds them to the canvas.",
    "依次写模块和数值，用 > 分隔。按回车添加到画布。",
)


class LineBar(FloatingCard):
    """What is typed becomes blocks with Enter, as one step; Esc closes. A fault is told and its word underlined."""

    def __init__(self, view: View) -> None:
        self.field = QLineEdit()
        super().__init__(view, self.field)
        self._view, self._store = view, view.items_.store
        self.answer = QLabel()
        self.field.setFont(font("number"))
        self.field.textChanged.connect(self._read)
        self.answer.setFont(font("small"))
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setWordWrap(True)
        self._column = layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(SPACE[0])
        layout.addWidget(self.field)
        layout.addWidget(self.answer)
        self.field.setPlaceholderText(say(EXAMPLE))
        follow(self.field, self.field.setAccessibleName, TYPE)
        self._store.selection_changed.connect(self._read)
        language.changed.connect(self._read)

    def open(self) -> None:
        """Open, with what was typed last."""
        self.field.selectAll()
        self.show_card()
        self._read()

    def place(self) -> None:
        """At the top, in the middle."""
        width = min(WIDTH, self._view.width() - 2 * MARGIN)
        height = self._column.heightForWidth(width)
        self.setGeometry((self._view.width() - width) // 2, MARGIN, width, max(height, self.sizeHint().height()))

    def _behind(self) -> tuple[str | None, Shape | None]:
        """The one selected block, which the line goes on from, and what it gives."""
        names = tuple(self._store.selection)
        block = self._store.document.nodes[names[0]].block if len(names) == 1 else None
        if not isinstance(block, Block) or not block.output_ports() or block.group == "output":
            return None, None
        return names[0], self._store.inference.shape(names[0], block.output_ports()[0])

    def _read(self, *_: object) -> tuple[Block, ...]:
        """The blocks as typed so far, and say what they are."""
        if not self.isVisible():
            return ()
        text, (behind, shape) = self.field.text(), self._behind()
        words, fault, blocks = HOW, None, tuple[Block, ...]()
        try:
            blocks = line.read(text, shape)
        except LineError as error:
            words, fault = error.words, error
        if blocks:
            if blocks[0].group == "input":
                behind, shape = None, None
            words = _told(blocks, shape, behind)
        self.answer.setText(say(words))
        self.answer.setProperty("tone", "error" if fault else "secondary")
        self.answer.style().polish(self.answer)
        self._underline(fault)
        self.place()
        return blocks

    def _underline(self, fault: LineError | None) -> None:
        """Mark the word that is meant: a line edit takes formats from an input method, and from nobody else."""
        marks = []
        if fault is not None:
            wave = QTextCharFormat()
            wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wave.setUnderlineColor(QColor(theme.tokens.error))
            start = fault.start - self.field.cursorPosition()
            kind = QInputMethodEvent.AttributeType.TextFormat
            marks = [QInputMethodEvent.Attribute(kind, start, fault.end - fault.start, wave)]
        self.field.blockSignals(True)
        QCoreApplication.sendEvent(self.field, QInputMethodEvent("", marks))
        self.field.blockSignals(False)

    def _take(self) -> None:
        """Put the blocks onto the canvas."""
        blocks = self._read()
        if not blocks:
            return
        behind = None if blocks[0].group == "input" else self._behind()[0]
        names: tuple[str, ...] = ()

        def edit(document: Document) -> Document:
            nonlocal names
            after, names = line.add(document, blocks, behind)
            return place(after, *measures(after.nodes, after.flow))

        self._store.apply(TYPE, edit)
        self._store.select(names)
        self._view.show_blocks(names)
        self.close_()

    def key(self, event: QKeyEvent) -> bool:
        """Enter adds."""
        if is_enter(event):
            self._take()
        return is_enter(event)


def _told(blocks: tuple[Block, ...], shape: Shape | None, behind: str | None) -> Words:
    """The shapes along the line, where they are known."""
    shapes = []
    known: Shape | None = shape
    for block in blocks:
        if block.group == "input" or known is not None:
            ins = (
                ()
                if block.group == "input"
                else tuple(known if p not in block.optional else () for p in block.input_ports())
            )
            (known, *_) = block.out_shapes(ins)  # type: ignore[arg-type]  # known is a shape where there is no Input
            shapes.append(shape_text(known))
    course = " > ".join(text for at, text in enumerate(shapes) if at == 0 or text != shapes[at - 1])
    count = len(blocks)
    en = f"{count} block{'s' if count > 1 else ''}" + (f" behind {behind}" if behind else "")
    zh = (f"接在 {behind} 之后，" if behind else "") + f"{count} 个模块"
    return Words(f"{en}: {course}", f"{zh}：{course}") if course else Words(f"{en}.", f"{zh}。")
