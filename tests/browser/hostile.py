"""Shops that try to break a page: markup, endless words, right-to-left, forty segments, one customer, no money."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20_261
END = pd.Timestamp("2025-06-30")
DAYS = 900
SEGMENTS = 40
MARKUP = (
    "<script>alert(1)</script>",
    "&amp; & &lt;b&gt;bold&lt;/b&gt;",
    "<img src=x onerror=alert(1)>",
    "\"double\" 'single' `back`",
    "</table></svg></style><h1>Broken out</h1>",
    "{{ 7 * 7 }} {% raw %} ${x} $\\frac{a}{b}$",
    "[link](javascript:alert(1)) **bold** _x_",
    "<a href='https://example.com'>go</a>",
)
ENDLESS = (
    "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" + "mitbeschraenkterhaftung" * 2,
    "عملاء مخلصون جدا يشترون كل أسبوع",
    "x" * 120,
    "לקוחות נאמנים שקונים כל שבוע",
    "ABC\u200fשלום 123 مرحبا XYZ",
    "W" * 60 + "/" + "M" * 59,
    "Very many short words that all stand one after the other until the line has long been over and full",
    "日本語の顧客セグメントの名前はとても長いです",
)


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _orders(rng: np.random.Generator, names: Sequence[str], *, customers: int, orders: int) -> pd.DataFrame:
    """Orders of one to three lines; some customers come often, a tenth of the lines is taken back."""
    often = rng.dirichlet(np.full(customers, 0.4))
    who = np.concatenate([np.arange(customers), rng.choice(customers, size=orders - customers, p=often)])
    order = np.repeat(np.arange(len(who)), rng.integers(1, 4, size=len(who)))
    at = END - pd.to_timedelta(rng.integers(0, DAYS * 24, size=len(who)), unit="h")
    goods = rng.integers(0, 60, size=len(order))
    takes = np.where(rng.random(len(order)) < 0.08, -1, 1)
    pieces = rng.integers(1, 9, size=len(order)) * takes
    return pd.DataFrame(
        {
            "order_id": [f"O{n}" for n in order],
            "customer_id": _ids(who[order], names),
            "ordered_at": at[order],
            "product_id": [f"P{n}" for n in goods],
            "quantity": pieces.astype(float),
            "amount": (pieces * rng.lognormal(3, 0.8, size=len(order))).round(2),
            "discount": np.where(rng.random(len(order)) < 0.2, 2.5, 0.0),
            "country": [names[n % 3] for n in who[order]],
            "channel": [names[3 + n % 3] for n in goods],
        }
    )


def _ids(who: np.ndarray, names: Sequence[str]) -> list[str]:
    return [f"{names[n % len(names)]} {n}" if n % 5 == 0 else f"C{n:05}" for n in who]


def _products(names: Sequence[str]) -> pd.DataFrame:
    said = [f"{names[n % len(names)]} {n}" for n in range(60)]
    return pd.DataFrame(
        {
            "product_id": [f"P{n}" for n in range(60)],
            "product_name": said,
            "category": [names[n % len(names)] for n in range(60)],
            "launched_at": [END - pd.Timedelta(days=30 * (n % 20)) for n in range(60)],
        }
    )


def _contacts(rng: np.random.Generator, names: Sequence[str], customers: int) -> pd.DataFrame:
    who = np.arange(customers + 40)  # forty who never bought
    return pd.DataFrame(
        {
            "customer_id": _ids(who, names),
            "signed_up_at": END - pd.to_timedelta(rng.integers(0, 2000, size=len(who)), unit="D"),
            "city": [names[n % len(names)] for n in who],
            "age_band": rng.choice(names[:5], size=len(who)),
            "company": [f"{names[n % len(names)]} Ltd" for n in who],
            "industry": rng.choice(names[2:], size=len(who)),
            "employees": rng.integers(1, 5000, size=len(who)),
            "email_consent": rng.random(len(who)) < 0.6,
        }
    )


def _events(rng: np.random.Generator, names: Sequence[str], customers: int) -> pd.DataFrame:
    who = np.sort(rng.integers(0, 2 * customers, size=12 * customers))
    known = _ids(who, names)
    return pd.DataFrame(
        {
            "visitor_id": [f"v{n}" for n in who],
            "customer_id": [name if n < customers else None for n, name in zip(who, known, strict=True)],
            "at": END - pd.to_timedelta(rng.integers(0, DAYS * 24 * 60, size=len(who)), unit="min"),
            "event": rng.choice(["view", "view", "view", "cart", "checkout", "purchase", names[0]], size=len(who)),
            "channel": rng.choice(names, size=len(who)),
            "product_id": [f"P{n}" for n in rng.integers(0, 60, size=len(who))],
        }
    )


def _tickets(rng: np.random.Generator, names: Sequence[str], customers: int) -> pd.DataFrame:
    who = rng.integers(0, customers, size=customers)
    opened = END - pd.to_timedelta(rng.integers(0, 400 * 24, size=len(who)), unit="h")
    answered = opened + pd.to_timedelta(rng.integers(1, 90, size=len(who)), unit="h")
    return pd.DataFrame(
        {
            "ticket_id": [f"T{n}" for n in range(len(who))],
            "customer_id": _ids(who, names),
            "opened_at": opened,
            "answered_at": answered.where(rng.random(len(who)) < 0.9),
            "closed_at": (answered + pd.Timedelta(days=1)).where(rng.random(len(who)) < 0.8),
            "channel": rng.choice(names, size=len(who)),
            "reason": rng.choice(names, size=len(who)),
        }
    )


def _responses(rng: np.random.Generator, names: Sequence[str], customers: int) -> pd.DataFrame:
    asked = [(n, question) for n in range(customers) for question in names[:4]]
    who = np.array([n for n, _question in asked])
    return pd.DataFrame(
        {
            "customer_id": _ids(who, names),
            "question": [question for _n, question in asked],
            "answer": rng.choice(["yes", "no", "no", names[5]], size=len(asked)),
            "answered_at": END - pd.Timedelta(days=20),
            "survey": names[1],
        }
    )


def _deals(rng: np.random.Generator, names: Sequence[str], customers: int) -> pd.DataFrame:
    who = rng.integers(0, customers + 40, size=customers)
    opened = END - pd.to_timedelta(rng.integers(10, 600, size=len(who)), unit="D")
    return pd.DataFrame(
        {
            "deal_id": [f"D{n}" for n in range(len(who))],
            "customer_id": _ids(who, names),
            "opened_at": opened,
            "closed_at": opened + pd.Timedelta(days=9),
            "stage": rng.choice(["won", "lost", names[0], names[2]], size=len(who)),
            "value": rng.lognormal(6, 1, size=len(who)).round(2),
        }
    )


def _segments(names: Sequence[str], many: int) -> str:
    """A rule file: bands of recency and revenue, one above the other, so that most overlap."""
    told = []
    names = [name.replace("\u200f", "")[:74] for name in names]  # what a rule file allows: 80 characters, no controls
    for n in range(many):
        rule = (
            f"recency_days <= {15 + 20 * n}"
            if n % 2
            else f"revenue_rank >= {n / many:.3f} and frequency >= {1 + n % 3}"
        )
        name = f"{names[n % len(names)]} {n}"
        told.append(
            f"[[segments]]\nname = {_toml(name)}\ndescription = {_toml(names[(n + 1) % len(names)])}\n"
            f"rule = {_toml(rule)}\naction = {_toml(names[(n + 2) % len(names)])}\n"
        )
    return "\n".join(told)


def _write(folder: Path, tables: Mapping[str, pd.DataFrame], *, name: str, more: str = "", segments: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    settings = [f"name = {_toml(name)}", more]
    for table, rows in tables.items():
        rows.to_parquet(folder / f"{table}.parquet", index=False)
        settings.append(f'[tables.{table}]\npath = "{table}.parquet"\n')
    if segments:
        (folder / "segments.toml").write_text(segments, encoding="utf-8")
        settings.append('[segments]\nfile = "segments.toml"\n')
    path = folder / "shop.toml"
    path.write_text("\n".join(settings), encoding="utf-8")
    return path


def _named(folder: Path, names: Sequence[str], *, customers: int = 250) -> Path:
    """Every table there is, each name hostile, forty segments of its own."""
    rng = np.random.default_rng(SEED)
    tables = {
        "lines": _orders(rng, names, customers=customers, orders=5 * customers),
        "contacts": _contacts(rng, names, customers),
        "products": _products(names),
        "events": _events(rng, names, customers),
        "tickets": _tickets(rng, names, customers),
        "responses": _responses(rng, names, customers),
        "deals": _deals(rng, names, customers),
    }
    more = f'currency = "EUR"\nnotice = {_toml(" ".join(names[:3]))}\n'
    return _write(folder, tables, name=names[0], more=more, segments=_segments(names, SEGMENTS))


def markup(folder: Path) -> Path:
    return _named(folder, MARKUP)


def endless(folder: Path) -> Path:
    return _named(folder, ENDLESS)


def _plain(customers: int, orders: int) -> pd.DataFrame:
    names = ["North", "South", "East", "Web", "Shop", "Phone"]
    lines = _orders(np.random.default_rng(SEED), names, customers=customers, orders=orders)
    return lines.assign(customer_id=lines["customer_id"].str.replace(" ", "-"), product_name=lines["product_id"])


def single(folder: Path) -> Path:
    """One customer, who bought once, and one segment."""
    lines = _plain(1, 1).head(1).assign(quantity=1.0, amount=20.0)
    segments = '[[segments]]\nname = "All"\nrule = "frequency >= 1"\naction = "Say hello."\n'
    path = _write(folder, {"lines": lines}, name="One", more='currency = "EUR"\n', segments=segments)
    path.write_text(path.read_text(encoding="utf-8") + "catalogue = false\n", encoding="utf-8")
    return path


def worthless(folder: Path) -> Path:
    """No revenue at all, and no currency."""
    lines = _plain(200, 900).assign(amount=0.0).query("quantity > 0")
    path = _write(folder, {"lines": lines}, name="Free")
    path.write_text(path.read_text(encoding="utf-8") + '\n[cleaning]\nzero_price = "keep"\n', encoding="utf-8")
    return path


def negative(folder: Path) -> Path:
    """More is taken back than was sold, of almost everybody."""
    lines = _plain(200, 900)
    back = lines["quantity"] < 0
    lines["amount"] = lines["amount"].where(~back, lines["amount"] * 60)
    return _write(folder, {"lines": lines}, name="Returns only", more='currency = "GBP"\n')


def billions(folder: Path) -> Path:
    """Amounts of billions in a currency of long numbers."""
    lines = _plain(200, 900)
    return _write(
        folder, {"lines": lines.assign(amount=lines["amount"] * 123_456_789)}, name="Mint", more='currency = "IDR"\n'
    )


# what else there is of these shops looks like the pages of others
ONLY = {"single": "01,05", "worthless": "01,04", "negative": "01,03,04", "billions": "01,02,04"}
SHOPS: dict[str, Callable[[Path], Path]] = {
    shop.__name__: shop for shop in (markup, endless, single, worthless, negative, billions)
}
