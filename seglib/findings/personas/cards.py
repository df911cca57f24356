"""Persona cards in words: title, key numbers and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from seglib import words

__all__ = ["attribute_sentence", "cards", "numbered", "trait_sentence"]

NOTICED = 0.147  # Cliff's delta below this is negligible (Romano et al. 2006)
TOLD = 3  # traits and attributes told on a card
TOO_FEW = "Too few customers to describe them."
NO_NAME = "This group has no name and is not described: {why}."
RULE = "Rule: {rule}. It is right about {precision} of those it picks and finds {recall} of this persona."
TRAIT = "{label} {median} against {others} ({side} in {pairs} of comparisons)"
ATTRIBUTE = "{label} {value}: {share} of the {known} known, against {others} of the others"
SAID = {"<=": "at most", ">": "more than"}
NOTHING_KNOWN = "The data do not say who they are or why they buy."
SOMETHING_KNOWN = "The data do not say why they buy; anything about who they are is known for {share} of them."


def cards(
    cards: pd.DataFrame, traits: pd.DataFrame, attributes: pd.DataFrame, rules: pd.DataFrame, currency: str = ""
) -> list[tuple[str, dict[str, str], list[str]]]:
    """Cards for :func:`seglib.display.cards`: title, key numbers, sentences.

    Parameters
    ----------
    cards, traits, attributes, rules : DataFrame
        From :func:`seglib.persona_cards`, :func:`seglib.personas.persona_traits`,
        :func:`seglib.personas.persona_attributes` and :func:`seglib.personas.persona_rules`.
    currency : str
        ISO 4217 code.
    """
    told = []
    for row in cards.to_dict("records"):
        own = [table[table["persona"] == row["persona"]] for table in (traits, attributes, rules)]
        if not row["described"]:
            sentences = [TOO_FEW]
        elif numbered(row["persona"]) and row["set_apart"]:
            sentences = [NO_NAME.format(why=row["set_apart"])]
        else:
            sentences = _sentences(row, own[0], own[1], own[2], currency)
        told.append((str(row["persona"]), _numbers(row, currency), sentences))
    return told


def numbered(persona: str) -> bool:
    """Whether a group is too small or comes back too rarely to be called a persona."""
    return persona == "Not named" or persona.endswith((" (unstable)", " (small)"))


def trait_sentence(row: Mapping[Any, Any], currency: str) -> str:
    """One trait against everyone else: middle values, and how often one of the persona has more."""
    column, delta = str(row["feature"]), float(row["delta"])
    pairs = words.percent((1 + abs(delta)) / 2, 0)
    return TRAIT.format(
        label=words.label(column),
        median=words.cell(row["median"], column, currency),
        others=words.cell(row["median_others"], column, currency),
        side="higher" if delta > 0 else "lower",
        pairs="99% or more" if pairs == "100%" else pairs,
    )


def attribute_sentence(row: Mapping[Any, Any]) -> str:
    """One attribute that is more common than among the others."""
    return ATTRIBUTE.format(
        label=words.label(str(row["attribute"])),
        value=row["value"],
        share=words.percent(row["share"]),
        known=words.count(row["known"]),
        others=words.percent(row["share_others"]),
    )


def _numbers(row: Mapping[Any, Any], currency: str) -> dict[str, str]:
    return {
        "Customers": f"{words.count(row['customers'])}\n{words.percent(row['customers_share'])} of all",
        "Revenue": f"{words.money(row['revenue'], currency)}\n{words.percent(row['revenue_share'])} of all",
        "Comes back": f"{words.number(row['jaccard'], 2)}\nof 1, when split at random",
    }


def _sentences(
    row: Mapping[Any, Any], traits: pd.DataFrame, attributes: pd.DataFrame, rules: pd.DataFrame, currency: str
) -> list[str]:
    apart = traits[(traits["delta"].abs() >= NOTICED) & (traits["median"] != traits["median_others"])]
    told = [f"{trait_sentence(trait, currency)}." for trait in apart.head(TOLD).to_dict("records")]
    told += [f"{attribute_sentence(attribute)}." for attribute in attributes.head(TOLD).to_dict("records")]
    if not rules.empty:
        precision, recall = words.percent(row["rule_precision"]), words.percent(row["rule_recall"])
        told.append(RULE.format(rule=_rule(rules, currency), precision=precision, recall=recall))
    known = row["attributes_known_share"]
    something = bool(row["attributes"]) and known == known and known > 0
    return [*told, SOMETHING_KNOWN.format(share=words.percent(known)) if something else NOTHING_KNOWN]


def _rule(rules: pd.DataFrame, currency: str) -> str:
    alternatives = [words.joined(list(_conditions(part, currency))) for _, part in rules.groupby("alternative")]
    return "; or ".join(alternatives)


def _conditions(rules: pd.DataFrame, currency: str) -> Iterator[str]:
    for row in rules.to_dict("records"):
        column, operator = str(row["feature"]), str(row["operator"])
        value = words.cell(row["value"], column, currency)
        unknown = " or not known" if row["or_unknown"] else ""
        yield f"{words.label(column)} {SAID.get(operator, operator)} {value}{unknown}"
