"""From the customer table to a matrix that can be clustered, with an open account of every change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark

__all__ = ["DEFAULT_FEATURES", "CategoryPlan", "Features", "NumberPlan", "canonical_sample", "persona_features"]

DEFAULT_FEATURES = (
    "recency_days",
    "frequency",
    "monetary_value",
    "average_order_value",
    "items_per_order",
    "interpurchase_days",
    "returns_share",
    "discount_share",
)
OPTIONS = {
    "skew": ("log", "quantile", "none"),
    "missing": ("median", "zero", "drop"),
    "scale": ("standard", "robust"),
}
REDUNDANT = 0.95  # |Spearman| above which one of two default features is left out
MOST_MISSING = 0.5  # a default feature with more values missing than this would be mostly invented
SKEWED = 1.0  # |skewness| above which a feature is drawn in
MOST_VALUES = 30  # categories a feature may have
# how missing values were filled
MIDDLE = mark("{n} not known, filled with the middle value of those known")
NO_GAP = mark(
    "{n} not known, filled with the middle value of those known (one-time buyers have no gap yet; the middle value "
    "pulls them nowhere)"
)
ZERO = mark("{n} not known, filled with 0, as asked for")


ONE_VALUE = mark("left out: one value only")
SAME = mark("left out: says the same as {feature} (rank correlation {correlation})")
# how a feature was scaled
RANKS, AS_IT_IS, COLUMNS = mark("ranks"), mark("as it is"), mark("a column a value, times sqrt(1/2)")


@dataclass(frozen=True)
class NumberPlan:
    """What was learned of one number: fill missing, draw in the tail, centre, scale."""

    feature: str
    fill: float
    unit: float
    knots: tuple[float, ...]
    centre: float = 0.0
    scale: float = 1.0

    def drawn_in(self, values: pd.Series) -> np.ndarray:
        """Values filled and with the tail drawn in, neither centred nor scaled."""
        filled = numbers(values).fillna(self.fill).to_numpy()
        if self.knots:
            return np.interp(filled, self.knots, np.linspace(0, 1, len(self.knots)))
        return np.arcsinh(filled / self.unit) if self.unit else filled

    def columns(self, values: pd.Series) -> dict[str, np.ndarray]:
        """One standardised column; rounded so that units of money leave it exactly the same."""
        return {self.feature: np.round((self.drawn_in(values) - self.centre) / self.scale, 9)}


@dataclass(frozen=True)
class CategoryPlan:
    """What was learned of one category: its values, each a column of 0 and sqrt(1/2)."""

    feature: str
    values: tuple[str, ...]

    def columns(self, values: pd.Series) -> dict[str, np.ndarray]:
        """One column a value; two customers who differ in the category are 1 apart, not known is in between."""
        texts = values.astype(object).map(str, na_action="ignore")
        return {f"{self.feature}={value}": np.where(texts == value, np.sqrt(0.5), 0.0) for value in self.values}


Plan = NumberPlan | CategoryPlan


@dataclass(frozen=True)
class Features:
    """Customers as rows of a matrix, and how each feature was treated.

    Attributes
    ----------
    matrix : DataFrame
        Customers x columns, standardised, no missing values.
    treatment : DataFrame
        One row a feature: ``feature``, ``kind``, ``missing``, ``missing_share``, ``filled_with``, ``transform``,
        ``used``, ``why``.
    plans : tuple
        What was learned, so that :meth:`apply` can treat another period's customers in the same way.
    """

    matrix: pd.DataFrame
    treatment: pd.DataFrame
    plans: tuple[Plan, ...]

    @property
    def names(self) -> list[str]:
        """Features in use, in order."""
        return [plan.feature for plan in self.plans]

    def apply(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Treat other customers with the medians and scales learned from the first ones."""
        absent = [name for name in self.names if name not in customers.columns]
        if absent:
            raise InputError(
                f"customers: no column for {absent}, found {list(customers.columns)}. "
                "These features were learned from: give a table that has them."
            )
        return _matrix(customers, self.plans)


def persona_features(
    customers: pd.DataFrame,
    features: Sequence[str] | None = None,
    *,
    skew: str = "log",
    missing: str = "median",
    scale: str = "standard",
) -> Features:
    """Turn customers into a standardised matrix, and report what was done to each feature.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, indexed by ``customer_id``.
    features : sequence of str, optional
        Columns to use, numbers or categories. By default those of ``DEFAULT_FEATURES`` that are there, vary, are known
        for at least half of the customers and do not repeat another one (\\|Spearman\\| at most 0.95).
    skew : {"log", "quantile", "none"}
        ``"log"``: ``asinh(x / median of the non-zero |x|)`` for features with a skewness above 1; like a logarithm, but
        it takes negative amounts, and the unit of money does not matter. ``"quantile"``: ranks from 0 to 1.
    missing : {"median", "zero", "drop"}
        Fill unknown values with the median or with 0, or leave out features that have any.
    scale : {"standard", "robust"}
        Mean and standard deviation, or median and interquartile range / 1.349.

    Returns
    -------
    Features

    Raises
    ------
    InputError
        A feature that is not there or is a date, an unknown option.

    References
    ----------
    Burbidge, Magee, Robb (1988), Alternative transformations to handle extreme values of the dependent variable.
    Huang (1998), Extensions to the k-means algorithm for clustering large data sets with categorical values.

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": [1, 5, 9], "interpurchase_days": [7.0, None, 9.0]})
    >>> features = persona_features(customers, ["recency_days", "interpurchase_days"])
    >>> features.treatment[["feature", "missing", "filled_with", "used"]]
                  feature  missing  filled_with  used
    0        recency_days        0          NaN  True
    1  interpurchase_days        1          8.0  True
    """
    _check(customers, features, skew=skew, missing=missing, scale=scale)
    chosen = [name for name in DEFAULT_FEATURES if name in customers] if features is None else list(features)
    options = {"skew": skew, "missing": missing, "scale": scale, "default": features is None}
    learned = [_learn(customers[name], options) for name in chosen]
    plans = tuple(plan for plan, _row in learned if plan is not None)
    treatment = pd.DataFrame([row for _plan, row in learned])
    matrix = _matrix(customers, plans)
    if features is None:
        repeated = _repeated(matrix)
        plans = tuple(plan for plan in plans if plan.feature not in repeated)
        treatment["used"] &= ~treatment["feature"].isin(list(repeated))
        told = zip(treatment["feature"], treatment["why"], strict=True)
        treatment["why"] = [repeated.get(name, why) for name, why in told]
        matrix = matrix.drop(columns=list(repeated))
    return Features(matrix, treatment, plans)


def canonical_sample(matrix: pd.DataFrame | np.ndarray, size: int, seed: int) -> np.ndarray:
    """Row positions of a seeded sample that does not depend on the order or the names of the rows."""
    values = np.asarray(matrix)
    order = np.lexsort(values.T[::-1]) if values.shape[1] else np.arange(len(values))
    if len(order) <= size:
        return order
    return order[np.sort(np.random.default_rng(seed).choice(len(order), size, replace=False))]


def numbers(values: pd.Series) -> pd.Series:
    """Values as float64, infinite ones as missing."""
    return pd.Series(values.astype("Float64").astype("float64"), index=values.index).replace([np.inf, -np.inf], np.nan)


def _check(customers: pd.DataFrame, features: Sequence[str] | None, **options: str) -> None:
    faults = [
        f"personas: {name} is {given!r}.{did_you_mean(given, OPTIONS[name])}"
        for name, given in options.items()
        if given not in OPTIONS[name]
    ]
    if isinstance(features, str):
        faults.append(f"personas: features is the text {features!r}, expected a list of column names.")
        features = []
    known = [str(name) for name in customers.columns]
    for name in features or []:
        if name not in customers.columns:
            faults.append(f"personas: no feature {name!r} in the customer table.{did_you_mean(name, known)}")
        elif pd.api.types.is_datetime64_any_dtype(customers[name]):
            faults.append(f"personas: {name!r} is a date. Use the days since: recency_days or tenure_days.")
    if features is None and not set(DEFAULT_FEATURES) & set(known):
        faults.append(
            f"personas: none of {list(DEFAULT_FEATURES)} in the customer table. Name features; found {known}."
        )
    if not customers.index.is_unique:
        faults.append("personas: a customer_id occurs twice in the index. Give one row a customer.")
    if faults:
        raise InputError(faults)


def _learn(values: pd.Series, options: dict[str, Any]) -> tuple[Plan | None, dict[str, Any]]:
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    known = numbers(values).dropna() if number else values.dropna().astype(object).map(str)
    unknown = len(values) - len(known)
    row = {
        "feature": str(values.name),
        "kind": "number" if number else "category",
        "missing": unknown,
        "missing_share": unknown / max(1, len(values)),
        "filled_with": np.nan,
        "transform": "",
        "used": False,
        "why": _why_not(known, unknown, row_count=len(values), number=number, options=options),
    }
    if row["why"]:
        return None, row
    row["used"] = True
    return (_learn_number if number else _learn_category)(values, known, row, options)


def _why_not(known: pd.Series, unknown: int, *, row_count: int, number: bool, options: dict[str, Any]) -> str:
    distinct = min(len(known), 1 + int(known.min() != known.max())) if number else known.nunique()
    who = {"n": words.count(unknown), "customers": words.plural(row_count, "customer")}
    if distinct == 0:
        return _("left out: not known for anyone")
    if options["default"] and unknown > MOST_MISSING * row_count:
        return _("left out: not known for {n} of {customers}, more than half", **who)
    if number and unknown and options["missing"] == "drop":
        return _("left out: not known for {n} of {customers}", **who)
    if distinct == 1 and (number or not unknown):
        value = f"{known.iloc[0]:g}" if number else ""
        return _("left out: the same for everyone who has it ({value})", value=value) if number else _(ONE_VALUE)
    if not number and distinct > MOST_VALUES:
        return _("left out: {n} different values, more than {most}", n=words.count(distinct), most=MOST_VALUES)
    return ""


def _learn_number(
    values: pd.Series, known: pd.Series, row: dict[str, Any], options: dict[str, Any]
) -> tuple[Plan, dict[str, Any]]:
    fill = float(known.median()) if options["missing"] == "median" else 0.0
    plan = NumberPlan(row["feature"], fill, *_drawing_in(known, options["skew"]))
    drawn = plan.drawn_in(values)
    robust = float(np.subtract(*np.percentile(drawn, [75, 25])) / 1.349) if options["scale"] == "robust" else 0.0
    plan = replace(plan, centre=float(np.median(drawn) if robust else drawn.mean()), scale=robust or float(drawn.std()))
    row["transform"] = RANKS if plan.knots else f"asinh(x / {plan.unit:.4g})" if plan.unit else AS_IT_IS
    if row["missing"]:
        row["filled_with"] = fill
        middle = NO_GAP if row["feature"] == "interpurchase_days" else MIDDLE
        row["why"] = _(middle if options["missing"] == "median" else ZERO, n=words.count(row["missing"]))
    return plan, row


def _drawing_in(known: pd.Series, skew: str) -> tuple[float, tuple[float, ...]]:
    if skew == "quantile":
        return 0.0, tuple(np.unique(np.quantile(known, np.linspace(0, 1, 1001))))
    centred = known - known.mean()
    skewness = float((centred * centred * centred).mean() / ((centred * centred).mean() ** 1.5 or 1.0))
    unit = float(known[known != 0].abs().median())
    return (unit if skew == "log" and abs(skewness) > SKEWED else 0.0), ()


def _learn_category(
    values: pd.Series, known: pd.Series, row: dict[str, Any], options: dict[str, Any]
) -> tuple[Plan, dict[str, Any]]:
    row["transform"] = COLUMNS
    row["why"] = _("{n} not known, no value given to them", n=words.count(row["missing"])) if row["missing"] else ""
    return CategoryPlan(row["feature"], tuple(sorted(known.unique()))), row


def _matrix(customers: pd.DataFrame, plans: Sequence[Plan]) -> pd.DataFrame:
    columns = {name: column for plan in plans for name, column in plan.columns(customers[plan.feature]).items()}
    return pd.DataFrame(columns, index=customers.index, dtype="float64")


def _repeated(matrix: pd.DataFrame) -> dict[str, str]:
    ranked = matrix.iloc[canonical_sample(matrix, 20_000, 0)].corr(method="spearman").abs().to_numpy(dtype="float64")
    names, repeated = [str(name) for name in matrix.columns], {}
    for at, name in enumerate(names):
        for before, earlier in enumerate(names[:at]):
            if earlier not in repeated and ranked[at, before] > REDUNDANT:
                correlation = words.number(ranked[at, before], 2)
                repeated[name] = _(SAME, feature=earlier, correlation=correlation)
                break
    return repeated
