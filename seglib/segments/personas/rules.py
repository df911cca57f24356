"""A short rule for each persona, learned on half of the customers and tried on the other half."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seglib.segments.personas.effects import described
from seglib.segments.personas.features import CategoryPlan, Features, canonical_sample, numbers, persona_features
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["persona_rules", "rule_text"]

RULES = ["persona", "alternative", "feature", "operator", "value", "or_unknown", "precision", "recall", "f1"]
DEPTH = 3
LONGEST = 6  # conditions in a rule that a person can still follow
SLACK = 0.04  # F1 that may be given up for a shorter rule
LOOKED_AT = 20_000


class Condition(NamedTuple):
    """Column of the design, operator and threshold."""

    column: str
    operator: str
    threshold: float


Path = list[Condition]  # conditions that hold together
Rule = list[Path]  # one path is enough


def persona_rules(
    customers: pd.DataFrame,
    persona: pd.Series,
    features: Sequence[str] | Features | None = None,
    *,
    min_group: int = MIN_GROUP,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find a rule of a few thresholds that reproduces each persona, and how well it does.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, indexed by ``customer_id``.
    persona : Series
        Name of each customer's persona, indexed by ``customer_id``.
    features : sequence of str or Features, optional
        As for :func:`persona_features`; the rule is told in their own units.
    min_group : int
        Smaller personas get no rule.
    random_state : int

    Returns
    -------
    DataFrame
        One row a condition: ``persona``, ``alternative`` (conditions of one alternative hold together, one alternative
        is enough), ``feature``, ``operator`` (``<=``, ``>``, ``is``, ``is not``), ``value``, ``or_unknown`` (whether a
        customer for whom it is not known counts as well), ``precision``, ``recall``, ``f1`` (0..1, of the whole rule,
        on the half of the customers that it was not learned from).

    References
    ----------
    Breiman, Friedman, Olshen, Stone (1984), Classification and Regression Trees.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [*range(1, 41), *range(61, 101)]})
    >>> rules = persona_rules(customers, pd.Series(["rare"] * 40 + ["often"] * 40))
    >>> rules[["persona", "feature", "operator", "f1"]].values.tolist()
    [['often', 'frequency', '>', 1.0], ['rare', 'frequency', '<=', 1.0]]
    """
    treated = features if isinstance(features, Features) else persona_features(customers, features)
    persona = persona.reindex(customers.index)
    picked = canonical_sample(treated.matrix, LOOKED_AT, random_state)
    design, known = _design(customers.iloc[picked], treated), persona.iloc[picked]
    shuffled = np.random.default_rng(random_state).permutation(len(picked))
    learn, judge = shuffled[::2], shuffled[1::2]
    names = [name for name in described(customers, persona, min_group) if known.nunique() > 1 and len(design.columns)]
    rows: list[dict[str, Any]] = []
    for name in names:
        inside = (known == name).to_numpy()
        rule = _shortest(design.iloc[learn], inside[learn], random_state)
        fidelity = dict(
            zip(("precision", "recall", "f1"), _fidelity(rule, design.iloc[judge], inside[judge]), strict=True)
        )
        rows += [{"persona": name, **row, **fidelity} for row in _rows(rule, treated)]
    return pd.DataFrame(rows, columns=RULES)


def rule_text(rules: pd.DataFrame) -> str:
    """One persona's rule as an expression over columns.

    Examples
    --------
    >>> conditions = {"feature": ["a", "b"], "operator": [">", "is"], "value": [3, "x"]}
    >>> rule_text(pd.DataFrame({"alternative": 1, **conditions}))
    "a > 3 and b is 'x'"
    """
    alternatives = [
        " and ".join(f"{row.feature} {row.operator} {row.value!r}" for row in part.itertuples())
        for _, part in rules.groupby("alternative")
    ]
    return alternatives[0] if len(alternatives) == 1 else " or ".join(f"({text})" for text in alternatives)


def _design(customers: pd.DataFrame, treated: Features) -> pd.DataFrame:
    columns: dict[str, np.ndarray] = {}
    for plan in treated.plans:
        if isinstance(plan, CategoryPlan):
            columns |= {
                name: (drawn > 0).astype("float64") for name, drawn in plan.columns(customers[plan.feature]).items()
            }
        else:
            columns[plan.feature] = numbers(customers[plan.feature]).fillna(plan.fill).to_numpy()
    return pd.DataFrame(columns, index=customers.index)


def _shortest(design: pd.DataFrame, inside: np.ndarray, seed: int) -> Rule:
    rules = [rule for depth in range(1, DEPTH + 1) for rule in _learned(design, inside, depth, seed)]
    rules = [rule for rule in rules if sum(map(len, rule)) <= LONGEST]
    scores = np.array([_fidelity(rule, design, inside)[2] for rule in rules])
    lengths = np.array([sum(map(len, rule)) for rule in rules])
    good = np.flatnonzero(scores >= scores.max() - SLACK)
    return rules[good[np.lexsort((-scores[good], lengths[good]))[0]]]


def _learned(design: pd.DataFrame, inside: np.ndarray, depth: int, seed: int) -> Iterator[Rule]:
    """Rules of one tree: its purest leaf, its two purest leaves, and so on."""
    from sklearn.tree import DecisionTreeClassifier

    least = max(1, len(design) // 200)
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=seed)
    leaves = tree.fit(design.to_numpy(), inside).apply(design.to_numpy())
    found = pd.DataFrame({"leaf": leaves, "inside": inside}).groupby("leaf")["inside"].agg(["mean", "count"])
    purest = list(found.sort_values(["mean", "count"], ascending=False).index)
    integers = {str(name) for name in design if (design[name] == design[name].round()).all()}
    for most in range(1, len(purest) + 1):
        paths = _paths(tree.tree_, list(design.columns), integers, set(purest[:most]))
        yield [_tidied(path) for path in paths]


def _paths(
    tree: Any, columns: list[str], integers: set[str], chosen: set[int], node: int = 0
) -> Iterator[list[Condition]]:
    """Conditions that lead to the chosen leaves; a branch with all leaves chosen needs no further condition."""
    left, right = tree.children_left[node], tree.children_right[node]
    if _all_chosen(tree, chosen, node):
        yield []
    elif left != right:
        column = columns[tree.feature[node]]
        threshold = _rounded(float(tree.threshold[node]), column in integers)
        for child, operator in ((left, "<="), (right, ">")):
            for path in _paths(tree, columns, integers, chosen, child):
                yield [Condition(column, operator, threshold), *path]


def _all_chosen(tree: Any, chosen: set[int], node: int) -> bool:
    children = [child for child in (tree.children_left[node], tree.children_right[node]) if child >= 0]
    return all(_all_chosen(tree, chosen, child) for child in children) if children else node in chosen


def _rounded(threshold: float, integer: bool) -> float:
    if integer or threshold == 0:
        return float(math.floor(threshold))
    return round(threshold, 2 - math.floor(math.log10(abs(threshold))))


def _tidied(path: list[Condition]) -> list[Condition]:
    tightest: dict[tuple[str, str], Condition] = {}
    for condition in path:
        same = condition[:2]
        closer = min if condition.operator == "<=" else max
        tightest[same] = closer(tightest.get(same, condition), condition, key=lambda one: one.threshold)
    return list(tightest.values())


def _holds(rule: Rule, design: pd.DataFrame) -> np.ndarray:
    held = np.zeros(len(design), dtype=bool)
    for path in rule:
        along = np.ones(len(design), dtype=bool)
        for column, operator, threshold in path:
            along &= (design[column] <= threshold) if operator == "<=" else (design[column] > threshold)
        held |= along
    return held


def _fidelity(rule: Rule, design: pd.DataFrame, inside: np.ndarray) -> tuple[float, float, float]:
    held = _holds(rule, design)
    both = float((held & inside).sum())
    precision, recall = both / max(1, held.sum()), both / max(1, inside.sum())
    return precision, recall, 2 * both / max(1, held.sum() + inside.sum())


def _rows(rule: Rule, treated: Features) -> Iterator[dict[str, Any]]:
    plans = {plan.feature: plan for plan in treated.plans}
    missing = set(treated.treatment.loc[treated.treatment["missing"] > 0, "feature"])
    for number, path in enumerate(rule, start=1):
        for column, operator, threshold in path:
            plan = plans.get(column)
            row: dict[str, Any] = {"alternative": number, "feature": column, "operator": operator, "or_unknown": False}
            if plan is None:
                feature, _, value = column.partition("=")
                row |= {"feature": feature, "operator": "is" if operator == ">" else "is not", "value": value}
                row["or_unknown"] = feature in missing and operator == "<="
            elif not isinstance(plan, CategoryPlan):
                fills = plan.fill <= threshold if operator == "<=" else plan.fill > threshold
                row |= {"value": threshold, "or_unknown": column in missing and fills}
            yield row
