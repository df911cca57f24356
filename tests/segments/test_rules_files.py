"""Rule files: what they may say, and every fault in one message."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.segments.rules import RuleBook, Segment, Split, combine, find_members, kinds_of, read_rules
from seglib.segments.rules.documenting import catalogue_table, columns_table, functions_table, scalars_table
from seglib.segments.rules.files import VERBS
from seglib.tables.measures import FUNCTIONS, NEEDS, PEOPLE

ROOT = Path(__file__).parents[2]
SEVENTEEN = [
    "Top spenders", "Regulars", "One-time buyers", "Dormant", "Coupon customers", "Replenishers", "Bulk buyers",
    "Trend followers", "By location", "Newsletter subscribers", "Leads", "Curious prospects", "Undecided prospects",
    "Abandoned carts", "Support waiting", "Holiday buyers", "Return-prone",
]  # fmt: skip
GOOD = """
[settings]
good_spend = 100
from_day = 2024-01-01
home = "IT"
strict = false

[[segments]]
name = "Shoe lovers"
description = "Spend on shoes."
rule = "spent_on('shoes') > good_spend and first_order_at >= from_day"
action = "Show new shoes."
does = ["promote"]
avoids = ["discount"]
needs = ["products"]

[[segments]]
name = "Guests"
kind = "static"
customers = ["17850", "17851", "17850"]

[[segments]]
name = "At home"
rule = '''
country = home
and not strict
'''
split = { column = "recency_days", at = [30, 90.5] }
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "segments.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults(path: Path, **more: object) -> list[str]:
    with pytest.raises(InputError) as wrong:
        read_rules(path, **more)
    return wrong.value.faults


def test_a_whole_file(write):
    book = read_rules(write(GOOD))
    assert book.names == ["Shoe lovers", "Guests", "At home"]
    assert book.settings == {"good_spend": 100, "from_day": dt.date(2024, 1, 1), "home": "IT", "strict": False}
    shoes, guests, home = book.segments
    assert (shoes.does, shoes.avoids, shoes.needs) == (("promote",), ("discount",), ("products",))
    assert (shoes.kind, shoes.origin, shoes.action) == ("dynamic", "own", "Show new shoes.")
    assert (guests.kind, guests.customers, guests.rule) == ("static", ("17850", "17851"), "")
    assert home.split == Split("recency_days", (30, 90.5), "split_most")
    assert [call.column for call in book.calls({})] == ["spent_on('shoes')"]


def test_settings_of_the_caller_take_their_place(write):
    assert read_rules(write(GOOD), settings={"good_spend": 250}).settings["good_spend"] == 250
    assert faults(write(GOOD), settings={"god_spend": 1}) == [
        "segments.toml: no setting 'god_spend'. Did you mean 'good_spend'?"
    ]
    assert faults(write(GOOD), settings={"good_spend": "many", "strict": 1}) == [
        "segments.toml: setting 'good_spend': found 'many', expected a number such as 100.",
        "segments.toml: setting 'strict': found 1, expected a yes/no such as False.",
    ]


def test_a_list_of_customers_in_a_file(write):
    write("name,customer_id\nAnn, 1 \nBob,2\nAnn,1\n,\n", "vip.csv")
    path = write('[[segments]]\nname = "VIP"\nkind = "static"\nfile = "vip.csv"\n')
    assert read_rules(path).segments[0].customers == ("1", "2")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "there is no 'none.csv' beside the rule file"),
        ("../vip.csv", "'../vip.csv' lies elsewhere"),
        ("/etc/passwd", "lies elsewhere"),
        ("C:/vip.csv", "lies elsewhere"),
        ("other.csv", "has the columns ['id'], expected 'customer_id'"),
    ],
)
def test_lists_that_cannot_be_read(write, name, message):
    write("id\n1\n", "other.csv")
    path = write(f'[[segments]]\nname = "VIP"\nkind = "static"\nfile = "{name}"\n')
    assert message in faults(path)[0]


def test_every_fault_is_told_at_once(write):
    path = write("""
[settings]
frequency = 3
sizes = [1]
[[segments]]
name = "A"
rules = "frequency > 3"
needs = ["order"]
does = ["promot"]
[[segments]]
rule = "frequency > 3"
[[segments]]
name = "C"
kind = "static"
rule = "frequency > 3"
[extra]
""")
    assert faults(path) == [
        "segments.toml: unknown key 'extra'. Known: 'settings', 'segments'.",
        "segments.toml: setting 'frequency': the name is that of a column, a function or a word of rules."
        " Give it another one.",
        "segments.toml: setting 'sizes': found [1], expected a number, a text, true, false or a date.",
    ]
    told = faults(write(re.sub(r"\[settings\](.|\n)*?(?=\[\[)|\[extra\]", "", path.read_text())))
    assert told == [
        "segments.toml: segment 'A': unknown key 'rules'. Did you mean 'rule'?",
        "segments.toml: segment 'A': needs: 'order' is unknown. Did you mean 'orders'?",
        "segments.toml: segment 'A': does: 'promot' is unknown. Did you mean 'promote'?",
        "segments.toml: segment number 2: name: found '', expected one line of up to 80 characters.",
        "segments.toml: segment 'C': rule: a static segment has none, it lists its customers.",
        "segments.toml: segment 'C': a static segment lists its customers: customers = ['17850',"
        " ...] or file = 'vip.csv',"
        " one of them.",
    ]


def test_every_fault_of_every_rule_is_told_at_once(write):
    path = write("""
[[segments]]
name = "A"
rule = "recency_days > 'a' and frequency"
[[segments]]
name = "B"
rule = "recency_days >"
[[segments]]
name = "C"
rule = "spend_on('x') > 1 or frequncy > 1"
""")
    told = faults(path)
    assert told[:3] == [
        "segments.toml: segment 'A': rule: character 16: found a text beside a number. Compare"
        " like with like. Texts take"
        " single quotes, numbers none.",
        "segments.toml: segment 'A': rule: character 24: found a number, expected a condition, such as"
        " recency_days <= 90.",
        "segments.toml: segment 'B': rule: character 15: found the end of the rule, expected a"
        " number, a text, a name or"
        " '('.",
    ]


def test_unknown_names_are_told_when_the_columns_are_known(write):
    """A contact may have any attribute, so that a file alone cannot know."""
    book = read_rules(write('[[segments]]\nname = "A"\nrule = "shoe_size > 42 and frequncy > 1"\n'))
    with pytest.raises(InputError) as wrong:
        book.check({"shoe_size": "number"})
    assert wrong.value.faults == [
        "segments.toml: segment 'A': rule: character 20: no column, setting or function is named"
        " 'frequncy'. Did you mean"
        " 'frequency'?"
    ]
    with pytest.raises(InputError, match="found a number beside a text"):
        book.check({"shoe_size": "text", "frequncy": "number"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no segments. Write each below its own line [[segments]]"),
        ("segments = 3", "no segments"),
        ("[[segments]\n", "not valid TOML"),
        ("a = " + "[" * 3000, "lists too deep inside each other"),
        ('[[segments]]\nname = "A"\n', "segment 'A': rule: is missing"),
        ('[[segments]]\nname = "A"\nrule = 3\n', "segment 'A': rule: found 3, expected a text"),
        ('[[segments]]\nname = "A"\nrule = ""\n', "segment 'A': rule: the rule is empty"),
        ('[[segments]]\nname = "A"\nrule = "true"\nkind = "dynamc"\n', "kind: found 'dynamc'"),
        ('[[segments]]\nname = "A"\nrule = "true"\ncustomers = ["1"]\n', "only a static segment lists customers"),
        ('[[segments]]\nname = "A"\nkind = "static"\ncustomers = [1]\n', "found [1], expected a list of texts"),
        ('[[segments]]\nname = "No segment"\nrule = "true"\n', "is what who is in none is called"),
        ('[[segments]]\nname = "A\\nB"\nrule = "true"\n', "expected one line"),
        ('[[segments]]\nname = "A"\nrule = "true"\n' * 2, "told 2 times"),
        ('[[segments]]\nname = "A"\nrule = "true"\nsplit = 3\n', "split: found 3, expected a column"),
        ('[[segments]]\nname = "A"\nrule = "true"\nsplit = { at = [3] }\n', "split: found"),
        ('[[segments]]\nname = "A"\nrule = "true"\nsplit = { column = "age", at = 3 }\n', "split: at: found 3"),
        ('settings = 3\n[[segments]]\nname = "A"\nrule = "true"\n', "settings: expected a table"),
        ('[settings]\n"a b" = 3\n[[segments]]\nname = "A"\nrule = "true"\n', "made of letters"),
        ('[settings]\na = nan\n[[segments]]\nname = "A"\nrule = "true"\n', "found nan"),
        ('[settings]\na = "x\\u0000"\n[[segments]]\nname = "A"\nrule = "true"\n', "control characters"),
        ('[settings]\na = 2024-01-01T00:00:00\n[[segments]]\nname = "A"\nrule = "true"\n', "setting 'a'"),
    ],
)  # fmt: skip
def test_files_at_fault(write, text, message):
    assert message in "\n".join(faults(write(text)))


def test_a_name_as_long_as_the_file_is_told_by_its_ends(write):
    with pytest.raises(InputError) as caught:
        read_rules(write(f'"a{"x" * 50_000}z" = 1\n[[segments]]\nname = "S"\nrule = "true"\n'))
    assert len(str(caught.value)) < 2_100
    assert str(caught.value).startswith("segments.toml: unknown key 'axxx")


def test_a_file_that_is_not_there(tmp_path):
    assert "no such file" in faults(tmp_path / "none.toml")[0]
    (tmp_path / "latin.toml").write_bytes('[[segments]]\nname = "Größe"'.encode("latin-1"))
    assert "is not UTF-8" in faults(tmp_path / "latin.toml")[0]


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ('"contry"', "split: no column is named 'contry'. Did you mean 'country'"),
        ('"age"', "split: age is a number. Say where its bands begin"),
        ('{ column = "country", at = [3] }', "country is a text, bands need a number"),
        ('{ column = "age", at = [3, 2] }', "at: found [3, 2], expected rising numbers"),
        ('{ column = "age", at = ["young"] }', "at: found ['young'], expected rising numbers"),
        ('{ column = "country", most = 0 }', "most: found 0"),
    ],
)
def test_splits_at_fault(write, split, message):
    book = read_rules(write(f'[[segments]]\nname = "A"\nrule = "true"\nsplit = {split}\n'))
    with pytest.raises(InputError) as wrong:
        book.check({})
    assert message in str(wrong.value)
    assert "segments.toml: segment 'A'" in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[settings]\ngood = {huge}\n{named}", "setting 'good'"),
        ('{named}split = {{ column = "recency_days", at = [3, {huge}] }}\n', "segment 'A': split: at"),
    ],
)
def test_whole_numbers_beyond_what_a_float_can_hold_are_refused(write, text, place):
    named = '[[segments]]\nname = "A"\nrule = "true"\n'
    with pytest.raises(InputError, match=f"segments.toml: {place}: found"):
        read_rules(write(text.format(huge="1" + "0" * 400, named=named)))


def test_needs_are_held_against_the_rule(write):
    text = '[[segments]]\nname = "A"\nneeds = {}\nrule = "discounted_share > 0.5 and visits > 1"\n'
    with pytest.raises(InputError, match=r"found \['orders'\], but the rule needs \['discounts', 'events'\] too"):
        read_rules(write(text.replace("{}", '["orders"]'))).check({})
    checked = read_rules(write(text.replace("{}", '["discounts", "events"]'))).check({"discounted_share": "number"})
    assert checked[0].missing == ("events",)
    more = read_rules(write(text.replace("{}", '["discounts", "events", "tickets"]')))
    assert more.check({"discounted_share": "number", "visits": "number"})[0].missing == ("tickets",)


def test_a_setting_named_as_a_column_of_the_shop(write):
    book = read_rules(write('[settings]\nshoe_size = 3\n[[segments]]\nname = "A"\nrule = "true"\n'))
    with pytest.raises(InputError, match="setting 'shoe_size' has the name of a column"):
        book.check({"shoe_size": "number"})


def test_a_choice_that_does_not_exist(write):
    """top_by = "revenu" would otherwise find nobody, in silence."""
    with pytest.raises(InputError, match=r"setting 'top_by': 'revenu' is unknown. Did you mean 'revenue'\?"):
        read_rules("shop", settings={"top_by": "revenu"})


def test_own_segments_come_first_and_take_the_place_of_the_same_name(write):
    own = read_rules(
        write('[settings]\ntop_share = 0.5\n[[segments]]\nname = "Leads"\nrule = "frequency > top_share"\n')
    )
    book = combine(own, read_rules("shop"))
    assert book.names[0] == "Leads"
    assert len(book.names) == 17
    assert book.segments[0].origin == "own"
    top = next(one for one in book.segments if one.name == "Top spenders")
    assert top.settings["top_share"] == 0.1  # settings of one file do not change the rules of another
    assert all(one.settings.get("top_share") == 0.2 for one in book.with_settings({"top_share": 0.2}).segments)
    assert combine(None, read_rules("shop")).names == read_rules("shop").names
    assert combine(None, None).segments == ()


def test_only_some_segments():
    book = read_rules("shop")
    assert book.only(["Leads", "Dormant"]).names == ["Dormant", "Leads"]
    assert book.only([]).names == book.names
    with pytest.raises(InputError, match=r"no segment 'Lead'. Did you mean 'Leads'"):
        book.only(["Lead"])


def test_calls_that_speak_of_the_as_of_date_need_it():
    book = RuleBook((Segment("New", rule="orders_since(as_of - 30) > 0"),))
    with pytest.raises(InputError, match="as_of"):
        book.calls({})
    assert book.calls({}, as_of=dt.date(2024, 3, 1))[0].column == "orders_since('2024-01-31')"


def test_columns_may_be_told_in_three_ways():
    book = RuleBook((Segment("A", rule="spent_on('x') > age and shoe_size > 3"),))
    people = pd.DataFrame({"age": [1], "shoe_size": [2.0]})
    assert book.calls(people) == book.calls(kinds_of(people)) == book.calls(people.columns)


# the catalogue and its page -------------------------------------------------------------------------------------------


def test_the_catalogue_has_the_seventeen_segments():
    book = read_rules("shop")
    assert sorted(book.names) == sorted(SEVENTEEN)
    for segment in book.segments:
        assert segment.action
        assert segment.description
        assert segment.does
        assert set(segment.does) | set(segment.avoids) <= set(VERBS)
        assert not set(segment.does) & set(segment.avoids)
        assert segment.origin == "catalogue"


def test_every_setting_of_the_catalogue_is_used_and_explained():
    book = read_rules("shop")
    text = (ROOT / "seglib" / "segments" / "rules" / "shop.toml").read_text(encoding="utf-8")
    told, rules = text.split("[[segments]]", 1)
    for name in book.settings:
        assert re.search(rf"\b{name}\b", rules) or name == "split_most", name
    assert told.count("#") > 12
    with pytest.raises(InputError, match="top_share"):
        read_rules("shop", settings={"top_shar": 0.2})


def test_the_catalogue_is_checked_without_a_shop():
    checked = read_rules("shop").check({})
    needs = {one.segment.name: one.missing for one in checked}
    assert needs["Leads"] == ("orders", "contacts")
    assert needs["By location"] == ("countries",)
    assert needs["Coupon customers"] == ("coupons",)
    assert needs["Newsletter subscribers"] == ("consent",)
    assert needs["Undecided prospects"] == ("orders", "events")
    assert needs["Support waiting"] == ("tickets",)
    for by, column in (("orders", "orders_rank"), ("order_value", "order_value_rank"), ("revenue", "revenue_rank")):
        book = read_rules("shop", settings={"top_by": by}).only(["Top spenders"])
        assert book.check({column: "number", "frequency": "number"})[0].missing == ()


def test_the_page_of_rules_is_what_the_code_says():
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for table in (columns_table(), functions_table(), scalars_table(), catalogue_table()):
        assert table in page
    for one in (*PEOPLE, *FUNCTIONS):
        assert f"`{one.name}" in page
    assert all(told in page for told in NEEDS.values())


def test_examples_of_the_page_are_rules(write):
    """Every rule file shown in docs/rules.md is read, every rule in its tables too."""
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    shown = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    books = [read_rules(write(text)) for text in shown if "[[segments]]" in text and "file =" not in text]
    assert books
    people = pd.DataFrame({"shoe_size": [42.0], "member": [True]}, index=["a"])
    for book in books:
        find_members(people, book, as_of=dt.date(2024, 1, 1))
