"""What customers answer, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import ngettext
from seglib.language.naming import EVERYONE, PUT_TOGETHER
from seglib.language.words import count, name, number, percent, plural
from seglib.show.findings.feedback.groups import extremes, furthest
from seglib.show.findings.missing import not_available

__all__ = ["answers", "ratings"]


def answers(table: pd.DataFrame) -> str:
    """The answer in which two groups are furthest apart, else the clearest answer of all.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "question": "Tasty", "answer": ["no", "yes"], "answers": [10, 30],
    ...     "people": 40, "share": [0.25, 0.75]})
    >>> answers(table)
    'Of 40 people asked "Tasty", 75% answered "yes".'
    """
    if table.empty:
        return not_available(table)
    table = table[~table["answer"].astype("str").str.fullmatch(PUT_TOGETHER)]
    apart = furthest(table[table["group"] != EVERYONE])
    if apart is not None:
        most, least = apart
        return _(
            'Asked "{question}", {most_share} of {most} ({most_people} people) answered "{answer}", and {least_share} '
            "of {least} ({least_people}).",
            question=most["question"],
            answer=name(most["answer"]),
            most_share=percent(most["share"]),
            most=name(most["group"]),
            most_people=count(most["people"]),
            least_share=percent(least["share"]),
            least=name(least["group"]),
            least_people=count(least["people"]),
        )
    rows = table[table["group"] == EVERYONE] if (table["group"] == EVERYONE).any() else table
    top: Any = rows.loc[rows["share"].idxmax()]
    return ngettext(
        'Of {n} person asked "{question}", {share} answered "{answer}".',
        'Of {n} people asked "{question}", {share} answered "{answer}".',
        int(top["people"]),
        n=count(top["people"]),
        question=top["question"],
        share=percent(top["share"]),
        answer=name(top["answer"]),
    )


def ratings(table: pd.DataFrame) -> str:
    """The best and the worst rated question, and the question in which groups are furthest apart.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "question": ["Price", "Range"], "people": [50, 50], "mean": [3.1, 4.2],
    ...     "low": [2.9, 4.0], "high": [3.3, 4.4]})
    >>> ratings(table)
    'Of 2 questions answered with numbers, "Range" has the highest mean (4.20) and "Price" the lowest (3.10).'
    """
    if table.empty:
        return not_available(table)
    for _key, rows in table[table["group"] != EVERYONE].groupby("question", sort=False):
        pair = extremes(rows, "mean")
        if pair:
            return _mean_of_two(*pair)
    every = table[table["group"] == EVERYONE] if (table["group"] == EVERYONE).any() else table
    rows = _of_one_scale(every)
    top, low = rows.loc[rows["mean"].idxmax()], rows.loc[rows["mean"].idxmin()]
    return " ".join(filter(None, (_best_and_worst(rows, top, low), _other_scales(len(every) - len(rows)))))


def _of_one_scale(rows: pd.DataFrame) -> pd.DataFrame:
    """The questions of the scale that most are answered on: means of different scales are not ranked."""
    if "highest" not in rows:
        return rows
    scales = rows.groupby(["lowest", "highest"])["question"].transform("size")
    chosen = rows.loc[scales.idxmax(), ["lowest", "highest"]]
    return rows[(rows[["lowest", "highest"]] == chosen).all(axis=1)]


def _other_scales(n: int) -> str:
    if not n:
        return ""
    return ngettext(
        "{n} question answered on another scale is not ranked with them.",
        "{n} questions answered on other scales are not ranked with them.",
        n,
        n=count(n),
    )


def _best_and_worst(rows: pd.DataFrame, top: Any, low: Any) -> str:
    if len(rows) == 1 or top["mean"] == low["mean"]:
        return _(
            '"{question}" has a mean of {mean} from {answers}.',
            question=top["question"],
            mean=number(top["mean"], 2),
            answers=plural(int(top["people"]), "answer"),
        )
    return _(
        'Of {questions} answered with numbers, "{best}" has the highest mean ({highest}) and "{worst}" the lowest '
        "({lowest}).",
        questions=plural(len(rows), "question"),
        best=top["question"],
        highest=number(top["mean"], 2),
        worst=low["question"],
        lowest=number(low["mean"], 2),
    )


def _mean_of_two(most: Any, least: Any) -> str:
    return _(
        'Asked "{question}", {most} {most_mean} ({most_answers}) on average and {least} {least_mean} '
        "({least_answers}).",
        question=most["question"],
        most=name(most["group"]),
        most_mean=number(most["mean"], 2),
        most_answers=plural(int(most["people"]), "answer"),
        least=name(least["group"]),
        least_mean=number(least["mean"], 2),
        least_answers=plural(int(least["people"]), "answer"),
    )
