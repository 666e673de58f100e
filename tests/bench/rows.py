"""The twelve reference networks: our bundled project, how both sides train it, and made rows to train on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Rows = tuple[np.ndarray, np.ndarray]
MNIST, CIFAR = (28, 28, 1), (32, 32, 3)


@dataclass(frozen=True)
class Net:
    """One row of the table. `rows()` gives inputs with channels last, and targets: classes as int32, or numbers."""

    name: str
    batch: int
    optimizer: str
    rate: float
    rows: Callable[[], Rows]


def classes(shape: tuple[int, ...], rows: int) -> Callable[[], Rows]:
    """Noise that belongs to ten classes."""

    def make() -> Rows:
        rng = np.random.default_rng(0)
        return rng.normal(0, 0.3, (rows, *shape)).astype(np.float32), rng.integers(0, 10, rows).astype(np.int32)

    return make


def quadrants() -> Rows:
    """Points in a plane, and on which diagonal they lie."""
    x = np.random.default_rng(0).uniform(-1, 1, (5000, 2)).astype(np.float32)
    return x, np.sign(x[:, :1] * x[:, 1:2]).astype(np.float32)


def text(time: int = 64, rows: int = 640) -> Rows:
    """Letters, and the letters that come next."""
    letters = np.random.default_rng(0).integers(0, 64, (rows, time + 1)).astype(np.int32)
    return letters[:, :-1].copy(), letters[:, 1:].copy()


def pictures_again() -> Rows:
    """Inputs that are their own targets."""
    x = np.random.default_rng(0).uniform(0, 1, (1280, *MNIST)).astype(np.float32)
    return x, x.reshape(len(x), -1)


NETS = {
    "playground-8-8": Net("playground 2-8-8-1", 10, "adam", 0.003, quadrants),
    "mlp": Net("MLP 784-256-128-10", 64, "adam", 0.001, classes(MNIST, 3200)),
    "lenet5": Net("LeNet-5", 64, "adam", 0.001, classes(MNIST, 1280)),
    "keras-convnet": Net("Keras MNIST convnet", 128, "adam", 0.001, classes(MNIST, 1280)),
    "resnet20": Net("ResNet-20", 32, "sgd", 0.01, classes(CIFAR, 320)),
    "small-vgg": Net("small VGG", 32, "sgd", 0.01, classes(CIFAR, 320)),
    "char-lstm-128": Net("character LSTM", 32, "adam", 0.001, text),
    "char-gru-128": Net("character GRU", 32, "adam", 0.001, text),
    "char-rnn-128": Net("character RNN", 32, "adam", 0.001, text),
    "mini-gpt": Net("mini GPT", 32, "adam", 0.001, text),
    "hinton-autoencoder": Net("Hinton autoencoder", 128, "adam", 0.001, pictures_again),
    "mini-vit": Net("mini ViT", 64, "adam", 0.001, classes(MNIST, 640)),
}
