"""Whether the data can be trusted and can carry a segmentation, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext, pgettext
from seglib.language.naming import OUTSIDE
from seglib.language.words import count, days, joined, label, money, number, percent, plural
from seglib.show.findings.clauses import closed, linked

__all__ = ["ledger", "ledger_caption", "of_lines", "quality", "readiness", "readiness_rows"]

CENT = 0.005
LEAST = 0.001  # a smaller share is told as less
LEFT_OUT = {
    "duplicate": mark("repeated lines"),
    "no_customer": mark("lines without a customer"),
    "no_order": mark("lines without an order number"),
    "no_date": mark("lines without a date"),
    "no_amount": mark("lines without an amount"),
    "cancelled": mark("lines of cancelled orders"),
    "overlap": mark("lines that another export of the same kind tells too"),
    "same_sale": mark("lines of sales that another source tells too"),
    "test": mark("lines of test orders"),
    "transfer": mark("transfers of money"),
    "failed": mark("failed payments"),
    "pending": mark("pending payments"),
    "disputed": mark("disputed payments"),
    "implausible_date": mark("lines with a date that cannot be right"),
    "zero_price": mark("lines with a price of zero"),
    "negative_price": mark("lines with a price below zero"),
    "return_only": mark("returns of customers without an order"),
}
MAY_BE_BLANK = ("coupon_code",)  # blank means that there was none
QUESTIONS = {
    1: mark("Why segment: which decision will it serve?"),
    2: mark("Is the customer base large and varied enough?"),
    3: mark("Can the business treat segments differently?"),
    4: mark("Are the data sufficient?"),
    5: mark("Will the organisation act?"),
}
VERDICTS = {"partly": mark("{n} partly"), "no": mark("{n} not met"), "not known": mark("{n} not known")}
WRITTEN = {
    "decision": mark("decision"),
    "owner": mark("owner"),
    "channel": mark("channel"),
    "measure": mark("measure"),
}
# Steps of the ledger that found nothing.
STEPS = {
    "duplicate": mark("duplicate"),
    "overlap": mark("overlap"),
    "same_sale": mark("same sale"),
    "test": mark("test"),
    "transfer": mark("transfer"),
    "failed": mark("failed"),
    "pending": mark("pending"),
    "disputed": mark("disputed"),
    "cancelled": mark("cancelled"),
    "no_customer": mark("no customer"),
    "no_order": mark("no order"),
    "no_date": mark("no date"),
    "implausible_date": mark("implausible date"),
    "no_amount": mark("no amount"),
    "zero_price": mark("zero price"),
    "negative_price": mark("negative price"),
    "after_as_of": mark("after as of"),
    "before_window": mark("before window"),
    "return_only": mark("return only"),
    "returns": mark("returns"),
}
# Name of each check, and how its value is written.
EVIDENCE: dict[str, tuple[str, Callable[[float], str]]] = {
    "customers": (mark("customers"), count),
    "repeat_customers": (mark("with more than one order"), count),
    "orders_per_customer": (mark("orders per customer"), number),
    "revenue_gini": (mark("how unequal revenue is (0 alike, 1 one brings all)"), lambda value: number(value, 2)),
    "order_count_variation": (mark("variation of the number of orders around its mean"), percent),
    "gaps": (mark("gaps between groups beyond those of one cloud"), lambda value: number(value, 3)),
    "customers_per_segment": (mark("customers in each of eleven equal segments"), count),
    "consent_share": (mark("agreed to be mailed"), percent),
    "attributes": (mark("attributes known of most customers"), count),
    "history_days": (mark("history"), days),
    "lines_analysed_share": (mark("lines that could be analysed"), percent),
    "values_known_share": (mark("values told in the lines"), percent),
    "attributes_known_share": (mark("values told of the customers' attributes"), percent),
}


def of_lines(ledger: pd.DataFrame) -> pd.DataFrame:
    """The cleaning ledger from the lines on, without the rows above them that tell how files became lines.

    Examples
    --------
    >>> of_lines(pd.DataFrame({"step": ["files", "added", "raw", "analysed"], "rows": [3, 5, 5, 5]}))["rows"].tolist()
    [5, 5]
    """
    return ledger[(ledger["step"] == "raw").cummax()]


def ledger(table: pd.DataFrame, currency: str = "") -> str:
    """How much of the data is analysed, what the largest loss is, and whether it adds up.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["raw", "no_customer", "analysed"], "meaning": "", "rows": [4, 3, 3],
    ...     "rows_removed": [0, 1, 0], "amount": [9.0, 7.0, 7.0], "amount_removed": [0.0, 2.0, 0.0]})
    >>> ledger(table, "EUR")
    '3 of 4 lines (75%) are analysed; the largest loss is lines without a customer: 1 (25%), worth €2.00. It adds up.'
    """
    first, last, gone = table.iloc[0], table.iloc[-1], table[["rows_removed", "amount_removed"]].sum()
    gap = first["rows"] - gone["rows_removed"] - last["rows"], first["amount"] - gone["amount_removed"] - last["amount"]
    table = of_lines(table)
    first, removed = table.iloc[0], table["rows_removed"]
    if not first["rows"]:
        return _("The file has no lines.")
    total = _("It adds up.") if gap[0] == 0 and abs(gap[1]) < CENT else _gap(*gap, currency)
    if last["rows"] == first["rows"]:
        return f"{_('Every line is analysed ({n}).', n=count(last['rows']))} {total}"
    analysed = _(
        "{n} of {all} lines ({share}) are analysed",
        n=count(last["rows"]),
        all=count(first["rows"]),
        share=percent(last["rows"] / first["rows"]),
    )
    outside = int(removed[table["step"].isin(OUTSIDE)].sum())
    lost = table[~table["step"].isin(OUTSIDE) & (removed > 0)]
    loss = _largest_loss(lost, first["rows"], currency) if len(lost) else ""
    return f"{closed(analysed, _outside(outside), loss)} {total}"


def _outside(rows: int) -> str:
    if not rows:
        return ""
    return ngettext("{n} line lies outside the period", "{n} lines lie outside the period", rows, n=count(rows))


def ledger_caption(table: pd.DataFrame) -> str:
    """What the ledger's table shows, and the steps that found nothing and are left out of it.

    Examples
    --------
    >>> ledger_caption(pd.DataFrame({"step": ["raw", "no_date"], "rows_found": [4, 0]}))
    'What each step takes and leaves; returns have order numbers of their own. Nothing was found of: no date.'
    """
    nothing = [_(STEPS.get(step, str(step))) for step in table.loc[table["rows_found"] == 0, "step"]]
    shown = _("What each step takes and leaves; returns have order numbers of their own.")
    return f"{shown} {_('Nothing was found of: {steps}.', steps=', '.join(nothing))}" if nothing else shown


def _largest_loss(lost: pd.DataFrame, rows: int, currency: str) -> str:
    step: Any = lost.iloc[int(lost["rows_removed"].argmax())]
    return _(
        "the largest loss is {what}: {n} ({share}), worth {amount}",
        what=_(LEFT_OUT.get(step["step"], step["meaning"])),
        n=count(step["rows_removed"]),
        share=percent(step["rows_removed"] / rows),
        amount=money(step["amount_removed"], currency),
    )


def _gap(rows: float, amount: float, currency: str) -> str:
    lines = plural(int(rows), "line")
    return _(
        "It does not add up: {lines} and {amount} are unaccounted for.", lines=lines, amount=money(amount, currency)
    )


def quality(table: pd.DataFrame) -> str:
    """Which columns have gaps.

    Examples
    --------
    >>> quality(pd.DataFrame({"column": ["amount", "country"], "missing": [0, 3], "missing_share": [0.0, 0.25]}))
    'Country is missing in 25% of the lines; 1 of 2 columns is complete.'
    """
    if table.empty:
        return _("The file has no columns that are known.")
    table = table[~table["column"].isin(MAY_BE_BLANK)]
    gaps = table[table["missing"] > 0].sort_values("missing_share", ascending=False, kind="stable")
    n, complete = len(table), len(table) - len(gaps)
    if gaps.empty:
        return _("The one column is complete.") if n == 1 else _("All {n} columns are complete.", n=count(n))
    worst: Any = gaps.iloc[0]
    part = (
        _("less than {share}", share=percent(LEAST))
        if worst["missing_share"] < LEAST
        else percent(worst["missing_share"])
    )
    missing = _("{column} is missing in {share} of the lines", column=label(worst["column"]), share=part)
    whole = ngettext(
        "{n} of {all} columns is complete",
        "{n} of {all} columns are complete",
        complete,
        n=count(complete),
        all=count(n),
    )
    return closed(missing, whole)


def _evidence(row: Any) -> str:
    check = str(row["check"])
    if check in EVIDENCE:
        name, text = EVIDENCE[check]
        if pd.isna(row["value"]):
            return _("{check}: not known", check=_(name))
        return _(
            "{check}: {value} ({wanted} wanted)", check=_(name), value=text(row["value"]), wanted=text(row["enough"])
        )
    if row["answer"]:
        return _("{check}: {answer}", check=_(WRITTEN.get(check, check)), answer=row["answer"])
    return _("{check}: not written, add [readiness] {key} to shop.toml", check=_(WRITTEN.get(check, check)), key=check)


def _overall(verdicts: pd.Series) -> str:
    found = set(verdicts)
    if len(found) == 1:
        return _verdict(str(found.pop()))
    return _verdict("no" if found <= {"no", "not known"} else "partly")


def _verdict(verdict: str) -> str:
    told = {"yes": pgettext("answer", "yes"), "no": pgettext("answer", "no"), "partly": _("partly")}
    return told.get(verdict) or _("not known")


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
            _(QUESTIONS[question]),
            linked(*(_evidence(row) for row in checks.to_dict("records"))),
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
    others = [_(text, n=count(counts[verdict])) for verdict, text in VERDICTS.items() if verdict in counts]
    told = {"met": count(counts.get("yes", 0)), "checks": plural(len(measured), "check")}
    if others:
        met = _("The data meet {met} of {checks} ({others})", **told, others=joined(others))
    else:
        met = _("The data meet {met} of {checks}", **told)
    blank = [
        _(WRITTEN.get(name, name))
        for name in table.loc[table["verdict"] == "not known", "check"]
        if name not in EVIDENCE
    ]
    if blank:
        return closed(met, _("still to be written down: {what}", what=joined(blank)))
    return closed(met, _("decision, owner, channel and measure are written"))
