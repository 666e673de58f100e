"""The names of the views in the title of each: as many as there is room for, the others in a menu at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from core.words import Words
from gui.i18n import follow, language, say
from gui.theme.icons import icon
from gui.theme.tokens import ICON

MORE = Words("More views", "更多视图")


class ViewTabs(QWidget):
    """One tab each, `here` marked; `chosen` carries the key of another. What suits the network comes first."""

    chosen = Signal(str)

    def __init__(self, titles: Mapping[str, Words], icons: Mapping[str, str], here: str) -> None:
        super().__init__()
        self.titles, self.icons, self.here = titles, icons, here
        self._order = list(titles)
        self._suited = list(titles)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # tabs give way, not the dock
        self.tabs = {key: self._tab(key) for key in titles}
        self.more = QToolButton()
        self.more.setIcon(icon("chevron-down"))
        self.more.setIconSize(QSize(ICON, ICON))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.menu.aboutToShow.connect(self._fill)
        self.more.setMenu(self.menu)
        follow(self.more, self.more.setToolTip, MORE)
        follow(self.more, self.more.setAccessibleName, MORE)
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        language.changed.connect(self.arrange)
        self.arrange()

    def suit(self, keys: Sequence[str]) -> None:
        """Which views have something to show of this network; they come first, in the order of all."""
        suited = list(keys or self.titles)
        if suited != self._suited:
            self._suited = suited
            self._order = [*suited, *(key for key in self.titles if key not in suited)]
            self.arrange()

    def shown(self) -> list[str]:
        """The keys of the tabs that are to be seen, from the left."""
        return [key for key in self._order if not self.tabs[key].isHidden()]

    def arrange(self, *_: object) -> None:
        """As many tabs as fit, the one of here always; those that suit nothing only in the menu."""
        room = self.width() - self.more.sizeHint().width() - self.tabs[self.here].sizeHint().width()
        shown = {self.here}
        for key in self._suited:
            if key != self.here:
                room -= self.tabs[key].sizeHint().width()
                if room < 0:
                    break
                shown.add(key)
        for key in self._order:
            self.tabs[key].setVisible(key in shown)
            self._row.removeWidget(self.tabs[key])
        for at, key in enumerate(self._order):
            self._row.insertWidget(at, self.tabs[key])

    def minimumSizeHint(self) -> QSize:
        here, more = self.tabs[self.here].sizeHint(), self.more.sizeHint()
        return QSize(here.width() + more.width(), here.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def _tab(self, key: str) -> QToolButton:
        tab = QToolButton()
        tab.setProperty("tab", "true")
        tab.setCheckable(True)
        tab.setChecked(key == self.here)
        tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        follow(tab, tab.setText, self.titles[key])
        tab.clicked.connect(partial(self._choose, key))
        return tab

    def _choose(self, key: str, _checked: bool = False) -> None:
        self.tabs[key].setChecked(key == self.here)
        if key != self.here:
            self.chosen.emit(key)

    def _fill(self) -> None:
        """Every view that has no tab just now; behind a line those that this network has nothing for."""
        self.menu.clear()
        for keys in (self._suited, self._order[len(self._suited) :]):
            for key in keys:
                if self.tabs[key].isHidden():
                    action = self.menu.addAction(icon(self.icons[key]), say(self.titles[key]))
                    action.triggered.connect(partial(self._choose, key))
            self.menu.addSeparator()
