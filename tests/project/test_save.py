from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core import project
from core.errors import ProjectFileError
from core.graph.document import Document

resource = pytest.importorskip("resource", reason="limits on files are a matter of Unix")

OLD = Document(title="the old one")
NEW = Document(title="the new one", note="x" * 100_000)


def files(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_file_is_written_and_written_again(tmp_path):
    path = tmp_path / "网络.loom"
    for document in (OLD, NEW):
        project.save(document, path)
        assert project.load(path) == document
    assert files(tmp_path) == ["网络.loom"]


def test_what_was_there_before_stays_beside_it_and_saving_twice_does_not_push_it_out(tmp_path):
    path = tmp_path / "net.loom"
    project.save(OLD, path, ".bak")
    assert files(tmp_path) == ["net.loom"]
    for _ in range(2):
        project.save(NEW, path, ".bak")
        assert project.load(tmp_path / "net.loom.bak") == OLD
    project.save(OLD, path, ".bak")
    assert project.load(tmp_path / "net.loom.bak") == NEW
    assert project.load(path) == OLD


@pytest.mark.parametrize("obstacle", ["folder", "no links", "no spare file at all"])
def test_a_spare_file_that_cannot_be_made_stops_no_saving(tmp_path, monkeypatch, obstacle):
    path = tmp_path / "net.loom"
    project.save(OLD, path)

    def fail(*_):
        raise OSError(errno.EPERM, "no")

    if obstacle == "folder":
        (tmp_path / "net.loom.bak").mkdir()
    else:
        monkeypatch.setattr(os, "link", fail)
    if obstacle == "no spare file at all":
        monkeypatch.setattr("core.project.disk.shutil.copy2", fail)
    project.save(NEW, path, ".bak")
    assert project.load(path) == NEW
    assert files(tmp_path) == (["net.loom"] if obstacle == "no spare file at all" else ["net.loom", "net.loom.bak"])
    if obstacle == "no links":
        assert project.load(tmp_path / "net.loom.bak") == OLD


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_save_that_fails_leaves_the_spare_file_as_it_is_told(tmp_path, monkeypatch, number):
    path = tmp_path / "net.loom"
    project.save(NEW, path)
    project.save(OLD, path, ".bak")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(number, os.strerror(number))))
        with pytest.raises(ProjectFileError, match="untouched"):
            project.save(Document(title="third"), path, ".bak")
    assert project.load(path) == OLD
    assert project.load(tmp_path / "net.loom.bak") == NEW
    assert files(tmp_path) == ["net.loom", "net.loom.bak"]


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path):
    path = tmp_path / "net.loom"
    project.save(OLD, path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(ProjectFileError, match="what was there before is untouched: the file would be larger"):
            project.save(NEW, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert project.load(path) == OLD
    assert files(tmp_path) == ["net.loom"]


@pytest.mark.parametrize(
    ("number", "message"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only"), (errno.EDQUOT, "quota")]
)
@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_whatever_fails_is_told_and_leaves_nothing_behind(tmp_path, monkeypatch, number, message, call):
    path = tmp_path / "net.loom"
    project.save(OLD, path)

    def fail(*_):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(Path if call == "replace" else os, call, fail)
        with pytest.raises(ProjectFileError, match=message):
            project.save(NEW, path)
    assert project.load(path) == OLD
    assert files(tmp_path) == ["net.loom"]


def test_an_interrupt_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.loom"
    project.save(OLD, path)

    def interrupt(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            project.save(NEW, path)
    assert project.load(path) == OLD
    assert files(tmp_path) == ["net.loom"]


def test_a_symbolic_link_stays_one_and_its_target_is_written(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "net.loom"
    link.symlink_to(Path("real") / "target.loom")
    for document in (OLD, NEW):
        project.save(document, link)
        assert link.is_symlink()
        assert project.load(tmp_path / "real" / "target.loom") == document
    assert files(tmp_path) == ["net.loom", "real"]
    assert files(tmp_path / "real") == ["target.loom"]


def test_the_rights_on_a_file_stay_and_a_new_one_gets_the_usual(tmp_path):
    path = tmp_path / "net.loom"
    before = os.umask(0o027)
    try:
        project.save(OLD, path)
        assert path.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)
    path.chmod(0o604)
    project.save(NEW, path)
    assert path.stat().st_mode & 0o777 == 0o604


def test_a_file_its_owner_made_read_only_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "net.loom"
    project.save(OLD, path)
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda target, _: bool(target.stat().st_mode & 0o200))  # root may do anything
    with pytest.raises(ProjectFileError, match="this program may not"):
        project.save(NEW, path)
    assert project.load(path) == OLD


def test_places_that_take_no_file_are_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    for path, message in [
        (tmp_path, "it is a folder"),
        (tmp_path / "none" / "net.loom", "no such file or folder"),
        (tmp_path / "file" / "net.loom", "is a file, not a folder"),
        (tmp_path / "pipe", "not a plain file"),
        (tmp_path / "a\0b", "null"),
    ]:
        with pytest.raises(ProjectFileError, match=message):
            project.save(NEW, path)
    assert files(tmp_path) == ["file", "pipe"]


def test_a_title_pasted_with_half_a_character_still_saves(tmp_path):
    project.save(Document(title="a\ud83d"), tmp_path / "net.loom")
    assert project.load(tmp_path / "net.loom").title == "a?"
