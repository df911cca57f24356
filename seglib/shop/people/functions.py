"""What the functions of rules measure of each person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.shop.people import event_functions, holiday_functions, order_functions
from seglib.shop.people.records import Records
from seglib.tables.measures import FUNCTIONS, Call
from seglib.tables.period import Period

__all__ = ["measure_calls"]

KINDS = {function.name: function.kind for function in FUNCTIONS}
# of who is not in the table: nothing spent, bought or done; the rest is not known
NONE = {
    **dict.fromkeys(("spent_on", "spent_since"), 0.0),
    **dict.fromkeys(
        ("orders_since", "orders_around", "holiday_seasons", "launches_bought", "events_of", "abandoned_carts"), 0
    ),
    "holiday_chance": 1.0,
    "bought": False,
}
MEASURES: dict[str, Callable[..., pd.Series | None]] = {
    "orders_since": order_functions.orders_since,
    "spent_since": order_functions.spent_since,
    "orders_around": holiday_functions.orders_around,
    "holiday_chance": holiday_functions.holiday_chance,
    "holiday_seasons": holiday_functions.holiday_seasons,
    "launches_bought": order_functions.launches_bought,
    "launches_share": order_functions.launches_share,
    "events_of": event_functions.events_of,
    "days_since_event": event_functions.days_since_event,
    "abandoned_carts": event_functions.abandoned_carts,
    "answered": event_functions.answered,
    "rating": event_functions.rating,
}
# measured for all names that are asked for at once
BY_NAME: dict[str, Callable[[Records, Sequence[str]], Mapping[str, pd.Series] | None]] = {
    "spent_on": order_functions.spent_on,
    "bought": order_functions.bought,
}


def measure_calls(
    calls: Sequence[Call],
    people_index: pd.Index,
    *,
    lines: ir.Table | None,
    as_of: dt.date,
    window_days: int | None = None,
    events: ir.Table | None = None,
    responses: ir.Table | None = None,
    products: ir.Table | None = None,
    orders: ir.Table | None = None,
) -> pd.DataFrame:
    """What functions of rules, called with constants, measure of each person.

    Parameters
    ----------
    calls : sequence of Call
        Functions of ``seglib.tables.measures.FUNCTIONS`` with their arguments.
    people_index : Index
        The people, by customer_id.
    lines, events, responses, products, orders : ibis Table, optional
        Tables as :func:`build_people` takes them; a call whose table is missing is left out.
    as_of : date
        Day the people are looked at from.
    window_days : int, optional
        Days of the window, the as-of date included; the whole history when None.

    Returns
    -------
    DataFrame indexed like the people, a column a call, named as the call is written (``Call.column``): numbers (money
    in the currency of the lines), or booleans. Missing is what cannot be known, such as an answer never given.

    Raises
    ------
    InputError
        A function, holiday or date that is not known; all of them together.

    Examples
    --------
    >>> import ibis
    >>> lines = ibis.memtable({"order_id": ["1"], "customer_id": ["a"], "ordered_at": [pd.Timestamp("2024-01-01")],
    ...                        "amount": [5.0], "is_return": [False], "category": ["Tea"]})
    >>> measure_calls([Call("spent_on", ("tea",))], pd.Index(["a", "b"]), lines=lines, as_of=dt.date(2024, 1, 2))
       spent_on('tea')
    a              5.0
    b              0.0
    """
    known = Records(Period(as_of, window_days), lines, events, responses, products, orders)
    asked = list({call.column: call for call in calls}.values())
    by_name = {name: _by_name(name, asked, known) for name in BY_NAME}
    found, faults = {}, []
    for call in asked:
        try:
            measured = by_name[call.function].get(call.column) if call.function in BY_NAME else _measured(call, known)
        except InputError as error:
            faults += [f"{call.column}: {fault}" for fault in error.faults]
            continue
        if measured is not None:
            found[call.column] = _for_everyone(measured, call.function, people_index)
    if faults:
        raise InputError(faults)
    return pd.DataFrame(found, index=people_index)


def _by_name(function: str, calls: Sequence[Call], records: Records) -> dict[str, pd.Series]:
    """What calls of a function measure, by column; nothing where the lines cannot tell."""
    names = {call.column: str(call.arguments[0]) for call in calls if call.function == function}
    measured = BY_NAME[function](records, list(names.values())) if names else None
    return {} if measured is None else {column: measured[name] for column, name in names.items()}


def _measured(call: Call, records: Records) -> pd.Series | None:
    if call.function not in MEASURES:
        known = {**MEASURES, **BY_NAME}
        raise InputError(f"{call.function!r} is no function of rules.{did_you_mean(call.function, known)}")
    return MEASURES[call.function](records, *call.arguments)


def _for_everyone(measured: pd.Series, function: str, people: pd.Index) -> pd.Series:
    found = measured.reindex(people)
    if KINDS[function] == "boolean":
        found = found.astype("boolean")
        return found.fillna(NONE[function]).astype("bool") if function in NONE else found
    found = found.astype("float64")
    if function not in NONE:
        return found
    return found.fillna(NONE[function]).astype("float64" if isinstance(NONE[function], float) else "int64")
