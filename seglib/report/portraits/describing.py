"""What the page of one segment shows, from the tables that the run kept; without them, nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.analysis.profiles import profile_segments
from seglib.language import words
from seglib.language.glossary import definition
from seglib.language.messages import gettext as _
from seglib.language.naming import NOT_COVERED
from seglib.report.pages.actions import KINDS, advice
from seglib.report.pages.digest import Digest, read_csv
from seglib.report.portraits.choosing import RULES, Portrait
from seglib.report.run.kept import MOVED, SCHEMES
from seglib.show.findings import portraits as findings
from seglib.show.findings.profiles import trait_rows
from seglib.show.findings.rfm import fates
from seglib.show.findings.segments import since

__all__ = ["Told", "describe", "members"]

RFM = "rfm_segment"
BECAME = {"customers", "again_share", "others_again_share", "verdict"}
MOST = 6  # differences told, the clearest first


@dataclass(frozen=True)
class Told:
    """What a run kept: its tables, customers indexed by ``customer_id``, memberships; what moved since another one."""

    record: Mapping[str, Any]
    tables: Path
    customers: pd.DataFrame
    memberships: pd.DataFrame
    digest: Digest | None = None
    _read: Callable[[Path], pd.DataFrame] = field(default_factory=lambda: cache(read_csv))
    _profiles: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    _advice: dict[str, dict[str, str]] = field(default_factory=dict)

    def rows(self, file: str, **where: str) -> pd.DataFrame:
        """Rows of a kept table with these texts in their columns; none where it has no such columns."""
        table = self._read(self.tables / file)
        for column, value in where.items():
            table = table[table[column].astype("str").eq(value)] if column in table else table.head(0)
        return table

    def action(self, portrait: Portrait) -> str:
        """What to do for a segment; empty where nothing is known."""
        if portrait.scheme not in self._advice:
            self._advice[portrait.scheme] = advice(self.record, self.tables, portrait.scheme)
        return self._advice[portrait.scheme].get(portrait.segment, "")

    def profile(self, portrait: Portrait) -> dict[str, Any]:
        """Size, money and medians of a segment, as its page tells them; worked out where no page does."""
        key = (portrait.scheme, portrait.segment if portrait.whole else "")
        if key not in self._profiles:
            kept = self.rows("profiles.csv", segmentation=portrait.scheme)
            self._profiles[key] = kept if {"segment", "customers", "revenue_share", "index"} <= set(kept) else kept[:0]
        found = self._profiles[key]
        if portrait.whole or not len(found) or portrait.segment not in set(found["segment"].astype("str")):
            names = self.customers[portrait.scheme] if not portrait.whole else _apart(self.customers, portrait, self)
            self._profiles[key] = found = profile_segments(self.customers, names)
        return dict(found[found["segment"].astype("str") == portrait.segment].iloc[0])


def _apart(customers: pd.DataFrame, portrait: Portrait, told: Told) -> pd.Series:
    inside = members(told, portrait).index
    return pd.Series(NOT_COVERED, customers.index).where(~customers.index.isin(inside), portrait.segment)


def members(told: Told, portrait: Portrait) -> pd.DataFrame:
    """Customers of a segment."""
    if not portrait.whole:
        return told.customers[told.customers[portrait.scheme].astype("str") == portrait.segment]
    inside = told.memberships.loc[told.memberships["segment"].astype("str") == portrait.segment, "customer_id"]
    return told.customers[told.customers.index.isin(inside.astype("str"))]


def describe(told: Told, portrait: Portrait) -> dict[str, Any]:
    """Everything that the page of a segment shows, but for its frame and its list.

    Parameters
    ----------
    told : Told
        What the run kept.
    portrait : Portrait
        The segment.
    """
    row = told.profile(portrait)
    return {
        "title": portrait.name,
        "kind": _(KINDS[portrait.scheme]),
        "definition": _meaning(told, portrait),
        "numbers": findings.numbers(row, told.record["currency"]),
        "action": told.action(portrait),
        "moves": findings.moves(told.rows("moves.csv", segment=portrait.segment)) if portrait.scheme == RFM else [],
        "traits": _traits(told, portrait),
        "habits": findings.habits(told.rows("habits.csv", segmentation=portrait.scheme, segment=portrait.segment)),
        "changed": _changed(told, portrait),
        "sure": [*_became(told, portrait), *findings.sureness(row)],
    }


def _meaning(told: Told, portrait: Portrait) -> str:
    """Who they are by their definition; of a segment by rule as its file says."""
    if portrait.scheme == RULES:
        kept = told.rows(SCHEMES[RULES][0], segment=portrait.segment)
        described = str(kept["description"].fillna("").iloc[0]) if len(kept) and "description" in kept else ""
        return _(described) if described else ""
    return definition(portrait.segment)


def _traits(told: Told, portrait: Portrait) -> list[tuple[str, str, str, str]]:
    """What sets a segment apart and holds up: trait, here, elsewhere, of how many it is known."""
    kept = told.rows("traits.csv", segmentation=portrait.scheme, segment=portrait.segment)
    if portrait.whole or not {"evidence", "effect", "attribute", "value", "statistic"} <= set(kept):
        return []
    kept = kept.assign(value=kept["value"].astype("object").fillna(""))
    rows = trait_rows(kept, told.record["currency"], each=MOST).to_dict("records")
    return [(row["trait"], row["in_segment"], row["elsewhere"], words.count(row["customers"])) for row in rows]


def _changed(told: Told, portrait: Portrait) -> list[str]:
    """How the segment moved since an earlier run, where both tell it."""
    digest = told.digest
    if digest is None or digest.obstacles or digest.renamed or portrait.whole or digest.segments.empty:
        return []
    sizes = digest.segments[digest.segments["scheme"].eq(portrait.scheme)]
    row = sizes[sizes["segment"].astype("str").eq(portrait.segment)]
    if row.empty:
        return []
    followed = next((name for name in MOVED if name in set(digest.segments["scheme"])), "") == portrait.scheme
    moves = digest.moves if followed else digest.moves.head(0)
    came = moves[moves["to"].eq(portrait.segment)].rename(columns={"from": "segment"})
    went = moves[moves["from"].eq(portrait.segment)].rename(columns={"to": "segment"})
    before, now = (int(row[column].iloc[0]) for column in ("customers_before", "customers"))
    return findings.moved(before, now, came, went, words.date(digest.since))


def _became(told: Told, portrait: Portrait) -> list[str]:
    """What the shop's own past says of what is told of such customers."""
    if portrait.scheme == RFM:
        fate, moves = told.rows("moves_before.csv"), told.rows("moves.csv", segment=portrait.segment)
        if not {"move", "told", "did", "others_share"} <= set(fate):
            return []
        fate = fate[fate["move"].isin(set(moves["move"])) & (fate["told"] >= fates.FEWEST)]
        return [fates.otherwise(row) for row in fate.to_dict("records")]
    kept = told.rows("became.csv", segment=portrait.segment)
    return [since(row) for _place, row in kept.iterrows()] if set(kept) >= BECAME else []
