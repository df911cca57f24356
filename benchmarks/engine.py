"""Order lines to customers: seglib beside hand-written DuckDB SQL and pandas, with equal answers.

``python benchmarks/engine.py --lines 10_000_000`` makes the lines once (seeded, kept in ``benchmarks/results``), proves
that all sides give the same tables, and prints medians, ratios and whether they keep the limits.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from _measure import assert_same, peak_mb, peak_mb_alone, ratios, time_in_turn

import seglib as sg

AS_OF = dt.date(2025, 1, 9)
RESULTS = Path(__file__).parent / "results"
LIMITS = (  # contender, what it is measured against, how many times as long it may take
    ("seglib rfm", "sql scan", 3.2),
    ("seglib customers", "sql customers", 1.3),
)
SCORER_SECONDS = 1.0  # RFMScorer on a million customers

# u(k, i): uniform number of row i in stream k; the same on every run and with any number of threads.
MAKE_LINES = """
CREATE MACRO u(k, i) AS hash(k, i) / 18446744073709551616.0;
COPY (
    WITH orders AS (
        SELECT i, floor({customers} * ((0.178 + 0.822 * u(1, i)) ** 4 - 0.001))::BIGINT AS customer,
            1 + floor(-3.5 * ln(1 - u(2, i)))::BIGINT AS size,
            TIMESTAMP '2023-01-01' + INTERVAL (floor(i * 63072000.0 / {orders})) SECOND AS placed_at
        FROM range({orders}) AS t(i)
    ),
    sold AS (
        SELECT i, customer, placed_at, i * 64 + unnest(range(least(size, 30))) AS line FROM orders
    ),
    priced AS (
        SELECT *, floor(5000 * u(3, line) ** 2)::BIGINT AS product,
            1 + floor(-0.5 * ln(1 - u(4, line)))::BIGINT AS items, u(5, line) < 0.04 AS is_return
        FROM sold
    ),
    counted AS (
        SELECT *, 150 + floor(9000 * u(6, product) ** 3)::BIGINT AS cents,
            if(u(7, i) < 0.2 AND NOT is_return, 15, 0) AS percent, if(is_return, -items, items) AS quantity
        FROM priced
    )
    SELECT if(is_return, 'R', 'A') || (10000000 + i) AS order_id,
        'C' || lpad(customer::VARCHAR, 8, '0') AS customer_id,
        placed_at + if(is_return, INTERVAL 9 DAY, INTERVAL 0 DAY) AS ordered_at,
        ((quantity * cents - (items * cents * percent) // 100) * 0.01)::DECIMAL(18, 4) AS amount,
        is_return,
        quantity::DOUBLE AS quantity,
        (cents * 0.01)::DECIMAL(18, 4) AS unit_price,
        (((items * cents * percent) // 100) * 0.01)::DECIMAL(18, 4) AS discount,
        'P' || lpad(product::VARCHAR, 5, '0') AS product_id,
        'Category ' || (product % 14) AS category,
        'Country ' || floor(6 * u(8, customer) ** 3)::BIGINT AS country,
        ['web', 'app', 'store', 'marketplace'][1 + floor(4 * u(9, i) ** 1.5)::BIGINT] AS channel
    FROM counted ORDER BY ordered_at, line
) TO '{path}' (FORMAT parquet, COMPRESSION zstd);
"""

SCAN_SQL = "SELECT customer_id, max(ordered_at), count(*), sum(amount) FROM lines GROUP BY customer_id"

# The whole customer table by hand; also the oracle that seglib is held against.
CUSTOMERS_SQL = """
WITH orders AS (
    SELECT customer_id, order_id, sum(amount) AS amount, coalesce(sum(amount) FILTER (is_return), 0) AS returned,
        min(ordered_at) FILTER (NOT is_return) AS first_at, max(ordered_at) FILTER (NOT is_return) AS last_at,
        sum(quantity) FILTER (NOT is_return) AS items, sum(discount) FILTER (NOT is_return) AS discount
    FROM lines WHERE ordered_at < DATE '{as_of}' + 1 GROUP BY ALL
),
spaced AS (
    SELECT *, date_diff('day', lag(first_at) OVER (PARTITION BY customer_id ORDER BY first_at), first_at) AS gap
    FROM orders WHERE first_at IS NOT NULL
),
behaviour AS (
    SELECT customer_id, min(first_at) AS first_order_at, max(last_at) AS last_order_at, count(*) AS frequency,
        median(gap) AS interpurchase_days, sum(items) AS items, sum(discount)::DOUBLE AS discount
    FROM spaced GROUP BY customer_id
),
money AS (
    SELECT customer_id, sum(amount)::DOUBLE AS net, sum(returned)::DOUBLE AS returned FROM orders GROUP BY customer_id
),
sales AS (SELECT * FROM lines WHERE NOT is_return AND ordered_at < DATE '{as_of}' + 1),
pairs AS (SELECT DISTINCT customer_id, product_id FROM sales),
bought AS (SELECT customer_id, count(*) AS products FROM pairs GROUP BY customer_id),
by_category AS (SELECT customer_id, category AS place, sum(amount) AS spend FROM sales GROUP BY ALL),
by_country AS (SELECT customer_id, country AS place, sum(amount) AS spend FROM sales GROUP BY ALL),
by_channel AS (SELECT customer_id, channel AS place, sum(amount) AS spend FROM sales GROUP BY ALL),
category AS (
    SELECT customer_id, count(*) AS categories, first(place ORDER BY spend DESC, place) AS top
    FROM by_category GROUP BY customer_id
),
country AS (SELECT customer_id, first(place ORDER BY spend DESC, place) AS top FROM by_country GROUP BY customer_id),
channel AS (SELECT customer_id, first(place ORDER BY spend DESC, place) AS top FROM by_channel GROUP BY customer_id)
SELECT customer_id, date_diff('day', last_order_at, DATE '{as_of}') AS recency_days, frequency, net AS monetary_value,
    date_diff('day', first_order_at, DATE '{as_of}') AS tenure_days, first_order_at, last_order_at,
    (net - returned) / frequency AS average_order_value, items / frequency AS items_per_order, interpurchase_days,
    products, categories, -returned / (net - returned) AS returns_share,
    discount / (discount + net - returned) AS discount_share,
    category.top AS top_category, country.top AS top_country, channel.top AS top_channel
FROM behaviour JOIN money USING (customer_id) JOIN bought USING (customer_id) JOIN category USING (customer_id)
    JOIN country USING (customer_id) JOIN channel USING (customer_id)
ORDER BY customer_id
"""


def make_lines(lines: int) -> Path:
    """Parquet of about so many clean order lines, four in a hundred of them returns, a few customers buying most."""
    path = RESULTS / f"lines_{lines}.parquet"
    if not path.exists():
        RESULTS.mkdir(exist_ok=True)
        with duckdb.connect() as engine:
            engine.execute(MAKE_LINES.format(customers=lines // 25, orders=lines // 4, path=path))
    return path


def read_lines(path: Path, columns: list[str]) -> pd.DataFrame:
    """As a pandas user would: only the columns needed, money as floats."""
    table = pq.read_table(path, columns=columns)
    kinds = [pa.float64() if pa.types.is_decimal(field.type) else field.type for field in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True)))).to_pandas()


def pandas_rfm(path: Path) -> pd.DataFrame:
    lines = read_lines(path, ["order_id", "customer_id", "ordered_at", "amount", "is_return"])
    sales = lines[~lines["is_return"]]
    by_customer = sales.groupby("customer_id")
    last = by_customer["ordered_at"].max().dt.normalize()
    return pd.DataFrame(
        {
            "recency_days": (pd.Timestamp(AS_OF) - last).dt.days,
            "frequency": sales.drop_duplicates(["customer_id", "order_id"]).groupby("customer_id").size(),
            "monetary_value": lines.groupby("customer_id")["amount"].sum().reindex(last.index),
        }
    )


def pandas_customers(path: Path) -> pd.DataFrame:
    lines, today = read_lines(path, None), pd.Timestamp(AS_OF)
    sales, returns = lines[~lines["is_return"]], lines[lines["is_return"]]
    by_customer = sales.groupby("customer_id")
    orders = sales.groupby(["customer_id", "order_id"])["ordered_at"].min().sort_values().reset_index("customer_id")
    gaps = orders["ordered_at"].dt.normalize().groupby(orders["customer_id"]).diff().dt.days
    table = pd.DataFrame({"frequency": orders.groupby("customer_id").size()})
    table["first_order_at"] = by_customer["ordered_at"].min()
    table["last_order_at"] = by_customer["ordered_at"].max()
    table["recency_days"] = (today - table["last_order_at"].dt.normalize()).dt.days
    table["tenure_days"] = (today - table["first_order_at"].dt.normalize()).dt.days
    table["monetary_value"] = lines.groupby("customer_id")["amount"].sum()
    table["interpurchase_days"] = gaps.groupby(orders["customer_id"]).median()
    table["items_per_order"] = by_customer["quantity"].sum() / table["frequency"]
    returned = -returns.groupby("customer_id")["amount"].sum().reindex(table.index, fill_value=0)
    sold, discount = table["monetary_value"] + returned, by_customer["discount"].sum()
    table["average_order_value"] = sold / table["frequency"]
    table["returns_share"], table["discount_share"] = returned / sold, discount / (discount + sold)
    for column, name in (("product_id", "products"), ("category", "categories")):
        table[name] = sales[["customer_id", column]].drop_duplicates().groupby("customer_id").size()
    for column in ("category", "country", "channel"):
        spend = sales.groupby(["customer_id", column])["amount"].sum().round(4).reset_index()
        best = spend.sort_values(["amount", column], ascending=[False, True]).drop_duplicates("customer_id")
        table[f"top_{column}"] = best.set_index("customer_id")[column]
    return table


def contenders(path: Path) -> dict[str, Callable[[], pd.DataFrame]]:
    """Everything that is timed: each reads the Parquet file and ends with a pandas table."""
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET enable_progress_bar = false")
    lines = backend.read_parquet(path, table_name="lines")
    customers_sql = CUSTOMERS_SQL.format(as_of=AS_OF)
    return {
        "sql scan": lambda: backend.raw_sql(SCAN_SQL).df(),
        "seglib rfm": lambda: sg.build_customers(lines, as_of=AS_OF, measures="rfm"),
        "sql customers": lambda: backend.raw_sql(customers_sql).df().set_index("customer_id"),
        "seglib customers": lambda: sg.build_customers(lines, as_of=AS_OF),
        "pandas rfm": lambda: pandas_rfm(path),
        "pandas customers": lambda: pandas_customers(path),
    }


def prove_equal(run: dict[str, Callable[[], pd.DataFrame]]) -> None:
    """All sides give the same customers and values; nothing is timed that does not."""
    expected = run["sql customers"]()
    told = run["seglib customers"]().drop(columns=["previous_orders", "previous_revenue"])
    assert_same(told, expected)
    assert_same(run["pandas customers"]()[expected.columns], expected)
    for name in ("seglib rfm", "pandas rfm"):
        assert_same(run[name](), expected[["recency_days", "frequency", "monetary_value"]])


def score_a_million() -> Callable[[], pd.DataFrame]:
    rng, n = np.random.default_rng(1), 1_000_000
    customers = pd.DataFrame(
        {
            "recency_days": rng.integers(0, 365, n),
            "frequency": rng.geometric(0.4, n),
            "monetary_value": rng.lognormal(4, 1, n).round(2),
        },
        index=pd.Index(np.arange(n).astype(str), name="customer_id"),
    )
    return lambda: sg.RFMScorer().fit(customers).transform(customers)


def result_table(times: pd.DataFrame, peaks: dict[str, float]) -> pd.DataFrame:
    """One row a contender: medians, peak memory, and the ratio to what it is measured against."""
    table = times.groupby("contender", sort=False).median().round(2)
    table["peak_mb"] = pd.Series(peaks).round()
    for name, reference, limit in LIMITS:
        found = ratios(times, name, reference)
        table.loc[name, ["against", "ratio", "cpu_ratio", "limit"]] = [reference, *found.round(2), limit]
        table.loc[name, "verdict"] = "PASS" if found["seconds"] <= limit else "FAIL"
    if "scorer" in table.index:
        kept = table.loc["scorer", "seconds"] <= SCORER_SECONDS
        table.loc["scorer", ["against", "limit", "verdict"]] = ["seconds", SCORER_SECONDS, "PASS" if kept else "FAIL"]
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000_000, help="order lines to make and read")
    parser.add_argument("--rounds", type=int, default=5, help="rounds timed, after one to warm up")
    parser.add_argument("--only", help="run one contender once and print its peak memory")
    asked = parser.parse_args()
    run = contenders(make_lines(asked.lines))
    if asked.only:
        run[asked.only]()
        print(json.dumps({"peak_mb": peak_mb()}))
        return 0
    prove_equal(run)
    peaks = {name: peak_mb_alone(__file__, "--lines", str(asked.lines), "--only", name) for name in run}
    table = result_table(time_in_turn(run | {"scorer": score_a_million()}, asked.rounds), peaks)
    print(f"{asked.lines:,} lines, {asked.rounds} rounds, equal answers\n\n{table.to_string(na_rep='')}")
    table.to_json(RESULTS / "engine.json", orient="index", indent=1)
    return int((table["verdict"] == "FAIL").any())


if __name__ == "__main__":
    raise SystemExit(main())
