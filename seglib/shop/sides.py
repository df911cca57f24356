"""Events, tickets, responses, campaigns and deals: whose each row is, what its names mean, as known at a day."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, reduce
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.intake.joining import People
from seglib.intake.joining.names import WORDS
from seglib.language.naming import VISITOR
from seglib.shop.relating import HOW, Known, addressed, relate
from seglib.tables.canonical import TABLES
from seglib.tables.period import Period

__all__ = [
    "AFTER",
    "LACKING",
    "SIDES",
    "as_at",
    "contacts_at",
    "count_contacts",
    "count_out",
    "count_rows",
    "distinct_products",
    "known_at",
    "last_date",
    "ledger_before",
    "mails_of",
    "prepare_side",
    "size",
    "stack_sides",
]

SIDES = ("events", "tickets", "responses", "campaigns", "deals")
# Columns that date a row; the first that is told says when it began.
DATES = {
    "events": ("at",),
    "tickets": ("opened_at", "answered_at", "closed_at"),
    "responses": ("answered_at",),
    "campaigns": ("sent_at",),
    "deals": ("opened_at", "closed_at"),
}
LATER = ("answered_at", "closed_at")  # what happens to a row after it began
KINDS = {"string": "string", "decimal": "decimal(18, 4)", "float": "float64", "integer": "int64"}
KINDS |= {"boolean": "boolean", "timestamp": "timestamp"}
WHY = "seglib_why"
OPEN = "open"
AFTER = "after the as-of date"
LACKING = "without "
MERGED = "without customer_id, or a further row of one contact"
SIDE_LEDGER = ["table", "step", "rows"]
KEPT_STEPS = ("read", "used")  # told even where they are zero


def stack_sides(name: str, tables: Mapping[str, ir.Table], own: Iterable[str] = ()) -> ir.Table:
    """Sources of a side table one below the other, with every canonical column that one of them tells.

    Parameters
    ----------
    name : str
        One of :data:`SIDES`.
    tables : mapping
        Name of the source -> its canonical table.
    own : iterable of str
        Sources whose customer ids mean nothing elsewhere.

    Examples
    --------
    >>> sent = ibis.memtable({"customer_id": ["7"], "campaign": ["spring"]})
    >>> stack_sides("campaigns", {"mailer": sent}, own=["mailer"]).to_pyarrow().to_pylist()
    [{'customer_id': 'mailer:7', 'campaign': 'spring'}]
    """
    told = {column for table in tables.values() for column in table.columns} | {"customer_id"}
    kinds = {column.name: KINDS[column.kind] for column in TABLES[name] if column.name in told}
    parts = []
    for source, table in tables.items():
        cells = {
            column: table[column].cast(kind) if column in table.columns else ibis.null(kind)
            for column, kind in kinds.items()
        }
        if source in own:
            cells["customer_id"] = ibis.literal(f"{source}:") + cells["customer_id"]
        parts.append(table.select(**cells))
    whole = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return whole if name == "events" else addressed(whole)


def mails_of(table: ir.Table) -> pd.DataFrame:
    """Ids and e-mails that stand together in a side table: customer_id, email; a name is no id, as several have it."""
    if not {"customer_id", "email"} <= set(table.columns):
        return pd.DataFrame({"customer_id": [], "email": []}).astype("str")
    named = table.customer_id.re_search(WORDS) & ~table.customer_id.re_search(r"\d")
    told = table.filter(table.customer_id.notnull() & table.email.notnull() & ~named)
    pairs = told.select("customer_id", "email").distinct()
    return pairs.order_by("customer_id", "email").to_pyarrow().to_pandas().astype("str")


def prepare_side(
    name: str,
    table: ir.Table,
    people: People,
    *,
    meanings: Mapping[str, Sequence[str]] | None = None,
    known: Known = Known(),  # noqa: B008 - frozen
) -> ir.Table:
    """Whose each row is, and what its names mean.

    Parameters
    ----------
    name : str
        One of :data:`SIDES`.
    table : ibis Table
        From :func:`stack_sides`.
    people : People
        Who is who.
    meanings : mapping, optional
        Kind of event, or ``won`` and ``lost``, -> the shop's own names for it.
    known : Known
        Whom orders and contacts know.

    Returns
    -------
    Table with ``customer_id`` resolved and in ``seglib_how`` by what, ``kind`` of events, ``state`` of deals, and
    ``seglib_why``: the required column that a row lacks, missing where it can be used.
    """
    table = relate(name, table, people, known)
    if name == "events":
        table = _with_visitors(table).mutate(kind=_meaning(table.event, "events", meanings or {}, "other"))
    if name == "deals":
        table = _without_hopes(table.mutate(state=_meaning(table.stage, "deals", meanings or {}, OPEN)))
    table = table.drop(*{"email", "domain"} & set(table.columns))
    needed = [column.name for column in TABLES[name] if column.required and column.name != "visitor_id"]
    lacking = [(table[column].isnull(), column) for column in dict.fromkeys(["customer_id", *needed])]
    return table.mutate(**{WHY: ibis.cases(*lacking, else_=ibis.null("string"))})


def _with_visitors(events: ir.Table) -> ir.Table:
    """A visitor seen with exactly one customer is that customer in all its events; any other is a visitor."""
    known = events.filter(events.customer_id.notnull() & events.visitor_id.notnull()).group_by("visitor_id")
    one = known.agg(seglib_one=ibis._.customer_id.min(), seglib_n=ibis._.customer_id.nunique())
    joined = events.left_join(one.filter(one.seglib_n == 1), "visitor_id")
    visitor = ibis.literal(VISITOR) + joined.visitor_id
    person = ibis.coalesce(joined.customer_id, joined.seglib_one, visitor)
    return joined.mutate(customer_id=person).select(*events.columns)


def _without_hopes(deals: ir.Table) -> ir.Table:
    """The close date of an open deal is when it is hoped to close: no date of anything that happened."""
    if "closed_at" not in deals.columns:
        return deals
    return deals.mutate(closed_at=ibis.ifelse(deals.state == OPEN, ibis.null("timestamp"), deals.closed_at))


def _meaning(names: ir.StringColumn, part: str, own: Mapping[str, Sequence[str]], otherwise: str) -> ir.StringValue:
    bare = names.lower().re_replace(r"[^\p{L}\p{N}]+", "")
    told = [*own.items(), *_dictionary()[part].items()]  # the shop's own names go first
    return ibis.cases(
        *[(bare.isin([_bare(name) for name in known]).fill_null(False), kind) for kind, known in told if known],
        else_=otherwise,
    )


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", str(name)).lower()


@cache
def _dictionary() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "meanings.toml").read_text(encoding="utf-8"))


def known_at(name: str, table: ir.Table, period: Period) -> ir.Table:
    """A side table as it was known at the end of the as-of date: what was answered or closed later was open then.

    Parameters
    ----------
    name : str
        One of :data:`SIDES`.
    table : ibis Table
        Its rows; those without a date stay, where the table need not tell it.
    period : Period
        As-of date.

    Examples
    --------
    >>> asked = ibis.memtable({"customer_id": ["a", "b"], "opened_at": pd.to_datetime(["2024-01-30", "2024-02-01"]),
    ...                        "closed_at": pd.to_datetime(["2024-02-02", None])})
    >>> known_at("tickets", asked, Period(dt.date(2024, 1, 31))).to_pyarrow().to_pylist()[0]["closed_at"] is None
    True
    """
    table = table.filter(_known(name, table, period))
    return _reopened(table, period) if name in ("tickets", "deals") else table


def as_at(name: str, table: ir.Table, period: Period) -> tuple[ir.Table, ir.Table]:
    """A prepared side table as it was known (:func:`known_at`), and the rows left out, the reason in ``seglib_why``."""
    why = ibis.coalesce(table[WHY], ibis.ifelse(_known(name, table, period), ibis.null("string"), AFTER))
    out = table.mutate(**{WHY: why})
    return known_at(name, table.filter(table[WHY].isnull()).drop(WHY, HOW), period), out.filter(out[WHY].notnull())


def _known(name: str, table: ir.Table, period: Period) -> ir.BooleanValue:
    dates = [table[column] for column in DATES[name] if column in table.columns]
    needed = any(column.required for column in TABLES[name] if column.name in DATES[name])
    return period.known(ibis.coalesce(*dates), undated=not needed) if dates else ibis.literal(True)


def _reopened(table: ir.Table, period: Period) -> ir.Table:
    later = {name: (~period.known(table[name])).fill_null(False) for name in LATER if name in table.columns}
    changed: dict[str, Any] = {
        column: ibis.ifelse(late, ibis.null("timestamp"), table[column]) for column, late in later.items()
    }
    if "state" in table.columns and "closed_at" in later:
        for column in ("state", "stage"):
            changed[column] = ibis.ifelse(later["closed_at"], OPEN, table[column])
    return table.mutate(**changed) if changed else table


def size(table: ir.Table) -> int:
    """How many rows a table has."""
    return int(table.count().to_pyarrow().as_py())


def count_rows(
    name: str, table: ir.Table, out: ir.Table, skipped: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Rows of the side ledger: what was read, what was left out and why, what is used.

    Parameters
    ----------
    name : str
        One of :data:`SIDES`.
    table, out : ibis Table
        From :func:`prepare_side`, and what :func:`as_at` left out of it.
    skipped : sequence of mapping
        Rows that the format passed over: why, rows.
    """
    found = out.group_by(WHY).agg(rows=out.count()).order_by(WHY).to_pyarrow().to_pylist()
    aside = {str(one["why"]): int(one["rows"]) for one in skipped}
    aside |= {AFTER if one[WHY] == AFTER else f"{LACKING}{one[WHY]}": int(one["rows"]) for one in found}
    read = size(table) + sum(int(one["rows"]) for one in skipped)
    return count_out(name, read, aside)


def count_out(name: str, read: int, aside: Mapping[str, int]) -> list[dict[str, Any]]:
    """Rows of the side ledger for a table: read, left out for each reason, used."""
    steps = {"read": read} | dict(aside) | {"used": read - sum(aside.values())}
    return [{"table": name, "step": step, "rows": rows} for step, rows in steps.items() if rows or step in KEPT_STEPS]


def ledger_before(later: pd.DataFrame, known: Mapping[str, int]) -> pd.DataFrame:
    """The side ledger as at an earlier day, from a later one and how many rows of each table were known then.

    Examples
    --------
    >>> later = pd.DataFrame({"table": ["deals"] * 3, "step": ["read", "without stage", "used"], "rows": [9, 2, 7]})
    >>> ledger_before(later, {"deals": 4})["step"].tolist()
    ['read', 'after the as-of date', 'without stage', 'used']
    """
    parts = []
    for name, part in later.groupby("table", sort=False):
        steps = dict(zip(part["step"], part["rows"], strict=True))
        read, used = steps.pop("read"), steps.pop("used")
        late = {AFTER: steps.pop(AFTER, 0) + used - known.get(str(name), 0)}
        lacking = {step: rows for step, rows in steps.items() if step.startswith(LACKING) and step != MERGED}
        aside = {step: rows for step, rows in steps.items() if step not in lacking}
        parts += count_out(str(name), read, aside | late | lacking)
    return pd.DataFrame(parts, columns=SIDE_LEDGER)


def contacts_at(contacts: pd.DataFrame | None, period: Period) -> pd.DataFrame | None:
    """Contacts known at the end of the as-of date; those without a date stay."""
    if contacts is None or "signed_up_at" not in contacts:
        return contacts
    return contacts[period.known(pd.to_datetime(contacts["signed_up_at"]), undated=True)]


def count_contacts(read: int, contacts: pd.DataFrame, kept: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Rows of the side ledger for the contacts."""
    left = len(contacts) if kept is None else len(kept)
    return count_out("contacts", read, {MERGED: read - len(contacts), AFTER: len(contacts) - left})


def last_date(sides: Mapping[str, ir.Table], contacts: pd.DataFrame | None) -> dt.date | None:
    """The last day on which a usable row of any side table, or a contact, is dated."""
    days = []
    for name, table in sides.items():
        usable = table.filter(table[WHY].isnull())
        for column in (column for column in DATES[name] if column in table.columns):
            days.append(usable[column].max().to_pyarrow().as_py())
    if contacts is not None and "signed_up_at" in contacts:
        days.append(contacts["signed_up_at"].max())
    told = [pd.Timestamp(day) for day in days if day is not None and not pd.isna(day)]
    return reduce(max, told).date() if told else None


def distinct_products(tables: Sequence[ir.Table]) -> ir.Table | None:
    """One row a product, out of all sources; None without one."""
    if not tables:
        return None
    names = [column for column in TABLES["products"] if any(column.name in table.columns for table in tables)]
    parts = [
        table.select(
            **{
                column.name: table[column.name].cast(KINDS[column.kind])
                if column.name in table.columns
                else ibis.null(KINDS[column.kind])
                for column in names
            }
        )
        for table in tables
    ]
    whole = ibis.union(*parts) if len(parts) > 1 else parts[0]
    rest = {column.name: whole[column.name].min() for column in names if column.name != "product_id"}
    return whole.filter(whole.product_id.notnull()).group_by("product_id").agg(**rest)
