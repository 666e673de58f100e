"""Opening, saving and the list of recent projects, without the rest of the window."""

import pytest
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from core.graph import edits
from core.graph.document import Document
from core.project import load, save
from core.words import same
from gui.document.store import Store
from gui.files import Files
from gui.i18n import language


@pytest.fixture
def files(qtbot, settings):
    window = QWidget()
    qtbot.addWidget(window)
    made = Files(window, Store(parent=window), settings)
    made.log = []
    made.taken.connect(lambda document, path: made.log.append((document, path)))
    made.told.connect(made.log.append)
    return made


def project(folder, name):
    path = folder / f"{name}.loom"
    save(Document(title=name), path)
    return path


def names(menu):
    return [a.text() for a in menu.actions() if a.data()]


def test_what_is_opened_comes_first_the_next_time(files, tmp_path):
    a, b = project(tmp_path, "a"), project(tmp_path, "b")
    for path in (a, b, a):
        files.open_path(path)
    assert [path for _, path in files.log] == [a, b, a]
    assert files.recent() == [str(a.resolve()), str(b.resolve())]


def test_a_template_is_opened_without_a_file_of_its_own(files, tmp_path):
    files.open_example(project(tmp_path, "a"))
    assert files.log[-1][0].title == "a" and files.log[-1][1] is None
    assert files.recent() == []


def test_the_menu_greys_what_is_gone_and_keeps_what_is_pinned_on_top(files, tmp_path, qtbot):
    a, b, c = (project(tmp_path, name) for name in ("a", "b&c", "c"))
    for path in (a, b, c):
        files.open_path(path)
    files.pin(str(a.resolve()))
    b.unlink()
    menu = QMenu()
    qtbot.addWidget(menu)
    files.fill(menu)
    assert names(menu) == ["★ a.loom", "c.loom", "b&&c.loom"]
    able = {action.text(): action.isEnabled() for action in menu.actions() if action.data()}
    assert able == {"★ a.loom": True, "c.loom": True, "b&&c.loom": False}
    menu.actions()[0].trigger()
    assert files.log[-1][1] == a.resolve()
    pins = next(action.menu() for action in menu.actions() if action.menu())
    pins.actions()[1].trigger()
    assert [p.rpartition("/")[2] for p in files.pinned()] == ["a.loom", "c.loom"]
    pins.actions()[0].trigger()
    assert [p.rpartition("/")[2] for p in files.pinned()] == ["c.loom"]
    files.forget()
    assert [p.rpartition("/")[2] for p in files.recent()] == ["c.loom"]


def test_an_empty_list_says_so_in_both_languages(files, qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    for choice in ("en", "zh"):
        language.choose(choice)
        files.fill(menu)
        (only,) = menu.actions()
        assert not only.isEnabled() and only.text()


@pytest.mark.parametrize(("answer", "goes"), [("Discard", True), ("Cancel", False)])
def test_unsaved_work_is_asked_about(files, monkeypatch, answer, goes):
    files.store.apply(same("title"), lambda d: edits.set_title(d, "mine"))
    button = QMessageBox.StandardButton[answer]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: button)
    files.new()
    assert bool(files.log) == goes


def test_what_is_written_is_what_is_open(files, tmp_path):
    files.store.apply(same("title"), lambda d: edits.set_title(d, "mine"))
    assert files.write(tmp_path / "x.loom")
    assert load(tmp_path / "x.loom").title == "mine"
    assert not files.store.modified and files.store.path == tmp_path / "x.loom"


def test_a_title_made_to_mislead_is_one_short_plain_line(files):
    files.taken.emit(Document(), None)
    files.store.open(Document(title="<b>a\u202e\n" + "x" * 100_000))
    assert files.heading() == "<b>a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}" + "x" * 94 + "…"


@pytest.mark.parametrize("choice", ["en", "zh"])
def test_a_project_is_not_saved_under_the_name_of_a_picture(files, tmp_path, monkeypatch, choice):
    language.choose(choice)
    warned = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *a: warned.append(a[2]))
    assert not files.write(tmp_path / "net.PNG")
    assert "net.PNG" in warned[0] and ".loom" in warned[0] and list(tmp_path.glob("net*")) == []
