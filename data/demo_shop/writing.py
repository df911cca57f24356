"""The tables as Parquet, with fixed columns, types and writing options."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS = {
    "orders": "order_id customer_id ordered_at product_id quantity unit_price discount coupon_code channel country "
    "status",
    "contacts": "customer_id signed_up_at country region city birth_year age_band gender email_consent company "
    "industry employees revenue_band legal_form parent_company",
    "products": "product_id product_name category launched_at",
    "events": "visitor_id customer_id at event channel session_id product_id quantity amount order_id",
    "tickets": "ticket_id customer_id opened_at answered_at closed_at channel reason product_id",
    "responses": "customer_id survey question answer answered_at",
    "campaigns": "customer_id campaign arm sent_at opened clicked converted spend channel",
    "deals": "deal_id customer_id company stage value product_id opened_at closed_at owner",
}
TIMES = ("ordered_at", "signed_up_at", "launched_at", "at", "opened_at", "answered_at", "closed_at", "sent_at")
KINDS = {
    **dict.fromkeys(TIMES, pa.timestamp("us")),
    **dict.fromkeys(("unit_price", "discount", "amount", "spend", "value"), pa.decimal128(10, 2)),
    **dict.fromkeys(("quantity", "employees", "birth_year"), pa.int32()),
    **dict.fromkeys(("email_consent", "opened", "clicked", "converted"), pa.bool_()),
}
PARQUET = {"compression": "zstd", "compression_level": 12, "version": "2.6"}
CLOSE_TOGETHER = {"at"}  # moments in order are small steps, which Parquet can write as such


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """The same packages write the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        names = COLUMNS[name].split() if name in COLUMNS else [*table.columns]
        kinds = {
            column: KINDS.get(column, pa.bool_() if table[column].dtype == bool else pa.string()) for column in names
        }
        columns = {column: pa.array(table[column], from_pandas=True).cast(kind) for column, kind in kinds.items()}
        steps = sorted(CLOSE_TOGETHER & {*names})
        encoding = {
            "use_dictionary": [column for column in names if column not in steps],
            "column_encoding": dict.fromkeys(steps, "DELTA_BINARY_PACKED"),
        }
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", **PARQUET, **(encoding if steps else {}))
