"""Sentences about personas: right for ordinary tables and at the edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seglib import display, findings, personas

say = findings.personas


def candidates(**changes: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "k": [1, 2, 3],
            "silhouette": [np.nan, 0.55, 0.30],
            "silhouette_reference": [np.nan, 0.3, 0.28],
            "stability": [np.nan, 0.9, 0.8],
            "worst_jaccard": [np.nan, 0.95, 0.75],
            "kind": ["everyone", "groups", "slices"],
            "subsamples": [0, 18, 2],
            "too_small": False,
            "recommended": [False, True, False],
            "reason": ["a", "b", "c"],
        }
    )
    return table.assign(**changes)


def cards(names: tuple[str, ...] = ("Frequent big spenders", "Lapsed light spenders")) -> pd.DataFrame:
    share = [0.75, 0.25] if len(names) == 2 else [1.0]
    return pd.DataFrame(
        {
            "persona": names,
            "customers": [60, 140][: len(names)],
            "customers_share": [0.3, 0.7][: len(names)],
            "revenue": [7500.0, 2500.0][: len(names)],
            "revenue_share": share,
            "described": True,
            "kind": "groups" if len(names) > 1 else "everyone",
            "jaccard": 0.91,
            "set_apart": "because",
            "rule_precision": 0.8,
            "rule_recall": 0.9,
            "rule_f1": [0.85, 0.7][: len(names)],
            "attributes_known_share": 0.4,
            "attributes": "age",
        }
    )


TRAITS = pd.DataFrame(
    {
        "persona": ["Frequent big spenders", "Lapsed light spenders"],
        "feature": ["frequency", "monetary_value"],
        "median": [9.0, 20.0],
        "median_others": [1.0, 80.0],
        "delta": [0.9, -0.5],
        "z": [1.5, -0.4],
    }
)
ATTRIBUTES = pd.DataFrame(
    {
        "persona": ["Frequent big spenders"],
        "attribute": ["age_band"],
        "value": ["65+"],
        "known": [50],
        "share": [0.31],
        "share_others": [0.12],
    }
)
RULES = pd.DataFrame(
    {
        "persona": ["Frequent big spenders"] * 3,
        "alternative": [1, 1, 2],
        "feature": ["frequency", "interpurchase_days", "country"],
        "operator": [">", "<=", "is"],
        "value": [3.0, 20.0, "UK"],
        "or_unknown": [False, True, False],
    }
)


def test_treatment() -> None:
    table = pd.DataFrame(
        {
            "feature": ["frequency", "interpurchase_days", "returns_share"],
            "used": [True, True, False],
            "missing": [0, 4, 0],
        }
    )
    assert say.treatment(table) == "2 of 3 features can be used; Returned cannot; not everyone has Days between orders."
    assert say.treatment(table.head(1)) == "1 of 1 feature can be used."
    assert say.treatment(table.assign(used=False)) == "No feature tells these customers apart."
    assert say.treatment(table.iloc[:0]) == "No feature tells these customers apart."
    doubts = [{"name": "pending"}, {"name": "other_units", "names": ["Spice", "Fabric"]}]
    assert say.treatment(table.head(1), doubts) == (
        "1 of 1 feature can be used. Sold in another unit than pieces, as it seems: Spice and Fabric. Each of these "
        "lines counts as one item; page 01 tells why, and how to change it."
    )


def test_compare_k() -> None:
    assert say.compare_k(candidates()) == (
        "2 groups with gaps between them come back when the customers are split in two at random "
        "(agreement 0.90 of 1, weakest group 0.95). Of 20 random halves of the customers, 18 would choose 2."
    )
    assert say.compare_k(candidates(kind="slices", subsamples=pd.NA)) == (
        "There are no kinds of customers here, they differ by degrees; 2 slices are a useful way to cut them, and come "
        "back when they are split in two at random (agreement 0.90 of 1)."
    )
    small = candidates(too_small=[False, False, True], smallest_group=[pd.NA, 40, 28])
    assert say.compare_k(small).endswith(
        "3 groups would come back too, but the smallest has 28 customers, fewer than are described."
    )
    alone = candidates(recommended=[True, False, False])
    assert say.compare_k(alone).startswith("Everyone stays in one group: a. Of 20 random halves")


@pytest.mark.parametrize(
    ("silhouette", "kind", "said"),
    [(0.55, "groups", "stand clearly apart"), (0.45, "groups", "overlap at their edges"), (0.35, "slices", "no gaps")],
)
def test_structure(silhouette: float, kind: str, said: str) -> None:
    table = candidates(silhouette=silhouette, silhouette_reference=0.3, kind=kind)
    assert said in say.structure(table, 2)
    assert "0.30 if there were no groups at all" in say.structure(table, 2)


def test_structure_at_the_edges() -> None:
    assert say.structure(candidates(), 1) == "With one group there is no separation to measure."
    assert "could not be measured" in say.structure(candidates(), 9)
    assert "could not be measured" in say.structure(candidates(silhouette=np.nan), 2)


def test_names() -> None:
    names = pd.DataFrame({"persona": ["A", "B"], "named": True, "jaccard": [0.9, 0.8], "why": "", "kind": "groups"})
    assert say.names(names) == "All 2 groups come back and are named after what sets them apart."
    assert say.names(names.assign(jaccard=np.nan)).endswith("whether they come back could not be tried.")
    assert say.names(names.assign(kind="slices")).startswith("The 2 slices are named after where they lie")
    partly = names.assign(persona=["A", "Group 2 (unstable)"], named=[True, False])
    assert say.names(partly) == "1 of 2 groups have a name; not so Group 2 (unstable)."
    assert say.names(names.head(1).assign(persona="Everyone")) == "There is one group, so there is nothing to name."


def test_sizes() -> None:
    assert say.sizes(cards(), "EUR") == (
        "Frequent big spenders are 30% of the customers and bring 75% of the revenue (€7,500)."
    )
    assert say.sizes(cards(("Everyone",))) == "Everyone (60 customers) is in one group."
    assert say.sizes(cards(("Everyone",)).assign(customers=1)) == "Everyone (1 customer) is in one group."
    assert say.sizes(cards().assign(revenue_share=np.nan)) == "Frequent big spenders are 30% of the customers."
    assert say.sizes(cards().iloc[:0]) == "There are no customers."


def test_traits() -> None:
    assert say.traits(TRAITS) == "Frequent big spenders stand out most: Orders 9 against 1 (much higher)."
    assert say.traits(TRAITS.assign(delta=np.nan)) == "There is nobody else to compare with."
    assert say.traits(TRAITS.iloc[:0]) == "No persona is large enough to be described."
    assert "(higher)" in say.traits(TRAITS.assign(delta=[0.4, 0.0]))
    assert "(a little lower)" in say.traits(TRAITS.assign(delta=[-0.2, 0.0]))


def test_contrast() -> None:
    two = pd.concat([TRAITS, TRAITS.assign(persona=TRAITS["persona"][::-1].to_numpy(), z=[-1.0, 0.4])])
    assert say.contrast(two) == (
        "Orders tells the personas apart most: highest for Frequent big spenders, lowest for Lapsed light spenders."
    )
    assert say.contrast(TRAITS.head(1)) == "With one persona there is nothing to tell apart."
    assert say.contrast(TRAITS.iloc[:0]) == "With one persona there is nothing to tell apart."


def test_persona_map() -> None:
    points = pd.DataFrame({"persona": ["A"], "x": [0.0], "y": [0.0], "shown_share": [0.6]})
    assert say.persona_map(points).startswith("The map shows 60% of the differences between customers; the rest")
    assert say.persona_map(points.assign(shown_share=0.9)).endswith("that is nearly all there is to see.")
    assert say.persona_map(points.assign(shown_share=0.0)).startswith("The customers do not differ")
    assert say.persona_map(points.iloc[:0]) == "No persona is large enough to be described."


def test_rules() -> None:
    assert say.rules(cards()) == (
        "A short rule reproduces Frequent big spenders best (F1 score 0.85 of 1) "
        "and Lapsed light spenders least (0.70)."
    )
    assert say.rules(cards().assign(rule_f1=1.0)) == "Short rules reproduce the personas with an F1 score of 1.00 of 1."
    assert say.rules(cards().assign(rule_f1=np.nan)) == "There is no persona that a rule could tell from others."


def test_attributes() -> None:
    assert say.attributes(ATTRIBUTES) == (
        "The clearest difference in who they are: Frequent big spenders, "
        "Age band 65+: 31% of the 50 known, against 12% of the others."
    )
    assert say.attributes(ATTRIBUTES.iloc[:0]).startswith("No attribute of the contacts is clearly more common")


def test_examples() -> None:
    table = pd.DataFrame({"persona": ["A"], "typical_customer": ["ab12"], "recency_days": [3], "gap_days": [np.nan]})
    assert say.examples(table) == "A typical customer among A: Recency (days) 3."
    assert say.examples(table.iloc[:, :2]) == "A typical customer among A."
    assert say.examples(table.iloc[:0]) == "No persona is large enough to be described."


def test_key_numbers() -> None:
    told = say.key_numbers(cards(), candidates())
    assert told["Personas"] == "2"
    assert told["Two halves agree"].startswith("0.90")
    sliced = say.key_numbers(cards().assign(kind="slices"), candidates())
    assert (sliced["Slices"], sliced["In a named slice"]) == ("2", "100%")
    unstable = say.key_numbers(cards(("A", "Group 2 (unstable)")), candidates())
    assert (unstable["Personas"], unstable["In a named persona"]) == ("1", "30%")
    assert say.key_numbers(cards().iloc[:0], candidates())["In a named persona"] == "–"


def test_cards() -> None:
    title, numbers, sentences = say.cards(cards(), TRAITS, ATTRIBUTES, RULES, "EUR")[0]
    assert title == "Frequent big spenders"
    assert numbers["Revenue"] == "€7,500\n75% of all"
    assert sentences == [
        "Orders 9 against 1 (much higher).",
        "Age band 65+: 31% of the 50 known, against 12% of the others.",
        "How to find them: Orders more than 3 and Days between orders at most 20 or not known; or Country is UK "
        "(right for 80% of those it picks).",
    ]
    actions = pd.DataFrame({"segment": ["Frequent big spenders"], "action": ["Thank them."]})
    (_, _, first), (_, _, second) = say.cards(cards(), TRAITS, ATTRIBUTES, RULES, "EUR", actions=actions)
    assert first[0] == "What to do: Thank them."
    assert not any("What to do" in sentence for sentence in second)


def test_cards_of_slices_say_so() -> None:
    sentences = say.cards(cards().assign(kind="slices"), TRAITS, ATTRIBUTES, RULES, "EUR")[0][2]
    assert "A slice of customers who differ by degrees: there is no gap between them and their neighbours." in sentences


def test_cards_of_groups_without_a_name() -> None:
    small = say.cards(cards().assign(described=False, attributes_known_share=np.nan), TRAITS, ATTRIBUTES, RULES)
    assert [sentences for _, _, sentences in small] == [["Too few customers to describe them."]] * 2
    unstable = say.cards(cards(("A", "Group 2 (unstable)")), TRAITS, ATTRIBUTES, RULES)[1][2]
    assert unstable == ["This group has no name and is not described: because."]


def test_from_one_customer_to_the_sentences() -> None:
    customers = pd.DataFrame({"recency_days": [3], "frequency": [1], "monetary_value": [9.0]})
    treated = personas.persona_features(customers)
    table = personas.compare_k(customers, features=treated)
    names = personas.name_personas(customers, personas.PersonaClusterer(1).fit(customers).labels_, treated)
    told = personas.persona_cards(customers, pd.Series(["Everyone"]), treated, names=names)
    assert say.compare_k(table) == "Everyone stays in one group: too few customers (1) for two groups of at least 30."
    assert say.sizes(told) == "Everyone (1 customer) is in one group."
    assert say.rules(told) == "There is no persona that a rule could tell from others."


def test_the_table_of_treatment_speaks_in_words():
    treatment = pd.DataFrame(
        {
            "feature": ["recency_days"],
            "used": [True],
            "missing": [3],
            "filled_with": [5.0],
            "transform": ["x"],
            "why": [""],
        }
    )
    html = display.table_html(treatment, columns=say.TREATMENT)
    assert '<th scope="row">Recency (days)</th><td>yes</td><td class="n">3</td>' in html
    assert '<th scope="col" class="n">Customers without</th>' in html


FOREIGN = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{persona} are {share} of the customers and bring {revenue_share} of the revenue ({revenue})."
msgstr "«{persona}: {share}, {revenue}, {revenue_share}»"

msgctxt "persona"
msgid "Frequent"
msgstr "häufige"

msgctxt "persona"
msgid "{adjective} {noun}"
msgstr "{noun}, {adjective}"

msgid "big spenders"
msgstr "große Käufer"

msgid "Group {n} (small)"
msgstr "Gruppe {n}"
"""

# --- in another language


@pytest.mark.usefixtures("foreign")
def test_names_of_personas_are_put_together_in_the_language_of_the_report() -> None:
    assert say.sizes(cards(), "EUR") == "«Große Käufer, häufige: 30%, €7,500, 75%»"
    assert say.sizes(cards(("Group 3 (small)", "Night owls")), "EUR").startswith("«Gruppe 3: 30%")
    assert say.sizes(cards(("Night owls", "Frequent big spenders")), "EUR").startswith("«Night owls: 30%")
