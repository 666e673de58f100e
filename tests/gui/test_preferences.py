"""What a person prefers is kept, judged by its declaration, and counts at once."""

import pytest
from PySide6.QtWidgets import QWidget

from gui.i18n import language
from gui.preferences import Preferences, PreferencesDialog, Preferred


def test_a_preference_is_remembered(settings):
    heard = []
    preferred = Preferred(settings)
    preferred.changed.connect(heard.append)
    preferred.change("motion", False)
    preferred.change("wheel", "scrolls")
    preferred.change("wheel", "scrolls")
    assert len(heard) == 2 and heard[-1] == Preferences(motion=False, wheel="scrolls")
    settings.sync()
    assert Preferred(settings).now == Preferences(motion=False, wheel="scrolls")


@pytest.mark.parametrize(("name", "value"), [("wheel", "flies"), ("motion", 3), ("wheel", None)])
def test_what_is_not_allowed_changes_nothing(settings, name, value):
    preferred = Preferred(settings)
    preferred.change(name, value)
    assert preferred.now == Preferences()
    settings.setValue(f"preferences/{name}", value)
    assert Preferred(settings).now == Preferences()


def test_the_dialog_follows_from_the_declaration_in_both_languages(qtbot, settings):
    window = QWidget()
    qtbot.addWidget(window)
    preferred = Preferred(settings)
    dialog = PreferencesDialog(preferred, window)
    dialog.show()
    assert dialog.windowTitle() == "Preferences"
    language.choose("zh")
    assert dialog.windowTitle() == "首选项"
    field = dialog.form.row("motion").field
    field.click() if hasattr(field, "click") else field.setChecked(False)
    assert preferred.now.motion is False
    preferred.change("motion", True)
    assert dialog.form.settings().motion is True
    dialog.close()
