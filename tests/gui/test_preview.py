"""The preview of data: closed, it is gone, whether its data came before or after."""

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from core.data import registry
from gui.i18n import say
from gui.project.preview import LOADING, PreviewDialog


@pytest.mark.parametrize("waits", [True, False])
def test_a_closed_preview_is_deleted(qtbot, waits):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PreviewDialog(registry()["digits8"](), parent)
    dialog.open()
    if waits:
        qtbot.waitUntil(lambda: dialog.status.text() != say(LOADING), timeout=20_000)
    dialog.close()

    def gone():
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return not shiboken6.isValid(dialog)

    qtbot.waitUntil(gone, timeout=20_000)
    assert not parent.findChildren(PreviewDialog)
