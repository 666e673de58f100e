"""What every block promises, asked of each block's EXAMPLES."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.blocks import registry
from core.blocks._base import GROUPS, elements
from core.errors import SettingError
from tests.blocks.harness import backward, buffers, check_gradients, forward

BLOCKS = registry()
CASES = [
    pytest.param(block, ins, id=f"{name}-{i}")
    for name, kind in BLOCKS.items()
    for i, (block, ins) in enumerate(importlib.import_module(kind.__module__).EXAMPLES)
]
RUNNABLE = [case for case in CASES if case.values[0].group not in {"input", "output"}]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_has_examples_a_group_and_a_test_of_its_own(name):
    kind = BLOCKS[name]
    assert importlib.import_module(kind.__module__).EXAMPLES
    assert kind.group in GROUPS
    assert Path(__file__).with_name(f"test_{name}.py").exists(), "a block comes with a test of its meaning"


@pytest.mark.parametrize(("block", "ins"), RUNNABLE)
def test_gradients_agree_with_finite_differences(block, ins):
    check_gradients(block, ins)


@pytest.mark.parametrize(("block", "ins"), [c for c in RUNNABLE if len(c.values[0].output_ports()) > 1])
def test_an_output_without_a_wire_is_as_good_as_one_without_a_slope(block, ins):
    for unwired in range(len(block.output_ports())):
        zeros, none = buffers(block, ins), buffers(block, ins)
        zeros.dy[unwired][...] = 0
        none = replace(none, dy=tuple(np.empty(0) if i == unwired else dy for i, dy in enumerate(none.dy)))
        for b in (zeros, none):
            forward(block, b)
            backward(block, b)
        for a, c in zip((*zeros.dx, *zeros.dw.values()), (*none.dx, *none.dw.values()), strict=True):
            assert a is None or np.array_equal(a, c, equal_nan=hasattr(block, "sample_inputs"))


@pytest.mark.parametrize(("block", "ins"), RUNNABLE)
def test_float32_agrees_with_float64(block, ins):
    exact, quick = buffers(block, ins), buffers(block, ins, dtype=np.float32)
    for b in (exact, quick):
        forward(block, b)
        backward(block, b)
    pairs = [*zip(exact.y, quick.y, strict=True), *((exact.dw[k], quick.dw[k]) for k in exact.dw)]
    if not hasattr(block, "sample_inputs"):
        pairs += [(a, c) for a, c in zip(exact.dx, quick.dx, strict=True) if a is not None]
    for wide, narrow in pairs:
        assert narrow.dtype == np.float32
        np.testing.assert_allclose(narrow, wide, rtol=1e-3, atol=1e-4 * max(1.0, float(np.abs(wide).max())))


@pytest.mark.parametrize(("block", "ins"), [c for c in RUNNABLE if not hasattr(c.values[0], "sample_inputs")])
def test_inputs_as_large_as_ten_thousand_give_finite_numbers(block, ins):
    b = buffers(block, ins, dtype=np.float32)
    for port, x in zip(block.input_ports(), b.x, strict=True):
        if port not in block.switches:
            x[...] = np.where(np.arange(x.size).reshape(x.shape) % 3 == 0, -1e4, 1e4)
    forward(block, b)
    backward(block, b)
    assert all(np.isfinite(a).all() for a in (*b.y, *b.dw.values(), *(dx for dx in b.dx if dx is not None)))


SEQUENTIAL = [
    pytest.param(
        block,
        tuple((1, *s[1:]) if len(s) == 2 or port == "mask" else s for port, s in zip(ports, ins, strict=True)),
        id=case.id,
    )
    for case in RUNNABLE
    for block, ins in [case.values]
    for ports in [block.input_ports()]
    if block.group == "sequence" and len(ins[0]) == 2
]


@pytest.mark.parametrize(("block", "ins"), SEQUENTIAL)
def test_a_sequence_of_one_step_is_a_sequence(block, ins):
    check_gradients(block, ins)


@pytest.mark.parametrize(("block", "ins"), RUNNABLE)
def test_a_batch_in_use_equals_its_rows_one_by_one(block, ins):
    whole = buffers(block, ins, train=False)
    forward(block, whole, train=False)
    for row in range(3):
        single = buffers(block, ins, batch=1, train=False)
        single = replace(single, w=whole.w)
        for own, rows in zip(single.x, whole.x, strict=True):
            own[...] = rows[row : row + 1] if rows.size else rows  # in place: a view's y is on the same memory
        forward(block, single, train=False)
        for together, alone in zip(whole.y, single.y, strict=True):
            np.testing.assert_allclose(alone[0], together[row], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("block", "ins"), RUNNABLE)
def test_items_may_be_done_in_any_split(block, ins):
    together, apart = buffers(block, ins), buffers(block, ins)
    for calls in (block.forward(together, train=True), block.backward(together)):
        for call in calls:
            call.run()
    for calls in (block.forward(apart, train=True), block.backward(apart)):
        for call in calls:
            for item in reversed(range(call.items)):
                call.kernel(*call.args, item, item + 1)
    for a, c in zip((*together.y, *together.dw.values()), (*apart.y, *apart.dw.values()), strict=True):
        assert np.array_equal(a, c)
    for a, c in zip(together.dx, apart.dx, strict=True):
        assert a is None or np.array_equal(a, c, equal_nan=hasattr(block, "sample_inputs"))


@pytest.mark.parametrize(("block", "ins"), CASES)
def test_shapes_and_weights_can_be_stated_without_running(block, ins):
    outs = block.out_shapes(ins)
    assert len(outs) == len(block.output_ports())
    assert all(all(n >= 1 for n in shape) for shape in outs)
    assert all(elements(w.shape) >= 1 for w in block.weights(ins).values())
    assert block.multiply_adds(ins) >= 0


@pytest.mark.parametrize(("block", "ins"), CASES)
def test_settings_survive_a_file(block, ins):
    text = json.dumps(block.to_json())
    assert type(block).from_json(json.loads(text)) == block


@pytest.mark.parametrize("name", BLOCKS)
def test_every_setting_refuses_what_its_limits_exclude(name):
    kind = BLOCKS[name]
    for row in kind.rows():
        info = row.info
        bad: list[object] = [object(), float("nan"), "no such choice" * 100]
        if row.kind in {"int", "float"}:
            bad += [True, float("inf")]
            bad += [limit - 1 for limit in (info.ge,) if limit is not None]
            bad += [limit + 1 for limit in (info.le,) if limit is not None]
            bad += [limit for limit in (info.gt, info.lt) if limit is not None]
        if row.kind == "ints":
            bad += [(True,), (0.5,), 3, tuple(range(1, info.longest + 2))]
            bad += [(int(info.ge) - 1,)] if info.ge is not None else []
        if row.kind == "floats":
            bad += [(True,), (float("nan"),), 3.0, (), (1.0,) * (info.longest + 1)]
            bad += [(info.ge - 1,)] if info.ge is not None else []
        for value in bad:
            with pytest.raises(SettingError) as caught:
                kind(**{row.name: value})
            assert caught.value.setting == row.name
