"""Whether the data can be trusted and can carry a segmentation, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from seglib.words import count, days, joined, label, money, number, percent, plural

__all__ = ["ledger", "ledger_caption", "quality", "readiness", "readiness_rows"]

CENT = 0.005
LEFT_OUT = {
    "duplicate": "repeated lines",
    "no_customer": "lines without a customer",
    "no_order": "lines without an order number",
    "no_date": "lines without a date",
    "no_amount": "lines without an amount",
    "cancelled": "lines of cancelled orders",
    "overlap": "lines that another export of the same kind tells too",
    "same_sale": "lines of sales that another source tells too",
    "test": "lines of test orders",
    "transfer": "transfers of money",
    "failed": "failed payments",
    "pending": "pending payments",
    "disputed": "disputed payments",
    "implausible_date": "lines with a date that cannot be right",
    "zero_price": "lines with a price of zero",
    "negative_price": "lines with a price below zero",
    "return_only": "returns of customers without an order",
}
OUTSIDE = ("before_window", "after_as_of")  # not analysed because of the period, not of the data's quality
MAY_BE_BLANK = ("coupon_code",)  # blank means that there was none
QUESTIONS = {
    1: "Why segment: which decision will it serve?",
    2: "Is the customer base large and varied enough?",
    3: "Can the business treat segments differently?",
    4: "Are the data sufficient?",
    5: "Will the organisation act?",
}
VERDICTS = {"partly": "partly", "no": "not met", "not known": "not known"}
# Name of each check, and how its value is written.
EVIDENCE: dict[str, tuple[str, Callable[[float], str]]] = {
    "customers": ("customers", count),
    "repeat_customers": ("with more than one order", count),
    "orders_per_customer": ("orders per customer", number),
    "revenue_gini": ("Gini coefficient of revenue", lambda value: number(value, 2)),
    "order_count_variation": ("variation of the number of orders around its mean", percent),
    "cluster_tendency": ("cluster tendency above that of a shapeless cloud", lambda value: number(value, 2)),
    "customers_per_segment": ("customers in each of eleven equal segments", count),
    "consent_share": ("agreed to be mailed", percent),
    "attributes": ("attributes known of most customers", count),
    "history_days": ("history", days),
    "lines_analysed_share": ("lines that could be analysed", percent),
    "values_known_share": ("values told in the lines", percent),
    "attributes_known_share": ("values told of the customers' attributes", percent),
}


def ledger(table: pd.DataFrame, currency: str = "") -> str:
    """How much of the data is analysed, what the largest loss is, and whether it adds up.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["raw", "no_customer", "analysed"], "meaning": "", "rows": [4, 3, 3],
    ...     "rows_removed": [0, 1, 0], "amount": [9.0, 7.0, 7.0], "amount_removed": [0.0, 2.0, 0.0]})
    >>> ledger(table, "EUR")
    '3 of 4 lines (75%) are analysed; the largest loss is lines without a customer: 1 (25%), worth €2.00. It adds up.'
    """
    first, last, removed = table.iloc[0], table.iloc[-1], table["rows_removed"]
    if not first["rows"]:
        return "The file has no lines."
    gap = (
        first["rows"] - removed.sum() - last["rows"],
        first["amount"] - table["amount_removed"].sum() - last["amount"],
    )
    total = "It adds up." if gap[0] == 0 and abs(gap[1]) < CENT else _gap(*gap, currency)
    share = percent(last["rows"] / first["rows"])
    outside = int(removed[table["step"].isin(OUTSIDE)].sum())
    if last["rows"] == first["rows"]:
        return f"Every line is analysed ({count(last['rows'])}). {total}"
    parts = [f"{count(last['rows'])} of {count(first['rows'])} lines ({share}) are analysed"]
    parts += [f"{plural(outside, 'line lies', 'lines lie')} outside the period"] if outside else []
    lost = table[~table["step"].isin(OUTSIDE) & (removed > 0)]
    parts += [f"the largest loss is {_largest_loss(lost, first['rows'], currency)}"] if len(lost) else []
    return f"{'; '.join(parts)}. {total}"


def ledger_caption(table: pd.DataFrame) -> str:
    """What the ledger's table shows, and the steps that found nothing and are left out of it.

    Examples
    --------
    >>> ledger_caption(pd.DataFrame({"step": ["raw", "no_date"], "rows_found": [4, 0]}))
    'What each step takes and leaves; returns have order numbers of their own. Nothing was found of: no date.'
    """
    nothing = [str(step).replace("_", " ") for step in table.loc[table["rows_found"] == 0, "step"]]
    shown = "What each step takes and leaves; returns have order numbers of their own."
    return f"{shown} Nothing was found of: {', '.join(nothing)}." if nothing else shown


def _largest_loss(lost: pd.DataFrame, rows: int, currency: str) -> str:
    step: Any = lost.iloc[int(lost["rows_removed"].argmax())]
    size = f"{count(step['rows_removed'])} ({percent(step['rows_removed'] / rows)})"
    worth = money(step["amount_removed"], currency)
    return f"{LEFT_OUT.get(step['step'], step['meaning'])}: {size}, worth {worth}"


def _gap(rows: float, amount: float, currency: str) -> str:
    return f"It does not add up: {plural(int(rows), 'line')} and {money(amount, currency)} are unaccounted for."


def quality(table: pd.DataFrame) -> str:
    """Which columns have gaps.

    Examples
    --------
    >>> quality(pd.DataFrame({"column": ["amount", "country"], "missing": [0, 3], "missing_share": [0.0, 0.25]}))
    'Country is missing in 25% of the lines; 1 of 2 columns is complete.'
    """
    if table.empty:
        return "The file has no columns that are known."
    table = table[~table["column"].isin(MAY_BE_BLANK)]
    gaps = table[table["missing"] > 0].sort_values("missing_share", ascending=False, kind="stable")
    n, complete = len(table), len(table) - len(gaps)
    if gaps.empty:
        return "The one column is complete." if n == 1 else f"All {n} columns are complete."
    worst: Any = gaps.iloc[0]
    rest = f"{complete} of {n} columns {'is' if complete == 1 else 'are'} complete"
    return f"{label(worst['column'])} is missing in {_part(worst['missing_share'])} of the lines; {rest}."


def _part(share: float) -> str:
    return "less than 0.1%" if share < 0.001 else percent(share)


def _evidence(row: Any) -> str:
    check = str(row["check"])
    if check not in EVIDENCE:
        return f"{check}: {row['answer'] or f'not written, add [readiness] {check} to shop.toml'}"
    name, text = EVIDENCE[check]
    wanted = f"{text(row['value'])} ({text(row['enough'])} wanted)"
    return f"{name}: {'not known' if pd.isna(row['value']) else wanted}"


def _overall(verdicts: pd.Series) -> str:
    found = set(verdicts)
    if len(found) == 1:
        return str(found.pop())
    return "no" if found <= {"no", "not known"} else "partly"


def readiness_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The five questions, each with its evidence and verdict, from the checks of ``exploration.readiness``.

    A verdict is yes when all checks say so, no when none says better, not known when none says anything, else partly.

    Examples
    --------
    >>> row = {"question": 2, "check": "customers", "value": 60.0, "enough": 500, "answer": "", "verdict": "no"}
    >>> readiness_rows(pd.DataFrame([row]))[["evidence", "verdict"]].values.tolist()
    [['customers: 60 (500 wanted)', 'no']]
    """
    rows = [
        (
            QUESTIONS[question],
            "; ".join(_evidence(row) for _, row in checks.iterrows()),
            _overall(checks["verdict"]),
        )
        for question in QUESTIONS
        if len(checks := table[table["question"] == question])
    ]
    return pd.DataFrame(rows, columns=["question", "evidence", "verdict"])


def readiness(table: pd.DataFrame) -> str:
    """How many checks are met, which are not, and what nobody has written yet.

    Examples
    --------
    >>> rows = [("customers", 60.0, "no"), ("decision", float("nan"), "not known")]
    >>> readiness(pd.DataFrame(rows, columns=["check", "value", "verdict"]))
    'The data meet 0 of 1 check (1 not met); still to be written down: decision.'
    """
    measured = table[table["check"].isin(EVIDENCE)]
    counts = measured["verdict"].value_counts().to_dict()
    parts = [f"{counts[verdict]} {name}" for verdict, name in VERDICTS.items() if verdict in counts]
    others = f" ({joined(parts)})" if parts else ""
    met = f"The data meet {counts.get('yes', 0)} of {plural(len(measured), 'check')}{others}"
    blank = [name for name in table.loc[table["verdict"] == "not known", "check"] if name not in EVIDENCE]
    written = (
        f"still to be written down: {joined(blank)}" if blank else "decision, owner, channel and measure are written"
    )
    return f"{met}; {written}."
