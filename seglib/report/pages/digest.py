"""Two runs of a shop side by side: what moved between them, as small tables, and why they cannot be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.language.naming import current
from seglib.report.run.kept import MOVED, ORDERED, SCHEMES, Kept
from seglib.tables import csv_files
from seglib.tables.period import DAY
from seglib.tables.seen import new_ones

__all__ = ["Digest", "compare_runs", "read_csv"]

MEASURES = ("customers", "orders", "revenue", "average_order_value", "one_time_share")
RULES = "rule_segment"
FEW_KNOWN, MANY_ALIKE = 0.1, 0.3  # share of ids that both runs know, of customers who ordered the same
IGNORED = ("shop", "as_of", "window_days", "run")  # what a run tells every notebook


@dataclass(frozen=True)
class Digest:
    """What moved between an earlier run and this one.

    ``obstacles`` says why nothing can be compared (then all tables are empty): shop, currency, window, later.
    ``shared_days`` are the days that lie in both windows, 0 where none does; None where the window is all of history.
    ``headline``: measure, before, now. ``segments``: scheme, segment, customers_before, customers, revenue_before,
    revenue. ``moves``: from, to, customers, revenue_before, revenue. ``base``: who (both, new, first seen, back,
    gone), customers, revenue_before, revenue. ``quality``: what, before_share, now_share. ``changed`` names the schemes
    whose parameters differ, which are not compared. ``renamed``: customers of the earlier run, how many of them this
    one knows, how many ordered the same as somebody in it; where their ids have changed, and they are not compared;
    None otherwise. ``columns``: what is told no more, and what is told now and was not.
    """

    since: dt.date
    made: str
    as_of: dt.date
    window_days: int | None
    obstacles: list[str] = field(default_factory=list)
    shared_days: int | None = None
    headline: pd.DataFrame = field(default_factory=pd.DataFrame)
    segments: pd.DataFrame = field(default_factory=pd.DataFrame)
    moves: pd.DataFrame = field(default_factory=pd.DataFrame)
    base: pd.DataFrame = field(default_factory=pd.DataFrame)
    quality: pd.DataFrame = field(default_factory=pd.DataFrame)
    changed: list[str] = field(default_factory=list)
    renamed: tuple[int, int, int] | None = None
    columns: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))


def read_csv(file: Path) -> pd.DataFrame:
    """A kept table, its names as they are written (a segment may be called NA); empty where there is none."""
    if not file.is_file() or not file.stat().st_size:
        return pd.DataFrame()
    return csv_files.read_csv(file, keep_default_na=False, na_values=[""])


def compare_runs(earlier: Kept, later: Kept) -> Digest:
    """Compare what two runs have kept.

    Parameters
    ----------
    earlier, later : Kept
        From :func:`seglib.report.run.kept.read_kept`.

    Examples
    --------
    >>> told = {"as_of": "2026-11-14", "counts": {"customers": 3}, "shop": "Tea"}
    >>> run = Kept(Path("reports/tea"), told, pd.DataFrame(), {}, pd.DataFrame())
    >>> compare_runs(run, run).headline["now"].tolist()
    [3.0]
    """
    before, now = earlier.record, later.record
    days = [dt.date.fromisoformat(each["as_of"]) for each in (before, now)]
    frame: dict[str, Any] = {"since": days[0], "made": str(before.get("finished_at") or ""), "as_of": days[1]}
    frame["window_days"] = now.get("window_days")
    if obstacles := _obstacles(before, now):
        return Digest(**frame, obstacles=obstacles)
    window, earlier = now.get("window_days"), _as_named_now(earlier, later)
    changed = _changed(before, now)
    customers = [_customers(each) for each in (earlier, later)]
    renamed = _renamed(customers[0], customers[1], (days[1] - days[0]).days)
    if renamed:
        customers = [each.iloc[:0] for each in customers]
    return Digest(
        **frame,
        shared_days=max(0, window - (days[1] - days[0]).days) if window else None,
        headline=_headline(before["counts"], now["counts"]),
        segments=_segments(earlier, later, changed),
        moves=_moves(customers[0], customers[1], changed),
        base=_base(customers[0], customers[1], days[0], now.get("new_since")),
        quality=_quality(earlier, later),
        changed=changed,
        renamed=renamed,
        columns=_columns(earlier, later),
    )


def _as_named_now(earlier: Kept, later: Kept) -> Kept:
    """An earlier run whose segments by rule have the names that they have now, where this run tells those."""
    if any(RULES not in run.sizes or run.sizes[RULES].empty for run in (earlier, later)):
        return earlier
    old, new = (run.sizes[RULES] for run in (earlier, later))
    known = {*new["segment"]}
    names = {name: now for name in old["segment"] if (now := current(name, known)) in known and now != name}
    sizes = {**earlier.sizes, RULES: old.assign(segment=old["segment"].replace(names))}
    people = earlier.customers
    people = people.assign(**{RULES: people[RULES].replace(names)}) if RULES in people else people
    return replace(earlier, sizes=sizes, customers=people)


def _renamed(before: pd.DataFrame, now: pd.DataFrame, days: int) -> tuple[int, int, int] | None:
    """Whether the customers have other ids: few are known, and yet many ordered exactly the same."""
    known = before.index.intersection(now.index)
    if before.empty or len(known) > FEW_KNOWN * len(before) or not {*ORDERED} <= set(before) & set(now):
        return None
    keys = ["monetary_value", *ORDERED]
    then = before[keys].assign(recency_days=before["recency_days"] + days).round(2)
    same = pd.MultiIndex.from_frame(then).isin(pd.MultiIndex.from_frame(now[keys].round(2)))
    alike = int(same.sum())
    return (len(before), len(known), alike) if alike >= MANY_ALIKE * len(before) else None


def _columns(before: Kept, now: Kept) -> tuple[list[str], list[str]]:
    """Columns of the lines that are told no more, and those that are told now and were not."""
    if before.quality.empty or now.quality.empty:
        return [], []
    old, new = (list(run.quality["column"]) for run in (before, now))
    return [name for name in old if name not in new], [name for name in new if name not in old]


def _obstacles(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    keys = {"shop": "shop", "currency": "currency", "window": "window_days"}
    found = [name for name, key in keys.items() if before.get(key) != now.get(key)]
    return found + (["later"] if before["as_of"] > now["as_of"] else [])


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Schemes whose notebook ran with other parameters."""

    def asked(record: Mapping[str, Any], notebook: str) -> dict[str, Any] | None:
        told = record.get("notebooks", {}).get(notebook)
        return None if told is None else {k: v for k, v in told.get("parameters", {}).items() if k not in IGNORED}

    pairs = {scheme: (asked(before, name), asked(now, name)) for scheme, (_file, _column, name) in SCHEMES.items()}
    return [scheme for scheme, (first, second) in pairs.items() if None not in (first, second) and first != second]


def _customers(run: Kept) -> pd.DataFrame:
    empty = pd.DataFrame({"monetary_value": pd.Series(dtype="float64")})
    return empty if run.customers.empty else run.customers


def _headline(before: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    rows = [(name, before[name], now[name]) for name in MEASURES if name in before and name in now]
    return pd.DataFrame(rows, columns=["measure", "before", "now"]).astype({"before": "float64", "now": "float64"})


def _segments(before: Kept, now: Kept, changed: list[str]) -> pd.DataFrame:
    """Size and money of the segments that both runs name; personas only where all of them are the same."""
    parts = []
    for scheme in SCHEMES:
        tables = [run.sizes.get(scheme, pd.DataFrame()) for run in (before, now)]
        if scheme in changed or any(table.empty for table in tables):
            continue
        first, second = (table.set_index("segment") for table in tables)
        if scheme == "persona" and set(first.index) != set(second.index):
            continue
        both = second.join(first.add_suffix("_before"), how="outer").fillna(0.0)
        parts.append(both.rename_axis("segment").reset_index().assign(scheme=scheme))
    columns = ["scheme", "segment", "customers_before", "customers", "revenue_before", "revenue"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _moves(before: pd.DataFrame, now: pd.DataFrame, changed: list[str]) -> pd.DataFrame:
    """Customers of both runs by the segment they were in and are in, most money first."""
    columns = ["from", "to", "customers", "revenue_before", "revenue"]
    scheme = next((name for name in MOVED if name in before and name in now and name not in changed), "")
    if not scheme:
        return pd.DataFrame(columns=columns)
    both = now[[scheme, "monetary_value"]].join(before[[scheme, "monetary_value"]].add_suffix("_before"), how="inner")
    both = both[both[scheme].notna() & both[f"{scheme}_before"].notna()]
    moved = both[both[scheme] != both[f"{scheme}_before"]].rename(columns={scheme: "to", f"{scheme}_before": "from"})
    told = moved.groupby(["from", "to"], sort=True, observed=True).agg(
        customers=("monetary_value", "size"),
        revenue_before=("monetary_value_before", "sum"),
        revenue=("monetary_value", "sum"),
    )
    worth = told[["revenue_before", "revenue"]].max(axis=1).sort_values(ascending=False, kind="stable")
    return told.loc[worth.index].reset_index()[columns]


def _base(before: pd.DataFrame, now: pd.DataFrame, since: dt.date, new_since: str | None) -> pd.DataFrame:
    """Customers of both runs, of this one alone, of the earlier one alone; with what they brought.

    Of this run alone are those whose first order of the whole history came since the earlier one: new, or only first
    seen where the records are too short to call anybody new; all others came back.
    """
    came, both = now.loc[now.index.difference(before.index)], now.index.intersection(before.index)
    first = pd.to_datetime(came.get("first_order_at", pd.Series(pd.NaT, index=came.index)))
    lately = first.isna() | (first >= pd.Timestamp(since) + DAY)
    new = lately & new_ones(first, dt.date.fromisoformat(new_since) if new_since else None)
    nobody = now.index[:0]
    groups = {
        "both": (both, both),
        "new": (nobody, came.index[new]),
        "first seen": (nobody, came.index[lately & ~new]),
        "back": (nobody, came.index[~lately]),
        "gone": (before.index.difference(now.index), nobody),
    }
    rows = [(who, len(old.union(new)), _sum(before, old), _sum(now, new)) for who, (old, new) in groups.items()]
    return pd.DataFrame(rows, columns=["who", "customers", "revenue_before", "revenue"])


def _sum(table: pd.DataFrame, index: pd.Index) -> float:
    return float(table.loc[index, "monetary_value"].sum())


def _quality(before: Kept, now: Kept) -> pd.DataFrame:
    """Share of the rows analysed, and of the values missing in each column, where it changed."""
    rows = [("rows_analysed", *(_analysed(run.record["counts"]) for run in (before, now)))]
    if not (before.quality.empty or now.quality.empty):
        old, new = (run.quality.set_index("column")["missing_share"] for run in (before, now))
        rows += [(str(name), old[name], new[name]) for name in new.index.intersection(old.index)]
    told = pd.DataFrame(rows, columns=["what", "before_share", "now_share"])
    return told[(told["before_share"] - told["now_share"]).abs() > 0].reset_index(drop=True)


def _analysed(counts: Mapping[str, Any]) -> float:
    read = counts.get("rows_read") or 0
    return counts.get("rows_analysed", 0) / read if read else float("nan")
