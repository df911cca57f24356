"""A file and a format in, a canonical Ibis table out."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import yaml

from seglib.readings import read_column
from seglib.tables import TABLES, InputError, check_table, did_you_mean

__all__ = ["Format", "Source", "connect", "load_format", "read_table"]

FORMATS = Path(__file__).parent / "formats"
ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".parquet", ".xlsx", ".xls", ".xlsm", ".ods")
# Words in the name of an attribute that tell who a person is: never taken over into the customer table.
PERSONAL = set(
    """name firstname lastname fullname surname username email mail phone mobile fax street address address1 address2
    zip zipcode postcode postal password iban card vat ip token""".split()  # noqa: SIM905 - shorter than a list
)
ATTRIBUTES = 40
NONE = "\u2400"  # stands for a missing key where rows are compared


@dataclass(frozen=True)
class Format:
    """How the columns of an export become canonical ones."""

    title: str
    columns: Mapping[str, Any]
    date_format: str = ""
    cancelled: tuple[str, ...] = ()
    returns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A table as read: canonical Ibis table, its format, and facts on the file (name, table, rows, bytes, sha256)."""

    table: ir.Table
    format: Format
    facts: Mapping[str, Any]


def connect() -> ibis.BaseBackend:
    """Embedded DuckDB that spills to disk rather than filling the memory; no server, nothing to set up."""
    spill = tempfile.gettempdir()
    engine = ibis.duckdb.connect(memory_limit="2GB", temp_directory=f"{spill}/seglib-duckdb")
    engine.raw_sql("PRAGMA disable_progress_bar")  # SET fails in a kernel without ipywidgets
    engine.raw_sql("SET TimeZone = 'UTC'")
    return engine


def load_format(name: str, table: str = "lines") -> Format:
    """Format by the name of a shipped one, or from a YAML file of one's own.

    Raises
    ------
    InputError
        Unknown name, unreadable file, unknown canonical columns.

    Examples
    --------
    >>> load_format("guess").columns["order_id"][0]
    'order_id'
    """
    known = {path.stem: path for path in sorted(FORMATS.glob("*.yaml"))}
    path = known.get(name) or Path(name)
    if not path.is_file():
        raise InputError(f"format {name!r}: neither a shipped format nor a file.{did_you_mean(name, known)}")
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid YAML ({error}). See data/README.md for an example.") from None
    if not isinstance(told, dict):
        raise InputError(f"{path}: expected keys such as 'columns', found {told!r}. See data/README.md for an example.")
    part = told.get(table, told if "columns" in told else None)
    if not isinstance(part, dict) or not isinstance(part.get("columns"), dict):
        raise InputError(
            f"{path}: says nothing of {table}. Add 'columns:' with lines such as 'order_id: Order Number'."
        )
    check_format(part, table, path.name)
    return Format(
        title=told.get("title", path.stem),
        columns=part["columns"],
        date_format=part.get("date_format", ""),
        cancelled=tuple(str(status).lower() for status in part.get("cancelled", ())),
        returns=part.get("returns", {}),
    )


def check_format(part: Mapping[str, Any], table: str, where: str) -> None:
    """Refuse canonical columns and keys that do not exist."""
    known = [column.name for column in TABLES[table]]
    faults = [
        f"{where}: unknown column {name!r}.{did_you_mean(name, known)}" for name in part["columns"] if name not in known
    ]
    keys = ("title", "columns", "date_format", "cancelled", "returns")
    faults += [f"{where}: unknown key {key!r}.{did_you_mean(key, keys)}" for key in part if key not in keys]
    if faults:
        raise InputError(faults)


def read_table(
    path: str | Path,
    table: str = "lines",
    *,
    format: str = "",  # noqa: A002 - the word users know from the command line
    date_format: str = "",
    columns: Mapping[str, Any] | None = None,
    duplicates: str = "auto",
    engine: ibis.BaseBackend | None = None,
) -> Source:
    """A file as a canonical table.

    Parameters
    ----------
    path : str or Path
        CSV (gzip too), Parquet or Excel.
    table : str
        ``"lines"``, ``"contacts"`` or ``"products"``.
    format : str
        Name of a shipped format or a YAML file; guessed from common column names when empty.
    date_format : str
        Form of the dates, such as ``%d/%m/%Y``, where it is not clear from the values.
    columns : mapping
        Canonical name -> column of the file; wins over the format.
    duplicates : {"auto", "drop", "keep"}
        Whether order lines that repeat another in every column of the file are marked (column ``copy`` above 0). Auto
        does so where lines tell order and product; without them, equal rows may well be two sales.
    engine : ibis backend
        Where to read it; an embedded DuckDB of its own when None.

    Returns
    -------
    Source

    Raises
    ------
    InputError
        No such file, unknown ending, empty, missing columns, values that cannot be read.
    """
    path = Path(path)
    raw = _raw(path, engine or connect())
    layout = load_format(format or "guess", table)
    mapping = _mapping(raw.columns, {**layout.columns, **(columns or {})}, path.name, must=set(columns or {}))
    where = f"{path.name}: {table}"
    form = date_format or layout.date_format
    if table == "lines":
        _check_lines(mapping, raw.columns, path.name)
    else:
        check_table(mapping, table, where=f"{path.name}, which has {list(raw.columns)[:30]}")
    kinds = {column.name: column.kind for column in TABLES[table]}
    rows = int(raw.count().to_pyarrow().as_py())
    if not rows:
        raise InputError(f"{path.name}: no rows under the header. Export it again, or check that it is the right file.")
    keys = [mapping[name] for name in ("order_id", "product_id", "product_name") if isinstance(mapping.get(name), str)]
    if table == "lines" and (duplicates == "drop" or (duplicates == "auto" and len(keys) > 1)):
        raw = _with_copies(raw, keys)
    typed = {name: _expression(raw, spec, kinds[name], where, name, form) for name, spec in mapping.items()}
    typed |= _attributes(raw, mapping) if table == "contacts" else {}
    typed |= {"copy": raw["copy"]} if "copy" in raw.columns else {}
    canonical = complete_lines(raw.select(**typed), layout) if table == "lines" else raw.select(**typed)
    facts = {"name": path.name, "table": table, "rows": rows, "bytes": path.stat().st_size, "sha256": _sha256(path)}
    return Source(canonical, layout, facts)


def _raw(path: Path, engine: ibis.BaseBackend) -> ir.Table:
    if not path.exists():
        near = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise InputError(f"{path}: no such file.{did_you_mean(path.name, near) if near else ''}")
    ending = "".join(path.suffixes[-2:]).lower() if path.suffix == ".gz" else path.suffix.lower()
    if path.is_dir() or ending not in ENDINGS:
        raise InputError(f"{path.name}: not a kind of file that is read here. Expected one of {', '.join(ENDINGS)}.")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name}: the file is empty. Export it again.")
    try:
        if ending == ".parquet":
            return engine.read_parquet(path)
        if ending.startswith((".csv", ".tsv", ".txt")):
            return engine.read_csv(path, all_varchar=True, header=True, null_padding=False)
        return _excel(path, engine)
    except InputError:
        raise
    except Exception as error:  # every reader fails in its own way; a user gets one message
        first = str(error).strip().splitlines()[0]
        raise InputError(
            f"{path.name}: cannot be read as {ending} ({first}). Export it again, as UTF-8 CSV."
        ) from error


def _excel(path: Path, engine: ibis.BaseBackend) -> ir.Table:
    import pandas as pd

    sheet = pd.read_excel(path, engine="calamine", dtype=object)
    named = {str(column): sheet[column] for column in sheet.columns}
    texts = {
        name: values if pd.api.types.infer_dtype(values, skipna=True) in ("datetime", "date") else values.map(_as_text)
        for name, values in named.items()
    }
    frame = pd.DataFrame(
        {name: pd.to_datetime(v) if v.dtype == object and _dates(v) else v for name, v in texts.items()}
    )
    return engine.create_table(ibis.util.gen_name("sheet"), frame, temp=True)


def _dates(values: Any) -> bool:
    import pandas as pd

    return pd.api.types.infer_dtype(values, skipna=True) in ("datetime", "date")


def _as_text(value: Any) -> str | None:
    if value is None or value != value:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def normalised(name: str) -> str:
    """Name without case, space and punctuation.

    Examples
    --------
    >>> normalised("Order ID"), normalised("InvoiceNo")
    ('orderid', 'invoiceno')
    """
    return re.sub(r"[\W_]+", "", str(name)).lower()


def _mapping(found: Iterable[str], wanted: Mapping[str, Any], where: str, *, must: set[str]) -> dict[str, Any]:
    """Canonical column -> column(s) of the file, for those it has; what was named by hand must be there."""
    by_name = {normalised(name): name for name in reversed(list(found))}
    mapping: dict[str, Any] = {}
    faults = []
    for canonical, spec in wanted.items():
        if isinstance(spec, Mapping):
            mapping[canonical] = _composed(spec, by_name, where, canonical)
            continue
        names = [spec] if isinstance(spec, str) else list(spec)
        hit = next((by_name[normalised(name)] for name in names if normalised(name) in by_name), None)
        if hit is not None:
            mapping[canonical] = hit
        elif canonical in must:
            faults.append(f"{where}: no column {names[0]!r} for {canonical}.{did_you_mean(names[0], by_name.values())}")
    if faults:
        raise InputError(faults)
    return mapping


def _composed(spec: Mapping[str, Any], by_name: Mapping[str, str], where: str, canonical: str) -> dict[str, Any]:
    how, value = next(iter(spec.items()))
    if how not in ("sum", "join", "constant") or len(spec) != 1:
        raise InputError(
            f"{where}: {canonical} is {dict(spec)}; expected one of sum: [..], join: [..], constant: value."
        )
    if how == "constant":
        return {how: value}
    missing = [name for name in value if normalised(name) not in by_name]
    if missing:
        raise InputError(
            f"{where}: no column {missing[0]!r} for {canonical}.{did_you_mean(missing[0], by_name.values())}"
        )
    return {how: [by_name[normalised(name)] for name in value]}


def _check_lines(mapping: Mapping[str, Any], found: Iterable[str], where: str) -> None:
    given = set(mapping) | ({"amount"} if {"quantity", "unit_price"} <= set(mapping) else set())
    faults = []
    try:
        check_table(given, "lines")
    except InputError as error:
        for fault in error.faults:
            name = fault.partition("'")[2].partition("'")[0]
            hint = " or for 'quantity' and 'unit_price'" if name == "amount" else ""
            faults.append(
                f"{where}: no column for {name!r}{hint}. Found {list(found)[:30]}. "
                f"Name it in a format file (columns: {name}: <your column>) and pass it with --format."
            )
    if faults:
        raise InputError(faults)


def _expression(raw: ir.Table, spec: Any, kind: str, where: str, name: str, date_format: str) -> ir.Column:
    if isinstance(spec, Mapping):
        how, value = next(iter(spec.items()))
        if how == "constant":
            return ibis.literal(str(value))
        parts = [
            _expression(raw, column, "string" if how == "join" else kind, where, name, date_format) for column in value
        ]
        if how == "join":
            return parts[0].concat(*[piece for part in parts[1:] for piece in ("-", part)])
        return sum((part.fill_null(0) for part in parts[1:]), start=parts[0].fill_null(0))
    return read_column(raw[spec], kind, f"{where}: {spec}", date_format=date_format)


def _with_copies(raw: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Raw table with a column ``copy``: 0 for the first of equal rows, 1, 2, ... for its copies.

    Only rows that share ``keys`` are compared in full, since comparing every column of every row is slow.
    """
    some = raw.group_by(list(keys)).having(ibis._.count() > 1).agg(n=ibis._.count()).drop("n").cache()
    if not some.count().to_pyarrow().as_py():
        return raw.mutate(copy=ibis.literal(0, "int64"))
    same = [raw[key].fill_null(NONE) == some[key].fill_null(NONE) for key in keys]
    suspects = raw.semi_join(some, same)
    order = ibis.window(group_by=list(raw.columns), order_by=list(keys))
    copies = suspects.mutate(copy=ibis.row_number().over(order).cast("int64"))
    return raw.anti_join(some, same).mutate(copy=ibis.literal(0, "int64")).union(copies)


def complete_lines(lines: ir.Table, layout: Format) -> ir.Table:
    """Amount where only quantity and price are given; returns told apart, their amounts and quantities negative."""
    if "amount" not in lines.columns:
        amount = lines.quantity.cast("decimal(18, 4)") * lines.unit_price
        amount = amount - lines.discount.fill_null(0) if "discount" in lines.columns else amount
        lines = lines.mutate(amount=amount.cast("decimal(38, 8)"))  # the engine's own type of a product
    if "is_return" in lines.columns:
        back = lines.is_return.fill_null(False)
    elif prefix := layout.returns.get("order_id_starts_with"):
        back = lines.order_id.startswith(prefix).fill_null(False)
    else:
        back = lines.amount < 0
        back = back | (lines.quantity < 0) if "quantity" in lines.columns else back
        back = (back & ~(lines.unit_price < 0) if "unit_price" in lines.columns else back).fill_null(False)
    signed = {
        name: ibis.ifelse(back, -lines[name].abs(), lines[name])
        for name in ("amount", "quantity")
        if name in lines.columns
    }
    kinds = {"amount": "decimal(18, 4)", "quantity": "float64"}
    return lines.mutate(is_return=back, **{name: value.cast(kinds[name]) for name, value in signed.items()})


def _attributes(raw: ir.Table, mapping: Mapping[str, Any]) -> dict[str, ir.Column]:
    """Further columns of the contacts, under names in snake case; those that tell who a person is stay out."""
    taken = {name for name in mapping.values() if isinstance(name, str)}
    more = {re.sub(r"[\W_]+", "_", name).strip("_").lower(): name for name in raw.columns if name not in taken}
    kept = [
        (new, old) for new, old in more.items() if new and not PERSONAL & set(new.split("_")) and new not in mapping
    ]
    return {
        new: raw[old] if not raw[old].type().is_string() else read_column(raw[old], "string", old)
        for new, old in kept[:ATTRIBUTES]
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
