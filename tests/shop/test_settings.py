"""Settings of a shop: what may be said, and what is refused, all at once."""

import datetime as dt
import os

import pytest

from seglib.errors import InputError
from seglib.shop.settings import parse_date, read_settings, speech


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
    assert settings.tables["lines"][0].path.name == "orders.csv"


@pytest.mark.parametrize(("told", "least"), [("", 30), ("[report]\nmin_group = 50\n", 50)])
def test_the_smallest_group_of_persons_may_be_raised_not_lowered(write, told, least):
    settings = read_settings(write(told + LINES))
    assert (settings.min_group, settings.smallest_group(), settings.smallest_group(90)) == (least, least, 90)
    with pytest.raises(InputError, match=f"min_group is 29, below the {least}"):
        settings.smallest_group(29)


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
        (f"[report]\nmin_group = 0\n{LINES}", "report.min_group is 0; expected a number of persons, at least 1"),
        (f"[report]\nmin_group = 80\n[personas]\nmin_group = 50\n{LINES}", "personas.min_group is 50, below the 80"),
        ("name = ", "not valid TOML"),
        ('[tables.lines]\npath = "package:no_such_package/x"\n', "is not installed"),
        ("rfm = 3\n" + LINES, "expected a table of settings"),
    ],
)
def test_refuses(write, text, fault):
    with pytest.raises(InputError, match=fault):
        read_settings(write(text))


def test_several_sources_in_their_order(write, tmp_path):
    (tmp_path / "exports").mkdir()
    for name in ("exports/shop-1.csv", "exports/shop-2.csv", "rates.csv", "ids.csv", "my.yaml"):
        (tmp_path / name).write_text("a\n1\n")
    told = read_settings(
        write(
            'timezone = "Europe/Rome"\ncurrency = "EUR"\n[rates]\nfile = "rates.csv"\nusd = 0.9\n'
            '[identities]\nfile = "ids.csv"\nby_email = false\n[same_sale]\nprefer = "shop"\nminutes = 5\n'
            '[[tables.lines]]\nname = "shop"\npath = "exports/shop-*.csv"\nformat = "my"\n'
            '[[tables.lines]]\npath = "exports"\ncurrency = "usd"\nids = "own"\n'
            '[[tables.lines]]\npath = "orders.csv"\n[[tables.contacts]]\npath = "orders.csv"\n'
        )
    )
    assert [source.name for source in told.tables["lines"]] == ["shop", "exports", "orders"]
    assert told.tables["lines"][0].format == str(tmp_path / "my.yaml")
    assert (told.tables["lines"][1].currency, told.tables["lines"][1].ids) == ("USD", "own")
    assert told.rates == {"file": str(tmp_path / "rates.csv"), "USD": 0.9}
    assert told.identities == {"file": str(tmp_path / "ids.csv"), "by_email": False}
    assert (told.timezone, told.same_sale["minutes"]) == ("Europe/Rome", 5)


def test_a_database_gives_tables_without_a_password_in_sight(write, tmp_path):
    lines = '[tables.lines]\nquery = "select * from orders where x = 1&2"\n'
    told = read_settings(
        write(f'[database]\nurl = "postgresql://reader@db/shop"\npassword_env = "SHOP_PW"\n{lines}')
    ).tables["lines"][0]
    assert told.path == (
        "postgresql://reader@db/shop?query=select%20%2A%20from%20orders%20where%20x%20%3D%201%262&password_env=SHOP_PW"
    )
    (tmp_path / "shop.db").write_text("x")
    path = read_settings(write(f'[database]\nurl = "sqlite:///shop.db"\n{lines}')).tables["lines"][0].path
    assert path.startswith(f"sqlite:///{tmp_path / 'shop.db'}?query=")
    with pytest.raises(InputError, match="lies outside"):
        read_settings(write(f'[database]\nurl = "sqlite:////etc/passwd"\n{lines}'))


@pytest.fixture
def secret(tmp_path_factory):
    """A file that is none of the shop's."""
    path = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    path.write_text("a\n1\n")
    return path


@pytest.mark.parametrize(
    "way", ["absolute", "up", "link", "link in a folder", "pattern", "rates", "crosswalk", "format"]
)
def test_what_leads_out_of_the_folder_is_refused_unless_told(write, tmp_path, secret, way):
    up = os.path.relpath(secret, tmp_path)
    (tmp_path / "folder").mkdir()
    for place in ("link.csv", "folder/link.csv"):
        (tmp_path / place).symlink_to(secret)
    path = {
        "absolute": str(secret),
        "up": up,
        "link": "link.csv",
        "link in a folder": "folder",
        "pattern": up[:-5] + "*",
    }
    text = f'[tables.lines]\npath = "{path.get(way, "orders.csv")}"\n'
    text += f'format = "{secret.with_suffix(".yaml")}"\n' if way == "format" else ""
    text += {"rates": f'[rates]\nfile = "{up}"\n', "crosswalk": f'[identities]\nfile = "{up}"\n'}.get(way, "")
    secret.with_suffix(".yaml").write_text("columns: {}")
    with pytest.raises(InputError, match="lies outside the folder of"):
        read_settings(write(text))
    assert read_settings(write("outside = true\n" + text)).tables["lines"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('timezone = "Europe/Rom"\n' + LINES, "Did you mean 'Europe/Rome'"),
        (LINES + "[rates]\ndollar = 2\n", "three letters"),
        (LINES + "[rates]\nUSD = 0\n", "above zero"),
        (LINES + '[same_sale]\nprefer = "shp"\n', "no source 'shp'"),
        (LINES + '[same_sale]\nby = ["mail"]\n', "same_sale.by is 'mail'"),
        (LINES + "[same_sale]\nminutes = -1\n", "below zero"),
        ('[tables.lines]\ntable = "orders"\n', "has no path"),
        ('[[tables.lines]]\npath = "orders.csv"\nnmae = "x"\n', "Did you mean 'name'"),
        (
            '[[tables.lines]]\nname="a"\npath = "orders.csv"\n[[tables.lines]]\nname="a"\npath = "orders.csv"\n',
            "called 'a'",
        ),
        ('[tables.lines]\npath = "gone-*.csv"\n', "no such file"),
        ("[[tables.products]]\n", "no order lines"),
    ],
)
def test_refuses_what_joins_no_sources(write, text, fault):
    with pytest.raises(InputError, match=fault):
        read_settings(write(text))


def test_dates():
    assert parse_date(dt.datetime(2024, 1, 2, 3, 4)) == dt.date(2024, 1, 2)
    assert parse_date(None) is None
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        parse_date("31/01/2024", "--as-of")


def test_how_the_report_looks_and_speaks(write, tmp_path):
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    report = '[report]\nlanguage = "it"\nnumbers = "it_CH"\naccent = "#7a1f4b"\nlogo = "logo.svg"\n'
    report += 'url = "https://reports.example.com:8443/our%20shop/"\n'
    settings = read_settings(write(LINES + report))
    assert settings.report["url"] == "https://reports.example.com:8443/our%20shop/"
    assert settings.report["logo"] == str(tmp_path / "logo.svg")
    assert speech(settings.report) == {"language": "it", "numbers": "it_CH", "translation": ""}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ('accent = "red"', "report.accent is 'red'; expected a colour such as"),
        ('logo = "none.svg"', "report.logo 'none.svg': no such file"),
        ('logo = "orders.csv"', "report.logo 'orders.csv': expected one of .svg, .png"),
        ('language = "ita"', "report: language 'ita': no catalogue ita.po. .* Did you mean 'it'"),
        ('numbers = "qq"', "report: locale 'qq': not known"),
        ('translation = "de.po"', "report.translation 'de.po': no such file"),
        ('url = "ftp://example.com/shop"', "report.url is 'ftp://example.com/shop'; expected the address"),
        ('url = "https://ann:secret@example.com"', "report.url is 'https://...@example.com'; expected the address"),
        ('url = "javascript:alert(1)"', "report.url is 'javascript:alert.1.'"),
        ('url = "https://example.com/a b"', "report.url is 'https://example.com/a b'"),
        ("url = 'https://example.com/\"onclick'", "report.url is "),
        ('url = "https://example.com/?week=1"', "report.url is "),
        ('url = "https:///shop"', "report.url is "),
        ('url = "https://example.com:x/"', "report.url is "),
        ('url = "https://[example/"', "report.url is "),
        ('colour = "#fff"', "unknown setting 'report.colour'"),
    ],
)
def test_a_report_that_cannot_be_so_is_refused(write, told, says):
    with pytest.raises(InputError, match=says):
        read_settings(write(f"{LINES}[report]\n{told}\n"))
