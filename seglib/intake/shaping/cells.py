"""One canonical column out of the cells of a raw table: a header, or a form such as a sum, a part or a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, ClassVar

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats.forms import LATEST, UNITS, shown
from seglib.intake.readings import AmbiguousError, read_column
from seglib.intake.readings.text import counts, first
from seglib.intake.shaping.resolving import BESIDE, resolve

__all__ = ["ROW", "Reader", "match", "text_of"]

ROW = "seglib_row"  # place of a row in the file

MOST_DAYS = 36_525  # that pass between two dates of a row
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


@dataclass(frozen=True)
class Reader:
    """How the cells of one file are read: headers by normalised name, forms of its dates, decimal sign, time zones."""

    where: str
    headers: Mapping[str, str]
    date_formats: tuple[str, ...] = ()
    decimal: str = ""
    zone: str = ""
    source_zone: Any = ""
    optional: frozenset[str] = frozenset()  # canonical columns that are left out where they cannot be read
    unread: list[dict[str, str]] = field(default_factory=list)  # those that were: column, header, why

    def with_decimal(self, sign: str) -> Reader:
        """The same with another decimal sign."""
        return replace(self, decimal=sign)

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
        wide = "decimal(38, 8)" if kind == "decimal" else "float64"
        one, *more = [self.read(raw, part, kind) for part in parts]  # DuckDB gives a product no more digits than these
        return reduce(lambda a, b: a * b, more, one.cast(wide)).cast(wide)

    def _divided(self, raw: ir.Table, parts: Sequence[Any], kind: str, _spec: Any) -> ir.Column:
        if len(parts) < 2:
            return self.read(raw, parts[0], kind)
        over, under = (self.read(raw, part, "decimal").cast("float64") for part in parts)
        ratio = over / under.nullif(0)
        return ratio.round(4).cast("decimal(18, 4)") if kind == "decimal" else ratio

    def _total(self, raw: ir.Table, part: Any, kind: str, spec: Mapping[str, Any]) -> ir.Column:
        value = self._earliest(raw, part, kind, spec)
        return value.sum().over(ibis.window(group_by=[self.read(raw, spec["by"], "string")]))

    def _negative(self, raw: ir.Table, part: Any, kind: str, _spec: Any) -> ir.Column:
        return -self.read(raw, part, kind)

    def _size(self, raw: ir.Table, part: Any, kind: str, _spec: Any) -> ir.Column:
        return self.read(raw, part, kind).abs()

    def _at_least_zero(self, raw: ir.Table, part: Any, kind: str, _spec: Any) -> ir.Column:
        value = self.read(raw, part, kind)
        return ibis.ifelse(value < 0, ibis.literal(0).cast(value.type()), value)

    def _needed(self, raw: ir.Table, part: Any, kind: str, _spec: Any) -> ir.Column:
        return self.read(raw, part, kind)

    def _join(self, raw: ir.Table, parts: Sequence[Any], kind: str, spec: Mapping[str, Any]) -> ir.Column:
        inner = [part["optional"] if _may_lack(part) else part for part in parts]
        texts = [self.read(raw, part, "string") for part in inner]
        needed = [text for part, text in zip(parts, texts, strict=True) if not _may_lack(part)]
        between = spec.get("with", " " if kind == "timestamp" else "-")
        joined = ibis.array(texts).filter(lambda text: text.notnull()).join(between).nullif("")
        if needed:
            lacks = reduce(lambda a, b: a | b, [text.isnull() for text in needed])
            joined = ibis.ifelse(lacks, ibis.null("string"), joined)
        return joined if kind == "string" else self._typed(joined.name(_label(inner)), kind, _label(inner), raw)

    def _of(self, raw: ir.Table, part: Any, kind: str, spec: Mapping[str, Any]) -> ir.Column:
        text = self.read(raw, part, "string")
        if nothing := [str(value).lower() for value in spec.get("none", ())]:
            text = ibis.ifelse(text.lower().isin(nothing), ibis.null("string"), text)
        if pattern := spec.get("pattern"):
            found = text.re_extract(str(pattern), 1 if re.compile(str(pattern)).groups else 0)
            text = found.nullif("")
        if told := spec.get("map"):
            branches = [(text.lower() == str(old).lower(), ibis.literal(str(new))) for old, new in told.items()]
            text = ibis.cases(*branches, else_=text)
        return text if kind == "string" else self._typed(text.name(_label([part])), kind, _label([part]), raw)

    def _filled(self, raw: ir.Table, part: Any, kind: str, _spec: Any) -> ir.Column:
        there = (self.read(raw, part, "string").fill_null("") != "").cast("boolean")
        return there if kind == "boolean" else ibis.ifelse(there, "yes", "no")

    def _later(self, raw: ir.Table, part: Any, kind: str, spec: Mapping[str, Any]) -> ir.Column:
        unit = next(unit for unit in UNITS if unit in spec)
        seconds = (self.read(raw, spec[unit], "float") * SECONDS[unit]).round()
        told = seconds.name("seconds").as_table().seconds
        far = told.abs() > MOST_DAYS * SECONDS["days"]
        if counts(told.as_table(), far=far)["far"]:
            raise InputError(
                f"{self.where}: {shown(dict(spec))}: {first(told, far)} seconds are more than "
                f"{MOST_DAYS:,} days. Name the column that tells how many {unit} passed."
            )
        passed = seconds.cast("int64")
        return self.read(raw, part, kind) + passed.as_interval("s")

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
        "divided": _divided,
        "total": _total,
        "negative": _negative,
        "size": _size,
        "at_least_zero": _at_least_zero,
        "needed": _needed,
        "join": _join,
        "of": _of,
        "filled": _filled,
        "later": _later,
        "row": _row,
        "earliest": _earliest,
        "latest": _earliest,
        "constant": _constant,
    }


def _may_lack(part: Any) -> bool:
    return isinstance(part, Mapping) and "optional" in part


def _label(parts: Sequence[Any]) -> str:
    return " + ".join(part if isinstance(part, str) else "value" for part in parts)


def _is_needed(part: Any) -> bool:
    return isinstance(part, Mapping) and "needed" in part


def text_of(raw: ir.Table, header: Any, reader: Reader) -> ir.Column:
    """A resolved column as bare text in lower case, empty where missing."""
    return reader.read(raw, header, "string").lower().fill_null("")


def match(raw: ir.Table, condition: Mapping[str, Any], reader: Reader) -> ir.BooleanColumn | None:
    """Which rows a condition, or ``all`` of several, holds for; None where the file lacks a column of it."""
    if "all" in condition:
        hits = [match(raw, each, reader) for each in condition["all"]]
        return None if any(hit is None for hit in hits) else reduce(lambda a, b: a & b, hits)  # type: ignore[operator]
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
    if "sign" in condition:
        number = reader.read(raw, header, "decimal").fill_null(0)
        asked.append(number < 0 if condition["sign"] == "negative" else number > 0)
    if "repeats" in condition:
        asked.append(_repeats(raw, condition, reduce(lambda a, b: a & b, [*asked, ibis.literal(True)]), reader))
    return reduce(lambda a, b: a & b, asked)


def _repeats(raw: ir.Table, condition: Mapping[str, Any], hit: ir.BooleanValue, reader: Reader) -> ir.BooleanValue:
    """Rows that tell again, among those that ``hit``, what another has in some columns, of which the first is filled.

    That is an earlier one; where ``latest`` names a date, it is one of a later date.
    """
    spec = condition["repeats"]
    found = [resolve(each, reader.headers, reader.where) for each in (spec if isinstance(spec, list) else [spec])]
    keys = [reader.read(raw, each, "string") for each in found if each is not None]
    if not keys or found[0] is None:
        return ibis.literal(False)
    date = resolve(condition.get(LATEST, ()), reader.headers, reader.where)
    order = [raw[ROW]] if date is None else [ibis.desc(reader.read(raw, date, "timestamp")), ibis.desc(raw[ROW])]
    before = ibis.row_number().over(ibis.window(group_by=[*keys, hit], order_by=order))
    return (before > 0) & keys[0].notnull()


def _low(values: Iterable[Any]) -> list[str]:
    return [str(value).strip().lower() for value in ([values] if isinstance(values, str) else values)]
