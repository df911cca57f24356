"""Schemes on the same customers: whom they cover, how complete their data are, what they explain, how they last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import mark
from seglib.language.naming import NOT_KNOWN
from seglib.segments.schemes.scheme import Scheme
from seglib.tables.explained import RANDOM, ROUGH, Codes, Explained, baselines, explained_now
from seglib.tables.intervals import wilson_interval

__all__ = ["COMPARISON_COLUMNS", "compare_schemes"]

SAMPLE = 10_000  # customers for what is explained; with more the intervals are narrow anyway
JUDGED = [
    *("judged", "rough", "days", "explained", "explained_low", "explained_high", "money", "money_low", "money_high"),
    *("explained_by_cover", "auc", "auc_low", "auc_high"),
    *("rival", "ahead", "ahead_low", "ahead_high"),
    *("money_rival", "money_ahead", "money_ahead_low", "money_ahead_high"),
]
COMPARISON_COLUMNS = [
    *("scheme", "kind", "customers", "segments", "covered", "covered_share", "completeness_share"),
    *("smallest_segment", "smallest_customers", *JUDGED),
    *("explained_now", "stability", "stability_low", "stability_high", "stability_of", "note"),
]
KINDS = {"ranks": ("explained", "rival", "ahead"), "money": ("money", "money_rival", "money_ahead")}
LATER = mark("not judged: made of what happened later")
Named = Mapping[str, Scheme | pd.Series]


def compare_schemes(
    schemes: Named,
    customers: pd.DataFrame,
    outcome: pd.DataFrame | Sequence[pd.DataFrame] | None = None,
    *,
    earlier: Named | Sequence[Named] | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare segmentations of the same customers, beside plain bands that need no scheme.

    All schemes are judged on the same customers; who has no segment in a scheme counts as one more segment of it,
    ``Not known``, so that covering only a few customers who are easy to tell is no advantage. What happens in the next
    period may only be explained by what was known at its start: a scheme of behaviour is taken as it was then
    (``earlier``), a scheme of fixed attributes as it is, if it was made of a table with all customers of that time
    (such as the people of a shop): to be missing from today's customers is to not have bought again.

    What an outcome tells of the time before it makes the *baselines*: eleven bands of the spend so far, of the spend of
    the last period, of the days since the last order, and as many groups made by chance, a row each.

    Parameters
    ----------
    schemes : mapping of name to Scheme, or Series of names indexed by customer_id
        As they are now. A bare Series counts as made of behaviour.
    customers : DataFrame, one row a customer, indexed by ``customer_id``
        Those who are counted; with ``monetary_value``, what is explained now.
    outcome : DataFrame, indexed by customer_id, or a sequence of them, one a day, optional
        Customers at the start of a period: ``next_revenue`` (float), ``bought_again`` (bool), and for the baselines
        ``spent_before``, ``spent_last``, ``recency_days``. Several are pooled (rolling origins).
    earlier : mapping of name to Scheme or Series, or a sequence of them, one an outcome, optional
        The schemes as they were at the start of that period.
    random_state : int

    Returns
    -------
    DataFrame, one row a scheme or baseline, what explains most first: ``scheme, kind`` ("scheme", "bands", "chance"),
    ``customers`` (counted), ``segments, covered, covered_share, completeness_share`` (known values of the attributes it
    is made of), ``smallest_segment, smallest_customers, judged`` (customers of the outcomes), ``rough`` (they are too
    few for a firm interval), ``days`` (how many outcomes), ``explained, explained_low, explained_high`` (share of the
    variance of the ranks of next period's revenue), ``money, money_low, money_high`` (the same of the money),
    ``explained_by_cover`` (what merely having a segment or not explains of the ranks: whose attributes are known is
    often the better customer), ``auc, auc_low, auc_high`` (who buys again), ``rival`` (the baseline that explains
    most), ``ahead, ahead_low, ahead_high`` (by how much more than it the scheme explains, of the same customers drawn),
    ``money_rival, money_ahead, ...`` (the same of the money), ``explained_now`` (eta squared of the ranks of
    ``monetary_value``; circular for a scheme made of it), ``stability, stability_low, stability_high, stability_of``
    ("customers keep their segment", "resamples agree", "fixed attributes", ""), ``note``. Fewer than 30 customers
    explain nothing.

    Raises
    ------
    InputError
        A name in ``earlier`` that is no scheme; not one ``earlier`` an outcome.

    References
    ----------
    See :class:`seglib.tables.explained.Explained`.

    Examples
    --------
    >>> people = pd.Index([f"c{i}" for i in range(200)], name="customer_id")
    >>> customers = pd.DataFrame({"monetary_value": [9.0, 1.0] * 100}, index=people)
    >>> after = pd.DataFrame({"next_revenue": [8.0, 0.0] * 100, "bought_again": [True, False] * 100}, index=people)
    >>> kind = pd.Series(["Regular", "Passing"] * 100, index=people)
    >>> compared = compare_schemes({"kind": kind}, customers, after, earlier={"kind": kind})
    >>> compared[["scheme", "kind", "explained", "stability"]].head(1)
      scheme    kind  explained  stability
    0   kind  scheme        1.0        1.0
    """
    outcomes = [outcome] if isinstance(outcome, pd.DataFrame) else list(outcome or ())
    before: list[Named] = [earlier] if isinstance(earlier, Mapping) else list(earlier or ())
    _check(schemes, outcomes, before)
    then = before or [dict[str, pd.Series]()] * len(outcomes)
    rows: list[dict[str, Any]] = []
    for name, scheme in schemes.items():
        known = then[0].get(name) if then else None
        row = {"scheme": name, "kind": "scheme", "note": getattr(scheme, "note", ""), "judged": 0}
        row |= _coverage(scheme, customers) | _stability(scheme, known) | _now(scheme, customers)
        rows.append(row)
    judged = _judged(schemes, outcomes, then, random_state)
    rows += [_plain(name, customers) for name in judged if name not in schemes]
    table = pd.DataFrame([row | judged.get(row["scheme"], {}) for row in rows], columns=COMPARISON_COLUMNS)
    return table.sort_values(["explained", "scheme"], ascending=[False, True], ignore_index=True)


def _check(schemes: Named, outcomes: Sequence[pd.DataFrame], earlier: Sequence[Named]) -> None:
    wrong = [name for one in earlier for name in one if name not in schemes]
    faults = [f"compare_schemes: earlier {name!r} is no scheme.{did_you_mean(name, schemes)}" for name in wrong]
    if earlier and outcomes and len(earlier) != len(outcomes):
        faults.append(f"compare_schemes: {len(earlier)} earlier for {len(outcomes)} outcomes; expected one for each.")
    if faults:
        raise InputError(faults)


def _judged(
    schemes: Named, outcomes: Sequence[pd.DataFrame], earlier: Sequence[Named], seed: int
) -> dict[str, dict[str, Any]]:
    """What each scheme and baseline explains, by name; of a scheme made of what happened later only a note."""
    there = {name: scheme for name, scheme in schemes.items() if _names(scheme).notna().any()}
    usable = {
        name: [one.get(name, _as_it_is(scheme, after)) for one, after in zip(earlier, outcomes, strict=False)]
        for name, scheme in there.items()
    }
    told: dict[str, dict[str, Any]] = {
        name: {"note": LATER} for name, found in usable.items() if any(one is None for one in found)
    }
    after, names, plain = _together(outcomes, {name: one for name, one in usable.items() if name not in told}, seed)
    if after.empty:
        return told
    codes = {name: _codes(column) for name, column in names.items()} | plain
    rows = {"person": pd.factorize(after.index)[0], "day": after["day"].to_numpy()}
    revenue = after["next_revenue"].to_numpy(dtype="float64")
    again = after["bought_again"].to_numpy(dtype=bool) if "bought_again" in after else None
    found = Explained(codes, revenue, again, **rows, seed=seed)
    covered = {name: column.notna().to_numpy(dtype="int64") for name, column in names.items()}
    mere = Explained(covered, revenue, **rows, draws=0)
    people = len(after.index.unique())
    size = {"judged": max(people, *map(len, outcomes)), "rough": people < ROUGH, "days": len(outcomes)}
    for name in codes:
        told[name] = {**size, **_of(found, name, [one for one in plain if one != RANDOM])}
        told[name] |= {"explained_by_cover": mere.of(name).value} if name in names else _kinds(codes[name])
    return told


def _together(
    outcomes: Sequence[pd.DataFrame], usable: Mapping[str, Sequence[Scheme | pd.Series | None]], seed: int
) -> tuple[pd.DataFrame, dict[str, pd.Series], dict[str, Codes]]:
    """Outcomes of all days one below another, sorted; the segment of each row; its band of each baseline."""
    known = [one[one["next_revenue"].notna()].sort_index() for one in outcomes]
    if not sum(map(len, known)):
        return pd.DataFrame(), {}, {}
    after = pd.concat([one.assign(day=day) for day, one in enumerate(known)])
    kept = _sampled(after.index, seed)
    names = {
        name: pd.concat([_names(one).reindex(rows.index) for one, rows in zip(found, known, strict=True)])[kept]
        for name, found in usable.items()
    }
    each = [baselines(one, seed=seed + day) for day, one in enumerate(known)]
    plain = {name: pd.concat([one[name] for one in each])[kept].to_numpy() for name in each[0]}
    return after[kept], names, plain


def _kinds(codes: Codes) -> dict[str, int]:
    return {"segments": len(np.unique(codes))}


def _of(found: Explained, name: str, bands: Sequence[str]) -> dict[str, Any]:
    """What one explains, and how far it is ahead of the baseline that explains most."""
    told = _spread({"auc": found.of(name, "again")})
    for measure, (share, rival, ahead) in KINDS.items():
        told |= _spread({share: found.of(name, measure)})
        others = [one for one in bands if one != name]
        best = max(others, key=lambda one, of=measure: found.of(one, of).value, default="")  # type: ignore[misc]
        told |= {rival: best} | (_spread({ahead: found.difference(name, best, measure)}) if best else {})
    return told


def _plain(name: str, customers: pd.DataFrame) -> dict[str, Any]:
    """The row of a baseline: everyone has one."""
    told: dict[str, Any] = {
        "scheme": name,
        "kind": "chance" if name == RANDOM else "bands",
        "note": "",
        "stability_of": "",
    }
    told |= {"customers": len(customers), "covered": len(customers), "covered_share": 1.0, "completeness_share": 1.0}
    return told | {"smallest_segment": "", "smallest_customers": 0}


def _names(scheme: Scheme | pd.Series) -> pd.Series:
    names = scheme.segments if isinstance(scheme, Scheme) else scheme
    texts = names.astype("object").where(names.notna(), None).astype("str")
    return texts[~texts.index.duplicated()]


def _coverage(scheme: Scheme | pd.Series, customers: pd.DataFrame) -> dict[str, Any]:
    names = _names(scheme).reindex(customers.index)
    counts = names.value_counts().sort_index().sort_values(kind="stable")
    covered = int(names.notna().sum())
    share = covered / len(names) if len(names) else float("nan")
    known = scheme.known if isinstance(scheme, Scheme) else None
    complete = share if known is None else float(known.reindex(customers.index).fillna(0.0).mean())
    return {
        "customers": len(customers),
        "segments": len(counts),
        "covered": covered,
        "covered_share": share,
        "completeness_share": complete,
        "smallest_segment": str(counts.index[0]) if len(counts) else "",
        "smallest_customers": int(counts.iloc[0]) if len(counts) else 0,
    }


def _stability(scheme: Scheme | pd.Series, before: Scheme | pd.Series | None) -> dict[str, Any]:
    keys = ("stability", "stability_low", "stability_high", "stability_of")
    fixed = isinstance(scheme, Scheme) and scheme.fixed and bool(scheme.segments.notna().any())
    if before is not None and not fixed:
        now, then = _names(scheme).dropna(), _names(before).dropna()
        shared = now.index.intersection(then.index)
        kept = int((now[shared] == then[shared]).sum())
        low, high = wilson_interval(kept, len(shared))
        share = kept / len(shared) if len(shared) else float("nan")
        return dict(zip(keys, (share, float(low), float(high), "customers keep their segment"), strict=True))
    steady = scheme.stability if isinstance(scheme, Scheme) else float("nan")
    kind = "resamples agree" if steady == steady else "fixed attributes" if fixed else ""
    return dict(zip(keys, (steady, float("nan"), float("nan"), kind), strict=True))


def _now(scheme: Scheme | pd.Series, customers: pd.DataFrame) -> dict[str, float]:
    names = _names(scheme).reindex(customers.index)
    if "monetary_value" not in customers.columns or names.isna().all():
        return {"explained_now": float("nan")}
    money = customers["monetary_value"].astype("float64").fillna(0.0).to_numpy()
    return {"explained_now": explained_now(_codes(names), money)}


def _as_it_is(scheme: Scheme | pd.Series, outcome: pd.DataFrame) -> Scheme | None:
    """A fixed scheme, unless it was made of a table that whoever did not buy again is missing from."""
    if not isinstance(scheme, Scheme) or not scheme.fixed:
        return None
    return scheme if not scheme.of_everyone or outcome.index.isin(scheme.segments.index).all() else None


def _spread(estimates: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, (value, low, high) in estimates.items():
        told |= {key: value, f"{key}_low": low, f"{key}_high": high}
    return told


def _codes(names: pd.Series) -> Codes:
    return pd.factorize(names.fillna(NOT_KNOWN), sort=True)[0].astype("int64")


def _sampled(people: pd.Index, seed: int) -> np.ndarray:
    """Which rows are of the customers drawn, with all their days."""
    each = people.unique().sort_values()
    if len(each) <= SAMPLE:
        return np.ones(len(people), dtype=bool)
    drawn: np.ndarray = people.isin(each[np.random.default_rng(seed).choice(len(each), SAMPLE, replace=False)])
    return drawn
