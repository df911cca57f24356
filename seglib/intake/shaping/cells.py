"""One canonical column out of the cells of a raw table: a header, or a form such as a sum, a part or a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats import header_names, normalised
from seglib.intake.readings import AmbiguousError, read_column

__all__ = ["BESIDE", "PATH", "ROW", "Reader", "follow", "json_texts", "match", "resolve", "text_of", "with_paths"]

BESIDE = ("none", "map", "with", "where")  # keys that go with a form
ROW = "seglib_row"  # place of a row in the file
PATH = "seglib path "  # begins the name of a column that holds what is at a path
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]|\[([^=\]]+)=([^\]]*)\]")


@ibis.udf.scalar.builtin(name="json_extract_string")
def json_text(value: dt.JSON, path: str) -> str:  # type: ignore[empty-body]
    """DuckDB's: the text at a path of a JSON value."""


@ibis.udf.scalar.builtin(name="json_extract_string")
def json_texts(value: dt.JSON, path: str) -> list[str]:  # type: ignore[empty-body]
    """DuckDB's: the texts at a path that has several."""


@dataclass(frozen=True)
class Reader:
    """How the cells of one file are read: headers by normalised name, forms of its dates, decimal sign, time zones."""

    where: str
    headers: Mapping[str, str]
    date_formats: tuple[str, ...] = ()
    decimal: str = ""
    zone: str = ""
    source_zone: Any = ""

    def read(self, raw: ir.Table, spec: Any, kind: str) -> ir.Column:
        """A resolved column or form as values of a kind."""
        if isinstance(spec, str):
            return self._typed(raw[spec], kind, spec, raw)
        how = next(key for key in spec if key not in BESIDE)
        return self.FORMS[how](self, raw, spec[how], kind, spec)

    def _typed(self, column: ir.Column, kind: str, header: str, raw: ir.Table) -> ir.Column:
        where = f"{self.where}: {header}"
        if kind != "timestamp":
            return read_column(column, kind, where, decimal=self.decimal)
        source = self.source_zone
        zones = {"zone": self.zone, "source_zone": source if isinstance(source, str) else self._zone_of(raw, source)}
        if not self.date_formats:
            return read_column(column, kind, where, **zones)
        try:
            return read_column(column, kind, where, date_format=self.date_formats, **zones)
        except InputError as told:  # a spreadsheet may have written them anew
            try:
                return read_column(column, kind, where, **zones)
            except AmbiguousError:
                raise
            except InputError:
                raise told from None

    def _zone_of(self, raw: ir.Table, source: Mapping[str, Any]) -> Any:
        spec = resolve(source["column"], self.headers, self.where)
        return self.read(raw, spec, "string") if spec is not None else ""

    def _first(self, raw: ir.Table, parts: Sequence[Any], kind: str, _spec: Any) -> ir.Column:
        return ibis.coalesce(*[self.read(raw, part, kind) for part in parts])

    def _sum(self, raw: ir.Table, parts: Sequence[Any], kind: str, _spec: Any) -> ir.Column:
        values = [self.read(raw, part, kind) for part in parts]
        added = reduce(lambda a, b: a + b, [value.fill_null(0) for value in values])
        return ibis.ifelse(ibis.coalesce(*values).isnull(), ibis.null(added.type()), added)

    def _minus(self, raw: ir.Table, parts: Sequence[Any], kind: str, _spec: Any) -> ir.Column:
        first, *rest = [(self.read(raw, part, kind), part) for part in parts]
        less = [value if _is_needed(part) else value.fill_null(0) for value, part in rest]
        return reduce(lambda a, b: a - b, less, first[0])

    def _times(self, raw: ir.Table, parts: Sequence[Any], kind: str, _spec: Any) -> ir.Column:
        return reduce(lambda a, b: a * b, [self.read(raw, part, kind) for part in parts]).cast(
            "decimal(38, 8)" if kind == "decimal" else "float64"
        )

    def _negative(self, raw: ir.Table, part: Any, kind: str, _spec: Any) -> ir.Column:
        return -self.read(raw, part, kind)

    def _needed(self, raw: ir.Table, part: Any, kind: str, _spec: Any) -> ir.Column:
        return self.read(raw, part, kind)

    def _join(self, raw: ir.Table, parts: Sequence[Any], kind: str, spec: Mapping[str, Any]) -> ir.Column:
        texts = [self.read(raw, part, "string") for part in parts]
        between = spec.get("with", " " if kind == "timestamp" else "-")
        joined = texts[0].concat(*[piece for text in texts[1:] for piece in (between, text)])
        return joined if kind == "string" else self._typed(joined.name(_label(parts)), kind, _label(parts), raw)

    def _of(self, raw: ir.Table, part: Any, kind: str, spec: Mapping[str, Any]) -> ir.Column:
        text = self.read(raw, part, "string")
        if nothing := [str(value).lower() for value in spec.get("none", ())]:
            text = ibis.ifelse(text.lower().isin(nothing), ibis.null("string"), text)
        if told := spec.get("map"):
            branches = [(text.lower() == str(old).lower(), ibis.literal(str(new))) for old, new in told.items()]
            text = ibis.cases(*branches, else_=text)
        return text if kind == "string" else self._typed(text.name(_label([part])), kind, _label([part]), raw)

    def _row(self, raw: ir.Table, prefix: Any, kind: str, _spec: Any) -> ir.Column:
        return ibis.literal(str(prefix)) + (raw[ROW] + 1).cast("string")

    def _earliest(self, raw: ir.Table, part: Any, kind: str, spec: Mapping[str, Any]) -> ir.Column:
        value = self.read(raw, part, kind)
        hit = match(raw, spec["where"], self) if spec.get("where") else None
        return value if hit is None else ibis.ifelse(hit, value, ibis.null(value.type()))

    def _constant(self, raw: ir.Table, value: Any, kind: str, _spec: Any) -> ir.Column:
        kinds = {"decimal": "decimal(18, 4)", "float": "float64", "integer": "int64"}
        return ibis.literal(str(value)).cast(kinds.get(kind, kind))

    # Which of the rows is taken, the earliest or the latest, shows when they become one.
    FORMS: ClassVar[Mapping[str, Callable[..., ir.Column]]] = {
        "first": _first,
        "sum": _sum,
        "minus": _minus,
        "times": _times,
        "negative": _negative,
        "needed": _needed,
        "join": _join,
        "of": _of,
        "row": _row,
        "earliest": _earliest,
        "latest": _earliest,
        "constant": _constant,
    }


def _label(parts: Sequence[Any]) -> str:
    return " + ".join(part if isinstance(part, str) else "value" for part in parts)


def _is_needed(part: Any) -> bool:
    return isinstance(part, Mapping) and "needed" in part


def follow(value: ir.Value, steps: Sequence[tuple[str, str, str, str]]) -> ir.Value | None:
    """The value at a path inside a nested one, JSON kept as text too; None where a typed one has no such field."""
    for name, index, key, wanted in steps:
        text = value.type().is_string()
        if key:
            items = json_texts(value.try_cast("json"), "$[*]") if text else value
            value = items.filter(lambda item, key=key, wanted=wanted: _inside(item, key) == wanted)[0]
        elif text:
            value = json_text(value.try_cast("json"), f"$[{index}]" if index else f'$."{name}"')
        elif index:
            value = value[int(index)]
        elif value.type().is_struct() and name not in value.type().names:
            return None
        else:
            value = value[name]
    return value


def with_paths(raw: ir.Table, specs: Any) -> ir.Table:
    """With a column for each path that the specs name, where the file has where it begins.

    Columns they must be, since the engine's own functions cannot be counted over before they have a name.
    """
    headers = header_names(raw.columns)
    made: dict[str, ir.Value] = {}
    for path in sorted(_paths(specs)):
        steps = STEP.findall(path)
        head = headers.get(normalised(steps[0][0])) if steps else None
        value = None if head is None else follow(raw[head], steps[1:])
        made |= {PATH + path: value} if value is not None else {}
    return raw.mutate(**made) if made else raw


def _paths(specs: Any) -> set[str]:
    if isinstance(specs, Mapping):
        own = {str(specs["path"])} if "path" in specs else set()
        return own.union(*(_paths(inner) for key, inner in specs.items() if key != "path"))
    if isinstance(specs, Sequence) and not isinstance(specs, str):
        return set().union(*(_paths(inner) for inner in specs))
    return set()


def _inside(item: ir.Value, key: str) -> ir.StringValue:
    return json_text(item.try_cast("json"), f'$."{key}"') if item.type().is_string() else item[key].cast("string")


def resolve(spec: Any, headers: Mapping[str, str], where: str) -> Any:
    """A column's spec with the names that the file has, None where it has none of them.

    Parameters
    ----------
    spec : str, list or mapping
        Header, headers of which the first there is taken, or a form.
    headers : mapping
        Normalised name -> name in the file.
    where : str
        File and canonical column, named in the message.

    Raises
    ------
    InputError
        Part of a form is missing.

    Examples
    --------
    >>> resolve(["Customer", "E-mail"], {"email": "Email"}, "a.csv")
    'Email'
    """
    if isinstance(spec, str):
        return headers.get(normalised(spec))
    if isinstance(spec, Sequence):
        found = (resolve(each, headers, where) for each in spec)
        return next((each for each in found if each is not None), None)
    how = next(key for key in spec if key not in BESIDE)
    if how in ("constant", "row"):
        return spec
    if how == "optional":
        return resolve(spec[how], headers, where)
    if how == "path":
        return headers.get(normalised(PATH + str(spec[how])))
    if how in ("of", "negative", "needed", "earliest", "latest"):
        inner = resolve(spec[how], headers, where)
        return None if inner is None else {**spec, how: inner}
    return _resolve_parts(spec, how, headers, where)


def _resolve_parts(spec: Mapping[str, Any], how: str, headers: Mapping[str, str], where: str) -> Any:
    parts = [(part, resolve(part, headers, where)) for part in spec[how]]
    there = [found for _, found in parts if found is not None]
    missing = [part for part, found in parts if found is None and not _is_optional(part)]
    if how == "first" or not missing:
        return {**spec, how: there} if there else None
    shown = _name(missing[0])
    raise InputError(f"{where}: no column {shown!r}.{did_you_mean(shown, headers.values())}")


def _name(spec: Any) -> str:
    while not isinstance(spec, str):
        spec = next(iter(spec.values())) if isinstance(spec, Mapping) else spec[0]
    return spec


def _is_optional(part: Any) -> bool:
    return isinstance(part, Mapping) and "optional" in part


def text_of(raw: ir.Table, header: Any, reader: Reader) -> ir.Column:
    """A resolved column as bare text in lower case, empty where missing."""
    return reader.read(raw, header, "string").lower().fill_null("")


def match(raw: ir.Table, condition: Mapping[str, Any], reader: Reader) -> ir.BooleanColumn | None:
    """Which rows a condition holds for, None where the file lacks its column."""
    header = resolve(condition["column"], reader.headers, reader.where)
    if header is None:
        return None
    text = text_of(raw, header, reader)
    asked = []
    if "values" in condition:
        asked.append(text.isin(_low(condition["values"])))
    if "other_than" in condition:
        asked.append(~text.isin(_low(condition["other_than"])))
    if "filled" in condition:
        asked.append((text != "") if str(condition["filled"]).lower() == "true" else (text == ""))
    if "matches" in condition:
        asked.append(text.re_search("(?i)" + str(condition["matches"])))
    return reduce(lambda a, b: a & b, asked)


def _low(values: Iterable[Any]) -> list[str]:
    return [str(value).strip().lower() for value in ([values] if isinstance(values, str) else values)]
