"""Persona cards in words: title, key numbers and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.cells import cell
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import is_numbered
from seglib.show.findings.clauses import closed

__all__ = ["attribute_sentence", "cards", "trait_sentence"]

NOTICED = 0.147  # Cliff's delta below this is negligible (Romano et al. 2006)
TOLD = 3  # traits and attributes told on a card
TOO_FEW = mark("Too few customers to describe them.")
NO_NAME = mark("This group has no name and is not described: {why}.")
SLICE = mark("A slice of customers who differ by degrees: there is no gap between them and their neighbours.")
RULE = mark("How to find them: {rule} (right for {precision} of those it picks).")
ACTION = mark("What to do: {action}")
# Cliff's delta from which on a difference is called so (Romano et al. 2006): it describes how the groups were cut
MUCH_HIGHER, MUCH_LOWER = (
    mark("{label} {median} against {others} (much higher)"),
    mark("{label} {median} against {others} (much lower)"),
)
HIGHER, LOWER = (
    mark("{label} {median} against {others} (higher)"),
    mark("{label} {median} against {others} (lower)"),
)
A_LITTLE_HIGHER, A_LITTLE_LOWER = (
    mark("{label} {median} against {others} (a little higher)"),
    mark("{label} {median} against {others} (a little lower)"),
)
SIZES = {0.474: (MUCH_HIGHER, MUCH_LOWER), 0.33: (HIGHER, LOWER), 0.0: (A_LITTLE_HIGHER, A_LITTLE_LOWER)}
ATTRIBUTE = mark("{label} {value}: {share} of the {known} known, against {others} of the others")
# a condition, and the same where customers count for whom it is not known
CONDITIONS = {
    "<=": (mark("{label} at most {value}"), mark("{label} at most {value} or not known")),
    ">": (mark("{label} more than {value}"), mark("{label} more than {value} or not known")),
    "is": (mark("{label} is {value}"), mark("{label} is {value} or not known")),
    "is not": (mark("{label} is not {value}"), mark("{label} is not {value} or not known")),
}


def cards(
    cards: pd.DataFrame,
    traits: pd.DataFrame,
    attributes: pd.DataFrame,
    rules: pd.DataFrame,
    currency: str = "",
    *,
    actions: pd.DataFrame | None = None,
) -> list[tuple[str, dict[str, str], list[str]]]:
    """Cards for :func:`seglib.show.display.cards`: title, key numbers, sentences.

    Parameters
    ----------
    cards, traits, attributes, rules : DataFrame
        From :func:`seglib.persona_cards`, :func:`seglib.segments.personas.persona_traits`,
        :func:`seglib.segments.personas.persona_attributes` and :func:`seglib.segments.personas.persona_rules`.
    currency : str
        ISO 4217 code.
    actions : DataFrame, optional
        From :func:`seglib.recommend_actions`: what to do for a persona opens its card.
    """
    told, to_do = [], {} if actions is None else dict(zip(actions["segment"], actions["action"], strict=True))
    for row in cards.to_dict("records"):
        own = [table[table["persona"] == row["persona"]] for table in (traits, attributes, rules)]
        if not row["described"]:
            sentences = [_(TOO_FEW)]
        elif is_numbered(row["persona"]) and row["set_apart"]:
            sentences = [_(NO_NAME, why=row["set_apart"])]
        else:
            action = to_do.get(row["persona"], "")
            sentences = [_(ACTION, action=action)] * bool(action) + _sentences(row, own[0], own[1], own[2], currency)
        told.append((words.name(row["persona"]), _numbers(row, currency), sentences))
    return told


def trait_sentence(row: Mapping[Any, Any], currency: str) -> str:
    """One trait against everyone else: middle values, and how large the difference is."""
    column, delta = str(row["feature"]), float(row["delta"])
    higher, lower = next(told for least, told in SIZES.items() if abs(delta) >= least)
    return _(
        higher if delta > 0 else lower,
        label=words.label(column),
        median=cell(row["median"], column, currency),
        others=cell(row["median_others"], column, currency),
    )


def attribute_sentence(row: Mapping[Any, Any]) -> str:
    """One attribute that is more common than among the others."""
    return _(
        ATTRIBUTE,
        label=words.label(str(row["attribute"])),
        value=row["value"],
        share=words.percent(row["share"]),
        known=words.count(row["known"]),
        others=words.percent(row["share_others"]),
    )


def _numbers(row: Mapping[Any, Any], currency: str) -> dict[str, str]:
    customers, revenue = words.percent(row["customers_share"]), words.percent(row["revenue_share"])
    return {
        _("Customers"): f"{words.count(row['customers'])}\n{_('{share} of all', share=customers)}",
        _("Revenue"): f"{words.money(row['revenue'], currency)}\n{_('{share} of all', share=revenue)}",
        _("A customer brings"): words.money(row["revenue"] / max(row["customers"], 1), currency),
    }


def _sentences(
    row: Mapping[Any, Any], traits: pd.DataFrame, attributes: pd.DataFrame, rules: pd.DataFrame, currency: str
) -> list[str]:
    apart = traits[(traits["delta"].abs() >= NOTICED) & (traits["median"] != traits["median_others"])]
    told = [closed(trait_sentence(trait, currency)) for trait in apart.head(TOLD).to_dict("records")]
    told += [closed(attribute_sentence(attribute)) for attribute in attributes.head(TOLD).to_dict("records")]
    if not rules.empty:
        told.append(_(RULE, rule=_rule(rules, currency), precision=words.percent(row["rule_precision"])))
    return told + [_(SLICE)] * (row["kind"] == "slices")


def _rule(rules: pd.DataFrame, currency: str) -> str:
    alternatives = [words.joined(list(_conditions(part, currency))) for _number, part in rules.groupby("alternative")]
    return reduce(lambda first, second: _("{first}; or {second}", first=first, second=second), alternatives)


def _conditions(rules: pd.DataFrame, currency: str) -> Iterator[str]:
    for row in rules.to_dict("records"):
        column, told = str(row["feature"]), CONDITIONS[str(row["operator"])]
        value = cell(row["value"], column, currency)
        yield _(told[1] if row["or_unknown"] else told[0], label=words.label(column), value=value)
