"""Recency, frequency, monetary value: scores and named segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from seglib.errors import InputError, did_you_mean
from seglib.segments.rfm.bands import bands, take_names
from seglib.segments.rfm.presets import CUTS, Preset, load_preset

__all__ = ["RFMScorer", "score_edges", "scorer_from"]

MEASURES = ("recency_days", "frequency", "monetary_value")
COLUMNS = ("r_score", "f_score", "m_score", "fm_score", "rfm_score", "rfm_segment")
DEFAULT = "eleven_segments"
CLOSED = {"quantile": "right", "quantile_plus_one": "left"}


class RFMScorer(TransformerMixin, BaseEstimator):
    """Score customers on recency, frequency and monetary value, and name the combination.

    Scores come from values: ``fit`` learns cut points, ``transform`` looks values up, so equal values score equally
    and neither order, names nor the unit of money matter. Cut points are values of customers (quantiles of type 1
    in Hyndman & Fan), upper bound inclusive. Where ties merge cut points, the best customers still score ``bins``
    and the worst 1; a measure on which everyone is equal scores the middle, ``(bins + 1) // 2``, as it tells nobody
    apart. Fixed cut points are taken as they are.

    Parameters
    ----------
    bins : int, optional
        Scores a measure, 1 (worst) to ``bins`` (best); by default as many as the preset has.
    preset : str, Path or Preset
        See :func:`load_preset`.
    recency_cuts, frequency_cuts, monetary_cuts : sequence of float, optional
        ``bins - 1`` rising cut points in place of quantiles, upper bound inclusive, in days, orders, money.
    weights : three floats
        Of recency, frequency, monetary value in ``rfm_score``; only their proportions count.
    window_days : int, optional
        Window that the customers are measured over. Another period can be scored with the same cut points only over an
        equal window: tables with ``recency_days`` outside it are refused. (A shorter window cannot be seen.)

    Attributes
    ----------
    edges_ : dict of measure to array of rising cut points that tell customers apart
    levels_ : dict of measure to array of the score below, between and above the edges
    closed_ : dict of measure to "right" (an edge is the upper end of its band) or "left" (the lower end of the next)
    segments_ : list of segment names in the order of the preset
    resolution_ : DataFrame a row a measure: measure, bins, scores (distinct ones that occur), largest_tie (value
        shared by most customers), largest_tie_share, fixed (cut points were given)
    n_customers_, bins_, preset_, cells_

    References
    ----------
    Hughes, A. M. (1994), Strategic Database Marketing. Hyndman, R. J. & Fan, Y. (1996), Sample quantiles in
    statistical packages, The American Statistician 50 (4).

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency_days": [3, 40, 200], "frequency": [9, 2, 1], "monetary_value": [900.0, 80.0, 10.0]},
    ...     index=pd.Index(["a", "b", "c"], name="customer_id"))
    >>> RFMScorer().fit_transform(customers)[["r_score", "fm_score", "rfm_score", "rfm_segment"]]
                 r_score  fm_score  rfm_score          rfm_segment
    customer_id
    a                  5         5       15.0            Champions
    b                  4         2        8.0  Potential Loyalists
    c                  1         1        3.0                 Lost
    """

    def __init__(
        self,
        bins: int | None = None,
        *,
        preset: str | Path | Preset = DEFAULT,
        recency_cuts: Sequence[float] | None = None,
        frequency_cuts: Sequence[float] | None = None,
        monetary_cuts: Sequence[float] | None = None,
        weights: Sequence[float] = (1, 1, 1),
        window_days: int | None = None,
    ) -> None:
        self.bins = bins
        self.preset = preset
        self.recency_cuts = recency_cuts
        self.frequency_cuts = frequency_cuts
        self.monetary_cuts = monetary_cuts
        self.weights = weights
        self.window_days = window_days

    def fit(self, customers: pd.DataFrame, y: Any = None) -> RFMScorer:
        """Learn the cut points of these customers.

        Parameters
        ----------
        customers : DataFrame
            With ``recency_days``, ``frequency`` and ``monetary_value``, one row a customer.
        y : ignored

        Raises
        ------
        InputError
            Settings that cannot be used; no customers; measures that are missing, infinite or outside the window.
        """
        self.preset_ = load_preset(self.preset)
        self.bins_ = self.preset_.bins if self.bins is None else self.bins
        self._check_settings()
        values = _measured(customers, self.window_days)
        if not len(customers):
            raise InputError("customers: nobody to learn cut points from. Widen the window or check the cleaning.")
        self.n_customers_ = len(customers)
        self.segments_, self.cells_ = self.preset_.segments, self.preset_.cells(self.bins_)
        self.edges_: dict[str, np.ndarray] = {}
        self.levels_: dict[str, np.ndarray] = {}
        self.closed_: dict[str, str] = {}
        for measure in MEASURES:
            self._learn(measure, values[measure])
        self.counts_ = {m: np.bincount(self._group(m, v), minlength=len(self.levels_[m])) for m, v in values.items()}
        self.resolution_ = pd.DataFrame([self._resolution(measure, v) for measure, v in values.items()])
        return self

    def transform(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Score and name customers with the learned cut points.

        Returns
        -------
        DataFrame indexed as ``customers``: r_score, f_score, m_score (1 to ``bins``), fm_score (mean of F and M, half
        rounds up), rfm_score (three times the weighted mean: 3 to ``3 * bins``), rfm_segment (str).
        """
        check_is_fitted(self)
        values = _measured(customers, self.window_days)
        r, f, m = (self.levels_[measure][self._group(measure, values[measure])] for measure in MEASURES)
        weights = 3 * np.asarray(self.weights, dtype=float) / np.sum(self.weights)
        total = weights[0] * r + weights[1] * f + weights[2] * m
        names = take_names(self.segments_, self.cells_[r - 1, f - 1, m - 1])
        columns = (r, f, m, (f + m + 1) // 2, total, names)
        return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), index=customers.index)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the columns that ``transform`` returns."""
        return np.array(COLUMNS, dtype=object)

    def _fixed(self, measure: str) -> Sequence[float] | None:
        key = CUTS[MEASURES.index(measure)]
        given = getattr(self, key)
        return self.preset_.cuts.get(key) if given is None else given

    def _check_settings(self) -> None:
        if not (isinstance(self.bins_, int | np.integer) and 2 <= self.bins_ <= 20):
            raise InputError(f"bins: {self.bins_!r} is no whole number from 2 to 20.")
        faults, n, weights = [], self.bins_ - 1, _numbers(self.weights)
        if len(weights) != 3 or (weights < 0).any() or not weights.sum():
            faults.append(f"weights: {self.weights!r} are not three numbers of at least 0, one of them above 0.")
        for key, measure in zip(CUTS, MEASURES, strict=True):
            cuts = self._fixed(measure)
            if cuts is not None and (len(_numbers(cuts)) != n or (np.diff(_numbers(cuts)) <= 0).any()):
                faults.append(f"{key}: {cuts!r} are not {n} rising cut points, which scores 1 to {self.bins_} need.")
        if faults:
            raise InputError(faults)

    def _learn(self, measure: str, values: np.ndarray) -> None:
        fixed, bins, closed = self._fixed(measure), int(self.bins_), "right"
        if fixed is not None:
            edges, levels = _numbers(fixed), np.arange(1, bins + 1)
        else:
            closed = CLOSED[self.preset_.cut_rule]
            edges, levels = _separating(_cuts(values, bins, self.preset_.cut_rule), values.max(), bins, closed)
        self.edges_[measure], self.closed_[measure] = edges, closed
        self.levels_[measure] = bins + 1 - levels if measure == "recency_days" and len(edges) else levels

    def _group(self, measure: str, values: np.ndarray) -> np.ndarray:
        return bands(values, self.edges_[measure], self.closed_[measure])

    def _resolution(self, measure: str, values: np.ndarray) -> dict[str, Any]:
        distinct, customers = np.unique(values, return_counts=True)
        largest = customers.argmax()
        return {
            "measure": measure,
            "bins": self.bins_,
            "scores": int((self.counts_[measure] > 0).sum()),
            "largest_tie": distinct[largest],
            "largest_tie_share": customers[largest] / len(values),
            "fixed": self._fixed(measure) is not None,
        }


def scorer_from(
    settings: Mapping[str, Any],
    *,
    preset: str = "",
    bins: int = 0,
    window_days: int | None = None,
    labels: Mapping[str, str] | None = None,
) -> RFMScorer:
    """Scorer as a shop's settings say, unless told otherwise.

    Parameters
    ----------
    settings : mapping
        Any of preset, bins, recency_cuts, frequency_cuts, monetary_cuts, weights.
    preset : str
        Used in place of the settings' unless empty; bins and cut points of the settings belong to their own preset and
        are left out for another.
    bins : int
        Used in place of the settings' unless 0.
    window_days : int, optional
        Window that the customers are measured over.
    labels : mapping of str to str, optional
        The shop's own names of segments (``[labels]`` in shop.toml).

    Examples
    --------
    >>> scorer_from({"preset": "rf_grid", "frequency_cuts": [1, 2, 3, 5]}, bins=5)
    RFMScorer(bins=5, frequency_cuts=[1, 2, 3, 5], preset='rf_grid')
    """
    known = ("preset", "bins", *CUTS, "weights")
    faults = [f"settings rfm: unknown {key!r}.{did_you_mean(key, known)}" for key in settings if key not in known]
    if faults:
        raise InputError(faults)
    told = {key: value for key, value in settings.items() if value}
    if preset and preset != told.get("preset", DEFAULT):
        told = {"preset": preset, **{key: told[key] for key in ("weights",) if key in told}}
    if labels:
        told["preset"] = load_preset(told.get("preset", DEFAULT)).renamed(labels)
    return RFMScorer(**{**told, **({"bins": bins} if bins else {})}, window_days=window_days)


def score_edges(scorer: RFMScorer) -> pd.DataFrame:
    """Which values get which score.

    Returns
    -------
    DataFrame, best scores first: measure, score, lower, upper (-inf and inf where open), closed (which end belongs to
    the band: ``"right"`` or ``"left"``), customers, customers_share (of those the scorer was fitted on).
    """
    rows = []
    for measure in MEASURES:
        ends = [-np.inf, *scorer.edges_[measure], np.inf]
        each = zip(scorer.levels_[measure], ends[:-1], ends[1:], scorer.counts_[measure], strict=True)
        for level, low, high, n in each:
            rows.append((measure, int(level), low, high, scorer.closed_[measure], int(n), n / scorer.n_customers_))
    columns = ["measure", "score", "lower", "upper", "closed", "customers", "customers_share"]
    edges = pd.DataFrame(rows, columns=columns)
    order = edges["measure"].map(MEASURES.index) * 100 - edges["score"]
    return edges.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _numbers(given: Any) -> np.ndarray:
    try:
        numbers = np.asarray(list(given), dtype=float)
    except (TypeError, ValueError):
        return np.array([])
    return numbers if np.isfinite(numbers).all() else np.array([])


def _cuts(values: np.ndarray, bins: int, rule: str) -> np.ndarray:
    if rule == "quantile_plus_one":
        return np.quantile(values, np.arange(1, bins) / bins) + 1
    places = [-(-len(values) * i // bins) - 1 for i in range(1, bins)]  # a customer's own value: no rounding, any unit
    return np.partition(values, places)[places]


def _separating(cuts: np.ndarray, top: float, bins: int, closed: str) -> tuple[np.ndarray, np.ndarray]:
    edges = np.unique(cuts)
    edges = edges[edges < top] if closed == "right" else edges[edges <= top]
    if not len(edges):
        return edges, np.array([(bins + 1) // 2])
    levels = np.concatenate([[1], 1 + np.searchsorted(np.sort(cuts), edges, side="right")])
    levels[-1] = bins  # cut points merged at the top would leave the best customers short of the best score
    return edges, levels


def _measured(customers: pd.DataFrame, window_days: int | None) -> dict[str, np.ndarray]:
    missing = [measure for measure in MEASURES if measure not in customers]
    if missing:
        found = [str(column) for column in customers.columns[:30]]
        raise InputError(
            f"customers: no column {', '.join(map(repr, missing))}. Found {found}. Pass a customers table."
        )
    values = {m: pd.to_numeric(customers[m], errors="coerce").to_numpy("float64", na_value=np.nan) for m in MEASURES}
    faults = [_unusable(measure, v, customers) for measure, v in values.items() if not np.isfinite(v).all()]
    if faults:
        raise InputError(faults)
    longest = values["recency_days"].max(initial=0)
    if window_days and longest >= window_days:
        raise InputError(
            f"customers: recency_days up to {longest:,.0f}, expected below the scorer's window_days={window_days}. "
            "Measure this period over an equal window, or fit a new scorer."
        )
    return values


def _unusable(measure: str, values: np.ndarray, customers: pd.DataFrame) -> str:
    bad = np.flatnonzero(~np.isfinite(values))
    example = f"{customers.index[bad[0]]!r} has {customers[measure].iloc[bad[0]]}"
    return (
        f"customers: {measure} is missing or infinite for {len(bad):,} of {len(values):,} customers, for instance "
        f"{example}. Complete or drop them before scoring."
    )
