"""Glossary: every term has a meaning, columns and headings of the pages find theirs, in any language."""

import tomllib

import pytest

from seglib.language import words
from seglib.language.glossary import FILE, definition, entries, sources
from seglib.language.messages import speaking
from seglib.tables.canonical import CUSTOMERS

ENTRIES = tomllib.loads(FILE.read_text(encoding="utf-8"))["entry"]
PLAIN = {
    "customer_id",
    "products",
    "categories",
    "first_order_at",
    "last_order_at",
    "top_category",
    "top_country",
    "top_channel",
}


def test_every_entry_is_a_term_with_one_or_two_sentences():
    for entry in ENTRIES:
        assert set(entry) <= {"term", "explains", "definition", "source"}
        assert entry["definition"].endswith(".")
        assert len(entry["definition"]) <= 240
        assert "\n" not in entry["definition"]
    terms = [entry["term"] for entry in ENTRIES]
    assert len(set(terms)) == len(terms)


def test_no_name_is_explained_twice():
    told = [
        name for entry in ENTRIES for name in {name.casefold() for name in (entry["term"], *entry.get("explains", []))}
    ]
    assert sorted({name for name in told if told.count(name) > 1}) == []


@pytest.mark.parametrize("column", [column.name for column in CUSTOMERS if column.name not in PLAIN])
def test_the_measures_of_customers_are_explained_by_column_and_by_heading(column):
    assert definition(column)
    assert definition(words.label(column))


def test_a_heading_told_itself_goes_before_a_column_of_the_same_heading():
    assert definition("Revenue") == definition("monetary_value") != definition("revenue_share")
    assert definition("Customers") == definition("customers")
    assert definition("returns_share") == definition("Returned")


@pytest.mark.parametrize("name", ["Champions", "At Risk", "Can't Lose Them", "Lost", "Wilson", "", "no such thing"])
def test_names_of_segments_are_explained_and_others_are_not(name):
    assert bool(definition(name)) == (name in {"Champions", "At Risk", "Can't Lose Them", "Lost"})


def test_definitions_agree_with_the_architecture():
    assert "at least one line that is not a return" in definition("orders")
    assert "up to and including the as-of date" in definition("window_days")
    assert "strictly smaller" in definition("Rank")
    assert "unknown with a single order" in definition("interpurchase_days")


def test_terms_are_sorted_and_cited():
    terms = [term for term, _meaning in entries()]
    assert terms == sorted(terms, key=str.casefold)
    assert set(sources()) <= set(terms)


def test_another_language_is_asked_by_its_own_headings_too(tmp_path):
    catalogue = tmp_path / "own.po"
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Days between orders"\n'
        'msgstr "Giorni tra gli ordini"\n\nmsgid "Interpurchase time"\nmsgstr "Intervallo"\n',
        encoding="utf-8",
    )
    with speaking("it", translation=catalogue):
        assert definition("Giorni tra gli ordini") == definition("interpurchase_days") != ""
        assert "Intervallo" in dict(entries())
    assert not definition("Giorni tra gli ordini")


@pytest.mark.parametrize(
    ("heading", "means"),
    [
        ("Verdict", "What a check or a comparison comes to"),
        ("Scaled", "How a measure is brought to one scale"),
        ("Sales before returns", "The amounts of all lines that are no returns"),
        ("One order in the records", "Share of customers with exactly one order in the records"),
    ],
)
def test_a_heading_opens_its_own_definition(heading: str, means: str) -> None:
    assert definition(heading).startswith(means)
