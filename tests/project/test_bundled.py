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


def conv(size: int, channels: int, filters: int) -> int:
    return size * size * channels * filters + filters


def conv_norm(size: int, channels: int, filters: int) -> int:
    """Without a bias, with scale and shift of the batch norm behind it."""
    return size * size * channels * filters + 2 * filters


def inception(c: int, ones: int, threes: tuple[int, int], fives: tuple[int, int], pooled: int) -> int:
    ways = [conv_norm(1, c, ones), conv_norm(1, c, pooled)]
    ways += [conv_norm(1, c, a) + conv_norm(3, a, b) for a, b in (threes, fives)]
    return sum(ways)


def two(channels: int, filters: int) -> int:
    return conv_norm(3, channels, filters) + conv_norm(3, filters, filters)


def dense(inputs: int, units: int) -> int:
    return inputs * units + units


def gru(features: int, units: int) -> int:
    return 3 * units * (features + units + 2)


def encoder(width: int) -> int:
    """Attention, two norms, and two Dense blocks four times as wide."""
    return 4 * dense(width, width) + 2 * 2 * width + dense(width, 4 * width) + dense(4 * width, width)


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
    # counted with the two biases of PyTorch's cells; Keras' RNN and LSTM have one as ours, since only the sum acts
    "char-rnn-128": 37_184 - 128,
    "char-lstm-128": 111_680 - 4 * 128,
    "char-gru-128": 86_848,
    "names": 26 * 16 + gru(16, 64) + dense(64, 26),
    "sentiment": 48 * 16 + 4 * 32 * (16 + 32 + 1) + dense(32, 2),
    "translation": (68 + 65) * 32 + 2 * gru(32, 96) + dense(96, 65),
    "translation-attention": (68 + 65) * 32 + 2 * gru(32, 96) + dense(192, 96) + dense(96, 65),
    "captions": conv(3, 3, 16)
    + conv(3, 16, 32)
    + conv(3, 32, 48)
    + 2 * (16 + 32 + 48)
    + dense(4 * 4 * 48, 96)
    + 18 * 16
    + gru(16, 96)
    + dense(96, 18),
    "mini-gpt": 421_440,
    "mini-bert": 48 * 32 + 16 * 32 + 2 * encoder(32) + 2 * 32 + dense(32, 2),
    "mini-vit": dense(16, 64) + 64 + 50 * 64 + 2 * encoder(64) + 2 * 64 + dense(64, 10),
    "small-alexnet": conv(5, 3, 24)
    + conv(3, 24, 48)
    + conv(3, 48, 64)
    + conv(3, 64, 64)
    + conv(3, 64, 48)
    + dense(4 * 4 * 48, 128)
    + dense(128, 128)
    + dense(128, 10),
    "small-inception": conv_norm(3, 3, 24)
    + inception(24, 16, (16, 24), (8, 12), 12)
    + inception(64, 24, (24, 48), (12, 16), 16)
    + dense(104, 10)
    + dense(64, 10),
    "unet": two(3, 12)
    + two(12, 24)
    + two(24, 48)
    + conv(2, 48, 24)
    + two(48, 24)
    + conv(2, 24, 12)
    + two(24, 12)
    + conv(1, 12, 4),
    "detector": conv_norm(3, 3, 16)
    + conv_norm(3, 16, 32)
    + conv_norm(3, 32, 48)
    + dense(4 * 4 * 48, 96)
    + 2 * 96
    + dense(48, 3)
    + dense(96, 4),
    "navigation": conv(3, 3, 12)
    + conv(3, 12, 24)
    + dense(8 * 8 * 24, 48)
    + conv(3, 1, 12)
    + conv(3, 12, 24)
    + dense(4 * 4 * 24, 48)
    + dense(96, 64)
    + dense(64, 9),
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
