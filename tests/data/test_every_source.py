"""What every source promises, whatever it reads or makes."""

import re
from dataclasses import replace

import numpy as np
import pytest

from core.data import registry, source_from_path
from core.data._base import GROUPS, Dataset, Source
from core.data._files import DiskSource
from core.errors import DataError, SettingError
from tests.data.real import REAL, needs_real_data

SOURCES = list(registry().values())
READY = [s for s in SOURCES if not issubclass(s, DiskSource)]
TYPES = {"image": np.uint8, "tokens": np.int32, "class": np.int32, "numbers": np.float32, "sequence": np.float32}
AXES = {"image": {4}, "tokens": {2}, "class": {1, 2, 3}, "numbers": {2}, "sequence": {3}}


def check_contract(data: Dataset) -> None:
    assert len(data) > 0
    for field in (*data.inputs, *data.targets):
        assert len(field.array) == len(data)
        assert field.array.dtype == TYPES[field.kind]
        assert field.array.ndim in AXES[field.kind]
        assert field.array.flags.c_contiguous
        if field.kind in {"tokens", "class"}:
            assert field.array.min() >= 0
            assert field.array.max() < len(field.classes)
            assert len(set(field.classes)) == len(field.classes)
        elif field.kind != "image":
            assert np.isfinite(field.array).all()
            assert len(field.features) in {0, field.shape[-1]}
        assert len(field.missing) in {0, field.shape[-1] if field.shape else 0}
    if data.test:
        check_contract(data.test)
        for own, other in zip((*data.inputs, *data.targets), (*data.test.inputs, *data.test.targets), strict=True):
            assert (own.kind, own.shape, own.classes) == (other.kind, other.shape, other.classes)


def bits(data: Dataset) -> list[bytes]:
    own = [f.array.tobytes() for f in (*data.inputs, *data.targets)]
    return own + (bits(data.test) if data.test else [])


@pytest.mark.parametrize("kind", READY, ids=lambda k: k.id)
def test_rows_obey_the_contract(kind: type[Source]):
    check_contract(kind().load())


@pytest.mark.parametrize("kind", READY, ids=lambda k: k.id)
def test_the_same_settings_give_the_same_bits(kind: type[Source]):
    assert bits(kind().load()) == bits(kind().load())


@pytest.mark.parametrize("kind", [k for k in READY if "seed" in {r.name for r in k.rows()}], ids=lambda k: k.id)
def test_another_seed_gives_other_rows_and_as_many_as_asked(kind: type[Source]):
    one, other = kind(seed=1, samples=51).load(), kind(seed=2, samples=51).load()
    assert len(one) == len(other) == 51
    assert bits(one) != bits(other)


@pytest.mark.parametrize("kind", SOURCES, ids=lambda k: k.id)
def test_everything_is_said_in_both_languages_and_saved_whole(kind: type[Source]):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.id)
    assert kind.group in GROUPS
    for words in (kind.title, kind.help, *(w for r in kind.rows() for w in (r.info.label, r.info.help))):
        assert words.en
        assert re.search(r"[\u4e00-\u9fff]", words.zh) or words.en == words.zh
    assert kind.help.en.endswith(".")
    assert kind.help.zh.endswith("。")
    assert kind.from_json(kind().to_json()) == kind()


@pytest.mark.parametrize("kind", SOURCES, ids=lambda k: k.id)
def test_values_outside_the_limits_are_refused(kind: type[Source]):
    for row in kind.rows():
        for value in (object(), float("nan"), *([row.info.le + 1] if row.info.le else []), "nonsense" * 10_000):
            with pytest.raises(SettingError):
                kind(**{row.name: value})


@pytest.mark.parametrize("kind", [s for s in SOURCES if issubclass(s, DiskSource)], ids=lambda k: k.id)
@pytest.mark.parametrize("path", ["", "/no/such/thing", "a\0b", "/dev/zero"])
def test_a_path_that_leads_nowhere_is_told_in_words(kind: type[DiskSource], path: str):
    with pytest.raises(DataError) as told:
        kind(path=path).load()
    assert told.value.words.en
    assert told.value.words.zh != told.value.words.en


def test_the_registry_goes_group_by_group_and_refuses_two_of_one_id(monkeypatch):
    order = [GROUPS.index(k.group) for k in SOURCES]
    assert order == sorted(order)
    from core.data import circle, xor

    monkeypatch.setattr(xor.Xor, "id", "circle")
    registry.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"circle.*Circle.*Xor"):
            registry()
    finally:
        monkeypatch.undo()
        registry.cache_clear()
    assert registry()["circle"] is circle.Circle


@needs_real_data
@pytest.mark.parametrize(
    ("path", "kind", "rows"),
    [
        ("mnist", "idx", 60_000),
        ("mnist/t10k-labels-idx1-ubyte.gz", "idx", 10_000),
        ("tabular/iris.csv", "table", 150),
        ("tabular/abalone.csv", "table", 4177),
        ("irish/irish.abc", "text_file", 2779),
    ],
)
def test_a_path_finds_its_source(path: str, kind: str, rows: int):
    source = source_from_path(REAL / path)
    assert source.id == kind
    data = source.load()
    check_contract(data)
    assert len(data) == rows


def test_a_path_takes_over_the_settings_of_the_same_kind_only(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n3,4\n")
    (tmp_path / "a.txt").write_text("hello")
    before = registry()["table"](path="old.csv", target="1", header="no")
    assert source_from_path(tmp_path / "a.csv", before) == replace(before, path=str(tmp_path / "a.csv"))
    assert source_from_path(tmp_path / "a.txt", before) == registry()["text_file"](path=str(tmp_path / "a.txt"))


def test_a_text_stays_with_the_source_that_was_chosen_for_texts(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    chosen = registry()["text_lines"](path="old.txt", length=9)
    assert source_from_path(tmp_path / "a.txt", chosen) == replace(chosen, path=str(tmp_path / "a.txt"))


def test_a_path_that_nothing_reads_is_told_what_can_be_read(tmp_path):
    (tmp_path / "a.exe").write_bytes(b"MZ")
    for path in (tmp_path, tmp_path / "a.exe"):
        with pytest.raises(DataError, match="IDX"):
            source_from_path(path)
    with pytest.raises(DataError, match="cannot be opened"):
        source_from_path(tmp_path / "nothing.csv")
