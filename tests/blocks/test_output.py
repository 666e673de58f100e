"""Output: what a person reads, and how wrong it is."""

from dataclasses import replace

import numpy as np
import pytest

from core.blocks.output import Output
from core.errors import ShapeError
from core.losses import registry
from tests.blocks.harness import backward, buffers, forward


def judged(block, shape, target, x):
    b = buffers(block, (shape,), batch=len(x))
    b.x[0][...] = x
    b = replace(b, target=np.array(target, np.float64), measures=np.full((len(x), 2), np.nan))
    forward(block, b)
    backward(block, b)
    return b


def test_scores_are_read_as_probabilities_and_judged():
    b = judged(Output(), (3,), [2, 0], np.log([[1, 2, 5], [1, 1, 2]]))
    np.testing.assert_allclose(b.y[0], [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]])
    np.testing.assert_allclose(b.measures, [[-np.log(0.625), 1], [-np.log(0.25), 0]])
    np.testing.assert_allclose(b.dx[0] * 2, b.y[0] - [[0, 0, 1], [1, 0, 0]])


def test_probabilities_of_a_softmax_block_are_not_squeezed_again():
    x = np.array([[0.125, 0.25, 0.625]])
    b = judged(Output(reads="probabilities"), (3,), [2], x)
    np.testing.assert_array_equal(b.y[0], x)
    np.testing.assert_allclose(b.measures, [[-np.log(0.625), 1]])


def test_without_a_target_it_predicts_only():
    b = buffers(Output(), ((3,),), train=False)
    forward(Output(), b, train=False)
    np.testing.assert_allclose(b.y[0].sum(-1), 1)
    assert not list(Output().backward(b))


@pytest.mark.parametrize("name", registry())
def test_it_offers_every_loss_and_tells_what_it_compares_with(name):
    block, loss = Output(loss=name), registry()[name]
    assert (block.target_kind, block.metric) == (loss.target, loss.metric)
    assert block.target_shape(((4,),)) == loss().target_shape((4,))


def test_a_shape_the_loss_cannot_take_is_refused():
    with pytest.raises(ShapeError, match="one unit for each class"):
        Output().out_shapes(((4, 4, 10),))
    assert Output(loss="mean_squared_error").out_shapes(((4, 4, 10),)) == ((4, 4, 10),)


def masked(loss, x, target, mask):
    block = Output(loss=loss, masked=True)
    b = buffers(block, (x.shape[1:], mask.shape[1:]), batch=len(x))
    b.x[0][...], b.x[1][...] = x, mask
    b = replace(b, target=target.astype(np.float64), measures=np.full((len(x), 2), np.nan))
    forward(block, b)
    backward(block, b)
    return b


MASK = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]])


def sequences(loss, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(4, 4, 3))
    return x, rng.integers(3, size=(4, 4)) if loss == "categorical_cross_entropy" else rng.normal(size=x.shape)


@pytest.mark.parametrize("loss", ["categorical_cross_entropy", "mean_squared_error"])
def test_with_a_mask_a_row_is_judged_by_the_steps_that_count_as_if_it_had_no_others(loss):
    x, target = sequences(loss)
    b = masked(loss, x, target, MASK)
    for row, kept in enumerate(MASK.astype(bool)[:3]):
        alone = judged(Output(loss=loss), (kept.sum(), 3), target[row : row + 1, kept], x[row : row + 1, kept])
        np.testing.assert_allclose(b.measures[row], alone.measures[0], rtol=1e-12)
        np.testing.assert_allclose(b.dx[0][row, kept] * 4, alone.dx[0][0], rtol=1e-12)  # a batch of four
        assert not b.dx[0][row, ~kept].any()


def test_a_row_without_any_step_costs_nothing_and_nan_in_padding_harms_nothing():
    x, target = sequences("mean_squared_error")
    x[MASK == 0] = np.nan
    b = masked("mean_squared_error", x, target, MASK)
    np.testing.assert_array_equal(b.measures[3], 0)
    assert np.isfinite(b.measures).all()
    assert np.isfinite(b.dx[0]).all()


@pytest.mark.torch
def test_ignored_steps_are_those_of_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    x, target = sequences("categorical_cross_entropy")
    b = masked("categorical_cross_entropy", x, target, MASK)
    theirs = torch.tensor(x, requires_grad=True)
    wanted = torch.tensor(np.where(MASK > 0, target, -100))
    each = torch.nn.functional.cross_entropy(theirs.transpose(1, 2), wanted, ignore_index=-100, reduction="none")
    rows = each.sum(1) / torch.tensor(MASK).sum(1).clamp(min=1)
    rows.mean().backward()
    np.testing.assert_allclose(b.measures[:, 0], rows.detach().numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(b.dx[0], theirs.grad.numpy(), rtol=1e-9, atol=1e-9)


def test_a_mask_that_does_not_fit_is_explained():
    with pytest.raises(ShapeError, match=r"one number for each of 4 steps, \(4,\), and \(5,\) reaches it"):
        Output(masked=True).out_shapes(((4, 3), (5,)))
    with pytest.raises(ShapeError, match=r"\(3,\) is none"):
        Output(masked=True).out_shapes(((3,), (3,)))
    with pytest.raises(ShapeError, match=r"\(4, 4, 3\) is none"):
        Output(masked=True, per_pixel=True).out_shapes(((4, 4, 3), (4,)))


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(3,), (4, 3), (4, 2, 3)])
def test_places_of_a_class_that_is_left_out_cost_nothing_and_the_rest_is_pytorchs(shape):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(6, *shape)), rng.integers(3, size=(6, *shape[:-1]))
    block = Output(ignored_class=1, per_pixel=True, label_smoothing=0.1, class_weights=(0.5, 9.0, 2.0))
    b = judged(block, shape, target, x)
    theirs = torch.tensor(x, requires_grad=True)
    each = torch.nn.functional.cross_entropy(
        theirs.reshape(-1, 3), torch.tensor(target.reshape(-1)), torch.tensor([0.5, 9.0, 2.0], dtype=torch.float64),
        ignore_index=1, reduction="none", label_smoothing=0.1,
    ).reshape(6, -1)  # fmt: skip
    counted = torch.tensor(target.reshape(6, -1) != 1)
    rows = each.sum(1) / counted.sum(1).clamp(min=1)
    rows.mean().backward()
    np.testing.assert_allclose(b.measures[:, 0], rows.detach().numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(b.dx[0], theirs.grad.numpy(), rtol=1e-9, atol=1e-9)
    right = (x.argmax(-1) == target) & (target != 1)
    expected = right.reshape(6, -1).sum(1) / np.maximum(counted.numpy().sum(1), 1)
    np.testing.assert_allclose(b.measures[:, 1], expected)


def test_a_class_left_out_and_a_mask_go_together():
    x, target = sequences("categorical_cross_entropy")
    both = Output(masked=True, ignored_class=2)
    b = buffers(both, ((4, 3), (4,)), batch=4)
    b.x[0][...], b.x[1][...] = x, MASK
    b = replace(b, target=target.astype(np.float64), measures=np.full((4, 2), np.nan))
    forward(both, b)
    backward(both, b)
    alone = masked("categorical_cross_entropy", x, target, MASK * (target != 2))
    np.testing.assert_array_equal(b.measures, alone.measures)
    np.testing.assert_array_equal(b.dx[0], alone.dx[0])


def test_a_number_outside_all_classes_may_be_left_out_too():
    b = judged(Output(ignored_class=-1), (4, 3), [[-1, 0, -1, 2]], np.zeros((1, 4, 3)))
    np.testing.assert_allclose(b.measures[0, 0], np.log(3))
    assert np.isfinite(b.dx[0]).all()


def test_the_weight_of_an_output_is_on_its_gradient_and_not_on_its_own_measures():
    x, target = np.random.default_rng(0).normal(size=(2, 5, 3))
    one, half = (judged(Output(loss="mean_squared_error", weight=w), (3,), target, x) for w in (1.0, 0.5))
    np.testing.assert_array_equal(half.dx[0], one.dx[0] / 2)
    np.testing.assert_array_equal(half.measures, one.measures)


def test_only_the_settings_of_the_chosen_loss_matter_and_old_files_stay_valid():
    def matter(block):
        return {row.name for row in block.rows() if row.info.matters(block)} - {
            "loss",
            "learns",
            "weight",
            "masked",
            "all_metrics",
        }

    assert matter(Output(loss="mean_squared_error")) == set()
    assert matter(Output(loss="mixture")) == {"components"}
    assert matter(Output(loss="binary_cross_entropy")) == {"reads", "label_smoothing", "positive_weight"}
    old = {"loss": "mean_squared_error", "reads": "probabilities"}
    assert Output.from_json(old).to_json() == old
