"""What customers answered: the share of each answer, and the mean of ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from seglib.analysis.feedback.groups import chosen, compared, described, grouped
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.tables.intervals import rating_interval, with_shares
from seglib.tables.privacy import shared_values
from seglib.tables.shuffling import shuffled_p, told_together
from seglib.tables.small_tables import MIN_GROUP, empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["answers", "latest_answers", "longest_asked", "ratings"]

LATEST_COLUMNS = "customer_id question answer answered_at rating"
ANSWER_COLUMNS = "group question answer answers people share low_share high_share differs"
RATING_COLUMNS = "group question lowest highest people mean low high median differs"
TOPS = (1, 3, 5, 7, 10, 100)  # of the scales in use
FEW_ANSWERS = 12


def latest_answers(responses: Table | None) -> pd.DataFrame:
    """What each person last answered to each question.

    Parameters
    ----------
    responses : Ibis table or None
        Answers with ``customer_id``, ``question``, ``answer``; ``answered_at`` where told, without which the answer
        that is last by name counts.

    Returns
    -------
    DataFrame ``customer_id``, ``question``, ``answer`` (empty ones are left out), ``answered_at`` (NaT where not told),
    ``rating`` (the answer as a number; NA where a question has answers that are none).

    Examples
    --------
    >>> responses = ibis.memtable({"customer_id": ["a", "b"], "question": "Stars", "answer": ["4", "5"]})
    >>> latest_answers(responses)["rating"].tolist()
    [4.0, 5.0]
    """
    if responses is None:
        return empty(LATEST_COLUMNS, "responses")
    at = responses.answered_at if "answered_at" in responses.columns else ibis.null("timestamp")
    told = responses.select("customer_id", "question", answer=responses.answer.cast("string").strip(), answered_at=at)
    told = told.filter((told.answer != "") & told.question.notnull())
    latest = ibis.window(
        group_by=["customer_id", "question"], order_by=[told.answered_at.desc(nulls_first=False), told.answer.desc()]
    )
    each = told.mutate(number=ibis.row_number().over(latest)).filter(lambda rows: rows.number == 0).drop("number")
    table = frame(each.order_by(["question", "customer_id"]))
    numbers = pd.to_numeric(table["answer"].str.replace(",", ".", regex=False), errors="coerce")
    numeric = numbers.notna().groupby(table["question"]).transform("all")
    return table.assign(rating=numbers.where(numeric).astype("float64"))


def answers(
    latest: pd.DataFrame,
    by: pd.Series | None = None,
    *,
    period: str = "",
    min_group: int = MIN_GROUP,
    few: int = FEW_ANSWERS,
    scales: bool = False,
) -> pd.DataFrame:
    """Share of each answer to each question, for everyone and each group.

    Parameters
    ----------
    latest : DataFrame
        From :func:`latest_answers`.
    by : Series, optional
        Group of each customer, indexed by ``customer_id``.
    period : {"", "month", "quarter"}
        Split by time too.
    min_group : int
        Groups of which fewer people answered the question are not described; answers that fewer people gave are told
        together, as "Other (n)", and questions without another answer not at all.
    few : int
        Questions with more different answers are left out: they are free text.
    scales : bool
        Questions answered with numbers too; :func:`ratings` tells of those.

    Returns
    -------
    DataFrame ``group``, ``question``, ``answer``, (``period``,) ``answers`` (people who said so), ``people`` (who
    answered the question), ``share`` with ``low_share`` and ``high_share`` (95% Wilson interval); answers that nobody
    of a group gave are there with 0; ``differs`` (from everybody else, by Fisher's exact test adjusted by
    Benjamini-Hochberg). ``attrs["small_groups"]``: groups not described.

    Examples
    --------
    >>> latest = pd.DataFrame({"customer_id": ["a", "b"], "question": "Tasty", "answer": ["Yes", "No"]})
    >>> answers(latest, min_group=1)[["answer", "answers", "people", "share"]].values.tolist()
    [['No', 1, 2, 0.5], ['Yes', 1, 2, 0.5]]
    """
    columns = f"{ANSWER_COLUMNS}{' period' * bool(period)}"
    if latest.empty:
        return empty(columns, latest.attrs.get("needs", "responses"))
    choices = latest.groupby("question")["answer"].transform("nunique") <= few
    if not scales and "rating" in latest:
        choices &= latest["rating"].isna()
    told = grouped(_shared(latest[choices], min_group), by, period, "answered_at")
    if told.empty:
        return empty(columns, mark("survey questions with a few fixed answers"))
    keys = ["group", "question", *(["period"] if period else [])]
    people = told.groupby(keys)["customer_id"].size().rename("people").reset_index()
    asked = told[["question", "answer"]].drop_duplicates()
    counts = told.groupby([*keys, "answer"]).size().rename("answers").reset_index()
    table = people.merge(asked, on="question").merge(counts, on=[*keys, "answer"], how="left")
    table = table.fillna({"answers": 0}).astype({"answers": "int64"}).sort_values([*keys[1:], "answer"], kind="stable")
    table = described(with_shares(table, "answers", "people"), min_group)
    return chosen(compared(table, "answers", "people", ["question", "answer", *keys[2:]]), columns)


def _shared(latest: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Answers as they stand where enough people gave them, the others of a question put together."""
    told = []
    for _question, rows in latest.groupby("question", sort=False):
        shared = shared_values(rows["answer"], rows["customer_id"], min_group)
        others = f"Other ({rows['answer'].nunique() - len(shared):,})"
        told += [rows.assign(answer=rows["answer"].where(rows["answer"].isin(shared), others))] if shared else []
    return pd.concat(told) if told else latest.head(0)


def longest_asked(latest: pd.DataFrame) -> pd.DataFrame:
    """Answers to the question that was rated over the longest time.

    Parameters
    ----------
    latest : DataFrame
        From :func:`latest_answers`.

    Returns
    -------
    Its rows of that one question; empty where none is answered with numbers and dated.

    Examples
    --------
    >>> at = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-05-01"])
    >>> latest = pd.DataFrame({"question": ["a", "b", "b"], "rating": [1.0, 2.0, 3.0], "answered_at": at})
    >>> longest_asked(latest).index.tolist()
    [1, 2]
    """
    if latest.empty:
        return latest
    dated = latest[latest["rating"].notna() & latest["answered_at"].notna()]
    if dated.empty:
        return dated
    times = dated.groupby("question")["answered_at"].agg(["min", "max"])
    longest = (times["max"] - times["min"]).sort_values(ascending=False, kind="stable").index[0]
    return dated[dated["question"] == longest]


def ratings(
    latest: pd.DataFrame, by: pd.Series | None = None, *, period: str = "", min_group: int = MIN_GROUP
) -> pd.DataFrame:
    """Mean of the numbers answered to each question, for everyone and each group.

    Parameters
    ----------
    latest, by, period, min_group
        As for :func:`answers`; only questions all of whose answers are numbers count.

    Returns
    -------
    DataFrame ``group``, ``question``, ``lowest``, ``highest`` (ends of its scale, as far as answers show: from 0 or 1
    to the next of 1, 3, 5, 7, 10, 100), (``period``,) ``people`` (who answered), ``mean`` with ``low`` and ``high``
    (95% interval, within the scale), ``median``, ``differs`` (from everybody else, when groups are
    shuffled among those who answered: :func:`seglib.tables.shuffling.shuffled_p`), ``p_value``, ``p_adjusted``.

    Examples
    --------
    >>> latest = pd.DataFrame({"customer_id": list("abc"), "question": "Stars", "rating": [1.0, 2.0, 3.0]})
    >>> ratings(latest, min_group=1).round(2).values.tolist()
    [['Everyone', 'Stars', 1.0, 3.0, 3, 2.0, 1.07, 2.93, 2.0, False, nan, nan]]
    """
    columns = f"{RATING_COLUMNS}{' period' * bool(period)}"
    if latest.empty:
        return empty(columns, latest.attrs.get("needs", "responses"))
    told = grouped(latest[latest["rating"].notna()], by, period, "answered_at")
    if told.empty:
        return empty(columns, mark("survey questions answered with numbers"))
    each = told.groupby(["group", "question", *(["period"] if period else [])])["rating"]
    table = each.agg(people="size", mean="mean", median="median", deviation="std").reset_index()
    table = table.merge(_scales(latest), left_on="question", right_index=True)
    low, high = rating_interval(*(table[name] for name in ("mean", "deviation", "people", "lowest", "highest")))
    table = described(table.assign(low=low, high=high), min_group)
    return chosen(_against_rest(table, told), columns)


def _scales(latest: pd.DataFrame) -> pd.DataFrame:
    """Lowest and highest answer that each question allows, from those given."""
    ends = latest.groupby("question")["rating"].agg(lowest="min", highest="max").dropna()
    tops = np.array([*TOPS, np.inf])
    top = tops[np.searchsorted(tops, ends["highest"])]
    highest = np.where(np.isfinite(top), top, ends["highest"])
    return ends.assign(lowest=ends["lowest"].where(ends["lowest"] < 1, 1.0), highest=highest)


def _against_rest(table: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The table with ``differs``: the group's mean is not that of everybody else who answered the question."""
    chance: dict[tuple[object, object], float] = {}
    for question, rows in told.groupby("question"):
        everyone = rows[rows["group"] == EVERYONE]
        own = rows[rows["group"] != EVERYONE].set_index("customer_id")["group"]
        codes, names = pd.factorize(everyone["customer_id"].map(own), sort=True)
        p_values = shuffled_p(everyone["rating"].to_numpy("float64"), codes, len(names))
        chance |= {(question, name): p for name, p in zip(names, p_values, strict=True)}
    keys = zip(table["question"], table["group"], strict=True)
    return told_together(table.assign(p_value=[chance.get(key, float("nan")) for key in keys]))[0]
