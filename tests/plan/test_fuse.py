"""Fused plans: fewer calls, and the same bits."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import project
from core.graph.shapes import infer
from core.plan import parameters
from core.plan.fuse import fused
from core.plan.plan import compile_plan
from tests.networks import LENET, chain

RELU, OUT = {"type": "relu"}, {"type": "output"}
BRANCHES = {
    "blocks": {
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
    },
    "wires": [
        "input > stem", "stem > bend", "bend > conv", "conv > norm", "norm > bend2", "bend2 > conv2", "conv2 > norm2",
        "norm2 > add.a", "bend > add.b", "add > bend3", "bend3 > pool", "pool > flat", "flat > dense", "dense > output",
    ],
}  # fmt: skip
NETS = {
    "LeNet": chain(*LENET),
    "residual": project.loads(json.dumps({"neuroloom": 1} | BRANCHES), "test"),
    "a convolution by Winograd's way": chain(
        {"type": "input", "shape": [12, 12, 16]}, {"type": "conv2d", "filters": 32}, RELU,
        {"type": "max_pool2d", "pool_size": 3, "stride": 2}, RELU, {"type": "flatten"}, {"type": "dense", "units": 4}, OUT,
    ),
    "a pointwise convolution": chain(
        {"type": "input", "shape": [5, 5, 4]}, {"type": "conv2d", "filters": 9, "kernel_size": 1}, RELU,
        {"type": "flatten"}, {"type": "dropout"}, {"type": "dense", "units": 4}, RELU, {"type": "dense", "units": 4}, OUT,
    ),
}  # fmt: skip


def compiled(document, *, train):
    inference = infer(document)
    weights = parameters.allocate(parameters.declarations(document, inference))
    parameters.start(weights, document, 1)
    plan = compile_plan(document, inference, weights, 3, train=train, seed=4)
    return plan, weights


def fill(plan):
    rng = np.random.default_rng(0)
    for name in plan.inputs:
        plan.buffers[name].y[0][...] = rng.standard_normal(plan.buffers[name].y[0].shape)
    for name in plan.outputs:
        plan.buffers[name].target[...] = rng.integers(0, 4, plan.buffers[name].target.shape)


def results(plan, weights):
    weights.flat_gradient.fill(np.nan)
    fill(plan)
    plan.run()
    gradients = {key: dw.copy() for key, dw in weights.dw.items()}
    return (
        gradients,
        [plan.buffers[n].measures.copy() for n in plan.outputs],
        [plan.buffers[n].y[0].copy() for n in plan.outputs],
    )


def kernels(plan, phase):
    return [e.call.kernel.__name__ for e in plan.entries if e.phase == phase]


@pytest.mark.parametrize("name", NETS)
def test_a_fused_plan_has_the_same_bits(name):
    plan, weights = compiled(NETS[name], train=True)
    lean = fused(plan)
    before, after = results(plan, weights), results(lean, weights)
    assert len(lean.entries) < len(plan.entries)
    assert lean.flops == plan.flops
    for key, gradient in before[0].items():
        np.testing.assert_array_equal(after[0][key], gradient)
    for wanted, found in zip((*before[1], *before[2]), (*after[1], *after[2]), strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("name", NETS)
def test_a_fused_plan_for_use_has_the_same_bits(name):
    plan, weights = compiled(NETS[name], train=False)
    before, after = results(plan, weights), results(fused(plan), weights)
    np.testing.assert_array_equal(after[2], before[2])


def test_no_relu_of_lenet_is_a_call_of_its_own_but_on_the_way_back_through_dense_layers():
    lean = fused(compiled(NETS["LeNet"], train=True)[0])
    assert "relu_forward" not in kernels(lean, "forward")
    assert [e.block for e in lean.entries if e.call.kernel.__name__ == "relu_backward"] == ["relu-11", "relu-9"]


def test_residual_blocks_keep_no_copies_and_no_forward_relu():
    lean = fused(compiled(NETS["residual"], train=True)[0])
    assert not {"relu_forward", "place"} & {*kernels(lean, "forward"), *kernels(lean, "backward")}


def test_a_relu_whose_input_is_read_twice_stays():
    blocks = dict(BRANCHES["blocks"], add={"type": "add", "ports": 3})
    wires = [*BRANCHES["wires"], "stem > add.c"]
    document = project.loads(json.dumps({"neuroloom": 1, "blocks": blocks, "wires": wires}), "test")
    plan, weights = compiled(document, train=True)
    lean = fused(plan)
    assert [e.block for e in lean.entries if e.call.kernel.__name__ == "relu_forward"] == ["bend"]
    before, after = results(plan, weights), results(lean, weights)
    for key, gradient in before[0].items():
        np.testing.assert_array_equal(after[0][key], gradient)


def test_a_recurrent_block_with_tanh_is_not_told_to_do_relu():
    sequence = {"type": "rnn", "units": 6, "returns": "last"}
    document = chain({"type": "input", "shape": [4, 3]}, sequence, RELU, {"type": "dense", "units": 4}, OUT)
    plan, weights = compiled(document, train=True)
    before, after = results(plan, weights), results(fused(plan), weights)
    np.testing.assert_array_equal(after[2], before[2])
