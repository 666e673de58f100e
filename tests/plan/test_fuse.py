"""Fused plans: fewer calls, and the same bits."""

from __future__ import annotations

import numpy as np
import pytest

from core.plan.fuse import fused
from tests.networks import chain
from tests.plan.nets import NETS, OUT, RELU, RESIDUAL, RESIDUAL_WIRES, assert_same_bits, compiled, results, wired

JOINED = ("LeNet", "two small convolutions")


def kernels(plan):
    return {e.call.kernel.__name__ for e in plan.entries}


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_a_fused_plan_has_the_same_bits(name, train):
    plan, weights = compiled(NETS[name], train=train)
    lean = fused(plan)
    assert lean.flops == plan.flops
    if "correlate_pooled" in kernels(lean):
        assert name in JOINED
        return  # adds up in another order, see below
    assert_same_bits(plan, lean, weights)


@pytest.mark.parametrize("name", JOINED)
def test_the_first_layer_learns_from_the_largest_alone_and_the_rest_keeps_its_bits(name):
    plan, weights = compiled(NETS[name], train=True)
    wanted = [a.copy() for a in results(plan, weights)]
    lean = fused(plan)
    assert {"correlate_pooled", "fold_pooled"} <= kernels(lean)
    assert [e.block for e in lean.entries if e.call.kernel.__name__ == "max_pool_backward"] == ["max-pool2d-6"]
    (first,) = {e.block for e in lean.entries if e.call.kernel.__name__ == "correlate_pooled"}
    blocks = [*(block for block, _ in weights.dw), "measures", "scores"]
    for block, found, expected in zip(blocks, results(lean, weights), wanted, strict=True):
        if block == first:
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
        else:
            np.testing.assert_array_equal(found, expected)


def test_no_relu_of_lenet_is_a_call_of_its_own_but_on_the_way_back_through_dense_layers():
    lean = fused(compiled(NETS["LeNet"], train=True)[0])
    assert "relu_forward" not in kernels(lean)
    assert [e.block for e in lean.entries if e.call.kernel.__name__ == "relu_backward"] == ["relu-11", "relu-9"]


def test_residual_blocks_keep_no_copies_and_no_forward_relu():
    assert not {"relu_forward", "place"} & kernels(fused(compiled(NETS["residual"], train=True)[0]))


def test_dropout_costs_nothing_in_use():
    lean = fused(compiled(NETS["a pointwise convolution"], train=False)[0])
    assert [e.block for e in lean.entries if e.call.kernel.__name__ == "place"] == ["slice-8"]


def test_a_relu_whose_input_is_read_twice_stays():
    blocks = RESIDUAL | {"add": {"type": "add", "ports": 3}}
    plan, weights = compiled(wired(blocks, (*RESIDUAL_WIRES, "stem > add.c")), train=True)
    lean = fused(plan)
    assert [e.block for e in lean.entries if e.call.kernel.__name__ == "relu_forward"] == ["bend"]
    assert_same_bits(plan, lean, weights)


def test_a_recurrent_block_with_tanh_is_not_told_to_do_relu():
    memory = {"type": "rnn", "units": 6, "returns": "last"}
    document = chain({"type": "input", "shape": [4, 3]}, memory, RELU, {"type": "dense", "units": 4}, OUT)
    plan, weights = compiled(document, train=True)
    assert_same_bits(plan, fused(plan), weights)
