"""Numbers and dates that no shop means: refused with the key and what is allowed, never a fault of seglib."""

from __future__ import annotations

from pathlib import Path

import pytest

from seglib.command.cli import main

LINES = "".join(f"{i},c{i % 9},2024-0{1 + i % 6}-1{i % 9},{5 + i}\n" for i in range(40))


@pytest.fixture
def told(orders_csv, monkeypatch, capsys):
    """Exit code and refusal of ``seglib check`` on a shop with these settings."""
    monkeypatch.chdir(orders_csv("order_id,customer_id,ordered_at,amount\n" + LINES).parent)

    def check(top: str = "", more: str = "", *arguments: str) -> tuple[int, str]:
        Path("shop.toml").write_text(f'{top}\n[tables.lines]\npath = "orders.csv"\n{more}')
        return main(["check", "shop.toml", *arguments]), capsys.readouterr().err

    return check


@pytest.mark.parametrize("top", ["window_days = 9223372036854775807", "window_days = 36526", "window_days = -1"])
def test_windows_have_an_end(told, top):
    code, said = told(top)
    assert code == 2
    assert "expected a positive number of days, at most 36,525" in said


def test_so_has_that_of_the_command_line(told):
    assert told("", "", "--window-days", "99999999999") == (
        2,
        "seglib: window_days is 99999999999; expected a positive number of days, at most 36,525, or 0 for none.\n",
    )


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "20240101", "2024-02-30", "2024-1-1", "٢٠٢٤-٠١-٠١"])
def test_as_of_is_a_day_of_our_times_written_in_one_way(told, day):
    for code, said in (told(f'as_of = "{day}"'), told("", "", "--as-of", day)):
        assert code == 2
        assert f"{day!r} is not a date from 1900 to 2200. Write it as YYYY-MM-DD" in said


def test_a_toml_date_out_of_range_is_refused_too(told):
    assert told("as_of = 9999-12-31")[0] == 2


@pytest.mark.parametrize("days", ["100000000", "36526", "-1", "holiday_days"])
def test_days_that_no_rule_can_mean_are_refused(told, days):
    rule = f"orders_around('any', {days}) > 1"
    Path("segments.toml").write_text(f'[[segments]]\nname = "S"\nrule = "{rule}"\n')
    code, said = told("", "[segments.settings]\nholiday_days = 100000000\n")
    assert code == 2
    assert "expected a number from 0 to 36,525" in said


def test_more_days_than_a_year_before_a_holiday_are_all_year(told):
    Path("segments.toml").write_text('[[segments]]\nname = "S"\nrule = "orders_around(\'any\', 400) > 1"\n')
    assert told() == (0, "")


@pytest.mark.parametrize("key", ["language", "numbers"])
def test_names_of_languages_have_an_end(told, key):
    code, said = told("", f'[report]\n{key} = "{"a" * 5_000}"\n')
    assert code == 2
    assert len(said) < 400


LONG = "x" * 5_000  # no file can have such a name


@pytest.mark.parametrize(
    "command",
    [
        ["check", LONG],
        ["check", f"sqlite:///{LONG}?table=orders"],
        ["check", "orders.csv", "--format", LONG],
        ["report", "orders.csv", "--only", "02", "--out", LONG],
        ["report", "orders.csv", "--only", "02", "--since", LONG],
        ["report", "orders.csv", "--only", "02", "--log", LONG],
    ],
)
@pytest.mark.usefixtures("told")
def test_a_name_that_no_file_can_have_is_no_fault_of_ours(capsys, command):
    assert main(command) in (1, 2)
    said = capsys.readouterr().err
    assert "xxx" in said
    assert "a fault in seglib" not in said


def test_nor_is_it_in_what_users_write(told):
    assert "format 'xxx" in told("", f'format = "{LONG}"\n')[1]
    Path("segments.toml").write_text(f'[[segments]]\nname = "S"\nkind = "static"\nfile = "{LONG}"\n')
    assert "there is no 'xxx" in told()[1]


def test_a_cell_far_away_does_not_ask_for_all_the_memory(tmp_path, capsys):
    book = pytest.importorskip("openpyxl").Workbook()
    book.active.append(["order_id", "customer_id", "ordered_at", "amount"])
    for i in range(60):
        book.active.append([i, f"c{i % 7}", f"2024-01-{1 + i % 28:02}", 5.5])
    book.save(tmp_path / "near.xlsx")
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    assert main(["check", str(tmp_path / "near.xlsx")]) == 0
    assert main(["check", str(tmp_path / "far.xlsx")]) == 2
    assert "far.xlsx: too large a sheet: its cells reach to row 1,048,576 and column 16,384" in capsys.readouterr().err


@pytest.mark.slow
def test_customers_who_are_all_alike_are_one_group_for_hdbscan_too(orders_csv, tmp_path):
    rows = "".join(f"{i},c{i},2024-01-05,10\n" for i in range(100))
    orders = orders_csv("order_id,customer_id,ordered_at,amount\n" + rows)
    asked = ["--only", "03", "-p", "method=hdbscan", "--out", str(tmp_path / "out"), "--quiet"]
    assert main(["report", str(orders), *asked]) == 0
    page = (tmp_path / "out" / "03_personas.html").read_text(encoding="utf-8")
    assert "Everyone stays in one group: the customers do not differ in these features." in page
