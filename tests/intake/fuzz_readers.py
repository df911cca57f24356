"""Mutated exports against the readers: each is a table or a clear refusal, never a traceback, never a row too few.

``python tests/intake/fuzz_readers.py --inputs 100000`` makes files with headers of real exports, damages them (input
n is the same on every run) and reads them. Whatever is accepted must hold every row that a strict reader finds.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import sqlite3
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.append(str(Path(__file__).parents[1]))
from fuzzing import beside, count, options, report

from seglib.errors import InputError
from seglib.intake.files import read_raw
from seglib.intake.sources import connect

HEADERS = [
    header.split(",")
    for header in (
        "Name,Email,Financial Status,Paid at,Currency,Subtotal,Total,Discount Code,Created at,Lineitem quantity",
        "id,Created (UTC),Amount,Amount Refunded,Currency,Customer ID,Customer Email,Captured,Card ID,Status",
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Balance Impact",
        "amazon-order-id,purchase-date,order-status,sales-channel,sku,quantity,currency,item-price,ship-country",
        "Sales Record Number,Order Number,Buyer Username,Item Title,Quantity,Sold For,Total Price,Sale Date",
        "Sale Date,Order ID,Buyer User ID,Number of Items,Coupon Code,Discount Amount,Order Total,Currency",
        "Date,Time,Gross Sales,Discounts,Net Sales,Customer ID,Transaction ID,Event Type,Location",
        "Bestellnummer,Kunde,Bestelldatum,Betrag,Währung",
    )
]
CELLS = ["1001", "#1002", "C536379", "2024-01-05", "31/12/2023", "1,250.00", "1.250,00", "-9.99", "(3.50)", "$900.00"]
CELLS += [
    "€5",
    "a@b.example",
    "paid",
    "EUR",
    "007",
    "0",
    "'12",
    "",
    "",
    "Tea, green",
    'say "hi"',
    "two\nlines",
    "🎁 שלום",
]
CELLS += ["=1+1", "<script>", "O'Brien", "x" * 300, "NULL"]
TOKENS = [b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\\", b'\\"', b"\0", b" ", b"\xff\xfe"]
TOKENS += [b"\xef\xbb\xbf", b"\xe9", b"\xc3", b"\xf0\x9f\x8e\x81", b"sep=;\n", b"Total,\n", b"3 record(s) downloaded\n"]
TOKENS += [b"{", b"}", b"[", b"]", b":", b"null", b"1e999", b"PK\x03\x04", b"#", b"9" * 400, b"\x85", b"\xe2\x80\xa8"]
KINDS = ("csv",) * 14 + ("jsonl", "json", "gz", "zip", "xlsx", "parquet", "sqlite")
ENCODINGS = ("utf-8",) * 5 + ("utf-8-sig", "utf-16", "cp1252", "latin-1", "utf-16-le")


def make(rng: random.Random) -> tuple[str, bytes]:
    """Name and bytes of an export that is in order."""
    kind = rng.choice(KINDS)
    header = rng.choice(HEADERS)
    rows = [[rng.choice(CELLS) for _ in header] for _ in range(rng.randint(0, 12))]
    if kind in ("jsonl", "json"):
        records = [dict(zip(header, row, strict=True)) | {"nested": {"a": [1, 2.50]}} for row in rows]
        lines = "\n".join(json.dumps(record) for record in records) if kind == "jsonl" else json.dumps(records)
        return f"orders.{kind}", lines.encode()
    if kind == "parquet":
        sink = io.BytesIO()
        pq.write_table(pa.table({name: [row[i] for row in rows] for i, name in enumerate(header)}), sink)
        return "orders.parquet", sink.getvalue()
    if kind == "sqlite":
        return "orders.db", database(header, rows)
    if kind == "xlsx":
        return "orders.xlsx", workbook(header, rows)
    text = written(rng, header, rows)
    if kind == "gz":
        return "orders.csv.gz", gzip.compress(text, mtime=0)
    return ("orders.zip", zipped({"orders.csv": text})) if kind == "zip" else ("orders.csv", text)


def written(rng: random.Random, header: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    out.write(rng.choice(["", "", "", "\n", "Report of June\n\n", "sep=;\n"]))
    delimiter, end = rng.choice(",,,;;\t|^"), rng.choice(["\n", "\n", "\r\n", "\r"])
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([header, *rows])
    out.write(rng.choice(["", "", "", f"{len(rows)} record(s) downloaded\nSeller ID: x\n", end]))
    return out.getvalue().encode(rng.choice(ENCODINGS), "replace")


def zipped(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return sink.getvalue()


def workbook(header: list[str], rows: list[list[str]]) -> bytes:
    """The least that is an Excel workbook, with text in its cells."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    escape = str.maketrans({"&": "&amp;", "<": "&lt;"})
    lines = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c.translate(escape)}</t></is></c>' for c in row) + "</row>"
        for row in [header, *rows]
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{link}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{link}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{lines}</sheetData></worksheet>",
        }
    )


def database(header: list[str], rows: list[list[str]]) -> bytes:
    link = sqlite3.connect(":memory:")
    columns = ", ".join('"' + name + '" TEXT' for name in header)
    link.execute(f"CREATE TABLE orders ({columns})")
    link.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * len(header))})", rows)
    return link.serialize()


def damage(rng: random.Random, content: bytes) -> bytes:
    """A few bytes changed, put in, taken out, doubled or cut off; one in ten stays whole."""
    piece = bytearray(content)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 5, 8, 20))):
        at = rng.randrange(len(piece) + 1)
        match rng.randrange(7):
            case 0:
                piece[at : at + 1] = bytes([rng.randrange(256)])
            case 1 | 2:
                piece[at:at] = rng.choice(TOKENS)
            case 3:
                del piece[at : at + rng.choice((1, 1, 4, 40))]
            case 4:
                piece[at:at] = piece[at : at + rng.choice((1, 8, 80))] * rng.choice((1, 2, 10))
            case 5 if rng.random() < 0.3:
                del piece[at:]
            case _:
                piece[at : at + 1] = rng.choice(TOKENS)
    return bytes(piece)


def attempt(number: int, folder: Path, engine: object) -> str:
    """Outcome of input ``number``: ``accepted``, ``refused``, or what is wrong with the reader."""
    rng = random.Random(number)
    name, content = make(rng)
    content = damage(rng, content)
    path = folder / name
    path.write_bytes(content)
    try:
        raw = read_raw(f"sqlite:///{path}?table=orders" if name.endswith(".db") else path, engine)
        table = raw.table.to_pyarrow()
    except InputError as error:
        return "refused" if str(error).strip() else "a refusal that says nothing"
    except Exception:
        return "a traceback: " + traceback.format_exc()
    if table.num_rows != raw.facts["rows"]:
        return f"{table.num_rows} rows where {raw.facts['rows']} are told"
    return differs(content, table, raw.facts) if name == "orders.csv" else "accepted"


def differs(content: bytes, table: pa.Table, facts: dict) -> str:
    """Held against Python's reader, where that one is sure too: as many rows, and the same cells in them."""
    text = content.decode(facts["encoding"]).removeprefix("\ufeff")
    read = [[cell or "" for cell in row.values()] for row in table.to_pylist()]
    faults = [fault for spaced in (False, True) if (fault := compared(text, read, facts, spaced=spaced))]
    return "accepted" if len(faults) < 2 else faults[0][:1_000]


def compared(text: str, read: list[list[str]], facts: dict, *, spaced: bool) -> str:
    """What differs, blanks around cells apart; ``spaced`` tells that a quote may stand after a blank."""
    form = {"delimiter": facts["delimiter"], "skipinitialspace": spaced, "strict": True}
    try:
        found = [row for row in csv.reader(io.StringIO(text, newline=""), **form) if row]
    except csv.Error:
        return ""
    width = len(read[0])
    rows = [row for row in found if width > 1 or row[0]]
    blank = sum(not any(cell.strip() for cell in row) for row in rows)
    told = facts["rows"] + facts["preamble_rows"] + facts["footer_rows"] + 1
    if not told <= len(rows) <= told + blank:
        return f"{facts['rows']} rows read, {len(rows)} in the file: {facts}"
    first = len(rows) - facts["footer_rows"] - facts["rows"]
    wanted = [[cell.strip() for cell in row[:width]] for row in rows[first : first + facts["rows"]]]
    return "" if wanted == [[cell.strip() for cell in row] for row in read] else f"other cells: {wanted} read as {read}"


def run(first: int, inputs: int, *, stop: int = 10) -> Counter[str]:
    """Outcomes of inputs ``first`` ... ``first + inputs - 1``; what is wrong is printed with its number."""
    with tempfile.TemporaryDirectory() as outside:
        folder = Path(outside) / "exports"
        folder.mkdir()
        outcomes = count(attempts(first, inputs, folder), ("accepted", "refused"), first=first, stop=stop)
        assert beside(Path(outside)) == {"exports": b""}, "something was written outside the folder"
        return outcomes


def attempts(first: int, inputs: int, folder: Path) -> Iterator[str]:
    engine = connect()
    for number in range(first, first + inputs):
        if number % 2_000 == 1_999:
            engine = connect()  # views pile up
        yield attempt(number, folder, engine)


def main() -> int:
    told = options(__doc__, 100_000).parse_args()
    return int(report(lambda: run(told.first, told.inputs)) > 0)


if __name__ == "__main__":
    sys.exit(main())
