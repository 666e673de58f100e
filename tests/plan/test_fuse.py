"""Fused plans: fewer calls, and the same bits."""

from __future__ import annotations

import pytest

from core.plan.fuse import fused
from tests.networks import chain
from tests.plan.nets import NETS, OUT, RELU, RESIDUAL, RESIDUAL_WIRES, assert_same_bits, compiled, wired


def kernels(plan):
    return {e.call.kernel.__name__ for e in plan.entries}


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_a_fused_plan_has_the_same_bits(name, train):
    plan, weights = compiled(NETS[name], train=train)
    lean = fused(plan)
    assert lean.flops == plan.flops
    assert_same_bits(plan, lean, weights)


def test_no_relu_of_lenet_is_a_call_of_its_own_but_on_the_way_back_through_dense_layers():
    lean = fused(compiled(NETS["LeNet"], train=True)[0])
    assert "relu_forward" not in kernels(lean)
    assert [e.block for e in lean.entries if e.call.kernel.__name__ == "relu_backward"] == ["relu-11", "relu-9"]


def test_residual_blocks_keep_no_copies_and_no_forward_relu():
    assert not {"relu_forward", "place"} & kernels(fused(compiled(NETS["residual"], train=True)[0]))


def test_dropout_costs_nothing_in_use():
    assert "place" not in kernels(fused(compiled(NETS["a pointwise convolution"], train=False)[0]))


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
