"""How segments overlap, beside what chance alone would make, and where their actions contradict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from seglib.segments.rules.rulebook import Segment
from seglib.tables.clusters import jaccard
from seglib.tables.effects import share_effect
from seglib.tables.intervals import adjust_p_values
from seglib.tables.small_tables import LIKELY

__all__ = ["combinations", "contradictions", "pairs"]

CHUNK = 100_000  # rows multiplied at a time


def combinations(wide: pd.DataFrame) -> pd.DataFrame:
    """People in exactly each combination of segments.

    Parameters
    ----------
    wide : DataFrame
        Bool, a row a person, a column a segment.

    Returns
    -------
    DataFrame: segments (tuple), size (how many), people, share (of all people), expected (people if segments were
    independent), lift (people / expected); most people first. Who is in none is left out.

    Examples
    --------
    >>> wide = pd.DataFrame({"a": [True, True, False, False], "b": [True, False, False, False]})
    >>> combinations(wide)[["segments", "people", "expected"]].values.tolist()
    [[('a',), 1, 1.5], [('a', 'b'), 1, 0.5]]
    """
    inside = wide.to_numpy(dtype=bool)
    codes, first = _codes(inside)
    people = np.bincount(codes, minlength=len(first)).astype("int64")
    kinds = inside[first]
    share = inside.mean(axis=0) if len(inside) else np.zeros(inside.shape[1])
    expected = len(inside) * np.where(kinds, share, 1 - share).prod(axis=1)
    names = wide.columns.to_numpy()
    table = pd.DataFrame(
        {"segments": pd.Series([tuple(names[row]) for row in kinds], dtype="object"), "size": kinds.sum(axis=1)}
    )
    table = table.assign(people=people, share=people / max(1, len(inside)), expected=expected)
    table["lift"] = table["people"] / table["expected"].where(table["expected"] > 0)
    order = table[table["size"] > 0].sort_values(["people", "size"], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)


def _codes(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of the combination of each row, and the first row of each combination."""
    codes = np.zeros(len(inside), dtype="int64")
    for column in inside.T:
        codes = codes * 2 + column
        if len(codes) and codes.max() > 2**40:
            codes = pd.factorize(codes)[0]
    codes = pd.factorize(codes)[0]
    return codes, np.unique(codes, return_index=True)[1]


def pairs(wide: pd.DataFrame, kinds: np.ndarray | None = None) -> pd.DataFrame:
    """Every two segments, in the order of the columns.

    Parameters
    ----------
    wide : DataFrame
        Bool, a row a person, a column a segment.
    kinds : array, a value a person
        What kind of person each is: two segments of customers meet by chance among customers, not among everybody.

    Returns
    -------
    DataFrame: a, b, both (people), share_of_a, share_of_b, jaccard (both / either), expected (both, by chance alone,
    within each kind), lift (both / expected), effect (Cohen's h: share of the smaller segment that is in the other,
    against what chance gives), p_adjusted (as many or more by chance: Poisson's distribution, which spreads more than
    the hypergeometric; all pairs together), differs.

    Examples
    --------
    >>> wide = pd.DataFrame({"a": [True, True, False, False], "b": [True, False, False, False]})
    >>> pairs(wide)[["a", "b", "both", "share_of_a", "share_of_b", "expected", "lift"]].values.tolist()
    [['a', 'b', 1, 0.5, 1.0, 0.5, 2.0]]
    >>> pairs(wide, np.array([1, 1, 0, 0]))["lift"].tolist()
    [1.0]
    """
    inside = wide.to_numpy(dtype=bool)
    together = np.zeros((inside.shape[1], inside.shape[1]))
    for start in range(0, len(inside), CHUNK):
        some = inside[start : start + CHUNK].astype("float32")  # exact up to 2**24 people a chunk
        together += some.T @ some
    a, b = np.triu_indices(inside.shape[1], k=1)
    sizes, both = np.diag(together), together[a, b]
    names = pd.Series(wide.columns, dtype="str")
    table = pd.DataFrame({"a": names.iloc[a].array, "b": names.iloc[b].array, "both": both.astype("int64")})
    alike = [inside] if kinds is None else [inside[kinds == kind] for kind in np.unique(kinds)]
    counts = [(some.sum(axis=0), len(some)) for some in alike if len(some)]
    expected = sum((count[a] * count[b] / n for count, n in counts), np.zeros(len(a)))
    table = table.assign(share_of_a=_over(both, sizes[a]), share_of_b=_over(both, sizes[b]))
    table = table.assign(jaccard=jaccard(both, sizes[a], sizes[b]), expected=expected, lift=_over(both, expected))
    return _beside_chance(table, np.minimum(sizes[a], sizes[b]))


def _beside_chance(table: pd.DataFrame, smaller: np.ndarray) -> pd.DataFrame:
    from scipy.stats import poisson

    both, expected = (table[name].to_numpy("float64") for name in ("both", "expected"))
    adjusted = adjust_p_values(np.where(expected > 0, poisson.sf(both - 1, expected), np.nan))
    effect = share_effect(_over(both, smaller), _over(expected, smaller))
    return table.assign(effect=effect, p_adjusted=adjusted, differs=adjusted <= LIKELY)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def contradictions(segments: Sequence[Segment], inside: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Two segments of which one does what the other avoids, and how many people are in both.

    Parameters
    ----------
    segments : sequence of Segment
    inside : mapping of str to bool array
        Name of a segment -> who is in it.

    Returns
    -------
    DataFrame: a, b, customers, why; most customers first, pairs without any left out.
    """
    rows = []
    for i, a in enumerate(segments):
        for b in segments[i + 1 :]:
            why = [_why(one, other) for one, other in ((a, b), (b, a)) if set(one.does) & set(other.avoids)]
            people = int((inside[a.name] & inside[b.name]).sum()) if why else 0
            if people:
                rows.append((a.name, b.name, people, ". ".join(why)))
    table = pd.DataFrame(rows, columns=["a", "b", "customers", "why"])
    table = table.astype({"a": "str", "b": "str", "customers": "int64", "why": "str"})
    return table.sort_values("customers", ascending=False, kind="stable", ignore_index=True)


def _why(does: Segment, avoids: Segment) -> str:
    both = " and ".join(verb for verb in does.does if verb in avoids.avoids)
    return f"{does.name}: {both}; {avoids.name}: avoids {both}"
