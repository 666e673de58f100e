"""What each block costs, by hand."""

from __future__ import annotations

from core.plan.cost import describe
from tests.networks import MLP, chain
from tests.plan.nets import wired


def test_a_view_takes_no_memory_and_running_means_are_weights_but_no_parameters():
    costs, faults = describe(chain(*MLP[:3], {"type": "batch_norm"}, *MLP[3:]))
    assert not faults
    by_name = {c.name: c for c in costs}
    flat, dense, norm = by_name["flatten-1"], by_name["dense-2"], by_name["batch-norm-3"]
    assert (flat.shape, flat.bytes, flat.parameters) == ((64,), 0, 0)
    assert (dense.bytes, dense.parameters, dense.weight_bytes, dense.multiply_adds) == (4 * 32, 2080, 4 * 2080, 64 * 32)
    assert (norm.parameters, norm.weight_bytes) == (2 * 32, 4 * 4 * 32)


def test_the_shape_is_that_of_the_first_output_and_the_bytes_those_of_all():
    blocks = {
        "x": {"type": "input", "shape": [5, 3]}, "lstm": {"type": "lstm", "units": 4, "returns": "sequence", "states": True},
        "flat": {"type": "flatten"}, "dense": {"type": "dense", "units": 2}, "out": {"type": "output"},
    }  # fmt: skip
    costs, faults = describe(wired(blocks, ["x > lstm > flat > dense > out"]))
    assert not faults
    (lstm,) = (c for c in costs if c.name == "lstm")
    assert (lstm.shape, lstm.bytes) == ((5, 4), 4 * (5 * 4 + 4 + 4))
