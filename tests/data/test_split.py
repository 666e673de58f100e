"""Splits and orders: every row once, the right shares, and the same again for the same seed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.data.split import epoch_order, split


@given(st.integers(2, 500), st.floats(0.001, 0.9), st.integers(0, 2**31 - 1), st.integers(0, 12))
def test_every_row_is_on_one_side_and_shares_are_kept(rows, validation, seed, kinds):
    classes = np.random.default_rng(seed).integers(0, kinds, rows) if kinds else None
    train, aside = split(rows, validation, seed, classes)
    assert sorted([*train, *aside]) == list(range(rows))
    assert (np.diff(train) > 0).all()
    assert (np.diff(aside) > 0).all()
    assert len(train) >= 1
    assert len(aside) == min(max(round(rows * validation), 1), rows - 1) or classes is not None
    assert abs(len(aside) - rows * validation) <= 1.5
    for c in np.unique(classes) if classes is not None else ():
        assert abs((classes[aside] == c).sum() - (classes == c).sum() * validation) < 1 + 1e-9


def test_many_small_classes_still_leave_something_aside():
    classes = np.repeat(np.arange(100), 3)
    _, aside = split(300, 0.1, 0, classes)
    assert len(aside) == 30
    assert len(set(classes[aside])) == 30


def test_a_row_over_goes_to_the_class_that_is_owed_most_and_by_lot_among_equals():
    _, aside = split(30, 0.1, 0, np.repeat([0, 1], [19, 11]))  # owed 1.9 and 1.1
    assert np.bincount(aside >= 19).tolist() == [2, 1]
    level = np.repeat([0, 1], 15)  # owed 1.5 each
    assert {np.bincount(level[split(30, 0.1, seed, level)[1]])[0] for seed in range(20)} == {1, 2}


def test_nothing_is_kept_aside_where_nothing_is_asked_or_there():
    for rows, validation in ((10, 0.0), (1, 0.5), (0, 0.5)):
        train, aside = split(rows, validation, 0)
        assert train.tolist() == list(range(rows))
        assert aside.tolist() == []


def test_one_row_at_least_is_kept_aside():
    assert len(split(3, 0.01, 0)[1]) == 1


def test_a_seed_is_a_split():
    assert split(100, 0.2, 7)[1].tolist() == split(100, 0.2, 7)[1].tolist()
    assert split(100, 0.2, 7)[1].tolist() != split(100, 0.2, 8)[1].tolist()


def test_the_order_of_an_epoch_depends_on_seed_and_epoch_alone():
    orders = [epoch_order(50, s, e).tolist() for s in (0, 1) for e in (0, 1)]
    assert all(sorted(o) == list(range(50)) for o in orders)
    assert len({tuple(o) for o in orders}) == 4
    assert epoch_order(50, 1, 1).tolist() == orders[3]
    assert epoch_order(50, 1, 1).dtype == np.intp or epoch_order(50, 1, 1).dtype == np.int64


def test_every_place_of_an_order_is_as_likely():
    first = np.array([epoch_order(5, 0, e)[0] for e in range(5000)])
    assert np.abs(np.bincount(first, minlength=5) - 1000).max() < 130
