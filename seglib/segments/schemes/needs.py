"""Needs-based scheme: people who answer alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import InputError
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.segments.schemes.answers import QUESTION_COLUMNS, Answers, encode_answers
from seglib.segments.schemes.clustering import by_degrees, fit_centres, resampled
from seglib.segments.schemes.needs_tables import ANSWER_COLUMNS, answer_shares, name_segments, principal_components
from seglib.segments.schemes.scheme import ATTRIBUTE_COLUMNS, Scheme, frame_of, not_available
from seglib.tables.clusters import EVERYONE, GROUPS, SLICES, nearest, silhouette
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["NeedsStudy", "needs_based", "needs_options"]

MIN_STABILITY = 0.7  # mean adjusted Rand index of two resamples
MIN_JACCARD = 0.6  # of the weakest segment; below 0.6 a segment should not be trusted (Hennig 2007)
BEYOND = 0.2  # stability beyond that of people who only agree more or less readily from which segments are worth it
DISSOLVED = 0.5  # of the weakest of segments that go beyond; below, it is not there in a resample (Hennig 2008)
GAPS = 0.025  # silhouette beyond that of people who differ by degrees from which segments are groups
JUDGED = 2_000  # people for the silhouette
DRAWS, DRAWS_BY_DEGREES, TIMES_BY_DEGREES = 12, 3, 2
KS = range(2, 9)
WHO_ANSWERED = mark("Everyone who answered")
CANDIDATE_COLUMNS = [
    *("k", "stability", "stability_low", "stability_high", "stability_by_degrees", "weakest_segment"),
    *("smallest_segment", "within", "silhouette", "silhouette_by_degrees", "kind", "recommended", "reason"),
]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class NeedsStudy(Scheme):
    """Segments of people who answer a survey alike, and the evidence for them.

    Attributes
    ----------
    answers : DataFrame
        A row a segment and answer: ``segment, question, answer, statistic`` (share of answers, mean), ``n`` (who
        answered), ``value, low, high`` (95%), ``everyone, lowest, highest`` (ends of the scale), ``difference`` (as a
        share of the scale), ``evidence``.
    candidates : DataFrame
        A row a number of segments: ``k, stability`` (mean adjusted Rand index of two bootstrap samples),
        ``stability_low, stability_high`` (10% and 90% quantile), ``stability_by_degrees`` (that of people who answer as
        often, and differ only in how readily they agree), ``weakest_segment`` (Jaccard similarity),
        ``smallest_segment`` (people), ``within`` (sum of squares), ``silhouette, silhouette_by_degrees`` (of people
        whose answers are related alike, but who differ by degrees), ``kind`` ("groups", "slices"), ``recommended,
        reason``.
    kind : str
        "groups" (kinds of people, who stand apart more than people who differ by degrees), "slices", or "everyone".
    components, loadings, positions, scores : DataFrame
        Principal components (``component, standard_deviation, variance_share, cumulative_share``), their weights by
        answer, the mean of each segment and every person on the first two.
    questions : DataFrame
        Every question, its kind, and why it is not used.
    segment_stability : Series
        How well each segment comes back, 0..1.
    asked, left_out : int
        People who answered anything; of them, those who answered too little.
    survey : str
    """

    of_everyone = False  # who is missing did not answer

    answers: pd.DataFrame
    candidates: pd.DataFrame
    components: pd.DataFrame
    loadings: pd.DataFrame
    positions: pd.DataFrame
    scores: pd.DataFrame
    questions: pd.DataFrame
    segment_stability: pd.Series
    asked: int = 0
    left_out: int = 0
    survey: str = ""
    kind: str = EVERYONE

    @property
    def sizes(self) -> pd.DataFrame:
        """One row a segment: segment, customers, customers_share, stability."""
        table = super().sizes
        return table.assign(stability=table["segment"].map(self.segment_stability).astype("float64"))


def needs_based(
    responses: Any,
    *,
    questions: Sequence[str] | None = None,
    survey: str = "",
    k: int = 0,
    ks: Iterable[int] = KS,
    min_group: int = MIN_GROUP,
    draws: int = DRAWS,
    random_state: int = 0,
) -> NeedsStudy:
    """Segment people by their answers to a survey.

    Yes and no become 1 and 0, ratings go from 0 (lowest answer) to 1 (highest), words become one column each at half
    the weight; who answered less than half of the questions is left out and counted, a question that somebody else left
    open takes the mean in the clustering and is never counted as an answer. Segments are those of k-means.

    Two bootstrap samples agree on some divisions of any cloud, so they are held against people who answer each question
    as often and differ only in how readily they agree: the finest division is chosen on which resamples agree more than
    there by 0.2, and of which each segment is found again; else the finest that comes back, or everyone is one. They
    are *groups* where they stand apart (by the silhouette) more than those of people whose answers are related alike,
    but who differ by degrees; else *slices*.

    Parameters
    ----------
    responses : DataFrame or Ibis table, or None
        ``customer_id, question, answer``; where known ``answered_at`` (the last answer counts) and ``survey``.
    questions : sequence of str, optional
        By default every question that can be used and that half of the people answered.
    survey : str
        By default the one with the most answers.
    k : int
        Segments; 0 for the recommended number.
    ks : iterable of int
        Candidates.
    min_group : int
        People that the smallest segment must have to be recommended.
    draws : int
        Pairs of bootstrap samples a candidate.
    random_state : int

    Returns
    -------
    NeedsStudy

    Raises
    ------
    InputError
        An unknown question or survey, free text asked for, more segments than different sheets of answers.

    References
    ----------
    Dolnicar, Gruen, Leisch (2018), Market Segmentation Analysis, chapters 7 and 8. Hennig (2008), Dissolution point and
    isolation robustness, Journal of Multivariate Analysis 99(6). How often a cloud is called groups: docs/honesty.md.

    Examples
    --------
    >>> answers = {"cheap": ["yes", "no"] * 40, "tasty": ["no", "yes"] * 40}
    >>> wide = pd.DataFrame(answers, index=pd.Index([f"c{i}" for i in range(80)], name="customer_id"))
    >>> long = wide.reset_index().melt("customer_id", var_name="question", value_name="answer")
    >>> needs_based(long).sizes["segment"].tolist()
    ['Cheap, not tasty', 'Tasty, not cheap']
    """
    table = frame_of(responses)
    if table is None or table.empty:
        return _nothing(not_available(mark("survey responses")))
    told = encode_answers(table, questions=questions, survey=survey, min_group=min_group)
    if not len(told.values.columns) or not len(told.values):
        return _nothing(_("No question can be used, so nobody can be segmented by answers."), told)
    rows = told.matrix
    different = len(np.unique(rows.round(12), axis=0))
    if k > different:
        raise InputError(f"needs_based: {k} segments of {different} different sheets of answers. Ask for fewer.")
    wanted = sorted({*(int(one) for one in ks), *([k] if k else [])})
    possible = [one for one in wanted if 1 < one <= different and (one == k or len(rows) >= one * min_group)]
    fits = {one: fit_centres(rows, one, seed=random_state) for one in possible}
    held = {one: resampled(rows, centres, draws=draws, seed=random_state) for one, centres in fits.items()}
    degrees = _by_degrees(rows, possible, random_state)
    candidates = _candidates(rows, fits, held, degrees, min_group)
    chosen = k or max(candidates.loc[candidates["recommended"], "k"], default=1)
    return _study(told, rows, fits.get(chosen), held.get(chosen), candidates)


def needs_options(settings: Mapping[str, Any] | None = None, *, k: int = 0, survey: str = "") -> dict[str, Any]:
    """Put a shop's ``[needs]`` and a notebook's parameters together; a parameter left at its default gives way.

    Raises
    ------
    InputError
        ``k`` is below 0.

    Examples
    --------
    >>> needs_options({"k": 4, "survey": "taste"}, k=6)
    {'k': 6, 'survey': 'taste', 'questions': None}
    """
    told = dict(settings or {})
    chosen = int(k or told.get("k", 0))
    if chosen < 0:
        raise InputError(f"[needs]: k is {chosen}, expected a number of segments, or 0 for the recommended one.")
    return {"k": chosen, "survey": survey or told.get("survey", ""), "questions": told.get("questions") or None}


def _by_degrees(rows: np.ndarray, ks: Sequence[int], seed: int) -> pd.DataFrame:
    """Stability and silhouette of each number of segments where people differ by degrees only."""
    told: dict[int, list[tuple[float, float]]] = {k: [] for k in ks}
    for time in range(TIMES_BY_DEGREES):
        agreeing, related = (by_degrees(rows, one=one, seed=seed + time) for one in (True, False))
        for k in ks:
            held = resampled(agreeing, fit_centres(agreeing, k, seed=seed), draws=DRAWS_BY_DEGREES, seed=seed)
            stability = float(held.agreement.mean()) if len(held.agreement) else np.nan
            told[k].append(
                (stability, silhouette(related, nearest(fit_centres(related, k, seed=seed), related), JUDGED))
            )
    means = [np.mean(one, axis=0) for one in told.values()]
    return pd.DataFrame(means, index=list(told), columns=["stability", "silhouette"])


def _candidates(
    rows: np.ndarray, fits: dict[int, Any], held: dict[int, Any], degrees: pd.DataFrame, min_group: int
) -> pd.DataFrame:
    lines = []
    for k, centres in fits.items():
        labels = nearest(centres, rows)
        smallest, agreement = int(np.bincount(labels, minlength=k).min()), held[k].agreement
        quantiles = np.quantile(agreement, [0.1, 0.9]) if len(agreement) else [np.nan, np.nan]
        mean = float(agreement.mean()) if len(agreement) else np.nan
        weakest = float(held[k].jaccard.mean(axis=0).min()) if len(agreement) else np.nan
        within = float(((rows - centres[labels]) ** 2).sum())
        apart, as_if = silhouette(rows, labels, JUDGED), float(degrees["silhouette"][k])
        kind = GROUPS if apart - as_if > GAPS and weakest >= DISSOLVED else SLICES
        beyond = mean - degrees["stability"][k] > BEYOND and weakest >= DISSOLVED
        fault = _fault(mean, weakest, smallest, min_group, beyond)
        measured = (mean, *quantiles, degrees["stability"][k], weakest, smallest, within, apart, as_if, kind)
        lines.append((k, *measured, beyond and not fault, fault or "comes back"))
    table = pd.DataFrame(lines, columns=CANDIDATE_COLUMNS)
    beyond, sound = table["recommended"].astype(bool), table["reason"] == "comes back"
    best = table.loc[beyond if beyond.any() else sound, "k"].max()
    return table.assign(recommended=(table["k"] == best).astype(bool))


def _fault(stability: float, weakest: float, smallest: int, min_group: int, beyond: bool) -> str:
    """Why a number of segments cannot be recommended."""
    if smallest < min_group:
        return f"smallest segment below {min_group}"
    if not beyond and not stability >= MIN_STABILITY:
        return f"resamples do not agree (needs {MIN_STABILITY:g})"
    return "" if beyond or weakest >= MIN_JACCARD else "a segment does not come back"


def _study(told: Answers, rows: np.ndarray, centres: Any, held: Any, candidates: pd.DataFrame) -> NeedsStudy:
    labels = nearest(centres, rows) if centres is not None else np.zeros(len(rows), dtype=int)
    shares = answer_shares(told, labels)
    names = name_segments(shares) if centres is not None else [WHO_ANSWERED]
    segments = pd.Series(np.array(names)[labels], index=told.values.index, name="needs", dtype="str")
    steady = held.jaccard.mean(axis=0) if held is not None and len(held.jaccard) else np.full(len(names), np.nan)
    components, loadings, scores = principal_components(rows, told)
    shares["segment"] = pd.array(np.array(names)[shares["segment"]], dtype="str")
    note = "" if centres is not None else _("No division into segments comes back when the people are drawn again.")
    return NeedsStudy(
        name="needs",
        segments=segments,
        attributes=_as_attributes(told),
        stability=float(held.agreement.mean()) if held is not None and len(held.agreement) else float("nan"),
        note=note,
        known=told.values.notna().mean(axis="columns"),
        answers=shares[ANSWER_COLUMNS],
        candidates=candidates,
        components=components,
        loadings=loadings,
        positions=scores.groupby(segments).mean().loc[names].rename_axis("segment"),
        scores=scores.assign(segment=segments),
        questions=told.questions,
        segment_stability=pd.Series(steady, index=pd.Index(names, name="segment"), name="stability"),
        asked=told.asked,
        left_out=told.asked - len(rows),
        survey=told.survey,
        kind=str(candidates.set_index("k")["kind"].get(len(names), EVERYONE)) if centres is not None else EVERYONE,
    )


def _as_attributes(told: Answers) -> pd.DataFrame:
    used = told.questions.rename(columns={"people": "known", "answered_share": "known_share", "answers": "values"})
    return used.assign(attribute=used["question"], column="answer")[ATTRIBUTE_COLUMNS]


def _nothing(note: str, told: Answers | None = None) -> NeedsStudy:
    nobody = pd.Series([], index=pd.Index([], name="customer_id", dtype="str"), name="needs", dtype="str")
    return NeedsStudy(
        name="needs",
        segments=nobody,
        attributes=pd.DataFrame(columns=ATTRIBUTE_COLUMNS),
        note=note,
        answers=pd.DataFrame(columns=ANSWER_COLUMNS),
        candidates=pd.DataFrame(columns=CANDIDATE_COLUMNS),
        components=pd.DataFrame(columns=["component", "standard_deviation", "variance_share", "cumulative_share"]),
        loadings=pd.DataFrame(columns=["question", "answer", "PC1", "PC2"]),
        positions=pd.DataFrame(columns=["PC1", "PC2"]),
        scores=pd.DataFrame(columns=["PC1", "PC2", "segment"]),
        questions=told.questions if told else pd.DataFrame(columns=QUESTION_COLUMNS),
        segment_stability=pd.Series(dtype="float64", name="stability"),
        asked=told.asked if told else 0,
        left_out=told.asked if told else 0,
        survey=told.survey if told else "",
    )
