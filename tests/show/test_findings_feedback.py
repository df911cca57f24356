"""Sentences about feedback: right at the edges too."""

from __future__ import annotations

import pandas as pd

from seglib.analysis import feedback
from seglib.show.findings import feedback as findings
from seglib.show.findings.missing import not_described

EVERYONE = "Everyone"


def told(groups: list[str], shares: list[float], differs: list[bool]) -> pd.DataFrame:
    table = pd.DataFrame({"group": groups, "share": shares, "differs": differs, "people": 40, "answers": 10})
    return table.assign(question="Tasty", answer="yes", low_share=0.1, high_share=0.9)


def test_nothing_says_what_it_takes():
    table = pd.DataFrame()
    table.attrs["needs"] = "responses"
    said = "Not available: this shop has no survey responses; add [tables.responses] to shop.toml."
    assert findings.answers(table) == findings.ratings(table) == findings.returns(table) == said
    assert (
        findings.ticket_reasons(table) == findings.reasons_over_time(table) == findings.ratings_over_time(table) == said
    )


def test_answers_name_groups_only_where_they_differ():
    table = told([EVERYONE, "a", "b"], [0.5, 0.7, 0.3], [False, True, False])
    assert findings.answers(table) == 'Asked "Tasty", 70% of a (40 people) answered "yes", and 30% of b (40).'
    alike = told([EVERYONE, "a", "b"], [0.5, 0.7, 0.3], [False, False, False])
    assert findings.answers(alike) == 'Of 40 people asked "Tasty", 50% answered "yes".'
    assert findings.answers(told([EVERYONE], [1.0], [False])).endswith('100% answered "yes".')


def test_ratings():
    table = pd.DataFrame({"group": [EVERYONE], "question": "Stars", "people": 1, "mean": 4.0, "differs": False})
    assert findings.ratings(table) == '"Stars" has a mean of 4.00 from 1 answer.'
    groups = pd.DataFrame({"group": [EVERYONE, "a", "b"], "question": "Stars", "people": 20, "mean": [3.0, 4.0, 2.0]})
    said = 'Asked "Stars", a 4.00 (20 answers) on average and b 2.00 (20 answers).'
    assert findings.ratings(groups.assign(differs=[False, True, True])) == said
    assert "3.00 from 20 answers" in findings.ratings(groups.assign(differs=False))


def test_returns():
    table = told([EVERYONE, "a", "b"], [0.25, 0.3, 0.2], [False, False, False]).assign(
        returners=10, returned=5.0, sales=50.0, returned_share=0.1
    )
    assert findings.returns(table, "EUR").endswith("no group differs from the others by more than chance explains.")
    assert findings.returns(table.assign(differs=[False, True, False])).endswith("most of all a 30%, least b 20%.")
    assert (
        findings.returns(table.head(1).assign(returned_share=None)) == "10 of 40 customers (25%) sent something back."
    )


def test_reasons():
    table = pd.DataFrame(
        {"group": [EVERYONE, "a", "b"], "reason": "late", "tickets": 4, "of": 10, "share": [0.4, 0.6, 0.2]}
    )
    table = table.assign(differs=[False, True, True])
    said = "The largest part of 10 requests is about late (40%); late is 60% of the requests of a, 20% of those of b."
    assert findings.ticket_reasons(table) == said


def test_over_time():
    at = pd.to_datetime(["2024-01-01", "2024-04-01"])
    table = pd.DataFrame({"period": at, "share": [0.1, 0.3], "low_share": [0.05, 0.2], "high_share": [0.15, 0.4]})
    rose = findings.over_time(table, "share", "low_share", "high_share", "It")
    assert rose == "It rose from 10% (from January 2024) to 30% (from April 2024)."
    still = findings.over_time(table.assign(high_share=0.9), "share", "low_share", "high_share", "It")
    assert still.startswith("It has not moved by more than chance explains")
    one = findings.over_time(table.head(1), "share", "low_share", "high_share", "It")
    assert one == "It cannot be followed over time: the records hold one period."


FOREIGN = """msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Not available: {why}"
msgstr "«Not available: {why}»"

msgid "this shop has no survey responses; add [tables.responses] to shop.toml."
msgstr "«this shop has no survey responses; add [tables.responses] to shop.toml.»"

msgid "{what} fell from {before} (from {first}) to {after} (from {last})."
msgstr "«{what} fell from {before} (from {first}) to {after} (from {last}).»"

msgid "{n} group is too small to be described."
msgid_plural "{n} groups are too small to be described."
msgstr[0] "«{n} group is too small to be described.»"
msgstr[1] "«{n} groups are too small to be described.»"

msgid "The mean answer to \"{question}\""
msgstr "«The mean answer to \"{question}\"»"
"""


def test_sentences_come_in_the_language_of_the_report(foreign):
    nothing = pd.DataFrame()
    nothing.attrs |= {"needs": "responses", "small_groups": 2}
    why = "«this shop has no survey responses; add [tables.responses] to shop.toml.»"
    assert findings.answers(nothing) == f"«Not available: {why}»"
    assert not_described(nothing) == "«2 groups are too small to be described.»"
    table = pd.DataFrame({"question": "Tasty", "period": pd.to_datetime(["2024-01-01", "2024-04-01"])})
    table = table.assign(mean=[4.0, 3.2], low=[3.8, 3.0], high=[4.2, 3.4])
    told = '««The mean answer to "Tasty"» fell from 4.00 (from January 2024) to 3.20 (from April 2024).»'
    assert findings.ratings_over_time(table) == told


def test_means_of_different_scales_are_not_ranked():
    answers = {"Recommend us": [9.0, 7.0], "Price": [3.0, 5.0], "Range": [2.0, 4.0]}
    rows = [(question, rating) for question, ratings in answers.items() for rating in ratings]
    latest = pd.DataFrame(rows, columns=["question", "rating"]).assign(customer_id=list("abcdef"))
    assert findings.ratings(feedback.ratings(latest, min_group=1)) == (
        'Of 2 questions answered with numbers, "Price" has the highest mean (4.00) and "Range" the lowest (3.00). '
        "1 question answered on another scale is not ranked with them."
    )
