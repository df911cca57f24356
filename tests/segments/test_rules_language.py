"""The language of rules: what it says, what it refuses, and that it says what SQL says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.errors import InputError
from seglib.segments.rules.checking import check_rule
from seglib.segments.rules.evaluating import Frame, evaluate
from seglib.segments.rules.expressions import atoms_of, calls_of, negate, told
from seglib.segments.rules.language import parse_rule
from seglib.tables.measures import Call

AS_OF = dt.date(2024, 3, 1)
COLUMNS = {"a": "number", "b": "number", "city": "text", "member": "boolean", "since": "date"}
PEOPLE = pd.DataFrame(
    {
        "a": [0.0, 1.0, 2.5, None, -3.0, 1.0],
        "b": [1.0, None, 2.5, None, 0.0, 0.0],
        "city": pd.array(["Rome", "rome", None, "Oslo", "O'Hare", ""], dtype="str"),
        "member": pd.array([True, False, None, True, False, True], dtype="boolean"),
        "since": pd.to_datetime(
            ["2024-01-31 23:59", "2024-02-01", None, "2023-12-31", "2024-02-29 12:00", "2020-01-01"],
            format="ISO8601",
        ),
    }
)


def found(rule: str, people: pd.DataFrame = PEOPLE, **settings: object) -> list[bool | None]:
    checked = check_rule(rule, COLUMNS, settings=settings, as_of=AS_OF)
    return evaluate(Frame(people), [checked]).column("e0").to_pylist()


def fault(rule: str, columns: dict[str, str] = COLUMNS, **settings: object) -> str:
    with pytest.raises(InputError) as wrong:
        check_rule(rule, columns, settings=settings)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("a > 0", [False, True, True, None, False, True]),
        ("not a > 0", [True, False, False, None, True, False]),
        ("a = b", [False, None, True, None, False, False]),
        ("a <> 1", [True, False, True, None, True, False]),
        ("a != 1 and a == a", [True, False, True, None, True, False]),
        ("a between 0 and 2", [True, True, False, None, False, True]),
        ("a not between 0 and 2", [False, False, True, None, True, False]),
        ("a in (1, 2.5)", [False, True, True, None, False, True]),
        ("a not in (1, 2.5)", [True, False, False, None, True, False]),
        ("a is null", [False, False, False, True, False, False]),
        ("b is not null", [True, False, True, False, True, True]),
        ("a > 0 or b > 0", [True, True, True, None, False, True]),
        ("a > 0 and b > 0", [False, None, True, None, False, False]),
        ("a + b * 2 > 2", [False, None, True, None, False, False]),
        ("(a + b) * 2 > 2", [False, None, True, None, False, False]),
        ("a - b - 1 = -2", [True, None, False, None, False, False]),
        ("a / b > 0", [False, None, True, None, None, None]),  # divided by zero: not known
        ("-a > 2", [False, False, False, None, True, False]),
        ("- - a > 2", [False, False, True, None, False, False]),
        ("abs(a) >= 2.5", [False, False, True, None, True, False]),
        ("round(a) = 3", [False, False, True, None, False, False]),
        ("round(a, 1) = 2.5", [False, False, True, None, False, False]),
        ("coalesce(b, a, 9) = 9", [False, False, False, True, False, False]),
        ("least(a, b) = 0 ", [True, False, False, None, False, True]),
        ("greatest(a, 1) = 1", [True, True, False, True, True, True]),
        ("city = 'Rome'", [True, False, None, False, False, False]),
        ("lower(city) = 'rome'", [True, True, None, False, False, False]),
        ("upper(city) in ('ROME', 'OSLO')", [True, True, None, True, False, False]),
        ("city like 'R%'", [True, False, None, False, False, False]),
        ("city ilike 'r%'", [True, True, None, False, False, False]),
        ("city not like '%o_e'", [False, False, None, True, True, True]),
        ("city = 'O''Hare'", [False, False, None, False, True, False]),
        ("length(city) = 0", [False, False, None, False, False, True]),
        ("member", [True, False, None, True, False, True]),
        ("not member", [False, True, None, False, True, False]),
        ("member = false", [False, True, None, False, True, False]),
        ("coalesce(member, false)", [True, False, False, True, False, True]),
        ("since >= '2024-02-01'", [False, True, None, False, True, False]),
        ("since = '2024-01-31'", [True, False, None, False, False, False]),  # a date is a whole day
        ("since between '2024-01-31' and '2024-02-29'", [True, True, None, False, True, False]),
        ("as_of - since <= 29", [False, True, None, False, True, False]),
        ("since >= as_of - 30", [True, True, None, False, True, False]),
        ("since + 30 < as_of", [False, False, None, True, False, True]),
        ("year(since) = 2024 and month(since) = 2", [False, True, None, False, True, False]),
        ('"a" > 0', [False, True, True, None, False, True]),
        ("A > 0".lower(), [False, True, True, None, False, True]),
        ("a > 0 AND NOT a > 2", [False, True, False, None, False, True]),
        ("not not a > 0", [False, True, True, None, False, True]),
        ("true", [True] * 6),
        ("a > .5 and a < 1e1", [False, True, True, None, False, True]),
        ("a\n  >\t0", [False, True, True, None, False, True]),
    ],
)
def test_rules_by_hand(rule, expected):
    assert found(rule) == expected


def test_settings_are_constants():
    assert found("a > least_a", least_a=1) == [False, False, True, None, False, False]
    assert found("city = home", home="Oslo") == [False, False, None, True, False, False]
    assert found("since > day", day=dt.date(2024, 2, 1)) == [False, False, None, False, True, False]
    assert found("by = 'a' and a > 0 or by = 'b' and b > 0", by="b") == [True, None, True, None, False, False]
    assert found("all_in or a > 0", all_in=True) == [True] * 6


def test_constants_are_worked_out_in_decimals():
    """0.1 + 0.2 in binary floats is not 0.3, and 1 - 0.9 is not 0.1."""
    assert told(check_rule("a >= 1 - share", COLUMNS, settings={"share": 0.9})) == "a >= 0.1"
    people = pd.DataFrame({"a": [0.3, 0.1]})
    assert found("a >= 0.1 + 0.2", people) == [True, False]
    assert found("a >= 1 - share", people, share=0.9) == [True, True]


def test_constant_conditions_leave_only_what_counts():
    rule = "(by = 'x' and a > 1) or (by = 'y' and b > 1)"
    assert told(check_rule(rule, COLUMNS, settings={"by": "y"})) == "b > 1"
    assert told(check_rule("not (a > 1 and (b = 2 or not member))", COLUMNS)) == "(a <= 1 or (b <> 2 and member))"


def test_calls_are_collected():
    rule = "spent_on('it''s') > 3 and orders_around('any', 10) / frequency > 0.5 and orders_since(as_of - 30) = 0"
    calls = calls_of(check_rule(rule, {}, as_of=AS_OF))
    assert calls == [
        Call("spent_on", ("it's",)),
        Call("orders_around", ("any", 10)),
        Call("orders_since", ("2024-01-31",)),
    ]
    assert calls_of(check_rule("launches_bought(days) > 1", {}, settings={"days": 30.5})) == [
        Call("launches_bought", (30.5,))
    ]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "revenue_rang > 0.9",
            "character 1: no column, setting or function is named 'revenue_rang'. Did you mean 'revenue_rank'",
        ),
        ("a > 1 and spend_on('x') > 2", "character 11: no function is named 'spend_on'. Did you mean 'spent_on'"),
        ("good_spent > 1", "Did you mean 'good_spend'?"),
        ("city = 3", "character 8: found a number beside a text. Compare like with like. Texts take single quotes"),
        ("since > '01/02/2024'", "character 9: '01/02/2024' is not a date. Write it as YYYY-MM-DD"),
        ("since > '2024-02-30'", "is not a date"),
        ("since > '20240201'", "is not a date"),
        ("city > since", "found a date beside a text"),
        ("member > true", "yes/no values are not compared by '>'"),
        ("member = 1", "found a number beside a yes/no"),
        ("a", "the rule is a number, expected a condition"),
        ("a and b > 1", "character 1: found a number, expected a condition"),
        ("not city", "found a text, expected a condition"),
        ("a >", "character 4: found the end of the rule, expected a number, a text, a name or '('"),
        ("a > 1 b > 2", "character 7: found 'b', expected 'and', 'or', an operator or the end"),
        ("a > 1\nand b >> 2", "line 2, character 8: found '>'"),
        ("a < b < 3", "character 7: found '<', expected 'and', 'or' or the end: one comparison at a time"),
        ("a = null", "found 'null', expected 'is null' or 'is not null'"),
        ("a is 3", "expected 'null'"),
        ("a in (b)", "found a value that differs by customer, expected constants"),
        ("a in ()", "found ')'"),
        ("a in 3", "expected '('"),
        ("(a > 1) = member", "found a condition, expected a value"),
        ("a + city > 2", "character 5: found a text, expected a number"),
        ("since + a > as_of", "with dates there are"),
        ("since + 0.5 > as_of", "with dates there are"),
        ("city like a", "expected a text"),
        ("city like lower(city)", "is followed by a constant text"),
        ("a > 10 / 0", "divided by zero"),
        ("a > 1e300", "is too large"),
        ("a > 100000000 * 100000000", "too large"),
        ("round(a, b) > 1", "the digits to round to"),
        ("round(a, 1.5) > 1", "the digits to round to"),
        ("coalesce(a) > 1", "found 1 values, expected coalesce(value, value, ...)"),
        ("coalesce(a, city) = 1", "found a text beside a number"),
        ("spent_on(city) > 1", "found a value that differs by customer, expected a constant"),
        ("spent_on(3) > 1", "found a number, expected a text"),
        ("spent_on() > 1", "found 0 values, expected spent_on(text)"),
        ("orders_since('soon') > 1", "'soon' is not a date"),
        ("spent_on > 1", "spent_on is a function. Call it: spent_on(text)"),
        ("a(1) > 1", "a is no function. Write it without parentheses"),
        ("year(a) = 2024", "found a number, expected a date"),
        ("as_of + 9999999 > since", "with dates there are"),
        ("", "the rule is empty"),
        ("  \n ", "the rule is empty"),
    ],
)
def test_faults_say_where_what_and_what_else(rule, message):
    assert message in fault(rule, good_spend=100)


def test_every_fault_of_a_rule_is_told():
    text = fault("ages > 1 and city = 3 and spend_on('x') = 1")
    assert text.startswith("3 faults")


def test_a_column_of_any_kind_goes_with_anything():
    """Names without kinds: only the measures to compute are asked for."""
    rule = "shoe_size = 42 and colour = 'red' and wants and spent_on('x') > 1"
    assert len(calls_of(check_rule(rule, {"shoe_size": "", "colour": "", "wants": ""}))) == 1


def test_numbers_that_are_none_are_not_known():
    people = pd.DataFrame({"a": [np.inf, np.nan, 1.0]})
    assert found("a > 0", people) == [None, None, True]


# random rules -------------------------------------------------------------------------------------------------------

NUMBERS = st.sampled_from(["a", "b", "0", "1", "2.5", "-3", "0.1"])
SUMS = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(" ".join).map("({})".format),
        inner.map("abs({})".format),
        st.tuples(inner, inner).map("coalesce({0[0]}, {0[1]})".format),
    ),
    max_leaves=4,
)
ATOMS = st.one_of(
    st.tuples(SUMS, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), SUMS).map(" ".join),
    st.tuples(SUMS, NUMBERS, NUMBERS).map("{0[0]} between {0[1]} and {0[2]}".format),
    SUMS.map("{} in (0, 1, 2.5)".format),
    SUMS.map("{} not in (1)".format),
    SUMS.map("{} is null".format),
    SUMS.map("{} is not null".format),
    st.sampled_from(["member", "city = 'Rome'", "city <> 'Rome'", "city ilike 'r%'", "since >= '2024-02-01'"]),
)
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" and ".join),
        st.lists(inner, min_size=2, max_size=3).map(" or ".join),
        inner.map("not ({})".format),
        inner.map("not {}".format),
        inner.map("({})".format),
    ),
    max_leaves=6,
)
NUMBER_LISTS = st.lists(st.sampled_from([None, -3.0, 0.0, 0.1, 1.0, 2.5]), min_size=3, max_size=3)


@pytest.fixture(scope="module")
def database():
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE TABLE asked (a DOUBLE, b DOUBLE, city VARCHAR, member BOOLEAN, since DATE)")
        yield connection


@settings(max_examples=50, deadline=None)
@given(rule=RULES, a=NUMBER_LISTS, b=NUMBER_LISTS)
def test_any_rule_says_what_the_database_says_of_its_text(database, rule, a, b):
    """Oracle: DuckDB's own reading of the very text of the rule."""
    people = PEOPLE.iloc[:3].assign(a=pd.Series(a, dtype="float64"), b=pd.Series(b, dtype="float64"))
    rows = people.astype(object).where(people.notna(), None).to_numpy().tolist()
    database.execute("DELETE FROM asked")
    database.executemany("INSERT INTO asked VALUES (?, ?, ?, ?, ?)", rows)
    assert found(rule, people) == [row[0] for row in database.execute(f"SELECT ({rule}) FROM asked").fetchall()]


@pytest.mark.parametrize(
    "pattern", ["%", "", "R%", "%o%", "_o_e", "r.m.", "%'%", "R(o)me", "[Rr]ome", "R\\ome", "%O%", "r_%e"]
)
@pytest.mark.parametrize("word", ["like", "ilike", "not like", "not ilike"])
def test_patterns_match_what_the_database_matches(database, pattern, word):
    """Oracle: DuckDB's own like, of which ours is the linear form."""
    cities = pd.DataFrame(
        {"city": pd.array(["Rome", "rome", None, "Oslo", "O'Hare", "", "R(o)me", "R\nme"], dtype="str")}
    )
    rule = f"city {word} '{pattern.replace(chr(39), chr(39) * 2)}'"
    values = ", ".join(
        "(NULL)" if c is None else "('" + c.replace("'", "''") + "')"
        for c in cities["city"].astype(object).where(cities["city"].notna(), None)
    )
    rows = database.execute(f"SELECT ({rule}) FROM (VALUES {values}) AS t (city)").fetchall()
    assert found(rule, cities) == [row[0] for row in rows]


@settings(max_examples=50, deadline=None)
@given(RULES, NUMBER_LISTS, NUMBER_LISTS)
def test_any_rule_says_what_plain_python_says(rule, a, b):
    """Oracle: three-valued logic by Kleene's tables, over the parsed tree, person by person."""
    people = PEOPLE.iloc[:3].assign(a=pd.Series(a, dtype="float64"), b=pd.Series(b, dtype="float64"))
    tree = parse_rule(rule)
    rows = people.astype(object).where(people.notna(), None).to_dict("records")
    assert found(rule, people) == [plain(tree, row) for row in rows]


@settings(max_examples=40, deadline=None)
@given(RULES)
def test_the_opposite_of_the_opposite_and_the_told_rule_are_the_rule(rule):
    checked = check_rule(rule, COLUMNS, as_of=AS_OF)
    if checked.op != "constant":
        assert negate(negate(checked)) == checked
        assert found(told(checked)) == found(rule)
        assert all(atom.kind == "boolean" for atom in atoms_of(checked))


def plain(node, row):
    """A rule evaluated with Python's own numbers, None for not known."""
    if node.what in ("and", "or"):
        parts = [plain(part, row) for part in node.parts]
        decides = node.what == "or"
        return decides if decides in parts else None if None in parts else not decides
    if node.what == "null":
        return plain(node.parts[0], row) is None
    parts = [plain(part, row) for part in node.parts]
    if node.what in PLAIN_LEAVES:
        return PLAIN_LEAVES[node.what](node, row)
    if node.what == "call" and node.value == "coalesce":
        return next((part for part in parts if part is not None), None)
    if parts[0] is None:
        return None
    if node.what == "between":
        low, high = (
            None if p is None else c(parts[0], p) for p, c in zip(parts[1:], (float.__ge__, float.__le__), strict=True)
        )
        return False if False in (low, high) else None if None in (low, high) else True
    if None in parts:
        return None
    return PLAIN[node.what](node, parts)


PLAIN_LEAVES = {
    "number": lambda node, row: float(node.value),
    "text": lambda node, row: node.value,
    "truth": lambda node, row: node.value,
    "name": lambda node, row: row[node.value],
}
PLAIN = {
    "not": lambda node, parts: not parts[0] if node.value else parts[0],
    "minus": lambda node, parts: -parts[0],
    "call": lambda node, parts: abs(parts[0]),
    "sum": lambda node, parts: folded(node, parts),
    "product": lambda node, parts: folded(node, parts),
    "in": lambda node, parts: parts[0] in parts[1:],
    "like": lambda node, parts: parts[0].lower().startswith("r"),
    "compare": lambda node, parts: compared(node.value, *parts),
}


def folded(node, parts):
    total = parts[0]
    for sign, value in zip(node.value[1:], parts[1:], strict=True):
        total = {"+": total + value, "-": total - value, "*": total * value}[sign]
    return total


def compared(sign, left, right):
    if isinstance(left, pd.Timestamp):
        right = pd.Timestamp(right)
    signs = {"=": left == right, "<>": left != right, "<": left < right, "<=": left <= right}
    return bool({**signs, ">": left > right, ">=": left >= right}[sign])


def test_numbers_are_read_exactly():
    assert parse_rule("0.1").value == Decimal("0.1")
