"""What the personas are like, in sentences."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from seglib.language import words
from seglib.language.cells import cell
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import is_numbered
from seglib.show.findings.leading import Candidate, constructed, furthest, leading
from seglib.show.findings.personas.cards import attribute_sentence, trait_sentence

__all__ = [
    "ATTRIBUTES",
    "attributes",
    "contrast",
    "examples",
    "key_numbers",
    "lead",
    "persona_map",
    "rules",
    "sizes",
    "traits",
]

MOST_SEEN = mark("The map shows {share} of the differences between customers; that is nearly all there is to see.")
OUT_OF_SIGHT = mark(
    "The map shows {share} of the differences between customers; the rest is out of sight, so what overlaps here may "
    "be apart."
)
NOTHING_TO_TELL = mark("No persona is large enough to be described.")
# columns of the table of attributes: heading, and role where the name does not tell
ATTRIBUTES = {
    "persona": mark("Persona"),
    "attribute": (mark("Attribute"), "label"),
    "value": mark("Value"),
    "customers": mark("Customers"),
    "known": mark("Known"),
    "share": mark("Share"),
    "share_others": mark("Share others"),
    "low": (mark("Low"), "share"),
    "high": (mark("High"), "share"),
}


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
    told = cards[cards["described"].astype(bool) & ~cards["persona"].map(is_numbered).astype(bool)]
    used = candidates[candidates["k"] == len(cards)]
    sliced = bool((cards["kind"] == "slices").all()) and len(cards) > 1
    agreement = used["stability"].iloc[0] if len(used) and len(cards) > 1 else None
    return {
        _("Slices") if sliced else _("Personas"): words.count(len(told)),
        _("Customers"): words.count(customers),
        _("In a named slice") if sliced else _("In a named persona"): words.percent(
            told["customers"].sum() / customers if customers else None
        ),
        _("Two halves agree"): f"{words.number(agreement, 2)}\n{_('1 is fully, 0 is chance')}",
    }


def lead(cards: pd.DataFrame, candidates: pd.DataFrame, attributes: pd.DataFrame) -> str:
    """What leads the page: gaps between the groups, or the attribute outside the features that differs most.

    Parameters
    ----------
    cards : DataFrame
        From :func:`seglib.persona_cards`.
    candidates : DataFrame
        From :func:`seglib.compare_k`.
    attributes : DataFrame
        From :func:`seglib.segments.personas.persona_attributes`.
    """
    told = attributes.assign(differs=True)  # only those beyond chance are listed
    return leading([*_gaps(cards, candidates), *furthest(told, "differs", _clearest)])


def _gaps(cards: pd.DataFrame, candidates: pd.DataFrame) -> list[Candidate]:
    used = candidates[candidates["k"] == len(cards)].dropna(subset=["silhouette", "silhouette_reference"])
    if used.empty or len(cards) < 2 or not (cards["kind"] == "groups").all():
        return []
    reached, without = (float(used[name].iloc[0]) for name in ("silhouette", "silhouette_reference"))
    text = _("Your customers fall into {k} kinds that we can rely on.", k=words.count(len(cards)))
    return [Candidate(reached - without, text)]


def sizes(cards: pd.DataFrame, currency: str = "", made_from: Collection[str] = ()) -> str:
    """Which persona brings most, out of how many customers.

    Parameters
    ----------
    cards : DataFrame
        From :func:`seglib.persona_cards`.
    currency : str
        ISO 4217 code.
    made_from : collection of str
        In what the personas differ by their making; where money is of it, that is said.
    """
    if cards.empty:
        return _("There are no customers.")
    top = cards.iloc[0]
    if len(cards) == 1:
        return _("Everyone ({customers}) is in one group.", customers=words.plural(int(top["customers"]), "customer"))
    told = {"persona": words.name(top["persona"]), "share": words.percent(top["customers_share"])}
    if pd.isna(top["revenue_share"]):
        return _("{persona} are {share} of the customers.", **told)
    text = _(
        "{persona} are {share} of the customers and bring {revenue_share} of the revenue ({revenue}).",
        **told,
        revenue_share=words.percent(top["revenue_share"]),
        revenue=words.money(top["revenue"], currency),
    )
    return constructed(text, made_from)


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
        return _("There is nobody else to compare with.") if len(traits) else _(NOTHING_TO_TELL)
    top = known.iloc[int(known["delta"].abs().to_numpy().argmax())].to_dict()
    return _(
        "{persona} stand out most: {what}.", persona=words.name(top["persona"]), what=trait_sentence(top, currency)
    )


def contrast(traits: pd.DataFrame) -> str:
    """Which feature differs most between personas, and between which two.

    Parameters
    ----------
    traits : DataFrame
        From :func:`seglib.persona_traits`.
    """
    table = traits.dropna(subset=["z"]).pivot(index="persona", columns="feature", values="z")
    if len(table) < 2:
        return _("With one persona there is nothing to tell apart.")
    feature = str((table.max() - table.min()).idxmax())
    return _(
        "{feature} tells the personas apart most: highest for {most}, lowest for {least}.",
        feature=words.label(feature),
        most=words.name(table[feature].idxmax()),
        least=words.name(table[feature].idxmin()),
    )


def persona_map(points: pd.DataFrame) -> str:
    """How much of the differences between customers a plane can show.

    Parameters
    ----------
    points : DataFrame
        From :func:`seglib.segments.personas.persona_map`.
    """
    if points.empty:
        return _(NOTHING_TO_TELL)
    share = float(points["shown_share"].iloc[0])
    if not share > 0:
        return _("The customers do not differ, so there is nothing to map.")
    return _(MOST_SEEN if share >= 0.8 else OUT_OF_SIGHT, share=words.percent(share))


def rules(cards: pd.DataFrame) -> str:
    """How well short rules reproduce the personas on customers they were not learned from.

    Parameters
    ----------
    cards : DataFrame
        From :func:`seglib.persona_cards`.
    """
    known = cards.dropna(subset=["rule_f1"])
    if known.empty:
        return _("There is no persona that a rule could tell from others.")
    f1 = known["rule_f1"].to_numpy()
    best, worst = known.iloc[int(f1.argmax())], known.iloc[int(f1.argmin())]
    score = words.number(best["rule_f1"], 2)
    if len(known) == 1 or best["rule_f1"] == worst["rule_f1"]:
        return _("Short rules reproduce the personas with an F1 score of {score} of 1.", score=score)
    return _(
        "A short rule reproduces {best} best (F1 score {score} of 1) and {worst} least ({least}).",
        best=words.name(best["persona"]),
        score=score,
        worst=words.name(worst["persona"]),
        least=words.number(worst["rule_f1"], 2),
    )


def attributes(attributes: pd.DataFrame) -> str:
    """The attribute of contacts that is most over-represented in a persona, if any is.

    Parameters
    ----------
    attributes : DataFrame
        From :func:`seglib.persona_attributes`.
    """
    if attributes.empty:
        return _("No attribute of the contacts is clearly more common in one persona than among the others.")
    return _clearest(attributes.iloc[int((attributes["share"] - attributes["share_others"]).to_numpy().argmax())])


def _clearest(top: pd.Series) -> str:
    return _(
        "The clearest difference in who they are: {persona}, {what}.",
        persona=words.name(top["persona"]),
        what=attribute_sentence(top.to_dict()),
    )


def examples(examples: pd.DataFrame, currency: str = "") -> str:
    """The typical customer of the first persona.

    Parameters
    ----------
    examples : DataFrame
        From :func:`seglib.segments.personas.persona_examples`.
    currency : str
        ISO 4217 code.
    """
    if examples.empty:
        return _(NOTHING_TO_TELL)
    first, columns = examples.iloc[0], list(examples.columns[2:6])
    told = [f"{words.label(name)} {cell(first[name], name, currency)}" for name in columns if pd.notna(first[name])]
    persona = words.name(first["persona"])
    if not told:
        return _("A typical customer among {persona}.", persona=persona)
    return _("A typical customer among {persona}: {what}.", persona=persona, what=words.joined(told))
