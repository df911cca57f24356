"""Amounts in whole units of a currency, and ids as they were meant."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.formats import Format

__all__ = ["bare_ids", "minor_units"]

MONEY = "decimal(18, 4)"
IDS = ("order_id", "customer_id", "product_id", "visitor_id", "refund_of", "payment_ref", "ticket_id", "deal_id")
# Currencies without a smaller unit: their amounts are whole where others are told in cents.
WHOLE_CURRENCIES = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905


def minor_units(lines: ir.Table, layout: Format) -> ir.Table:
    """Amounts in cents as amounts in the currency, except in currencies that have no cents."""
    digits = int(layout.money.get("minor_units", 0))
    if not digits:
        return lines
    unit: Any = ibis.literal(10**digits).cast("int64")
    if "currency" in lines.columns:
        unit = ibis.ifelse(lines.currency.upper().isin(WHOLE_CURRENCIES).fill_null(False), 1, unit)
    money = [name for name, kind in lines.schema().items() if kind.is_decimal()]
    return lines.mutate(**{name: (lines[name] / unit).cast("decimal(28, 6)").cast(MONEY) for name in money})


def bare_ids(table: ir.Table) -> ir.Table:
    """Ids without the apostrophe that keeps spreadsheets from changing them; e-mails, also as ids, in lower case."""
    ids = {name: table[name].re_replace(r"^'([\d+=@-])", r"\1") for name in IDS if name in table.columns}
    if "customer_id" in ids:
        ids["customer_id"] = ibis.ifelse(
            ids["customer_id"].contains("@"), ids["customer_id"].lower(), ids["customer_id"]
        )
    if "email" in table.columns:
        ids["email"] = table.email.lower()
    if "domain" in table.columns:
        ids["domain"] = _domain(table.domain)
    return table.mutate(**ids) if ids else table


def _domain(site: ir.StringColumn) -> ir.StringValue:
    """Of a web site, however it is written, the domain; missing for what is none."""
    bare = site.strip().lower().re_replace(r"^[a-z]+://", "").re_replace(r"[/:?#].*$", "").re_replace(r"^www\d?\.", "")
    return ibis.ifelse(bare.re_search(r"^([\p{L}\d-]+\.)+\p{L}{2,}$"), bare, ibis.null("string"))
