"""Answers to a survey -> numbers: yes or no, ratings, one of a few words; what cannot be used is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.tables.canonical import check_table
from seglib.tables.privacy import shared_values
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["Answers", "encode_answers", "read_number"]

YES = {"yes", "y", "true", "1", "1.0"}
NO = {"no", "n", "false", "0", "0.0"}
MOST_ANSWERS = 20  # different words; more is free text
HALF = 0.5**0.5  # two answers that differ are then as far apart as a yes from a no
QUESTION_COLUMNS = ["question", "kind", "people", "answered_share", "answers", "used", "reason"]


@dataclass(frozen=True)
class Answers:
    """A survey as numbers.

    Attributes
    ----------
    values : DataFrame
        People x (question, answer): 0 or 1 for a yes or one of several words, the number of a rating; NaN not answered.
    ends : DataFrame
        One row a column of ``values``: question, answer, kind, lowest, highest (of the scale as answered), weight.
    questions : DataFrame
        Every question: question, kind, people, answered_share, answers (different ones), used, reason (why not).
    survey : str
    asked : int
        People who answered anything; those who answered less than half of the questions in use are not in ``values``.
    """

    values: pd.DataFrame
    ends: pd.DataFrame
    questions: pd.DataFrame
    survey: str
    asked: int

    @property
    def scaled(self) -> pd.DataFrame:
        """Every column from 0 (lowest) to 1 (highest)."""
        low, high = self.ends["lowest"].to_numpy(), self.ends["highest"].to_numpy()
        return (self.values - low) / (high - low)

    @property
    def matrix(self) -> np.ndarray:
        """What is clustered: scaled and weighted; what was not answered takes the mean of the others."""
        scaled = self.scaled
        return scaled.fillna(scaled.mean()).to_numpy() * self.ends["weight"].to_numpy()


def encode_answers(
    responses: pd.DataFrame,
    *,
    questions: Sequence[str] | None = None,
    survey: str = "",
    min_answered: float = 0.5,
    min_group: int = MIN_GROUP,
) -> Answers:
    """Turn survey responses into numbers.

    Parameters
    ----------
    responses : DataFrame
        ``customer_id, question, answer``, where known ``answered_at`` and ``survey``; the last answer counts.
    questions : sequence of str, optional
        By default those that ``min_answered`` of the people answered and that are not free text.
    survey : str
        By default the one with the most answers.
    min_answered : float
        Share of the questions in use that somebody must have answered.
    min_group : int
        Words that fewer people gave are no answer of their own: they may tell who those are.

    Raises
    ------
    InputError
        An unknown question or survey, a question that cannot be used.

    Examples
    --------
    >>> told = encode_answers(pd.DataFrame({"customer_id": ["a", "b"], "question": "cheap", "answer": ["Yes", "No"]}))
    >>> told.values["cheap", "yes"].tolist(), told.questions["kind"].tolist()
    ([1.0, 0.0], ['yes/no'])
    """
    check_table(responses.columns, "responses")
    wide, survey = _wide(responses, survey)
    told = _judged(wide, questions, min_answered, min_group)
    used = told.loc[told["used"].astype(bool), "question"].tolist()
    enough = wide[used].notna().mean(axis="columns") >= min_answered if used else pd.Series(False, index=wide.index)
    kept = wide.loc[enough, used]
    kinds = told.set_index("question")["kind"]
    blocks = [_numbers(kept[name], str(kinds[name]), _shared(wide[name], min_group)) for name in used]
    values = pd.concat(blocks, axis="columns") if blocks else pd.DataFrame(index=kept.index)
    return Answers(values, _ends(values, kinds), told, survey, len(wide))


def read_number(answers: pd.Series) -> pd.Series:
    """Numbers that answers are, or that stand at the end of the words of a scale's poles.

    Examples
    --------
    >>> read_number(pd.Series(["3", "I hate it!-5", "often"])).tolist()
    [3.0, -5.0, nan]
    """
    plain = pd.to_numeric(answers, errors="coerce")
    tail = pd.to_numeric(answers.str.extract(r"\D([+-]?\d+)$", expand=False), errors="coerce")
    return plain.fillna(tail).astype("float64")


def _wide(responses: pd.DataFrame, survey: str) -> tuple[pd.DataFrame, str]:
    rows = responses.dropna(subset=["customer_id", "question", "answer"])
    if "survey" in rows.columns and rows["survey"].notna().any():
        counts = rows["survey"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        if survey and survey not in counts.index:
            raise InputError(f"responses: no survey {survey!r}.{did_you_mean(survey, map(str, counts.index))}")
        survey = survey or str(counts.index[0])
        rows = rows[rows["survey"] == survey]
    if "answered_at" in rows.columns:
        rows = rows.sort_values("answered_at", kind="stable", na_position="first")
    texts = rows[["customer_id", "question", "answer"]].astype("str").apply(lambda column: column.str.strip())
    last = texts[texts["answer"] != ""].drop_duplicates(["customer_id", "question"], keep="last")
    return last.pivot(index="customer_id", columns="question", values="answer").rename_axis(columns=None), survey


def _judged(wide: pd.DataFrame, questions: Sequence[str] | None, min_answered: float, min_group: int) -> pd.DataFrame:
    unknown = [name for name in questions or () if name not in wide.columns]
    if unknown:
        raise InputError([f"responses: no question {name!r}.{did_you_mean(name, wide.columns)}" for name in unknown])
    rows = []
    for name in wide.columns:
        kind, share = _kind(wide[name], min_group), float(wide[name].notna().mean())
        reason = {"free text": "free text", "constant": "everyone answered the same"}.get(kind, "")
        if questions is not None:
            reason = reason if name in questions else "not asked for"
        elif share < min_answered:
            reason = reason or "answered by too few"
        people = int(wide[name].notna().sum())
        rows.append((name, kind, people, share, wide[name].nunique(), not reason, reason))
    told = pd.DataFrame(rows, columns=QUESTION_COLUMNS)
    wrong = told[told["question"].isin(questions or ()) & (told["reason"] != "")]
    if len(wrong):
        raise InputError(
            [f"responses: {q!r} cannot be used: {r}." for q, r in zip(wrong["question"], wrong["reason"], strict=True)]
        )
    return told


def _shared(answers: pd.Series, min_group: int) -> list[str]:
    return shared_values(answers, answers.index.to_series(), min_group)


def _kind(answers: pd.Series, min_group: int) -> str:
    known = answers.dropna()
    if known.nunique() < 2:
        return "constant"
    if set(known.str.lower()) <= YES | NO:
        return "yes/no" if known.str.lower().isin(YES).nunique() == 2 else "constant"
    if read_number(known).notna().all():
        return "rating" if read_number(known).nunique() > 1 else "constant"
    return "words" if known.nunique() <= MOST_ANSWERS and _shared(known, min_group) else "free text"


def _numbers(answers: pd.Series, kind: str, words: Sequence[str]) -> pd.DataFrame:
    name = str(answers.name)
    if kind == "yes/no":
        columns = {(name, "yes"): answers.str.lower().isin(YES).astype("float64")}
    elif kind == "rating":
        columns = {(name, "mean"): read_number(answers)}
    else:
        columns = {(name, one): (answers == one).astype("float64") for one in words}
    numbers = pd.DataFrame(columns, index=answers.index)
    numbers.loc[answers.isna().to_numpy()] = np.nan
    return numbers


def _ends(values: pd.DataFrame, kinds: pd.Series) -> pd.DataFrame:
    rows = []
    for question, answer in values.columns:
        kind = str(kinds[question])
        low, high = (values[question, answer].min(), values[question, answer].max()) if kind == "rating" else (0.0, 1.0)
        rows.append((question, answer, kind, low, high if high > low else low + 1, HALF if kind == "words" else 1.0))
    return pd.DataFrame(rows, columns=["question", "answer", "kind", "lowest", "highest", "weight"])
