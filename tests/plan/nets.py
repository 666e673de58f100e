"""Networks whose plans are rewritten, and what a run of a plan leaves behind."""

from __future__ import annotations

import json

import numpy as np

from core import project
from core.graph.shapes import infer
from core.plan import parameters
from core.plan.buffers import each
from core.plan.plan import compile_plan
from tests.networks import LENET, chain

RELU, OUT = {"type": "relu"}, {"type": "output"}
RESIDUAL = {
    "input": {"type": "input", "shape": [8, 8, 3]},
    "stem": {"type": "conv2d", "filters": 16, "padding": "same"},
    "bend": RELU,
    "conv": {"type": "conv2d", "filters": 16, "padding": "same", "bias": False},
    "norm": {"type": "batch_norm"},
    "bend2": RELU,
    "conv2": {"type": "conv2d", "filters": 16, "padding": "same", "bias": False},
    "norm2": {"type": "batch_norm"},
    "add": {"type": "add"},
    "bend3": RELU,
    "pool": {"type": "max_pool2d"},
    "flat": {"type": "flatten"},
    "dense": {"type": "dense", "units": 5},
    "output": OUT,
}
RESIDUAL_WIRES = (
    "input > stem", "stem > bend", "bend > conv", "conv > norm", "norm > bend2", "bend2 > conv2", "conv2 > norm2",
    "norm2 > add.a", "bend > add.b", "add > bend3", "bend3 > pool", "pool > flat", "flat > dense", "dense > output",
)  # fmt: skip


def wired(blocks, wires):
    """A document of named blocks."""
    return project.loads(json.dumps({"neuroloom": 1, "blocks": blocks, "wires": list(wires)}), "test")


NETS = {
    "LeNet": chain(*LENET),
    "residual": wired(RESIDUAL, RESIDUAL_WIRES),
    "a convolution by Winograd's way": chain(
        {"type": "input", "shape": [12, 12, 16]}, {"type": "conv2d", "filters": 32}, RELU,
        {"type": "max_pool2d", "pool_size": 3, "stride": 2}, RELU, {"type": "flatten"}, {"type": "dense", "units": 4}, OUT,
    ),
    "a pointwise convolution": chain(
        {"type": "input", "shape": [5, 5, 4]}, {"type": "conv2d", "filters": 9, "kernel_size": 1}, RELU,
        {"type": "flatten"}, {"type": "dropout"}, {"type": "gaussian_noise"}, {"type": "dense", "units": 4}, RELU,
        {"type": "slice", "start": 1, "count": 2}, {"type": "dense", "units": 4}, OUT,
    ),
    "two small convolutions": chain(  # the first without a bias; LeNet's second is too wide for what its first gets
        {"type": "input", "shape": [14, 14, 1]}, {"type": "conv2d", "filters": 3, "bias": False}, RELU,
        {"type": "max_pool2d"}, {"type": "conv2d", "filters": 4}, RELU, {"type": "max_pool2d"},
        {"type": "flatten"}, {"type": "dense", "units": 4}, OUT,
    ),
    "pooling that pads": chain(
        {"type": "input", "shape": [9, 9, 1]}, {"type": "conv2d", "filters": 4},
        {"type": "max_pool2d", "pool_size": 3, "stride": 2, "padding": "same"},
        {"type": "flatten"}, {"type": "dense", "units": 4}, OUT,
    ),
    "what pooling and others read": wired(
        {
            "input": {"type": "input", "shape": [14, 14, 1]}, "conv": {"type": "conv2d", "filters": 3}, "bend": RELU,
            "pool": {"type": "max_pool2d"}, "mean": {"type": "global_average_pool2d"},
            "conv2": {"type": "conv2d", "filters": 4}, "pool2": {"type": "max_pool2d"},
            "mean2": {"type": "global_average_pool2d"}, "flat": {"type": "flatten"}, "all": {"type": "concat", "ports": 3},
            "dense": {"type": "dense", "units": 4}, "output": OUT,
        },
        ["input > conv > bend > pool > conv2 > pool2 > flat > all.a", "bend > mean > all.b", "conv2 > mean2 > all.c",
         "all > dense > output"],
    ),
    "sequences": chain(
        {"type": "input", "shape": [6, 5]}, {"type": "dense", "units": 8}, {"type": "multi_head_attention", "heads": 2},
        {"type": "layer_norm"}, {"type": "lstm", "units": 6, "returns": "sequence"}, {"type": "gelu"},
        {"type": "gru", "units": 7, "returns": "sequence"}, {"type": "rnn", "units": 6, "returns": "last"}, RELU,
        {"type": "dense", "units": 5}, {"type": "softmax"}, OUT | {"reads": "probabilities"},
    ),
}  # fmt: skip


def compiled(document, *, train, batch=3):
    """(plan as recorded, its weights)."""
    inference = infer(document)
    assert not inference.faults
    weights = parameters.allocate(parameters.declarations(document, inference))
    parameters.start(weights, document, 1)
    return compile_plan(document, inference, weights, batch, train=train, seed=4), weights


def spoilt(array):
    array.fill(np.nan if array.dtype.kind == "f" else 0)
    return array


def results(plan, weights):
    """Gradients of all weights, then what outputs measure and show, after a run on the same rows.

    No array holds what an earlier run has left in it: a plan that forgets a call would find it there.
    """
    for b in plan.buffers.values():
        each(b, spoilt)
    rng = np.random.default_rng(0)
    for name in plan.inputs:
        plan.buffers[name].y[0][...] = rng.standard_normal(plan.buffers[name].y[0].shape)
    for name in plan.outputs:
        plan.buffers[name].target[...] = rng.integers(0, 4, plan.buffers[name].target.shape)
    weights.flat_gradient.fill(np.nan)
    plan.run()
    outs = [plan.buffers[n] for n in plan.outputs]
    return [*weights.dw.values(), *(b.measures for b in outs), *(b.y[0] for b in outs)]


def assert_same_bits(plan, other, weights):
    """Both plans, which belong to the same weights, leave the same numbers behind."""
    wanted = [a.copy() for a in results(plan, weights)]
    assert any(np.abs(a).max() > 0 for a in wanted)
    for found, expected in zip(results(other, weights), wanted, strict=True):
        np.testing.assert_array_equal(found, expected)
