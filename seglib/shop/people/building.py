"""Every table that knows somebody in, one row a person out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis.expr.types as ir
import pandas as pd

from seglib.shop.people.contacts import contact_measures
from seglib.shop.people.events import event_measures
from seglib.shop.people.orders import order_measures
from seglib.shop.people.ranks import RANKS, share_below
from seglib.shop.people.seasons import season
from seglib.shop.people.support_and_deals import campaign_measures, deal_measures, ticket_measures
from seglib.shop.sides import contacts_at, known_at
from seglib.tables.measures import PEOPLE
from seglib.tables.orders import build_orders
from seglib.tables.period import Period
from seglib.tables.small_tables import by_customer

__all__ = ["build_people"]

ORDER = [measure.name for measure in PEOPLE]
# what the customer table knows of the window
OF_THE_WINDOW = (
    *("frequency", "monetary_value", "average_order_value", "items_per_order", "interpurchase_days", "products"),
    *("categories", "returns_share", "discount_share", "top_category", "top_country", "top_channel"),
)
# counted, so that who was never seen there has none
COUNTS = (
    *("orders_ever", "frequency", "products", "categories", "visits", "views", "carts", "checkouts", "chats"),
    *("newsletter_visits", "tickets", "unanswered_tickets", "open_tickets", "open_deals", "won_deals"),
    *("campaigns_sent", "campaigns_opened", "campaigns_converted"),
)
NONE_IS_ZERO = {
    **dict.fromkeys(COUNTS, "int64"),
    **dict.fromkeys(("revenue_ever", "monetary_value", "previous_revenue", "open_deal_value"), "float64"),
    "previous_orders": "Int64",
}
NONE_IS_NO = ("is_customer", "is_new", "is_contact")


def build_people(
    lines: ir.Table | None,
    customers: pd.DataFrame | None,
    *,
    as_of: dt.date,
    window_days: int | None = None,
    contacts: pd.DataFrame | None = None,
    events: ir.Table | None = None,
    tickets: ir.Table | None = None,
    deals: ir.Table | None = None,
    campaigns: ir.Table | None = None,
    responses: ir.Table | None = None,
    products: ir.Table | None = None,
    orders: ir.Table | None = None,
    accounts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Everyone the shop knows, one row a person: customers, contacts, visitors, and who is in another table.

    Parameters
    ----------
    lines, customers : ibis Table, DataFrame
        Clean order lines, and the customer table of the window made of them; customers alone where another system made
        their measures; None for a shop without orders.
    as_of : date
        Day the people are looked at from; whatever is dated later is not known yet.
    window_days : int, optional
        Days of the window, the as-of date included; the whole history when None.
    contacts : DataFrame, optional
        Attributes indexed by customer_id.
    events, tickets, deals, campaigns, responses : ibis Table, optional
        Side tables with resolved ids (``docs/architecture.md``); who answered a survey is known, no more.
    products : ibis Table, optional
        Taken like the others; no measure of the people needs it yet.
    orders : ibis Table, optional
        Orders of the lines up to the as-of date, where they are there already.
    accounts : DataFrame, optional
        Where customers are companies, their ``contacts`` and ``buyers`` (:func:`seglib.shop.accounts.people_behind`).

    Returns
    -------
    DataFrame indexed by customer_id and sorted by it. Columns are those of ``seglib.tables.measures.PEOPLE`` that the
    data can
    tell, in that order, then further attributes of the contacts. Money in the currency of the lines, times in days.

    Raises
    ------
    ValueError
        ``window_days`` is not positive.

    Examples
    --------
    >>> contacts = pd.DataFrame({"birth_year": [1990]}, index=pd.Index(["ann"], name="customer_id"))
    >>> build_people(None, None, as_of=dt.date(2024, 1, 31), contacts=contacts)
                 is_contact  birth_year  age age_band
    customer_id
    ann                True        1990   34    25-34
    """
    period = Period(as_of, window_days)
    parts = _as_told(customers) if lines is None else _of_orders(lines, orders, customers, period)
    if contacts is not None:
        parts.append(contact_measures(contacts_at(contacts, period), period))
    parts += [accounts] if accounts is not None else []
    sides = {"events": events, "tickets": tickets, "deals": deals, "campaigns": campaigns, "responses": responses}
    told = {name: known_at(name, table, period) for name, table in sides.items() if table is not None}
    parts += [MEASURED[name](table, period) for name, table in told.items()]
    table = _finished(_joined(parts), period)
    return table[[name for name in ORDER if name in table] + [name for name in table if name not in ORDER]]


def _of_orders(
    lines: ir.Table, orders: ir.Table | None, customers: pd.DataFrame | None, period: Period
) -> list[pd.DataFrame]:
    """Measures ever, and of the window."""
    lines = lines.filter(period.known(lines.ordered_at))
    ever = order_measures(build_orders(lines).cache() if orders is None else orders, lines, period)
    ever = ever.assign(is_customer=True)
    if customers is None:
        return [ever]
    return [ever, _ranked(customers[[name for name in OF_THE_WINDOW if name in customers]])]


def _as_told(customers: pd.DataFrame | None) -> list[pd.DataFrame]:
    """The measures of a customer table that another system made."""
    return [] if customers is None else [_ranked(customers).assign(is_customer=True)]


def _ranked(customers: pd.DataFrame) -> pd.DataFrame:
    ranks = {name: share_below(customers[of]) for name, of in RANKS.items() if of in customers}
    return customers.assign(**ranks)


def _answered(responses: ir.Table, _period: Period) -> pd.DataFrame:
    """Who answered a survey, without measures."""
    return by_customer(responses.select("customer_id").distinct())


MEASURED: dict[str, Callable[[ir.Table, Period], pd.DataFrame]] = {
    "events": event_measures,
    "tickets": ticket_measures,
    "deals": deal_measures,
    "campaigns": campaign_measures,
    "responses": _answered,
}


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    index = pd.Index([], dtype="str", name="customer_id")
    for part in parts:
        index = index.union(part.index.astype("str"), sort=False)
    index = index.sort_values().rename("customer_id")
    return pd.concat([pd.DataFrame(index=index), *(part.reindex(index) for part in parts)], axis=1)


def _finished(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Who was never seen in a table has none of what it counts; country and season from what is known."""
    for name, kind in NONE_IS_ZERO.items():
        if name in table:
            table[name] = table[name].fillna(0).astype(kind)
    for name in NONE_IS_NO:
        if name in table:
            table[name] = table[name].astype("boolean").fillna(False).astype("bool")
    return _placed(table, period)


def _placed(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    told = [table.pop(name) for name in ("country", "country_of_orders") if name in table]
    if not any(column.notna().any() for column in told):
        return table
    country = told[0].combine_first(told[-1])
    return table.assign(country=country, season=season(country, period.as_of))
