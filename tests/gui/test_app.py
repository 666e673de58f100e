"""The end of the program: nothing that Python made is left to Qt."""

import subprocess
import sys

PROGRAM = """
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication
from gui.app import let_go
from gui.document.clipboard import MIME

app = QApplication([])
data = QMimeData()
data.setText("copied")
data.setData(MIME, b"copied")
app.clipboard().setMimeData(data)
del data
let_go(app.clipboard())
assert app.clipboard().text() == "copied"
"""


def test_a_program_that_has_copied_ends_well():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
