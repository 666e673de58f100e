"""Each rule speaks of a net that breaks it and is silent on one that does not; what it offers makes it fall silent."""

from dataclasses import replace

import pytest

from core import project
from core.examples import examples
from core.graph import line
from core.graph.document import Document
from core.graph.judgement import RULES, judge
from core.graph.shapes import infer
from core.optimizers import registry as optimizers


def net(text, **changes):
    document, _ = line.add(Document(), line.read(text))
    return document.with_(**changes)


def advice(document):
    return judge(document, infer(document))


def said(document):
    return [a.words.en for a in advice(document)]


SOFTMAX_TWICE = "8 > 4 softmax > output reads=logits"
SCORES_AS_PROBABILITIES = "8 > 4 > output reads=probabilities"
CASES = [
    (SOFTMAX_TWICE, "gives probabilities", "8 > 4 softmax"),
    (SCORES_AS_PROBABILITIES, "gives scores", "8 > 4"),
    ("8 > 1 sigmoid > output loss=binary_cross_entropy", "gives probabilities", "8 > 1 sigmoid"),
    ("8 > 16 > 4 softmax", "without an activation", "8 > 16 relu > 4 softmax"),
    ("8 > 16 relu > dropout > batch_norm > 4", "stands before", "8 > 16 relu > batch_norm > dropout > 4"),
    ("8 > 16 > batch_norm > relu > 4", "its bias does nothing", "8 > dense 16 bias=no > batch_norm > relu > 4"),
    ("8 > 8 tanh > 8 tanh > 8 tanh > 8 sigmoid > 4", "th sigmoid or tanh", "8 > 8 tanh > 8 tanh > 8 tanh > 8 relu > 4"),
    ("64x64x3 conv 8 relu > flatten > 64 relu > 10", "of all", "64x64x3 conv 8 relu > gap > 64 relu > 10"),
]


@pytest.mark.parametrize(("bad", "words", "good"), CASES)
def test_a_rule_speaks_where_it_should_and_nowhere_else(bad, words, good):
    assert any(words in text for text in said(net(bad)))
    assert not any(words in text for text in said(net(good)))


def test_what_leads_nowhere_is_told():
    document = net("8 > 4 softmax")
    document, (lost,) = line.add(document, line.read("dense 3"), next(iter(document.nodes)))
    assert [a.block for a in advice(document) if "leads nowhere" in a.words.en] == [lost]


def test_training_settings_are_judged():
    adam = optimizers()["adam"]
    assert any("is unusual for Adam" in t for t in said(net("8 > 4", optimizer=adam(learning_rate=0.5))))
    assert not said(net("8 > 4", optimizer=adam(learning_rate=0.003)))
    document = net("8 > dense 16 bias=no > batch_norm > relu > 4")
    assert not said(document)
    alone = document.with_(training=replace(document.training, batch_size=1))
    assert any("a batch has one row" in t for t in said(alone))


def test_raw_pictures_are_told():
    lenet = project.load(next(e for e in examples() if e.id == "lenet5").path)
    raw = lenet.with_(data=replace(lenet.data, normalise="none"))
    assert any("Normalise them" in t for t in said(raw))
    assert not any("Normalise them" in t for t in said(lenet))


def test_every_fix_makes_its_advice_go_away_and_breaks_nothing():
    adam = optimizers()["adam"]
    documents = [net(bad) for bad, _, _ in CASES] + [net("8 > 4", optimizer=adam(learning_rate=0.5))]
    mended = 0
    for document in documents:
        for each in advice(document):
            if each.fix is not None:
                after = each.fix[1](document)
                assert each.words not in [a.words for a in advice(after)]
                assert not infer(after).faults
                mended += 1
    assert mended >= 6


def test_all_rules_are_tried_here():
    assert len(RULES) == 10, "a new rule needs a net that breaks it and one that does not"


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.id)
def test_judging_an_example_never_fails(example):
    document = project.load(example.path)
    assert all(a.words.en and a.words.zh for a in advice(document))
