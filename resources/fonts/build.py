"""Rebuild `NeuroloomHan.otf`: the Chinese characters of the program, for machines that have no Chinese font.

    python resources/fonts/build.py [NotoSansCJK-Regular.ttc]

Takes every character of every `Words` literal under core/ and gui/, the 3,755 common characters of GB 2312 level 1, and
punctuation, from Noto Sans CJK SC Regular (Debian package fonts-noto-cjk). Needs fontTools. Noto Sans CJK is
Copyright 2014-2021 Adobe, SIL Open Font License 1.1; so is the subset, see `OFL.txt`. The family is renamed, so that it is
never mistaken for the whole font.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FAMILY = "Neuroloom Han"


def characters_of_words(root: Path) -> set[str]:
    """Every character of every text in a `Words(…)` or `same(…)` call under core/ and gui/ of `root`."""
    found: set[str] = set()
    for path in sorted([*root.glob("core/**/*.py"), *root.glob("gui/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Words", "same"}:
                texts = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
                found.update(*texts)
    return {c for c in found if c.isprintable()}


def level_one() -> set[str]:
    """The 3,755 characters of GB 2312 level 1, which cover 99.7 % of modern text: rows 16 to 55."""
    rows = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(16, 56) for cell in range(1, 95))
    return {code.decode("gb2312") for code in rows if not (code[0] == 0xA0 + 55 and code[1] > 0xA0 + 89)}


def build(source: Path, target: Path) -> None:
    """Write the subset as one OpenType file."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTCollection

    font = next(f for f in TTCollection(source).fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC")
    marks = set("，。、；：？！“”‘’（）《》〈〉【】「」…—·～￥×÷±≤≥≠≈∞→←↑↓℃‰√∑∏∂∇")
    wanted = characters_of_words(HERE.parents[1]) | level_one() | marks | {chr(c) for c in range(0x20, 0x7F)}
    options = Options(
        layout_features=[], hinting=False, name_IDs=[0, 13, 14], notdef_outline=True, desubroutinize=False
    )
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]  # vertical writing
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in wanted])
    subsetter.subset(font)
    for name_id, text in (
        (1, FAMILY),
        (2, "Regular"),
        (3, f"{FAMILY} subset"),
        (4, FAMILY),
        (6, "NeuroloomHan-Regular"),
    ):
        font["name"].setName(text, name_id, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = ["NeuroloomHan-Regular"]
    top.topDictIndex[0].FullName = top.topDictIndex[0].FamilyName = FAMILY
    font.save(target)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE, HERE / "NeuroloomHan.otf")
