from __future__ import annotations

import tracemalloc

import pytest

from core import project
from core.data.circle import Circle
from core.examples import examples
from core.graph.shapes import infer
from core.graph.training import Training
from core.optimizers.sgd import SGD
from core.plan.cost import describe
from core.plan.parameters import declarations

COUNTS = {  # trainable numbers, by hand
    "perceptron": 2 + 1,
    "pass-this-class": (2 * 3 + 3) + (3 + 1),
    "playground": (2 * 4 + 4) + (4 * 2 + 2) + (2 + 1),
    "spiral": (2 * 32 + 32) + (32 * 32 + 32) + (32 + 1),
    "playground-8-8": (2 * 8 + 8) + (8 * 8 + 8) + (8 + 1),
    "breast-cancer": (9 * 16 + 16) + (16 * 2 + 2),
    "mlp": 235_146,
    "linear-autoencoder": (64 * 10 + 10) + (10 * 64 + 64),
    "hinton-autoencoder": 2_837_314,
    "mlp-digits": (64 * 64 + 64) + (64 * 32 + 32) + (32 * 10 + 10),
    "lenet5": 61_706,  # the figure of the textbooks: 156 + 2,416 + 48,120 + 10,164 + 850
    "residual": (9 * 16 + 16) + 2 * (9 * 16 * 16 + 16) + 2 * (16 + 16) + (4 * 4 * 16 * 10 + 10),
    "autoencoder": (784 * 128 + 128) + (128 * 32 + 32) + (32 * 128 + 128) + (128 * 784 + 784),
    "lstm-echo": 4 * 16 * (1 + 16 + 1) + (16 + 1),
    "char-lstm": 128 * 16 + 4 * 64 * (16 + 64 + 1) + (64 * 128 + 128),
    # published with the two biases of PyTorch's cells, of which one is enough for RNN and LSTM
    "char-rnn-128": 37_184 - 128,
    "char-lstm-128": 111_680 - 4 * 128,
    "char-gru-128": 86_848,
    "mini-gpt": 421_440,
    "keras-convnet": 34_826,
    "small-vgg": 2_360_138,
    "resnet20": 272_474,
    "plain20": 272_474 - (16 * 32 + 2 * 32) - (32 * 64 + 2 * 64),  # without the two projections
    "alexnet": 61_100_840,  # these four as torchvision counts them
    "vgg16": 138_357_544,
    "googlenet": 13_004_888,  # 6,624,904 and both auxiliary heads
    "resnet50": 25_557_032,
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


def test_the_auxiliary_heads_of_googlenet_are_not_counted_in_the_published_figure():
    costs, _ = describe(project.load(next(e for e in examples() if e.id == "googlenet").path))
    assert sum(c.parameters for c in costs if not c.name.startswith("aux")) == 6_624_904


def test_vgg16_has_the_table_of_the_lecture():
    """The slides: 224×224×64 takes 3.2 million numbers, fc6 102,760,448 weights without its biases, and so on."""
    costs, _ = describe(project.load(next(e for e in examples() if e.id == "vgg16").path))
    by_name = {c.name: c for c in costs}
    memory = {"picture": 150_528, "conv1-1": 3_211_264, "pool1": 802_816, "conv2-1": 1_605_632, "conv3-3": 802_816,
              "conv4-1": 401_408, "pool5": 25_088, "dense1": 4_096, "scores": 1_000}  # fmt: skip
    assert {name: by_name[name].bytes // 4 for name in memory} == memory
    weights = {"conv1-1": 1_728, "conv1-2": 36_864, "conv2-1": 73_728, "conv2-2": 147_456, "conv3-1": 294_912,
               "conv4-1": 1_179_648, "conv5-3": 2_359_296, "dense1": 102_760_448, "dense2": 16_777_216, "scores": 4_096_000}  # fmt: skip
    biases = {name: by_name[name].shape[-1] for name in weights}
    assert {name: by_name[name].parameters - biases[name] for name in weights} == weights


@pytest.mark.parametrize("id", ["vgg16", "resnet50"])
def test_a_large_network_is_described_without_its_weights(id):
    document = project.load(next(e for e in examples() if e.id == id).path)
    tracemalloc.start()
    try:
        describe(document)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000  # the weights alone take a hundred megabytes
    finally:
        tracemalloc.stop()


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
