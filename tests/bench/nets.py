"""The reference networks of the benchmark: our document and PyTorch's twin, which begins with our weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.data._base import Dataset, Field
from core.graph.document import Document
from core.words import same
from tests.networks import LENET, chain

Blocks = tuple[dict[str, Any], ...]
Weights = Mapping[str, Any]  # arrays of one block or layer, by name
RELU, POOL, FLAT = {"type": "relu"}, {"type": "max_pool2d"}, {"type": "flatten"}


def layer(own: Weights) -> Weights:
    """Weights of a Dense or Conv2D block, under PyTorch's names and in its order."""
    W = own["W"]
    return {"weight": W.transpose(3, 2, 0, 1) if W.ndim == 4 else W.T, "bias": own["b"]}


def recurrent_layer(own: Weights) -> Weights:
    """The same for nets with Embedding and recurrent blocks; one that has no second bias gives zeros."""
    if "U" in own:
        biases = {"bias_ih_l0": own["b"], "bias_hh_l0": own.get("c", np.zeros_like(own["b"]))}
        return {"weight_ih_l0": own["W"].T, "weight_hh_l0": own["U"].T, **biases}
    return layer(own) if "b" in own else {"weight": own["W"]}


@dataclass(frozen=True)
class Net:
    """One row of the table. `twin(torch)` gives PyTorch's module, `given` says how one block's weights go into its layer."""

    name: str
    document: Document
    batch: int
    optimizer: str
    rate: float
    data: Dataset
    twin: Callable[[Any], Any]
    given: Callable[[Weights], Weights] = layer


def _dense(units: int, **more: Any) -> dict[str, Any]:
    return {"type": "dense", "units": units} | more


def _conv(filters: int, size: int = 3, **more: Any) -> dict[str, Any]:
    return {"type": "conv2d", "filters": filters, "kernel_size": size, "padding": "same"} | more


def _classes(shape: tuple[int, ...], count: int, rows: int, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 0.3, (rows, *shape)).astype(np.float32)
    y = rng.integers(0, count, rows).astype(np.int32)
    kind = "image" if len(shape) == 3 else "numbers"
    return Dataset((Field(same("x"), kind, x),), (Field(same("y"), "class", y, tuple(map(str, range(count)))),))


def _numbers(shape: tuple[int, ...], outs: int, rows: int) -> Dataset:
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (rows, *shape)).astype(np.float32)
    y = np.sign(x[:, :1] * x[:, 1:2]).astype(np.float32) if outs == 1 else x.reshape(rows, -1)[:, :outs].copy()
    return Dataset((Field(same("x"), "numbers", x),), (Field(same("y"), "numbers", y),))


def _net(
    name: str, blocks: Blocks, batch: int, optimizer: str, rate: float, data: Dataset, twin: Callable[[Any], Any],
    given: Callable[[Weights], Weights] = layer,
) -> Net:  # fmt: skip
    how: dict[str, Any] = {"type": optimizer, "learning_rate": rate} | ({"momentum": 0.9} if optimizer == "sgd" else {})
    document = chain(*blocks, optimizer=how, batch_size=batch, validation=0, epochs=100)
    return Net(name, document, batch, optimizer, rate, data, twin, given)


def _text(rows: int, time: int = 64, symbols: int = 64) -> Dataset:
    rng = np.random.default_rng(0)
    letters = rng.integers(0, symbols, (rows, time + 1)).astype(np.int32)
    names = tuple(map(str, range(symbols)))
    x, y = letters[:, :-1].copy(), letters[:, 1:].copy()
    return Dataset((Field(same("x"), "tokens", x, names),), (Field(same("y"), "class", y, names),))


def _characters(kind: str) -> Net:
    """Character by character: embedding 64, 128 units, 64 steps, 64 symbols."""
    memory = {"type": kind, "units": 128, "returns": "sequence"}
    blocks = (
        {"type": "input", "shape": [64]},
        {"type": "embedding", "vocabulary": 64, "width": 64},
        memory,
        _dense(64),
    )

    def twin(torch: Any) -> Any:
        n = torch.nn

        class Characters(n.Module):
            def __init__(self) -> None:
                super().__init__()
                self.letters = n.Embedding(64, 64)
                self.memory = getattr(n, kind.upper())(64, 128, batch_first=True)
                self.scores = n.Linear(128, 64)
                if kind != "gru":  # two biases that are always added would learn twice as fast as our one
                    self.memory.bias_hh_l0.requires_grad_(False)

            def forward(self, x: Any) -> Any:
                return self.scores(self.memory(self.letters(x))[0])

        return Characters()

    out = {"type": "output"}
    return _net(f"character {kind.upper()}", (*blocks, out), 32, "adam", 0.001, _text(640), twin, recurrent_layer)


def flat_in_our_order(torch: Any) -> Any:
    """Flatten as we do it: height, width, channels."""

    class Flat(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            return x.permute(0, 2, 3, 1).flatten(1)

    return Flat()


def _playground(torch: Any) -> Any:
    n = torch.nn
    return n.Sequential(n.Linear(2, 8), n.Tanh(), n.Linear(8, 8), n.Tanh(), n.Linear(8, 1), n.Tanh())


def _mlp(torch: Any) -> Any:
    n = torch.nn
    return n.Sequential(n.Linear(784, 256), n.ReLU(), n.Linear(256, 128), n.ReLU(), n.Linear(128, 10))


def _lenet(torch: Any) -> Any:
    n = torch.nn
    return n.Sequential(
        n.Conv2d(1, 6, 5, padding=2), n.ReLU(), n.MaxPool2d(2), n.Conv2d(6, 16, 5), n.ReLU(), n.MaxPool2d(2),
        flat_in_our_order(torch), n.Linear(400, 120), n.ReLU(), n.Linear(120, 84), n.ReLU(), n.Linear(84, 10),
    )  # fmt: skip


def _keras(torch: Any) -> Any:
    n = torch.nn
    return n.Sequential(
        n.Conv2d(1, 32, 3), n.ReLU(), n.MaxPool2d(2), n.Conv2d(32, 64, 3), n.ReLU(), n.MaxPool2d(2),
        flat_in_our_order(torch), n.Linear(1600, 10),
    )  # fmt: skip


def _vgg(torch: Any) -> Any:
    n = torch.nn
    parts: list[Any] = []
    for a, b in ((3, 64), (64, 64), (64, 128), (128, 128)):
        parts += [n.Conv2d(a, b, 3, padding=1), n.ReLU()] + ([n.MaxPool2d(2)] if a == b else [])
    return n.Sequential(*parts, flat_in_our_order(torch), n.Linear(8192, 256), n.ReLU(), n.Linear(256, 10))


def _autoencoder(torch: Any) -> Any:
    n = torch.nn
    widths = (784, 1000, 500, 250, 30, 250, 500, 1000, 784)
    parts: list[Any] = []
    for i, (a, b) in enumerate(zip(widths, widths[1:], strict=False)):
        parts += [n.Linear(a, b)] + ([n.Sigmoid()] if i not in (3,) else [])
    return n.Sequential(*parts)


def _autoencoder_blocks() -> Blocks:
    widths = (1000, 500, 250, 30, 250, 500, 1000, 784)
    blocks: list[dict[str, Any]] = [{"type": "input", "shape": [784]}]
    for i, w in enumerate(widths):
        blocks += [_dense(w)] + ([{"type": "sigmoid"}] if i != 3 else [])
    return (*blocks, {"type": "output", "loss": "mean_squared_error", "learns": "inputs"})


def nets() -> list[Net]:
    """The rows that have their blocks."""
    out = {"type": "output"}
    mse = {"type": "output", "loss": "mean_squared_error"}
    tanh = {"type": "tanh"}
    return [
        _net("playground 2-8-8-1", ({"type": "input", "shape": [2]}, _dense(8), tanh, _dense(8), tanh, _dense(1), tanh, mse),
             10, "adam", 0.003, _numbers((2,), 1, 5000), _playground),
        _net("MLP 784-256-128-10", ({"type": "input", "shape": [784]}, _dense(256), RELU, _dense(128), RELU, _dense(10), out),
             64, "adam", 0.001, _classes((784,), 10, 3200), _mlp),
        _net("LeNet-5", LENET, 64, "adam", 0.001, _classes((28, 28, 1), 10, 1280), _lenet),
        _net("Keras MNIST convnet", ({"type": "input", "shape": [28, 28, 1]}, _conv(32, padding="valid"), RELU, POOL,
             _conv(64, padding="valid"), RELU, POOL, FLAT, _dense(10), out), 128, "adam", 0.001, _classes((28, 28, 1), 10, 1280), _keras),
        _net("small VGG", ({"type": "input", "shape": [32, 32, 3]}, _conv(64), RELU, _conv(64), RELU, POOL, _conv(128), RELU, _conv(128),
             RELU, POOL, FLAT, _dense(256), RELU, _dense(10), out), 32, "sgd", 0.01, _classes((32, 32, 3), 10, 320), _vgg),
        _net("Hinton autoencoder", _autoencoder_blocks(), 128, "adam", 0.001, _classes((784,), 10, 1280), _autoencoder),
        *(_characters(kind) for kind in ("lstm", "gru", "rnn")),
    ]  # fmt: skip
