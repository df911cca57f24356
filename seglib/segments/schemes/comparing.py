"""Schemes on the same customers: whom they cover, how complete their data are, what they explain, how they last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import mark
from seglib.language.naming import NOT_KNOWN
from seglib.segments.schemes.explaining import UNKNOWN, Codes, Estimate, explained_next, explained_now, tells_buyers
from seglib.segments.schemes.scheme import Scheme
from seglib.tables.intervals import wilson_interval

__all__ = ["COMPARISON_COLUMNS", "compare_schemes"]

SAMPLE = 20_000  # customers for the intervals; with more they are narrow anyway
COMPARISON_COLUMNS = [
    *("scheme", "customers", "segments", "covered", "covered_share", "completeness_share"),
    *("smallest_segment", "smallest_customers", "judged", "explained", "explained_low", "explained_high"),
    "explained_by_cover",
    *("auc", "auc_low", "auc_high", "explained_now", "stability", "stability_low", "stability_high"),
    *("stability_of", "note"),
]
LATER = mark("not judged: made of what happened later")


def compare_schemes(
    schemes: Mapping[str, Scheme | pd.Series],
    customers: pd.DataFrame,
    outcome: pd.DataFrame | None = None,
    *,
    earlier: Mapping[str, Scheme | pd.Series] | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare segmentations of the same customers.

    All schemes are judged on the same customers; who has no segment in a scheme counts as one more segment of it,
    ``Not known``, so that covering only a few customers who are easy to tell is no advantage. What happens in the next
    period may only be explained by what was known at its start: a scheme of behaviour is taken as it was then
    (``earlier``), a scheme of fixed attributes as it is, if it was made of a table with all customers of that time
    (such as the people of a shop): to be missing from today's customers is to not have bought again.

    Parameters
    ----------
    schemes : mapping of name to Scheme, or Series of names indexed by customer_id
        As they are now. A bare Series counts as made of behaviour.
    customers : DataFrame, one row a customer, indexed by ``customer_id``
        Those who are counted; with ``monetary_value``, what is explained now.
    outcome : DataFrame, indexed by customer_id, optional
        Customers at the start of the period: ``next_revenue`` (float) and ``bought_again`` (bool).
    earlier : mapping of name to Scheme or Series, optional
        The schemes as they were at the start of that period.
    random_state : int

    Returns
    -------
    DataFrame, one row a scheme, what explains most first: ``scheme, customers`` (counted), ``segments, covered,
    covered_share, completeness_share`` (known values of the attributes it is made of), ``smallest_segment,
    smallest_customers, judged`` (customers of the outcome), ``explained, explained_low, explained_high``
    (cross-validated share of the variance of the ranks of next period's revenue), ``explained_by_cover`` (what merely
    having a segment or not explains of it: whose attributes are known is often the better customer), ``auc, auc_low,
    auc_high`` (who buys again), ``explained_now`` (eta squared of the ranks of ``monetary_value``; circular for a
    scheme made of it), ``stability, stability_low, stability_high, stability_of`` ("customers keep their segment",
    "resamples agree", "fixed attributes", ""), ``note``.

    Raises
    ------
    InputError
        A name in ``earlier`` that is no scheme; nobody in common with the customers.

    References
    ----------
    See :mod:`seglib.segments.schemes.explaining`.

    Examples
    --------
    >>> people = pd.Index([f"c{i}" for i in range(200)], name="customer_id")
    >>> customers = pd.DataFrame({"monetary_value": [9.0, 1.0] * 100}, index=people)
    >>> after = pd.DataFrame({"next_revenue": [8.0, 0.0] * 100, "bought_again": [True, False] * 100}, index=people)
    >>> kind = pd.Series(["Regular", "Passing"] * 100, index=people)
    >>> compare_schemes({"kind": kind}, customers, after, earlier={"kind": kind})[["scheme", "explained", "stability"]]
      scheme  explained  stability
    0   kind        1.0        1.0
    """
    wrong = [name for name in earlier or () if name not in schemes]
    if wrong:
        raise InputError(
            [f"compare_schemes: earlier {name!r} is no scheme.{did_you_mean(name, schemes)}" for name in wrong]
        )
    rows = []
    for name, scheme in schemes.items():
        before = (earlier or {}).get(name)
        row = {"scheme": name, "note": getattr(scheme, "note", "")}
        row |= _coverage(scheme, customers) | _stability(scheme, before)
        rows.append(row | _explained(scheme, before, customers, outcome, random_state))
    table = pd.DataFrame(rows, columns=COMPARISON_COLUMNS)
    return table.sort_values(["explained", "scheme"], ascending=[False, True], ignore_index=True)


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


def _explained(
    scheme: Scheme | pd.Series,
    before: Scheme | pd.Series | None,
    customers: pd.DataFrame,
    outcome: pd.DataFrame | None,
    seed: int,
) -> dict[str, Any]:
    missing = float("nan")
    told: dict[str, Any] = {"judged": 0, "explained_now": missing, "explained_by_cover": missing}
    estimates = {"explained": UNKNOWN, "auc": UNKNOWN}
    names = _names(scheme).reindex(customers.index)
    if "monetary_value" in customers.columns and names.notna().any():
        money = customers["monetary_value"].astype("float64").fillna(0.0).to_numpy()
        told["explained_now"] = explained_now(_codes(names), money)
    usable = before if before is not None else _as_it_is(scheme, outcome)
    if outcome is not None and len(outcome) and names.notna().any():
        if usable is None:
            return told | _spread(estimates) | {"note": LATER}
        after = _sampled(outcome, seed)
        then = _names(usable).reindex(after.index)
        revenue = after["next_revenue"].to_numpy(dtype=float)
        told["judged"] = len(outcome)
        told["explained_by_cover"] = explained_next(then.isna().to_numpy(dtype="int64"), revenue, draws=1).value
        estimates["explained"] = explained_next(_codes(then), revenue, seed=seed)
        if "bought_again" in after.columns:
            estimates["auc"] = tells_buyers(_codes(then), after["bought_again"].to_numpy(dtype=bool), seed=seed)
    return told | _spread(estimates)


def _as_it_is(scheme: Scheme | pd.Series, outcome: pd.DataFrame | None) -> Scheme | None:
    """A fixed scheme, unless it was made of a table that whoever did not buy again is missing from."""
    if not isinstance(scheme, Scheme) or not scheme.fixed or outcome is None:
        return None
    return scheme if not scheme.of_everyone or outcome.index.isin(scheme.segments.index).all() else None


def _spread(estimates: Mapping[str, Estimate]) -> dict[str, float]:
    told: dict[str, float] = {}
    for key, (value, low, high) in estimates.items():
        told |= {key: value, f"{key}_low": low, f"{key}_high": high}
    return told


def _codes(names: pd.Series) -> Codes:
    return pd.factorize(names.fillna(NOT_KNOWN), sort=True)[0].astype("int64")


def _sampled(outcome: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Sorted by customer, so that the order of the rows changes nothing."""
    known = outcome[outcome["next_revenue"].notna()].sort_index()
    return known if len(known) <= SAMPLE else known.sample(SAMPLE, random_state=seed).sort_index()
