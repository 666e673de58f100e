"""Dress the application in a theme, and change it while the program runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QObject, QSettings, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.theme import fonts
from gui.theme.sheet import sheet
from gui.theme.tokens import LIGHT, THEMES, Colour, ThemeName, Tokens

Choice = Literal["light", "dark", "contrast", "system"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"
_ART = {  # what the style sheet draws with pictures, and in which colour
    "chevron-down": "text_secondary", "chevron-up": "text_secondary", "chevron-right": "text_secondary",
    "close": "text_secondary", "check": "on_accent",
}  # fmt: skip


class Theme(QObject):
    """The theme of now. Widgets that paint themselves read `theme.tokens` and repaint on `changed`."""

    changed = Signal(object)  # Tokens

    def __init__(self) -> None:
        super().__init__()
        self._app: QApplication | None = None
        self._settings: QSettings | None = None
        self._choice: Choice = "system"
        self._tokens = LIGHT
        self._worn: Tokens | None = None  # what the application was dressed in last
        self._art: QTemporaryDir | None = None

    @property
    def tokens(self) -> Tokens:
        """The colours of now."""
        return self._tokens

    @property
    def choice(self) -> Choice:
        """What the person chose, which may be to follow the system."""
        return self._choice

    def start(self, app: QApplication, settings: QSettings) -> None:
        """Dress `app` as `settings` remember it. Call once, before the first window."""
        self._app, self._settings, self._art = app, settings, QTemporaryDir()
        app.setStyle("Fusion")
        fonts.start(app)
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        stored = settings.value("theme", "system")
        self._choice = next((choice for choice in CHOICES if choice == stored), "system")
        self._ask_for_frame()
        self._apply()

    def choose(self, choice: Choice) -> None:
        """Change the theme now, and remember it."""
        if self._settings is not None:
            self._settings.setValue("theme", choice)
        self._choice = choice
        self._ask_for_frame()
        self._apply()

    def enlarge(self, scale: float) -> None:
        """Larger type and thicker wires, for those who sit far away; 1 is as usual."""
        if self._app is not None and scale != fonts.enlarged():
            fonts.enlarge(self._app, scale)
            self.changed.emit(self._tokens)

    def dress_plots(self) -> None:
        """Set the defaults of pyqtgraph. Called by whoever imports it; kept up to date from then on."""
        pyqtgraph = sys.modules.get("pyqtgraph")  # 0.3 s to import, so not before a plot is wanted
        if pyqtgraph is not None:
            pyqtgraph.setConfigOptions(
                background=self._tokens.plot,
                foreground=self._tokens.text_secondary,
                antialias=False,  # 1.6 to 15 times slower, see design/editor.md 5.1
                imageAxisOrder="row-major",
                segmentedLineMode="on",
            )

    def _follow_system(self) -> None:
        if self._choice == "system":
            self._apply()

    def _ask_for_frame(self) -> None:
        """Ask the window system for frames of the same kind; with "system" it decides alone."""
        hints = QGuiApplication.styleHints()
        if self._choice == "system":
            hints.unsetColorScheme()
        else:
            dark = THEMES[self._choice].is_dark
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _apply(self) -> None:
        wanted = THEMES[self._choice if self._choice != "system" else system_theme()]
        if self._app is None or wanted is self._worn:
            return
        self._tokens = self._worn = wanted
        self._app.setPalette(palette(wanted))
        self._app.setStyleSheet(sheet(wanted, self._draw_art()))
        if fonts.enlarged() != 1.0:
            fonts.enlarge(self._app, fonts.enlarged())
        self.dress_plots()
        self.changed.emit(wanted)

    def _draw_art(self) -> str:
        """Write the pictures of the style sheet in the colours of now; a new folder each, since Qt caches by path."""
        assert self._art is not None
        folder = Path(self._art.path()) / self._tokens.name
        if not folder.exists():
            folder.mkdir(parents=True)
            for name, token in _ART.items():
                drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
                drawing = drawing.replace("currentColor", getattr(self._tokens, token))
                (folder / f"{name}.svg").write_text(drawing, encoding="utf-8")
        return folder.as_posix()


def system_theme() -> ThemeName:
    """What the system asks for: contrast, dark or light; light where it does not say (as without a screen)."""
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() is Qt.ColorScheme.Dark else "light"


def palette(tokens: Tokens) -> QPalette:
    """The theme as Fusion wants it."""
    role = QPalette.ColorRole
    colours: dict[QPalette.ColorRole, Colour] = {
        role.Window: tokens.window, role.WindowText: tokens.text, role.Base: tokens.field,
        role.AlternateBase: tokens.window, role.Text: tokens.text, role.PlaceholderText: tokens.text_secondary,
        role.Button: tokens.surface, role.ButtonText: tokens.text, role.BrightText: tokens.on_accent,
        role.ToolTipBase: tokens.raised, role.ToolTipText: tokens.text,
        role.Light: tokens.raised, role.Midlight: tokens.hover, role.Mid: tokens.stroke,
        role.Dark: tokens.stroke_control, role.Shadow: tokens.stroke_control,
        role.Highlight: tokens.accent, role.HighlightedText: tokens.on_accent, role.Accent: tokens.accent,
        role.Link: tokens.accent_text, role.LinkVisited: tokens.accent_text,
    }  # fmt: skip
    made = QPalette()
    for each, colour in colours.items():
        made.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.text_disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.pressed))
    return made


theme = Theme()  # one application, one theme
