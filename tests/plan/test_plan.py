"""Branches: gradients that meet at an output are added, and what leads nowhere is left alone."""

from __future__ import annotations

import json

import numpy as np

from core import project
from core.graph.shapes import infer
from core.plan import parameters
from core.plan.plan import clock_seeds, compile_plan


def compiled(blocks, wires, dtype=np.float64, batch=3):
    document = project.loads(json.dumps({"neuroloom": 1, "blocks": blocks, "wires": wires}), "test")
    inference = infer(document)
    assert not inference.faults
    weights = parameters.allocate(parameters.declarations(document, inference), dtype=dtype)
    parameters.start(weights, document, 0)
    plan = compile_plan(document, inference, weights, batch, train=True, dtype=dtype)
    rng = np.random.default_rng(1)
    for name in plan.inputs:
        plan.buffers[name].y[0][...] = rng.normal(size=plan.buffers[name].y[0].shape)
    for name in plan.outputs:
        plan.buffers[name].target[...] = rng.normal(size=plan.buffers[name].target.shape)
    return plan, weights


def slope(plan, weights, key, index, step=1e-6):
    array = weights.w[key]
    kept = array.flat[index]
    found = []
    for value in (kept + step, kept - step):
        array.flat[index] = value
        plan.run("forward")
        found.append(sum(plan.buffers[o].measures[:, 0].mean() for o in plan.outputs))
    array.flat[index] = kept
    return (found[0] - found[1]) / (2 * step)


BLOCKS = {
    "input": {"type": "input", "shape": [4]},
    "stem": {"type": "dense", "units": 5},
    "bend": {"type": "tanh"},
    "left": {"type": "dense", "units": 5},
    "right": {"type": "dense", "units": 5},
    "add": {"type": "add", "ports": 3},
    "flat": {"type": "flatten"},
    "out": {"type": "output", "loss": "mean_squared_error"},
    "extra": {"type": "dense", "units": 2},
    "out2": {"type": "output", "loss": "mean_squared_error"},
    "idle": {"type": "dense", "units": 3},
}
WIRES = [
    "input > stem", "stem > bend", "bend > left", "bend > right", "left > add.a", "right > add.b", "bend > add.c",
    "add > flat", "flat > out", "flat > extra", "extra > out2", "bend > idle",
]  # fmt: skip


def test_gradients_through_branches_agree_with_differences():
    plan, weights = compiled(BLOCKS, WIRES)
    plan.run()
    for key in [("stem", "W"), ("stem", "b"), ("left", "W"), ("right", "b"), ("extra", "W")]:
        for index in range(0, weights.w[key].size, 3):
            exact = weights.dw[key].flat[index]
            assert abs(exact - slope(plan, weights, key, index)) < 1e-7 * max(1, abs(exact))


def test_a_block_that_leads_nowhere_does_not_learn():
    plan, weights = compiled(BLOCKS, WIRES)
    plan.run()
    assert not weights.dw["idle", "W"].any()
    assert not any(e.block == "idle" and e.phase == "backward" for e in plan.entries)


def test_a_view_shares_its_input_memory():
    plan, _ = compiled(BLOCKS, WIRES)
    assert np.shares_memory(plan.buffers["flat"].y[0], plan.buffers["add"].y[0])


def test_a_mask_carries_no_gradient_and_an_output_without_wire_costs_nothing():
    blocks = {
        "input": {"type": "input", "shape": [4]},
        "stem": {"type": "dense", "units": 4},
        "switch": {"type": "dense", "units": 4},
        "wide": {"type": "reshape", "shape": [4, 1]},
        "out": {"type": "output", "loss": "mean_squared_error", "masked": True},
    }
    plan, weights = compiled(
        blocks, ["input > stem", "input > switch", "stem > wide", "wide > out", "switch > out.mask"]
    )
    plan.run()
    assert plan.buffers["out"].dx[1] is None
    assert not weights.dw["switch", "W"].any()
    assert not any(e.block == "switch" and e.phase == "backward" for e in plan.entries)
    for index in range(16):
        exact = weights.dw["stem", "W"].flat[index]
        assert abs(exact - slope(plan, weights, ("stem", "W"), index)) < 1e-7 * max(1, abs(exact))


def test_what_learns_before_a_mask_only_costs_no_gradient_of_what_it_masks():
    blocks = {
        "input": {"type": "input", "shape": [4, 2]}, "times": {"type": "input", "shape": [4]},
        "switch": {"type": "dense", "units": 4}, "mean": {"type": "global_average_pool1d", "masked": True},
        "head": {"type": "dense", "units": 3}, "out": {"type": "output", "loss": "mean_squared_error"},
    }  # fmt: skip
    plan, _ = compiled(blocks, ["input > mean", "times > switch > mean.mask", "mean > head > out"])
    assert {e.block for e in plan.entries if e.phase == "backward"} == {"head", "out"}
    assert plan.buffers["head"].dx == (None,)


def test_each_block_has_its_own_chance_which_depends_on_seed_and_name_alone():
    seeds = {seed: clock_seeds(["drop", "drop2", "noise"], seed) for seed in (0, 1, 2**31 - 1)}
    assert len({number for row in seeds.values() for number in row}) == 9
    assert clock_seeds(["noise", "drop"], 1) == [seeds[1][2], seeds[1][0]]
    assert all(0 <= number < 2**64 for row in seeds.values() for number in row)
