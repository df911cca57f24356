"""Can the data carry a segmentation? Five questions, each answered by checks with a documented threshold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from seglib.analysis.exploration.spread import gini
from seglib.tables.canonical import CUSTOMERS

__all__ = ["cluster_tendency", "hopkins", "readiness"]

# check -> (question, enough for "yes", enough for "partly"); starting values, for you to change
THRESHOLDS: dict[str, tuple[int, float, float]] = {
    "customers": (2, 500, 100),
    "repeat_customers": (2, 500, 100),
    "orders_per_customer": (2, 2.0, 1.2),
    "revenue_gini": (2, 0.3, 0.1),
    "order_count_variation": (2, 0.5, 0.2),
    "cluster_tendency": (2, 0.1, 0.05),
    "customers_per_segment": (3, 100, 30),
    "consent_share": (3, 0.5, 0.2),
    "attributes": (3, 3, 1),
    "history_days": (4, 180, 90),
    "lines_analysed_share": (4, 0.9, 0.6),
    "values_known_share": (4, 0.95, 0.8),
    "attributes_known_share": (4, 0.8, 0.4),
}
WRITTEN = {"decision": 1, "owner": 5, "channel": 5, "measure": 5}
OUTSIDE = ("before_window", "after_as_of")  # left out because of the period, not of the data's quality
MAY_BE_BLANK = ("coupon_code",)  # blank means that there was none
SEGMENTS = 11  # of the usual RFM grid
KNOWN_ENOUGH = 0.5  # an attribute known of fewer customers than this is no attribute to act on
SAMPLE, PROBES, REPEATS, TAIL = 5000, 200, 10, 0.05


def hopkins(points: ArrayLike, *, random_state: int = 0) -> float:
    """Hopkins statistic: 0.5 for points scattered evenly, towards 1 for points in heaps.

    Parameters
    ----------
    points : array-like of shape (n_points, n_features)
        Scaled features.
    random_state : int
        Seed of the probes.

    Returns
    -------
    float in [0, 1], the mean over ten draws; NaN with fewer than 20 points or when all points are the same.

    References
    ----------
    Hopkins and Skellam (1954), Annals of Botany 18(2); Lawson and Jurs (1990), J. Chem. Inf. Comput. Sci. 30(1).

    Examples
    --------
    >>> even = np.random.default_rng(1).uniform(size=(500, 2))
    >>> heaps = np.repeat([[0.0, 0.0], [9.0, 9.0]], 250, axis=0) + even
    >>> round(hopkins(even), 1), round(hopkins(heaps), 1)
    (0.5, 1.0)
    """
    from scipy.spatial import cKDTree

    cloud = np.asarray(points, dtype="float64")
    cloud = cloud[:, np.ptp(cloud, axis=0) > 0] if len(cloud) else cloud
    if len(cloud) < 20 or not cloud.shape[1]:
        return float("nan")
    draw, tree = np.random.default_rng(random_state), cKDTree(cloud)
    probes, power = min(PROBES, max(10, len(cloud) // 10)), cloud.shape[1]
    found = []
    for _ in range(REPEATS):
        even = draw.uniform(cloud.min(axis=0), cloud.max(axis=0), size=(probes, power))
        real = cloud[draw.choice(len(cloud), probes, replace=False)]
        to_real = tree.query(even)[0] ** power
        to_other = tree.query(real, k=2)[0][:, 1] ** power
        found.append(to_real.sum() / (to_real.sum() + to_other.sum()))
    return float(np.mean(found))


def cluster_tendency(customers: pd.DataFrame, *, random_state: int = 0) -> tuple[float, float]:
    """Hopkins statistic of the customers, and that of one shapeless cloud.

    Recency, orders and revenue as logarithms, made uncorrelated and scaled; the central 90% of each, since a few
    extremes would make anything look like a heap. Whole days and orders are spread evenly over their unit, so that
    rounding makes no heaps. The cloud is normal and treated alike: only what goes beyond it speaks for groups.

    Parameters
    ----------
    customers : DataFrame
        Customer table; at most 5,000 customers are drawn.
    random_state : int
        Seed of the draw.

    Returns
    -------
    Two floats, customers and cloud; NaN with fewer than 20 customers, or when all are the same.

    Examples
    --------
    >>> cluster_tendency(pd.DataFrame({"recency_days": [1], "frequency": [1], "monetary_value": [9.0]}))
    (nan, nan)
    """
    draw = np.random.default_rng(random_state)
    points = _uncorrelated(_logarithms(customers, draw))
    if len(points) < 20 or not points.shape[1]:
        return float("nan"), float("nan")
    clouds = [hopkins(_central(draw.normal(size=points.shape)), random_state=random_state) for _ in range(3)]
    return hopkins(_central(points), random_state=random_state), float(np.mean(clouds))


def _logarithms(customers: pd.DataFrame, draw: np.random.Generator) -> np.ndarray:
    measures = customers[["recency_days", "frequency", "monetary_value"]].to_numpy(dtype="float64")
    measures = measures[np.lexsort(measures.T)]  # the order of the rows says nothing and must change nothing
    measures = measures[np.sort(draw.choice(len(measures), min(SAMPLE, len(measures)), replace=False))]
    days, placed, money = measures.T
    spread = [draw.uniform(size=len(part)) * (np.ptp(part) > 0 if len(part) else 0) for part in (days, placed)]
    signed = np.sign(money) * np.log1p(np.abs(money))
    return np.column_stack([np.log1p(np.clip(days, 0, None) + spread[0]), np.log(placed + spread[1]), signed])


def _uncorrelated(points: np.ndarray) -> np.ndarray:
    if len(points) < 2:
        return points[:, :0]
    width, axes = np.linalg.eigh(np.cov(points.T))
    kept = width > 1e-9 * max(1e-9, width.max())
    return (points - points.mean(axis=0)) @ axes[:, kept] / np.sqrt(width[kept])


def _central(points: np.ndarray) -> np.ndarray:
    low, high = np.quantile(points, [TAIL, 1 - TAIL], axis=0)
    return points[((points >= low) & (points <= high)).all(axis=1)]


def _attributes(customers: pd.DataFrame) -> pd.Series:
    """Known share of each thing told of a customer besides the measures of buying."""
    measured = {column.name for column in CUSTOMERS if not column.name.startswith("top_")} | {"email_consent"}
    told = customers.drop(columns=[name for name in customers if name in measured]).notna().mean().astype("float64")
    return told[told > 0]


def _measured(customers: pd.DataFrame, orders: pd.DataFrame) -> dict[str, float]:
    frequency, n = customers["frequency"].to_numpy(dtype="float64"), len(customers)
    known = _attributes(customers)
    heaps, cloud = cluster_tendency(customers)
    days = orders["ordered_at"].dt.normalize()
    consent = customers.get("email_consent")
    return {
        "customers": n,
        "repeat_customers": int((frequency > 1).sum()),
        "orders_per_customer": frequency.mean() if n else np.nan,
        "revenue_gini": gini(customers["monetary_value"]),
        "order_count_variation": frequency.std() / frequency.mean() if n else np.nan,
        "cluster_tendency": heaps - cloud,
        "customers_per_segment": n / SEGMENTS,
        "consent_share": float(consent.isin([True]).mean()) if consent is not None and n else np.nan,
        "attributes": int((known >= KNOWN_ENOUGH).sum()),
        "history_days": (days.max() - days.min()).days + 1 if len(days) else 0,
        "attributes_known_share": float(known.mean()) if len(known) else np.nan,
    }


def _lines_analysed(ledger: pd.DataFrame) -> float:
    outside = ledger.loc[ledger["step"].isin(OUTSIDE), "rows_removed"].sum()
    inside = ledger.loc[ledger["step"] == "raw", "rows"].sum() - outside
    return float(ledger["rows"].iloc[-1] / inside) if inside > 0 else float("nan")


def _verdict(value: float, enough: float, partly: float) -> str:
    if value != value:
        return "not known"
    return "yes" if value >= enough else "partly" if value >= partly else "no"


def readiness(
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    answers: Mapping[str, str] | None = None,
    *,
    ledger: pd.DataFrame | None = None,
    quality: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Five questions to answer before anyone acts on segments; the data answer three, people two.

    Questions: 1 why segment, 2 is the base large and varied enough, 3 can the business treat segments differently,
    4 are data sufficient, 5 will the organisation act. ``THRESHOLDS`` of this module says what is enough.

    Parameters
    ----------
    customers : DataFrame
        Customer table.
    orders : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`.
    answers : mapping
        What people wrote: ``decision``, ``owner``, ``channel``, ``measure``; blank or missing is not written.
    ledger, quality : DataFrame
        Of the shop; without them the checks that need them are not known.

    Returns
    -------
    DataFrame, a row a check: ``question`` (1 to 5), ``check``, ``value`` (NA where written or not known), ``enough``,
    ``partly`` (thresholds), ``answer`` (what was written), ``verdict`` (yes, partly, no, not known).

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": [1], "frequency": [1], "monetary_value": [9.0]})
    >>> orders = pd.DataFrame({"ordered_at": pd.to_datetime(["2024-01-01"])})
    >>> table = readiness(customers, orders, {"decision": "Whom to mail"}).set_index("check")
    >>> table.loc[["decision", "owner", "customers", "cluster_tendency"], "verdict"].tolist()
    ['yes', 'not known', 'no', 'not known']
    """
    values = _measured(customers, orders)
    if ledger is not None and len(ledger):
        values["lines_analysed_share"] = _lines_analysed(ledger)
    if quality is not None and len(quality):
        values["values_known_share"] = float(
            1 - quality.loc[~quality["column"].isin(MAY_BE_BLANK), "missing_share"].mean()
        )
    rows = []
    for check, (question, enough, partly) in THRESHOLDS.items():
        value = float(values.get(check, np.nan))
        rows.append((question, check, value, enough, partly, "", _verdict(value, enough, partly)))
    for check, question in WRITTEN.items():
        text = str((answers or {}).get(check) or "").strip()
        rows.append((question, check, np.nan, np.nan, np.nan, text, "yes" if text else "not known"))
    columns = ["question", "check", "value", "enough", "partly", "answer", "verdict"]
    return pd.DataFrame(rows, columns=columns).sort_values("question", kind="stable", ignore_index=True)
