"""Tables of the pages as sheets: the ledger first, columns that only an analyst reads left to the CSV files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.report.handing.finished import Finished
from seglib.report.handing.sheet import Sheet
from seglib.report.pages.digest import read_csv
from seglib.report.pages.downloads import meaning_of
from seglib.show.table import OURS

__all__ = ["TITLES", "page_sheets"]

# what a table is called, in the order of the sheets; a notebook's own goes by the name of its file
TITLES = {
    "ledger": mark("Ledger"),
    "rfm_segments": mark("RFM segments"),
    "personas": mark("Personas"),
    "segments": mark("Segments by rule"),
    "rule_profiles": mark("Segments by rule, one each"),
    "contradictions": mark("Contradictions"),
    "overlaps": mark("Overlaps"),
    "profiles": mark("Profiles"),
    "traits": mark("What sets segments apart"),
    "habits": mark("When and where they order"),
    "schemes": mark("Divisions compared"),
    "became": mark("What became of them"),
    "moves": mark("Slips and rises"),
    "moves_before": mark("Told and came true"),
    "revenue_by_month": mark("Revenue by month"),
    "cohort_retention": mark("Ordered again, by month"),
    "stages": mark("Stages of the journey"),
    "first_products": mark("First products"),
    "abandoned_carts": mark("Carts left"),
    "accounts": mark("Accounts with one buyer"),
    "roles": mark("Roles of people"),
    "segments_of_people": mark("Segments of people"),
    "persona_traits": mark("Traits of personas"),
    "readiness": mark("Readiness"),
    "quality": mark("Completeness"),
    "side_ledger": mark("Other tables"),
    "ledger_by_source": mark("Ledger by source"),
}
HEADS = {
    "customers_share": mark("Share of customers"),
    "revenue_share": mark("Share of revenue"),
    "orders_share": mark("Share of orders"),
    "others_share": mark("Share of others"),
    "segmentation": mark("Division"),
    "median_products": mark("Median products"),
    "median_categories": mark("Median categories"),
    "median_others": mark("Median of the others"),
    "a": mark("Segment"),
    "b": mark("And segment"),
    "month": mark("Month"),
    "months_since": mark("Months since"),
    "table": mark("Table"),
    "set_apart": mark("What sets it apart"),
    "description": mark("Who they are"),
    "size": mark("Segments together"),
    "expected": mark("Expected by chance"),
    "lift": mark("Times chance"),
    "days": mark("Days"),
    "within_days": mark("Within days"),
    "again_share": mark("Ordered again"),
    "others_again_share": mark("Others who ordered again"),
    "others_revenue": mark("Revenue of the others"),
    "did": mark("Did"),
    "did_share": mark("Share who did"),
    "came_true": mark("Came true"),
    "came_true_share": mark("Share that came true"),
}
# how sure a statement is, and how it was made: docs/files.md says that the CSV files hold these
TECHNICAL = {
    *("does", "avoids", "kind", "origin", "rough", "z", "delta", "low", "high", "jaccard", "described", "values"),
    *("typical_customer", "attributes", "attributes_known_share", "rule_precision", "rule_recall", "rule_f1"),
    *("adjusted_p_value", "p_again", "p_revenue", "p_adjusted", "effect", "auc", "auc_low", "auc_high", "judged"),
    *("explained", "explained_low", "explained_high", "explained_by_cover", "explained_now", "completeness_share"),
    *("stability_low", "stability_high", "stability_of", "smallest_customers", "implied", "censored", "converted"),
    *("money", "money_low", "money_high", "money_rival", "money_ahead", "money_ahead_low", "money_ahead_high"),
    *("rival", "ahead", "ahead_low", "ahead_high", "total_share", "total_low_share", "total_high_share"),
    *("did_share_low", "did_share_high", "came_true_share_low", "came_true_share_high", "partly", "unpriced"),
    *("revenue_share_low", "revenue_share_high", "median_previous_orders", "median_previous_revenue"),
    *("again_low_share", "again_high_share", "revenue_low", "revenue_high", "of", "difference"),
}
DAY = r"\d{4}-\d\d-\d\d( 00:00:00)?"


def page_sheets(run: Finished) -> list[Sheet]:
    """A sheet for each CSV file that the run kept.

    Parameters
    ----------
    run : Finished
    """
    files = {file.stem: file for file in sorted(run.tables.glob("*.csv"))}
    order = [*(name for name in TITLES if name in files), *(name for name in files if name not in TITLES)]
    sheets = (_sheet(files[name], run) for name in order)
    return [sheet for sheet in sheets if len(sheet.rows)]


def _sheet(file: Path, run: Finished) -> Sheet:
    table = read_csv(file)
    table = table[[name for name in table if name not in TECHNICAL]]
    for name in table:
        table[name] = _read(table[name], name)
    title = _(TITLES[file.stem]) if file.stem in TITLES else words.label(file.stem)
    return Sheet(title, _(meaning_of(file.name, run.record.get("meanings", {}))), table, HEADS, file.stem)


def _read(values: pd.Series, column: str) -> pd.Series:
    """Dates as dates, and words of seglib in the language of the report."""
    if pd.api.types.is_numeric_dtype(values) or not len(values):
        return values
    known = values.dropna().astype("str")
    if len(known) and known.str.fullmatch(DAY).all():
        return pd.to_datetime(values, errors="coerce")
    return values.map(words.name, na_action="ignore") if column in OURS else values
