"""Order files of made-up shops with what is right of them: clean ones of random traits, and ones with a fault."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

HEADERS = {
    "en": "Order ID|Customer ID|Order Date|SKU|Quantity|Unit Price|Discount|Amount|Status",
    "en2": "order_number|customer_email|created_at|product_id|qty|price|discount_amount|total|order_status",
    "de": "Bestellnummer|Kundennummer|Bestelldatum|Artikelnummer|Menge|Einzelpreis|Rabatt|Betrag|Bestellstatus",
    "fr": "numero_commande|numero_client|date_commande|code_article|quantite|prix_unitaire|remise|montant|statut",
    "it": "numero_ordine|codice_cliente|data_ordine|codice_articolo|quantita|prezzo|sconto|importo|stato_ordine",
}
COLUMNS = ("order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price", "discount", "amount")
COLUMNS += ("status",)
SEPARATORS = ((",", "."), (";", ","), ("\t", "."), (";", "."))
WORDS = {  # of a status: sold, not paid, cancelled
    "en": ("completed shipped paid delivered", "pending awaiting_payment", "cancelled void"),
    "de": ("abgeschlossen versandt bezahlt", "ausstehend offen", "storniert"),
    "fr": ("payée expédiée livrée", "impayée", "annulée"),
    "es": ("pagado enviado entregado", "pendiente", "cancelado anulado"),
    "it": ("pagato spedito consegnato", "da_pagare", "annullato"),
    "pl": ("opłacone wysłane zrealizowane", "oczekuje", "anulowane"),
    "uk": ("оплачено доставлено виконано", "очікує", "скасовано"),
}


@dataclass
class File:
    """Lines with their canonical columns, which of them a file shows, how it writes them, and what is right.

    Columns ``is_order``, ``is_customer`` and ``is_money`` of ``lines`` hold what is right, whatever a fault makes of
    the others: money is missing where a line does not count. ``is_given_back`` marks sales of which nothing was left.
    """

    lines: pd.DataFrame
    shown: list[str]
    headers: dict[str, str]
    separator: str = ","
    decimal: str = "."
    form: str = "%Y-%m-%d %H:%M"
    sign: str = ""
    tail: list[list[str]] = field(default_factory=list)

    def text(self) -> str:
        """As a file has it."""
        shown = self.lines[self.shown].copy()
        for name in shown.select_dtypes("number"):
            shown[name] = [self._number(name, value) for value in shown[name]]
        shown["ordered_at"] = self.lines["ordered_at"].dt.strftime(self.form)
        out = io.StringIO()
        shown.rename(columns=self.headers).to_csv(out, index=False, sep=self.separator)
        for row in self.tail:
            out.write(self.separator.join([*row, *[""] * (len(self.shown) - len(row))]) + "\n")
        return out.getvalue()

    def _number(self, name: str, value: float) -> str:
        if pd.isna(value):
            return ""
        text = f"{value:.10g}".replace(".", self.decimal)
        return f"{text}{self.sign}" if name in ("amount", "unit_price") else text

    def right(self) -> tuple[int, int, float]:
        """Orders, customers and money that an analysis must find."""
        counted = self.lines[self.lines["is_money"].notna() & self.lines["is_customer"].notna()]
        sold = counted[(counted["is_money"] > 0) | counted["is_given_back"]]
        kept = counted[counted["is_customer"].isin(sold["is_customer"])]
        return sold["is_order"].nunique(), sold["is_customer"].nunique(), float(kept["is_money"].sum())


def make_shop(rng: np.random.Generator, **asked: Any) -> File:
    """A clean file of a shop of random traits; ``asked`` fixes some of them.

    Traits are orders, several (lines an order), columns, prices, people, returns, status, guests, discount, product,
    dates and bulk.
    """
    trait = {
        "orders": int(10 ** rng.uniform(1, 3.3)),
        "several": bool(rng.random() < 0.6),
        "columns": str(rng.choice(["amount", "quantity price", "quantity price amount", "quantity amount"])),
        "prices": str(
            rng.choice(["cents", "whole", "few", "one", "dear", "cheap"], p=[0.45, 0.2, 0.1, 0.05, 0.1, 0.1])
        ),
        "people": str(rng.choice(["many", "few", "company"], p=[0.75, 0.15, 0.1])),
        "returns": float(rng.choice([0, 0.05, 0.4], p=[0.4, 0.45, 0.15])),
        "status": bool(rng.random() < 0.4),
        "guests": float(rng.choice([0, 0.2], p=[0.8, 0.2])),
        "discount": str(rng.choice(["", "money", "free", "percent"], p=[0.6, 0.2, 0.1, 0.1])),
        "product": bool(rng.random() < 0.75),
        "dates": str(rng.choice(["even", "season", "days", "sparse"], p=[0.6, 0.2, 0.1, 0.1])),
    } | asked
    lines = _lines(rng, trait)
    told = str(rng.choice(list(HEADERS)))
    headers = dict(zip(COLUMNS, HEADERS[told].split("|"), strict=True))
    shown = _shown(trait, lines, headers)
    separator, decimal = SEPARATORS[rng.integers(len(SEPARATORS))]
    form = str(rng.choice(["%Y-%m-%d %H:%M", "%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S"]))
    sign = str(rng.choice(["", " €", " EUR"], p=[0.8, 0.1, 0.1]))
    if asked["bulk"] if "bulk" in asked else rng.random() < 0.2:  # drawn last: other traits stay as they are
        lines = _in_bulk(rng, lines, trait["discount"])
    return File(lines, shown, headers, separator, decimal, form, sign)


def _lines(rng: np.random.Generator, trait: dict[str, Any]) -> pd.DataFrame:
    orders = trait["orders"]
    of_order = np.repeat(np.arange(orders), 1 + rng.geometric(0.4, orders) * trait["several"])
    n = len(of_order)
    products = int(rng.integers(15, 120))
    priced, product = _prices(rng, trait["prices"], products), rng.integers(0, products, n)
    place = np.arange(n) - np.searchsorted(of_order, of_order)
    product = (product[np.searchsorted(of_order, of_order)] + place) % products  # none twice in an order
    people, days = _people(rng, trait["people"], orders), _days(rng, trait["dates"], orders)
    lines = pd.DataFrame({"is_order": of_order + int(rng.integers(1, 90_000)), "product_id": product})
    lines["order_id"] = str(rng.choice(["", "A-", "2024/"])) + lines["is_order"].astype(str)
    lines["customer_id"] = _ids(rng, people)[of_order]
    lines["ordered_at"] = days[of_order] + pd.Timedelta(hours=9)
    lines["quantity"] = rng.choice([1, 1, 1, 2, 3, 4], n).astype(float)
    lines["unit_price"] = priced[product]
    lines["product_id"] = "P" + (lines["product_id"] + 100).astype(str)
    whole = lines["quantity"] * lines["unit_price"]
    share = _shares(rng, trait["discount"], n)
    lines["discount"] = (whole * share).round(2)
    lines["amount"] = (whole - lines["discount"]).round(2)
    lines["is_money"], lines["is_customer"], lines["is_given_back"] = lines["amount"], lines["customer_id"], False
    if trait["discount"] == "percent":
        lines["discount"] = share * 100
        lines["is_money"] = lines["amount"] = whole * (1 - share)
    lines = _with_returns(rng, lines, trait["returns"])
    return _with_status(rng, _with_guests(rng, lines, trait["guests"]), trait["status"])


def _prices(rng: np.random.Generator, kind: str, n: int) -> np.ndarray:
    made = {
        "cents": lambda: np.round(rng.lognormal(3, 0.8, n), 2),
        "whole": lambda: np.round(rng.lognormal(7, 0.8, n), -1) + 10,
        "few": lambda: rng.choice([9.9, 19.9, 29.9], n),
        "one": lambda: np.full(n, 12.5),
        "dear": lambda: np.round(rng.lognormal(6, 1, n), 2),
        "cheap": lambda: np.round(rng.uniform(0.4, 4, n), 2),
    }
    return np.asarray(made[kind](), dtype=float)


def _people(rng: np.random.Generator, kind: str, orders: int) -> np.ndarray:
    n = max(3, int(orders * rng.uniform(0.2, 0.8))) if kind == "many" else int(rng.integers(3, 9))
    n = max(n, 12) if kind == "company" else n
    weight = rng.pareto(2.5, n) + 1
    if kind == "company":
        weight[0], weight[1] = weight.sum() * 0.6, weight.sum() * 0.12
    return rng.choice(n, orders, p=weight / weight.sum())


def _ids(rng: np.random.Generator, people: np.ndarray) -> np.ndarray:
    form = str(rng.choice(["{}", "C{:05d}", "user{}@mail.example", "17{:03d}", "Firma {} GmbH"]))
    return np.array([form.format(one + 1) for one in people], dtype=object)


def _days(rng: np.random.Generator, kind: str, orders: int) -> pd.DatetimeIndex:
    start = pd.Timestamp("2022-01-01") + pd.Timedelta(days=int(rng.integers(0, 400)))
    if kind == "days":
        at = rng.integers(0, 12, orders)
    elif kind == "season":  # four weeks a year, for three years
        at = rng.integers(0, 28, orders) + 365 * rng.integers(0, 3, orders)
    else:
        at = rng.integers(0, 1500 if kind == "sparse" else int(rng.integers(60, 900)), orders)
    return pd.DatetimeIndex(start + pd.to_timedelta(np.sort(at), unit="D"))


def _shares(rng: np.random.Generator, kind: str, n: int) -> np.ndarray:
    if not kind:
        return np.zeros(n)
    share = np.where(rng.random(n) < 0.3, rng.choice([0.05, 0.1, 0.15, 0.2, 0.5], n), 0)
    return np.where(rng.random(n) < 0.05, 1.0, share) if kind == "free" else share


def _in_bulk(rng: np.random.Generator, lines: pd.DataFrame, discount: str) -> pd.DataFrame:
    """Some customers, or all, buy by the dozen or the hundred: quantities of whole orders grow, and their money."""
    who = lines["customer_id"].unique()
    bulk = rng.random(len(who)) < rng.choice([0.1, 0.4, 1.0])
    times = dict(zip(who, np.where(bulk, rng.choice([12, 100, 250], len(who)), 1), strict=True))
    money = ["quantity", "amount", "is_money", *(["discount"] if discount in ("money", "free") else [])]
    factor = lines["customer_id"].map(times)
    return lines.assign(**{name: (lines[name] * factor).round(6) for name in money})


def _with_returns(rng: np.random.Generator, lines: pd.DataFrame, share: float) -> pd.DataFrame:
    back = lines[(rng.random(len(lines)) < share) & (lines["amount"] > 0)].copy()
    if back.empty:
        return lines
    back[["quantity", "amount", "is_money"]] *= -1
    back["ordered_at"] += pd.to_timedelta(rng.integers(1, 20, len(back)), unit="D")
    if rng.random() < 0.5:  # under a number of their own
        back["order_id"] = "R" + back["order_id"]
    return pd.concat([lines, back], ignore_index=True)


def _with_guests(rng: np.random.Generator, lines: pd.DataFrame, share: float) -> pd.DataFrame:
    if share:
        guests = lines["is_order"].isin(
            rng.choice(lines["is_order"].unique(), int(share * lines["is_order"].nunique()))
        )
        lines.loc[guests, "customer_id"] = str(rng.choice(["", "Guest"]))
        lines.loc[guests, "is_customer"] = None
    return lines


def _with_status(rng: np.random.Generator, lines: pd.DataFrame, told: bool) -> pd.DataFrame:
    sold, waiting, gone = (each.split() for each in WORDS[str(rng.choice(list(WORDS)))])
    words = {order: str(rng.choice(sold)) for order in lines["is_order"].unique()}
    if told:
        for order in words:
            chance = rng.random()
            words[order] = str(rng.choice(gone)) if chance < 0.04 else words[order]
            words[order] = str(rng.choice(waiting)) if chance > 0.99 and len(words) > 200 else words[order]
    lines["status"] = lines["is_order"].map(words).str.replace("_", " ")
    lines.loc[lines["is_order"].map(words).isin([*waiting, *gone]), "is_money"] = np.nan
    return lines


def _shown(trait: dict[str, Any], lines: pd.DataFrame, headers: dict[str, str]) -> list[str]:
    shown = ["order_id", "customer_id", "ordered_at"]
    shown += ["product_id"] if trait["product"] else []
    columns = {"price": "unit_price"}
    shown += [columns.get(one, one) for one in trait["columns"].split()]
    if trait["discount"] and "unit_price" in shown:
        shown.append("discount")
        if trait["discount"] == "percent":
            headers["discount"] = "Discount %" if headers["discount"].isascii() else headers["discount"]
    return shown + (["status"] if trait["status"] else [])
