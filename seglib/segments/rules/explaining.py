"""Why a customer is in a segment or not: the conditions, the values that decide, the nearest boundary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.segments.rules.boundaries import Atom, holds, nearest_change, tell_atom
from seglib.segments.rules.evaluating import Frame, evaluate
from seglib.segments.rules.expressions import Expression, atoms_of, told
from seglib.segments.rules.parts import Part
from seglib.tables.shown import Shown

__all__ = ["Explanation", "atoms_at", "explain_parts"]

EVERYONE_IS = mark("everyone is")
LISTED, NOT_LISTED = mark("is on the list"), mark("is not on the list")


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Shown):
    """Why a customer is in each segment or not; made by :meth:`Memberships.explain`.

    Attributes
    ----------
    customer_id : str
    table : DataFrame
        ``segment, member`` (yes, no, not known, not available), ``why`` (the conditions that decide, with the values
        of the customer), ``nearest`` (the smallest change of one value that would change the
        answer). Of a split segment, the
        part the customer is in.
    conditions : DataFrame
        ``segment, condition, told, holds``: every condition of every available rule.
    """

    customer_id: str
    table: pd.DataFrame
    conditions: pd.DataFrame

    @property
    def segments(self) -> list[str]:
        """Names of the segments that the customer is in."""
        return self.table.loc[self.table["member"] == "yes", "segment"].tolist()

    def sentence(self) -> str:
        """Which segments the customer is in."""
        names, there = self.segments, int((self.table["member"] != "not available").sum())
        if not names:
            return _("{customer} is in none of the {n} available segments.", customer=self.customer_id, n=there)
        return _(
            "{customer} is in {n} of {all} available segments: {segments}.",
            customer=self.customer_id,
            n=len(names),
            all=there,
            segments=words.joined([words.name(name) for name in names]),
        )

    def shown(self) -> pd.DataFrame:
        """A row a segment."""
        return self.table.set_index("segment")


def atoms_at(frame: Frame, row: int, conditions: Sequence[Expression]) -> dict[Expression, Atom]:
    """Every condition within conditions, with the values of the person in a row."""
    atoms = list(dict.fromkeys(atom for one in conditions for atom in atoms_of(one) if atom.op != "constant"))
    sides = [_sides(atom) for atom in atoms]
    asked = [part for atom, terms in zip(atoms, sides, strict=True) for part in (atom, *terms)]
    values = iter(evaluate(frame.at(row), asked).to_pylist()[0].values())
    return {
        atom: _atom(frame, atom, next(values), tuple(next(values) for _ in terms))
        for atom, terms in zip(atoms, sides, strict=True)
    }


def _sides(atom: Expression) -> tuple[Expression, ...]:
    if not atom.is_condition:
        return (atom,)
    return atom.parts[:1] if atom.op in ("in", "not in", "null", "not null", "not") else atom.parts


def _atom(frame: Frame, expression: Expression, found: bool | None, values: tuple[Any, ...]) -> Atom:
    left = expression.parts[0] if expression.parts else expression
    whole = left.op == "column" and pd.api.types.is_integer_dtype(frame.people[left.value].dtype)
    return Atom(expression, values, found, whole)


def explain_parts(
    customer_id: str, row: int, parts: Sequence[Part], atoms: dict[Expression, Atom], spreads: dict[Expression, float]
) -> Explanation:
    """Explanation from the parts, the conditions at the customer's values, and the spread of what they compare."""
    told_parts = _told_parts(row, parts)
    rows = [_row(part, row, atoms, spreads) for part in told_parts]
    table = pd.DataFrame(rows, columns=["segment", "member", "why", "nearest"], dtype="str")
    lines = [
        (part.name, told(one), tell_atom(atoms[one]), atoms[one].holds)
        for part in told_parts
        if part.members is not None
        for one in atoms_of(part.condition)
        if one in atoms
    ]
    conditions = pd.DataFrame(lines, columns=["segment", "condition", "told", "holds"])
    types = {"segment": "str", "condition": "str", "told": "str", "holds": "boolean"}
    return Explanation(customer_id, table, conditions.astype(types))


def _told_parts(row: int, parts: Sequence[Part]) -> list[Part]:
    """One part a segment: of a split one, the part the customer is in, or the segment as a whole."""
    kept: dict[str, Part] = {}
    for part in parts:
        group = part.checked.segment.name
        if group not in kept or (part.members is not None and part.members[row]):
            kept[group] = part
    return [part if _inside(part, row) else part.whole() for part in kept.values()]


def _inside(part: Part, row: int) -> bool:
    return part.members is not None and bool(part.members[row])


def _row(part: Part, row: int, atoms: dict[Expression, Atom], spreads: dict[Expression, float]) -> tuple[str, ...]:
    if part.members is None:
        return part.name, "not available", part.status, ""
    inside = _inside(part, row)
    if part.checked.segment.kind == "static":
        return part.name, "yes" if inside else "no", _(LISTED if inside else NOT_LISTED), ""
    own = [atoms[one] for one in atoms_of(part.condition) if one in atoms]
    state = holds(part.checked.condition, {atom.expression: atom.holds for atom in own})
    member = "yes" if inside else "no" if state is False else "not known"
    why = [tell_atom(atom) for atom in own if (atom.holds is True) == inside]
    return part.name, member, "; ".join(why) or _(EVERYONE_IS), nearest_change(part.condition, own, spreads)
