from __future__ import annotations

import pytest

from core import project
from core.data.circle import Circle
from core.examples import examples
from core.graph.shapes import infer
from core.graph.training import Training
from core.optimizers.sgd import SGD
from core.plan.parameters import declarations

COUNTS = {  # trainable numbers, by hand
    "perceptron": 2 + 1,
    "pass-this-class": (2 * 3 + 3) + (3 + 1),
    "playground": (2 * 4 + 4) + (4 * 2 + 2) + (2 + 1),
    "spiral": (2 * 32 + 32) + (32 * 32 + 32) + (32 + 1),
    "mlp-digits": (64 * 64 + 64) + (64 * 32 + 32) + (32 * 10 + 10),
    "lenet5": 61_706,  # the figure of the textbooks: 156 + 2,416 + 48,120 + 10,164 + 850
    "residual": (9 * 16 + 16) + 2 * (9 * 16 * 16 + 16) + 2 * (16 + 16) + (4 * 4 * 16 * 10 + 10),
    "autoencoder": (784 * 128 + 128) + (128 * 32 + 32) + (32 * 128 + 128) + (128 * 784 + 784),
    "lstm-echo": 4 * 16 * (1 + 16 + 1) + (16 + 1),
    "char-lstm": 128 * 16 + 4 * 64 * (16 + 64 + 1) + (64 * 128 + 128),
    "attention-toy": 10 * 32 + 4 * (32 * 32 + 32) + (32 * 10 + 10),
}


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.id)
def test_it_has_as_many_parameters_as_counted_by_hand(example):
    document = project.load(example.path)
    declared = declarations(document, infer(document)).values()
    sizes = [1 for weight in declared if weight.trainable and not weight.shape]
    for weight in declared:
        size = 1
        for length in weight.shape:
            size *= length
        sizes += [size] if weight.trainable and weight.shape else []
    assert sum(sizes) == COUNTS[example.id]


@pytest.mark.parametrize("example", examples(), ids=lambda e: e.id)
def test_it_is_laid_out_as_the_program_writes_it(example):
    """So that saving an example under the same name changes only what was changed."""
    document = project.load(example.path)
    assert project.dumps(document) == example.path.read_text(encoding="utf-8")
    assert document.title == example.title.en
    assert document.note
    assert document.kept == {}


def test_the_perceptron_is_the_lectures():
    nodes = project.load(examples()[0].path).nodes
    assert nodes["neuron"].weights == {"W": ((3.0,), (-2.0,)), "b": (1.0,)}


def test_the_playground_is_set_as_the_original():
    document = project.load(next(e for e in examples() if e.id == "playground").path)
    assert document.optimizer == SGD(learning_rate=0.03)
    assert document.training == Training(epochs=document.training.epochs, batch_size=10, validation=0.5)
    assert document.data.source == Circle(labels="signs")
    starts = [n.block.start for n in document.nodes.values() if n.block.id == "dense"]
    assert starts == ["uniform"] * 3
