"""Ways in which an export is easily read wrong, one function a kind: a file and what is right of it come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from _shops import File, make_shop

__all__ = ["FAULTS"]

BACK = ("Refund", "returned", "Rückerstattung", "Remboursement", "Reembolso", "rimborso", "zwrot", "повернення", "iade")
SOLD = ("Sale", "sold", "Verkauf", "Vente", "Venta", "vendita", "sprzedaż", "продаж", "satış")
NOBODY = ("Walk-in Customer", "Laufkunde", "unbekannt", "client de passage", "consumidor final", "sconosciuto", "-1",
          "0", "9999", "deleted@site.invalid", "REDACTED", "невідомо", "onbekend", "bilinmiyor")  # fmt: skip
WAITING = ("pending", "Awaiting payment", "unpaid", "ausstehend", "en attente", "pendiente", "in attesa", "oczekuje",
           "очікує оплати", "openstaand", "bekliyor", "not paid")  # fmt: skip
GONE = ("cancelled by customer", "voided", "storniert", "annulée", "anulado", "annullato", "anulat", "скасовано",
        "trash", "payment failed", "expired", "fehlgeschlagen", "rifiutato", "odrzucone", "draft", "quote")  # fmt: skip
TAKEN_BACK = ("refunded", "Shipped - Returned to Seller", "returned", "erstattet", "remboursée", "reembolsado",
              "rimborsato", "zwrócone", "повернено", "terugbetaald")  # fmt: skip
PARTLY = ("partially_refunded", "Partially Refunded", "teilweise erstattet", "partiellement remboursée",
          "parcialmente reembolsado", "parzialmente rimborsato", "częściowo zwrócone", "частково повернено",
          "gedeeltelijk terugbetaald")  # fmt: skip
UNKNOWN = ("B7", "Stage 4", "X", "wombat", "3")
TOTALS = ("Total", "Totals", "Grand Total", "Summe", "Gesamt", "Totale", "Suma", "Razem", "Разом", "Итого", "Toplam")
CREDITS = ("Gift card", "Store credit", "Points redeemed", "Gutschein 25", "carte cadeau", "buono regalo")
CLEAN: dict[str, Any] = {"returns": 0.0, "status": False, "guests": 0.0, "discount": "", "bulk": False}


def _base(rng: np.random.Generator, **asked: Any) -> File:
    """A clean shop of middle size that a fault is put into."""
    orders = int(rng.integers(30, 400))
    return make_shop(rng, **CLEAN | {"orders": orders, "people": "many", "dates": "even"} | asked)


def _one(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]


def _of_orders(rng: np.random.Generator, file: File, share: float) -> pd.Series:
    """Lines of a share of the orders, at least two of them."""
    orders = file.lines["is_order"].unique()
    return file.lines["is_order"].isin(rng.choice(orders, max(2, int(share * len(orders))), replace=False))


def order_total(rng: np.random.Generator) -> File:
    """The total of the order stands on each of its lines."""
    columns = str(rng.choice(["amount", "quantity amount", "quantity price amount"]))
    file = _base(rng, several=True, columns=columns, prices=str(rng.choice(["cents", "whole", "dear"])))
    file.lines["amount"] = file.lines.groupby("is_order")["amount"].transform("sum").round(2)
    return file


def price_of_line(rng: np.random.Generator) -> File:
    """The price is of the line, not of a piece."""
    file = _base(rng, columns="quantity price", product=True, orders=int(rng.integers(100, 400)))
    file.lines["unit_price"] = file.lines["amount"]
    return file


def amount_of_piece(rng: np.random.Generator) -> File:
    """The amount is of a piece, not of the line."""
    file = _base(rng, columns="quantity amount", product=True, orders=int(rng.integers(100, 400)))
    file.lines["amount"] = file.lines["unit_price"]
    return file


def discount_rate(rng: np.random.Generator) -> File:
    """The discount is a share of the price, or per cent under a header that says so."""
    file = _base(rng, columns="quantity price", prices=str(rng.choice(["cents", "whole", "dear"])))
    share = np.where(rng.random(len(file.lines)) < 0.4, rng.choice([0.05, 0.1, 0.15, 0.2, 0.25], len(file.lines)), 0)
    share[0] = 0.1
    file.lines["is_money"] = file.lines["quantity"] * file.lines["unit_price"] * (1 - share)
    percent = rng.random() < 0.5
    file.lines["discount"] = share * 100 if percent else share
    if percent:
        file.headers["discount"] = _one(rng, ("Discount %", "Discount Percent", "Rabatt %", "Remise (%)", "Sconto %"))
    file.shown.append("discount")
    return file


def discount_of_order(rng: np.random.Generator) -> File:
    """The discount of the whole order stands on each of its lines, and is more than many of them cost."""
    file = _base(rng, columns="quantity price", several=True, prices=str(rng.choice(["cents", "dear"])))
    whole = file.lines.groupby("is_order")["amount"].transform("sum")
    file.lines["discount"] = (whole * rng.choice([0.1, 0.3, 0.5])).round(2)
    file.lines["is_money"] = file.lines["amount"] * (1 - file.lines["discount"] / whole)
    file.shown.append("discount")
    return file


def status_words(rng: np.random.Generator) -> File:
    """Words of a status in any language, none of which was a cancellation once."""
    file = make_shop(rng, **CLEAN | {"orders": int(rng.integers(30, 400)), "status": True, "people": "many"})
    for words, worth in ((GONE, np.nan), (TAKEN_BACK, 0.0)):
        hit = _of_orders(rng, file, 0.1)
        file.lines.loc[hit, "status"] = _one(rng, words)
        file.lines.loc[hit, "is_money"] = worth
    file.lines["is_given_back"] = file.lines["is_money"] == 0
    return file


def status_unknown(rng: np.random.Generator) -> File:
    """A word that nobody knows."""
    file = make_shop(rng, **CLEAN | {"orders": int(rng.integers(30, 400)), "status": True, "people": "many"})
    file.lines.loc[_of_orders(rng, file, float(rng.uniform(0.02, 0.5))), "status"] = _one(rng, UNKNOWN)
    return file


def type_refund(rng: np.random.Generator) -> File:
    """Rows whose type says that they take back, with positive amounts."""
    file = _base(rng, columns="amount")
    at = int(rng.integers(len(SOLD)))
    back = file.lines[_of_orders(rng, file, 0.15)].copy()
    file.lines["type"], back["type"], back["is_money"] = SOLD[at], BACK[at], -back["is_money"]
    back["ordered_at"] += pd.Timedelta(days=3)
    file.lines = pd.concat([file.lines, back], ignore_index=True)
    file.shown.append("type")
    file.headers["type"] = _one(rng, ("type", "Transaction Type", "Tipo", "Typ"))
    return file


def refunded_amount(rng: np.random.Generator) -> File:
    """A column with the money given back of an order."""
    file = _base(rng, columns="amount", several=False)
    hit = _of_orders(rng, file, 0.2)
    file.lines["refund"] = np.where(hit, (file.lines["amount"] * 0.5).round(2), 0)
    file.lines["is_money"] -= file.lines["refund"]
    file.shown.append("refund")
    file.headers["refund"] = _one(rng, ("refunded_amount", "Refund Amount", "refunded", "Amount Refunded"))
    return file


def refund_untold(rng: np.random.Generator) -> File:
    """A status that says that a part was given back, and nothing that says how much."""
    file = make_shop(rng, **CLEAN | {"orders": int(rng.integers(30, 400)), "status": True, "people": "many"})
    hit = _of_orders(rng, file, float(rng.uniform(0.02, 0.3))) & file.lines["is_money"].notna()
    file.lines.loc[hit, "status"] = _one(rng, PARTLY)
    file.lines.loc[hit, "is_money"] *= 0.5
    return file


def flagged(rng: np.random.Generator) -> File:
    """A column that says which orders were cancelled, deleted or tests."""
    file = _base(rng)
    hit = _of_orders(rng, file, 0.2)
    name = _one(rng, ("is_cancelled", "cancelled_at", "is_deleted", "test"))
    told = (
        ("2024-05-01", "") if name.endswith("at") else [("true", "false"), ("1", "0"), ("yes", "no")][rng.integers(3)]
    )
    file.lines["flag"] = np.where(hit, *told)
    file.lines.loc[hit, "is_money"] = np.nan
    file.shown.append("flag")
    file.headers["flag"] = name
    return file


def state_of_address(rng: np.random.Generator) -> File:
    """A column State that is of an address, beside the status."""
    file = make_shop(rng, **CLEAN | {"orders": int(rng.integers(30, 400)), "status": True, "people": "many"})
    file.lines["state"] = rng.choice(["CA", "NY", "TX", "Bayern", "Abruzzi"], len(file.lines))
    file.shown.insert(3, "state")
    file.headers |= {"state": "State", "status": _one(rng, ("Financial Status", "Payment Status", "Order Status"))}
    return file


def pending(rng: np.random.Generator) -> File:
    """Most orders are not paid yet, or are paid on delivery."""
    file = _base(rng, orders=int(rng.integers(30, 300)))
    hit = _of_orders(rng, file, float(rng.uniform(0.3, 0.9)))
    file.lines["status"] = np.where(hit, _one(rng, WAITING), "paid")
    file.shown.append("status")
    if rng.random() < 0.5:
        file.lines["sent"] = "fulfilled"
        file.shown.append("sent")
        file.headers["sent"] = "Fulfillment Status"
    return file


def nobody(rng: np.random.Generator) -> File:
    """An id that stands for everybody without an account."""
    file = _base(rng, orders=int(rng.integers(60, 400)))
    hit = _of_orders(rng, file, float(rng.uniform(0.3, 0.9)))
    file.lines.loc[hit, "customer_id"] = _one(rng, NOBODY)
    file.lines.loc[hit, "is_customer"] = None
    return file


def one_customer(rng: np.random.Generator) -> File:
    """One id that nothing tells from others holds most orders."""
    file = _base(rng, orders=int(rng.integers(300, 900)))
    people = rng.integers(1000, 9000, file.lines["is_order"].nunique())
    file.lines["customer_id"] = file.lines["is_order"].map(
        dict(zip(file.lines["is_order"].unique(), people, strict=True))
    )
    file.lines["is_customer"] = file.lines["customer_id"]
    hit = _of_orders(rng, file, float(rng.uniform(0.5, 0.9)))
    file.lines.loc[hit, "customer_id"] = 4711
    file.lines.loc[hit, "is_customer"] = None
    return file


def two_customers(rng: np.random.Generator) -> File:
    """New or returning stands where the customer should."""
    file = _base(rng, orders=int(rng.integers(120, 600)))
    words = [("new", "returning"), ("Neukunde", "Bestandskunde"), ("nuovo", "di ritorno"), ("0", "1")][rng.integers(4)]
    file.lines["customer_id"] = np.where(_of_orders(rng, file, 0.5), *words)
    file.headers["customer_id"] = _one(rng, ("customer", "client", "Kunde", "cliente"))
    return file


def receipts(rng: np.random.Generator) -> File:
    """Receipt numbers that begin again every day, week or year."""
    file = _base(rng, orders=int(rng.integers(150, 500)))
    again = int(rng.choice([5, 20, 50]))
    place = file.lines["is_order"] - file.lines["is_order"].min()
    file.lines["order_id"] = (place % again + 1).astype(str)
    file.lines["ordered_at"] = pd.Timestamp("2023-03-01 10:00") + pd.to_timedelta(
        place // again * (1 + 30 // again), unit="D"
    )
    return file


def currencies(rng: np.random.Generator) -> File:
    """Amounts name their currencies, which are several."""
    file = _base(rng, columns="amount")
    signs = [(" €", " $"), (" EUR", " USD"), (" £", " €"), (" PLN", " EUR")][rng.integers(4)]
    file.sign = ""
    sign = np.where(_of_orders(rng, file, 0.3), *signs)
    file.lines["is_customer"] = None  # nothing that is added is right
    file.lines["amount"] = [f"{money:.2f}{one}" for money, one in zip(file.lines["amount"], sign, strict=True)]
    file.separator = ";"
    return file


def thousands(rng: np.random.Generator) -> File:
    """A point or comma that parts thousands."""
    file = _base(rng, columns="amount", several=False)
    file.sign, sign = "", str(rng.choice([".", ","]))
    money = rng.integers(1001, 9999, len(file.lines))
    file.lines["amount"] = [f"{one:,}".replace(",", sign) for one in money]
    file.lines["is_money"] = money.astype(float)
    file.separator = ";"
    return file


def ids_cut(rng: np.random.Generator) -> File:
    """Long numbers that a spreadsheet has cut."""
    file = _base(rng)
    name = str(rng.choice(["order_id", "customer_id"]))
    codes = {one: f"{1.2 + i / 50:.5f}E+12" for i, one in enumerate(file.lines[name].unique())}
    file.lines[name] = file.lines[name].map(codes).str.replace("00E", "E")
    file.lines[name] = file.lines[name].where(rng.random(len(file.lines)) > 0.2, "17850")
    return file


def looks_cut(rng: np.random.Generator) -> File:
    """As many rows as an old spreadsheet can hold."""
    file = _base(rng, orders=400)
    rows = int(rng.choice([65_535, 65_536]))
    file.lines = pd.concat([file.lines] * (rows // len(file.lines) + 1), ignore_index=True).iloc[:rows]
    file.lines["order_id"] = file.lines["is_order"] = np.arange(rows) + 100_000
    file.lines["is_customer"] = None  # the rest of the file is not known
    return file


def totals_row(rng: np.random.Generator) -> File:
    """A row of totals at the end."""
    file = _base(rng, columns="amount", product=False)
    file.tail = [[_one(rng, TOTALS), "", "", file._number("", round(float(file.lines["amount"].sum()), 2))]]
    return file


def last_date(rng: np.random.Generator) -> File:
    """A last date that was mistyped."""
    file = _base(rng, orders=int(rng.integers(60, 400)))
    last = file.lines["is_order"] == file.lines["is_order"].max()
    file.lines = file.lines[~last | ~file.lines["is_order"].duplicated()].reset_index(drop=True)
    far = pd.Timedelta(days=int(rng.choice([365, 700, 1500])))
    file.lines.loc[file.lines.index[-1], "ordered_at"] += far
    file.lines["is_customer"] = None  # the right date is not known
    return file


def copies(rng: np.random.Generator) -> File:
    """Rows with a number of their own, told twice."""
    file = _base(rng, several=False, product=bool(rng.random() < 0.3))
    again = file.lines[rng.random(len(file.lines)) < 0.2].copy()
    again = file.lines.head(3).copy() if again.empty else again
    again["is_money"] = np.nan
    file.lines = pd.concat([file.lines, again], ignore_index=True)
    return file


def credit_lines(rng: np.random.Generator) -> File:
    """Payment by gift card or credit, as a line below zero of the same order."""
    file = _base(rng, columns="quantity amount", product=False)
    hit = _of_orders(rng, file, 0.2)
    paid = file.lines[hit].drop_duplicates("is_order").copy()
    paid["amount"], paid["quantity"], paid["name"] = -(paid["amount"] * 0.4).round(2), 1.0, _one(rng, CREDITS)
    file.lines["name"], paid["is_money"] = "Cup", np.nan
    file.lines = pd.concat([file.lines, paid], ignore_index=True)
    file.shown.append("name")
    file.headers["name"] = "product_name"
    return file


def other_units(rng: np.random.Generator) -> File:
    """A category that is sold by the gram or the hundred, beside others that are sold by ones."""
    columns = str(rng.choice(["quantity amount", "quantity price amount", "quantity price"]))
    file = _base(rng, columns=columns, several=True, product=True, orders=int(rng.integers(100, 400)))
    lines = file.lines
    hit = lines["product_id"].isin(rng.choice(lines["product_id"].unique(), 3, replace=False))
    lines["name"] = np.where(hit, _one(rng, ("Spice", "Fabric", "Screws", "Kaffee lose")), "Cup")
    many = rng.integers(1, 9, len(lines)) * float(rng.choice([50, 100, 250]))
    lines["quantity"] = np.where(hit, lines["quantity"] * many, lines["quantity"])
    lines["unit_price"] = (lines["amount"] / lines["quantity"]).round(6)
    lines["is_customer"] = None  # pieces are not counted here: to be caught is to be asked about
    file.shown.append("name")
    file.headers["name"] = _one(rng, ("Category", "product_category"))
    return file


def cents(rng: np.random.Generator) -> File:
    """Amounts in cents: by their name, in the table of an API, or by nothing but their size."""
    file = _base(rng, columns="amount", prices="cents")
    file.lines["amount"] = (file.lines["amount"] * 100).round()
    file.sign, kind = "", int(rng.integers(3))
    if kind == 0:
        file.headers["amount"] = "amount_cents"
    elif kind == 1:
        file.lines["object"], file.headers["amount"] = "charge", "amount"
        file.lines["livemode"], file.lines["balance_transaction"] = "true", "txn_1"
        file.shown += ["object", "livemode", "balance_transaction"]
    return file


def null_words(rng: np.random.Generator) -> File:
    """A word for nothing where the customer should stand."""
    file = _base(rng)
    hit = _of_orders(rng, file, 0.3)
    file.lines.loc[hit, "customer_id"] = _one(rng, ("\\N", "NULL", "None", "nan", "N/A", "-", "#N/A"))
    file.lines.loc[hit, "is_customer"] = None
    return file


FAULTS: dict[str, Callable[[np.random.Generator], File]] = {
    one.__name__: one
    for one in (
        *(order_total, price_of_line, amount_of_piece, discount_rate, discount_of_order, status_words, status_unknown),
        *(type_refund, refunded_amount, flagged, state_of_address, pending, nobody, one_customer, two_customers),
        *(receipts, currencies, thousands, ids_cut, looks_cut, totals_row, last_date, copies, credit_lines, cents),
        *(null_words, refund_untold, other_units),
    )
}
