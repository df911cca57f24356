"""Rules that try to do something else than tell people apart: refused, clearly, at once, without side effects."""

from __future__ import annotations

import datetime as dt
import os
import time

import duckdb
import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.segments.rules import RuleBook, Segment, find_members, read_rules
from seglib.segments.rules.checking import check_rule
from seglib.segments.rules.evaluating import LOCKS, Frame, evaluate

COLUMNS = {"age": "number", "city": "text", "email_consent": "boolean", "signed_up_at": "date"}
SECRET = "the-canary-sings"

FILES = [
    "(select count(*) from read_csv('CANARY')) > 0",
    "read_csv('CANARY') is not null",
    "read_csv_auto('CANARY') = 1",
    "read_text('CANARY') like '%canary%'",
    "read_blob('CANARY') is not null",
    "read_json('CANARY') is null",
    "read_json_auto('CANARY') is null",
    "read_parquet('CANARY') is null",
    "parquet_scan('CANARY') is null",
    "parquet_metadata('CANARY') is null",
    "glob('CANARY') is not null",
    "sniff_csv('CANARY') is not null",
    "age > 1 from 'CANARY'",
    "exists (from 'CANARY')",
    "exists (select 1 from 'CANARY')",
    "age in (select * from 'CANARY')",
    "age in (from read_csv('CANARY'))",
    "age > (table 'CANARY')",
    "sqlite_scan('CANARY', 't') = 1",
    "postgres_query('CANARY', 'select 1') = 1",
    "st_read('CANARY') = 1",
    "query('copy (select 1) to ''WRITTEN''') = 1",
    "query_table('people') = 1",
    "which_secret('CANARY', 's3') = 1",
]
STATEMENTS = [
    "true; copy (select 1) to 'WRITTEN'",
    "copy people to 'WRITTEN'",
    "export database 'WRITTEN'",
    "import database 'CANARY'",
    "attach 'WRITTEN' as x",
    "true; attach 'WRITTEN'",
    "detach people",
    "use people",
    "pragma database_list",
    "pragma_database_list() = 1",
    "set enable_external_access = true",
    "reset lock_configuration",
    "install httpfs",
    "load httpfs",
    "true; load httpfs;",
    "true;",
    ";",
    "drop table people",
    "true; drop table people --",
    "create table x as select 1",
    "insert into people values (1)",
    "update people set age = 1",
    "delete from people",
    "call pragma_version()",
    "checkpoint",
    "vacuum",
    "describe people",
    "show tables",
    "explain select 1",
    "execute x",
    "prepare x as select 1",
    "begin; commit",
    "age > 1 union select 1",
    "age > 1 limit 1",
    "age > 1 order by age",
    "age > 1 group by age having age > 1",
    "age > 1) or (select true",
    "age > 1) from people; copy people to 'WRITTEN'; select (true",
]
QUERIES = [
    "(select true)",
    "exists (select 1)",
    "age = (select max(age) from people)",
    "age > all (select 1)",
    "age > any (select 1)",
    "age in (select 1)",
    "age in (with x as (select 1) select * from x)",
    "with x as (select 1) select true from x",
    "(values (true))",
    "(from people)",
    "age > max(age)",
    "sum(age) > 1",
    "count(*) > 1",
    "count(age) filter (where age > 1) > 1",
    "rank() over (order by age) < 3",
    "row_number() over () < 3",
    "avg(age) over w > 1 window w as (partition by city)",
    "age > 1 qualify age > 2",
    "string_agg(city, ',') = 'x'",
    "array_agg(age) is null",
    "unnest([1, 2]) = 1",
    "generate_series(1, 100000000000) is null",
    "range(1000000000) is not null",
    "repeat('x', 1000000000) = 'y'",
    "case when age > 1 then true else false end",
    "if(age > 1, true, false)",
    "nullif(age, 1) = 1",
]
VALUES = [
    "{'a': 1}.a = 1",
    "struct_pack(a := 1).a = 1",
    "row(1, 2) = row(1, 2)",
    "(age, city) = (1, 'x')",
    "[1, 2][1] = 1",
    "map {'a': 1}['a'] = 1",
    "list_value(1) = 1",
    "list_transform([1], x -> x + 1) = 1",
    "list_filter([1], lambda x: x > 1) is null",
    "[x for x in [1, 2]] is null",
    "cast(age as text) = '1'",
    "try_cast(age as text) = '1'",
    "age::text = '1'",
    "date '2024-01-01' < signed_up_at",
    "interval '1 day' is null",
    "timestamp '2024-01-01 00:00:00' < signed_up_at",
    "signed_up_at at time zone 'UTC' is null",
    "extract(year from signed_up_at) = 2024",
    "e'\\x41' = city",
    "$$text$$ = city",
    "x'41' = city",
    "0x1F = age",
    "1_000 = age",
    "0b11 = age",
    "1e999999 = age",
    "nan = age",
    "'nan'::double = age",
    "age // 2 = 1",
    "age % 2 = 1",
    "age ** 2 = 1",
    "age ^ 2 = 1",
    "age << 2 = 1",
    "~age = 1",
    "age & 1 = 1",
    "city || 'x' = 'y'",
    "city ~ '.*'",
    "city similar to '.*'",
    "city glob '*'",
    "regexp_matches(city, '(a+)+$')",
    "city like 'a' escape '\\'",
    "age is distinct from 1",
    "age is true",
    "age isnull",
    "age between symmetric 2 and 1",
    "age collate nocase = 1",
    "$1 = age",
    "? = age",
    "$name = age",
    ":name = age",
    "@age = 1",
    "#1 = 1",
    "!email_consent",
    "age <=> 1",
    "age = 1 && city = 'x'",
    "`age` = 1",
    "[age] = 1",
]
SYSTEM = [
    "getenv('HOME') = 'x'",
    "current_setting('home_directory') = 'x'",
    "getvariable('x') = 1",
    "nextval('s') = 1",
    "currval('s') = 1",
    "random() > 0.5",
    "gen_random_uuid() is null",
    "now() > signed_up_at",
    "current_date > signed_up_at",
    "current_timestamp > signed_up_at",
    "today() > signed_up_at",
    "current_user = 'x'",
    "version() = 'x'",
    "current_schema() = 'x'",
    "duckdb_settings() is null",
    "duckdb_secrets() is null",
    "pg_sleep(10) is null",
    "sleep_ms(10000) is null",
    "error('x') is null",
    "hash(age) = 1",
    "txid_current() = 1",
    "write_log('x') is null",
    "system('touch WRITTEN') = 0",
    "shell('touch WRITTEN') = 0",
]
PYTHON = [
    "__import__('os').system('touch WRITTEN')",
    "__class__ is not null",
    "age.__class__ is not null",
    "().__class__.__bases__[0]",
    "open('CANARY').read() = 'x'",
    "eval('1') = 1",
    "exec('1') = 1",
    "@os.system('touch WRITTEN')",
    "lambda: True",
    "age == 1 and __builtins__",
    "f'{age}' = '1'",
    "age if age else 1",
    "True and globals()",
    "city.str.startswith('x')",
    "{{ age }}",
    "${age}",
    "%(age)s",
]
NAMES = [
    "people.age > 1",
    "main.people.age > 1",
    "memory.main.people.age > 1",
    "p.age > 1",
    "* is null",
    "people.* is null",
    "columns(*) > 1",
    "columns('a.*') > 1",
    "*columns(*) > 1",
    "struct_extract(people, 'age') = 1",
    "people is not null",
    "rowid > 1",
    "c0 > 1",
    "present",
    "e0",
    '"age; drop table people" > 1',
    '"age"" or true --" > 1',
    '"" > 1',
    "information_schema > 1",
    "sqlite_master is null",
]
LOOKALIKES = [
    "\u0430ge > 1",  # Cyrillic a
    "ag\u0435 > 1",  # Cyrillic e
    "\uff41\uff47\uff45 > 1",  # full-width letters
    "age \uff1e 1",  # full-width >
    "age \uff1d 1",
    "age > \uff11",  # full-width digit
    "age > \u0661",  # Arabic digit
    "age > \u00b2",
    "age\u200b > 1",  # zero width
    "\u200bage > 1",
    "age\u00a0> 1",  # no-break space
    "age \u2003> 1",
    "\ufeffage > 1",
    "age \u2265 1",
    "age \u2212 1 > 1",
    "city = \u2018x\u2019",
    "city = \u201cx\u201d",
    "age > 1 \u202e and",
    "age > 1 \u0000",
    "\u0000",
    "city = 'x\u0000y'",
    "city = 'x\u0007'",
    "city = '\ud800'",
    "age\u0301 > 1",
    "age > 1\u2028and age < 3",
    "age > 1 \x1b[31m",
    "age > 1 \x0c",
]
QUOTES = [
    "city = 'x' or '1'='1",
    "city = 'x'' or ''1''=''1",
    'city = "x"',
    "city = 'x",
    "city = x'",
    "'",
    '"',
    "city = 'x\\' or true --'",
    "age > 1 -- and more",
    "age > 1 /* and */ and age < 3",
    "/* */",
    "-- nothing",
    "age > 1 # more",
    "age --1 > 1",
    "age > 1 */",
]
SHAPES = [
    "(" * 10_000 + "age > 1" + ")" * 10_000,
    "(" * 4_000 + "age" + ")" * 4_000 + " > 1",
    "(" * 5_000,
    ")" * 5_000,
    "abs(" * 1_000 + "age" + ")" * 1_000 + " > 1",
    "age > " + "- " * 4_000 + "1",
    "age > " + "+" * 9_000 + "1",
    "age > " + "+".join(["1"] * 4_000),
    "age > 1" + " and age > 1" * 800,
    " or ".join(["age > 1"] * 900),
    "(age > 1 or " * 100 + "true" + ")" * 100,
    "not (" * 200 + "age > 1" + ")" * 200,
    "age in (" + ", ".join(["1"] * 4_000) + ")",
    "age > 1 " + " " * 20_000,
    "city = '" + "x" * 20_000 + "'",
    "a" * 9_000 + " > 1",
    "city like '" + "%a" * 80 + "'",
    "city like '" + "_" * 300 + "'",
    "age = " + "9" * 5_000,
    "age = 0." + "0" * 5_000 + "1 / 0",
    "coalesce(" + ", ".join(["age"] * 60) + ") = 1",
    "((age) > ((1)",
    "age > 1 and",
    "and",
    "not",
    "()",
    "age > > 1",
    "age ==== 1",
]
GROUPS = {
    "files": FILES, "statements": STATEMENTS, "queries": QUERIES, "values": VALUES, "system": SYSTEM,
    "python": PYTHON, "names": NAMES, "lookalikes": LOOKALIKES, "quotes": QUOTES, "shapes": SHAPES,
}  # fmt: skip
HOSTILE = [(f"{group}-{i}", rule) for group, rules in GROUPS.items() for i, rule in enumerate(rules)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "canary.csv").write_text(f"customer_id,age\n{SECRET},1\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("rule", [rule for _, rule in HOSTILE], ids=[name for name, _ in HOSTILE])
def test_hostile_rules_are_refused(rule, place, monkeypatch):
    """With a clear message, at once, nothing read, nothing written, nothing run."""
    monkeypatch.chdir(place)
    monkeypatch.setattr(duckdb, "connect", lambda *_, **__: pytest.fail("the database was reached"))
    before = sorted(os.listdir(place))
    rule = rule.replace("CANARY", (place / "canary.csv").as_posix()).replace("WRITTEN", (place / "written").as_posix())
    began = time.process_time()
    with pytest.raises(InputError) as refused:
        check_rule(rule, COLUMNS)
    assert time.process_time() - began < 1
    message = str(refused.value)
    assert 20 < len(message) < 1_000
    assert "\x00" not in message
    assert SECRET not in message
    assert sorted(os.listdir(place)) == before


def test_there_are_more_than_two_hundred_of_them():
    assert len({rule for _, rule in HOSTILE}) > 200


@pytest.mark.parametrize("rule", ["true; copy people to 'x'", "(" * 9_000 + "true" + ")" * 9_000, "age > 1 \x00"])
def test_files_with_hostile_rules_name_the_segment(tmp_path, rule):
    path = tmp_path / "segments.toml"
    told = rule.replace("\x00", "\\u0000")
    path.write_text(f'[[segments]]\nname = "Bad"\nrule = "{told}"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"segments\.toml: segment 'Bad': rule: "):
        read_rules(path)


def test_what_is_deep_but_not_too_deep_runs():
    people = pd.DataFrame({"age": [0.0, 2.0]}, index=["a", "b"])
    rules = [
        "(" * 29 + "age > 1" + ")" * 29,
        "not (" * 28 + "age > 1" + ")" * 28,
        " or ".join(["age > 1"] * 400),
        "age > 1 and " + "age + " * 400 + "1 > 1",
        "age in (" + ", ".join(str(n) for n in range(900)) + ")",
        "age > 1 and '" + "x" * 9_000 + "' = '" + "x" * 900 + "' or age > 1",
    ]
    segments = tuple(Segment(f"s{i}", rule=rule) for i, rule in enumerate(rules))
    found = find_members(people, RuleBook(segments), as_of=dt.date(2024, 1, 1))
    assert found.wide.loc["b"].all()


def test_values_that_look_like_rules_are_values():
    """Texts of the data and of rules never become part of the question asked of the database."""
    odd = ["' or true --", '"; drop table people; --', "%_%", "\\", "é", "x'y''z", "c0"]
    people = pd.DataFrame({"city": pd.array(odd, dtype="str")}, index=[str(i) for i in range(len(odd))])
    for i, city in enumerate(odd):
        rule = "city = '" + city.replace("'", "''") + "'"
        found = find_members(people, RuleBook((Segment("One", rule=rule),)), as_of=dt.date(2024, 1, 1))
        assert found.table["customer_id"].tolist() == [str(i)]


def test_odd_names_of_columns_are_names():
    names = ['say "hi"', "c0", "present", "select", "Age", "age ", "a;b", "people", "é"]
    people = pd.DataFrame([[float(i) for i in range(len(names))]], columns=names, index=["x"])
    for i, name in enumerate(names):
        rule = '"' + name.replace('"', '""') + f'" = {i}'
        assert find_members(people, RuleBook((Segment("One", rule=rule),)), as_of=dt.date(2024, 1, 1)).wide.iloc[0, 0]


def test_patterns_do_not_take_long():
    people = pd.DataFrame({"city": pd.array(["a" * 500] * 200, dtype="str")}, index=[str(i) for i in range(200)])
    began = time.process_time()
    rule = "city like '%a%a_%a%a%b' or city ilike '%a_a%a_a%a%a%b'"
    found = find_members(people, RuleBook((Segment("One", rule=rule),)), as_of=dt.date(2024, 1, 1))
    assert not found.wide["One"].any()
    assert time.process_time() - began < 5


def test_the_database_is_locked(tmp_path, monkeypatch):
    """Even if something came through: no files, no other settings, no variables of Python."""
    from seglib.segments.rules import evaluating

    seen, opened = [], evaluating._locked

    def spy(table):
        seen.append(opened(table))
        return seen[-1]

    monkeypatch.setattr(evaluating, "_locked", spy)
    evaluate(Frame(pd.DataFrame({"age": [1.0]})), [check_rule("age > 0", COLUMNS)])
    assert len(seen) == 1
    canary = tmp_path / "canary.csv"
    canary.write_text("a\n1\n", encoding="utf-8")
    frame_of_python = pd.DataFrame({"secret": [1]})
    assert len(frame_of_python) == 1
    import pyarrow as pa

    with opened(pa.table({"a": [1]})) as connection:
        for statement in (
            f"SELECT * FROM '{canary.as_posix()}'",
            f"COPY people TO '{(tmp_path / 'written').as_posix()}'",
            f"ATTACH '{(tmp_path / 'written.db').as_posix()}'",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SELECT * FROM frame_of_python",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement).fetchall()
    assert sorted(os.listdir(tmp_path)) == ["canary.csv"]
    assert LOCKS["lock_configuration"] == "true"
