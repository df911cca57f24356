"""A format begun for a file that none describes: what can be guessed is, and every guess is marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import ibis.expr.types as ir

from seglib.intake.formats.layout import GUESS, known_formats, load_format
from seglib.intake.formats.recognising import header_names, normalised, recognise
from seglib.language.small_files import read_text
from seglib.tables.canonical import STATES, TABLES, Column

__all__ = ["draft_format", "draft_text", "examples_of", "format_text", "guessed_columns", "numbering", "quoted"]

SAMPLE = 2000
LONG = 40
# Words in a header that point at a canonical column, where it has no usual name.
WORDS = {
    "order_id": ("order", "invoice", "receipt", "bestell", "ordine", "commande", "pedido"),
    "customer_id": ("customer", "client", "buyer", "email", "mail", "kunde", "cliente", "user"),
    "ordered_at": ("date", "time", "created", "datum", "data", "fecha"),
    "amount": ("total", "amount", "revenue", "sum", "betrag", "importo", "montant"),
    "quantity": ("quantity", "qty", "menge", "quantit"),
    "product_name": ("product", "item", "title", "artikel"),
    "signed_up_at": ("created", "joined", "signup", "date"),
    "visitor_id": ("visitor", "cookie", "client", "user"),
    "at": ("time", "date"),
    "event": ("event", "action"),
}
FORMS = {
    "decimal": r"[-(]?\D{0,4}\d[\d.,' ]*\D{0,4}",
    "float": r"-?\d+([.,]\d+)?",
    "timestamp": r".*\d.*[-/.: ].*\d.*",
}
NAMES = ("product_name", "event", "question")
NUMBERS = ("id", "number", "no", "nr", "num", "numero", "nummer", "code", "reference", "ref")  # of a row, if unique
STATE_WORDS = {
    "cancelled": ("cancel", "void", "storn", "annul"),
    "pending": ("pend", "await", "hold", "open", "unpaid", "authori", "draft"),
    "failed": ("fail", "declin", "error", "expired", "reject"),
    "refunded": ("refund", "returned", "erstattet", "rembours"),
    "disputed": ("disput", "chargeback"),
    "test": ("test",),
}


def draft_format(path: str | Path, table: str = "lines") -> str:
    """YAML of a format for a file, with guesses marked and an example of each.

    Parameters
    ----------
    path : str or Path
        The export.
    table : str
        A key of :data:`seglib.tables.canonical.TABLES`, such as ``"contacts"``.

    Returns
    -------
    str: YAML that can be used once what is missing is filled in.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    from seglib.intake.engines import connect
    from seglib.intake.files import read_raw

    return draft_text(Path(path).name, examples_of(read_raw(path, connect(), table=table).table), table)


def examples_of(raw: ir.Table) -> dict[str, list[str]]:
    """Column of a raw table -> the values of its first rows, missing ones left out."""
    rows = raw.limit(SAMPLE).to_pyarrow().to_pylist()
    return {name: [str(row[name]) for row in rows if row[name] not in (None, "")] for name in raw.columns}


def draft_text(name: str, examples: Mapping[str, Sequence[str]], table: str = "lines") -> str:
    """YAML of a format for columns of which some values are known.

    Parameters
    ----------
    name : str
        Name of the file.
    examples : mapping
        Column of the file -> some of its values, missing ones left out.
    table : str
        A key of :data:`seglib.tables.canonical.TABLES`, such as ``"contacts"``.

    Returns
    -------
    str

    Examples
    --------
    >>> print(draft_text("a.csv", {"Order ID": ["1"], "Kunde": ["ann"]}).splitlines()[9])
      order_id: "Order ID"  # guess, e.g. "1"
    """
    known = recognise(examples).format
    found = guessed_columns(examples, table)
    head = [f"# Drafted from {name}. Look at every line marked '# guess'; data/README.md explains each key."]
    if known:
        head.append(f"# This file is recognised as {known.title} ({known.name}): no format of your own is needed.")
    title = re.sub(r"[\W_]+", " ", Path(name).stem).strip()
    head += ["", f"title: {quoted(title)}", f"table: {table}", f"level: {_level(examples, found, table)}  # guess"]
    head += ["# recognised by these headers; shorten the list to those that every such file has"]
    head += [f"recognise: [{', '.join(quoted(header) for header in found.values())}]  # guess", "", "columns:"]
    used = [f"  {key}: {quoted(header)}  # guess, e.g. {_example(examples[header])}" for key, header in found.items()]
    if table == "responses" and (asked := _questions(examples, found)):
        return "\n".join([*head, *used, *_turned(asked, found)]) + "\n"
    return (
        "\n".join([*head, *used, *_missing(found, table), *_unused(examples, found), *_states(examples, found)]) + "\n"
    )


def _questions(examples: Mapping[str, Sequence[str]], found: Mapping[str, str]) -> list[str]:
    """Columns of which each is a question, where no column holds the questions."""
    free = [header for header in examples if header not in found.values()]
    return [] if "question" in found else [each for each in free if re.search(r"\?\s*$|^[Qq]\d+\b", each)]


def _turned(asked: Sequence[str], found: Mapping[str, str]) -> list[str]:
    """Columns that are questions made rows; who tells no number is known by the row."""
    lines = [] if "customer_id" in found or "email" in found else ["  customer_id: {row: R}  # guess: nobody is named"]
    lines += ["  question: question", "  answer: answer"]
    return [*lines, "", f"unpivot:  # guess: a row of each cell\n  columns: [{', '.join(map(quoted, asked))}]",
            "  name: question", "  value: answer"]  # fmt: skip


def format_text(name: str) -> str:
    """The YAML of a format, to read or to copy and change.

    Raises
    ------
    InputError
        Unknown name.

    Examples
    --------
    >>> format_text("stripe_payments").startswith("title: Stripe payments")
    True
    """
    load_format(name)
    return read_text(known_formats().get(name) or Path(name))


def guessed_columns(examples: Mapping[str, Sequence[str]], table: str) -> dict[str, str]:
    """Canonical column -> column of the file: by its usual names, else by a word that the values bear out."""
    usual = load_format(GUESS, table).columns
    by_name = header_names(examples)
    found: dict[str, str] = {}
    for canonical, names in usual.items():
        hit = next((by_name[normalised(each)] for each in names if normalised(each) in by_name), None)
        if hit is not None and hit not in found.values():
            found[canonical] = hit
    for column in TABLES[table]:
        free = [header for header in examples if header not in found.values()]
        near = [header for header in free if _points(header, column.name) and _bears_out(examples[header], column)]
        if column.name not in found and near:
            found[column.name] = near[0]
    if table == "lines" and "order_id" not in found and (number := numbering(examples, found.values())):
        found["order_id"] = number
    return {column.name: found[column.name] for column in TABLES[table] if column.name in found}


def numbering(examples: Mapping[str, Sequence[str]], taken: Iterable[str] = ()) -> str:
    """A column called id that is another in each row, as the number of an order is where a row is one; else empty."""
    rows = max(map(len, examples.values()), default=0)
    free = [header for header in examples if normalised(header) in NUMBERS and header not in taken]
    return next((header for header in free if len(set(examples[header])) == len(examples[header]) == rows), "")


def _points(header: str, canonical: str) -> bool:
    return any(word in normalised(header) for word in WORDS.get(canonical, ()))


def _bears_out(values: Sequence[str], column: Column) -> bool:
    """Whether values may be of a column: numbers and dates have their form, and a column of numbers holds no names."""
    kind = "name" if column.name in NAMES else column.kind
    filled = [value.strip() for value in values]
    if kind == "name":
        return not all(re.fullmatch(FORMS["decimal"], value) for value in filled)
    return bool(filled) and (kind not in FORMS or all(re.fullmatch(FORMS[kind], value) for value in filled))


def _level(examples: Mapping[str, Sequence[str]], found: Mapping[str, str], table: str) -> str:
    if table != "lines":
        return table.removesuffix("s")
    orders = examples.get(found.get("order_id", ""), ())
    return "line" if len(set(orders)) < len(orders) else "order"


def quoted(text: str) -> str:
    """Text between quotation marks, as YAML and TOML both take it."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'


def _example(values: Sequence[str]) -> str:
    first = " ".join(values[0].split()) if values else ""
    return quoted(first[:LONG] + ("..." if len(first) > LONG else "")) if first else "(no value)"


def _missing(found: Mapping[str, str], table: str) -> list[str]:
    needed = [column for column in TABLES[table] if column.required and column.name not in found]
    priced = {"quantity", "unit_price"} <= set(found)
    needed = [column for column in needed if not (column.name == "amount" and priced)]
    return [f"  # {column.name}: ...  # to be filled in: {column.meaning}" for column in needed]


def _unused(examples: Mapping[str, Sequence[str]], found: Mapping[str, str]) -> list[str]:
    left = [header for header in examples if header not in found.values()]
    lines = [f"#   {quoted(header)}, e.g. {_example(examples[header])}" for header in left[:60]]
    return ["", "# Columns of the file that are not used yet:", *lines] if left else []


def _states(examples: Mapping[str, Sequence[str]], found: Mapping[str, str]) -> list[str]:
    """What the values of the status mean, each guessed from its word."""
    values = sorted(set(examples.get(found.get("status", ""), ())))[:30]
    if not values:
        return []
    meant = {value: _state(value) for value in values}
    lines = ["", "states:  # guess: what each status means", f"  column: {quoted(found['status'])}"]
    for state in dict.fromkeys(meant.values()):
        lines.append(f"  {state}: [{', '.join(quoted(value) for value in values if meant[value] == state)}]")
    return [*lines, f"  # known: {', '.join(STATES)}, refunded; what is not listed is a sale"]


def _state(value: str) -> str:
    low = value.lower()
    return next((state for state, stems in STATE_WORDS.items() if any(stem in low for stem in stems)), "sale")
