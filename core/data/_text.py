"""From bytes to text: byte order marks, UTF-8, UTF-16, GB 18030, and a refusal of what is no text."""

from __future__ import annotations

import codecs
from pathlib import Path

from core.data._files import trouble, whole
from core.settings import setting
from core.words import Words, same

ENCODINGS = ("utf-8", "utf-16", "gb18030", "latin-1")


def encoding_setting() -> str:
    """The setting `encoding`, alike for every source that reads text."""
    return setting(
        "auto",
        Words("Encoding", "编码"),
        Words(
            "How the file writes its characters. Automatic tries UTF-8, UTF-16 and GB 18030.",
            "文件的字符编码。自动依次尝试 UTF-8、UTF-16 和 GB 18030。",
        ),
        choices={"auto": Words("automatic", "自动")} | {n: same(n.upper()) for n in ENCODINGS},
        advanced=True,
    )


def read_text(path: Path, encoding: str, most: int) -> tuple[str, tuple[Words, ...]]:
    """The text of a file with plain line ends, and a note where its encoding had to be guessed."""
    raw = bytes(whole(path, most))
    name = _marked(raw) if encoding == "auto" else encoding
    tried: tuple[str, ...] = (name,) if name else ("utf-8-sig", "gb18030")
    for each in tried:
        try:
            text = raw.decode("utf-8-sig" if each == "utf-8" else each)
        except UnicodeDecodeError as error:
            first = error.start
            continue
        guessed = Words(f"The file is no UTF-8; it was read as {each}.", f"文件不是 UTF-8，已按 {each} 读取。")
        notes = (guessed,) if encoding == "auto" and each == "gb18030" else ()
        return _plain(text, path), notes
    raise trouble(
        path,
        Words("its characters cannot be read", "无法识别字符编码"),
        Words(f"a byte that makes no sense, number {first:,}", f"第 {first:,} 个字节无意义"),
        same(", ".join(t.removesuffix("-sig").upper() for t in tried)),
        Words("Set the encoding by hand, or save the file as UTF-8", "请手动设置编码，或将文件另存为 UTF-8"),
    )


def _marked(raw: bytes) -> str:
    """The encoding that a byte order mark, or zeros in every other byte, give away; empty where nothing does."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8"
    sample = raw[:4096]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(raw) % 2 == 0 and zeros.count(0) > 0.7 * len(zeros) and sample.count(0) < 0.6 * len(sample):
            return name
    return ""


def _plain(text: str, path: Path) -> str:
    """The same text with a plain line feed at the end of every line. Raises DataError for NUL and for nothing at all."""
    if (at := text.find("\0")) >= 0:
        line = text.count("\n", 0, at) + 1
        raise trouble(
            path,
            Words("it is no text", "不是文本"),
            Words(f"a NUL character in line {line}", f"第 {line} 行有 NUL 字符"),
            Words("text only", "纯文本"),
            Words("Export the file again as CSV or text", "请重新导出为 CSV 或文本"),
        )
    if not text.strip():
        raise trouble(
            path,
            Words("there is nothing in it", "文件没有内容"),
            Words("an empty file", "空文件"),
            Words("text", "文本"),
            Words("Choose another file", "请换一个文件"),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
