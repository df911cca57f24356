"""What became of those whom the rules had found: the table in, one sentence or rows out."""

from __future__ import annotations

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.show.findings.clauses import closed
from seglib.show.findings.profiles.picking import listed

__all__ = ["BECAME", "became", "held", "otherwise", "since"]

VERDICTS = {
    "more": mark("more"),
    "less": mark("less"),
    "mixed": mark("otherwise"),
    "alike": mark("as by chance"),
}
OTHERWISE = mark("Of {n} found so before, {share} bought again in the period after, against {rest} of everyone else.")
ALIKE = mark(
    "Of {n} found so before, {share} bought again in the period after, against {rest} of everyone else: chance alone "
    "could make that difference."
)
BECAME = {
    "segment": mark("Segment"),
    "customers": mark("Found then"),
    "again_share": mark("Bought again"),
    "others_again_share": mark("Everyone else"),
    "revenue": mark("Revenue a customer"),
    "others_revenue": mark("Everyone else’s"),
    "verdict": (mark("Came, spent"), VERDICTS),
}


def became(table: pd.DataFrame) -> str:
    """Read the table for the segment whose customers did most otherwise since, and for those that tell nothing.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.analysis.outcomes.what_became`.
    """
    if table.empty:
        return _("No segment found enough customers in the past to be judged by what they did since.")
    telling = table[table["verdict"] != "alike"]
    if telling.empty:
        return _("Of no segment did the customers found then do otherwise since than everyone else.")
    idle = [words.name(name) for name in table.loc[table["verdict"] == "alike", "segment"]]
    none = _("{names} tell nothing of what came next that chance would not", names=words.joined(idle[:4]))
    return closed(otherwise(telling.iloc[0]), none if idle else "", *_days(table))


def held(table: pd.DataFrame) -> tuple[str, bool]:
    """Whether the customers of every segment that could be judged did otherwise since, beyond chance.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.analysis.outcomes.what_became`; where no segment could be judged nothing is said.
    """
    if table.empty:
        return "", False
    idle = [words.name(name) for name in table.loc[table["verdict"] == "alike", "segment"]]
    n = words.count(len(table))
    if not idle:
        return _("Segments judged by what their customers did since: {n}. In each of them they did otherwise than "
                 "everyone else, by more than chance explains.", n=n), True  # fmt: skip
    return _("Segments judged by what their customers did since: {n}. These tell nothing that chance would not: "
             "{names}.", n=n, names=listed(idle)), False  # fmt: skip


def otherwise(top: pd.Series) -> str:
    """What the customers found by one segment did since, beside everyone else; a clause."""
    return _(
        "{segment}, as found then, did most otherwise since: {share} bought again in the period after ({n} customers), "
        "against {rest} of everyone else",
        segment=words.name(top["segment"]),
        share=words.percent(top["again_share"]),
        n=words.count(top["customers"]),
        rest=words.percent(top["others_again_share"]),
    )


def since(row: pd.Series) -> str:
    """What the customers found by a segment did since, beside everyone else.

    Parameters
    ----------
    row : Series
        Of :func:`seglib.analysis.outcomes.what_became`.
    """
    told = {"share": words.percent(row["again_share"]), "n": words.plural(int(row["customers"]), "customer")}
    told["rest"] = words.percent(row["others_again_share"])
    if row["verdict"] == "alike":
        return _(ALIKE, **told)
    return _(OTHERWISE, **told)


def _days(table: pd.DataFrame) -> list[str]:
    days = int(table["days"].iloc[0])
    told = ngettext("judged over {n} period", "judged over {n} periods together", days, n=words.count(days))
    return [told] if days > 1 else []
