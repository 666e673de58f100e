"""Tables: what is guessed is guessed right, what a person sets is obeyed, and what is no table is refused in words."""

import csv
import gzip
import tracemalloc

import numpy as np
import pytest

from core.data.table import Table
from core.errors import DataError
from tests.data.real import REAL, needs_real_data


def table(tmp_path, content, **settings):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Table(path=str(path), **settings).load()


def x(data):
    return data.inputs[0].array.tolist()


def y(data):
    target = data.targets[0]
    return [target.classes[i] for i in target.array] if target.kind == "class" else target.array[:, 0].tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "   "])
@pytest.mark.parametrize("header", ["", "a{0}b{0}c\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_header_and_line_ends_are_found(tmp_path, delimiter, header, end):
    text = header.format(delimiter) + "".join(
        f"{i}{delimiter}{i / 4}{delimiter}{['no', 'yes'][i % 2]}\n" for i in range(6)
    )
    data = table(tmp_path, text.replace("\n", end))
    assert x(data) == [[i, i / 4] for i in range(6)]
    assert y(data) == ["no", "yes"] * 3
    assert data.inputs[0].features == (("a", "b") if header else ("x1", "x2"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_chinese_tables_are_read_in_every_usual_encoding(tmp_path, encoding):
    text = "身高,体重,种类\n" + "1,2,猫\n3,4,狗\n" * 20
    data = table(tmp_path, text.encode(encoding))
    assert data.inputs[0].features == ("身高", "体重")
    assert set(y(data)) == {"猫", "狗"}
    assert any("gb18030" in n.en for n in data.notes) == (encoding == "gb18030")


def test_an_encoding_can_be_set_by_hand(tmp_path):
    raw = "café,crème\n1,a\n2,b\n".encode("latin-1")
    with pytest.raises(DataError, match="UTF-8, GB18030"):
        table(tmp_path, raw)
    assert table(tmp_path, raw, encoding="latin-1").inputs[0].features == ("café",)


def test_cells_in_quotes_hold_commas_quotes_and_line_ends(tmp_path):
    data = table(tmp_path, 'n,words\n1,"a, b"\n2,"say ""hi"""\n3,"two\nlines"\n4,plain\n')
    assert y(data) == ["a, b", 'say "hi"', "two�lines", "plain"]


def test_a_comma_is_a_decimal_point_where_semicolons_part_the_cells(tmp_path):
    assert x(table(tmp_path, "1,5;2;a\n2,25;3;b\n")) == [[1.5, 2], [2.25, 3]]


@pytest.mark.parametrize(
    ("first", "named"),
    [("height,width,kind", True), ("1,2,a", False), (",width,kind", True), ("a,b,a", True), ("2019,2020,kind", False)],
)
def test_a_header_is_words_above_numbers(tmp_path, first, named):
    assert len(table(tmp_path, f"{first}\n" + "1,2,a\n3,4,b\n" * 5)) == 10 + (not named)


def test_a_header_above_words_is_words_that_never_come_again(tmp_path):
    rows = "p,x,s\ne,x,y\np,b,s\n" * 5
    assert table(tmp_path, "class,cap,surface\n" + rows).targets[0].classes == ("s", "y")
    assert len(table(tmp_path, rows)) == 15


def test_header_and_delimiter_can_be_set_by_hand(tmp_path):
    assert len(table(tmp_path, "2019,2020\n1,2\n3,4\n", header="yes")) == 2
    assert len(table(tmp_path, "a,b\n1,2\n3,4\n", header="no")) == 3
    assert x(table(tmp_path, "1;2,7\n3;4,8\n", task="number")) == [[1], [3]]
    assert table(tmp_path, "1;2,7\n3;4,8\n", delimiter="comma").inputs[0].features == ("x1=1;2", "x1=3;4")


def test_missing_cells_get_the_mean_and_are_counted(tmp_path):
    data = table(tmp_path, "a,b,c\n1,?,u\n3,4,v\n,NA,u\n5,8,v\n nan ,null,u\n")
    assert x(data) == [[1, 6], [3, 4], [3, 6], [5, 8], [3, 6]]
    assert data.inputs[0].missing == (2, 3)
    assert "5 missing cells were filled with their column's mean: a 2, b 3." in data.notes[0].en


def test_infinite_numbers_count_as_missing(tmp_path):
    data = table(tmp_path, "1,u\n3,v\ninf,u\n-1e999,v\n1e35,u\n")
    assert x(data) == [[1], [3], [2], [2], [2]]


def test_a_missing_word_gets_the_shares_of_the_others(tmp_path):
    data = table(tmp_path, "w,y\na,1\na,2\nb,3\n?,4\n", task="number")
    assert data.inputs[0].features == ("w=a", "w=b")
    assert x(data) == [[1, 0], [1, 0], [0, 1], [pytest.approx(2 / 3), pytest.approx(1 / 3)]]


def test_rows_without_a_target_are_left_out_and_counted(tmp_path):
    data = table(tmp_path, "1,a\n2,\n3,b\n4,?\n")
    assert x(data) == [[1], [3]]
    assert "2 rows without a target" in data.notes[0].en


def test_columns_without_values_are_left_out_so_that_the_last_real_one_is_the_target(tmp_path):
    data = table(tmp_path, "a,b,c,\n1,,u,\n2,,v,\n")
    assert data.inputs[0].features == ("a",)
    assert y(data) == ["u", "v"]
    assert "b, x4" in data.notes[0].en


def test_words_with_many_values_are_left_out_with_a_note(tmp_path):
    data = table(tmp_path, "name,age,kind\n" + "".join(f"person {i},{i},{'ab'[i % 2]}\n" for i in range(60)))
    assert data.inputs[0].features == ("age",)
    assert "Column name was left out: it holds 60 different texts." in data.notes[0].en


@pytest.mark.parametrize(
    ("cells", "task", "kind", "classes"),
    [
        (["no", "yes"] * 5, "auto", "class", ("no", "yes")),
        (["4", "2"] * 5, "auto", "class", ("2", "4")),
        (["10", "9"] * 5, "auto", "class", ("9", "10")),
        (["2", "4"] * 5, "number", "numbers", ()),
        (["0.5", "1.5"] * 5, "auto", "numbers", ()),
        (["0.5", "1.5"] * 5, "classes", "class", ("0.5", "1.5")),
        ([str(i) for i in range(10)], "auto", "numbers", ()),
        ([str(i % 21) for i in range(100)], "auto", "numbers", ()),
        ([str(i % 20) for i in range(100)], "auto", "class", tuple(map(str, range(20)))),
    ],
)
def test_the_target_is_classes_or_a_number_by_its_content_or_as_told(tmp_path, cells, task, kind, classes):
    data = table(tmp_path, "".join(f"{i},{c}\n" for i, c in enumerate(cells)), task=task)
    assert data.targets[0].kind == kind
    assert data.targets[0].classes == classes
    assert y(data) == (cells if kind == "class" else [float(c) for c in cells])
    numeric = cells[0] != "no"
    assert any("setting Task changes that" in n.en for n in data.notes) == (task == "auto" and numeric)


@pytest.mark.parametrize(("target", "ignore"), [("kind", "age"), ("KIND", " Age "), ("1", "2"), ("kind", "2")])
def test_target_and_ignored_columns_go_by_name_or_number(tmp_path, target, ignore):
    data = table(tmp_path, "kind,age,size\na,1,5\nb,2,6\n", target=target, ignore=ignore)
    assert data.inputs[0].features == ("size",)
    assert y(data) == ["a", "b"]


def test_a_stray_quote_is_a_character_where_the_rows_agree_without_quoting(tmp_path):
    assert y(table(tmp_path, '1,"so\n2,she "said"\n3,plain\n')) == ['"so', 'she "said"', "plain"]


@needs_real_data
def test_real_tables_come_out_as_plain_readers_have_them():
    iris = Table(path=str(REAL / "tabular" / "iris.csv")).load()
    raw = np.loadtxt(REAL / "tabular" / "iris.csv", delimiter=",", usecols=range(4))
    assert (iris.inputs[0].array == raw.astype(np.float32)).all()
    assert iris.targets[0].classes == ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
    abalone = Table(path=str(REAL / "tabular" / "abalone.csv")).load()
    rows = list(csv.reader((REAL / "tabular" / "abalone.csv").read_text().splitlines()))
    assert abalone.inputs[0].features[:3] == ("x1=F", "x1=I", "x1=M")
    assert abalone.inputs[0].array[:, :3].tolist() == [[float(r[0] == s) for s in "FIM"] for r in rows]
    assert abalone.targets[0].array[:, 0].tolist() == [float(r[-1]) for r in rows]
    cancer = Table(path=str(REAL / "tabular" / "breast-cancer-wisconsin.csv")).load()
    assert "16 missing cells" in cancer.notes[0].en


@needs_real_data
def test_stray_quotes_in_sentences_beside_tabs_do_no_harm():
    with pytest.raises(DataError, match="no column is left") as told:
        Table(path=str(REAL / "sst2" / "train.tsv")).load()
    assert "Got 1 beside the target" in told.value.words.en


def test_a_kind_of_cell_that_changes_far_down_is_noticed(tmp_path):
    rows = "".join(f"{i % 7},{i % 3},{'ab'[i % 2]}\n" for i in range(9000)) + "many,2,a\n"
    data = table(tmp_path, rows)
    assert data.inputs[0].features == (*(f"x1={d}" for d in range(7)), "x1=many", "x2")
    assert data.inputs[0].array[-1].tolist() == [0] * 7 + [1, 2]


BAD = {
    "one 6 MB line": (b"1," * 3_000_000, "line 1 is too long"),
    "one 6 MB cell": (b"a,b\n1," + b"z" * 6_000_000 + b"\n", "line 2 is too long"),
    "one cell past the limit of csv": (b"a,b\n1," + b"z" * 200_000 + b"\n", "row 2"),
    "a quote that never closes": (b'a,b\n1,"2,\n3,4\n5,6\n', "row 2 cannot be read.*stray quote"),
    "NUL": (b"a,b\n1,2\n3,\x004\n", "NUL character in line 3"),
    "a ragged row": (b"a,b,c\n1,2,3\n4,5\n", "Got 2 cells; wanted 3"),
    "a wide row": (b"a,b,c\n1,2,3\n4,5,6,7\n", "row 3"),
    "10,001 columns": (b",".join([b"1"] * 10_001) + b"\n", "10,001 columns"),
    "nothing": (b"", "nothing in it"),
    "blank lines": (b"\n\n  \n", "nothing in it"),
    "one column": (b"1\n2\n3\n", "no table"),
    "a header alone": (b"a,b\n", "a header and nothing below"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "."),
    "missing cells only": (b"?,?\n?,NA\n", "no value"),
}


@pytest.mark.parametrize(("raw", "told"), BAD.values(), ids=BAD)
def test_what_is_no_table_is_refused_in_little_memory(tmp_path, raw, told):
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=told) as error:
            table(tmp_path, raw, header="yes" if raw == b"a,b\n" else "auto")
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert len(error.value.words.en) < 500
    assert error.value.words.zh != error.value.words.en


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"target": "weight"}, "one of a, b, or a number from 1"),
        ({"ignore": "a"}, "no column is left"),
        ({"task": "number"}, "text such as 'u'"),
        ({"delimiter": "tab"}, "no table"),
    ],
)
def test_settings_that_do_not_fit_the_table_are_told_in_words(tmp_path, settings, told):
    with pytest.raises(DataError, match=told):
        table(tmp_path, "a,b\n1,u\n2,v\n", **settings)


def test_too_many_classes_are_refused(tmp_path):
    with pytest.raises(DataError, match="1,500 different values"):
        table(tmp_path, "".join(f"{i},name {i}\n" for i in range(1500)))


def test_a_bomb_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    with gzip.open(path, "wb") as file:
        for _ in range(150):
            file.write(b"1,2\n" * 250_000)
    with pytest.raises(DataError, match="too big"):
        Table(path=str(path)).load()


def test_names_in_a_message_are_one_plain_line(tmp_path):
    with pytest.raises(DataError) as told:
        table(tmp_path, "a\u202eb,<b>c</b>\n1,2\n3,4\n".encode(), target="x\u202ey\n" * 3)
    assert "\u202e" not in told.value.words.en
    assert "\n" not in told.value.words.en
