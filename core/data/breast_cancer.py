"""Breast cancer (Wisconsin): nine findings under the microscope, benign or malignant, and a few missing cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.data._base import BUNDLED, Dataset, Source
from core.data._files import BUNDLED_FILES
from core.data._roles import dataset
from core.data._table import read_table
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class BreastCancer(Source):
    """699 samples, nine findings from 1 to 10 each, and the diagnosis."""

    id: ClassVar[str] = "breast_cancer"
    title: ClassVar[Words] = Words("Breast cancer (Wisconsin)", "乳腺癌（威斯康星）")
    group: ClassVar[Words] = BUNDLED
    help: ClassVar[Words] = Words(
        "699 biopsies judged by Dr. William H. Wolberg, University of Wisconsin Hospitals, Madison (1992; UCI, CC BY "
        "4.0). 16 cells are missing and get their column's mean. About 97 % can be told right. Not for medical use.",
        "威斯康星大学医院 William H. Wolberg 医生评判的 699 例活检（1992；UCI，CC BY 4.0）。16 个缺失值用列均值填充。"
        "正确率约 97 %。不可用于医疗。",
    )

    def load(self) -> Dataset:
        """Findings (rows, 9) and the diagnosis."""
        path = BUNDLED_FILES / "breast_cancer.csv"
        columns, _ = read_table(path, "comma", "yes", "utf-8")
        return dataset(columns, columns[-1], path, name=Words("diagnosis", "诊断"))
