"""Chance, when names of groups are shuffled among customers: against draws, by level, and by what it finds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seglib.tables.intervals import adjust_p_values
from seglib.tables.shuffling import ClusteredShares, shares_of_orders, shuffled_p, shuffled_sums_p, told_together

RNG = np.random.default_rng(14)


def test_p_values_against_twenty_thousand_shuffles():
    """Of scores as lopsided as shares of spend: most are zero, and a group of thirty."""
    scores = np.where(RNG.random(300) < 0.2, RNG.beta(2, 1, 300), 0.0)
    sums = np.sort([scores[RNG.permutation(300)[:30]].sum() for _ in range(20_000)])
    for total in np.quantile(sums, [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999]):
        tail = min((sums >= total).mean(), (sums <= total).mean())
        apart = scores - scores.mean()
        found = shuffled_sums_p(total - 30 * scores.mean(), 30.0, 300, (apart**2).sum(), (apart**3).sum())
        assert float(found) == pytest.approx(min(2 * tail, 1), rel=0.5, abs=0.002)


def test_customers_who_are_all_alike_and_groups_of_everybody_are_not_tested():
    assert np.isnan(shuffled_p(np.ones(9), np.repeat([0, 1, 2], 3), 3)).all()
    assert np.isnan(shuffled_p(np.arange(9.0), np.zeros(9, int), 1)).all()


@pytest.mark.parametrize("share", [0.03, 0.5])
def test_shares_of_spend_hold_their_level(share: float):
    """3% buy through one shop; Welch's test found p <= 0.001 in 30% of segments of 41 drawn at random."""
    spent = np.where(RNG.random(2400) < share, RNG.beta(2, 1, 2400), 0.0)
    p = np.array([shuffled_p(spent, (RNG.permutation(2400) < 41).astype(int), 2)[1] for _ in range(2000)])
    assert (p <= 0.05).mean() < 0.06
    assert (p <= 0.001).mean() < 0.004


def many_orders(n: int, values: int, draw: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Few customers order very often, and each has a home."""
    often = np.minimum(np.ceil(2 * draw.pareto(1.1, n)), 3000).astype(int)
    who = np.repeat(np.arange(n), often)
    home = draw.choice(values, n, p=draw.dirichlet(np.ones(values)))
    where = np.where(draw.random(len(who)) < 0.6, home[who], draw.integers(0, values, len(who)))
    return who, where, np.ones(len(who))


def test_pages_of_shuffled_names_make_no_claim():
    orders, pages = many_orders(1200, 20, RNG), 0
    own = np.repeat(range(6), [40, 60, 100, 200, 300, 500])
    for _run in range(200):
        p = ClusteredShares(*orders, RNG.permutation(own), values=20, groups=6).p_value
        pages += bool((adjust_p_values(p.ravel()) <= 0.05).any())
    assert pages <= 12  # of 200; Fisher's test on orders makes all 200


@pytest.mark.parametrize("n", [30, 100, 300])
def test_intervals_of_shares_of_orders_hold_the_true_share(n: int):
    usual, held = np.array([0.5, 0.3, 0.15, 0.05]), np.zeros(4)
    for _run in range(400):
        who = np.repeat(np.arange(n), RNG.geometric(0.1, n))
        home = RNG.choice(4, n, p=usual)
        where = np.where(RNG.random(len(who)) < 0.7, home[who], RNG.choice(4, len(who), p=usual))
        told = ClusteredShares(who, where, np.ones(len(who)), np.zeros(n, int), values=4, groups=1)
        low, high = told.interval
        held += (low[:, 0] <= usual) & (usual <= high[:, 0])
    assert (held / 400 > 0.92).all()


def test_with_one_order_each_the_interval_is_wilsons():
    told = shares_of_orders(pd.DataFrame({"group": ["a"] * 10, "day": [0] * 5 + [1] * 5, "orders": 1}), "day")
    first = told[told["group"] == "Everyone"].iloc[0]
    assert first["low_share"] < 0.2366 < 0.7634 < first["high_share"]  # wider: by Student's t of ten customers


def test_a_page_is_adjusted_as_one():
    alone = pd.DataFrame({"p_value": [0.004, np.nan]})
    many = pd.DataFrame({"p_value": np.linspace(0.1, 1, 20)}).assign(matters=True)
    assert told_together(alone)[0]["differs"].tolist() == [True, False]
    first, other = told_together(alone, many)
    assert not first["differs"].any()
    assert not other["evidence"].any()
    assert told_together(pd.DataFrame())[0].empty
