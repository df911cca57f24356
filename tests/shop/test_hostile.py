"""Wrong and hostile input, as a user meets it: ``seglib check`` ends with 2 and says what and where, or counts it.

Never a traceback, never a file written, never a row lost in silence.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pandas as pd
import pytest

import seglib as sg
from seglib import display, exploration, findings
from seglib.command.cli import main
from seglib.report.pages.index import page_facts
from seglib.report.pages.pages import page_html, read_page
from seglib.report.run.parameters import Notebook
from seglib.report.run.running import Outcome

HEADER = "order_id,customer_id,ordered_at,amount\n"
ROWS = "".join(f"{n},c{n % 7},2024-{1 + n % 12:02}-{13 + n % 15:02},{n}.50\n" for n in range(1, 60))
GOOD = HEADER + ROWS
MINE = "columns: {order_id: order_id, customer_id: customer_id, ordered_at: ordered_at, amount: amount}\n"
SHOP = '[tables.lines]\npath = "{}"\n'


def csv(text: str | bytes, name: str = "orders.csv") -> Callable[[Path], str]:
    """One file of this content; the command is asked about it."""

    def write(folder: Path) -> str:
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return write


def toml(text: str, **files: str) -> Callable[[Path], str]:
    """A shop.toml beside orders.csv and whatever else."""

    def write(folder: Path) -> str:
        csv(GOOD)(folder)
        for name, content in files.items():
            (folder / name.replace("_yaml", ".yaml").replace("_csv", ".csv")).write_text(content, encoding="utf-8")
        (folder / "shop.toml").write_text(text, encoding="utf-8")
        return "shop.toml"

    return write


def packed(name: str, **members: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member.replace("_csv", ".csv"), content)
    return whole.getvalue()


def half(of: Callable[[Path], object], name: str) -> Callable[[Path], str]:
    """A file cut off in the middle."""

    def write(folder: Path) -> str:
        of(folder / name)
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
        return name

    return write


def link_out(folder: Path) -> str:
    (folder.parent / "secret.csv").write_text(GOOD)
    (folder / "orders.csv").symlink_to(folder.parent / "secret.csv")
    (folder / "shop.toml").write_text(SHOP.format("orders.csv"))
    return "shop.toml"


def empty_folder(folder: Path) -> str:
    (folder / "exports").mkdir()
    return "exports"


def sheet(path: Path) -> None:
    pd.read_csv(io.StringIO(GOOD)).to_excel(path, index=False)


def bomb(folder: Path) -> str:
    zeros = b"1,a,2024-01-01,1.00\n" * 1_000
    archive = zipfile.ZipFile(folder / "orders.zip", "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("orders.csv", "w") as inside:
        for _ in range(15_000):
            inside.write(zeros)
    return "orders.zip"


def row(*cells: object) -> str:
    return ",".join(map(str, cells)) + "\n"


# name -> what is written, what must be said (all of it, as regular expressions), further arguments
REFUSED: dict[str, tuple[Any, ...]] = {
    "empty file": (csv(""), ["orders.csv", "empty"]),
    "header alone": (csv(HEADER), ["orders.csv", "no rows"]),
    "binary file": (csv(bytes(range(256)) * 40), ["orders.csv"]),
    "a picture": (csv(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(400)), ["orders.csv"]),
    "truncated gzip": (csv(gzip.compress(GOOD.encode())[:-200], "orders.csv.gz"), [r"orders\.csv\.gz"]),
    "truncated parquet": (half(pd.read_csv(io.StringIO(GOOD)).to_parquet, "o.parquet"), [r"o\.parquet"]),
    "truncated excel": (half(sheet, "o.xlsx"), [r"o\.xlsx"]),
    "unknown kind": (csv(b"%PDF-1.7 ...", "orders.pdf"), [r"orders\.pdf"]),
    "zip of nothing": (csv(packed("o"), "orders.zip"), [r"orders\.zip"]),
    "zip bomb": (bomb, [r"orders\.zip"]),
    "empty folder": (empty_folder, ["exports"]),
    "no such file": (lambda folder: "ordres.csv", [r"ordres\.csv", "no such file"]),
    "a row too long": (csv(GOOD + row(60, "c1", "2024-02-03", 5, 6, 7)), ["orders.csv", r"\b(61|60)\b"]),
    "a column twice": (
        csv(GOOD.replace(".50\n", ".50,1\n").replace("amount", "amount,amount")),
        ["orders.csv", "twice"],
    ),
    "a column missing": (csv("order_id,ordered_at,amount\n1,2024-01-01,5\n"), ["orders.csv", "'customer_id'"]),
    "a million columns": (csv(",".join(f"c{n}" for n in range(1_000_000)) + "\n"), ["orders.csv", "columns"]),
    "wrong delimiter": (
        toml(
            SHOP.format("orders.csv") + 'format = "my.yaml"\n',
            my_yaml=MINE + 'file: {delimiter: "|"}\n',
        ),
        ["orders.csv"],
    ),
    "quote without end": (csv(GOOD + '60,"c1,2024-02-03,5\n' + ROWS), ["orders.csv"]),
    "mixed dates": (csv(GOOD + row(60, "c1", "13.02.2024", 5)), ["ordered_at", r"00\.00\.0000", "row 60"]),
    "day or month": (csv(HEADER + row(1, "a", "03/04/2024", 5)), ["ordered_at", "00/00/0000", "%d/%m/%Y", "%m/%d/%Y"]),
    "no date at all": (csv(GOOD + row(60, "c1", "soon", 5)), ["ordered_at", "'a...'", "row 60"]),
    "words as numbers": (csv(GOOD + row(60, "c1", "2024-02-03", "twelve")), ["amount", "'a...'", "row 60"]),
    "comma of what": (csv(HEADER + '1,a,2024-01-13,"1,234"\n'), ["amount", "0,000", "decimal"]),
    "formula as amount": (csv(GOOD + row(60, "c1", "2024-02-03", "=1+1")), ["amount", "=0[+]0", "row 60"]),
    "two currencies": (
        csv(HEADER.replace("amount", "amount,currency") + "1,a,2024-01-13,5,EUR\n2,b,2024-01-14,5,USD\n"),
        ["currenc", "EUR", "USD", "rate"],
    ),
    "guests alone": (csv(HEADER + "1,,2024-01-13,5\n"), ["orders.csv", "none of its"]),
    "before the data": (csv(GOOD), ["orders.csv", "none of its"], ["--as-of", "1999-01-01"]),
    "not a date": (csv(GOOD), ["as_of", "2024-02-31"], ["--as-of", "2024-02-31"]),
    "unknown format": (csv(GOOD), ["shopify_order", "shopify_orders"], ["--format", "shopify_order"]),
    "path out of the folder": (toml(SHOP.format("../secret.csv")), ["shop.toml", r"\.\./secret\.csv", "outside"]),
    "absolute path": (toml(SHOP.format("/etc/passwd")), ["shop.toml", "/etc/passwd", "outside"]),
    "link that leads out": (link_out, ["shop.toml", "orders.csv", "outside"]),
    "broken settings": (toml("[tables.lines\npath"), ["shop.toml", "TOML"]),
    "unknown setting": (
        toml(SHOP.format("orders.csv") + "formt = 'x'\n"),
        ["shop.toml", r"'tables\.lines\.formt'", "Did you mean 'format'"],
    ),
    "format that runs code": (
        toml(
            SHOP.format("orders.csv") + 'format = "my.yaml"\n',
            my_yaml="columns: !!python/object/apply:os.system ['touch hacked']\n",
        ),
        [r"my\.yaml"],
    ),
    "no database": (csv(b"not a database " * 100, "shop.sqlite"), [r"shop\.sqlite"]),
    "a database that is away": (
        toml('[database]\nurl = "postgresql://reader@127.0.0.1:9/shop"\n[tables.lines]\ntable = "orders"\n'),
        ["127.0.0.1"],
    ),
}


@pytest.fixture
def checked(tmp_path, monkeypatch, capsys):
    """Runs ``seglib check`` in a folder of its own; nothing may be written there."""
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(write: Callable[[Path], str], more: list[str]) -> tuple[int, str]:
        name = write(folder)
        before = sorted(path.name for path in folder.rglob("*"))
        code = main(["check", name, *more])
        assert sorted(path.name for path in folder.rglob("*")) == before
        said = capsys.readouterr()
        return code, said.out if code == 0 else said.err

    return run


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_with_where_and_what(name, checked):
    write, wanted, *more = REFUSED[name]
    code, said = checked(write, *more or [[]])
    assert code == 2, said
    assert [pattern for pattern in wanted if not re.search(pattern, said)] == [], said
    assert "Traceback" not in said
    assert len(said) < 3000


NAMED = "order_id,customer_id,ordered_at,amount,product_name\n"
# name -> what is written, what the check must say
USED: dict[str, tuple[Any, ...]] = {
    "guests are counted": (csv(GOOD + ",,2024-02-03,5\n"), [r"no customer id.* 1 +1 +5\.00"]),
    "zeros and apostrophes in ids": (csv(HEADER + "007,'0042,2024-01-13,5\n"), ["1 customer, 1 order"]),
    "emoji, right to left, quotes, new lines": (
        csv(NAMED + '1,a,2024-01-13,5,"\U0001f9f8 שלום\nsecond ""line"""\n'),
        ["1 customer, 1 order"],
    ),
    "formulas and HTML stay text": (
        csv(NAMED + "1,a,2024-01-13,5,=cmd|' /C calc'!A0\n2,a,2024-01-14,5,<script>\n"),
        ["1 customer, 2 orders"],
    ),
    "a cell of ten megabytes": (csv(NAMED + f"1,a,2024-01-13,5,{'x' * 10_000_000}\n"), ["1 customer, 1 order"]),
    "UTF-16": (csv(GOOD.encode("utf-16")), ["7 customers, 59 orders"]),
    "byte order mark and CRLF": (
        csv(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()),
        ["7 customers, 59 orders"],
    ),
    "Windows-1252, semicolons, decimal comma": (
        csv("order_id;customer_id;ordered_at;amount;country\n1;a;13.01.2024;1.234,50;Österreich\n".encode("cp1252")),
        ["1 customer, 1 order", "1,234.50"],
    ),
    "zip and folders": (csv(packed("o", a_csv=GOOD.encode()), "orders.zip"), ["7 customers, 59 orders"]),
}


@pytest.mark.parametrize("name", USED)
def test_what_can_be_used_is_used_or_counted(name, checked):
    write, wanted = USED[name]
    code, said = checked(write, [])
    assert code == 0, said
    assert [pattern for pattern in wanted if not re.search(pattern, said)] == [], said
    assert "It adds up." in said


def test_a_zip_cannot_write_where_it_likes(checked, tmp_path):
    """Its members are unpacked under names of our own, whatever they are called."""
    code, said = checked(csv(packed("o", **{"../../evil_csv": GOOD.encode()}), "orders.zip"), [])
    assert code == 0, said
    assert not list(tmp_path.parent.glob("evil*")) + list(tmp_path.rglob("evil*"))


def test_ids_keep_leading_zeros(tmp_path):
    csv(HEADER + "007,0042,2024-01-13,5\n")(tmp_path)
    shop = sg.open_shop(tmp_path / "orders.csv")
    assert shop.customers.index.tolist() == ["0042"]
    assert shop.lines.order_id.to_pyarrow().to_pylist() == ["007"]


@pytest.mark.parametrize("year", [1899, 1900, 2099])
def test_a_date_of_another_century_is_refused_or_counted(year, checked):
    """A clock that was never set, a typing error: it must not move the as-of date in silence."""
    code, said = checked(csv(GOOD + row(60, "c1", f"{year}-01-01", 5)), [])
    told = str(year) in said or re.search(r"date.* 1 +1 +5\.00", said)
    assert code == 2 or told, said


EVIL = "<script>alert(1)</script>"


@pytest.fixture
def page_of(monkeypatch):
    """The page that a notebook with these outputs becomes."""
    outputs: list[Any] = []

    def collect(bundle: dict[str, Any], role: str, **more: Any) -> None:
        outputs.append(v4.new_output("display_data", bundle, metadata={"seglib": {"role": role, **more}}))

    monkeypatch.setattr(display, "_display", collect)

    def build() -> str:
        document = v4.new_notebook(cells=[v4.new_markdown_cell("# Who?"), v4.new_code_cell("", outputs=outputs)])
        page = read_page(document)
        record = {
            **dict.fromkeys(["shop", "notice", "basis"], EVIL),
            **dict.fromkeys(["currency", "window_days"]),
            "as_of": "2024-01-01",
            "inputs": [{"name": EVIL, "rows": 1, "sha256": "a" * 64}],
            "versions": {"seglib": "0", "python": "3"},
            "counts": {
                "customers": 2,
                "orders": 2,
                "revenue": 9.0,
                "average_order_value": 4.5,
                "one_time_share": 1.0,
                "rows_analysed": 2,
            },
            "notebooks": {"01_a": {"parameters": {"shop": EVIL}}},
        }
        outcome = Outcome(Notebook("01_a", Path(), page.title), document, page, 1.0, None)
        return page_html(document, page, page_facts(record, [outcome], outcome))

    return build


def test_names_from_the_data_are_shown_not_run(tmp_path, page_of):
    header = "order_id,customer_id,ordered_at,amount,product_name,category,country\n"
    csv(header + f"1,{EVIL},2024-01-13,5,{EVIL},{EVIL},{EVIL}\n2,b,2024-01-14,5,x,y,z\n")(tmp_path)
    shop = sg.open_shop(tmp_path / "orders.csv")
    mix = exploration.mix(shop.window_lines, "category")
    display.table(mix, findings.exploration.mix(mix), f"Caption {EVIL}", shop.basis, labels={"sales": EVIL})
    display.table(shop.quality, findings.exploration.quality(shop.quality))
    display.key_numbers({EVIL: EVIL}, EVIL)
    display.cards([(EVIL, {EVIL: EVIL}, [EVIL])], EVIL)
    display.note(EVIL)
    html = page_of()
    assert "<script" not in html.lower()
    assert html.count("&lt;script&gt;") >= 10
