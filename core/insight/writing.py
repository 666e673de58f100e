"""Writing: a network that says what comes next is given the beginning, and goes on by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from core.data._words import END, MARKS, PADDING, START, UNKNOWN
from core.errors import DataError
from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import answer_of, blocks_of, named, names, row_of, shown
from core.training.fit import outputs_of
from core.words import Words

if TYPE_CHECKING:
    from core.data._base import Field
    from core.training.session import Session

LENGTH = 80  # tokens that are written for a look
PROMPT = 256  # tokens of a beginning that are read
HOTTEST = 2.0  # temperature
_SEEING: WeakKeyDictionary[Session, bool] = (
    WeakKeyDictionary()
)  # what `sees_ahead` has found out of those that have learnt
BLIND = Words(
    "This network sees what comes after (it reads both ways, or its attention is not causal), so it cannot write.",
    "该网络能看到后文（双向读取，或注意力不是因果的），因此不能写作。",
)


class Writing(Insight):
    """Networks that learn the next character or word of their last input."""

    id: ClassVar[str] = "writing"
    title: ClassVar[Words] = Words("Writing", "写作")
    help: ClassVar[Words] = Words(
        "The network goes on from a beginning by itself: what it says comes next is put behind what is there, and it is "
        "asked again. Temperature 0 takes the likeliest every time; at 1 it is drawn as likely as the network says it is.",
        "给出开头，网络自己写下去：把它预测的下一个字接到后面，再问一次。温度为 0 时总取最可能的，为 1 时按网络给出的概率抽取。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """The network as a whole, where the data asks for what comes next."""
        asked = document.data is not None and document.data.source.asks_for_next
        return block == "" and asked and all(blocks_of(document, inference, g) for g in ("input", "output"))

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`given` and `written` the names of tokens, `certain` (n,) how likely the network held each written one.

        `unread` (m,) are the parts of the prompt that the vocabulary has not, `joined` whether tokens are letters. Where the
        network has other inputs too, they are those of the row `request.sample`: `source` names or `picture`, and `truth`.
        `blind` alone is told of a network that sees what comes after, and so cannot write.
        """
        row, data = row_of(session, request.sample), shown(session)
        field = data.inputs[-1]
        if sees_ahead(session, row):
            return {"blind": np.array(1)}
        given, unread = read(field, request.prompt)
        given = given or [int(field.array[row, 0])]
        random = np.random.default_rng([session.seed, request.sample])
        said = list(write(session, given, LENGTH, request.temperature, random, row))
        out = {
            "given": named(np.array([t for t in given if t != START or not marked(field)], np.int32), field),
            "written": named(np.array([t for t, _ in said], np.int32), field),
            "certain": np.array([p for _, p in said], np.float32),
            "unread": names(unread),
            "joined": np.array(is_joined(field)),
            "row": np.array(row),
            "rows": np.array(len(data)),
        }
        if len(data.inputs) > 1:
            first, target = data.inputs[0], data.targets[0]
            true = target.array[row]
            out["truth"] = named(true[(true != PADDING) & (true != END)], target)
            if first.kind == "tokens":
                out["source"] = named(first.array[row][first.array[row] != PADDING], first)
            elif first.kind == "image":
                out["picture"] = first.array[row]
        return out


def write(
    session: Session, given: Sequence[int], length: int, temperature: float, random: np.random.Generator, row: int = 0
) -> Iterator[tuple[int, float]]:
    """The tokens that follow, one at a time, each with the probability the network gave it; <end> ends it.

    A network reads as many tokens as its input is long: of a longer text it sees the end, except where other inputs say
    what is to be written, which then is as long as it can get. `row` of the rows shown gives those other inputs.
    """
    data, field = shown(session), text_of(session)
    window, tokens = field.shape[0], list(given)
    output = outputs_of(session.document, session.inference)[0]
    slides = len(data.inputs) == 1 and not marked(field)
    for _ in range(length):
        if len(tokens) > window and not slides:
            return
        seen = tokens[-window:]
        plan = session.look(*_inputs(session, seen, row))
        share = answer_of(session, plan, output)[0, len(seen) - 1, : len(field.classes)].astype(np.float64)
        if marked(field):
            share[[PADDING, START, UNKNOWN]] = 0
        token = drawn(share, temperature, random)
        if marked(field) and token == END:
            return
        tokens.append(token)
        yield token, float(share[token])


def beginning(session: Session, text: str, row: int = 0) -> list[int]:
    """The tokens to write on from. Raises DataError where the network cannot write, or the vocabulary lacks a part of the text."""
    if session.train_data is None or session.document.data is None or not session.document.data.source.asks_for_next:
        raise DataError(
            Words(
                "This project does not learn what comes next, so it cannot write. Take one with such data, like char-lstm-128.",
                "该项目学的不是预测后文，因此不能写作。请使用此类数据的项目，例如 char-lstm-128。",
            )
        )
    if sees_ahead(session, row):
        raise DataError(BLIND)
    given, unread = read(text_of(session), text)
    if unread:
        lacking = " ".join(dict.fromkeys(unread))[:200]
        raise DataError(
            Words(
                f"The vocabulary of the data lacks {lacking!r}. Begin with other words.",
                f"数据的词表中没有 {lacking!r}。请换一个开头。",
            )
        )
    return given or [int(text_of(session).array[row_of(session, row), 0])]


def drawn(share: Array, temperature: float, random: np.random.Generator) -> int:
    """A class by probabilities (classes,) to the power 1/T: the likeliest at T = 0, as they are at T = 1 (Ackley, 1985)."""
    if temperature <= 0:
        return int(share.argmax())
    with np.errstate(divide="ignore"):
        score = np.log(share) / temperature
    power = np.exp(score - score.max())
    return int(random.choice(len(power), p=power / power.sum()))


def sees_ahead(session: Session, row: int) -> bool:
    """Whether what stands later in the text changes what the network says comes next, as where it reads both ways.

    It is found out once; but not before the first step, when weights of zero may hide it.
    """
    if session in _SEEING:
        return _SEEING[session]
    found = _sees_ahead(session, row)
    if session.step:
        _SEEING[session] = found
    return found


def _sees_ahead(session: Session, row: int) -> bool:
    field = text_of(session)
    seen = field.array[row_of(session, row), : max(1, field.shape[0] // 2)]
    output = outputs_of(session.document, session.inference)[0]
    said = []
    for after in (PADDING, int(field.array.max())):
        plan = session.look(*_inputs(session, seen.tolist(), row, after))
        said.append(np.array(answer_of(session, plan, output)[0, : len(seen)]))
    return not np.allclose(said[0], said[1], rtol=1e-4, atol=1e-5)


def text_of(session: Session) -> Field:
    """The input that holds the text so far: the last one."""
    return shown(session).inputs[-1]


def read(field: Field, text: str) -> tuple[list[int], list[str]]:
    """The tokens of a text, <start> first where the vocabulary has it, and the parts that it has not."""
    number = {name: i for i, name in enumerate(field.classes)}
    parts = list(text) if is_joined(field) else text.lower().split()
    known = [number[p] for p in parts if p in number][:PROMPT]
    return ([START] if marked(field) else []) + known, [p for p in parts if p not in number]


def marked(field: Field) -> bool:
    """Whether the vocabulary has marks for padding, start and end."""
    return field.classes[: len(MARKS)] == MARKS


def is_joined(field: Field) -> bool:
    """Whether tokens are letters, which stand side by side."""
    return all(len(name) == 1 for name in field.classes[len(MARKS) if marked(field) else 0 :])


def _inputs(session: Session, seen: Sequence[int], row: int, after: int = PADDING) -> list[Array]:
    """One row for each input: of the last one what is seen of the text, and `after` behind it."""
    *others, field = shown(session).inputs
    text = np.full((1, *field.shape), after, np.int32)
    text[0, : len(seen)] = seen
    at = [row_of(session, row)]
    return [*(f.array[at] for f in others), text]
