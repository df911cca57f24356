"""One entrance: a path, a pattern, a folder or a URL -> one raw table and what is to be known of it."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.files.addresses import is_url
from seglib.intake.files.database_files import database_fault
from seglib.intake.files.databases import read_url
from seglib.intake.files.envelopes import SEALED
from seglib.intake.files.finding_files import ENDINGS, EmptyError, Hints, Part, find_files, kind_of, sha256
from seglib.intake.files.headers import doubled
from seglib.intake.files.limits import interrupted
from seglib.intake.files.packing import unpack
from seglib.intake.files.records import read_records, unsealed
from seglib.intake.files.sheets import read_sheets
from seglib.intake.files.texts import identifier, literal, pattern, read_text
from seglib.intake.scratch import discard, private_folder

__all__ = ["Raw", "read_raw"]

ONCE = ("encoding", "delimiter", "sheet")  # facts that are told once where all files agree
COUNTED = ("rows", "preamble_rows", "footer_rows")


@dataclass(frozen=True)
class Raw:
    """A table as its source has it, and facts on the source.

    ``facts`` holds name, table, rows, bytes, sha256, preamble_rows, footer_rows, encoding, delimiter, sheet, ``notes``
    (sentences on what was decided or differs) and ``files`` (the same facts of each file).
    """

    table: ir.Table
    facts: Mapping[str, Any]


def read_raw(
    path: str | Path,
    engine: ibis.BaseBackend,
    *,
    delimiter: str = "",
    encoding: str = "",
    header_has: Sequence[str] = (),
    footer: Sequence[str] = (),
    sheet: str = "",
    sheets: str = "",
    table_of: Callable[[Sequence[str]], str] = lambda header: "",
    table: str = "lines",
    where: str = "",
) -> Raw:
    """A file, a folder, a pattern or a database URL as one table; nothing is left out in silence.

    Parameters
    ----------
    path : str or Path
        CSV and the like, Excel, Parquet, JSON or JSON lines, each in gzip or zip too; a folder or a pattern of them; or
        ``sqlite:///file.db?table=orders``, ``duckdb:///...``, ``postgresql://user@host/db?table=...``, ``mysql://...``.
    engine : ibis backend
        Embedded DuckDB that the table is to live in.
    delimiter, encoding : str
        Of text files; found out when empty.
    header_has : sequence of str
        Names that the header must have, by which it is found under a preamble.
    footer : sequence of str
        Texts by which remarks after the last row are known, such as ``"record(s) downloaded"``.
    sheet, sheets : str
        Of a workbook: the sheet that is read, or ``"all"``; found out when empty.
    table_of : callable
        Which table the names of columns of a sheet are of; empty text where nothing tells.
    table : str
        What the rows are (``"lines"``, ``"contacts"``, ...); goes into the facts.
    where : str
        Place that names the path, such as ``"shop.toml: tables.lines"``; goes before every fault.

    Returns
    -------
    Raw
        Every column text (empty cells missing), but for Parquet and databases, which have types.
        rows in the source = rows + preamble_rows + footer_rows + blank ones.

    Raises
    ------
    InputError
        What cannot be read: which file, where in it, what was found, what to do.

    Examples
    --------
    >>> import ibis, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "orders.csv"
    >>> _ = file.write_text("Order;Sum\\n0071;2,50\\n")
    >>> raw = read_raw(file, ibis.duckdb.connect())
    >>> raw.table.to_pandas().iloc[0].tolist(), raw.facts["delimiter"]
    (['0071', '2,50'], ';')
    """
    hints = Hints(delimiter, encoding, tuple(header_has), tuple(footer), sheet, sheets, table, table_of)
    folder = private_folder("read")
    try:
        raw = _read(path, hints, engine, folder)
    except InputError as error:
        discard(folder)
        raise InputError([f"{where}: {fault}" for fault in error.faults]) if where else error from None
    except BaseException:
        discard(folder)
        raise
    weakref.finalize(engine, discard, folder)  # the table reads from it for as long as there is an engine
    return Raw(raw.table, {**raw.facts, "table": table})


def _read(path: str | Path, hints: Hints, engine: ibis.BaseBackend, folder: Path) -> Raw:
    if is_url(path):
        part = read_url(str(path), folder)
        part = _opened(part, str(part.facts["name"]), hints, folder, engine)
        return Raw(_table([part], engine), {"more": "", **part.facts, "files": [dict(part.facts)]})
    files, ignored = find_files(path)
    parts = [part for file in files for part in _parts(file, hints, engine, folder)]
    if not any(part.facts["rows"] for part in parts):
        raise EmptyError(
            f"{_name(path)}: no rows under the header. Export it again, or check that it is the right file."
        )
    full = [part for part in parts if part.facts["rows"]]
    notes = _notes(full, engine) + [f"{name} is left aside: of no kind that is read." for name in ignored]
    return Raw(_table(full, engine), _facts(_name(path), parts, notes))


def _parts(file: Path, hints: Hints, engine: ibis.BaseBackend, folder: Path) -> list[Part]:
    if not kind_of(file.name):
        if fault := database_fault(file):
            raise InputError(fault)
        raise InputError(f"{file.name}: not a kind of file that is read here. Expected one of {', '.join(ENDINGS)}.")
    try:
        facts = {"bytes": file.stat().st_size, "sha256": sha256(file)}
        if not facts["bytes"]:
            raise InputError(f"{file.name}: the file is empty. Export it again.")
        parts = [
            (name, inner, part)
            for name, inner in unpack(file, folder)
            for part in _parts_of(inner, name, hints, engine, folder)
        ]
    except OSError as error:  # no permission, a disk that is full or goes away
        raise InputError(f"{file.name}: cannot be read ({error.strerror or error}).") from None
    for _, inner, part in parts:
        if inner not in (file, part.parquet):
            inner.unlink(missing_ok=True)
    told = [(name, _opened(part, name, hints, folder, engine)) for name, _, part in parts]
    return [Part(part.parquet, {"name": name, **facts, **part.facts}) for name, part in told]


def _parts_of(file: Path, name: str, hints: Hints, engine: ibis.BaseBackend, folder: Path) -> list[Part]:
    kind = kind_of(file.name)
    if file.stat().st_size == 0:
        raise InputError(f"{name}: the file is empty. Export it again.")
    if kind == "parquet":
        return [_parquet(file, name, engine)]
    if kind == "sheet":
        return read_sheets(file, name, hints, folder)
    if kind == "json":
        return [read_records(file, name, hints, folder)]
    return [read_text(file, name, hints, engine, folder)]


def _opened(part: Part, name: str, hints: Hints, folder: Path, engine: ibis.BaseBackend) -> Part:
    """What a loader's raw table holds in one column as columns; any other table as it is."""
    if not part.facts["rows"] or SEALED not in _columns(part, engine):
        return part
    told = f"SELECT CAST({SEALED} AS VARCHAR) FROM read_parquet({literal(pattern(part.parquet))})"

    def cells() -> Iterator[Any]:
        found = engine.raw_sql(told)
        while row := found.fetchone():
            yield row[0]

    return unsealed(part, cells, name, hints, folder)


def _parquet(file: Path, name: str, engine: ibis.BaseBackend) -> Part:
    """The file itself, once every row of it could be read: a damaged one fails here and not in the middle of a run."""
    try:
        scan = f"SELECT count(*), bit_xor(hash(rows)) FROM read_parquet({literal(pattern(file))}) AS rows"
        return Part(file, {"rows": int(engine.raw_sql(scan).fetchone()[0])})
    except Exception as error:
        if interrupted(error):
            raise KeyboardInterrupt from None
        said = str(error).strip().splitlines()[0][:120].replace(str(file), name)
        raise InputError(
            f"{name}: cannot be read as .parquet ({said}). The file is damaged; export it again."
        ) from None


def _table(parts: Sequence[Part], engine: ibis.BaseBackend) -> ir.Table:
    """All parts below each other, columns by name; those that a part lacks are missing in its rows."""
    files = ", ".join(literal(pattern(part.parquet)) for part in parts)
    view = ibis.util.gen_name("raw")
    try:
        engine.raw_sql(
            f"CREATE TEMPORARY VIEW {identifier(view)} AS SELECT * FROM read_parquet([{files}], union_by_name=true)"
        )
        return engine.table(view)
    except Exception as error:
        names = [part.facts["name"] for part in parts][:3]
        raise InputError(f"{names}: the columns do not fit together ({str(error).splitlines()[0][:120]}).") from None


def _notes(parts: Sequence[Part], engine: ibis.BaseBackend) -> list[str]:
    """What differs between the files and what was decided about them; refuses files that have little in common."""
    first = parts[0]
    columns = {part.facts["name"]: _columns(part, engine) for part in parts}
    known = columns[first.facts["name"]]
    notes = []
    for name, found in columns.items():
        shared = known & found
        if len(shared) * 2 < min(len(known), len(found)):
            raise InputError(
                f"{first.facts['name']} and {name} share {len(shared)} of {len(known)} columns: two kinds of table. "
                "Give them as two sources, or join one to the other ([[tables.lines.join]] in shop.toml)."
            )
        told = (("lacks", known - found), ("has more than the first file", found - known))
        notes += [f"{name} {what}: {', '.join(sorted(names)[:5])}." for what, names in told if names]
    for part in parts:
        notes += [f"{part.facts['name']}: {change}." for change in part.facts.get("changes", ())]
        if part.facts.get("encoding") in ("cp1252", "latin-1"):
            notes.append(f"{part.facts['name']} is not UTF-8 and was read as {part.facts['encoding']}.")
    return notes


def _columns(part: Part, engine: ibis.BaseBackend) -> set[str]:
    described = engine.raw_sql(f"DESCRIBE SELECT * FROM read_parquet({literal(pattern(part.parquet))})")
    return {row[0] for row in described.fetchall()}


def _facts(name: str, parts: Sequence[Part], notes: list[str]) -> dict[str, Any]:
    files = [dict(part.facts) for part in parts]
    whole = {one["sha256"]: one["bytes"] for one in files}  # members of one zip tell the same
    once = {key: {one.get(key, "") for one in files} for key in ONCE}
    joined = "\n".join(f"{one['name']} {one['sha256']}" for one in files)
    return {
        "name": name,
        "bytes": sum(whole.values()),
        "sha256": next(iter(whole)) if len(whole) == 1 else hashlib.sha256(joined.encode()).hexdigest(),
        **{key: sum(one.get(key, 0) for one in files) for key in COUNTED},
        **{key: values.pop() if len(values) == 1 else "several" for key, values in once.items()},
        "more": _more(files),
        **({"sheets": told} if (told := [one for file in files for one in file.get("sheets", ())]) else {}),
        "notes": notes,
        "doubled": sorted({name for one in files for name in doubled(one.get("changes", ()))}),
        "files": files,
    }


def _more(files: Sequence[Mapping[str, Any]]) -> str:
    """The key by which every file says that a page comes after it; empty where one of them is the last."""
    return str(files[0]["more"]) if all(one.get("more") for one in files) else ""


def _name(path: str | Path) -> str:
    return Path(path).name or str(path)
