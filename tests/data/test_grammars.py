"""Made sentences: what they say, that none comes twice, and how they are padded."""

import re

import numpy as np
import pytest

from core.data.made_names import MadeNames
from core.data.sentiment import Sentiment
from core.data.translation import Translation
from core.errors import SettingError


def said(field, row, between=" "):
    return between.join(field.classes[t] for t in field.array[row] if t)


def test_the_lectures_two_sentences_hold_the_same_words_and_are_judged_differently():
    data = Sentiment(samples=2400).load()
    rows = {said(data.inputs[0], r): int(c) for r, c in enumerate(data.targets[0].array)}
    pairs = [(t, u) for t in rows if (u := re.sub(r"(\w+) , not (\w+)", r"\2 , not \1", t)) in rows and u != t]
    assert len(pairs) > 100
    for text, other in pairs:
        assert sorted(text.split()) == sorted(other.split())
        assert rows[text] != rows[other]


def test_a_plain_and_a_negated_judgement_are_judged_as_a_person_would():
    data = Sentiment(samples=2400).load()
    good, checked = {"good", "great", "lovely", "wonderful", "fine"}, 0
    for row, positive in enumerate(data.targets[0].array):
        words = said(data.inputs[0], row).split()
        praised = sum(w in good for w in words)
        if words[3] != "would" and "but" not in words and "," not in words:
            checked += 1
            negated = "not" in words or "nobody" in words
            assert positive == ((praised == 1) != negated)
    assert checked > 300
    assert 0.45 < data.targets[0].array.mean() < 0.55


@pytest.mark.parametrize("source", [Sentiment(samples=2000), Translation(samples=4000)])
def test_no_sentence_comes_twice_and_all_are_whole(source):
    data = source.load()
    texts = [said(data.inputs[0], r) for r in range(len(data))]
    assert len(set(texts)) == len(texts)
    for field in (*data.inputs, *data.targets):
        if field.array.ndim == 2:
            assert "<unknown>" not in {field.classes[t] for t in np.unique(field.array)}
            assert (field.array[:, 1:][field.array[:, :-1] == 0] == 0).all()  # padding only at the end


def test_more_sentences_than_the_grammar_has_are_refused():
    with pytest.raises(SettingError, match="all that the grammar can say"):
        Sentiment(samples=50_000).load()


def test_translations_keep_number_colour_time_and_question():
    data = Translation(samples=6000).load()
    for row in range(len(data)):
        english, chinese = said(data.inputs[0], row).split(), said(data.targets[0], row, "").removesuffix("<end>")
        for word, sign in (
            ("red", "红"),
            ("yesterday", "昨天"),
            ("three", "三"),
            ("?", "？"),
            ("cat", "猫"),
            ("not", "不"),
        ):
            assert (word in english) == (sign in chinese) or (word == "cat" and "cats" in english)
        assert said(data.inputs[1], row, "") == "<start>" + chinese


def test_names_are_spelt_from_start_to_end():
    data = MadeNames(samples=300).load()
    for row in range(300):
        name = said(data.targets[0], row, "")
        assert re.fullmatch(r"[a-z]{3,13}<end>", name)
        assert said(data.inputs[0], row, "") == "<start>" + name.removesuffix("<end>")
