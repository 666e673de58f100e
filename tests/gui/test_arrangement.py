"""Panels that a person has moved lie there in the next session; whatever else stands in the settings does no harm."""

import pytest
from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtTest import QTest

from core.examples import examples
from gui.arrangement import keep, kept
from gui.panels import KEPT
from gui.presenting import CHOICE
from gui.window import FRAME, Window

PLAYGROUND = next(e.path for e in examples() if e.id == "playground")


@pytest.fixture
def session(qtbot, tmp_path):
    """A window of a session; the one before it ends first."""
    lived = []

    def begin():
        end()
        made = Window(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
        lived.append(made)
        made.show()
        made.open_path(PLAYGROUND, example=True)
        QTest.qWait(10)
        return made

    def end():
        if lived:
            made = lived.pop()
            made.store.history.setClean()
            made.close()
            made.settings.remove(FRAME)  # the screen of a test is small, and Qt would fit the window to it
            made.settings.sync()

    yield begin
    end()


def lies(window):
    """Of each panel that is seen whether it is taken out, on which side it is, and how wide."""
    return {
        dock.objectName(): (dock.isFloating(), window.dockWidgetArea(dock), dock.width())
        for dock in window.panels
        if dock.isVisible()
    }


def moved(window):
    """The blocks closed, the outline open, the inspector wide and at the left, the curves taken out."""
    window.panels.palette.titleBarWidget().cross.click()
    window.actions_["outline"].trigger()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.panels.inspector)
    window.resizeDocks([window.panels.inspector], [420], Qt.Orientation.Horizontal)
    window.watching.docks["Curves"].titleBarWidget().out.click()
    QTest.qWait(10)
    return lies(window)


def test_panels_lie_in_the_next_session_where_they_were_and_the_menu_puts_them_back(session):
    first = session()
    before = lies(first)
    left = moved(first)
    assert left != before
    second = session()
    assert lies(second) == left
    second.actions_["reset_panels"].trigger()
    QTest.qWait(10)
    again = lies(second)
    assert {name: each[:2] for name, each in again.items()} == {name: each[:2] for name, each in before.items()}
    assert again["inspector"] == before["inspector"] and again["palette"] == before["palette"]


def test_the_window_is_as_large_as_it_was(qtbot, settings):
    first = Window(settings)
    first.resize(first.minimumSizeHint().width(), 640)
    first.show()
    first.close()
    second = Window(settings)
    qtbot.addWidget(second)
    assert second.height() == 640


def test_a_session_that_ends_on_the_first_page_remembers_them_too(session):
    window = session()
    left = moved(window)
    window.actions_["examples"].trigger()
    assert not lies(window)
    assert lies(session()) == left


def test_another_project_in_the_same_session_moves_no_panel(session):
    window = session()
    left = moved(window)
    window.open_path(PLAYGROUND, example=True)
    QTest.qWait(10)
    assert lies(window) == left


@pytest.mark.parametrize(
    "nonsense", ["nonsense", "", 3.5, ["a", "b"], "00000000AAAA", QByteArray(b"\xff\x00\x01"), "damaged"]
)
def test_nonsense_in_the_settings_leaves_everything_as_at_first(session, nonsense):
    window = session()
    before = lies(window)
    settings = window.settings
    window = session()  # the first one has written its own
    for key in (KEPT, CHOICE, FRAME):
        text = str(settings.value(key))
        settings.setValue(key, text[:40] + text[48:] if nonsense == "damaged" else nonsense)
    settings.sync()
    window.panels.save = lambda: None
    window.settings = QSettings(settings.fileName() + ".other", QSettings.Format.IniFormat)
    assert lies(session()) == before


def test_a_state_is_given_back_whole_or_not_at_all(settings):
    state = QByteArray(bytes(range(256)))
    keep(settings, "state", state)
    text = settings.value("state")
    assert kept(settings, "state") == state and kept(settings, "other") is None
    for at in range(0, len(text), 7):
        for damaged in (text[:at] + "#" + text[at + 1 :], text[:at], text[:at] + text[at + 1 :]):
            settings.setValue("state", damaged)
            assert kept(settings, "state") is None
