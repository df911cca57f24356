"""Stages and the time between them, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.findings.missing import not_available
from seglib.words import count, date, days, joined, label, percent, plural

__all__ = [
    "basis",
    "key_numbers",
    "known_stages",
    "span",
    "stage_rows",
    "stages",
    "stages_by",
    "states",
    "time_rows",
    "times_between",
]

EVERYONE = "Everyone"
FEW = 30
HOUR = 1 / 24
MANY = {"person": "people", "product put into a cart": "products put into carts"}
STAGES = {"visit": "events", "cart": "events of carts", "first order": "orders", "repeat": "orders", "loyal": "orders"}
STATES = {
    "lead": ("Leads", "contacts who have never ordered", "of the contacts"),
    "dormant": ("Dormant", "customers silent for much longer than usual", "of the customers"),
    "unseen": ("Never seen", "customers whom the events do not show", "of the customers"),
    "earlier": ("There before", "customers who had ordered before the events first show them", "of the customers"),
}  # fmt: skip


def span(value: Any) -> str:
    """Length of time, in minutes and hours below a day.

    Examples
    --------
    >>> span(0.0003), span(0.01), span(0.5), span(1.0), span(45.2), span(None)
    ('under a minute', '14 minutes', '12 hours', '1 day', '45 days', '–')
    """
    if pd.isna(value) or value >= 1:
        return days(value)
    if value < HOUR:
        minutes = round(value * 1440)
        return plural(minutes, "minute") if minutes else "under a minute"
    return plural(round(value * 24), "hour")


def key_numbers(stages: pd.DataFrame, states: pd.DataFrame) -> dict[str, str]:
    """People at each stage, then at each state beside them.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "stage": ["visit", "cart"], "people": [4, 1], "share": [None, 0.25]})
    >>> key_numbers(table, pd.DataFrame({"state": ["lead"], "people": [3], "share": [0.3]}))
    {'Visit': '4', 'Cart': '1\\n25% of the stage before', 'Leads': '3\\n30% of the contacts'}
    """
    rows = stages[stages["group"] == EVERYONE] if len(stages) else stages
    told = {}
    for row in rows.to_dict("records"):
        below = "" if pd.isna(row["share"]) else f"\n{percent(row['share'])} of the stage before"
        told[label(row["stage"])] = f"{count(row['people'])}{below}"
    for row in states.to_dict("records"):
        if row["state"] in ("lead", "dormant") and pd.notna(row["share"]):
            name, _, of = STATES[row["state"]]
            told[name] = f"{count(row['people'])}\n{percent(row['share'])} {of}"
    return told


def basis(n: Any, noun: str, as_of: Any, *, days: float = 0) -> str:
    """Sample size and period of a figure.

    Parameters
    ----------
    n : int
        How many; missing is none.
    noun : str
        Of what, as one of them is called.
    as_of : date
        Last day analysed.
    days : float
        Length of the period; 0 is the whole history.

    Examples
    --------
    >>> basis(2, "person", pd.Timestamp("2025-01-01")), basis(1200, "request", pd.Timestamp("2025-01-01"), days=30)
    ('2 people; the whole history up to 1 January 2025.', '1,200 requests; the 30 days up to 1 January 2025.')
    """
    size = plural(0 if pd.isna(n) else int(n), noun, MANY.get(noun, ""))
    return f"{size}; the {f'{count(days)} days' if days else 'whole history'} up to {date(as_of)}."


def known_stages(table: pd.DataFrame) -> str:
    """Which stages the shop's tables tell, and what the others take.

    Examples
    --------
    >>> known_stages(pd.DataFrame({"stage": ["first order", "repeat", "loyal"]}))
    'The stages visit and cart are left out: they take events.'
    """
    there = set(table["stage"]) if len(table) else set()
    gone = [stage for stage in STAGES if stage not in there]
    if not gone:
        return "All five stages are known."
    needs = list(dict.fromkeys(STAGES[stage] for stage in gone))
    needs = [need for need in needs if need != "events of carts" or "events" not in needs]
    if len(gone) == 1:
        return f"The stage {gone[0]} is left out: it takes {needs[0]}."
    return f"The stages {joined(gone)} are left out: they take {joined(needs)}."


def stages(table: pd.DataFrame) -> str:
    """Where most people leave, and how many reach the end.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "stage": ["visit", "cart", "first order"], "people": [400, 100, 60],
    ...     "of": [None, 400, 100], "share": [None, 0.25, 0.6], "low_share": [None, 0.21, 0.5],
    ...     "high_share": [None, 0.29, 0.69], "dropped": [None, 300, 40], "total_share": [1, 0.25, 0.15]})
    >>> stages(table)
    'The largest step down is from visit to cart: 300 of 400 people (75%) do not take it; 15% reach first order.'
    """
    rows = table[table["group"] == EVERYONE].reset_index(drop=True) if len(table) else table
    if rows.empty:
        return not_available(table)
    first, last = rows.iloc[0], rows.iloc[-1]
    if not first["people"]:
        return "Nobody's journey is in the records from its start."
    if len(rows) == 1:
        return f"{plural(first['people'], 'person', 'people')} reached the only stage that is known, {first['stage']}."
    steps = rows.iloc[1:].dropna(subset=["share"])
    at = int(steps["share"].astype("float64").idxmin())
    row, before = rows.loc[at], rows.loc[at - 1, "stage"]
    if not row["dropped"]:
        return f"Everyone ({count(first['people'])}) reached every stage."
    people = f"{count(row['dropped'])} of {plural(int(row['of']), 'person', 'people')} ({percent(1 - row['share'])})"
    doubt = f" (few people: {_range(row)} take it)" if row["of"] < FEW else ""
    verb = "does" if row["dropped"] == 1 else "do"
    end = f"; {percent(last['total_share'])} reach {last['stage']}" if at < rows.index[-1] or len(rows) > 2 else ""
    return f"The largest step down is from {before} to {row['stage']}: {people} {verb} not take it{doubt}{end}."


def _range(row: Any) -> str:
    return f"{percent(row['low_share'])} to {percent(row['high_share'])}"


def stages_by(table: pd.DataFrame, what: str, stage: str = "first order") -> str:
    """Which group reaches a stage most, and which least, and whether chance could explain it.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.stages``.
    what : str
        What the groups are, such as "channel of the first visit".
    stage : str
        Compared is the share of the group's people at its first stage who reached this one.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a", "a", "b", "b"], "stage": ["visit", "first order"] * 2,
    ...     "people": [100, 30, 100, 5], "total_share": [1, 0.3, 1, 0.05]})
    >>> stages_by(table, "channel")
    'By channel, a leads most often to first order (30% of 100) and b least (5.0% of 100).'
    """
    if table.empty:
        return not_available(table)
    groups = table[table["group"] != EVERYONE]
    ends, starts = groups[groups["stage"] == stage], groups.drop_duplicates("group").set_index("group")
    ends = ends[[starts.loc[name, "stage"] != stage for name in ends["group"]]]
    if len(ends) < 2:
        return f"Fewer than two groups by {what} are large enough to compare how many reach {stage}."
    ordered = ends.sort_values("total_share", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    sizes = [int(starts.loc[row["group"], "people"]) for row in (low, high)]
    if high["total_share"] == low["total_share"]:
        return f"By {what}, each group reaches {stage} equally often ({percent(high['total_share'])})."
    told = [f"({percent(row['total_share'])} of {count(n)})" for row, n in zip((low, high), sizes, strict=True)]
    doubt = "" if _apart(low["people"], sizes[0], high["people"], sizes[1]) else "; chance could explain that"
    leads = f"{high['group']} leads most often to {stage} {told[1]}"
    return f"By {what}, {leads} and {low['group']} least {told[0]}{doubt}."


def _apart(hits: float, n: float, others: float, m: float) -> bool:
    """Whether two shares differ by more than two standard errors of their difference."""
    pooled = (hits + others) / (n + m)
    error = (pooled * (1 - pooled) * (1 / n + 1 / m)) ** 0.5
    return bool(error > 0 and abs(hits / n - others / m) > 1.96 * error)


def stage_rows(table: pd.DataFrame) -> pd.DataFrame:
    """One row a group, one column a stage: people and their share of the group's first stage.

    Examples
    --------
    >>> table = pd.DataFrame({"group": "a", "stage": ["visit", "cart"], "people": [4, 1], "total_share": [1, 0.25]})
    >>> stage_rows(table).values.tolist()
    [['a', '4', '1 (25%)']]
    """
    if table.empty:
        return pd.DataFrame()
    share = [percent(value) for value in table["total_share"]]
    first = ~table.duplicated("group")
    people = [count(value) for value in table["people"]]
    told = [n if start else f"{n} ({part})" for n, part, start in zip(people, share, first, strict=True)]
    wide = table.assign(told=told).pivot(index="group", columns="stage", values="told")
    wide = wide.loc[list(dict.fromkeys(table["group"])), list(dict.fromkeys(table["stage"]))].fillna("")
    wide.columns.name = None
    return wide.reset_index()


def states(table: pd.DataFrame) -> str:
    """Leads and dormant customers, and whom the stages leave out.

    Examples
    --------
    >>> states(pd.DataFrame({"state": ["lead"], "people": [3], "of": [30], "share": [0.1]}))
    'Beside the stages stand 3 contacts who have never ordered (10% of the contacts).'
    """
    told = [
        f"{count(row['people'])} {STATES[row['state']][1]} ({percent(row['share'])} {STATES[row['state']][2]})"
        for row in table.to_dict("records")
        if row["people"]
    ]
    if not told:
        return "Nobody stands beside the stages."
    return f"Beside the stages stand {' and '.join([', '.join(told[:-1])] * (len(told) > 1) + told[-1:])}."


def time_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Times of each step in words; the last column counts those still on their way.

    Examples
    --------
    >>> table = pd.DataFrame({"from_stage": ["cart"], "to_stage": ["first order"], "people": [9]})
    >>> table = table.assign(reached=3, censored=6, lower_days=0.5, median_days=1.0, upper_days=3.0, half_days=None)
    >>> time_rows(table)[["step", "median", "half_of_all"]].values.tolist()
    [['cart to first order', '1 day', 'not reached']]
    """
    rows = [
        {
            "step": f"{row['from_stage']} to {row['to_stage']}",
            "people": row["people"],
            "took_it": row["reached"],
            "not_yet": row["censored"],
            "a_quarter_within": span(row["lower_days"]),
            "median": span(row["median_days"]),
            "three_quarters_within": span(row["upper_days"]),
            "half_of_all": "not reached" if pd.isna(row["half_days"]) else span(row["half_days"]),
        }
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows)


def times_between(table: pd.DataFrame) -> str:
    """How long the step to the second order takes, or the slowest step, with those still on their way.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [EVERYONE], "from_stage": ["first order"], "to_stage": ["repeat"]})
    >>> table = table.assign(people=80, reached=60, censored=20, lower_days=20.0, median_days=49.0, upper_days=90.0)
    >>> times_between(table)
    'From first order to repeat half take 49 days or less (60 people); 20 of 80 have not got there yet.'
    """
    rows = table[(table["group"] == EVERYONE) & (table["reached"] > 0)] if len(table) else table
    if rows.empty:
        return "No step from one stage to the next is in the records, so no time can be told."
    repeat = rows[rows["to_stage"] == "repeat"]
    row: Any = (repeat if len(repeat) else rows.sort_values("median_days", ascending=False)).iloc[0]
    way = f"From {row['from_stage']} to {row['to_stage']}"
    who = plural(int(row["reached"]), "person", "people")
    late = f"{count(row['censored'])} of {count(row['people'])} have not got there yet"
    if row["reached"] < FEW:
        return f"{way} only {who} {'is' if row['reached'] == 1 else 'are'} known, too few to tell a time; {late}."
    middle = f"{span(row['median_days'])} or less"
    return f"{way} half take {middle} ({who}); {late}."
