"""What hand and keyboard do, large enough for the last row of a class: a ring around the pointer, and the keys in a pill."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from core.words import Words
from gui.i18n import say
from gui.theme.apply import theme
from gui.theme.fonts import font

RADIUS = 26
REST_MS = 1800  # a pill stays as long as it takes to read it aloud
ABOVE = 28  # pixels between a pill and the lower edge
FACES = "heading", "title", "small"
BUTTONS = {
    Qt.MouseButton.LeftButton: Words("click", "单击"),
    Qt.MouseButton.RightButton: Words("right click", "右键单击"),
    Qt.MouseButton.MiddleButton: Words("middle click", "中键单击"),
}
DOUBLE = Words("double click", "双击")
MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)
WATCHED = {
    QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick, QEvent.Type.ShortcutOverride,
}  # fmt: skip


class Spotlight(QObject):
    """Watches one window while it is on. What is typed into a field is on the screen already, and is no pill."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.window = window
        self.ring, self.pill = Ring(window), Pill(window)
        self._told, self._times = "", 0

    def start(self, first: Words) -> None:
        """Begin, with something to read."""
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self._tell(say(first))

    def stop(self) -> None:
        """Take ring and pill away."""
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.ring.hide()
        self.pill.put_away()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in WATCHED:
            if isinstance(event, QMouseEvent) and watched is self.window.windowHandle():
                self._hand(event)
            elif isinstance(event, QKeyEvent) and watched is QApplication.focusWidget():
                self._key(event)
        return False

    def _hand(self, event: QMouseEvent) -> None:
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            words = DOUBLE if kind is QEvent.Type.MouseButtonDblClick else BUTTONS.get(event.button())
            held = QKeySequence(event.modifiers().value).toString(QKeySequence.SequenceFormat.NativeText)
            plain = words is BUTTONS[Qt.MouseButton.LeftButton] and not held
            if words is not None and not plain:  # the ring alone shows a plain click
                self._tell(f"{held}{say(words)}")
        self.ring.show_at(event.position().toPoint(), pressed=bool(event.buttons()))

    def _key(self, event: QKeyEvent) -> None:
        if event.key() in MODIFIERS or event.isAutoRepeat():
            return
        commanding = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        typing = isinstance(QApplication.focusWidget(), (QLineEdit, QPlainTextEdit, QTextEdit))
        if not (typing and event.text().isprintable() and event.text() and not commanding):
            self._tell(QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.NativeText))

    def _tell(self, text: str) -> None:
        again = text == self._told and self.pill.isVisible()
        self._told, self._times = text, self._times + 1 if again else 1
        self.pill.show_text(text if self._times == 1 else f"{text}  ×{self._times}")


class _Overlay(QWidget):
    """Lies over everything and is in nobody's way."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()


class Ring(_Overlay):
    """Around the pointer; filled while a button is down."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.pressed = False
        self.resize(2 * RADIUS + 4, 2 * RADIUS + 4)

    def show_at(self, at: QPoint, *, pressed: bool) -> None:
        """Here, in coordinates of the window."""
        if pressed != self.pressed:
            self.pressed = pressed
            self.update()
        self.move(at - self.rect().center())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(theme.tokens.focus)
        painter.setPen(QPen(ink, 3.0))
        ink.setAlpha(110 if self.pressed else 36)
        painter.setBrush(ink)
        painter.drawEllipse(QRectF(self.rect()).adjusted(3, 3, -3, -3))


class Pill(_Overlay):
    """A few words at the lower edge, for a moment."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.text = ""
        self._face = font("heading")
        window.installEventFilter(self)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.hide)

    def show_text(self, text: str) -> None:
        """Say this now."""
        self.text = text
        self._place()
        self.show()
        self.raise_()
        self._rest.start()

    def put_away(self) -> None:
        """At once."""
        self._rest.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()  # a screen is filled a moment after one asks for it
        return False

    def _place(self) -> None:
        """In the middle below, in the largest letters that fit."""
        parent = self.parentWidget()
        assert parent is not None
        for role in FACES:
            self._face = font(role)
            metrics = QFontMetrics(self._face)
            box = QRect(0, 0, metrics.horizontalAdvance(self.text) + 2 * metrics.height(), 2 * metrics.height())
            if box.width() <= parent.width():
                break
        box.moveCenter(parent.rect().center())
        box.moveBottom(parent.rect().bottom() - ABOVE)
        self.setGeometry(box)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens.stroke_control), 1.0))
        painter.setBrush(QColor(theme.tokens.text))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(self._face)
        painter.setPen(QColor(theme.tokens.surface))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)
