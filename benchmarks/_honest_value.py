"""Shops of chance, and what is claimed of them: schemes that explain, intervals that hold, rules that find.

Each function runs its shops and returns a tidy table: what was simulated, ``runs``, how often the claim came
(``hits``), ``share`` and ``high_share`` (its upper 95% limit, Wilson). ``benchmarks/honesty.py`` puts them together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import ibis
import numpy as np
import pandas as pd

import seglib as sg
from seglib.analysis.campaigns import arm_effects, reached
from seglib.analysis.outcomes import what_became
from seglib.segments.rules import find_members, read_rules
from seglib.segments.schemes import compare_schemes
from seglib.shop.people import build_people, measure_calls
from seglib.tables.explained import Explained
from seglib.tables.intervals import wilson_interval

__all__ = ["became_by_chance", "campaigns_by_chance", "coverage_of_explained", "random_schemes", "rules_by_chance"]

AS_OF = dt.date(2023, 12, 31)
SIZES = (100, 300, 1000)
SEGMENTS = 11
POPULATION = 300_000


def told(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows with ``runs`` and ``hits``, with the share and its upper limit."""
    table = pd.DataFrame(rows)
    low, high = wilson_interval(table["hits"], table["runs"])
    return table.assign(share=table["hits"] / table["runs"], low_share=low, high_share=high)


def buyers(n: int, rng: np.random.Generator, apart: float) -> tuple[np.ndarray, pd.DataFrame]:
    """Uneven segments that differ by so much, and a period in which about half buy, for skewed money."""
    codes = rng.choice(SEGMENTS, n, p=np.arange(1, SEGMENTS + 1) / (SEGMENTS * (SEGMENTS + 1) / 2))
    liking = apart * codes / (SEGMENTS - 1) + rng.normal(0, 1, n)
    again = rng.random(n) < 1 / (1 + np.exp(0.5 - liking))
    index = pd.Index([f"c{i:07}" for i in range(n)], name="customer_id")
    spent = {"spent_before": rng.lognormal(3, 1, n), "recency_days": rng.integers(0, 400, n)}
    after = {"next_revenue": again * np.exp(liking + rng.normal(0, 0.5, n)), "bought_again": again}
    return codes, pd.DataFrame({**after, **spent}, index=index)


def random_schemes(runs: int = 200, *, n: int = 600, seed: int = 0) -> pd.DataFrame:
    """Schemes of 2 to 40 random names: said to explain ranks, money or who buys again; said to beat the bands."""
    claims = dict.fromkeys(("explains ranks", "explains money", "tells who buys again", "beats plain bands"), 0)
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        _, after = buyers(n, rng, 0.0)
        names = pd.Series(rng.integers(0, rng.integers(2, 41), n), index=after.index).astype("str")
        customers = after[["spent_before"]].rename(columns={"spent_before": "monetary_value"})
        table = compare_schemes({"chance": names}, customers, after, earlier={"chance": names}, random_state=run)
        row = table.set_index("scheme").loc["chance"]
        claims["explains ranks"] += bool(row["explained_low"] > 0)
        claims["explains money"] += bool(row["money_low"] > 0)
        claims["tells who buys again"] += bool(row["auc_low"] > 0.5)
        claims["beats plain bands"] += bool(row["ahead_low"] > 0)
    return told([{"what": f"random scheme {claim}", "runs": runs, "hits": hits} for claim, hits in claims.items()])


def coverage_of_explained(
    runs: int = 200, *, sizes: tuple[int, ...] = SIZES, effects: tuple[float, ...] = (0.0, 1.0, 2.0, 4.0), seed: int = 0
) -> pd.DataFrame:
    """How often the 95% interval of what is explained holds the value of the whole population; ``hits`` are those."""
    rows = []
    for apart in effects:
        codes, after = buyers(POPULATION, np.random.default_rng([seed, 999]), apart)
        whole = Explained({"s": codes}, after["next_revenue"].to_numpy(), after["bought_again"].to_numpy(), draws=0)
        for n in sizes:
            held = dict.fromkeys(("ranks", "money", "again"), 0)
            for run in range(runs):
                codes, after = buyers(n, np.random.default_rng([seed, n, run]), apart)
                revenue, again = after["next_revenue"].to_numpy(), after["bought_again"].to_numpy()
                found = Explained({"s": codes}, revenue, again, seed=run)
                for measure in held:
                    estimate = found.of("s", measure)
                    held[measure] += estimate.low <= whole.of("s", measure).value <= estimate.high
            for measure, hits in held.items():
                truth = whole.of("s", measure).value
                rows.append({"what": f"interval of {measure}", "n": n, "truth": truth, "runs": runs, "hits": hits})
    return told(rows)


def became_by_chance(runs: int = 200, *, n: int = 600, segments: int = 10, seed: int = 0) -> pd.DataFrame:
    """Pages that say of segments made by chance that their customers did otherwise since."""
    hits = 0
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        _, after = buyers(n, rng, 1.0)
        inside = rng.random((n, segments)) < rng.uniform(0.08, 0.6, segments)
        table = what_became([pd.DataFrame(inside, index=after.index).add_prefix("s")], [after])
        hits += bool((table["verdict"] != "alike").any())
    return told([{"what": "page says that a random segment did otherwise", "runs": runs, "hits": hits}])


def campaigns_by_chance(source: str, name: str = "", runs: int = 500, seed: int = 0) -> pd.DataFrame:
    """Pages that say anything of the arms of two campaigns of a real shop, dealt out at random among its customers."""
    shop = sg.open_shop(source)
    days = [pd.Timestamp(shop.as_of) - pd.Timedelta(days=back) for back in (60, 150)]
    sent = [
        pd.DataFrame({"customer_id": shop.customers.index, "campaign": f"{day:%B}", "sent_at": day}) for day in days
    ]
    people = reached(ibis.memtable(pd.concat(sent)), shop.orders, as_of=shop.as_of)
    people = people[people["left_out"] == ""]
    hits, rng = 0, np.random.default_rng(seed)
    for _run in range(runs):
        arm = rng.choice(["control", "letter", "voucher"], len(people))
        table = arm_effects(people.assign(arm=arm, control=arm == "control"))
        hits += bool((table["differs"] | table["revenue_differs"] | (table["doubt"] != "")).any())
    what = {"shop": name or source, "what": "page says that a campaign did something", "people": len(shop.customers)}
    return told([what | {"runs": runs, "hits": hits}])


def shop_of_chance(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Lines of customers who order on any day at a rate of their own, whatever is liked: three years."""
    days = pd.date_range("2021-01-01", AS_OF.isoformat())
    orders = np.minimum(rng.geometric(1 / rng.lognormal(1.8, 0.6, n).clip(1.01)), 60)
    customer = np.repeat(np.arange(n), orders)
    goods = rng.choice(40, len(customer), p=(w := 1 / np.arange(1, 41)) / w.sum())
    at = rng.choice(days.to_numpy(), len(customer))
    return pd.DataFrame(
        {"order_id": np.arange(len(customer)).astype(str), "customer_id": [f"c{i:05}" for i in customer],
         "ordered_at": at, "amount": 10.0, "is_return": False, "product_id": [f"p{i:02}" for i in goods]}
    )  # fmt: skip


def shuffled(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A real shop's lines: days dealt out among all orders, and the goods among each customer's own lines."""
    orders = lines.groupby("order_id", sort=True)["ordered_at"].first()
    dealt = pd.Series(rng.permutation(orders.to_numpy()), index=orders.index)
    goods = lines.assign(place=rng.random(len(lines))).sort_values(["customer_id", "place"], kind="stable")[
        "product_id"
    ]
    own = lines.sort_values("customer_id", kind="stable")
    return own.assign(ordered_at=own["order_id"].map(dealt), product_id=goods.to_numpy())


def rules_by_chance(
    runs: int = 200, *, n: int = 600, lines: pd.DataFrame | None = None, as_of: dt.date = AS_OF, seed: int = 0
) -> pd.DataFrame:
    """Holiday buyers and replenishers found where there are none: ``hits`` are shops in which anybody is named.

    Parameters
    ----------
    lines : DataFrame, optional
        Clean lines of a real shop, which are shuffled each time; shops of chance by default.
    """
    book = read_rules("shop").only(["Holiday buyers", "Replenishers"])
    named = dict.fromkeys(book.names, 0)
    people = dict.fromkeys(book.names, 0)
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        shop = shop_of_chance(n, rng) if lines is None else shuffled(lines, rng)
        for name, found in members(shop, book, as_of):
            named[name] += found > 0
            people[name] += found
    return told(
        [
            {"what": f"{name} found by chance", "runs": runs, "hits": named[name], "people": people[name] / runs}
            for name in book.names
        ]
    )


def members(lines: pd.DataFrame, book: object, as_of: dt.date) -> Iterator[tuple[str, int]]:
    """How many people each segment of a book has in a shop of these lines."""
    table = ibis.memtable(lines).cast({"amount": "decimal(18,4)", "ordered_at": "timestamp"}).cache()
    people = build_people(table, None, as_of=as_of)
    orders = table.group_by("customer_id").agg(frequency=table.order_id.nunique()).to_pyarrow().to_pandas()
    people["frequency"] = orders.set_index("customer_id")["frequency"].reindex(people.index).astype("float64")
    calls = book.calls(people)  # type: ignore[attr-defined]
    measured = measure_calls(calls, people.index, lines=table, as_of=as_of)
    found = find_members(people, book, measured=measured, as_of=as_of)  # type: ignore[arg-type]
    for name in found.wide:
        yield str(name), int(found.wide[name].sum())
