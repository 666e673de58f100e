"""Twenty steps of every family of networks against PyTorch: same first weights, rows and optimiser; same losses and weights."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import project
from core.data._base import Dataset, Field
from core.training.session import Session
from core.words import same
from tests.reference.pytorch import pytorch

STEPS, BATCH, TIME, SYMBOLS = 20, 8, 7, 6
RELU, TANH, OUT = {"type": "relu"}, {"type": "tanh"}, {"type": "output"}
WORDS = {"type": "embedding", "vocabulary": SYMBOLS, "width": 8, "padding": 0}
SCORES = {"type": "dense", "units": SYMBOLS}


def dense(units):
    return {"type": "dense", "units": units}


def through(memory):
    """Blocks and wires of a network that reads tokens, remembers, and judges every step that counts."""
    memory = {"type": memory, "units": 9, "returns": "sequence", "masked": True}
    blocks = {"words": WORDS, "memory": memory, "scores": SCORES, "out": OUT | {"masked": True}}
    return blocks, ["x > words > memory > scores > out", "words.mask > memory.mask", "words.mask > out.mask"]


def encoder(name, before):
    """Blocks and wires of one transformer layer; the norm comes before (Xiong et al., 2020)."""
    parts = {"norm1": {"type": "layer_norm"}, "heads": {"type": "multi_head_attention", "heads": 2, "causal": True},
             "add1": {"type": "add"}, "norm2": {"type": "layer_norm"}, "wide": dense(32), "gelu": {"type": "gelu"},
             "slim": dense(8), "add2": {"type": "add"}}  # fmt: skip
    blocks = {f"{name}-{part}": block for part, block in parts.items()}
    return blocks, [" > ".join((before, *blocks)), f"{before} > {name}-add1.b", f"{name}-add1 > {name}-add2.b"]


LAYERS = [encoder("one", "places"), encoder("two", "one-add2")]

# name: (blocks, wires), settings of the optimiser
NETS = {
    "convolution and batch norm": (
        ({"conv1": {"type": "conv2d", "filters": 8, "padding": "same", "bias": False}, "norm1": {"type": "batch_norm"},
          "relu1": RELU, "conv2": {"type": "conv2d", "filters": 9, "stride": 2}, "norm2": {"type": "batch_norm"},
          "relu2": RELU, "mean": {"type": "global_average_pool2d"}, "scores": SCORES, "out": OUT},
         ["x > conv1 > norm1 > relu1 > conv2 > norm2 > relu2 > mean > scores > out"]),
        {"type": "sgd", "learning_rate": 0.05, "momentum": 0.9},
    ),
    "autoencoder": (
        ({"in1": dense(7), "bend1": TANH, "code": dense(3), "out1": dense(7), "bend2": TANH, "out2": dense(12),
          "squash": {"type": "sigmoid"}, "out": OUT | {"loss": "mean_squared_error"}},
         ["x > in1 > bend1 > code > out1 > bend2 > out2 > squash > out"]),
        {"type": "adam", "learning_rate": 0.02},
    ),
    "RNN": (through("rnn"), {"type": "sgd", "learning_rate": 0.2, "momentum": 0.9}),
    "LSTM": (through("lstm"), {"type": "adam", "learning_rate": 0.02}),
    "GRU": (through("gru"), {"type": "rmsprop", "learning_rate": 0.005}),
    "transformer": (
        ({"words": WORDS | {"padding": None}, "places": {"type": "positional_encoding", "kind": "learned"},
          **LAYERS[0][0], **LAYERS[1][0], "norm": {"type": "layer_norm"}, "scores": SCORES, "out": OUT},
         ["x > words > places", *LAYERS[0][1], *LAYERS[1][1], "two-add2 > norm > scores > out"]),
        # not Adam: the bias of the keys has no slope but rounding, which Adam would make steps of full size of
        {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9},
    ),
}  # fmt: skip


def twin(name):
    """The network as one writes it in PyTorch."""
    nn = pytorch().nn
    from tests.bench.twins import Encoder, Vector

    class Mean(nn.Module):
        def forward(self, x):
            return x.mean((2, 3))

    class Memory(nn.Module):
        def __init__(self, kind):
            super().__init__()
            self.words, self.memory = nn.Embedding(SYMBOLS, 8), kind(8, 9, batch_first=True)
            self.scores = nn.Linear(9, SYMBOLS)
            if kind is not nn.GRU:  # two biases that are always added would learn twice as fast as our one
                self.memory.bias_hh_l0.requires_grad_(False)

        def forward(self, x):
            packed = nn.utils.rnn.pack_padded_sequence(
                self.words(x), (x > 0).sum(1), batch_first=True, enforce_sorted=False
            )
            whole, _ = nn.utils.rnn.pad_packed_sequence(self.memory(packed)[0], batch_first=True, total_length=TIME)
            return self.scores(whole)

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.places = nn.Embedding(SYMBOLS, 8), Vector(TIME, 8)
            self.layers = nn.Sequential(*(Encoder(8, 2, causal=True) for _ in range(2)))
            self.norm, self.scores = nn.LayerNorm(8), nn.Linear(8, SYMBOLS)

        def forward(self, x):
            return self.scores(self.norm(self.layers(self.words(x) + self.places.weight)))

    match name:
        case "convolution and batch norm":
            return nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
                nn.Conv2d(8, 9, 3, 2), nn.BatchNorm2d(9), nn.ReLU(), Mean(), nn.Linear(9, SYMBOLS),
            )  # fmt: skip
        case "autoencoder":
            return nn.Sequential(
                nn.Linear(12, 7), nn.Tanh(), nn.Linear(7, 3), nn.Linear(3, 7), nn.Tanh(), nn.Linear(7, 12), nn.Sigmoid()
            )
        case "transformer":
            return Transformer()
        case _:
            return Memory(getattr(nn, name))


def rows(name):
    """(input, target): pictures, numbers that are their own target, or tokens; of those that are remembered, of all lengths."""
    rng, count = np.random.default_rng(2), STEPS * BATCH
    labels, symbols = (lambda *shape: rng.integers(0, SYMBOLS, (count, *shape)).astype(np.int32)), tuple("_abcde")
    if name == "convolution and batch norm":
        x = Field(same("x"), "image", rng.standard_normal((count, 9, 8, 3)).astype(np.float32))
        return x, Field(same("y"), "class", labels(), symbols)
    if name == "autoencoder":
        x = rng.uniform(0, 1, (count, 12)).astype(np.float32)
        return Field(same("x"), "numbers", x), Field(same("y"), "numbers", x)
    x = np.maximum(labels(TIME), 1)
    if name != "transformer":
        x *= np.arange(TIME) < rng.integers(1, TIME + 1, count)[:, None]
    return Field(same("x"), "tokens", x, symbols), Field(same("y"), "class", labels(TIME), symbols)


def judged(name, x, out, target):
    """The mean over rows of the mean over a row's places that count."""
    torch = pytorch()
    if name == "autoencoder":
        return torch.nn.functional.mse_loss(out, target)
    each = torch.nn.functional.cross_entropy(out.flatten(0, -2), target.flatten(), reduction="none").reshape(
        target.shape
    )
    if name not in {"RNN", "LSTM", "GRU"}:
        return each.mean()
    return ((each * (x > 0)).sum(1) / (x > 0).sum(1)).mean()


@pytest.mark.torch
@pytest.mark.parametrize("name", NETS)
def test_twenty_steps_agree_with_pytorch(name):
    torch = pytorch()
    torch.set_num_threads(1)
    from tests.bench.ours import weights
    from tests.bench.twins import layers, state, take_weights

    (blocks, wires), how = NETS[name]
    x, y = rows(name)
    first = {"type": "input", "shape": x.shape[0] if x.kind == "tokens" else list(x.shape)}
    training = {"optimizer": how, "batch_size": BATCH, "validation": 0}
    content = {"neuroloom": 1, "blocks": {"x": first} | blocks, "wires": wires, "training": training}
    s = Session(project.loads(json.dumps(content), name), Dataset((x,), (y,)), threads=1)
    try:
        net, rate = twin(name), how["learning_rate"]
        take_weights(net, weights(s))
        parameters = [p for p in net.parameters() if p.requires_grad]
        optimizer = {
            "sgd": lambda: torch.optim.SGD(parameters, rate, momentum=0.9),
            "adam": lambda: torch.optim.Adam(parameters, rate),
            "rmsprop": lambda: torch.optim.RMSprop(parameters, rate),
        }[how["type"]]()
        inputs, targets = torch.tensor(x.array), torch.tensor(y.array)
        inputs = inputs.movedim(-1, 1) if x.kind == "image" else inputs
        targets = targets.long() if y.kind == "class" else targets
        theirs = []
        for batch in s.state.order.copy().reshape(STEPS, BATCH):
            loss = judged(name, inputs[batch], net(inputs[batch]), targets[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            theirs.append(loss.item())
        s.advance(steps=STEPS)
        np.testing.assert_allclose(s.losses(0)[1], theirs, rtol=2e-5)
        for layer, own in zip(layers(net), weights(s).values(), strict=True):
            found = layer.state_dict()
            for key, ours in state(layer, own).items():
                if key != "num_batches_tracked":
                    np.testing.assert_allclose(ours, found[key], rtol=1e-3, atol=2e-5, err_msg=f"{layer} {key}")
    finally:
        s.close()
