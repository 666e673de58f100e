"""Writing: greedy text of an LSTM against one worked out step by step in float64, temperature, marks, and who may write."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from core import project
from core.examples import examples
from core.insight import registry
from core.insight._base import Request
from core.insight.writing import LENGTH, drawn, read, sees_ahead, write
from core.training.session import Session
from tests.insight.conftest import opened

TALES = {"source": "own_text", "length": 16}
EMBEDDED = ({"type": "input", "shape": [16]}, {"type": "embedding", "width": 8})
SCORES = ({"type": "dense"}, {"type": "output"})
LSTM = (*EMBEDDED, {"type": "lstm", "units": 12, "returns": "sequence"}, *SCORES)
SEEN_AHEAD = {
    "both ways": {"type": "lstm", "units": 8, "returns": "sequence", "bidirectional": True},
    "attention": {"type": "multi_head_attention", "heads": 2},
}
BEHIND = {
    "recurrent": {"type": "gru", "units": 8, "returns": "sequence"},
    "causal attention": {"type": "multi_head_attention", "heads": 2, "causal": True},
}


def spoken(session, tokens):
    """Scores of an LSTM that has read tokens, one after the other, keeping its state."""
    table, (W, U, b), (V, d) = (
        session.parameters.of("embedding-1")["W"],
        (session.parameters.of("lstm-2")[n].astype(np.float64) for n in "WUb"),
        (session.parameters.of("dense-3")[n].astype(np.float64) for n in "Wb"),
    )
    h, c = np.zeros(12), np.zeros(12)
    for token in tokens:
        i, f, g, o = np.split(table[token].astype(np.float64) @ W + h @ U + b, 4)
        i, f, o = (1 / (1 + np.exp(-v)) for v in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    return h @ V + d


def test_what_an_lstm_writes_is_what_it_says_step_by_step():
    with closing(opened(*LSTM, data=TALES, steps=60)) as session:
        given, unread = read(session.train_data.inputs[-1], "The fox")
        assert unread == []
        said = list(write(session, given, 24, 0, np.random.default_rng(0)))  # longer than the 16 it reads at once
        tokens = list(given)
        for token, certain in said:
            scores = spoken(session, tokens[-16:])
            share = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            assert token == int(share.argmax())
            assert certain == pytest.approx(share[token], rel=1e-3)
            tokens.append(token)
        assert len(said) == 24


def test_whether_it_sees_ahead_is_found_out_once_but_not_before_the_first_step(monkeypatch):
    with closing(opened(*EMBEDDED, SEEN_AHEAD["both ways"], *SCORES, data=TALES, steps=0)) as session:
        for block in ("embedding-1", "dense-3"):
            session.parameters.w[block, "W"].fill(0)
        assert not sees_ahead(session, 0), "every text is the same to it"
        session.reset()
        assert sees_ahead(session, 0)
        session.advance(steps=1)
        assert sees_ahead(session, 0)
        monkeypatch.setattr(session, "look", None)  # not asked again
        assert sees_ahead(session, 0)


def test_a_look_tells_the_same_in_letters_and_the_same_question_has_the_same_answer():
    with closing(opened(*LSTM, data=TALES, steps=30)) as session:
        asked = Request("writing", prompt="A 狐 dog", temperature=0.8)
        answer, again = (registry()["writing"].look(session, asked) for _ in range(2))
        assert "".join(answer["given"]) == "A  dog"
        assert answer["unread"].tolist() == ["狐"]
        assert bool(answer["joined"])
        assert len(answer["written"]) == len(answer["certain"]) == LENGTH
        assert answer["written"].tolist() == again["written"].tolist()
        other = registry()["writing"].look(session, Request("writing", sample=1, prompt="A 狐 dog", temperature=0.8))
        assert other["written"].tolist() != answer["written"].tolist()


@pytest.mark.parametrize("kind", SEEN_AHEAD)
def test_a_network_that_sees_what_comes_after_does_not_write(kind):
    with closing(opened(*EMBEDDED, SEEN_AHEAD[kind], *SCORES, data=TALES)) as session:
        assert sees_ahead(session, 0)
        assert list(registry()["writing"].look(session, Request("writing"))) == ["blind"]


@pytest.mark.parametrize("kind", BEHIND)
def test_a_network_that_sees_what_came_before_does(kind):
    with closing(opened(*EMBEDDED, BEHIND[kind], *SCORES, data=TALES)) as session:
        assert not sees_ahead(session, 0)


def test_names_end_where_the_network_says_so_and_no_mark_is_written():
    document = project.load(next(e.path for e in examples() if e.id == "names"))
    with closing(Session(document, threads=1)) as session:
        session.advance(steps=120)
        answers = [registry()["writing"].look(session, Request("writing", sample=i, temperature=1.0)) for i in range(8)]
    assert all(answer["given"].tolist() == [] for answer in answers)  # <start> alone
    lengths = [len(answer["written"]) for answer in answers]
    assert 2 <= np.median(lengths) < 14  # the names of the data have 3 to 13 letters
    assert all(len(letter) == 1 for answer in answers for letter in answer["written"].tolist())


def test_temperature_is_a_power_of_the_probabilities():
    share, random = np.array([0.5, 0.3, 0.2, 0.0]), np.random.default_rng(0)
    assert drawn(share, 0, random) == 0
    for heat in (0.5, 1.0, 2.0):
        counts = np.bincount([drawn(share, heat, random) for _ in range(20_000)], minlength=4) / 20_000
        wanted = share ** (1 / heat)
        np.testing.assert_allclose(counts, wanted / wanted.sum(), atol=0.015)


def test_only_data_that_asks_for_what_comes_next_is_written_from():
    with closing(
        opened(*EMBEDDED, BEHIND["recurrent"], *SCORES, data={"source": "tokens_task", "length": 16})
    ) as session:
        assert not registry()["writing"].suits(session.document, session.inference, "")
