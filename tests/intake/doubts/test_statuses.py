"""Doubts about what became of orders, from counts by hand."""

from __future__ import annotations

from seglib.intake.doubts import statuses


def value(word: str, rows: int, amount: float, *, known: bool = True) -> dict:
    return {"value": word, "rows": rows, "amount": amount, "known": known}


def levels(*values: dict) -> list[str]:
    return [one.level for one in statuses.status_unknown(values, "Status")]


def test_an_unknown_word_with_little_money_is_asked_about():
    assert levels(value("paid", 99, 990.0), value("B7", 1, 9.0, known=False)) == ["ask"]


def test_an_unknown_word_with_more_than_a_hundredth_of_the_money_stops():
    assert levels(value("paid", 98, 980.0), value("B7", 2, 20.0, known=False)) == ["stop"]
    assert levels(value("paid", 50, 0.0), value("B7", 2, 0.0, known=False)) == ["stop"]  # no money: by rows


def test_known_words_are_not_doubted():
    assert levels(value("paid", 50, 500.0), value("storniert", 50, 500.0)) == []
    assert levels() == []


def test_unpaid_orders_are_asked_about_where_they_are_many_or_were_delivered():
    def asked(rows: int, money: float, delivered: int = 0) -> bool:
        return any(statuses.unpaid({"rows": rows, "money": money, "all": 1000.0, "delivered": delivered}, "Status"))

    assert asked(20, 101)
    assert not asked(20, 100)
    assert asked(2, 10, delivered=2)
    assert not asked(0, 0)


def test_a_part_given_back_is_asked_about_where_nothing_tells_how_much():
    found = {"rows": 2, "money": 60.0, "all": 140.0}
    (doubt,) = statuses.refund_untold(found, "Status", ["partially_refunded", "teilweise erstattet"])
    assert doubt.level == "ask"
    assert "2 rows, worth 60.00 (43% of the money)" in doubt.message
    assert '"partially_refunded" = "sale" and "teilweise erstattet" = "sale"' in doubt.settle
    assert not any(statuses.refund_untold({"rows": 0, "money": None, "all": 140.0}, "Status", ["x"]))


def test_an_identity_that_fails_on_a_few_rows_is_not_doubted():
    def failed(rows: int, of: int) -> bool:
        one = {"text": "Net = Gross + Fee", "of": "row", "checked": of, "failed": rows, "example": "row 3: 9.00, 8.00"}
        return any(statuses.identity([one]))

    assert not failed(3, 10)
    assert failed(4, 10)
    assert not failed(20, 1000)
    assert failed(21, 1000)


def test_copies_of_numbered_rows_say_how_to_keep_them():
    assert 'duplicates = "keep"' in statuses.copies_told(3, "id").settle
