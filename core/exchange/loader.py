"""Reads the weights beside this file; NumPy is enough.

Run as a script, it lists them. For PyTorch:

    state = {key: torch.from_numpy(array) for key, array in as_torch().items()}
    model.load_state_dict(state)  # of a model whose modules have the names in KINDS

Neuroloom wrote this file together with the weights.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

FILE = "weights.safetensors"
KINDS: dict[str, str] = {}  # the blocks that have weights
PICTURES: dict[str, tuple[int, ...]] = {}  # Dense blocks behind a flattened picture of (height, width, channels)


def load_weights(path: Path | None = None) -> dict[str, Any]:
    """All arrays by name, `<block>.<weight>`, laid out as in the README."""
    path = path or Path(__file__).with_name(FILE)
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files if key != "__neuroloom__"}
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = json.loads(data[8:start])
    tensors.pop("__metadata__", None)
    return {
        key: np.frombuffer(data, "<f4", math.prod(t["shape"]), start + t["data_offsets"][0]).reshape(t["shape"])
        for key, t in tensors.items()
    }


def as_torch(weights: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The same numbers under the names and in the order of PyTorch's modules: Linear, Conv2d, BatchNorm, LSTM, and so on."""
    state: dict[str, dict[str, Any]] = {}
    for key, array in (load_weights() if weights is None else weights).items():
        state.setdefault(key.partition(".")[0], {})[key.partition(".")[2]] = array
    return {
        f"{block}.{name}": np.array(array, order="C")
        for block, own in state.items()
        for name, array in _module(KINDS.get(block, ""), own, PICTURES.get(block)).items()
    }


def _module(kind: str, own: Mapping[str, Any], picture: tuple[int, ...] | None) -> Mapping[str, Any]:
    bias = {"bias": own["b"]} if "b" in own else {}
    match kind:
        case "dense":
            W = own["W"]
            if picture is not None:  # its rows from the order height, width, channels to channels, height, width
                W = W.reshape(*picture, W.shape[1]).transpose(2, 0, 1, 3).reshape(W.shape)
            return {"weight": W.T, **bias}
        case "conv2d" | "conv_transpose2d":
            return {"weight": own["W"].transpose(3, 2, 0, 1), **bias}
        case "conv1d":
            return {"weight": own["W"].transpose(2, 1, 0), **bias}
        case "depthwise_conv2d":  # filter by filter, those of a channel beside one another
            W = own["W"].transpose(2, 3, 0, 1)
            return {"weight": W.reshape(-1, 1, *W.shape[2:]), **bias}
        case "prelu":
            return {"weight": own["alpha"]}
        case "batch_norm":
            running = {"running_mean": own["mean"], "running_var": own["variance"], "num_batches_tracked": np.array(0)}
            return {"weight": own["gamma"], "bias": own["beta"], **running}
        case "layer_norm" | "group_norm":
            return {"weight": own["gamma"], "bias": own["beta"]}
        case "embedding":
            return {"weight": own["W"]}
        case "rnn" | "lstm" | "gru":
            return _recurrent(own)
        case "multi_head_attention":
            return _attention(own)
    return own  # other blocks keep their own names


def _recurrent(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """RNN, LSTM and GRU keep two biases, of which ours but for the GRU has one; the way back ends in _reverse."""
    state: dict[str, Any] = {}
    for ours, theirs in (("", "_l0"), ("_back", "_l0_reverse")):
        if f"W{ours}" in own:
            b = own[f"b{ours}"]
            state |= {f"weight_ih{theirs}": own[f"W{ours}"].T, f"weight_hh{theirs}": own[f"U{ours}"].T}
            state |= {f"bias_ih{theirs}": b, f"bias_hh{theirs}": own.get(f"c{ours}", np.zeros_like(b))}
    return state


def _attention(own: Mapping[str, Any]) -> Mapping[str, Any]:
    """MultiheadAttention keeps the three in one where x and its context are equally wide."""
    parts = {name: own[f"W{name}"].T for name in "qkv"}
    if len({part.shape for part in parts.values()}) == 1:
        matrices = {"in_proj_weight": np.concatenate(list(parts.values()))}
    else:
        matrices = {f"{name}_proj_weight": part for name, part in parts.items()}
    bias = np.concatenate([own["bq"], own["bk"], own["bv"]])
    return {**matrices, "in_proj_bias": bias, "out_proj.weight": own["Wo"].T, "out_proj.bias": own["bo"]}


if __name__ == "__main__":
    for key, array in load_weights().items():
        sys.stdout.write(f"{key:<32} {array.shape}\n")
