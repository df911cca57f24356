"""What every scheme is: one segment a customer, from attributes whose completeness is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import NOT_KNOWN, VISITOR
from seglib.language.unanswered import Unanswered, unanswered
from seglib.language.words import count, label
from seglib.tables.shown import Shown

__all__ = [
    "Attribute",
    "Scheme",
    "as_text",
    "choose_attributes",
    "combine",
    "frame_of",
    "not_available",
    "quarters",
    "scheme_of",
    "without_visitors",
]

OTHER = mark("Other")
FEW_NUMBERS = 8  # as many different numbers are taken as they are; more are cut into quarters
MOST_OTHER = 1 / 3  # of the customers; more of them in groups that are too small and the division is too fine
ATTRIBUTE_COLUMNS = ["attribute", "column", "known", "known_share", "values", "used", "reason"]


@dataclass(frozen=True)
class Attribute:
    """One attribute of a scheme: the column it is in, and how its values become a few names."""

    name: str
    column: str
    banded: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True, repr=False, eq=False)
class Scheme(Shown):
    """A segmentation with what it was made from.

    Attributes
    ----------
    name : str
    segments : Series of str, indexed by customer_id
        NA where not known.
    attributes : DataFrame
        ``attribute, column, known, known_share`` (of all people), ``values`` (different ones), ``used, reason`` (why
        not).
    fixed : bool
        Whether it is made of what does not change with the customers' behaviour.
    stability : float
        Of a scheme that was clustered: agreement of resamples, 1 the same.
    note : str
        What is missing, in a sentence; empty where nothing is.
    known : Series, indexed by customer_id
        Share of the attributes in use that is known of each.
    """

    of_everyone = True  # who is missing from the segments was missing from the table that they were made of

    name: str
    segments: pd.Series
    attributes: pd.DataFrame
    fixed: bool = True
    stability: float = float("nan")
    note: str = ""
    known: pd.Series | None = None

    @property
    def sizes(self) -> pd.DataFrame:
        """One row a segment, the largest first, ``Not known`` last: segment, customers, customers_share."""
        counts = self.segments.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        unknown = int(self.segments.isna().sum())
        names, numbers = [*counts.index] + [NOT_KNOWN] * bool(unknown), [*counts] + [unknown] * bool(unknown)
        share = np.array(numbers, dtype=float) / max(len(self.segments), 1)
        return pd.DataFrame({"segment": pd.array(names, dtype="str"), "customers": numbers, "customers_share": share})

    @property
    def completeness(self) -> float:
        """Known values of the attributes in use, as a share of all that could be known."""
        used = self.attributes.loc[self.attributes["used"].astype(bool), "known_share"]
        return float(used.mean()) if len(used) else 0.0

    def sentence(self) -> str:
        """How many segments, of how many customers."""
        known = int(self.segments.notna().sum())
        told = _(
            "{scheme}: {segments} segments, known for {known} of {all}.",
            scheme=label(self.name),
            segments=count(self.segments.nunique()),
            known=count(known),
            all=count(len(self.segments)),
        )
        return f"{told} {self.note}".strip()

    def shown(self) -> pd.DataFrame:
        """The sizes."""
        return self.sizes


def scheme_of(
    name: str,
    people: pd.DataFrame | None,
    attributes: Sequence[Attribute],
    wanted: Sequence[str] | None,
    *,
    most: int,
    min_group: int,
    min_known: float,
    absent: str,
) -> Scheme:
    """Make a scheme of attributes: those wanted, else the first ``most`` that are known well enough."""
    people = without_visitors(people)
    if people is None or people.empty:
        nobody = pd.DataFrame(index=pd.Index([], name="customer_id", dtype="str"))
        return _without(name, nobody, pd.DataFrame(columns=ATTRIBUTE_COLUMNS), absent)
    there = [attribute for attribute in attributes if attribute.column in people.columns]
    values = pd.DataFrame({one.name: one.banded(people) for one in there}, index=people.index)
    if wanted is not None:
        _check_wanted(name, wanted, attributes, people)
    table = choose_attributes(values, there, wanted, most=most, min_known=min_known)
    used = [*wanted] if wanted is not None else table.loc[table["used"], "attribute"].tolist()
    if not used:
        return _without(name, people, table, absent)
    names = combine(values[used], min_group)
    while wanted is None and len(used) > 1 and (names == OTHER).sum() > MOST_OTHER * names.notna().sum():
        finest = values[used].nunique().idxmax()
        used.remove(str(finest))
        table.loc[table["attribute"] == finest, ["used", "reason"]] = False, "would leave most groups too small"
        names = combine(values[used], min_group)
    return Scheme(name, names.rename(name), table, known=values[used].notna().mean(axis="columns"))


def choose_attributes(
    values: pd.DataFrame,
    attributes: Sequence[Attribute],
    wanted: Sequence[str] | None,
    *,
    most: int,
    min_known: float,
) -> pd.DataFrame:
    """List the attributes with their completeness, and which are used.

    Completeness decides among the people of whom at least one attribute is known: the private customers of a shop
    that also sells to companies do not count against the attributes of companies.
    """
    base = max(int(values.notna().any(axis="columns").sum()), 1)
    rows: list[dict[str, Any]] = []
    for one in attributes:
        known, different = int(values[one.name].notna().sum()), int(values[one.name].nunique())
        reason = "the same for all" if different == 1 else ""
        reason = f"known for too few ({known:,})" if known / base < min_known else reason
        reason = reason or ("others come first" if sum(not row["reason"] for row in rows) >= most else "")
        if wanted is not None:
            reason = "" if one.name in wanted else "not asked for"
        share = known / max(len(values), 1)
        rows.append(
            dict(
                zip(ATTRIBUTE_COLUMNS, (one.name, one.column, known, share, different, not reason, reason), strict=True)
            )
        )
    return pd.DataFrame(rows, columns=ATTRIBUTE_COLUMNS)


def combine(parts: pd.DataFrame, min_group: int) -> pd.Series:
    """One name a row from several attributes; NA where any is missing; rare combinations lose their last attribute.

    Examples
    --------
    >>> parts = pd.DataFrame({"industry": ["retail"] * 5, "size": ["small"] * 3 + ["large", None]})
    >>> combine(parts, min_group=2).tolist()
    ['retail, small', 'retail, small', 'retail, small', 'Other', nan]
    """
    known = parts.notna().all(axis="columns")
    texts = parts[known].astype("str")
    names = _joined(texts)
    for depth in range(parts.shape[1] - 1, 0, -1):
        coarse, rare = _joined(texts.iloc[:, :depth]), ~_often(names, min_group)
        whole = rare.groupby(coarse).transform("all")
        names = names.where(~rare, coarse.where(whole, coarse.map(_rest, na_action="ignore")))
    return names.where(_often(names, min_group), OTHER).reindex(parts.index).astype("str")


def _rest(group: str) -> str:
    return _("{group}, other", group=group)


def quarters(column: pd.Series) -> pd.Series:
    """Numbers as text: as they are where few differ, else in four equally large bands.

    Examples
    --------
    >>> quarters(pd.Series(range(1, 21))).unique().tolist()
    ['1 to 5', '6 to 10', '11 to 15', '16 to 20']
    """
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    if numbers.nunique() <= FEW_NUMBERS:
        return numbers.map(lambda value: f"{value:,.10g}", na_action="ignore").astype("str")
    edges = np.unique(numbers.dropna().quantile([0.25, 0.5, 0.75], interpolation="lower"))
    band = pd.Series(np.searchsorted(edges, numbers), index=numbers.index).where(numbers.notna())
    ends = numbers.groupby(band).agg(_ends)
    return band.map(ends).astype("str")


def _ends(part: pd.Series) -> str:
    return _("{first} to {last}", first=f"{part.min():,.10g}", last=f"{part.max():,.10g}")


def as_text(column: pd.Series) -> pd.Series:
    """Values as text without blanks around them; empty ones are missing; many numbers are cut into quarters.

    Examples
    --------
    >>> as_text(pd.Series([" retail", "", None])).tolist()
    ['retail', nan, nan]
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return quarters(column)
    texts = column.astype("object").where(column.notna(), None).astype("str").str.strip()
    return texts.where(texts != "")


def frame_of(table: Any) -> pd.DataFrame | None:
    """Give a pandas table as it is, fetch any other, leave None."""
    if table is None or isinstance(table, pd.DataFrame):
        return table
    fetched: pd.DataFrame = table.to_pyarrow().to_pandas()
    exact = [name for name, kind in table.schema().items() if kind.is_decimal()]
    return fetched.astype(dict.fromkeys(exact, "float64"))


def not_available(absent: str) -> Unanswered:
    """What a scheme lacks, in a sentence.

    Examples
    --------
    >>> not_available("survey responses")
    'Not available: needs survey responses.'
    """
    return unanswered(_("needs {data}.", data=_(absent)))


def without_visitors(people: pd.DataFrame | None) -> pd.DataFrame | None:
    """Leave out anonymous visitors: nobody could have asked them anything."""
    if people is None or not len(people):
        return people
    return people[~people.index.astype("str").str.startswith(VISITOR)]


def _joined(texts: pd.DataFrame) -> pd.Series:
    names = texts.iloc[:, 0]
    for position in range(1, texts.shape[1]):
        names = names + ", " + texts.iloc[:, position]
    return names


def _often(names: pd.Series, min_group: int) -> pd.Series:
    return names.map(names.value_counts()) >= min_group


def _without(name: str, people: pd.DataFrame, attributes: pd.DataFrame, absent: str) -> Scheme:
    nothing = pd.Series(pd.NA, index=people.index, name=name, dtype="str")
    return Scheme(name, nothing, attributes, note=not_available(absent))


def _check_wanted(name: str, wanted: Sequence[str], attributes: Sequence[Attribute], people: pd.DataFrame) -> None:
    columns: Mapping[str, str] = {one.name: one.column for one in attributes}
    faults = []
    if isinstance(wanted, str) or not wanted:
        raise InputError(f"{name}: attributes is {wanted!r}, expected a list of names. Known: {[*columns]}.")
    for one in wanted:
        if one not in columns:
            faults.append(f"{name}: {one!r} is no attribute.{did_you_mean(one, columns)}")
        elif columns[one] not in people.columns:
            faults.append(f"{name}: attribute {one!r} needs the column {columns[one]!r}, which the table lacks.")
    if faults:
        raise InputError(faults)
