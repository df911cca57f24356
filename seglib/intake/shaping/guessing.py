"""What only the values show of a file that no format describes: which column is its status, what its words mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import GUESS, Format, normalised
from seglib.intake.formats.states import UNKNOWN, meanings_of, state_of
from seglib.intake.shaping.cells import Reader
from seglib.intake.shaping.resolving import resolve
from seglib.language.messages import mark
from seglib.tables.canonical import STATES

__all__ = ["payment_header", "values_of", "with_closing", "with_meanings"]

MOST_VALUES = 100  # a column with more different values is no status
PAYMENT = ("financialstatus", "paymentstatus", "paymentstate", "zahlungsstatus", "statopagamento", "estadopago")
TYPES = (
    "type",
    "transactiontype",
    "ordertype",
    "entrytype",
    "documenttype",
    "movementtype",
    "kind",
    "typ",
    "tipo",
    "rodzaj",
)
TICKET_STATUS = ("status", "ticketstatus", "state", "stato", "statut", "estado", "статус")
CHANGED = ("updatedat", "lastupdatedat", "lastupdated", "updated", "modifiedat", "lastmodified", "modified")
CLOSED_TICKET = (
    r"\b(clos|solv|resolv|done|complet|finish|geschlossen|gel[oö]st|erledigt|ferm|r[eé]solu|cerrad|resuelt|chius|risolt"
    r"|fechad|resolvid|[iî]nchis|rezolv|закри|виріш|решен|zamkn|rozwi|kapal|çöz|gesloten|opgelost)"
)
GONE_TICKET = r"\b(delet|spam|trash|junk|merged|gel[oö]scht|supprim|eliminad|eliminat|șters|видален|удален)"
MONEY_BACK, PIECES_BACK = ("refunded", "refund"), ("returned", "returns")


def with_closing(
    raw: ir.Table, layout: Format, mapping: dict[str, Any], reader: Reader
) -> tuple[Format, dict[str, Any]]:
    """Tickets of which only the status says that they are closed: since the last change, or else since they came.

    Those that were deleted, or are spam, are no requests.
    """
    header = next((reader.headers[one] for one in TICKET_STATUS if one in reader.headers), None)
    if layout.name != GUESS or layout.table != "tickets" or header is None:
        return layout, mapping
    values = list(values_of(raw, header, reader))
    gone, done = ([one for one in values if re.search(words, one.lower())] for words in (GONE_TICKET, CLOSED_TICKET))
    if gone:
        rule = {"column": header, "values": gone, "why": mark("requests that were deleted or are spam")}
        layout = replace(layout, skip=(*layout.skip, rule))
    if done and "closed_at" not in mapping and "opened_at" in mapping:
        changed = next((reader.headers[one] for one in CHANGED if one in reader.headers), mapping["opened_at"])
        mapping = {**mapping, "closed_at": {"earliest": changed, "where": {"column": header, "values": done}}}
    return layout, mapping


def with_meanings(
    raw: ir.Table, layout: Format, mapping: dict[str, Any], reader: Reader, told: Mapping[str, str]
) -> tuple[Format, dict[str, Any]]:
    """The format with the states that its words mean, and the mapping without what is no status after all.

    Parameters
    ----------
    raw : ibis Table
        As the file has it.
    layout : Format
        That it is read with.
    mapping : dict
        Canonical column -> column of the file.
    reader : Reader
        Of the file.
    told : mapping
        What the user says that values of the status mean: value -> state.
    """
    if layout.name != GUESS:
        return _as_told(layout, told), mapping
    mapping, cells = _returns(raw, mapping, dict(layout.order_cells), reader)
    states, mapping = _states(raw, mapping, reader, told)
    also = [*layout.also, *_payments(raw, mapping, reader, told), *_types(raw, mapping, reader)]
    return replace(layout, states=states, also=tuple(also), order_cells=cells, cancelled=()), mapping


def _as_told(layout: Format, told: Mapping[str, str]) -> Format:
    """The states of a format, with what the user says of single values first."""
    if not told or "column" not in layout.states:
        return layout
    own = {value.strip().lower() for value in told}
    kept = {
        key: [one for one in value if str(one).strip().lower() not in own] if isinstance(value, list) else value
        for key, value in layout.states.items()
    }
    for value, state in told.items():
        kept[state] = [*kept.get(state, ()), value]
    return replace(layout, states=kept)


def values_of(raw: ir.Table, header: str, reader: Reader) -> dict[str, int]:
    """Different values of a column, with their rows; empty where there are too many."""
    text = reader.read(raw, header, "string").name("value")
    by = text.as_table().filter(ibis._.value.notnull()).group_by("value").agg(n=ibis._.count())
    rows = by.limit(MOST_VALUES + 1).to_pyarrow().to_pylist()
    return {row["value"]: row["n"] for row in rows} if len(rows) <= MOST_VALUES else {}


def _states(
    raw: ir.Table, mapping: dict[str, Any], reader: Reader, told: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    header = mapping.get("status")
    if not isinstance(header, str):
        return {}, mapping
    found = values_of(raw, header, reader)
    known = sum(n for value, n in found.items() if state_of(value) != UNKNOWN)
    address = normalised(header) in ("state", "region", "provincia", "estado")
    if not told and (not found or (address and known * 2 < sum(found.values()))):
        return {}, {name: spec for name, spec in mapping.items() if name != "status"}
    states = _meanings(found, told)
    return {"column": header, **{state: states[state] for state in (*STATES, "refunded") if state in states}}, mapping


def payment_header(reader: Reader) -> str | None:
    """The column that says what became of the payment, where there is one."""
    return next((reader.headers[name] for name in PAYMENT if name in reader.headers), None)


def _payments(
    raw: ir.Table, mapping: Mapping[str, Any], reader: Reader, told: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What a status of the payment says beside the status of the order."""
    header = payment_header(reader)
    if header is None or header == mapping.get("status"):
        return []
    means = _meanings(values_of(raw, header, reader), told)
    return [
        {"column": header, "values": values, "state": state}
        for state, values in means.items()
        if state not in ("sale", UNKNOWN)
    ]


def _meanings(values: Iterable[str], told: Mapping[str, str]) -> dict[str, list[str]]:
    """State -> the values that mean it, as the user says or else by their words."""
    own = {value.strip().lower() for value in told}
    states = meanings_of(value for value in values if value.strip().lower() not in own)
    for value, state in told.items():
        states[state] = [*states.get(state, ()), value]
    return states


def _types(raw: ir.Table, mapping: Mapping[str, Any], reader: Reader) -> list[dict[str, Any]]:
    """Rows that take money back, told by a column such as type: sale or refund, where all its words are known."""
    header = next((reader.headers[name] for name in TYPES if name in reader.headers), None)
    if header is None or header in mapping.values():
        return []
    means = meanings_of(values_of(raw, header, reader))
    if UNKNOWN in means or not {"sale", "refunded"} <= set(means):
        return []
    gone = {state: values for state, values in means.items() if state != "sale"}
    return [
        {"column": header, "values": values, "state": "refund" if state == "refunded" else state}
        for state, values in gone.items()
    ]


def _returns(
    raw: ir.Table, mapping: dict[str, Any], cells: dict[str, Any], reader: Reader
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A column of returns that holds numbers is money or pieces, not yes or no."""
    header = mapping.get("is_return")
    if not isinstance(header, str) or _is_yes_no(raw, header, reader):
        return mapping, cells
    try:
        reader.read(raw, header, "decimal")
    except InputError:
        return mapping, cells  # the reading of the column tells what is wrong
    mapping = {name: spec for name, spec in mapping.items() if name != "is_return"}
    if resolve(cells.get("refund", ()), reader.headers, reader.where) is not None:
        return mapping, cells  # a column that says so in plain words
    if normalised(header) in MONEY_BACK:
        cells["refund"] = header
    elif normalised(header) in PIECES_BACK and isinstance(mapping.get("unit_price"), str):
        cells["refund"] = {"times": [header, mapping["unit_price"]]}
    return mapping, cells


def _is_yes_no(raw: ir.Table, header: str, reader: Reader) -> bool:
    column = raw[header]
    if column.type().is_boolean():
        return True
    if column.type().is_numeric():
        return not raw.filter(~column.isin([0, 1]) & column.notnull()).limit(1).count().to_pyarrow().as_py()
    try:
        reader.read(raw, header, "boolean")
    except InputError:
        return False
    return True
