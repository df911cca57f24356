"""Lookalikes: who resembles the best customers in what is known before a purchase, if that can be told at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import NOT_KNOWN
from seglib.language.words import count, number
from seglib.segments.schemes.firmographic import size_band
from seglib.segments.schemes.scheme import as_text, not_available
from seglib.tables.clusters import one_thread
from seglib.tables.effects import auc_interval
from seglib.tables.shown import Shown

__all__ = ["KNOWN_BEFORE", "Lookalikes", "find_lookalikes"]

KNOWN_BEFORE = (
    *("country", "region", "city", "gender", "age_band", "age"),
    *("industry", "employees", "revenue_band", "legal_form"),
)
FEWEST = 30  # best customers, and others
RARE = 10  # a value that fewer customers have is put together with the other rare ones
FOLDS = 5
BEST_SHARE = 0.1
COLUMNS = ["customer_id", "is_customer", "score", "lift", "because"]


@dataclass(frozen=True, repr=False, eq=False)
class Lookalikes(Shown):
    """Who resembles the best customers.

    Attributes
    ----------
    table : DataFrame
        ``customer_id, is_customer, score`` (chance to be one of the best, by attributes alone), ``lift`` (times the
        average chance), ``because`` (attributes that raise it most); highest first; empty where it cannot be told.
    auc, auc_low, auc_high : float
        Chance that one of the best scores above another customer, on customers that the score had not seen.
    best, others : int
        Customers that it was learned from.
    told : bool
        Whether the interval lies above one half.
    attributes : list of str
    """

    table: pd.DataFrame
    auc: float
    auc_low: float
    auc_high: float
    best: int
    others: int
    told: bool
    attributes: list[str]
    note: str = ""

    def sentence(self) -> str:
        """Whether lookalikes can be told, and how well."""
        if self.note:
            return self.note
        names = {"auc": self.auc, "low": self.auc_low, "high": self.auc_high}
        told = {name: number(value, 2) for name, value in names.items()}
        if not self.told:
            return _(
                "Lookalikes of the best customers cannot be told by {attributes}: AUC {auc} (95% interval {low} to "
                "{high}).",
                **told,
                attributes=", ".join(self.attributes),
            )
        return _(
            "{people} people scored by likeness to the {best} best customers: AUC {auc} (95% interval {low} to "
            "{high}).",
            **told,
            people=count(len(self.table)),
            best=count(self.best),
        )

    def shown(self) -> pd.DataFrame:
        """The twenty most alike."""
        return self.table.head(20)


def find_lookalikes(
    people: pd.DataFrame | None,
    best: pd.Series | None = None,
    *,
    attributes: Sequence[str] | None = None,
    random_state: int = 0,
) -> Lookalikes:
    """Score leads and other customers by their likeness to the best customers.

    A logistic regression on attributes that are known before a purchase learns what tells the best customers from the
    other customers. It is judged on customers that it has not seen (five folds), and says nothing where it is no better
    than chance.

    Parameters
    ----------
    people : DataFrame, one row a person, indexed by ``customer_id``
        With ``is_customer`` (else all are customers) and attributes; None where there is none.
    best : Series of bool, indexed by customer_id, optional
        By default the tenth of the customers with the highest ``monetary_value``.
    attributes : sequence of str, optional
        Columns; by default those of :data:`KNOWN_BEFORE` that the table has. Never give what a purchase changes.
    random_state : int

    Returns
    -------
    Lookalikes

    Raises
    ------
    InputError
        An unknown attribute.

    References
    ----------
    Interval of the AUC: DeLong, DeLong, Clarke-Pearson (1988).

    Examples
    --------
    >>> people = pd.DataFrame({"industry": ["hotel", "cafe"] * 100, "monetary_value": [900.0, 10.0] * 100})
    >>> found = find_lookalikes(people, best=people["monetary_value"] > 100)
    >>> found.told, round(found.auc, 2), bool(found.table["score"].max() < 0.5)
    (True, 1.0, True)
    """
    if people is None or people.empty:
        return _nothing(not_available(mark("people")))
    unknown = [name for name in attributes or () if name not in people.columns]
    if unknown:
        raise InputError([f"lookalikes: no column {name!r}.{did_you_mean(name, people.columns)}" for name in unknown])
    customer = (
        people["is_customer"].fillna(False).astype(bool)
        if "is_customer" in people.columns
        else people.index == people.index
    )
    customer = pd.Series(customer, index=people.index)
    top = _best(people, customer) if best is None else best.reindex(people.index).fillna(False).astype(bool)
    top &= customer
    names, marks = _marks(people, customer, attributes)
    if marks.empty or not marks.shape[1]:
        return _nothing(not_available(mark("attributes of people that are known before a purchase, and that differ")))
    if min(top.sum(), (customer & ~top).sum()) < FEWEST:
        return _nothing(
            _(
                "Too few customers to learn from: {best} best and {others} others.",
                best=count(top.sum()),
                others=count((customer & ~top).sum()),
            )
        )
    told = people[names].notna().any(axis="columns") | customer  # of a visitor nothing is known that could be alike
    return _scored(marks[told], customer[told], top[told], names, random_state)


def _scored(marks: pd.DataFrame, customer: pd.Series, top: pd.Series, names: list[str], seed: int) -> Lookalikes:
    learned, goal = marks[customer].to_numpy(), top[customer].to_numpy()
    unseen = _unseen_scores(learned, goal, seed)
    auc, low, high = auc_interval(unseen, goal)
    n, told = (int(goal.sum()), int((~goal).sum())), low > 0.5
    table = pd.DataFrame(columns=COLUMNS)
    if told:
        model = _fit(learned, goal)
        scores = pd.Series(model.predict_proba(marks.to_numpy())[:, 1], index=marks.index)
        scores[customer] = unseen  # a customer is scored by a model that has not seen it
        others = marks.index[~top]
        table = pd.DataFrame({"customer_id": others.astype("str"), "is_customer": customer[~top].to_numpy()})
        table["score"] = scores[others].to_numpy()
        table["lift"] = table["score"] / goal.mean()
        table["because"] = pd.array(_because(marks.loc[others], model.coef_[0]), dtype="str")
        table = table.sort_values(["score", "customer_id"], ascending=[False, True], ignore_index=True)
    return Lookalikes(table, auc, low, high, *n, told=bool(told), attributes=names)


def _best(people: pd.DataFrame, customer: pd.Series) -> pd.Series:
    if "monetary_value" not in people.columns:
        return pd.Series(False, index=people.index)
    money = people["monetary_value"].where(customer).astype("float64")
    return (money > money.quantile(1 - BEST_SHARE)) & customer


def _marks(
    people: pd.DataFrame, customer: pd.Series, attributes: Sequence[str] | None
) -> tuple[list[str], pd.DataFrame]:
    """One column an attribute and value, learned from the customers; missing is a value of its own."""
    names = [name for name in attributes or KNOWN_BEFORE if name in people.columns]
    if attributes is None and "age_band" in names and people["age_band"].notna().any():
        names = [name for name in names if name != "age"]
    blocks, used = [], []
    for name in names:
        texts = size_band(people[name]) if name == "employees" else as_text(people[name])
        texts = texts.fillna(NOT_KNOWN)
        common = texts[customer].value_counts()
        texts = texts.where(texts.isin(common.index[common >= RARE]), "other")
        if texts[customer].nunique() > 1:
            used.append(name)
            blocks.append(pd.get_dummies(texts, dtype=float).sort_index(axis="columns").add_prefix(f"{name}: "))
    return used, pd.concat(blocks, axis="columns") if blocks else pd.DataFrame(index=people.index)


def _fit(rows: np.ndarray, goal: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    with one_thread():
        return LogisticRegression(C=0.3, max_iter=1000).fit(rows, goal)


def _unseen_scores(rows: np.ndarray, goal: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.model_selection import StratifiedKFold

    order = np.lexsort((goal, *rows.T))  # folds shall not depend on the order of the rows
    scores = np.empty(len(rows))
    for learn, judge in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(order, goal[order]):
        model = _fit(rows[order[learn]], goal[order[learn]])
        scores[order[judge]] = model.predict_proba(rows[order[judge]])[:, 1]
    return scores


def _because(marks: pd.DataFrame, weights: np.ndarray) -> list[str]:
    raised = marks.to_numpy() * np.where(weights > 0, weights, 0)
    places = np.argsort(-raised, axis=1, kind="stable")[:, :2]
    names = marks.columns.to_numpy()
    return [", ".join(names[place] for place in two if row[place] > 0) for two, row in zip(places, raised, strict=True)]


def _nothing(note: str) -> Lookalikes:
    missing = float("nan")
    return Lookalikes(
        pd.DataFrame(columns=COLUMNS), missing, missing, missing, 0, 0, told=False, attributes=[], note=note
    )
