"""Mutated files that users write by hand, and ``-p``: each is used or refused with its place, never a fault of ours.

``python tests/fuzz_files.py --inputs 20000`` makes so many formats, settings, rule files, catalogues and parameters out
of sound ones (input n is the same on every run). Each has 10 seconds of the processor and 4 GB; a canary
that lies outside the folder may not be told.
"""

from __future__ import annotations

import functools
import json
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from fuzzing import beside, count, options, report

from seglib.errors import InputError
from seglib.intake.formats import known_formats
from seglib.intake.sources import connect, read_table
from seglib.language import messages
from seglib.report.run.parameters import check_parameters, find_notebooks
from seglib.segments.rules import read_rules
from seglib.shop.settings import read_settings
from seglib.shop.shop import open_shop
from seglib.tables.canonical import TABLES

HEADERS = yaml.safe_load((Path(__file__).parent / "intake" / "export_headers.yaml").read_text(encoding="utf-8"))
NAMES = [name for name in HEADERS if name in known_formats()]
CANARY = "canary-8461"
VALUES: list[Any] = ["", "x", "0", "-1", 0, 1, -1, 10**9, 10**18, 10**30, 0.5, -0.0, 1e308, True, False, [], {}, [[]]]
VALUES += [["x"], [""], {"x": "y"}, {"": ""}, "x" * 5_000, "../" + CANARY, "/etc/passwd", "sqlite:///x.db?table=t", "*"]
VALUES += ["orders.csv", "a\nb", "a\0b", "\ud800", "😀", "(", "[", "(?=x)", r"\1", "(a+)+$", "a{1000}{1000}", "%Y", "%"]
VALUES += ["{first}", "9999-12-31", "0001-01-01", "2024-02-30", "20240101", "inf", "nan", "1e999", "EUR", "Europe/Rom"]
VALUES += [
    "utf-7",
    "rot13",
    "package:os/x",
    "package:seglib/x",
    ["a", ["b"], {"c": "d"}],
    {"first": []},
    {"sum": ["x"]},
]
VALUES += [
    {"negative": "Status"},
    {"constant": "x"},
    {"path": "a[1].b[c=d]"},
    {"path": "[["},
    {"row": "x"},
    {"join": ["x"]},
]
CELLS = {  # by a word of the header
    "date created paid at": ["2024-01-05 10:00:00", "2024-02-29 11:30:00", ""],
    "total amount price gross net value discount sales tax fee": ["12.50", "-9.99", "0", ""],
    "quantity qty number": ["1", "3"],
    "currency": ["EUR"],
    "status state type event": ["paid", "refunded", "purchase"],
    "mail": ["a@b.example", "c@d.example"],
    "": ["1001", "7", "x y", "1001"],
}
PIECES = [
    "[",
    "]",
    "{",
    "}",
    ":",
    "- ",
    "&a ",
    "*a ",
    '"',
    "'",
    "\n",
    "\n  ",
    "#",
    "=",
    "[[",
    "\t",
    "\0",
    "\ud800",
    "|",
    "!!int ",
]
PIECES += ["1" * 400, "a." * 40, "x" * 300, "msgid ", 'msgstr "', "{n}", "{", "plural=n%0;", "nplurals=9;", "\\", "é"]
RULES = ["recency_days <= 90", "spent_on('tea') > 5", "orders_ever >= 2 and country in ('IT', 'FR')", "name like '%a%'"]
RULES += [
    "first_order_at + 100000000 > as_of",
    "orders_around('any', 100000000) > 1",
    "revenue / 0 > 1",
    "not (",
    "1e999 > 0",
]
SHOP = {
    "name": "Tea",
    "currency": "EUR",
    "timezone": "Europe/Rome",
    "as_of": "2024-06-30",
    "window_days": 90,
    "notice": "x",
    "outside": False,
    "tables": {
        "lines": [
            {
                "path": "orders.csv",
                "name": "web",
                "format": "",
                "date_format": "%Y-%m-%d",
                "columns": {"status": "state"},
            }
        ],
        "tickets": {"path": "tickets.csv", "columns": {"reason": ["why", "reason"]}},
    },
    "rates": {"USD": 0.9},
    "identities": {"by_email": True},
    "same_sale": {"prefer": ["web"], "by": ["order_id"], "minutes": 5},
    "cleaning": {"duplicates": "auto", "zero_price": "drop", "cancelled": ["void"], "disputed": "keep"},
    "rfm": {"preset": "eleven_segments", "bins": 5, "recency_cuts": [10, 20], "weights": [1, 1, 1]},
    "personas": {"features": ["frequency"], "k": 3, "method": "kmeans", "min_group": 30},
    "events": {"purchase": ["buy"]},
    "deals": {"won": ["won"], "lost": ["lost"]},
    "segments": {"catalogue": True, "use": ["Recent"], "priority": ["Recent"], "settings": {"holiday_days": 10}},
    "labels": {"Champions": "Best"},
    "actions": {"Champions": "Thank them"},
    "report": {"language": "it", "numbers": "de_CH", "accent": "#1f5fa8", "min_group": 30},
    "readiness": {"decision": "x", "owner": "y", "channel": "z", "measure": "m"},
}
SEGMENTS = {
    "settings": {"good": 100, "place": "IT", "since": "2024-01-01", "on": True},
    "segments": [
        {"name": "A", "rule": "recency_days <= good", "does": ["promote"], "avoids": ["discount"], "action": "x"},
        {"name": "B", "rule": "country = 'IT'", "split": {"column": "recency_days", "at": [30, 90], "most": 5}},
        {"name": "C", "kind": "static", "customers": ["1", "2"]},
        {"name": "D", "kind": "static", "file": "list.csv"},
    ],
}


def spots(told: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in nested lists and tables."""
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    return [path] * bool(path) + [spot for key, value in inner for spot in spots(value, (*path, key))]


def mutated(rng: random.Random, told: Any) -> Any:
    """With one to four places changed: another value, gone, renamed, put into a list, moved elsewhere."""
    told = deepcopy(told)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 4))):
        places = spots(told)
        *way, key = rng.choice(places)
        holder = told
        for step in way:
            holder = holder[step]
        match rng.randrange(8):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[rng.choice([str(key) + "s", str(key)[1:], "first", "column", "x y", ""])] = holder.pop(key)
            case 2:
                holder[key] = [holder[key]]
            case 3:
                holder[key] = {rng.choice(["first", "sum", "optional", "map", "x"]): holder[key]}
            case 4:
                away = told
                for step in rng.choice(places):
                    away = away[step]
                holder[key] = deepcopy(away)
            case _:
                holder[key] = deepcopy(rng.choice(VALUES))  # may be changed next
        if not spots(told):
            break
    return told


def damaged(rng: random.Random, text: str) -> bytes:
    """A few characters changed in one of three; sometimes not UTF-8."""
    for _ in range(rng.choice((0, 0, 0, 0, 1, 3))):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(PIECES) * rng.choice((1, 1, 1, 50)) + text[at + rng.choice((0, 0, 1, 9)) :]
    return text.encode(rng.choice(("utf-8",) * 20 + ("utf-16", "utf-8-sig")), "surrogatepass")


def toml(told: Any, inline: bool = False) -> str:
    """A table as TOML, as far as TOML can tell it."""
    if isinstance(told, dict):
        pairs = [f"{json.dumps(str(key), ensure_ascii=False)} = {toml(value, True)}" for key, value in told.items()]
        return "{" + ", ".join(pairs) + "}" if inline else "\n".join(pairs) + "\n"
    if isinstance(told, list):
        return "[" + ", ".join(toml(value, True) for value in told) + "]"
    return json.dumps(told, ensure_ascii=False).replace("\x7f", "") if not isinstance(told, float) else repr(told)


def pool(header: str) -> list[str]:
    return next(pool for words, pool in CELLS.items() if any(word in header.lower() for word in words.split() or [""]))


def a_format(rng: random.Random, folder: Path, engine: Any) -> None:
    name = rng.choice(NAMES)
    told = yaml.load(known_formats()[name].read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    (folder / "mine.yaml").write_bytes(damaged(rng, yaml.safe_dump(mutated(rng, told), allow_unicode=True)))
    header = HEADERS[name]
    rows = [[rng.choice(pool(name)) for name in header] for _ in range(6)]
    lines = [",".join(f'"{" ".join(cell.split())}"' for cell in row) for row in [header, *rows]]
    (folder / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = rng.choice([*TABLES, "lines", "lines", "lines"])
    read_table(
        folder / "export.csv", table, format=rng.choice(["", "mine.yaml", "mine"]), engine=engine
    ).table.to_pyarrow()


def settings(rng: random.Random, folder: Path, engine: Any) -> None:
    write_shop(folder)
    (folder / "shop.toml").write_bytes(damaged(rng, toml(mutated(rng, SHOP))))
    read_settings(folder / "shop.toml")
    if rng.random() < 0.1:
        shop = open_shop(folder / "shop.toml")
        assert shop.basis
        assert shop.memberships.summary is not None


def rules(rng: random.Random, folder: Path, engine: Any) -> None:
    write_shop(folder)
    told = json.loads(json.dumps(SEGMENTS))
    told["segments"][0]["rule"] = rng.choice(RULES)
    (folder / "segments.toml").write_bytes(damaged(rng, toml(mutated(rng, told))))
    read_rules(folder / "segments.toml")
    if rng.random() < 0.1:
        (folder / "shop.toml").write_text(toml({"tables": SHOP["tables"]}))
        assert open_shop(folder / "shop.toml").memberships.summary is not None


def catalogue(rng: random.Random, folder: Path, engine: Any) -> None:
    text = (messages.FOLDER / f"{rng.choice(['it', 'ro', 'uk'])}.po").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n\n")
    entries = rest.split("\n\n")
    kept = [head, *rng.sample(entries, 20), *(one for one in entries if "{n} customer" in one)]
    rng.shuffle(kept[1:])
    (folder / "mine.po").write_bytes(damaged(rng, damaged(rng, "\n\n".join(kept)).decode("utf-8", "replace")))
    with messages.speaking("it", translation=folder / "mine.po"):
        messages._catalogue.cache_clear()
        for n in (0, 1, 2, 5, 21, 1_000_000):
            messages.ngettext("{n} customer", "{n} customers", n, n=str(n))
        messages.gettext("{persona} stand out most: {what}.", persona="x", what="y")


def parameters(rng: random.Random, folder: Path, engine: Any) -> None:
    books = find_notebooks()
    names = [name for book in books for name in book.parameters] + ["nope", "", "run"]
    values = [value if isinstance(value, str) else json.dumps(value) for value in VALUES]
    told = {rng.choice(names): rng.choice([*values, None, "[" * 100_000, "9" * 5_000, "1_0", "²"]) for _ in range(3)}
    check_parameters(rng.sample(books, 2), told)


KINDS: dict[str, Callable[[random.Random, Path, Any], None]] = {
    "formats": a_format,
    "settings": settings,
    "rules": rules,
    "catalogues": catalogue,
    "parameters": parameters,
}


def write_shop(folder: Path) -> None:
    """Orders, requests and a list that the settings name."""
    lines = [f"{i},c{i % 9},2024-0{1 + i % 6}-1{i % 9},{5 + i},web,IT,tea" for i in range(40)]
    (folder / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,amount,state,country,category\n" + "\n".join(lines)
    )
    (folder / "tickets.csv").write_text(
        "customer_id,opened_at,why\n" + "\n".join(f"c{i},2024-05-01,late" for i in range(9))
    )
    (folder / "list.csv").write_text("customer_id\n1\n2\n")
    for name in ("segments.toml", "shop.toml"):
        (folder / name).unlink(missing_ok=True)


def attempt(kind: str, number: int, folder: Path, engine: Any) -> str:
    """Outcome of input ``number``: ``used``, ``refused``, or what is wrong."""
    try:
        KINDS[kind](random.Random(f"{kind} {number}"), folder, engine)
        outcome = "used"
    except InputError as error:
        said = str(error)
        outcome = (
            "refused" if said.strip() and len(said) < 20_000 else f"a refusal of {len(said)} characters: {said[:300]}"
        )
        outcome = "what the canary holds is told" if CANARY * 2 in said else outcome
    except BaseException:
        outcome = "a traceback: " + traceback.format_exc()[-3_000:]
    return outcome


def run(kind: str, first: int, inputs: int, *, stop: int = 10) -> Counter[str]:
    """Outcomes of inputs ``first`` ... ``first + inputs - 1``; what is wrong is printed with its number."""
    with tempfile.TemporaryDirectory() as outside:
        (Path(outside) / CANARY).write_text(CANARY * 2)
        folder = Path(outside) / "shop"
        folder.mkdir()
        sound = beside(Path(outside))
        outcomes = count(attempts(kind, first, inputs, folder), ("used", "refused"), first=first, stop=stop, what=kind)
        assert beside(Path(outside)) == sound, "something was written outside the folder"
    return outcomes


def attempts(kind: str, first: int, inputs: int, folder: Path) -> Iterator[str]:
    engine = connect()
    for number in range(first, first + inputs):
        if number % 1_000 == 999:
            engine = connect()  # views pile up
        yield attempt(kind, number, folder, engine)


def main() -> int:
    parser = options(__doc__, 20_000)
    parser.add_argument("--kind", choices=KINDS, help="only this kind of file")
    parser.add_argument("--stop", type=int, default=10, help="so many that are wrong are told")
    told = parser.parse_args()
    kinds = [told.kind] if told.kind else KINDS
    runs = {kind: functools.partial(run, kind, told.first, told.inputs, stop=told.stop) for kind in kinds}
    return int(sum(report(one, f"{kind}: ") for kind, one in runs.items()) > 0)


if __name__ == "__main__":
    sys.exit(main())
