"""What a segment comes to: one group of people, or one a value or band of the column that splits it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd

from seglib.language.messages import mark
from seglib.segments.rules.expressions import Expression, constant, joined, negate, walk
from seglib.segments.rules.rulebook import CheckedSegment, Split, not_available
from seglib.tables.measures import FUNCTIONS, by_construction

__all__ = ["AVAILABLE", "Part", "parts_of"]

AVAILABLE = "available"
OTHER = mark("other")


@dataclass(frozen=True, eq=False)
class Part:
    """A segment of the book, or one value or band of a split one; ``members`` is None where it is not available."""

    name: str
    checked: CheckedSegment
    status: str
    condition: Expression
    members: np.ndarray | None = None  # bool, a value a person
    unknown: int = 0
    missing: int = 0  # listed customers who are not among the people

    @property
    def divides(self) -> bool:
        """Whether the segment only divides everybody: its rule is ``true``."""
        return self.checked.segment.rule.strip().lower() == "true"

    @property
    def spoken(self) -> frozenset[str]:
        """Columns and functions that the rule speaks of."""
        told = list(walk(self.condition))
        columns = {str(piece.value) for piece in told if piece.op == "column"}
        return frozenset(columns | {piece.value.function for piece in told if piece.op == "measured"})

    @property
    def made_from(self) -> frozenset[str]:
        """In what the members differ by their making; what is counted from orders grows with their number."""
        counted = {one.name for one in FUNCTIONS if one.needs in ("orders", "products", "launches")}
        return by_construction(self.spoken | ({"frequency"} if counted & self.spoken else set()))

    def whole(self) -> Part:
        """The segment that it is a part of, for who is in none of its parts."""
        split = self.checked.split
        known = [negate(Expression("null", "boolean", (_column(split, "text"),)))] if split else []
        condition = joined("and", (self.checked.condition, *known))
        return replace(self, name=self.checked.segment.name, condition=condition)


def parts_of(one: CheckedSegment, holds: tuple[np.ndarray, int] | None, people: pd.DataFrame) -> Iterator[Part]:
    """Parts of a checked segment.

    Parameters
    ----------
    one : CheckedSegment
    holds : (bool array, int)
        For whom its rule holds, of how many that is not known; None for a static segment, or where data lack.
    people : DataFrame
    """
    part = partial(Part, one.segment.name, one)
    if one.segment.kind == "static":
        inside = np.asarray(people.index.isin(one.segment.customers))
        yield part(AVAILABLE, one.condition, inside, 0, len(one.segment.customers) - int(inside.sum()))
    elif one.missing or holds is None:
        yield part(not_available(one.missing), one.condition)
    elif one.split:
        yield from _split(one, one.split, *holds, people[one.split.column])
    else:
        yield part(AVAILABLE, one.condition, *holds)


def _split(one: CheckedSegment, split: Split, members: np.ndarray, unknown: int, column: pd.Series) -> Iterator[Part]:
    """A part each value or band; who is in the segment, but with a value not known, is not known to be in a part."""
    known = column.notna().to_numpy(dtype=bool)
    unknown, members = unknown + int((members & ~known).sum()), members & known
    name = one.segment.name
    places, bands = _bands(column, split) if split.at else _values(column, members, split)
    if not bands:
        yield Part(name, one, AVAILABLE, one.condition, members, unknown)
    for i, (label, condition) in enumerate(bands.items()):
        inside = members & (places == i)
        yield Part(f"{name}: {label}", one, AVAILABLE, joined("and", (one.condition, *condition)), inside, unknown)


def _column(split: Split | None, kind: str) -> Expression:
    return Expression("column", kind, value=split.column if split else "")


def _bands(column: pd.Series, split: Split) -> tuple[np.ndarray, dict[str, list[Expression]]]:
    cuts = [float(one) for one in split.at]
    limits = [constant(Decimal(str(one)), "number") for one in split.at]
    number = _column(split, "number")
    above = [[], *([Expression(">=", "boolean", (number, limit))] for limit in limits)]
    below = [*([Expression("<", "boolean", (number, limit))] for limit in limits), []]
    conditions = [low + high for low, high in zip(above, below, strict=True)]
    places = np.searchsorted(cuts, column.to_numpy("float64", na_value=np.nan), side="right")
    return places, dict(zip(band_names(split.column, cuts), conditions, strict=True))


def band_names(column: str, cuts: Sequence[float]) -> list[str]:
    """Names of the bands between cuts, each from its cut on.

    Examples
    --------
    >>> band_names("recency_days", [30, 90])
    ['under 30 days', '30 to under 90 days', '90 days or more']
    """
    unit = " days" if column.endswith("_days") else ""
    marks = [f"{cut:,.12g}" for cut in cuts]
    between = [f"{low} to under {high}{unit}" for low, high in itertools.pairwise(marks)]
    return [f"under {marks[0]}{unit}", *between, f"{marks[-1]}{unit} or more"]


def _values(column: pd.Series, members: np.ndarray, split: Split) -> tuple[np.ndarray, dict[str, list[Expression]]]:
    """The most frequent values by name, the rest as other."""
    codes, values = pd.factorize(column)  # -1 where missing
    labels = [_label(value) for value in values]
    people = np.bincount(codes[members], minlength=len(values))
    sizes = pd.Series(people, index=pd.Index(labels, dtype="str")).groupby(level=0).sum()
    names = [name for name in sorted(sizes.index, key=lambda name: (-sizes[name], name)) if sizes[name] > 0]
    kept = names if len(names) <= int(split.most) else [one for one in names if one != OTHER][: int(split.most)]
    place = {name: i for i, name in enumerate(kept)}
    places = np.array([*(place.get(label, len(kept)) for label in labels), -1])[codes]
    boolean = pd.api.types.is_bool_dtype(column.dtype)
    if boolean:
        yes = _column(split, "boolean")
        return places, {name: [yes if name == "yes" else negate(yes)] for name in kept}
    text = _column(split, "text")
    parts = {name: [Expression("=", "boolean", (text, constant(name, "text")))] for name in kept}
    if len(kept) < len(names):
        listed = Expression("in", "boolean", (text, *(constant(name, "text") for name in kept)))
        parts[OTHER] = [negate(listed)]
    return places, parts


def _label(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return mark("yes") if value else mark("no")
    return " ".join(str(value).split()) or mark("not named")
