"""Findings about single schemes: a tidy table or a study in, one sentence out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import NOT_KNOWN
from seglib.show.findings.clauses import closed

__all__ = [
    "HEADINGS",
    "SIZE_HEADINGS",
    "coverage",
    "lookalikes",
    "open_deals",
    "white_space",
    "white_space_map",
    "win_rates",
]

SIZE_HEADINGS = {"customers": mark("People"), "customers_share": mark("Share of people")}  # leads are people too
HEADINGS = {
    "stability": mark("Comes back (1 = always)"),
    "known_share": mark("Known"),
    "peers_share": mark("Of its peers buy it"),
    "median_spend": mark("Median spend of peers"),
    "valued": mark("With a value"),
    "median_age_days": mark("Median age (days)"),
    "lift": mark("Times the average chance"),
    "because": mark("Because of"),
}


def coverage(scheme: Any) -> str:
    """Read a scheme for how many customers it covers, and how well its attributes are known.

    Parameters
    ----------
    scheme : seglib.segments.schemes.Scheme
    """
    sizes = scheme.sizes
    total, name = int(sizes["customers"].sum()), words.label(scheme.name)
    segments = sizes[sizes["segment"] != NOT_KNOWN]
    if segments.empty:
        note = scheme.note or _("Nobody can be segmented by what is known.")
        return _("{scheme}: {finding}", scheme=name, finding=note)
    covered = int(segments["customers"].sum())
    told = ngettext(
        "{scheme}: {n} segment covers {covered} of {people} ({share})",
        "{scheme}: {n} segments cover {covered} of {people} ({share})",
        len(segments),
        scheme=name,
        n=words.count(len(segments)),
        covered=words.count(covered),
        people=words.plural(total, "person", "people"),
        share=words.percent(covered / total),
    )
    return closed(told, _least_known(scheme.attributes) if scheme.fixed else "")


def open_deals(stages: pd.DataFrame, currency: str = "") -> str:
    """Read the open deals for their number, their value and what they can be expected to bring."""
    if stages.empty:
        return _("No deal is open.")
    expected = stages["expected_value"].sum(min_count=1)
    if np.isnan(expected):
        bring = _("what they will bring cannot be told, since no deal was won or lost yet")
    else:
        worth = words.money(expected, currency)
        bring = _("at the win rate of closed deals they would bring about {worth}", worth=worth)
    return closed(_open(stages, currency), bring)


def _open(stages: pd.DataFrame, currency: str) -> str:
    deals, valued = int(stages["deals"].sum()), int(stages["valued"].sum())
    if not valued:
        return ngettext(
            "{n} deal is open, none with a value of its own",
            "{n} deals are open, none with a value of its own",
            deals,
            n=words.count(deals),
        )
    return ngettext(
        "{n} deal is open, {valued} of them with a value ({value})",
        "{n} deals are open, {valued} of them with a value ({value})",
        deals,
        n=words.count(deals),
        valued=words.count(valued),
        value=words.money(stages["value"].sum(), currency),
    )


def win_rates(rates: pd.DataFrame) -> str:
    """Read the win rates for the best and the worst group, and whether chance could explain that."""
    known = rates[(rates["group"] != NOT_KNOWN) & rates["win_rate"].notna()]
    if known.empty:
        return _("No deal was won or lost yet, so there is no win rate.")
    won, ended = int(rates["won"].sum()), int((rates["won"] + rates["lost"]).sum())
    told = {"share": words.percent(won / ended), "n": words.count(won), "all": words.count(ended)}
    if len(known) == 1:
        return _("{share} of the closed deals were won ({n} of {all}).", **told)
    high, low = known.loc[known["win_rate"].idxmax()], known.loc[known["win_rate"].idxmin()]
    if high["win_rate_low"] <= low["win_rate_high"]:
        return _(
            "{share} of the closed deals were won ({n} of {all}); no group clearly wins more often than another.",
            **told,
        )
    return _(
        "{share} of the closed deals were won ({n} of {all}), most often with {best} ({best_share}), least with "
        "{worst} ({worst_share}).",
        **told,
        best=words.name(high["group"]),
        best_share=words.percent(high["win_rate"]),
        worst=words.name(low["group"]),
        worst_share=words.percent(low["win_rate"]),
    )


def white_space(gaps: pd.DataFrame, currency: str = "") -> str:
    """Read the lines not bought for how many there are, and the largest."""
    if gaps.empty:
        return _("No line is bought by enough of a customer's peers, and not by the customer, to stand out.")
    row, n = gaps.iloc[0], int(gaps["customer_id"].nunique())
    return ngettext(
        "{n} customer does not buy something that peers buy; the largest gap is {product}, which {share} of {peers} "
        "peers buy for {spend} (median).",
        "{n} customers do not buy something that peers buy; the largest gap is {product}, which {share} of {peers} "
        "peers buy for {spend} (median).",
        n,
        n=words.count(n),
        product=row["product"],
        share=words.percent(row["peers_share"]),
        peers=words.count(row["peers"]),
        spend=words.money(row["median_spend"], currency),
    )


def white_space_map(cells: pd.DataFrame) -> str:
    """Read the map of segments and lines for the widest difference between segments."""
    known = cells[cells["customers"] >= 10]
    if known["segment"].nunique() < 2:
        return _("There are no two segments with ten customers or more to compare.")
    ends = known.groupby("product")["share"].agg(["min", "max"])
    product = (ends["max"] - ends["min"]).idxmax()
    rows = known[known["product"] == product].set_index("segment")
    high, low = rows["share"].idxmax(), rows["share"].idxmin()
    if rows.loc[high, "share_low"] <= rows.loc[low, "share_high"]:
        return _("No segment clearly buys a line more often than another.")
    return _(
        "Segments differ most in {product}: {most} of {first} buy it, {least} of {last}.",
        product=product,
        most=words.percent(rows.loc[high, "share"]),
        first=words.name(high),
        least=words.percent(rows.loc[low, "share"]),
        last=words.name(low),
    )


def lookalikes(found: Any) -> str:
    """Read the lookalikes for whether they can be told at all, and how well.

    Parameters
    ----------
    found : seglib.segments.schemes.Lookalikes
    """
    if found.note:
        return found.note
    told = {"low": words.number(found.auc_low, 2), "high": words.number(found.auc_high, 2)}
    if not found.told:
        return _(
            "A good customer can hardly be told by {attributes}: of two customers whom the score had not seen, it puts "
            "the better one first {chance} of the time (95% interval {low} to {high}); a coin does so half of the "
            "time.",
            low=words.percent(found.auc_low),
            high=words.percent(found.auc_high),
            attributes=words.joined([words.label(name) for name in found.attributes]),
            chance=words.percent(found.auc),
        )
    leads = int((~found.table["is_customer"].astype(bool)).sum())
    best = _(
        "One of the {best} best customers scores above another customer with a chance of {chance} (95% interval "
        "{low} to {high})",
        **told,
        best=words.count(found.best),
        chance=words.percent(found.auc),
    )
    return closed(best, _leads(leads))


def _least_known(attributes: pd.DataFrame) -> str:
    if attributes.empty:
        return ""
    row = attributes.loc[attributes["known_share"].idxmin()]
    if row["known_share"] >= 1:
        return _("all of its attributes are known") if len(attributes) > 1 else ""
    told = {"attribute": words.name(row["attribute"]), "share": words.percent(row["known_share"])}
    if row["used"]:
        return _("least is known of {attribute} (known for {share})", **told)
    return _("least is known of {attribute} (known for {share}, not used)", **told)


def _leads(n: int) -> str:
    if not n:
        return _("nobody but customers is scored by it")
    return ngettext("{n} lead is scored by it", "{n} leads are scored by it", n, n=words.count(n))
