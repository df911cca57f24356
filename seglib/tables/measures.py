"""What rules may speak of, as data: the columns of the people table and the functions that measure more.

Every measure says of what kind it is and which data it needs, so that a rule can be checked before anything is
computed and a segment can say why it is not available.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seglib.language.messages import mark

__all__ = ["EVENT_KINDS", "FUNCTIONS", "KINDS", "NEEDS", "PEOPLE", "Call", "Function", "Measure", "by_construction"]

KINDS = ("number", "text", "boolean", "date")

# What a measure can need -> how it is told: "not available: needs <...>".
NEEDS = {
    "orders": mark("orders"),
    "previous": mark("orders of the previous window"),
    "discounts": mark("orders with discounts or coupons"),
    "coupons": mark("orders with coupon codes"),
    "quantities": mark("order lines with quantities"),
    "products": mark("order lines with products"),
    "launches": mark("products with their launch dates (launched_at)"),
    "categories": mark("order lines with categories"),
    "countries": mark("the country of contacts or orders"),
    "channels": mark("orders with channels"),
    "contacts": mark("contacts"),
    "consent": mark("contacts with consent to be mailed"),
    "accounts": mark("customers that are companies"),
    "events": mark("events"),
    "tickets": mark("tickets"),
    "responses": mark("survey responses"),
    "deals": mark("deals"),
    "campaigns": mark("campaigns"),
}

# What an event means, whatever the shop calls it.
EVENT_KINDS = (
    *(mark("visit"), mark("view"), mark("search"), mark("cart"), mark("checkout"), mark("purchase"), mark("chat")),
    *(mark("newsletter"), mark("other")),
)


@dataclass(frozen=True)
class Measure:
    """A column of the people table; ``kind`` is one of :data:`KINDS`, ``needs`` a key of :data:`NEEDS`."""

    name: str
    kind: str
    needs: str
    meaning: str


@dataclass(frozen=True)
class Function:
    """A function that a rule may call: kinds of its arguments (all constants), kind of the result."""

    name: str
    arguments: tuple[str, ...]
    kind: str
    needs: str
    meaning: str


@dataclass(frozen=True)
class Call:
    """A function called with constants; ``column`` is where its result stands beside the people.

    Examples
    --------
    >>> Call("spent_on", ("shoes",)).column
    "spent_on('shoes')"
    """

    function: str
    arguments: tuple[str | float | int, ...]

    @property
    def column(self) -> str:
        """The call as it is written in a rule."""
        told = ("'" + one.replace("'", "''") + "'" if isinstance(one, str) else f"{one:.15g}" for one in self.arguments)
        return f"{self.function}({', '.join(told)})"


# Of the window unless "ever" is said; who has no order in it has 0 orders, 0 revenue and no ranks.
PEOPLE: tuple[Measure, ...] = (
    Measure("is_customer", "boolean", "orders", "has ordered at least once, ever"),
    Measure("is_new", "boolean", "orders", "the first order in the records lies in the window"),
    Measure("orders_ever", "number", "orders", "orders in the records; 0 for who never ordered"),
    Measure("revenue_ever", "number", "orders", "revenue ever, net of returns; 0 for who never ordered"),
    Measure("recency_days", "number", "orders", "days from the last order ever to the as-of date"),
    Measure("frequency", "number", "orders", "orders in the window"),
    Measure("monetary_value", "number", "orders", "revenue in the window, net of returns"),
    Measure("tenure_days", "number", "orders", "days from the first order ever to the as-of date"),
    Measure("first_order_at", "date", "orders", "first order ever"),
    Measure("last_order_at", "date", "orders", "last order ever"),
    Measure("average_order_value", "number", "orders", "sales before returns per order"),
    Measure("items_per_order", "number", "quantities", "items sold per order"),
    Measure("interpurchase_days", "number", "orders", "median days between consecutive orders; missing with one order"),
    Measure(
        "usual_gap_days",
        "number",
        "orders",
        "own median gap between order days ever with three or more, else the shop's, gaps that have not ended included",
    ),
    Measure(
        "silence_ratio", "number", "orders", "recency_days / usual_gap_days: how many usual gaps the silence lasts"
    ),
    Measure("products", "number", "products", "distinct products bought"),
    Measure("categories", "number", "categories", "distinct categories bought"),
    Measure("returns_share", "number", "orders", "money returned as a share of sales"),
    Measure("discount_share", "number", "discounts", "discount as a share of sales before discount"),
    Measure("coupon_share", "number", "coupons", "share of the orders with a coupon code"),
    Measure("discounted_share", "number", "discounts", "share of the orders with a discount and no coupon code"),
    Measure("previous_orders", "number", "previous", "orders in the previous, equally long window"),
    Measure("previous_revenue", "number", "previous", "revenue in the previous, equally long window"),
    Measure("revenue_rank", "number", "orders", "share of the customers of the window with less revenue, 0 to below 1"),
    Measure("orders_rank", "number", "orders", "share of the customers of the window with fewer orders"),
    Measure("order_value_rank", "number", "orders", "share of the customers of the window with a lower order value"),
    Measure("items_rank", "number", "quantities", "share of the customers of the window with fewer items per order"),
    Measure("largest_order_share", "number", "orders", "sales of the largest order as a share of all sales"),
    Measure("top_category", "text", "categories", "category with the largest spend"),
    Measure("top_country", "text", "countries", "country of the orders with the largest spend"),
    Measure("top_channel", "text", "channels", "channel with the largest spend"),
    Measure("preferred_weekday", "text", "orders", "weekday of most orders ever, three or more needed"),
    Measure("preferred_hour", "number", "orders", "hour of most orders ever, 0 to 23, three or more needed"),
    Measure(
        "replenish_product", "text", "products", "product bought again, ever, whose buyers come back most regularly"
    ),
    Measure("replenish_days", "number", "products", "on how many days that product was bought"),
    Measure("replenish_gap_days", "number", "products", "median days between those purchases"),
    Measure("replenish_variation", "number", "products", "standard deviation of those gaps / their mean; 0 is a clock"),
    Measure(
        "replenish_due_days",
        "number",
        "products",
        "days from the as-of date until due (last + median gap); below 0 overdue",
    ),
    Measure(
        "replenish_hit_share",
        "number",
        "products",
        "how often a purchase of that product, by any of its buyers, came within a third of their usual gap",
    ),
    Measure("replenish_hit_low", "number", "products", "lower end of its 95% interval; missing for few purchases"),
    Measure("is_contact", "boolean", "contacts", "is in the contacts"),
    Measure("email_consent", "boolean", "consent", "agreed to be mailed"),
    Measure("signed_up_at", "date", "contacts", "when the contact became known"),
    Measure("contact_days", "number", "contacts", "days from then to the as-of date"),
    Measure("country", "text", "countries", "country of the contact, else of the orders"),
    Measure("region", "text", "contacts", "region of the contact"),
    Measure("city", "text", "contacts", "city of the contact"),
    Measure("season", "text", "countries", "season at the as-of date where they live: winter, spring, summer, autumn"),
    Measure("birth_year", "number", "contacts", "year of birth"),
    Measure("age", "number", "contacts", "age in the year of the as-of date, 0 to 120"),
    Measure("age_band", "text", "contacts", "age band"),
    Measure("gender", "text", "contacts", "gender as told by the contact"),
    Measure("company", "text", "contacts", "company"),
    Measure("industry", "text", "contacts", "industry of the company"),
    Measure("employees", "number", "contacts", "employees of the company"),
    Measure("revenue_band", "text", "contacts", "revenue band of the company"),
    Measure("legal_form", "text", "contacts", "legal form of the company"),
    Measure("role", "text", "contacts", "what the person does at the company; a company has none"),
    Measure("contacts", "number", "accounts", "people known of the company; missing for who is of none"),
    Measure("buyers", "number", "accounts", "of those, with an order in the window; missing where no order tells who"),
    Measure("visits", "number", "events", "sessions in the window; days with events where sessions are not told"),
    Measure("views", "number", "events", "products viewed in the window"),
    Measure("carts", "number", "events", "times that something was put into a cart in the window"),
    Measure("checkouts", "number", "events", "checkouts begun in the window"),
    Measure("chats", "number", "events", "chats in the window"),
    Measure("newsletter_visits", "number", "events", "events of the newsletter in the window"),
    Measure("last_visit_days", "number", "events", "days from the last event ever to the as-of date"),
    Measure("visit_span_days", "number", "events", "days from the first to the last event of the window"),
    Measure("tickets", "number", "tickets", "support requests in the window"),
    Measure("unanswered_tickets", "number", "tickets", "requests, ever, that nobody answered and that are not closed"),
    Measure("open_tickets", "number", "tickets", "requests, ever, that are not closed"),
    Measure("waiting_days", "number", "tickets", "days that the oldest open request has been waiting"),
    Measure("open_deals", "number", "deals", "deals neither won nor lost"),
    Measure("open_deal_value", "number", "deals", "their value"),
    Measure("won_deals", "number", "deals", "deals won, ever"),
    Measure("deal_stage", "text", "deals", "stage of the latest open deal"),
    Measure("campaigns_sent", "number", "campaigns", "campaign messages sent in the window"),
    Measure("campaigns_opened", "number", "campaigns", "of those, opened"),
    Measure("campaigns_converted", "number", "campaigns", "of those, followed by what they asked for"),
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "spent_on",
        ("text",),
        "number",
        "products",
        "money spent in the window on a category or product (name or number), net",
    ),
    Function("bought", ("text",), "boolean", "products", "whether such a category or product was bought, ever"),
    Function("orders_since", ("date",), "number", "orders", "orders from that day on"),
    Function("spent_since", ("date",), "number", "orders", "money spent from that day on, net"),
    Function(
        "orders_around",
        ("text", "number"),
        "number",
        "orders",
        "orders of the window in so many days up to a holiday; 'any' holiday",
    ),
    Function(
        "holiday_chance",
        ("text", "number"),
        "number",
        "orders",
        "how likely so many of the order days, ever, fall in those days by chance, adjusted for all customers",
    ),
    Function(
        "holiday_seasons",
        ("text", "number"),
        "number",
        "orders",
        "over how many years, about, such order days are spread",
    ),
    Function(
        "launches_bought",
        ("number",),
        "number",
        "launches",
        "distinct products bought within so many days of their launch, ever",
    ),
    Function(
        "launches_share", ("number",), "number", "launches", "those as a share of the distinct products bought, ever"
    ),
    Function("events_of", ("text",), "number", "events", "events of a kind or name in the window"),
    Function("days_since_event", ("text",), "number", "events", "days since the last event of a kind or name"),
    Function(
        "abandoned_carts",
        ("number", "number"),
        "number",
        "events",
        "carts of the last (second) days without a purchase within (first) hours",
    ),
    Function("answered", ("text", "text"), "boolean", "responses", "whether a survey question was last answered so"),
    Function("rating", ("text",), "number", "responses", "mean of the numbers answered to a survey question"),
)

# What grows with orders, or is counted from them: groups made from one of these differ in all.
GROWING = {
    *("recency_days", "frequency", "monetary_value", "interpurchase_days", "tenure_days", "products", "categories"),
    *("previous_orders", "previous_revenue", "is_customer", "is_new", "orders_ever", "revenue_ever", "revenue_rank"),
    *("orders_rank", "usual_gap_days", "silence_ratio", "first_order_at", "last_order_at", "orders_since"),
    "spent_since",
}
# What says the same in other words, as columns, functions of rules, or what orders are told by.
SAME = (
    GROWING,
    {"average_order_value", "order_value_rank", "largest_order_share"},
    {"items_per_order", "items_rank"},
    {"discount_share", "coupon_share"},
    {"weekday", "preferred_weekday"},
    {"hour", "preferred_hour"},
    {"channel", "top_channel"},
    {"category", "top_category", "spent_on", "bought"},
    {"country", "top_country", "region", "city", "season"},
    {"age", "age_band", "birth_year"},
)


def by_construction(columns: Iterable[str]) -> frozenset[str]:
    """In what groups made from these columns differ by their making, so that no test of it means anything.

    Parameters
    ----------
    columns : iterable of str
        Columns of the customers, or what rules speak of.

    Examples
    --------
    >>> sorted(by_construction(["country"]) - {"country"})
    ['city', 'region', 'season', 'top_country']
    >>> "average_order_value" in by_construction(["frequency", "monetary_value"])
    True
    """
    given = frozenset(columns)
    if {"frequency", "monetary_value"} <= given:
        given |= {"average_order_value"}  # one divided by the other
    return given.union(*(same for same in SAME if given & same))
