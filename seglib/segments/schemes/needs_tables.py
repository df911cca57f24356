"""What segments of answers are like: shares of each answer, names, principal components."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.language.messages import gettext as _
from seglib.segments.schemes.answers import Answers
from seglib.tables.intervals import t_interval, wilson_interval

__all__ = ["ANSWER_COLUMNS", "answer_shares", "name_segments", "principal_components"]

ANSWER_COLUMNS = [
    *("segment", "question", "answer", "statistic", "n", "value", "low", "high", "everyone", "lowest", "highest"),
    *("difference", "evidence"),
]
# marker variables of Dolnicar, Gruen, Leisch (2018): this far from everyone, of the scale or of everyone's share
MARKER, MARKER_RELATIVE = 0.25, 0.5
LONGEST = 30  # of a name with two answers; beyond, one answer has to do
LONGEST_QUESTION = 40


def answer_shares(told: Answers, labels: np.ndarray) -> pd.DataFrame:
    """Share of each answer (mean of each rating) in each segment, against everyone who answered.

    Parameters
    ----------
    told : Answers
    labels : array of int, shape (people,)

    Returns
    -------
    DataFrame, one row a segment (its number) and answer. ``evidence``: the difference is at least a quarter of
    the scale or half of everyone's share. Segments are made from these very answers: it describes them by its size, and
    is not tested.
    """
    groups, ends = int(labels.max()) + 1, told.ends
    blocks = []
    for column, (low_end, high_end, kind) in enumerate(zip(ends["lowest"], ends["highest"], ends["kind"], strict=True)):
        values = told.values.iloc[:, column].to_numpy()
        known = ~np.isnan(values)
        n = np.bincount(labels[known], minlength=groups).astype(float)
        total = np.bincount(labels[known], values[known], minlength=groups)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / n
        squares = np.bincount(labels[known], (values[known] - mean[labels[known]]) ** 2, minlength=groups)
        with np.errstate(divide="ignore", invalid="ignore"):
            deviation = np.sqrt(squares / (n - 1))
        low, high = t_interval(mean, deviation, n) if kind == "rating" else wilson_interval(total, n)
        everyone = values[known].mean() if known.any() else np.nan
        block = pd.DataFrame({"segment": range(groups), "n": n.astype(int), "value": mean, "low": low, "high": high})
        difference = (mean - everyone) / (high_end - low_end)
        marked = np.abs(difference) >= MARKER
        if kind != "rating":
            marked |= np.abs(mean - everyone) >= MARKER_RELATIVE * everyone
        block["evidence"] = marked
        blocks.append(block.assign(place=column, everyone=everyone, difference=difference))
    table = pd.concat(blocks).merge(ends.reset_index(names="place"), on="place")
    table["statistic"] = np.where(table["kind"] == "rating", "mean", "share of answers")
    return table.sort_values(["segment", "place"], kind="stable", ignore_index=True)[ANSWER_COLUMNS]


def name_segments(shares: pd.DataFrame) -> list[str]:
    """Name each segment after the answer furthest above everyone, then the clearest other; names are never alike.

    Examples
    --------
    >>> row = {"segment": 0, "question": "cheap", "answer": "yes", "statistic": "share of answers", "evidence": True}
    >>> name_segments(pd.DataFrame([row | {"difference": -0.5}]))
    ['Not cheap']
    """
    names: list[str] = []
    for segment, rows in shares.groupby("segment"):
        clear = rows[rows["evidence"]].sort_values("difference", key=abs, ascending=False, kind="stable")
        above = clear["difference"] > 0
        clear = pd.concat([clear[above].head(1), clear.drop(clear[above].head(1).index)])
        told = [text for text in (_told(row) for _place, row in clear.iterrows()) if text] or [_("like everyone")]
        short = (
            [", ".join(told[:2]), told[0]] if len(", ".join(told[:2])) <= LONGEST else [told[0], ", ".join(told[:2])]
        )
        named = [text[:1].upper() + text[1:] for text in (*short, f"{told[0]} ({int(str(segment)) + 1})")]
        names.append(next(name for name in named if name not in names))
    return names


def principal_components(rows: np.ndarray, told: Answers) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Principal components of centred, unscaled answers (as R's ``prcomp``): components, loadings, scores on two."""
    centred = rows - rows.mean(axis=0)
    left, spread, right = np.linalg.svd(centred, full_matrices=False)
    turned = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    right, left = right * turned[:, None], left * turned
    deviation = spread / np.sqrt(max(len(rows) - 1, 1))
    share = deviation**2 / max((deviation**2).sum(), 1e-300)
    names = [f"PC{place + 1}" for place in range(len(spread))]
    components = pd.DataFrame({"component": names, "standard_deviation": deviation, "variance_share": share})
    loadings = told.ends[["question", "answer"]].join(pd.DataFrame(right.T, columns=names))
    scores = pd.DataFrame((left * spread)[:, :2], index=told.values.index, columns=names[:2])
    return (
        components.assign(cumulative_share=share.cumsum()),
        loadings,
        scores.reindex(columns=["PC1", "PC2"], fill_value=0.0),
    )


def _told(row: pd.Series) -> str:
    question = str(row["question"])
    question = question if len(question) <= LONGEST_QUESTION else question[: LONGEST_QUESTION - 1].rstrip() + "…"
    more = row["difference"] > 0
    if row["statistic"] == "mean":
        return _("high {question}", question=question) if more else _("low {question}", question=question)
    if row["answer"] != "yes":
        return f"{question}: {row['answer']}" if more else ""
    if question.endswith("?"):
        return _("{question} Yes", question=question) if more else _("{question} No", question=question)
    if more:
        return question
    return _("not {question}", question=question) if " " not in question else _("not “{question}”", question=question)
