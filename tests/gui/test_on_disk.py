"""The file of an open project, while other windows and other programs are at it too."""

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from core.blocks.dense import Dense
from core.graph import edits
from core.graph.document import Document, Node
from core.project import load, save
from core.words import same
from gui.document.store import Store
from gui.files import Files
from gui.i18n import language
from gui.on_disk import OnDisk

HOLDER = """
import sys
from pathlib import Path
from core.graph.document import Document
from gui.on_disk import OnDisk
held = OnDisk(Path(sys.argv[1]))
held.follow(Path(sys.argv[2]), Document())
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def files(qtbot, settings):
    made = opened(qtbot, settings)
    yield made
    made.close()


def opened(qtbot, settings):
    window = QWidget()
    qtbot.addWidget(window)
    made = Files(window, Store(parent=window), settings)
    made.taken.connect(made.store.open)
    made.log = []
    made.told.connect(made.log.append)
    return made


@pytest.fixture
def answers(monkeypatch):
    """What is answered to the questions that come, in order, and the texts of the questions."""
    asked = []

    def answer(*keys):
        waiting = list(keys)

        def click():
            box = QApplication.activeModalWidget()
            asked.append(box.text() + "\n" + box.informativeText())
            key = waiting.pop(0)
            (box.findChild(QPushButton, key) if key else box.escapeButton()).click()

        execute = QMessageBox.exec

        def exec_(box):
            QTimer.singleShot(0, click)
            return execute(box)

        monkeypatch.setattr(QMessageBox, "exec", exec_)
        return asked

    return answer


def project(folder, title, name="net.loom"):
    path = folder / name
    save(Document(title=title, nodes={"a": Node(Dense(), (0.0, 0.0))}), path)
    return path


def rename(files, title):
    files.store.apply(same("title"), lambda d: edits.set_title(d, title))


def test_nothing_is_asked_while_nobody_else_writes(files, tmp_path, answers):
    asked = answers()
    path = project(tmp_path, "one")
    files.open_path(path)
    rename(files, "two")
    files.look()
    assert files.save() and files.save()
    files.look()
    path.write_bytes(path.read_bytes())  # touched, and the same as before
    files.look()
    rename(files, "three")
    assert files.save()
    assert asked == [] and load(path).title == "three"
    assert load(tmp_path / "net.loom.bak").title == "two"


@pytest.mark.parametrize("in_chinese", [False, True])
def test_a_file_that_another_program_changed_is_reloaded_and_undo_brings_mine_back(
    files, tmp_path, answers, in_chinese
):
    language.choose("zh" if in_chinese else "en")
    path = project(tmp_path, "one")
    files.open_path(path)
    rename(files, "mine")
    theirs = Document(title="theirs", nodes={"b": Node(Dense(), (0.0, 0.0))})
    save(theirs, path)
    asked = answers("reload")
    files.look()
    (text,) = asked
    assert "net.loom" in text
    lines = ["仅此处有：a", "仅文件中有：b", "标题"] if in_chinese else ["Only here: a", "Only in the file: b", "title"]
    assert all(line in text for line in lines)
    assert files.store.root.title == "theirs" and not files.store.modified
    files.store.undo()
    assert files.store.root.title == "mine" and files.store.modified
    files.look()
    assert len(asked) == 1


def test_keeping_mine_writes_over_theirs_without_asking_again(files, tmp_path, answers):
    path = project(tmp_path, "one")
    files.open_path(path)
    project(tmp_path, "theirs")
    asked = answers("mine")
    files.look()
    assert files.store.modified  # the file is behind now
    assert files.save() and load(path).title == "one"
    assert len(asked) == 1
    assert load(tmp_path / "net.loom.bak").title == "theirs"


def test_who_puts_it_off_is_asked_when_saving_and_not_at_each_glance(files, tmp_path, answers):
    path = project(tmp_path, "one")
    files.open_path(path)
    rename(files, "mine")
    project(tmp_path, "theirs")
    asked = answers("", "")
    files.look()
    files.look()
    assert len(asked) == 1
    assert not files.save()
    assert len(asked) == 2 and load(path).title == "theirs" and files.store.modified


def test_mine_may_go_elsewhere(files, tmp_path, answers, monkeypatch):
    path, other = project(tmp_path, "one"), tmp_path / "other.loom"
    files.open_path(path)
    rename(files, "mine")
    project(tmp_path, "theirs")
    monkeypatch.setattr("gui.files.QFileDialog.getSaveFileName", lambda *_: (str(other), ""))
    answers("elsewhere")
    assert files.save()
    assert (load(path).title, load(other).title, files.store.path) == ("theirs", "mine", other)


@pytest.mark.parametrize("what", ["gone", "damaged", "folder gone"])
def test_work_outlives_its_file(files, tmp_path, answers, what):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = project(folder, "one")
    files.open_path(path)
    if what == "damaged":
        path.write_text("{")
    else:
        path.unlink()
        if what == "folder gone":
            folder.rmdir()
    asked = answers("")  # only where the folder is gone: the message that nothing was written
    files.look()
    assert "still open here" in files.log[-1].en and "仍在此处打开" in files.log[-1].zh
    assert files.store.modified
    if what == "folder gone":
        warned = []
        QMessageBox.warning, warning = (lambda *a: warned.append(a[2])), QMessageBox.warning
        try:
            assert not files.save()
        finally:
            QMessageBox.warning = warning
        assert "no such file or folder" in warned[0] and files.store.modified
    else:
        assert files.save() and load(path).title == "one"
    assert asked == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_save_that_fails_is_told_and_the_document_stays_unsaved(files, tmp_path, monkeypatch, number):
    path = project(tmp_path, "one")
    files.open_path(path)
    rename(files, "two")
    warned = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *a: warned.append(a[2]))
    for choice in ("en", "zh"):
        language.choose(choice)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(number, os.strerror(number))))
            assert not files.save()
        assert files.store.modified and files.store.path == path and load(path).title == "one"
    assert "untouched" in warned[0] and "未改动" in warned[1]
    assert files.save() and load(path).title == "two"


@pytest.mark.parametrize(
    ("answer", "path_of", "modified"), [("", None, False), ("copy", None, False), ("anyway", "net.loom", False)]
)
def test_a_second_window_on_the_same_file_is_warned(
    files, qtbot, settings, tmp_path, answers, answer, path_of, modified
):
    path = project(tmp_path, "one")
    (tmp_path / "link.loom").symlink_to(path)
    files.open_path(path)
    second = opened(qtbot, settings)
    asked = answers(answer)
    second.open_path(tmp_path / "link.loom" if path_of is None else path)
    assert len(asked) == 1 and "another window" in asked[0]
    assert (second.store.path and second.store.path.name) == path_of
    assert bool(second.store.root.nodes) == bool(answer) and second.store.modified == modified
    second.close()
    files.close()
    third = opened(qtbot, settings)
    third.open_path(path)
    assert len(asked) == 1 and third.store.path == path
    third.close()


def test_saving_over_the_file_of_another_window_is_asked_about(files, qtbot, settings, tmp_path, answers):
    path = project(tmp_path, "one")
    files.open_path(path)
    second = opened(qtbot, settings)
    second.store.apply(same("title"), lambda d: replace(d, title="second"))
    asked = answers("", "anyway")
    assert not second.write(path) and load(path).title == "one"
    assert second.write(path) and load(path).title == "second"
    assert len(asked) == 2
    second.close()


def test_a_window_that_was_killed_holds_no_file(tmp_path):
    path = project(tmp_path, "one")
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "open"), str(path)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    mine = OnDisk(tmp_path / "open")
    try:
        assert child.stdout.readline() == b"held\n"
        assert mine.is_elsewhere(path)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdin.close()
        child.stdout.close()
    assert not mine.is_elsewhere(path)


def test_where_nothing_can_be_locked_nothing_is_refused(tmp_path):
    path = project(tmp_path, "one")
    (tmp_path / "file").write_text("")
    mine = OnDisk(tmp_path / "file" / "open")
    assert not mine.is_elsewhere(path)
    mine.follow(path, load(path))
    assert not mine.has_changed()
    mine.let_go()


@pytest.mark.parametrize("in_chinese", [False, True])
def test_a_newer_file_opens_read_only_and_leaves_by_save_as(files, tmp_path, answers, monkeypatch, in_chinese):
    language.choose("zh" if in_chinese else "en")
    path, copy = tmp_path / "newer.loom", tmp_path / "copy.loom"
    path.write_text('{"neuroloom": 7, "blocks": {"a": {"type": "dense", "sparsity": 0.5}}, "data": {"source": "moon"}}')
    was = path.read_bytes()
    targets = iter([path, copy])
    monkeypatch.setattr("gui.files.QFileDialog.getSaveFileName", lambda *_: (str(next(targets)), ""))
    warned = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *a: warned.append(a[2]))
    asked = answers("", "look", "", "copy", "copy")
    files.open_path(path)
    assert not files.store.root.nodes and files.newer is None
    files.open_path(path)
    assert files.store.root.nodes["a"].block.type == "dense@7"
    assert files.heading() == ("newer.loom（只读）" if in_chinese else "newer.loom (read-only)")
    assert not files.save()
    assert not files.save() and len(warned) == 1  # the file itself is not written
    assert files.save()
    assert all("sparsity" in text and "data.source" in text for text in asked) and len(asked) == 5
    assert path.read_bytes() == was and files.heading() == "copy.loom"
    assert load(copy).nodes["a"].block.settings == {"sparsity": 0.5}
    assert files.save() and len(asked) == 5


def test_what_is_opened_after_a_newer_file_is_not_read_only(files, tmp_path, answers):
    path = tmp_path / "newer.loom"
    path.write_text('{"neuroloom": 7}')
    answers("look")
    files.open_path(path)
    files.open_path(project(tmp_path, "one"))
    assert files.heading() == "net.loom" and files.save()


def test_a_window_looks_when_it_is_come_back_to(qtbot, files, tmp_path, answers):
    path = project(tmp_path, "one")
    files.open_path(path)
    project(tmp_path, "theirs")
    asked = answers("reload")
    files.window_.show()
    files.window_.activateWindow()
    qtbot.waitUntil(lambda: files.store.root.title == "theirs")
    assert len(asked) == 1
