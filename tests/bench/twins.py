"""The reference networks as one writes them in PyTorch. Knows nothing of our program but the names of its weights.

A twin's layers come in the order of our blocks with weights; where branches make that order a matter of taste, `blocks`
names each layer as our project does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from tests.bench.rows import NETS

Array = np.ndarray
Weights = Mapping[str, Array]  # the weights of one of our blocks, by name


class FlatInOurOrder(nn.Module):
    """Flatten as we do it: height, width, channels."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def playground():
    return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Tanh())


def mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        FlatInOurOrder(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def keras_convnet():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        FlatInOurOrder(), nn.Linear(1600, 10),
    )  # fmt: skip


def small_vgg():
    parts = []
    for a, b in ((3, 64), (64, 64), (64, 128), (128, 128)):
        parts += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU()] + ([nn.MaxPool2d(2)] if a == b else [])
    return nn.Sequential(*parts, FlatInOurOrder(), nn.Linear(8192, 256), nn.ReLU(), nn.Linear(256, 10))


class ResNet20(nn.Module):
    """He et al. (2015) for CIFAR, with projections where the size changes."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleDict()
        self._layer("conv1", 3, 16, 3, 1)
        self.stages = []
        before = 16
        for stage, width in enumerate((16, 32, 64), 1):
            for i in range(3):
                name, stride = f"res{stage}{'abc'[i]}", 2 if stage > 1 and i == 0 else 1
                self._layer(f"{name}-a", before, width, 3, stride)
                self._layer(f"{name}-b", width, width, 3, 1)
                if stride == 2:
                    self._layer(f"{name}-short", before, width, 1, 2)
                self.stages.append(name)
                before = width
        self.blocks["scores"] = nn.Linear(64, 10)

    def _layer(self, name, ins, outs, size, stride):
        self.blocks[name] = nn.Conv2d(ins, outs, size, stride, size // 2, bias=False)
        self.blocks[f"{name}-norm"] = nn.BatchNorm2d(outs)

    def _apply_layer(self, name, x):
        return self.blocks[f"{name}-norm"](self.blocks[name](x))

    def forward(self, x):
        relu = nn.functional.relu
        x = relu(self._apply_layer("conv1", x))
        for name in self.stages:
            y = self._apply_layer(f"{name}-b", relu(self._apply_layer(f"{name}-a", x)))
            short = self._apply_layer(f"{name}-short", x) if f"{name}-short" in self.blocks else x
            x = relu(y + short)
        return self.blocks["scores"](x.mean((2, 3)))


class Characters(nn.Module):
    """Embedding 64, a memory of 128 units, scores of 64 symbols."""

    def __init__(self, memory):
        super().__init__()
        self.letters = nn.Embedding(64, 64)
        self.memory = memory(64, 128, batch_first=True)
        self.scores = nn.Linear(128, 64)
        if memory is not nn.GRU:  # two biases that are always added would learn twice as fast as our one
            self.memory.bias_hh_l0.requires_grad_(False)

    def forward(self, x):
        return self.scores(self.memory(self.letters(x))[0])


class Attention(nn.Module):
    """Self-attention of several heads, queries, keys and values from one product."""

    def __init__(self, width, heads, *, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.into, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        n, time, width = x.shape
        q, k, v = self.into(x).view(n, time, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.out(y.transpose(1, 2).reshape(n, time, width))


class Encoder(nn.Module):
    """Transformer block with the norm before (Xiong et al., 2020)."""

    def __init__(self, width, heads, *, causal):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads, causal=causal)
        self.norm2, self.widen, self.narrow = (
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),
            nn.Linear(4 * width, width),
        )

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.narrow(nn.functional.gelu(self.widen(self.norm2(x))))


class Vector(nn.Module):
    """A weight without a layer: places of a sequence, or a class token."""

    def __init__(self, *shape):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(*shape))


class MiniGPT(nn.Module):
    """Two layers, four heads, 128 wide, 64 steps."""

    def __init__(self):
        super().__init__()
        self.letters, self.places = nn.Embedding(64, 128), Vector(64, 128)
        self.layers = nn.Sequential(*(Encoder(128, 4, causal=True) for _ in range(2)))
        self.norm, self.scores = nn.LayerNorm(128), nn.Linear(128, 64)

    def forward(self, x):
        return self.scores(self.norm(self.layers(self.letters(x) + self.places.weight)))


class MiniViT(nn.Module):
    """28×28 in 49 patches, 64 wide, four heads, two layers, judged by a class token."""

    def __init__(self):
        super().__init__()
        self.embed, self.token, self.places = nn.Conv2d(1, 64, 4, 4), Vector(1, 64), Vector(50, 64)
        self.layers = nn.Sequential(*(Encoder(64, 4, causal=False) for _ in range(2)))
        self.norm, self.scores = nn.LayerNorm(64), nn.Linear(64, 10)

    def forward(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.weight.expand(len(x), 1, 64), x), 1) + self.places.weight
        return self.scores(self.norm(self.layers(x))[:, 0])


def hinton():
    widths = (784, 1000, 500, 250, 30, 250, 500, 1000, 784)
    parts = [nn.Flatten()]
    for i, (a, b) in enumerate(zip(widths, widths[1:], strict=False)):
        parts += [nn.Linear(a, b), nn.Identity() if i == 3 else nn.Sigmoid() if b == 784 else nn.ReLU()]
    return nn.Sequential(*parts)


def state(layer: nn.Module, own: Weights) -> dict[str, Array]:
    """Our weights under PyTorch's names and in its order."""
    match layer:
        case nn.Conv2d():
            W = own["W"].reshape(*layer.kernel_size, layer.in_channels, -1).transpose(3, 2, 0, 1)
            return {"weight": W} | ({"bias": own["b"]} if "b" in own else {})
        case nn.Linear():
            return {"weight": own["W"].T, "bias": own["b"]}
        case nn.Embedding():
            return {"weight": own["W"]}
        case nn.BatchNorm2d():
            moments = {"running_mean": own["mean"], "running_var": own["variance"], "num_batches_tracked": np.array(0)}
            return {"weight": own["gamma"], "bias": own["beta"], **moments}
        case nn.LayerNorm():
            return {"weight": own["gamma"], "bias": own["beta"]}
        case nn.RNNBase():
            biases = {"bias_ih_l0": own["b"], "bias_hh_l0": own.get("c", np.zeros_like(own["b"]))}
            return {"weight_ih_l0": own["W"].T, "weight_hh_l0": own["U"].T, **biases}
        case Attention():
            into = {"into.weight": np.concatenate([own[f"W{k}"] for k in "qkv"], 1).T}
            into["into.bias"] = np.concatenate([own[f"b{k}"] for k in "qkv"])
            return {**into, "out.weight": own["Wo"].T, "out.bias": own["bo"]}
        case Vector():
            (only,) = own.values()
            return {"weight": only.reshape(layer.weight.shape)}
        case _:
            raise TypeError(f"nobody knows how {type(layer).__name__} takes our weights {sorted(own)}")


def layers(module: nn.Module) -> list[nn.Module]:
    """The layers with weights, in the order of the module."""
    if isinstance(module, Attention) or next(module.parameters(recurse=False), None) is not None:
        return [module]
    return [found for child in module.children() for found in layers(child)]


def take_weights(module: nn.Module, ours: Mapping[str, Weights]) -> None:
    """Begin with our weights; refuses what is missing, unknown or of another shape."""
    named = getattr(module, "blocks", None)
    if named is not None and set(named) != set(ours):
        raise ValueError(f"the twin lacks or invents {set(named) ^ set(ours)}")
    pairs = (
        zip(layers(module), ours.values(), strict=True)
        if named is None
        else ((named[b], own) for b, own in ours.items())
    )
    for layer, own in pairs:
        layer.load_state_dict({k: torch.tensor(np.array(w, order="C")) for k, w in state(layer, own).items()})


TWINS: Mapping[str, Callable[[], nn.Module]] = {
    "playground-8-8": playground,
    "mlp": mlp,
    "lenet5": lenet,
    "keras-convnet": keras_convnet,
    "resnet20": ResNet20,
    "small-vgg": small_vgg,
    "char-lstm-128": lambda: Characters(nn.LSTM),
    "char-gru-128": lambda: Characters(nn.GRU),
    "char-rnn-128": lambda: Characters(nn.RNN),
    "mini-gpt": MiniGPT,
    "hinton-autoencoder": hinton,
    "mini-vit": MiniViT,
}


class Training:
    """PyTorch eager, one batch after the other."""

    def __init__(self, project: str, threads: int) -> None:
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        net = NETS[project]
        self.batch, self.module = net.batch, TWINS[project]()
        learning = [p for p in self.module.parameters() if p.requires_grad]
        kinds = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
        self.optimizer = kinds[net.optimizer](
            learning, net.rate, **({"momentum": 0.9} if net.optimizer == "sgd" else {})
        )
        x, y = net.rows()
        self.x = torch.tensor(np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim == 4 else x)
        self.x = self.x.long() if x.dtype == np.int32 else self.x
        self.y = torch.tensor(y.astype(np.int64) if y.dtype == np.int32 else y)
        self.loss = nn.functional.cross_entropy if y.dtype == np.int32 else nn.functional.mse_loss
        self.at = 0

    def run(self, steps: int) -> list[float]:
        """Train so many steps; the losses."""
        losses = []
        for _ in range(steps):
            if self.at + self.batch > len(self.x):
                self.at = 0
            rows = slice(self.at, self.at + self.batch)
            self.at += self.batch
            out, wanted = self.module(self.x[rows]), self.y[rows]
            if wanted.dtype == torch.int64:  # one class a row, or one a step
                out, wanted = out.flatten(0, -2), wanted.flatten()
            loss = self.loss(out, wanted)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
        return losses
