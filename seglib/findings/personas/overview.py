"""One sentence for each table and figure of the personas notebook."""

from __future__ import annotations

import pandas as pd

from seglib import words
from seglib.findings.personas.cards import attribute_sentence, numbered, trait_sentence

__all__ = [
    "attributes",
    "compare_k",
    "contrast",
    "examples",
    "key_numbers",
    "names",
    "persona_map",
    "rules",
    "sizes",
    "structure",
    "traits",
    "treatment",
    "treatment_rows",
]

APART = 0.5  # silhouette from which groups stand clearly apart (Kaufman, Rousseeuw 1990)
BEYOND = 0.1  # silhouette beyond that of customers without groups from which there is some gap
ANY = 0.03  # less is within what the reference varies by
EVERYONE = "Everyone"
COME_BACK = (
    "{k} groups are as many as come back reliably when the customers are split in two at random "
    "(agreement {agree} of 1, weakest group {weakest})."
)
MOST_SEEN = "that is nearly all there is to see"
OUT_OF_SIGHT = "the rest is out of sight, so what overlaps here may be apart"
NOT_NAMED = "{named} of {groups} have a name; not so {others}."
UNTRIED = "All {k} groups are named after what sets them apart; whether they come back could not be tried."
NAMED = "All {k} groups come back and are named after what sets them apart."
NOTHING_TO_TELL = "No persona is large enough to be described."


def key_numbers(cards: pd.DataFrame, candidates: pd.DataFrame) -> dict[str, str]:
    """Personas, customers, customers in a named one, how well the division comes back.

    Parameters
    ----------
    cards : DataFrame
        From :func:`seglib.persona_cards`.
    candidates : DataFrame
        From :func:`seglib.compare_k`.
    """
    customers = int(cards["customers"].sum())
    named = [
        described and not numbered(name) for name, described in zip(cards["persona"], cards["described"], strict=True)
    ]
    told = cards.loc[named]
    used = candidates[candidates["k"] == len(cards)]
    agreement = used["stability"].iloc[0] if len(used) and len(cards) > 1 else None
    return {
        "Personas": words.count(len(told)),
        "Customers": words.count(customers),
        "In a named persona": words.percent(told["customers"].sum() / customers if customers else None),
        "Two halves agree": f"{words.number(agreement, 2)}\n1 is fully, 0 is chance",
    }


def treatment(treatment: pd.DataFrame) -> str:
    """How many features are used, and why others are not.

    Parameters
    ----------
    treatment : DataFrame
        Of :class:`seglib.personas.Features`.
    """
    if treatment.empty or not treatment["used"].any():
        return "No feature tells these customers apart."
    left = treatment.loc[~treatment["used"], "feature"].map(words.label).tolist()
    filled = treatment.loc[treatment["used"] & (treatment["missing"] > 0), "feature"].map(words.label).tolist()
    used = f"{int(treatment['used'].sum())} of {words.plural(len(treatment), 'feature')} can be used"
    parts = [
        f"{words.joined(left)} cannot" if left else "",
        f"not everyone has {words.joined(filled)}" if filled else "",
    ]
    return "; ".join([used, *filter(None, parts)]) + "."


def treatment_rows(treatment: pd.DataFrame) -> pd.DataFrame:
    """The treatment of each feature as a table that a reader of the report understands.

    Parameters
    ----------
    treatment : DataFrame
        Of :class:`seglib.personas.Features`.

    Returns
    -------
    DataFrame: feature (in words), used, customers_without, filled_with, scaled, why.
    """
    return pd.DataFrame(
        {
            "feature": treatment["feature"].map(words.label),
            "used": treatment["used"].map({True: "yes", False: "no"}),
            "customers_without": treatment["missing"],
            "filled_with": treatment["filled_with"],
            "scaled": treatment["transform"],
            "why": treatment["why"],
        }
    )


def compare_k(candidates: pd.DataFrame) -> str:
    """How many groups are recommended, and why.

    Parameters
    ----------
    candidates : DataFrame
        From :func:`seglib.compare_k`.
    """
    best = candidates[candidates["recommended"]].iloc[0]
    if best["k"] == 1:
        return f"Everyone stays in one group: {best['reason']}."
    return COME_BACK.format(
        k=words.count(best["k"]),
        agree=words.number(best["stability"], 2),
        weakest=words.number(best["worst_jaccard"], 2),
    )


def structure(candidates: pd.DataFrame, k: int) -> str:
    """Whether the groups are islands, or slices of customers who shade into one another.

    Parameters
    ----------
    candidates : DataFrame
        From :func:`seglib.compare_k`.
    k : int
        Groups in use.
    """
    row = candidates[candidates["k"] == k]
    if k == 1:
        return "With one group there is no separation to measure."
    if row.empty or pd.isna(row["silhouette"].iloc[0]):
        return "How far the groups are apart could not be measured."
    reached, without = float(row["silhouette"].iloc[0]), float(row["silhouette_reference"].iloc[0])
    measured = f"silhouette {words.number(reached, 2)}, {words.number(without, 2)} if there were no groups at all"
    if reached >= APART:
        return f"The groups stand clearly apart ({measured})."
    if reached - without >= BEYOND:
        return f"The groups are real, but overlap at their edges ({measured})."
    if reached - without >= ANY:
        return f"The groups shade into one another: a useful division, but no islands ({measured})."
    return f"There are no gaps between the groups: they divide customers who differ by degrees ({measured})."


def names(names: pd.DataFrame) -> str:
    """How many groups have a name, and why others do not.

    Parameters
    ----------
    names : DataFrame
        From :func:`seglib.name_personas`.
    """
    if list(names["persona"]) == [EVERYONE]:
        return "There is one group, so there is nothing to name."
    unnamed = names[~names["named"]]
    if unnamed.empty:
        return (UNTRIED if names["jaccard"].isna().any() else NAMED).format(k=words.count(len(names)))
    groups, others = words.plural(len(names), "group"), words.joined(unnamed["persona"].tolist())
    return NOT_NAMED.format(named=words.count(len(names) - len(unnamed)), groups=groups, others=others)


def sizes(cards: pd.DataFrame, currency: str = "") -> str:
    """Which persona brings most, out of how many customers.

    Parameters
    ----------
    cards : DataFrame
        From :func:`seglib.persona_cards`.
    currency : str
        ISO 4217 code.
    """
    if cards.empty:
        return "There are no customers."
    top = cards.iloc[0]
    if len(cards) == 1:
        return f"Everyone ({words.plural(int(top['customers']), 'customer')}) is in one group."
    brought = f"{words.percent(top['revenue_share'])} of the revenue ({words.money(top['revenue'], currency)})"
    if pd.isna(top["revenue_share"]):
        return f"{top['persona']} are {words.percent(top['customers_share'])} of the customers."
    return f"{top['persona']} are {words.percent(top['customers_share'])} of the customers and bring {brought}."


def traits(traits: pd.DataFrame, currency: str = "") -> str:
    """The strongest difference between a persona and everyone else.

    Parameters
    ----------
    traits : DataFrame
        From :func:`seglib.persona_traits`.
    currency : str
        ISO 4217 code.
    """
    known = traits.dropna(subset=["delta"])
    if known.empty:
        return "There is nobody else to compare with." if len(traits) else NOTHING_TO_TELL
    top = known.iloc[int(known["delta"].abs().to_numpy().argmax())].to_dict()
    return f"{top['persona']} stand out most: {trait_sentence(top, currency)}."


def contrast(traits: pd.DataFrame) -> str:
    """Which feature differs most between personas, and between which two.

    Parameters
    ----------
    traits : DataFrame
        From :func:`seglib.persona_traits`.
    """
    table = traits.dropna(subset=["z"]).pivot(index="persona", columns="feature", values="z")
    if len(table) < 2:
        return "With one persona there is nothing to tell apart."
    feature = str((table.max() - table.min()).idxmax())
    most, least = table[feature].idxmax(), table[feature].idxmin()
    return f"{words.label(feature)} tells the personas apart most: highest for {most}, lowest for {least}."


def persona_map(points: pd.DataFrame) -> str:
    """How much of the differences between customers a plane can show.

    Parameters
    ----------
    points : DataFrame
        From :func:`seglib.personas.persona_map`.
    """
    if points.empty:
        return NOTHING_TO_TELL
    share = float(points["shown_share"].iloc[0])
    if not share > 0:
        return "The customers do not differ, so there is nothing to map."
    rest = MOST_SEEN if share >= 0.8 else OUT_OF_SIGHT
    return f"The map shows {words.percent(share)} of the differences between customers; {rest}."


def rules(cards: pd.DataFrame) -> str:
    """How well short rules reproduce the personas on customers they were not learned from.

    Parameters
    ----------
    cards : DataFrame
        From :func:`seglib.persona_cards`.
    """
    known = cards.dropna(subset=["rule_f1"])
    if known.empty:
        return "There is no persona that a rule could tell from others."
    f1 = known["rule_f1"].to_numpy()
    best, worst = known.iloc[int(f1.argmax())], known.iloc[int(f1.argmin())]
    if len(known) == 1 or best["rule_f1"] == worst["rule_f1"]:
        return f"Short rules reproduce the personas with an F1 score of {words.number(best['rule_f1'], 2)} of 1."
    return (
        f"A short rule reproduces {best['persona']} best (F1 score {words.number(best['rule_f1'], 2)} of 1) "
        f"and {worst['persona']} least ({words.number(worst['rule_f1'], 2)})."
    )


def attributes(attributes: pd.DataFrame) -> str:
    """The attribute of contacts that is most over-represented in a persona, if any is.

    Parameters
    ----------
    attributes : DataFrame
        From :func:`seglib.persona_attributes`.
    """
    if attributes.empty:
        return "No attribute of the contacts is clearly more common in one persona than among the others."
    top = attributes.iloc[int((attributes["share"] - attributes["share_others"]).to_numpy().argmax())].to_dict()
    return f"The clearest difference in who they are: {top['persona']}, {attribute_sentence(top)}."


def examples(examples: pd.DataFrame, currency: str = "") -> str:
    """The typical customer of the first persona.

    Parameters
    ----------
    examples : DataFrame
        From :func:`seglib.personas.persona_examples`.
    currency : str
        ISO 4217 code.
    """
    if examples.empty:
        return NOTHING_TO_TELL
    first, columns = examples.iloc[0], list(examples.columns[2:6])
    told = [
        f"{words.label(name)} {words.cell(first[name], name, currency)}" for name in columns if pd.notna(first[name])
    ]
    about = f": {words.joined(told)}" if told else ""
    return f"A typical customer among {first['persona']}{about}."
