"""The blocks of pictures in one network: compiled and walked, on any number of threads, they do the same to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from core.graph.shapes import infer
from core.plan import parameters
from core.plan.plan import compile_plan
from core.plan.program import Program
from core.plan.team import Team
from tests.networks import chain

CONVOLUTIONS = (
    {"type": "input", "shape": [16, 14, 3]}, {"type": "random_flip", "down": True}, {"type": "random_shift"},
    {"type": "random_rotation"}, {"type": "random_brightness"}, {"type": "cutout", "size": 3},
    {"type": "random_crop", "size": [16, 12], "pads": 2},
    {"type": "conv2d", "filters": 6, "kernel_size": 5, "padding": "explicit", "pads": 2, "groups": 3}, {"type": "prelu"},
    {"type": "local_response_norm"}, {"type": "max_pool2d", "pool_size": 3, "stride": 2, "padding": "explicit"},
    {"type": "depthwise_conv2d", "padding": "same", "multiplier": 2}, {"type": "group_norm", "groups": 4}, {"type": "gelu"},
    {"type": "separable_conv2d", "filters": 8, "padding": "same"}, {"type": "relu"},
    {"type": "average_pool2d", "pool_size": 3, "stride": 2, "ceil_mode": True},
    {"type": "conv_transpose2d", "filters": 4, "kernel_size": 2, "stride": 2},
    {"type": "upsample2d", "interpolation": "bilinear"}, {"type": "crop2d"},
    {"type": "global_max_pool2d"}, {"type": "dense", "units": 10}, {"type": "output"},
)  # fmt: skip
PATCHES = (
    {"type": "input", "shape": [8, 8, 1]}, {"type": "patches", "size": 2}, {"type": "dense", "units": 8},
    {"type": "class_token"}, {"type": "positional_encoding", "kind": "learned"},
    {"type": "conv1d", "filters": 8, "padding": "causal"}, {"type": "zero_pad1d"}, {"type": "crop1d", "after": 2},
    {"type": "max_pool1d", "pool_size": 3, "stride": 1, "padding": "explicit"},
    {"type": "multi_head_attention", "heads": 2}, {"type": "slice"}, {"type": "flatten"},
    {"type": "dense", "units": 10}, {"type": "output"},
)  # fmt: skip


@pytest.mark.parametrize("blocks", [CONVOLUTIONS, PATCHES], ids=["convolutions", "patches"])
def test_they_learn_and_threads_change_no_bit(blocks):
    document = chain(*blocks)
    inference = infer(document)
    assert not inference.faults
    weights = parameters.allocate(parameters.declarations(document, inference))
    parameters.start(weights, document, seed=3)
    plan = compile_plan(document, inference, weights, 5, train=True)
    rng = np.random.default_rng(0)
    pictures, target = plan.buffers[plan.inputs[0]].y[0], plan.buffers[plan.outputs[0]].target
    pictures[...], target[...] = rng.random(pictures.shape), rng.integers(0, 10, target.shape)
    plan.run()
    walked = weights.flat_gradient.copy()
    assert all(np.abs(gradient).max() > 0 for gradient in weights.dw.values())
    for threads in (1, 2, 3):
        weights.flat_gradient.fill(0)
        with Team(threads) as team:
            team.run(Program(tuple(plan.calls()), threads))
        assert np.array_equal(walked, weights.flat_gradient)
