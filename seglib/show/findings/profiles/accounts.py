"""Who is behind an account, in sentences."""

from __future__ import annotations

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.naming import EVERYONE
from seglib.language.unanswered import Moot, unanswered
from seglib.show.findings.missing import not_available

__all__ = ["buying_roles", "people_behind", "single_buyers"]


def people_behind(table: pd.DataFrame) -> str:
    """Read at how many accounts one person alone is known, and at how many one alone ordered.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.analysis.profiles.people_behind`.
    """
    if table.attrs.get("needs"):
        return Moot(_("The customers of this shop are persons: there is nobody behind them."))
    told = [_share_of_one(table, "contacts"), _share_of_one(table, "buyers")]
    if not any(told):
        return unanswered(_("too few accounts tell their people."))
    parts = [
        _("At {share} of the accounts ({n} of {all}) one person alone is known.", **told[0]) if told[0] else "",
        _("At {share} of those that tell who ordered ({n} of {all}) one alone did.", **told[1]) if told[1] else "",
    ]
    return " ".join(part for part in parts if part)


def _share_of_one(table: pd.DataFrame, what: str) -> dict[str, str]:
    rows = table[(table["what"] == what) & (table["people"] == "1")]
    if rows.empty:
        return {}
    row = rows.iloc[0]
    return {"share": words.percent(row["share"]), "n": words.count(row["accounts"]), "all": words.count(row["of"])}


def single_buyers(table: pd.DataFrame) -> str:
    """Read how many accounts depend on one buyer, and in which segment most of them do; empty without accounts.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.analysis.profiles.single_buyers`.
    """
    if table.attrs.get("needs"):
        return ""
    every = table[table["group"] == EVERYONE].dropna(subset="share")
    if every.empty:
        return unanswered(_("too few accounts have two orders or more that tell who ordered."))
    row = every.iloc[0]
    ends = [words.percent(row[end]) for end in ("low_share", "high_share")]
    told = _(
        "{share} of the accounts with two orders or more ({n} of {all}; 95% interval {low} to {high}) depend on one "
        "buyer.",
        share=words.percent(row["share"]), n=words.count(row["single"]), all=words.count(row["judged"]),
        low=ends[0], high=ends[1],
    )  # fmt: skip
    if pd.notna(row["revenue_share"]):
        money = words.percent(row["revenue_share"])
        told += " " + _("They bring {revenue} of the revenue of these accounts.", revenue=money)
    apart = table[table["differs"].astype(bool)].sort_values("share", kind="stable")
    if apart.empty:
        return told
    top = apart.iloc[-1] if apart["share"].iloc[-1] > row["share"] else apart.iloc[0]
    group, share = words.name(top["group"]), words.percent(top["share"])
    return f"{told} " + _("Furthest from the others is {group}: {share}.", group=group, share=share)


def buying_roles(table: pd.DataFrame) -> str:
    """Read which roles order most often; empty without accounts.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.analysis.profiles.buying_roles`.
    """
    if table.attrs.get("needs"):
        return "" if table.attrs["needs"] == "accounts" else not_available(table)
    if table.empty:
        return unanswered(_("no role is told of enough people."))
    order = table.sort_values("share", kind="stable")
    most, least = (
        _("{role} ({share}, {n} of {all})", role=words.name(row["role"]), share=words.percent(row["share"]),
          n=words.count(row["buyers"]), all=words.count(row["people"]))
        for _place, row in order.iloc[[-1, 0]].iterrows()
    )  # fmt: skip
    if len(table) == 1:
        return _("Of one role enough people are known: {most} ordered.", most=most)
    if order.iloc[[-1, 0]]["differs"].any():
        return _("Most often {most} ordered, least often {least}.", most=most, least=least)
    return _("Most often {most} ordered, least often {least}; chance could explain that.", most=most, least=least)
