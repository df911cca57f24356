"""Can the data carry a segmentation? Five questions, each answered by checks with a documented threshold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from seglib.analysis.exploration.spread import gini
from seglib.language.naming import OUTSIDE
from seglib.tables.canonical import CUSTOMERS
from seglib.tables.clusters import GAPS, separation

__all__ = ["readiness"]

# check -> (question, enough for "yes", enough for "partly"); starting values, for you to change
THRESHOLDS: dict[str, tuple[int, float, float]] = {
    "customers": (2, 500, 100),
    "repeat_customers": (2, 500, 100),
    "orders_per_customer": (2, 2.0, 1.2),
    "revenue_gini": (2, 0.3, 0.1),
    "order_count_variation": (2, 0.5, 0.2),
    "gaps": (2, GAPS, 0.0),
    "customers_per_segment": (3, 100, 30),
    "consent_share": (3, 0.5, 0.2),
    "attributes": (3, 3, 1),
    "history_days": (4, 180, 90),
    "lines_analysed_share": (4, 0.9, 0.6),
    "values_known_share": (4, 0.95, 0.8),
    "attributes_known_share": (4, 0.8, 0.4),
}
WRITTEN = {"decision": 1, "owner": 5, "channel": 5, "measure": 5}
MAY_BE_BLANK = ("coupon_code",)  # blank means that there was none
SEGMENTS = 11  # of the usual RFM grid
KNOWN_ENOUGH = 0.5  # an attribute known of fewer customers than this is no attribute to act on


def _attributes(customers: pd.DataFrame) -> pd.Series:
    """Known share of each thing told of a customer besides the measures of buying."""
    measured = {column.name for column in CUSTOMERS if not column.name.startswith("top_")} | {"email_consent"}
    told = customers.drop(columns=[name for name in customers if name in measured]).notna().mean().astype("float64")
    return told[told > 0]


def _measured(customers: pd.DataFrame, orders: pd.DataFrame, features: pd.DataFrame | None) -> dict[str, float]:
    frequency, n = customers["frequency"].to_numpy(dtype="float64"), len(customers)
    known = _attributes(customers)
    days = orders["at"].dt.normalize()
    consent = customers.get("email_consent")
    return {
        "customers": n,
        "repeat_customers": int((frequency > 1).sum()),
        "orders_per_customer": frequency.mean() if n else np.nan,
        "revenue_gini": gini(customers["monetary_value"]),
        "order_count_variation": frequency.std() / frequency.mean() if n else np.nan,
        "gaps": separation(features) if features is not None else np.nan,
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
    features: pd.DataFrame | None = None,
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
    features : DataFrame
        The features by which personas are made, on one scale (``matrix`` of
        :func:`seglib.segments.personas.persona_features`): whether there are gaps between groups, by the test that
        page 03 uses (:func:`seglib.tables.clusters.separation`).

    Returns
    -------
    DataFrame, a row a check: ``question`` (1 to 5), ``check``, ``value`` (NA where written or not known), ``enough``,
    ``partly`` (thresholds), ``answer`` (what was written), ``verdict`` (yes, partly, no, not known).

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": [1], "frequency": [1], "monetary_value": [9.0]})
    >>> orders = pd.DataFrame({"at": pd.to_datetime(["2024-01-01"])})
    >>> table = readiness(customers, orders, {"decision": "Whom to mail"}).set_index("check")
    >>> table.loc[["decision", "owner", "customers", "gaps"], "verdict"].tolist()
    ['yes', 'not known', 'no', 'not known']
    """
    values = _measured(customers, orders, features)
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
