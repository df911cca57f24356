"""Who is in which segment, and what follows: sizes, overlaps, contradictions, one segment a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import gettext as _
from seglib.language.naming import NO_SEGMENT, current
from seglib.language.words import count
from seglib.segments.rules import overlaps
from seglib.segments.rules.boundaries import difference
from seglib.segments.rules.evaluating import Frame, quartile_spreads
from seglib.segments.rules.explaining import Explanation, atoms_at, explain_parts
from seglib.segments.rules.expressions import Expression, atoms_of
from seglib.segments.rules.parts import Part
from seglib.tables.measures import NEEDS
from seglib.tables.money import ROUGH, sum_share_interval
from seglib.tables.shown import Shown

__all__ = ["Memberships"]

SHOWN = ["segment", "status", "people", "customers_share", "revenue_share", "action"]


class Memberships(Shown):
    """People and the segments they are in; made by :func:`find_members`.

    Attributes
    ----------
    people : DataFrame
        The people, one row each.
    as_of : date
    hints : tuple of str
        What a shop has to say on names in its rules that are nowhere in its data.
    """

    hints: tuple[str, ...] = ()

    def __init__(self, frame: Frame, parts: Sequence[Part], *, as_of: dt.date, priority: Sequence[str] = ()) -> None:
        self.frame, self.parts, self.as_of = frame, tuple(parts), as_of
        self.people = frame.people
        self._there = [part for part in self.parts if part.members is not None]
        self.priority = self._named(priority)

    @cached_property
    def wide(self) -> pd.DataFrame:
        """Bool table, a row a person, a column each available segment, in the order of the book."""
        columns = {part.name: part.members for part in self._there}
        return pd.DataFrame(columns, index=self.people.index, columns=pd.Index(list(columns), dtype="str"), dtype=bool)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a person and segment: customer_id, segment; sorted by person, segments in the order of the book."""
        person, segment = np.nonzero(self.wide.to_numpy(dtype=bool))
        names = self.wide.columns.to_numpy()
        ids = pd.Series(self.people.index.to_numpy()[person], dtype=self.people.index.dtype)
        return pd.DataFrame({"customer_id": ids, "segment": pd.Series(names[segment], dtype="str")})

    def head(self, n: int = 5) -> pd.DataFrame:
        """The first rows of :attr:`table`."""
        return self.table.head(n)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a segment, in the order of the book.

        Columns: segment, group (its name in the book), status, people, customers (with orders in the window),
        customers_share, revenue, revenue_share, average_revenue (per customer), revenue_share_low and
        revenue_share_high (95%, missing below 30 customers), rough (fewer than 300: that interval is), unknown (people
        of whom it is not known), missing (listed, but not among the people), description, action, does, avoids, kind,
        origin, rule.
        """
        bought = _numbers(self.people, "frequency") > 0
        revenue = np.where(bought, np.nan_to_num(_numbers(self.people, "monetary_value")), 0.0)
        rows = [self._row(part, bought, revenue) for part in self.parts]
        told = pd.DataFrame(rows, columns=[*SIZES, *TOLD])
        whole = dict.fromkeys(("people", "customers", "unknown", "missing"), "Int64")
        money = dict.fromkeys(
            (
                "customers_share",
                "revenue",
                "revenue_share",
                "average_revenue",
                "revenue_share_low",
                "revenue_share_high",
            ),
            "float64",
        )
        return told.astype(whole | money)

    def _row(self, part: Part, bought: np.ndarray, revenue: np.ndarray) -> list[object]:
        segment = part.checked.segment
        texts = [segment.description, segment.action, segment.does, segment.avoids]
        told = [*texts, segment.kind, segment.origin, segment.rule]
        if part.members is None:
            return [part.name, segment.name, part.status, *[None] * 9, None, part.missing, *told]
        sizes = _sizes(part.members, bought, revenue, {"frequency", "monetary_value"} <= set(self.people.columns))
        return [part.name, segment.name, part.status, *sizes, part.unknown, part.missing, *told]

    @cached_property
    def lacking(self) -> pd.DataFrame:
        """A row a segment that is not available: segment, needs (tuple of the data that it lacks), action."""
        rows = [
            (part.name, tuple(NEEDS[need] for need in part.checked.missing), part.checked.segment.action)
            for part in self.parts
            if part.members is None
        ]
        return pd.DataFrame(rows, columns=["segment", "needs", "action"])

    def members(self, name: str) -> pd.Index:
        """Ids of the people in a segment, or in any part of a split one.

        Raises
        ------
        InputError
            Unknown name.
        """
        found = set(self.part_names(name))
        parts = [part.members for part in self._there if part.members is not None and part.name in found]
        if not parts:
            self._named([name])
        return self.people.index[np.logical_or.reduce(parts)] if parts else self.people.index[:0]

    def part_names(self, name: str) -> list[str]:
        """Names of the available parts of a segment, of one that is not split its own; empty where there is none."""
        name = current(name, self._known)
        return [part.name for part in self._there if name in (part.name, part.checked.segment.name)]

    @cached_property
    def whole(self) -> pd.DataFrame:
        """As ``wide``, with split segments whole; those that only divide everybody (rule ``true``) are left out."""
        inside: dict[str, np.ndarray] = {}
        for part in self._there:
            segment = part.checked.segment
            if part.members is not None and not part.divides:
                inside[segment.name] = inside.get(segment.name, np.zeros(len(self.people), bool)) | part.members
        return pd.DataFrame(inside, index=self.people.index, columns=pd.Index(list(inside), dtype="str"), dtype=bool)

    def overlaps(self, *, whole: bool = False) -> pd.DataFrame:
        """Combinations of segments: segments (tuple), size, people (in exactly these), share, expected, lift.

        ``expected`` is how many there would be if segments were independent, ``lift`` people / expected. With ``whole``
        the parts of a split segment count as one, and segments that only divide everybody are left out.
        """
        return overlaps.combinations(self.whole if whole else self.wide)

    def pairs(self) -> pd.DataFrame:
        """Pairs of segments: a, b, both, share_of_a, share_of_b, jaccard, expected (by chance), lift (both / expected),
        effect, p_adjusted, differs (as :func:`~seglib.segments.rules.overlaps.pairs`), same (their rules speak of what
        says the same or grows together, so that they meet by construction).

        Chance is that among people alike: customers of the window, earlier ones, contacts, visitors. Parts of one split
        segment exclude each other and are no pair.
        """
        groups = {part.name: part.checked.segment.name for part in self._there}
        spoken = {part.name: part.made_from for part in self._there}
        found = overlaps.pairs(self.wide, _kinds_of_people(self.people))
        apart = found["a"].map(groups).to_numpy() != found["b"].map(groups).to_numpy()
        same = [bool(spoken[a] & spoken[b]) for a, b in zip(found["a"], found["b"], strict=True)]
        return found.assign(same=same)[apart].reset_index(drop=True)

    def contradictions(self) -> pd.DataFrame:
        """Pairs of segments of which one does what the other avoids, with people in both: a, b, customers, why."""
        wholes = {part.checked.segment.name: part.checked.segment for part in self._there}
        inside = {name: self.people.index.isin(self.members(name)) for name in wholes}
        return overlaps.contradictions(list(wholes.values()), inside)

    @property
    def speaks_of(self) -> frozenset[str]:
        """Columns and functions of the rules of the segments that are available."""
        return frozenset[str]().union(*(part.spoken for part in self._there))

    def one_each(self, priority: Sequence[str] = ()) -> pd.Series:
        """One segment a person: the first in the order of priority that they are in.

        A split segment counts as one. Segments that only divide everybody (rule ``true``) count where asked for.

        Parameters
        ----------
        priority : sequence of str
            Segments that come first; then those of the shop's priority, then the order of the book.

        Returns
        -------
        Series ``rule_segment`` of names, indexed like the people; "No segment" where there is none.

        Raises
        ------
        InputError
            Unknown names.
        """
        asked = [*self._named(priority), *self.priority]
        order = [*asked, *(part.name for part in self._there if not part.divides)]
        order = [name for name in dict.fromkeys(order) if name in self.wide.columns]
        first = np.full(len(self.people), len(order))
        for i in reversed(range(len(order))):
            first[self.wide[order[i]].to_numpy()] = i
        wholes = {part.name: part.name if part.divides else part.checked.segment.name for part in self._there}
        names = np.array([*(wholes[name] for name in order), NO_SEGMENT], dtype=object)
        return pd.Series(names[first], index=self.people.index, name="rule_segment", dtype="str")

    def explain(self, customer_id: str) -> Explanation:
        """Why a customer is in each segment or not: the values that decide, and the nearest boundary.

        Raises
        ------
        InputError
            No such customer.
        """
        if customer_id not in self.people.index:
            hint = did_you_mean(customer_id, self.people.index.astype("str")[:10_000], otherwise="")
            raise InputError(f"no customer {customer_id!r} among the {len(self.people):,} people.{hint}")
        row = int(np.flatnonzero(self.people.index == customer_id)[0])
        conditions = [one for part in self._there for one in (part.condition, part.whole().condition)]
        atoms = atoms_at(self.frame, row, conditions)
        return explain_parts(customer_id, row, self.parts, atoms, self._spreads)

    @cached_property
    def _spreads(self) -> dict[Expression, float]:
        """Of each condition that compares numbers or days: how widely its two sides differ among the people."""
        atoms = dict.fromkeys(atom for part in self._there for atom in atoms_of(part.condition))
        compared = {atom: between for atom in atoms if (between := difference(atom)) is not None}
        return dict(zip(compared, quartile_spreads(self.frame, list(compared.values())), strict=True))

    @property
    def _known(self) -> set[str]:
        return {part.name for part in self.parts} | {part.checked.segment.name for part in self.parts}

    def _named(self, names: Sequence[str]) -> list[str]:
        """Names of parts, a split segment standing for all of its own."""
        known = self._known
        names = [current(name, known) for name in names]
        faults = [
            f"priority: no segment {name!r}.{did_you_mean(name, sorted(known))}" for name in names if name not in known
        ]
        if faults:
            raise InputError(faults)
        return [part.name for name in names for part in self.parts if name in (part.name, part.checked.segment.name)]

    def sentence(self) -> str:
        """How many segments there are, how many people are in them."""
        groups = {part.checked.segment.name: part.members is not None for part in self.parts}
        times = self.wide.to_numpy(dtype=bool).sum(axis=1)
        return _(
            "{available} of {segments} segments are available; {inside} of {people} people are in at least one, "
            "{several} in several.",
            available=count(sum(groups.values())),
            segments=count(len(groups)),
            inside=count((times > 0).sum()),
            people=count(len(self.people)),
            several=count((times > 1).sum()),
        )

    def shown(self) -> pd.DataFrame:
        """Sizes and actions."""
        return self.summary[SHOWN].set_index("segment")


SIZES = ["segment", "group", "status", "people", "customers", "customers_share", "revenue", "revenue_share"]
SIZES += ["average_revenue", "revenue_share_low", "revenue_share_high", "rough", "unknown", "missing"]
MONEY = ("customers_share", "revenue", "revenue_share", "average_revenue", "revenue_share_low", "revenue_share_high")
TOLD = ["description", "action", "does", "avoids", "kind", "origin", "rule"]


def _numbers(people: pd.DataFrame, name: str) -> np.ndarray:
    if name not in people:
        return np.zeros(len(people))
    return people[name].to_numpy("float64", na_value=np.nan)


def _kinds_of_people(people: pd.DataFrame) -> np.ndarray:
    """3 a customer of the window, 2 an earlier one, 1 a contact, 0 a visitor."""
    there = [_numbers(people, name) > 0 for name in ("is_contact", "orders_ever", "frequency")]
    return np.select(there[::-1], [3, 2, 1], 0)


def _sizes(members: np.ndarray, bought: np.ndarray, revenue: np.ndarray, orders: bool) -> list[object]:
    count = int(members.sum())
    if not orders:
        return [count, *[None] * 8]
    customers, worth = int((members & bought).sum()), float(revenue[members].sum())
    shares = [_share(customers, bought.sum()), worth, _share(worth, revenue.sum()), _share(worth, customers)]
    inside, squares = members & bought, revenue**2
    given = customers, worth, squares[inside].sum(), int(bought.sum()), float(revenue.sum()), float(squares.sum())
    low, high = sum_share_interval(*given)
    return [count, customers, *shares, float(low), float(high), customers < ROUGH]


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None
