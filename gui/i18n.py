"""The language of the window: switched while the program runs, and remembered.

    follow(button, button.setText, Words("Train", "训练"))

sets the text now and again on every switch. Nothing here keeps a widget alive: the follower is a child of the widget,
holds the name of the setter and not the setter, and goes when the widget goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QSettings, Qt, QTranslator, Signal

from core.words import Language, Words

GAPS = {  # what Qt's own dialogs say, and Qt's Chinese lacks (6.11)
    ("QFileDialog", "&Look in:"): "查找范围(&L)：",
    ("QFileDialog", "Files of &type:"): "文件类型(&T)：",
    ("QAbstractFileIconProvider", "Folder"): "文件夹",
    ("QPrintSettingsOutput", "Page &Set:"): "页面选择(&S)：",
}


class LanguageSwitch(QObject):
    """The language of now. `changed` comes after Qt's own texts (Save, Cancel, …) have changed too."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._settings: QSettings | None = None
        self._now: Language = "en"
        self._qt, self._gaps = QTranslator(self), _Gaps(self)

    @property
    def now(self) -> Language:
        """`en` or `zh`."""
        return self._now

    def start(self, settings: QSettings) -> None:
        """Speak the language that `settings` remember, or else that of the system. Call once, after the application."""
        self._settings = settings
        stored = settings.value("language")
        self._switch("zh" if stored == "zh" else "en" if stored == "en" else language_of(QLocale.system()))

    def choose(self, to: Language) -> None:
        """Speak another language from now on, and remember it."""
        if self._settings is not None:
            self._settings.setValue("language", to)
        self._switch(to)

    def _switch(self, to: Language) -> None:
        if to == self._now:
            return
        self._now = to
        for each in (self._gaps, self._qt):
            QCoreApplication.removeTranslator(each)
        if to == "zh":
            self._qt.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
            for each in (self._gaps, self._qt):  # the last one is asked first
                QCoreApplication.installTranslator(each)
        QLocale.setDefault(QLocale("zh_CN" if to == "zh" else "en_US"))  # sizes, dates and kinds of files in dialogs
        self.changed.emit(to)


class _Gaps(QTranslator):
    """Asked for what Qt has no Chinese for."""

    def translate(self, context: str, source: str, *_: object) -> str | None:
        return GAPS.get((context, source))

    def isEmpty(self) -> bool:
        return False


def language_of(locale: QLocale) -> Language:
    """Chinese for every kind of Chinese locale, English for all others."""
    names = locale.uiLanguages() or [locale.name()]
    return "zh" if names[0].lower().startswith("zh") else "en"


def say(words: Words) -> str:
    """`words` in the language of now."""
    return words.say(language.now)


def follow(widget: QObject, setter: Callable[..., object], words: Words, *before: Any) -> None:
    """Call `setter(*before, text)`, a method of `widget`, now and whenever the language changes.

    A later call for the same setter (and the same `before`, such as the index of a tab) replaces the words.
    """
    name = setter.__name__
    for child in widget.findChildren(_Follower, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if (child.setter, child.before) == (name, before):
            child.words = words
            child.refresh()
            return
    _Follower(widget, name, words, before).refresh()


class _Follower(QObject):
    """Tells its parent one text in the language of now."""

    def __init__(self, widget: QObject, setter: str, words: Words, before: tuple[Any, ...]) -> None:
        super().__init__(widget)
        self.setter, self.words, self.before = setter, words, before
        language.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Set the text again."""
        getattr(self.parent(), self.setter)(*self.before, say(self.words))


language = LanguageSwitch()  # one window, one language
