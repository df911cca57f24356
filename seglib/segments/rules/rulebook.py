"""A book of rules: segments with their rules, settings and actions; checked against the columns there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import gettext as _
from seglib.language.naming import FORMERLY, current
from seglib.segments.rules.checking import check_rule
from seglib.segments.rules.expressions import Expression, calls_of, constant, walk
from seglib.segments.rules.kinds import kinds_of
from seglib.segments.rules.language import Node, parse_rule
from seglib.segments.rules.scalars import kind_of, kinds_told
from seglib.tables.measures import FUNCTIONS, NEEDS, PEOPLE, Call
from seglib.tables.shown import Shown

__all__ = [
    "CALL_NEEDS",
    "CheckedSegment",
    "RuleBook",
    "Segment",
    "Split",
    "combine",
    "in_order",
    "not_available",
]

COLUMN_NEEDS = {measure.name: measure.needs for measure in PEOPLE}
CALL_NEEDS = {function.name: function.needs for function in FUNCTIONS}
# What comes with orders, so that "orders" need not be told beside it.
OF_ORDERS = ("previous", "discounts", "coupons", "quantities", "products", "launches", "categories", "channels")


Columns: TypeAlias = pd.DataFrame | Mapping[str, str] | Iterable[str]


@dataclass(frozen=True)
class Split:
    """One segment a value of ``column``, or a band between the cuts ``at``; each may be the name of a setting."""

    column: str
    at: tuple[float | str, ...] = ()
    most: int | str = 12


@dataclass(frozen=True)
class Segment:
    """A segment as the file tells it; ``settings`` are those its rule may name, of its own file."""

    name: str
    description: str = ""
    rule: str = ""
    needs: tuple[str, ...] = ()
    action: str = ""
    kind: str = "dynamic"
    does: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    split: Split | None = None
    customers: tuple[str, ...] = ()
    origin: str = "own"
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class CheckedSegment:
    """A segment whose rule may be run, or that lacks data: ``missing`` holds keys of
    :data:`seglib.tables.measures.NEEDS`."""

    segment: Segment
    condition: Expression
    missing: tuple[str, ...] = ()
    split: Split | None = None

    @property
    def calls(self) -> list[Call]:
        """Measures to compute for it."""
        return list(dict.fromkeys(calls_of(self.condition)))


@dataclass(frozen=True, repr=False)
class RuleBook(Shown):
    """Segments in the order of their priority."""

    segments: tuple[Segment, ...]
    where: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting; where two files name the same, that of the first segment that has it."""
        return {name: value for one in reversed(self.segments) for name, value in one.settings.items()}

    @property
    def names(self) -> list[str]:
        """Names of the segments, in the order of their priority."""
        return [segment.name for segment in self.segments]

    def sentence(self) -> str:
        """How many segments there are."""
        return _("{n} segments by rule, {settings} settings.", n=len(self.segments), settings=len(self.settings))

    def shown(self) -> pd.DataFrame:
        """Their rules and actions."""
        rows = [(one.name, one.origin, one.rule or one.kind, one.action) for one in self.segments]
        return pd.DataFrame(rows, columns=["segment", "origin", "rule", "action"]).set_index("segment")

    def check(self, columns: Columns, *, as_of: dt.date | None = None) -> tuple[CheckedSegment, ...]:
        """Every rule held against the columns there are.

        Parameters
        ----------
        columns : mapping of str to str, or DataFrame
            Column of the people -> its kind (number, text, boolean, date); or the people.
        as_of : date
            What ``as_of`` means in a rule.

        Returns
        -------
        Tuple of CheckedSegment, one a segment.

        Raises
        ------
        InputError
            Every fault of every rule.
        """
        kinds = kinds_of(columns)
        checked, faults = [], self._clashes(kinds)
        for segment in self.segments:
            try:
                checked.append(_checked(segment, kinds, as_of))
            except InputError as wrong:
                faults += [f"{self.where}: segment {segment.name!r}: {fault}" for fault in wrong.faults]
        if faults:
            raise InputError([fault.removeprefix(": ") for fault in faults])
        return tuple(checked)

    def _clashes(self, columns: Mapping[str, str]) -> list[str]:
        both = [name for name in self.settings if name in columns]
        return [f"{self.where}: setting {name!r} has the name of a column. Give it another one." for name in both]

    def calls(self, columns: Columns, *, as_of: dt.date | None = None) -> list[Call]:
        """Measures that the rules call, each once; parameters as for :meth:`check`.

        Raises
        ------
        InputError
            Faults of the rules; a rule whose call speaks of ``as_of``, which is not given.
        """
        if as_of is None and (late := [one.name for one in self.segments if one.rule and _calls_as_of(one.rule)]):
            raise InputError(f"segment {late[0]!r} calls a function with as_of. Give calls(columns, as_of=...).")
        return list(dict.fromkeys(call for one in self.check(columns, as_of=as_of) for call in one.calls))

    def with_settings(self, settings: Mapping[str, Any]) -> RuleBook:
        """The same book with other values of settings.

        Raises
        ------
        InputError
            Unknown names, values of another kind.
        """
        faults = [fault for name, value in settings.items() if (fault := _wrong(name, value, self.settings))]
        if faults:
            raise InputError([f"{self.where}: {fault}".removeprefix(": ") for fault in faults])
        changed = [
            replace(one, settings={k: settings.get(k, v) for k, v in one.settings.items()}) for one in self.segments
        ]
        return replace(self, segments=tuple(changed))

    def only(self, names: Iterable[str]) -> RuleBook:
        """The segments of these names, in the order of the book; none named means all.

        Raises
        ------
        InputError
            Unknown names.
        """
        names = [current(name, self.names) for name in names]
        faults = [f"no segment {name!r}.{did_you_mean(name, self.names)}" for name in names if name not in self.names]
        if faults:
            raise InputError(faults)
        kept = [one for one in self.segments if not names or one.name in names]
        return replace(self, segments=tuple(kept))


def combine(own: RuleBook | None, catalogue: RuleBook | None) -> RuleBook:
    """Segments of one's own, then those of the catalogue; one's own takes the place of the same name, old ones too.

    Examples
    --------
    >>> own = RuleBook((Segment("Leads", rule="is_contact"), Segment("VIP", rule="frequency > 9")))
    >>> combine(own, RuleBook((Segment("Leads", rule="orders_ever = 0", origin="catalogue"),))).names
    ['Leads', 'VIP']
    """
    books = [book for book in (own, catalogue) if book is not None]
    named = {segment.name: segment for book in reversed(books) for segment in book.segments}
    order = dict.fromkeys(segment.name for book in books for segment in book.segments)
    for old, new in FORMERLY.items():
        if {old, new} <= set(named) and named[new].origin != "own":
            del order[new]  # one's own of the old name stands for it
    return RuleBook(tuple(named[name] for name in order), " and ".join(book.where for book in books if book.where))


def not_available(missing: Iterable[str]) -> str:
    """Status of a segment that lacks data.

    Examples
    --------
    >>> not_available(["events"]), not_available(["contacts", "orders"])
    ('not available: needs events', 'not available: needs contacts and orders')
    """
    return f"not available: needs {' and '.join(NEEDS[need] for need in missing)}"


def _wrong(name: str, value: Any, known: Mapping[str, Any]) -> str:
    if name not in known:
        return f"no setting {name!r}.{did_you_mean(name, known)}"
    if kind_of(value) == kind_of(known[name]):
        return ""
    expected = f"a {kinds_told(kind_of(known[name]))} such as {known[name]!r}"
    return f"setting {name!r}: found {value!r}, expected {expected}."


def _calls_as_of(rule: str) -> bool:
    def within(node: Node, called: bool) -> bool:
        here = called and node.what == "name" and node.value == "as_of"
        return here or any(within(part, called or node.what == "call") for part in node.parts)

    return "as_of" in rule and within(parse_rule(rule), False)


def _checked(segment: Segment, columns: Mapping[str, str], as_of: dt.date | None) -> CheckedSegment:
    if segment.kind == "static":
        return CheckedSegment(segment, constant(False, "boolean"))
    try:
        condition = check_rule(segment.rule, columns, settings=segment.settings, as_of=as_of)
    except InputError as wrong:
        raise InputError([f"rule: {fault}" for fault in wrong.faults]) from None
    split = _split(segment, columns) if segment.split else None
    used = [part.value for part in walk(condition) if part.op == "column"] + ([split.column] if split else [])
    needed = [COLUMN_NEEDS.get(name, "contacts") for name in used] + [
        CALL_NEEDS[c.function] for c in calls_of(condition)
    ]
    _told_needs(segment, needed)
    lacking = [COLUMN_NEEDS[name] for name in used if name not in columns]
    return CheckedSegment(segment, condition, _lacking(segment, lacking, columns), split)


def _lacking(segment: Segment, lacking: Iterable[str], columns: Iterable[str]) -> tuple[str, ...]:
    """Needs that are not met, those the segment tells of included."""
    met = {COLUMN_NEEDS[name] for name in columns if name in COLUMN_NEEDS}
    return in_order({*lacking, *(need for need in segment.needs if need in COLUMN_NEEDS.values() and need not in met)})


def in_order(needs: Iterable[str]) -> tuple[str, ...]:
    """Needs in the order of :data:`seglib.tables.measures.NEEDS`, without orders beside what comes with them.

    Examples
    --------
    >>> in_order({"discounts", "orders", "contacts"})
    ('discounts', 'contacts')
    """
    asked = set(needs)
    return tuple(need for need in NEEDS if need in asked and not (need == "orders" and asked & set(OF_ORDERS)))


def _told_needs(segment: Segment, needed: Sequence[str]) -> None:
    told = set(segment.needs) | ({"orders"} if set(segment.needs) & set(OF_ORDERS) else set())
    if segment.needs and (more := [need for need in NEEDS if need in needed and need not in told]):
        raise InputError(
            f"needs: found {list(segment.needs)}, but the rule needs {more} too. Add it, or leave needs out."
        )


def _split(segment: Segment, columns: Mapping[str, str]) -> Split:
    """The split with settings replaced by their values."""
    split, settings = segment.split, segment.settings
    assert split is not None
    column = settings.get(split.column, split.column)
    kinds = {measure.name: measure.kind for measure in PEOPLE} | dict(columns)
    if column not in kinds:
        raise InputError(f"split: no column is named {column!r}.{did_you_mean(str(column), kinds)}")
    at = tuple(settings.get(one, one) if isinstance(one, str) else one for one in split.at)
    most = {"split_most": 12, **settings}.get(split.most, split.most) if isinstance(split.most, str) else split.most
    if wrong := _wrong_split(kinds[column], column, at, most):
        raise InputError(f"split: {wrong}")
    return Split(column, at, most)


def _wrong_split(kind: str, column: str, at: tuple[Any, ...], most: Any) -> str:
    if kind_of(most) != "number" or most < 1 or most % 1:
        return f"most: found {most!r}, expected a whole number from 1."
    if at and kind != "number":
        return f"at: {column} is a {kinds_told(kind)}, bands need a number. Leave 'at' out for one segment a value."
    if any(kind_of(one) != "number" for one in at) or list(at) != sorted(set(at)):
        return f"at: found {list(at)}, expected rising numbers or settings that are."
    if not at and kind in ("number", "date"):
        return f"{column} is a {kind}. Say where its bands begin: split = {{ column = {column!r}, at = [30, 90] }}."
    return ""
