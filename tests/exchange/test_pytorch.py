"""The promise of the export: PyTorch reads the file and gives the same outputs."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors import safe_open

from core.cli import main

torch = pytest.importorskip("torch", reason="PyTorch is the oracle here; it comes with the extra `oracle`")
pytestmark = pytest.mark.torch


@pytest.fixture
def lenet(tmp_path):
    """(weights file, pictures in the data's own units, what `predict` gives for them) of a LeNet after an epoch."""
    weights, x, y = (tmp_path / name for name in ("lenet.safetensors", "x.npy", "y.npy"))
    assert main(["train", "lenet5", "--epochs", "1", "--weights", str(weights), "--json"]) == 0
    np.save(x, np.random.default_rng(0).integers(0, 256, (64, 28, 28, 1)).astype(np.uint8))
    assert main(["predict", "lenet5", "--weights", str(weights), "--input", str(x), "--output", str(y)]) == 0
    return weights, np.load(x), np.load(y)


def test_lenet_in_pytorch_gives_the_same_outputs(lenet):
    weights, pictures, ours = lenet
    with safe_open(weights, "pt") as file:  # PyTorch's own reader
        w = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        norm = json.loads(file.metadata()["normalisation"])["picture"]
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
    )  # fmt: skip
    head = torch.nn.Sequential(
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10)
    )
    for layer, name in ((net[0], "conv1"), (net[3], "conv2")):
        layer.load_state_dict({"weight": w[f"{name}.W"].permute(3, 2, 0, 1), "bias": w[f"{name}.b"]})
    for layer, name in ((head[0], "dense1"), (head[2], "dense2"), (head[4], "scores")):
        layer.load_state_dict({"weight": w[f"{name}.W"].T, "bias": w[f"{name}.b"]})
    x = (torch.tensor(pictures, dtype=torch.float32) - torch.tensor(norm["shift"])) * torch.tensor(norm["scale"])
    with torch.no_grad():
        maps = net(x.permute(0, 3, 1, 2))
        theirs = head(maps.permute(0, 2, 3, 1).flatten(1)).softmax(1).numpy()  # flattened in our order: channels last
    assert ours.std(0).max() > 0.01  # the pictures do not all give one answer
    assert np.abs(theirs - ours).max() <= 1e-5
