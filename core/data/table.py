"""Table: a CSV or TSV file of a person's own, one row a line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from core.data._base import Dataset
from core.data._files import DiskSource, trouble
from core.data._roles import dataset, find
from core.data._table import read_table
from core.data._text import encoding_setting
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Table(DiskSource):
    """Rows from a text file: one column is the target, the others are the inputs."""

    id: ClassVar[str] = "table"
    title: ClassVar[Words] = Words("Table (CSV, TSV)", "表格（CSV、TSV）")
    help: ClassVar[Words] = Words(
        "One row a line, cells parted by commas, semicolons, tabs, bars or spaces, with or without a row of names. "
        "Missing cells (empty, ?, NA) get their column's mean; columns of a few different words become one number for "
        "each word.",
        "每行一条记录，以逗号、分号、制表符、竖线或空格分隔，表头可有可无。缺失值（空、?、NA）用列均值填充；"
        "只有少数几种文字的列展开为独热编码。",
    )

    target: str = setting(
        "",
        Words("Target", "目标列"),
        Words("Name or number of the column to learn; empty is the last.", "要学习的列名或列号；留空为最后一列。"),
        longest=120,
    )
    task: str = setting(
        "auto",
        Words("Task", "任务"),
        Words(
            "Automatic takes words, and a few different whole numbers, as classes; other numbers are predicted as "
            "numbers.",
            "自动：文字以及少数几种整数作为类别，其他数作为数值预测。",
        ),
        choices={
            "auto": Words("automatic", "自动"),
            "classes": Words("classes", "分类"),
            "number": Words("number", "回归"),
        },
    )
    ignore: str = setting(
        "",
        Words("Ignore", "忽略的列"),
        Words("Names or numbers of columns to leave out, with commas.", "要略去的列名或列号，用逗号分隔。"),
        longest=1000,
    )
    delimiter: str = setting(
        "auto",
        Words("Delimiter", "分隔符"),
        Words("What parts the cells of a row.", "单元格之间的分隔符。"),
        advanced=True,
        choices={
            "auto": Words("automatic", "自动"),
            "comma": Words("comma", "逗号"),
            "semicolon": Words("semicolon", "分号"),
            "tab": Words("tab", "制表符"),
            "bar": Words("bar |", "竖线 |"),
            "space": Words("spaces", "空格"),
        },
    )
    header: str = setting(
        "auto",
        Words("Header", "表头"),
        Words("Whether the first row holds names.", "首行是否为列名。"),
        advanced=True,
        choices={"auto": Words("automatic", "自动"), "yes": Words("names", "有"), "no": Words("none", "无")},
    )
    encoding: str = encoding_setting()

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A file called .csv, .tsv, .tab or .data."""
        return path.suffix.lower() in {".csv", ".tsv", ".tab", ".data"} and not path.is_dir()

    def load(self) -> Dataset:
        """Numbers (rows, features), and classes (rows,) or numbers (rows, 1)."""
        path = self.place()
        columns, notes = read_table(path, self.delimiter, self.header, self.encoding)
        if not columns:
            raise trouble(
                path,
                Words("there is no value in it", "没有任何值"),
                Words("missing cells only", "全部缺失"),
                Words("numbers or words", "数值或文字"),
                Words("Choose another file", "请换一个文件"),
            )
        target = find(columns, self.target, path) if self.target.strip() else columns[-1]
        ignored = [find(columns, name, path) for name in self.ignore.split(",") if name.strip()]
        data = dataset(columns, target, path, ignored=ignored, task=self.task)
        return Dataset(data.inputs, data.targets, notes=(*notes, *data.notes))
