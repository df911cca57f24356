"""What to do next: the few actions that concern most money, of the segments that a run named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from seglib.actions.playbook import recommend_actions
from seglib.language import words
from seglib.language.glossary import definition
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.report.pages.acting import scheme_to_act_on
from seglib.report.pages.digest import read_csv
from seglib.report.run.kept import SCHEMES
from seglib.show.findings.overview import worth
from seglib.show.findings.segments.sizes import too_broad

__all__ = ["KINDS", "advice", "next_actions"]

LEAST = 30  # customers; fewer are no campaign
HALF = 0.5  # of all customers: segments of one rule that divide every other one are none to act on
# what a segment is called by the column of the customers that names it
KINDS = {"rfm_segment": mark("RFM segment"), "rule_segment": mark("Segment by rule"), "persona": mark("Persona")}
MOST = (3, 2, 1)  # actions by scheme, the one to act on first


def next_actions(
    record: Mapping[str, Any], tables: Path, pages: Sequence[str], places: Mapping[str, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """The actions for the segments with most revenue: three of the scheme to act on, and three of others.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold; ``actions``, ``labels`` and ``min_group`` are the shop's own.
    tables : path
        Folder of the run's tables.
    pages : sequence of str
        Names of the pages there are, to link to.
    places : mapping of str to str
        Page of each segment that has one, by its name on the pages.

    Returns
    -------
    list of dict with ``segment``, ``kind``, ``definition``, ``who`` (number and money), ``action``, ``href``, ``help``
    (its customers need help, which has a place whatever money they bring).
    """
    found = {
        "rfm_segment": _of_rfm(record, tables),
        "rule_segment": _of_rules(tables),
        "persona": _of_personas(record, tables),
    }
    least = max(LEAST, record.get("min_group", LEAST))
    told, names = list[dict[str, Any]](), set[str]()
    acting = scheme_to_act_on(tables).scheme
    for scheme, most in zip(sorted(KINDS, key=lambda name: name != acting), MOST, strict=True):
        page = SCHEMES[scheme][2]
        large = found[scheme][found[scheme]["customers"] >= least]
        new = large[~large["segment"].astype("str").str.casefold().isin(names)]
        top = _first(new.sort_values("revenue", ascending=False, kind="stable"), most)
        names |= set(top["segment"].astype("str").str.casefold())
        href = f"{page}.html" if page in pages else ""
        told += [
            _told(row, _(KINDS[scheme]), places.get(words.name(row["segment"]), href), record["currency"])
            for row in top.to_dict("records")
        ]
    return told


def advice(record: Mapping[str, Any], tables: Path, scheme: str) -> dict[str, str]:
    """What to do for each segment of a scheme, in the language of the report.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold; ``actions`` and ``labels`` are the shop's own.
    tables : path
        Folder of the run's tables.
    scheme : str
        Column of the customers: rfm_segment, persona, rule_segment.

    Returns
    -------
    dict of segment to action; without those for which none is known.
    """
    if scheme == "rule_segment":
        told = _kept(tables / "segments.csv", "segment", "action").dropna(subset=["action"])
        told = told.assign(action=told["action"].map(_))
    elif scheme == "persona":
        told = _chosen(*_named_personas(tables), record)
    else:
        told = _chosen(_kept(tables / "rfm_segments.csv", "segment"), None, record)
    return {str(name): str(action) for name, action in zip(told["segment"], told["action"], strict=True)}


def _first(ordered: pd.DataFrame, most: int) -> pd.DataFrame:
    """The first rows; the last place is for customers who need help, where there are any: that comes before selling."""
    help_ = ordered[ordered["does"].map(_helps)] if "does" in ordered else ordered[:0]
    rest = ordered.drop(index=help_.index[:1]).head(most - len(help_.head(1)))
    return pd.concat([rest, help_.head(1)])


def _helps(does: object) -> bool:
    return "'help'" in str(does)


def _told(row: Mapping[Any, Any], kind: str, href: str, currency: str) -> dict[str, Any]:
    return {
        "segment": words.name(row["segment"]),
        "kind": kind,
        "definition": _(str(row.get("description") or "")) or definition(row["segment"]),
        "who": worth(row["customers"], row["revenue"], row["revenue_share"], currency),
        "action": _(row["action"]),
        "href": href,
        "help": _helps(row.get("does")),
    }


def _wanted(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["segment", "customers", "revenue", "revenue_share", "action"]
    if table.empty or not set(columns) <= set(table):
        return pd.DataFrame(columns=columns)
    return table[(table["revenue"] > 0) & table["action"].notna()]


def _chosen(table: pd.DataFrame, traits: pd.DataFrame | None, record: Mapping[str, Any]) -> pd.DataFrame:
    """The action of each segment that has one."""
    own = {"actions": record.get("actions") or {}, "labels": record.get("labels") or {}}
    chosen = recommend_actions(table, traits=traits, **own)
    return chosen[chosen["source"] != "none"]


def _kept(file: Path, *columns: str) -> pd.DataFrame:
    """A kept table with these columns; empty where a notebook of one's own kept something else by that name."""
    table = read_csv(file)
    return table if set(columns) <= set(table) else pd.DataFrame(columns=list(columns))


def _of_rfm(record: Mapping[str, Any], tables: Path) -> pd.DataFrame:
    table = _kept(tables / "rfm_segments.csv", "segment", "customers", "revenue", "revenue_share")
    return _wanted(table if table.empty else _chosen(table, None, record))


def _of_rules(tables: Path) -> pd.DataFrame:
    """Available segments with an action of their own that are not too broad, and do not only divide everybody."""
    table = _kept(
        tables / "segments.csv", "segment", "group", "status", "customers", "customers_share", "revenue_share"
    )
    if table.empty:
        return _wanted(table)
    whole = table["group"].map(table.groupby("group")["customers_share"].sum())
    return _wanted(table[(table["status"] == "available") & (whole < HALF) & ~too_broad(table)])


def _of_personas(record: Mapping[str, Any], tables: Path) -> pd.DataFrame:
    """Personas that have a name, with what their traits suggest: they were made from these, which is not tested."""
    named, traits = _named_personas(tables)
    return _wanted(named if named.empty else _chosen(named, traits, record))


def _named_personas(tables: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Personas that have a name, as segments, and their traits as evidence."""
    table = _kept(tables / "personas.csv", "persona", "described", "customers", "revenue")
    traits = _kept(tables / "persona_traits.csv", "persona", "feature", "delta")
    evidence = traits.rename(columns={"persona": "segment", "feature": "attribute", "delta": "effect"})
    named = table[table["described"].astype(bool)].rename(columns={"persona": "segment"})
    return named if len(traits) else named[:0], evidence.assign(evidence=False, tested=False, value="")
