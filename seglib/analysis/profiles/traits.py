"""What is over- and under-represented in each segment, compared with everybody else, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from seglib.analysis.profiles.alignment import align_segments, is_boolean, measures_of, yes_no
from seglib.errors import InputError, did_you_mean
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.naming import NOT_COVERED
from seglib.tables.canonical import CUSTOMERS
from seglib.tables.effects import Results, compare_means, compare_measures, compare_shares
from seglib.tables.shuffling import told_together
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["pick_attribute", "segment_traits", "usable_attributes"]

MIN_EFFECT = 0.1  # half of Cohen's small effect: a smaller difference is not worth a sentence
MIN_SHARE = 0.01  # of spend or of customers, on either side: less does not matter to anybody
MAX_VALUES = 50  # a column with more different texts holds names or numbers of things, not a trait
FEW_NUMBERS = 8  # as many different numbers are shown as they are; more are cut into bands
BANDS = 4
TOPS = ("top_category", "top_country", "top_channel")
CANONICAL = {column.name for column in CUSTOMERS}
COLUMNS = [
    *["segment", "attribute", "value", "statistic", "in_segment", "elsewhere", "index"],
    *[
        "effect",
        "effect_low",
        "effect_high",
        "p_value",
        "p_adjusted",
        "n",
        "n_elsewhere",
        "matters",
        "tested",
        "evidence",
    ],
]


def segment_traits(
    customers: pd.DataFrame,
    segments: pd.Series,
    *,
    shares: Mapping[str, pd.DataFrame] | None = None,
    attributes: Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    made_from: Collection[str] = (),
    min_group: int = MIN_GROUP,
    min_effect: float = MIN_EFFECT,
) -> pd.DataFrame:
    """Compare each segment with all customers of the other segments, one trait a row.

    Parameters
    ----------
    customers : DataFrame, one row a customer, indexed by ``customer_id``
    segments : Series of names indexed by ``customer_id``
        Customers not covered are left out; with a single segment they are the others.
    shares : mapping of str to DataFrame, optional
        ``{"category": table}``, customers x values, each row the shares of what that customer spent.
    attributes : sequence of str, optional
        Columns that say who customers are; by default all that :func:`usable_attributes` finds usable. Never the
        segmentation itself, or what ``shares`` or another column tells better (``country`` than ``top_country``).
    measures : sequence of str, optional
        Columns that say how they buy; by default every measure that is known.
    made_from : collection of str
        In what the segments differ by their making (``shop.made_from(name)``): those measures are described and not
        tested, such attributes and shares left out.
    min_group : int
        Known customers that a segment, all others and a value each need.
    min_effect : float
        Smallest effect, either way, that counts as evidence; shares below 1% on both sides do not count either.

    Returns
    -------
    DataFrame in the order of the segments, evidence first, then by size of effect: ``segment, attribute, value``
    (empty for measures), ``statistic`` (what the next two are: median, mean, mean share of spend, share of customers),
    ``in_segment, elsewhere, index`` (100 = as elsewhere), ``effect`` (Cliff's delta for medians, Cohen's d for means,
    Cohen's h for shares of customers), ``effect_low, effect_high`` (95%), ``p_value, p_adjusted`` (Benjamini-Hochberg
    over the table; :func:`seglib.tables.shuffling.told_together` does so over a page), ``n, n_elsewhere, matters`` (the
    effect is large enough, its interval without 0), ``tested, evidence``. Segments below ``min_group`` do not appear.

    Raises
    ------
    InputError
        For an unknown column, and as for :func:`align_segments`.

    References
    ----------
    See :mod:`seglib.tables.effects` and :mod:`seglib.tables.shuffling`.

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": 1, "frequency": 1, "monetary_value": 1.0, "pet": ["cat", "dog"] * 60})
    >>> segments = pd.Series(["Cat people", "Dog people"] * 60)
    >>> traits = segment_traits(customers, segments, measures=[])
    >>> traits.loc[traits["evidence"], ["segment", "value", "in_segment", "elsewhere"]].head(1)
          segment value  in_segment  elsewhere
    0  Cat people   cat         1.0        0.0
    """
    names = align_segments(customers, segments)
    if len(names.cat.categories) == 1:
        names = names.cat.add_categories([NOT_COVERED]).fillna(NOT_COVERED)
    covered = names.notna().to_numpy()
    names, customers = names[covered], customers[covered]
    known_better = {f"top_{key}" for key in (*(shares or ()), *customers.columns)}  # by shares, or by the contacts
    made_from = {*made_from, str(segments.name)}
    shares = {key: table for key, table in (shares or {}).items() if key not in made_from}
    who = _known_columns(customers, attributes, min_group, skip=known_better | {*shares} | made_from)
    texts = [name for name in who if not _is_number(customers[name])]
    numbers = measures_of(customers, measures).join(
        customers[[name for name in who if name not in texts]].astype(float)
    )
    blocks = [
        *_measure_traits(numbers, names, made_from),
        *_spend_traits(shares, names, min_group),
        *_attribute_traits(customers[texts], names, min_group),
    ]
    return _judged(blocks, min_group, min_effect, [*names.cat.categories])


def usable_attributes(customers: pd.DataFrame, *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """List which columns of the contacts can be compared, and why others cannot.

    Parameters
    ----------
    customers : DataFrame, one row a customer
    min_group : int
        Customers who must be known; at least two values (of texts) need as many.

    Returns
    -------
    DataFrame, one row for each top category, country or channel and each column from the contacts: ``attribute,
    contact`` (whether it comes from the contacts), ``known, values`` (different ones), ``used``, ``reason`` (why not).

    Examples
    --------
    >>> people = pd.DataFrame({"phone": range(100), "pet": ["cat", "dog"] * 50, "planet": "Earth"})
    >>> usable_attributes(people)[["attribute", "values", "used", "reason"]]
      attribute  values   used                         reason
    0     phone     100  False   every customer has their own
    1       pet       2   True
    2    planet       1  False   the same for nearly everyone
    """
    names = [name for name in customers.columns if name in TOPS or name not in CANONICAL]
    rows = [(name, name not in TOPS, *_usable(customers[name], min_group)) for name in names]
    table = pd.DataFrame(rows, columns=["attribute", "contact", "known", "values", "reason"])
    table.insert(4, "used", table["reason"] == "")
    return table


def pick_attribute(customers: pd.DataFrame, attribute: str = "", *, min_group: int = MIN_GROUP) -> pd.Series:
    """Take a column of the customer table as a segmentation: values in their natural order, small groups put together.

    Parameters
    ----------
    customers : DataFrame, one row a customer, indexed by ``customer_id``
    attribute : str
        Column; empty for the first usable column of the contacts.
    min_group : int
        Values that fewer customers have are put together as ``Other (n)``, or left out where that is too few still.

    Returns
    -------
    Series of names, indexed and named as the column; numbers are cut into four bands. All missing, and named ``""``,
    where no column is usable.

    Raises
    ------
    InputError
        For an unknown column.

    Examples
    --------
    >>> people = pd.DataFrame({"size": ["small", "tall", "tall"] * 30})
    >>> pick_attribute(people).value_counts().to_dict()
    {'tall': 60, 'small': 30}
    """
    usable = usable_attributes(customers, min_group=min_group).query("used and contact")
    if not attribute and usable.empty:
        return pd.Series(pd.NA, index=customers.index, name="", dtype="str")
    name = attribute or usable["attribute"].iloc[0]
    _known_columns(customers, [name], min_group, skip=set())
    column = customers[name]
    texts = _bands(column) if _is_number(column) and column.nunique() > FEW_NUMBERS else _texts(column)
    counts = texts.value_counts()
    rare = counts.index[counts < min_group]
    other = f"Other ({len(rare)})" if counts[rare].sum() >= min_group else None
    texts = texts.where(~texts.isin(rare), other)
    order = sorted((str(text) for text in counts.index.difference(rare)), key=_natural)
    if not all(re.search(r"\d", text) for text in order):
        return texts.astype("str")
    return texts.astype(pd.CategoricalDtype([*order, *([other] if other else [])], ordered=True))


def _known_columns(
    customers: pd.DataFrame, names: Sequence[str] | None, min_group: int, *, skip: set[str]
) -> list[str]:
    unknown = [name for name in names or () if name not in customers.columns]
    if unknown:
        raise InputError(
            [f"attribute {name!r} is no column.{did_you_mean(name, customers.columns)}" for name in unknown]
        )
    usable = usable_attributes(customers, min_group=min_group).query("used")["attribute"]
    return [name for name in usable if name not in skip and (names is None or name in names)]


def _usable(column: pd.Series, min_group: int) -> tuple[int, int, str]:
    known = column.dropna()
    number = _is_number(column)
    values = known if number else _texts(known).dropna()
    n, counts = len(values), values.value_counts()
    large = int((counts >= min_group).sum())
    reason = ""
    if n < min_group:
        reason = _("known for too few ({n})", n=words.count(n))
    elif pd.api.types.is_datetime64_any_dtype(column):
        reason = _("a date")
    elif number and len(counts) == n and bool((known == known.round()).all()):
        reason = _("every customer has their own")  # an identifier
    elif not number and len(counts) > MAX_VALUES:
        reason = _("too many different values")
    elif large < 2 and not (number and len(counts) > FEW_NUMBERS):
        reason = _("the same for nearly everyone")
    return n, len(counts), reason


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not is_boolean(column)


def _texts(column: pd.Series) -> pd.Series:
    if is_boolean(column):
        return yes_no(column)
    if _is_number(column):
        return column.map(lambda value: f"{value:.10g}", na_action="ignore").astype("str")
    texts = column.astype("object").where(column.notna(), None).astype("str").str.strip()
    return texts.where(texts != "")


def _bands(column: pd.Series) -> pd.Series:
    edges = np.unique(column.dropna().astype(float).quantile(np.linspace(0, 1, BANDS + 1), interpolation="higher"))
    band = np.clip(np.searchsorted(edges[1:-1], column.astype(float), side="right"), 0, max(len(edges) - 2, 0))
    text = column.astype(float).groupby(band).agg(lambda part: f"{part.min():.10g} to {part.max():.10g}")
    return pd.Series(band, index=column.index, name=column.name).map(text).where(column.notna()).astype("str")


def _natural(text: str) -> tuple[float, bool, str]:
    found = re.search(r"\d+(\.\d+)?", text)
    return float(found[0]) if found else 0.0, text[:1].isdigit(), text  # "Under 15" comes before "15 to 24"


def _measure_traits(numbers: pd.DataFrame, names: pd.Series, made_from: Collection[str]) -> Iterator[pd.DataFrame]:
    for name in numbers.columns:
        statistic = "mean" if name.endswith("_share") else "median"  # the median of a share is often 0 on both sides
        block = _measured(numbers[name], names, (name, "", statistic))
        yield block.assign(p_value=np.nan, tested=False) if name in made_from else block


def _spend_traits(shares: Mapping[str, pd.DataFrame], names: pd.Series, min_group: int) -> Iterator[pd.DataFrame]:
    for attribute, table in shares.items():
        spent = table.reindex(names.index).astype("float64")
        bought = spent.loc[:, (spent > 0).sum() >= min_group]
        for value in bought.mean().sort_values(ascending=False, kind="stable").index[:MAX_VALUES]:
            yield _measured(bought[value], names, (attribute, str(value), "mean share of spend"))


def _measured(column: pd.Series, names: pd.Series, what: tuple[str, str, str]) -> pd.DataFrame:
    compare = compare_measures if what[2] == "median" else compare_means
    groups = names.cat.categories
    codes = names.cat.codes.to_numpy().astype("int64")
    return _block(what, groups, compare(column.to_numpy(), codes, len(groups)))


def _attribute_traits(columns: pd.DataFrame, names: pd.Series, min_group: int) -> Iterator[pd.DataFrame]:
    for name in columns.columns:
        counts = pd.crosstab(_texts(columns[name]).to_numpy(), names.astype("str").to_numpy())
        counts = counts.reindex(columns=names.cat.categories, fill_value=0)
        results = compare_shares(counts.to_numpy().astype(float))
        for row, value in enumerate(counts.index):
            if counts.loc[value].sum() >= min_group:
                one = {key: array[row] for key, array in results.items()}
                yield _block((str(name), str(value), "share of customers"), counts.columns, one)


def _block(what: tuple[str, str, str], segments: Any, results: Results) -> pd.DataFrame:
    attribute, value, statistic = what
    return pd.DataFrame(
        {"segment": list(segments), "attribute": attribute, "value": value, "statistic": statistic, **results}
    ).assign(tested=True)


def _judged(blocks: list[pd.DataFrame], min_group: int, min_effect: float, order: list[str]) -> pd.DataFrame:
    if not blocks:
        flags = {"matters", "tested", "evidence"}
        return pd.DataFrame({name: pd.Series(dtype="bool" if name in flags else "object") for name in COLUMNS})
    traits = pd.concat(blocks, ignore_index=True).astype({"n": "int64", "n_elsewhere": "int64"})
    traits = traits[
        (traits[["n", "n_elsewhere"]] >= min_group).all(axis="columns") & (traits["segment"] != NOT_COVERED)
    ]
    size = traits["effect"].abs()
    seen = (traits["value"] == "") | (traits[["in_segment", "elsewhere"]].max(axis="columns") >= MIN_SHARE)
    around_none = (traits["effect_low"] <= 0) & (traits["effect_high"] >= 0)
    (traits,) = told_together(
        traits.assign(
            index=100 * traits["in_segment"] / traits["elsewhere"].where(traits["elsewhere"] > 0),
            matters=(size >= min_effect) & seen & traits["tested"] & ~around_none,
            place=traits["segment"].map({name: place for place, name in enumerate(order)}),
            size=-size,
        )
    )
    traits = traits.sort_values(["place", "evidence", "size"], ascending=[True, False, True], kind="stable")
    return traits[COLUMNS].reset_index(drop=True)
