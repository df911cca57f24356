"""Settings of a shop: what may be said, and what is refused, all at once."""

import datetime as dt

import pytest

from seglib.settings import parse_date, read_settings
from seglib.tables import InputError


@pytest.fixture
def write(tmp_path):
    def write(text):
        (tmp_path / "orders.csv").write_text("a\n1\n")
        path = tmp_path / "shop.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


LINES = '[tables.lines]\npath = "orders.csv"\n'


def test_reads_what_a_shop_says(write):
    settings = read_settings(write(f'name = "Tea"\ncurrency = "eur"\nas_of = 2024-01-31\nwindow_days = 90\n{LINES}'))
    assert (settings.name, settings.currency, settings.window_days) == ("Tea", "EUR", 90)
    assert settings.as_of == dt.date(2024, 1, 31)
    assert settings.tables["lines"].path.name == "orders.csv"


def test_a_shop_without_a_name_is_called_after_its_folder(write, tmp_path):
    assert read_settings(write(LINES)).name == tmp_path.name


def test_every_fault_is_told_at_once(write):
    with pytest.raises(InputError) as caught:
        read_settings(
            write(f'nmae = "x"\nwindow_days = "long"\n[rfm]\nbins = true\n[personas]\nmethod = "magic"\n{LINES}')
        )
    assert len(caught.value.faults) == 4
    text = str(caught.value)
    assert "Did you mean 'name'" in text
    assert "window_days is 'long' (str); expected int" in text
    assert "rfm.bins is True" in text
    assert "personas.method is 'magic'" in text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no order lines"),
        ('[tables.lines]\npath = "gone.csv"\n', "'gone.csv': no such file"),
        ("[tables.lines]\n", "has no path"),
        (f'{LINES}[tables.line]\npath = "orders.csv"\n', "unknown table 'line'. Did you mean 'lines'"),
        (f'as_of = "soon"\n{LINES}', "not a date"),
        (f"window_days = -3\n{LINES}", "expected a positive number"),
        ("name = ", "not valid TOML"),
        ('[tables.lines]\npath = "package:no_such_package/x"\n', "is not installed"),
        ("rfm = 3\n" + LINES, "expected a table of settings"),
    ],
)
def test_refuses(write, text, fault):
    with pytest.raises(InputError, match=fault):
        read_settings(write(text))


def test_dates():
    assert parse_date(dt.datetime(2024, 1, 2, 3, 4)) == dt.date(2024, 1, 2)
    assert parse_date(None) is None
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        parse_date("31/01/2024", "--as-of")
