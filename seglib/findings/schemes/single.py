"""Findings about single schemes: a tidy table or a study in, one sentence out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seglib import words

__all__ = [
    "HEADINGS",
    "SIZE_HEADINGS",
    "answers",
    "candidates",
    "coverage",
    "lookalikes",
    "needs",
    "needs_map",
    "open_deals",
    "white_space",
    "white_space_map",
    "win_rates",
]

NOT_KNOWN = "Not known"
SIZE_HEADINGS = {"customers": "People", "customers_share": "Share of people"}  # leads are people too
HEADINGS = {
    "stability": "Comes back (1 = always)",
    "known_share": "Known",
    "peers_share": "Of its peers buy it",
    "median_spend": "Median spend of peers",
    "valued": "With a value",
    "median_age_days": "Median age (days)",
    "lift": "Times the average chance",
    "because": "Because of",
}


def coverage(scheme: Any) -> str:
    """Read a scheme for how many customers it covers, and how well its attributes are known.

    Parameters
    ----------
    scheme : seglib.schemes.Scheme
    """
    sizes = scheme.sizes
    total, name = int(sizes["customers"].sum()), words.label(scheme.name)
    segments = sizes[sizes["segment"] != NOT_KNOWN]
    if segments.empty:
        return f"{name}: {scheme.note or 'Nobody can be segmented by what is known.'}"
    covered = int(segments["customers"].sum())
    told = (
        f"{name}: {words.plural(len(segments), 'segment covers', 'segments cover')} {words.count(covered)} of "
        f"{words.plural(total, 'person', 'people')} ({words.percent(covered / total)})"
    )
    worst = _least_known(scheme.attributes) if scheme.fixed else ""
    return f"{told}; {worst}." if worst else f"{told}."


def needs(study: Any) -> str:
    """Read a study of answers for its segments, the largest, and who is left out.

    Parameters
    ----------
    study : seglib.schemes.NeedsStudy
    """
    sizes = study.sizes
    if sizes.empty:
        return study.note
    people, top = int(sizes["customers"].sum()), sizes.iloc[0]
    left = (
        ""
        if not study.left_out
        else f"; {words.plural(study.left_out, 'person', 'people')} answered too little and are left out"
    )
    if len(sizes) == 1:
        return f"The {words.plural(people, 'person', 'people')} who answered are best seen as one group: {study.note}"
    told = (
        f"Answers divide {words.plural(people, 'person', 'people')} into {words.count(len(sizes))} segments; the "
        f"largest is “{top['segment']}” with {words.percent(top['customers_share'])} ({words.count(top['customers'])})"
    )
    return f"{told}{left}."


def candidates(table: pd.DataFrame) -> str:
    """Read the candidates for the number of segments that comes back, and how well the others do."""
    if table.empty:
        return "There are too few people or too few different answers to try any division."
    chosen = table[table["recommended"].astype(bool)]
    if chosen.empty:
        best = table.loc[table["stability"].fillna(-1).idxmax()]
        agreed = words.number(best["stability"], 2)
        return f"No division comes back: resamples agree best on {int(best['k'])} segments, {agreed} of 1."
    row = chosen.iloc[0]
    return (
        f"{int(row['k'])} segments are the finest division that comes back when the people are drawn again: agreement "
        f"{words.number(row['stability'], 2)} of 1, the weakest segment {words.number(row['weakest_segment'], 2)}."
    )


def answers(table: pd.DataFrame) -> str:
    """Read the answers for the one that sets a segment furthest apart from everyone."""
    clear = table[table["evidence"].astype(bool)]
    if clear.empty:
        return "No answer of any segment is clearly different from what everyone answers."
    row = clear.loc[clear["difference"].abs().idxmax()]
    mean = row["statistic"] == "mean"
    ours, all_ = (words.number(row[side]) if mean else words.percent(row[side]) for side in ("value", "everyone"))
    question = row["question"] if row["answer"] in ("yes", "mean") else f"{row['question']}: {row['answer']}"
    return (
        f"“{question}” sets the segments furthest apart: {'on average ' if mean else ''}{ours} in “{row['segment']}” "
        f"({words.plural(int(row['n']), 'person', 'people')}) against {all_} of everyone."
    )


def needs_map(components: pd.DataFrame) -> str:
    """Read the principal components for how much of the answers a flat map can show."""
    if len(components) < 2 or not components["variance_share"].sum() > 0:
        return "The answers do not vary in two directions, so there is no map to draw."
    return (
        f"The map shows {words.percent(components['variance_share'].iloc[:2].sum())} of the variation in the answers."
    )


def open_deals(stages: pd.DataFrame, currency: str = "") -> str:
    """Read the open deals for their number, their value and what they can be expected to bring."""
    if stages.empty:
        return "No deal is open."
    deals, valued = int(stages["deals"].sum()), int(stages["valued"].sum())
    expected = stages["expected_value"].sum(min_count=1)
    worth = (
        f", {words.count(valued)} of them with a value ({words.money(stages['value'].sum(), currency)})"
        if valued
        else ""
    )
    none = "" if valued else ", none with a value of its own"
    told = f"{words.plural(deals, 'deal')} {'is' if deals == 1 else 'are'} open{worth}{none}"
    if np.isnan(expected):
        return f"{told}; what they will bring cannot be told, since no deal was won or lost yet."
    return f"{told}; at the win rate of closed deals they would bring about {words.money(expected, currency)}."


def win_rates(rates: pd.DataFrame) -> str:
    """Read the win rates for the best and the worst group, and whether chance could explain that."""
    known = rates[(rates["group"] != NOT_KNOWN) & rates["win_rate"].notna()]
    if known.empty:
        return "No deal was won or lost yet, so there is no win rate."
    won, closed = int(rates["won"].sum()), int((rates["won"] + rates["lost"]).sum())
    told = f"{words.percent(won / closed)} of the closed deals were won ({words.count(won)} of {words.count(closed)})"
    if len(known) == 1:
        return f"{told}."
    high, low = known.loc[known["win_rate"].idxmax()], known.loc[known["win_rate"].idxmin()]
    if high["win_rate_low"] <= low["win_rate_high"]:
        return f"{told}; no group clearly wins more often than another."
    return (
        f"{told}, most often with {high['group']} ({words.percent(high['win_rate'])}), "
        f"least with {low['group']} ({words.percent(low['win_rate'])})."
    )


def white_space(gaps: pd.DataFrame, currency: str = "") -> str:
    """Read the lines not bought for how many there are, and the largest."""
    if gaps.empty:
        return "No line is bought by enough of a customer's peers, and not by the customer, to stand out."
    row, n = gaps.iloc[0], gaps["customer_id"].nunique()
    who = f"{words.plural(n, 'customer')} {'does' if n == 1 else 'do'}"
    return (
        f"{who} not buy something that peers buy; the largest gap is "
        f"{row['product']}, which {words.percent(row['peers_share'])} of {words.count(row['peers'])} peers buy for "
        f"{words.money(row['median_spend'], currency)} (median)."
    )


def white_space_map(cells: pd.DataFrame) -> str:
    """Read the map of segments and lines for the widest difference between segments."""
    known = cells[cells["customers"] >= 10]
    if known["segment"].nunique() < 2:
        return "There are no two segments with ten customers or more to compare."
    ends = known.groupby("product")["share"].agg(["min", "max"])
    product = (ends["max"] - ends["min"]).idxmax()
    rows = known[known["product"] == product].set_index("segment")
    high, low = rows["share"].idxmax(), rows["share"].idxmin()
    if rows.loc[high, "share_low"] <= rows.loc[low, "share_high"]:
        return "No segment clearly buys a line more often than another."
    return (
        f"Segments differ most in {product}: {words.percent(rows.loc[high, 'share'])} of {high} buy it, "
        f"{words.percent(rows.loc[low, 'share'])} of {low}."
    )


def lookalikes(found: Any) -> str:
    """Read the lookalikes for whether they can be told at all, and how well.

    Parameters
    ----------
    found : seglib.schemes.Lookalikes
    """
    if found.note:
        return found.note
    interval = f"{words.number(found.auc_low, 2)} to {words.number(found.auc_high, 2)}"
    names = words.joined([words.label(name) for name in found.attributes])
    if not found.told:
        return (
            f"Lookalikes of the best customers cannot be told by {names}: the score is no better than chance on "
            f"customers it had not seen (AUC {words.number(found.auc, 2)}, 95% interval {interval}; 0.5 is chance)."
        )
    leads = int((~found.table["is_customer"].astype(bool)).sum())
    return (
        f"One of the {words.count(found.best)} best customers scores above another customer with a chance of "
        f"{words.percent(found.auc)} (95% interval {interval}); {_leads(leads)} scored by it."
    )


def _least_known(attributes: pd.DataFrame) -> str:
    if attributes.empty:
        return ""
    row = attributes.loc[attributes["known_share"].idxmin()]
    if row["known_share"] >= 1:
        return "all of its attributes are known" if len(attributes) > 1 else ""
    used = "" if row["used"] else ", not used"
    return f"least is known of {row['attribute']} (known for {words.percent(row['known_share'])}{used})"


def _leads(n: int) -> str:
    return "nobody but customers is" if not n else f"{words.plural(n, 'lead')} {'is' if n == 1 else 'are'}"
