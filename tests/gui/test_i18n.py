"""Two languages in one window."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPushButton, QTabWidget, QWidget

from core.words import Words
from gui.i18n import LanguageSwitch, follow, language, language_of, say

TRAIN, STOP = Words("Train", "训练"), Words("Stop", "停止")


def test_say_speaks_the_language_of_now():
    assert say(TRAIN) == "Train"
    language.choose("zh")
    assert say(TRAIN) == "训练"


def test_a_text_that_follows_changes_with_the_language(qtbot):
    button = QPushButton()
    qtbot.addWidget(button)
    follow(button, button.setText, TRAIN)
    follow(button, button.setToolTip, STOP)
    assert button.text() == "Train"
    language.choose("zh")
    assert (button.text(), button.toolTip()) == ("训练", "停止")


def test_following_again_replaces_the_words(qtbot):
    button = QPushButton()
    qtbot.addWidget(button)
    follow(button, button.setText, TRAIN)
    follow(button, button.setText, STOP)
    language.choose("zh")
    assert button.text() == "停止"
    assert len(button.children()) == 1


def test_the_same_setter_with_another_index_is_another_text(qtbot):
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    tabs.addTab(QWidget(), "")
    tabs.addTab(QWidget(), "")
    follow(tabs, tabs.setTabText, TRAIN, 0)
    follow(tabs, tabs.setTabText, STOP, 1)
    language.choose("zh")
    assert [tabs.tabText(i) for i in range(2)] == ["训练", "停止"]


def test_an_action_follows_too(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    action = QAction(owner)
    follow(action, action.setText, TRAIN)
    language.choose("zh")
    assert action.text() == "训练"


def test_a_widget_that_follows_can_die():
    label = QLabel()
    follow(label, label.setText, TRAIN)
    gone = weakref.ref(label)
    del label
    gc.collect()
    assert gone() is None
    language.choose("zh")  # and nobody speaks to the dead


def test_a_deleted_widget_is_not_spoken_to(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    label = QLabel(parent)
    follow(label, label.setText, TRAIN)
    with qtbot.waitSignal(label.destroyed):
        label.deleteLater()
    language.choose("zh")


def test_the_buttons_of_qt_speak_it_too(qtbot):
    language.choose("zh")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"
    language.choose("en")
    again = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(again)
    assert again.button(QDialogButtonBox.StandardButton.Cancel).text() == "Cancel"


def test_the_language_is_remembered(settings):
    LanguageSwitch().start(settings)
    first = LanguageSwitch()
    first.start(settings)
    first.choose("zh")
    second = LanguageSwitch()
    second.start(settings)
    assert second.now == "zh"
    first.choose("en")
    second.choose("en")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("zh_CN", "zh"), ("zh_TW", "zh"), ("zh_SG", "zh"), ("en_GB", "en"), ("de_DE", "en"), ("C", "en")],
)
def test_a_system_in_any_chinese_starts_in_chinese_and_any_other_in_english(name, expected):
    assert language_of(QLocale(name)) == expected
