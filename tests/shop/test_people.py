"""One row a person: each column by hand at its boundaries, then by invariant."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.shop.customers import build_customers
from seglib.shop.people import build_people
from seglib.shop.people.ranks import share_below
from seglib.shop.people.seasons import season
from seglib.tables.measures import PEOPLE

AS_OF = dt.date(2024, 1, 31)


def people(lines, *, as_of=AS_OF, window_days=None, **tables):
    customers = build_customers(lines, as_of=as_of, window_days=window_days)
    return build_people(lines, customers, as_of=as_of, window_days=window_days, **tables)


def side(**columns):
    """A side table; names that end in at are times."""
    table = pd.DataFrame(columns)
    for name in [name for name in table if name == "at" or name.endswith("_at")]:
        table[name] = pd.to_datetime(table[name], format="ISO8601")
    return ibis.memtable(table.astype({"customer_id": "str"}))


def contacts(**columns):
    ids = columns.pop("customer_id")
    table = pd.DataFrame(columns, index=pd.Index(ids, name="customer_id", dtype="str"))
    return (
        table.assign(signed_up_at=pd.to_datetime(table["signed_up_at"], format="ISO8601"))
        if "signed_up_at" in table
        else table
    )


@pytest.fixture
def january(make_lines):
    """Window of 31 days: ann ordered in it, on its first day; old before it; bob in both; zoe only took back."""
    return make_lines(
        [
            ("1", "ann", "2024-01-01 00:00", 30),
            ("2", "ann", "2024-01-31 23:59", 10),
            ("3", "old", "2023-12-31 23:59", 7),
            ("4", "bob", "2023-12-15 12:00", 8),
            ("5", "bob", "2024-01-10 12:00", 20),
            ("5R", "bob", "2024-01-20 12:00", -5),
            ("6", "zoe", "2024-01-20 12:00", -5),
            ("7", "far", "2024-02-01 00:00", 99),
            ("8", "old", "2023-11-30 00:00", 1),
        ]
    )


# --- orders ---------------------------------------------------------------------------------------------------------


def test_who_is_a_customer(january):
    table = people(january, window_days=31)
    assert table.index.tolist() == ["ann", "bob", "old"]  # who only took back never ordered; far is still to come
    assert table.index.name == "customer_id"
    assert table.is_customer.all()


def test_measures_ever_and_of_the_window(january):
    table = people(january, window_days=31)
    assert table.orders_ever.to_dict() == {"ann": 2, "bob": 2, "old": 2}
    assert table.revenue_ever.to_dict() == {"ann": 40.0, "bob": 23.0, "old": 8.0}
    assert table.frequency.to_dict() == {"ann": 2, "bob": 1, "old": 0}
    assert table.monetary_value.to_dict() == {"ann": 40.0, "bob": 15.0, "old": 0.0}
    assert table.recency_days.to_dict() == {"ann": 0, "bob": 21, "old": 31}  # of the last order ever; not of a return
    assert table.tenure_days.to_dict() == {"ann": 30, "bob": 47, "old": 62}
    assert table.is_new.to_dict() == {"ann": True, "bob": False, "old": False}  # on the window's first day: new
    assert table.first_order_at["bob"] == pd.Timestamp("2023-12-15 12:00")
    assert table.last_order_at["bob"] == pd.Timestamp("2024-01-10 12:00")


def test_the_previous_window_counts_who_has_left_too(january):
    table = people(january, window_days=31)  # the data begin on 30 November, the previous window on 1 December
    assert table.previous_orders.to_dict() == {"ann": 0, "bob": 1, "old": 1}
    assert table.previous_revenue.to_dict() == {"ann": 0.0, "bob": 8.0, "old": 7.0}
    assert "previous_orders" not in people(january, window_days=60)
    assert "previous_orders" not in people(january)


def test_window_measures_are_the_customer_tables(january):
    customers = build_customers(january, as_of=AS_OF, window_days=31)
    table = build_people(january, customers, as_of=AS_OF, window_days=31).loc[customers.index]
    for name in customers.columns:
        pdt.assert_series_equal(table[name], customers[name], check_dtype=False)


def test_who_ordered_only_before_the_window_has_no_ranks_and_no_ratios(january):
    row = people(january, window_days=31).loc["old"]
    nothing = ["revenue_rank", "orders_rank", "order_value_rank", "average_order_value", "largest_order_share"]
    assert row[nothing].isna().all()


def test_ranks_count_the_strictly_smaller_of_the_window(make_lines):
    rows = [
        (str(n), name, "2024-01-30", money) for n, (name, money) in enumerate(zip("abcd", [5, 5, 9, 1], strict=True))
    ]
    lines = make_lines([*rows, ("9", "past", "2023-01-01", 1000)], quantity=[2.0, 1.0, None, 1.0, 1.0])
    table = people(lines, window_days=31)
    assert table.revenue_rank.drop("past").tolist() == [0.25, 0.25, 0.75, 0.0]
    assert table.order_value_rank.drop("past").tolist() == [0.25, 0.25, 0.75, 0.0]
    assert table.orders_rank.drop("past").tolist() == [0.0] * 4
    assert pd.isna(table.revenue_rank["past"])
    assert table.items_rank["a"] == pytest.approx(2 / 3)  # of the three whose items are known
    assert pd.isna(table.items_rank["c"])


def test_ranks_survive_the_last_bit_of_a_ratio(make_lines):
    lines = make_lines(
        [
            *[("1", "a", "2024-01-30", 0.1), ("1", "a", "2024-01-30", 0.2), ("2", "b", "2024-01-30", 0.3)],
            *[("3", "c", "2024-01-30", 0.3), ("4", "c", "2024-01-30", 0.3), ("4", "c", "2024-01-30", -0.0)],
        ]
    )
    assert people(lines).order_value_rank.tolist() == [0.0, 0.0, 0.0]


def test_usual_gap_needs_three_order_days(make_lines):
    rows = [
        *[("1", "own", "2024-01-01", 1), ("2", "own", "2024-01-03", 1), ("3", "own", "2024-01-09", 1)],  # 2 and 6
        *[("4", "two", "2024-01-01", 1), ("5", "two", "2024-01-31", 1)],  # 30
        # two orders on one day are one order day
        *[("6", "day", "2024-01-10 08:00", 1), ("7", "day", "2024-01-10 20:00", 1), ("8", "day", "2024-01-11", 1)],  # 1
        ("9", "one", "2024-01-27", 1),
    ]
    table = people(make_lines(rows))
    # gaps of 1, 2, 6 and 30 days ended; of 0, 4, 20 and 22 have not: by Kaplan-Meier half lasted longer than 6
    assert table.usual_gap_days.to_dict() == {"own": 4.0, "two": 30.0, "day": 30.0, "one": 30.0}
    assert table.silence_ratio["one"] == 4 / 30
    assert table.silence_ratio["own"] == 22 / 4


def test_usual_gap_is_missing_where_nobody_came_back(make_lines):
    table = people(make_lines([("1", "a", "2024-01-01 08:00", 1), ("2", "a", "2024-01-01 20:00", 1)]))
    assert table[["usual_gap_days", "silence_ratio"]].isna().all(axis=None)


def test_coupons_are_codes_and_apart_from_discounts(make_lines):
    """Card prices of a grocer made 96% of its households coupon customers, of whom nine used coupons."""
    lines = make_lines(
        [
            *[("1", "a", "2024-01-01", 5), ("1", "a", "2024-01-01", 5), ("2", "a", "2024-01-02", 5)],
            *[("3", "a", "2024-01-03", 5), ("4", "a", "2024-01-04", 5), ("4R", "a", "2024-01-05", -5)],
        ],
        coupon_code=["TEN", None, " ", "", None, "TEN"],
        discount=[0.0, 0.0, 0.0, 1.0, None, 3.0],
    )
    table = people(lines)  # order 1 has a code, 3 a discount alone; a return is no order
    assert (table.coupon_share["a"], table.discounted_share["a"]) == (0.25, 0.25)
    assert people(lines.drop("coupon_code")).discounted_share["a"] == 0.25
    assert "coupon_share" not in people(lines.drop("coupon_code"))
    assert "discounted_share" not in people(lines.drop("discount"))


def test_largest_order_share_is_of_sales_before_returns(make_lines):
    rows = [("1", "a", "2024-01-01", 20), ("1", "a", "2024-01-01", 10), ("2", "a", "2024-01-02", 10)]
    table = people(make_lines([*rows, ("1R", "a", "2024-01-03", -30), ("3", "free", "2024-01-03", 0)]))
    assert table.largest_order_share["a"] == 0.75
    assert pd.isna(table.largest_order_share["free"])


def test_preferences_need_three_orders_and_one_clear_winner(make_lines):
    monday, tuesday = "2024-01-01", "2024-01-02"
    rows = [
        *[(f"m{n}", "monday", f"{monday} 09:{n}0", 1) for n in range(2)],
        ("m3", "monday", f"{tuesday} 10:00", 1),
        *[(f"t{n}", "tie", f"{day} {9 + n}:00", 1) for n, day in enumerate([monday, monday, tuesday, tuesday])],
        *[("w1", "two", f"{monday} 09:00", 1), ("w2", "two", f"{monday} 09:00", 1)],
    ]
    table = people(make_lines(rows))
    assert table.preferred_weekday["monday"] == "Monday"
    assert table.preferred_hour["monday"] == 9
    assert table.loc[["tie", "two"], ["preferred_weekday", "preferred_hour"]].isna().all(axis=None)


def test_dates_alone_tell_no_hour(make_lines):
    table = people(
        make_lines([(str(n), "a", f"2024-01-0{n + 1}", 1) for n in range(3)] + [("9", "a", "2024-01-08", 1)])
    )
    assert table.preferred_weekday["a"] == "Monday"
    assert pd.isna(table.preferred_hour["a"])


# --- products -------------------------------------------------------------------------------------------------------


def test_replenishing_takes_the_most_regular_product(make_lines):
    days = {
        "tea": ["2023-12-01", "2023-12-11", "2023-12-21"],  # gaps 10, 10
        "cup": ["2023-12-01", "2023-12-11", "2023-12-31"],  # gaps 10, 20
        "pot": ["2023-12-01", "2023-12-06"],  # two days only
    }
    rows = [(f"{product}{day}", "a", day, 1, product) for product, on in days.items() for day in on]
    rows += [("again", "a", "2023-12-06 20:00", 1, "pot"), ("back", "a", "2024-01-05", -1, "tea")]
    lines = make_lines([row[:4] for row in rows], product_id=[row[4] for row in rows])
    row = people(lines).loc["a"]
    assert row.replenish_product == "tea"
    assert (row.replenish_days, row.replenish_gap_days, row.replenish_variation) == (3, 10.0, 0.0)
    assert row.replenish_due_days == -31.0  # due on 31 December
    row = people(lines.filter(lines.product_id != "tea")).loc["a"]
    assert (row.replenish_product, row.replenish_gap_days) == ("cup", 15.0)
    assert row.replenish_variation == pytest.approx(np.std([10, 20], ddof=1) / 15)
    assert row.replenish_due_days == -16.0
    assert pd.isna(people(lines.filter(lines.product_id == "pot")).replenish_product["a"])


def test_replenishing_ties_go_to_more_days_then_to_the_name(make_lines):
    rows = [(f"{p}{day}", "a", f"2024-01-0{day}", 1, p) for p in "cba" for day in range(1, 5 if p == "b" else 4)]
    lines = make_lines([row[:4] for row in rows], product_name=[row[4] for row in rows])
    assert people(lines).replenish_product["a"] == "b"
    assert people(lines.filter(lines.product_name != "b")).replenish_product["a"] == "a"


def test_nobody_replenishes_without_products(january):
    assert not [name for name in people(january) if name.startswith("replenish") or name in ("products", "categories")]


# --- contacts and places --------------------------------------------------------------------------------------------


def test_contacts_beside_customers(january):
    table = people(
        january,
        window_days=31,
        contacts=contacts(
            customer_id=["ann", "lead", "late"],
            signed_up_at=["2024-01-31 18:00", None, "2024-02-01"],
            email_consent=pd.array([True, None, True], dtype="boolean"),
            hobby=["chess", "go", "golf"],
            season=["sales", None, None],
            company=[None, None, None],
        ),
    )
    assert table.index.tolist() == ["ann", "bob", "lead", "old"]  # late is not known yet
    assert table.is_contact.tolist() == [True, False, True, False]
    assert table.is_customer.tolist() == [True, True, False, True]
    assert table.contact_days.fillna(-1).tolist() == [0, -1, -1, -1]
    assert table.email_consent["ann"]
    assert table.email_consent.isna().tolist() == [False, True, True, True]
    assert table.hobby.fillna("").tolist() == ["chess", "", "go", ""]
    assert table.contact_season["ann"] == "sales"  # season is a measure's name
    assert "company" not in table  # nobody told one
    lead = table.loc["lead"]
    assert (lead.orders_ever, lead.revenue_ever, lead.frequency, lead.monetary_value) == (0, 0.0, 0, 0.0)
    assert not lead.is_new
    assert lead[["recency_days", "tenure_days", "last_order_at", "usual_gap_days", "revenue_rank"]].isna().all()


def test_age_is_of_the_year_and_a_persons():
    born = contacts(customer_id=list("abcde"), birth_year=[1904, 1903, 2024, 2025, None])
    table = build_people(None, None, as_of=AS_OF, contacts=born)
    assert table.age.fillna(-1).tolist() == [120, -1, 0, -1, -1]
    assert table.age_band.fillna("").tolist() == ["65 and over", "", "under 18", "", ""]
    edges = contacts(customer_id=list("abcd"), birth_year=[2006, 2007, 1960, 1959])  # 18, 17, 64, 65
    bands = build_people(None, None, as_of=AS_OF, contacts=edges).age_band.tolist()
    assert bands == ["18-24", "under 18", "55-64", "65 and over"]


def test_a_told_age_band_stays(january):
    told = contacts(customer_id=["ann"], birth_year=[1990], age_band=["30-39"])
    assert people(january, contacts=told).age_band["ann"] == "30-39"


def test_country_is_of_the_contact_else_of_the_orders(make_lines):
    lines = make_lines(
        [
            ("1", "a", "2024-01-01", 5),
            ("2", "b", "2023-01-01", 5),
            ("3", "b", "2023-01-02", 5),
            ("4", "c", "2024-01-03", 5),
        ],
        country=["France", "Italy", "Australia", None],
    )
    known = contacts(customer_id=["a", "c", "d"], country=["NZ", None, "Kenya"])
    table = people(lines, window_days=31, contacts=known)
    assert table.country.fillna("").to_dict() == {"a": "NZ", "b": "Australia", "c": "", "d": "Kenya"}
    assert table.season.fillna("").to_dict() == {"a": "summer", "b": "summer", "c": "", "d": ""}
    assert table.top_country.fillna("").to_dict() == {"a": "France", "b": "", "c": "", "d": ""}  # b's not of the window
    assert people(lines, window_days=31).country["a"] == "France"
    assert "country" not in people(lines.drop("country"))


@pytest.mark.parametrize(
    ("day", "north", "south"),
    [
        *[("2024-02-29", "winter", "summer"), ("2024-03-01", "spring", "autumn"), ("2024-06-01", "summer", "winter")],
        *[("2024-08-31", "summer", "winter"), ("2024-11-30", "autumn", "spring"), ("2024-12-01", "winter", "summer")],
    ],
)
def test_seasons_are_meteorological(day, north, south):
    places = pd.Series(["Ireland", "IE", "irl", " EIRE ", "Australia", "za", "Brazil", "Atlantis", None])
    found = season(places, dt.date.fromisoformat(day)).fillna("").tolist()
    assert found == [north] * 4 + [south] * 2 + [""] * 3


# --- events ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def visits():
    return side(
        customer_id=["ann"] * 6 + ["visitor:1"] * 2 + ["gone", "far"],
        at=[
            *["2024-01-01 00:00", "2024-01-01 00:10", "2024-01-11 12:00", "2024-01-11 13:00", "2024-01-31 23:59"],
            *["2023-12-31 23:59", "2024-01-30 10:00", "2024-01-30 12:00", "2023-12-01", "2024-02-01"],
        ],
        kind=["view", "cart", "checkout", "chat", "newsletter", "view", "view", "view", "view", "view"],
        event=["v"] * 10,
        session_id=["s1", "s1", None, None, "s1", "s0", None, None, "s9", "s9"],
    )


def test_events_of_the_window(visits):
    table = build_people(None, None, as_of=AS_OF, window_days=31, events=visits)
    assert table.index.tolist() == ["ann", "gone", "visitor:1"]  # far is only seen later
    assert table.visits.tolist() == [2, 0, 1]  # one session and one day without; a day
    assert table.loc["ann", ["views", "carts", "checkouts", "chats", "newsletter_visits"]].tolist() == [1] * 5
    assert table.views.tolist() == [1, 0, 2]
    assert table.last_visit_days.tolist() == [0, 61, 1]
    assert table.visit_span_days.fillna(-1).tolist() == [30, -1, 0]


def test_events_without_sessions_count_days(visits):
    table = build_people(None, None, as_of=AS_OF, window_days=31, events=visits.drop("session_id"))
    assert table.visits.tolist() == [3, 0, 1]


def test_customers_never_seen_in_events_have_no_visits(january, visits):
    table = people(january, window_days=31, events=visits)
    assert (table.visits["bob"], table.carts["bob"]) == (0, 0)
    assert pd.isna(table.last_visit_days["bob"])
    assert table.is_customer.to_dict() == {"ann": True, "bob": True, "gone": False, "old": True, "visitor:1": False}


# --- tickets, deals, campaigns --------------------------------------------------------------------------------------


@pytest.fixture
def tickets():
    return side(
        customer_id=["answered", "waits", "waits", "closed", "done", "later", "tomorrow"],
        opened_at=["2024-01-01", "2023-12-31", "2024-01-30", "2024-01-02", "2024-01-02", "2024-01-31", "2024-02-01"],
        answered_at=["2024-01-02", None, None, None, "2024-01-03", "2024-02-01", None],
        closed_at=[None, None, None, "2024-01-31 23:59", "2024-01-04", "2024-02-02", None],
    )


def test_tickets(tickets):
    table = build_people(None, None, as_of=AS_OF, window_days=31, tickets=tickets)
    assert table.index.tolist() == ["answered", "closed", "done", "later", "waits"]
    assert table.tickets.tolist() == [1, 1, 1, 1, 1]  # the one of 31 December is before the window
    assert table.unanswered_tickets.tolist() == [0, 0, 0, 1, 2]  # answered after the as-of date: not yet
    assert table.open_tickets.tolist() == [1, 0, 0, 1, 2]  # answered but not closed is open
    assert table.waiting_days.fillna(-1).tolist() == [30, -1, -1, 0, 31]


def test_tickets_that_tell_one_end_only(tickets):
    table = build_people(None, None, as_of=AS_OF, tickets=tickets.drop("closed_at"))
    assert table.open_tickets.tolist() == table.unanswered_tickets.tolist() == [0, 1, 0, 1, 2]
    table = build_people(None, None, as_of=AS_OF, tickets=tickets.drop("answered_at"))
    assert table.open_tickets.tolist() == table.unanswered_tickets.tolist() == [1, 0, 0, 1, 2]
    table = build_people(None, None, as_of=AS_OF, tickets=tickets.drop("answered_at", "closed_at"))
    assert table.open_tickets.tolist() == [1, 1, 1, 1, 2]


def test_who_never_asked_waits_for_nothing(january, tickets):
    row = people(january, tickets=tickets).loc["ann"]
    assert (row.tickets, row.open_tickets, row.unanswered_tickets) == (0, 0, 0)
    assert pd.isna(row.waiting_days)


def test_deals(january):
    deals = side(
        customer_id=["acme", "acme", "acme", "acme", "lost", "turns"],
        deal_id=list("abcdef"),
        stage=["Prospecting", "Engaging", "Won", "New", "Lost", "Won"],
        state=["open", "open", "won", "open", "lost", "won"],
        value=[10.0, None, 500.0, 7.0, 9.0, 3.0],
        opened_at=["2023-01-01", "2024-01-05", "2024-01-06", "2024-02-01", "2024-01-01", "2024-01-01"],
        closed_at=[None, None, "2024-01-31", None, "2024-01-03", "2024-02-01"],
    )
    table = people(january, deals=deals).loc[["acme", "lost", "turns", "ann"]]
    assert table.open_deals.tolist() == [2, 0, 1, 0]  # the one of February does not exist yet; turns is won tomorrow
    assert table.open_deal_value.tolist() == [10.0, 0.0, 3.0, 0.0]
    assert table.won_deals.tolist() == [1, 0, 0, 0]
    assert table.deal_stage.fillna("").tolist() == ["Engaging", "", "open", ""]  # its stage on that day is not told
    bare = people(january, deals=deals.select("customer_id", "stage", "state"))
    assert "open_deal_value" not in bare
    assert bare.deal_stage["acme"] == "Prospecting"


def test_campaigns(january):
    campaigns = side(
        customer_id=["ann", "ann", "ann", "bob", "new", "far"],
        sent_at=["2024-01-01", "2024-01-31 23:59", "2023-12-31", None, "2024-01-09", "2024-02-01"],
        arm=["mail", "mail", "mail", "mail", "Control", "mail"],
        opened=[True, False, True, True, False, True],
        converted=[None, True, True, True, True, True],
    )
    table = people(january, window_days=31, campaigns=campaigns)
    assert table.index.tolist() == ["ann", "bob", "new", "old"]
    assert table.campaigns_sent.tolist() == [2, 0, 0, 0]
    assert table.campaigns_opened.tolist() == [1, 0, 0, 0]
    assert table.campaigns_converted.tolist() == [1, 0, 0, 0]
    undated = people(january, window_days=31, campaigns=campaigns.drop("sent_at", "opened"))
    assert undated.campaigns_sent["ann"] == 3
    assert "campaigns_opened" not in undated


def test_who_only_answered_a_survey_is_known():
    responses = side(customer_id=["a", "b"], question=["q", "q"], answer=["1", "2"], answered_at=[None, "2024-02-01"])
    assert build_people(None, None, as_of=AS_OF, responses=responses).index.tolist() == ["a"]


# --- the whole ------------------------------------------------------------------------------------------------------


@pytest.fixture
def everything(make_lines, visits, tickets):
    lines = make_lines(
        [("1", "ann", "2023-01-01 10:00", 10), ("2", "ann", "2024-01-11 09:00", 20), ("3", "bob", "2024-01-21", 7)],
        quantity=[1.0, 2.0, 3.0],
        discount=[0.0, 1.0, 0.0],
        coupon_code=["TEN", None, None],
        product_id=["a", "b", "c"],
        category=["x", "y", "z"],
        channel=["web", "web", "shop"],
        country=["France", "Italy", "Spain"],
    )
    texts = ("region", "city", "gender", "company", "industry", "revenue_band", "legal_form", "role")
    told = {name: ["x"] for name in texts}
    told |= {"birth_year": [1990], "employees": [10], "email_consent": [True], "signed_up_at": ["2023-01-01"]}
    deals = side(customer_id=["ann"], stage=["New"], state=["open"], value=[1.0])
    campaigns = side(customer_id=["ann"], opened=[True], converted=[False])
    known = contacts(customer_id=["ann"], **told)
    behind = pd.DataFrame({"contacts": [2], "buyers": [1]}, index=["ann"])
    known = {"contacts": known, "accounts": behind}
    return lines, {**known, "events": visits, "tickets": tickets, "deals": deals, "campaigns": campaigns}


def test_every_measure_is_delivered_as_its_kind(everything):
    lines, tables = everything
    table = people(lines, window_days=31, **tables)
    assert list(table.columns) == [measure.name for measure in PEOPLE]
    kinds = {"number": pd.api.types.is_numeric_dtype, "text": pd.api.types.is_string_dtype}
    kinds |= {"boolean": pd.api.types.is_bool_dtype, "date": pd.api.types.is_datetime64_any_dtype}
    assert [m.name for m in PEOPLE if not kinds[m.kind](table[m.name])] == []


def test_a_measure_is_there_when_its_need_is(everything):
    lines, tables = everything
    bare = lines.select("order_id", "customer_id", "ordered_at", "amount", "is_return")
    needs = {measure.name: measure.needs for measure in PEOPLE}
    assert {needs[name] for name in people(bare)} == {"orders"}
    assert {needs[name] for name in people(bare)} | {"previous"} == {
        needs[name] for name in people(bare, window_days=31)
    }
    for name in ("events", "tickets", "deals", "campaigns"):
        assert {needs[column] for column in build_people(None, None, as_of=AS_OF, **{name: tables[name]})} == {name}


def test_nobody_at_all(make_lines):
    lines = make_lines([("1", "a", "2025-01-01", 5)])
    table = people(lines, window_days=31)
    assert len(table) == 0
    assert "revenue_rank" in table
    assert build_people(None, None, as_of=AS_OF).empty


def test_the_window_must_be_positive(january):
    with pytest.raises(ValueError, match="window_days is -1"):
        build_people(january, None, as_of=AS_OF, window_days=-1)


def test_nothing_of_the_callers_changes(january):
    customers = build_customers(january, as_of=AS_OF, window_days=31)
    known = contacts(customer_id=["ann"], birth_year=[1990], email=["a@b.c"])
    before = customers.copy(), known.copy()
    table = build_people(january, customers, as_of=AS_OF, window_days=31, contacts=known)
    pdt.assert_frame_equal(customers, before[0])
    pdt.assert_frame_equal(known, before[1])
    assert "email" not in table


# --- invariants -----------------------------------------------------------------------------------------------------

LINES = st.lists(
    st.tuples(
        st.integers(0, 8),  # order
        st.integers(0, 4),  # customer
        st.integers(0, 80 * 24),  # hours before the as-of date
        st.integers(-20, 50),
        st.sampled_from(["tea", "pot", "cup"]),
    ),
    min_size=1,
    max_size=30,
)


def lines_of(rows, name=str):
    table = pd.DataFrame(rows, columns=["order_id", "customer_id", "hours", "amount", "product_id"])
    at = pd.Timestamp("2024-01-31 23:00") - pd.to_timedelta(table.pop("hours"), unit="h")
    order = table["order_id"].astype("str") + "-" + table["customer_id"].astype("str")
    table = table.assign(order_id=order, customer_id=table["customer_id"].map(name).astype("str"), ordered_at=at)
    table = ibis.memtable(table.assign(is_return=table["amount"] < 0))
    return table.mutate(amount=table.amount.cast("decimal(18, 4)"))


@given(rows=LINES, seed=st.randoms(use_true_random=False))
@settings(max_examples=4, deadline=None)
def test_neither_the_order_of_the_lines_nor_the_names_matter(rows, seed):
    table = people(lines_of(rows), window_days=40)
    shuffled = seed.sample(rows, len(rows))
    renamed = people(lines_of(shuffled, name=lambda number: f"c{9 - number}"), window_days=40)
    renamed.index = renamed.index.map(lambda name: str(9 - int(name[1:])))
    pdt.assert_frame_equal(renamed.sort_index(), table, check_names=False, check_index_type=False)


@given(st.lists(st.one_of(st.none(), st.integers(0, 5).map(float)), max_size=20))
def test_ranks_lie_in_0_1_and_equals_rank_equally(values):
    values = pd.Series(values, dtype="float64")
    ranks = share_below(values)
    known = values.dropna()
    assert ranks.dropna().between(0, 1, inclusive="left").all()
    assert ranks.isna().equals(values.isna())
    assert ranks.dropna().tolist() == pytest.approx([(known < value).mean() for value in known])
