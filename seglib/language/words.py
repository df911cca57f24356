"""Numbers, money, dates and column labels as a person writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from seglib.language.labels import LABELS
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext, pgettext, spoken
from seglib.language.naming import made_name

__all__ = [
    "band",
    "count",
    "date",
    "days",
    "joined",
    "label",
    "missing",
    "money",
    "month",
    "name",
    "number",
    "percent",
    "plural",
    "points",
    "signed",
    "time",
    "trait",
]

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "UAH": "₴", "BRL": "R$"}
ALL = 0.995  # a share that would read as 100% without a decimal
MISSING = "–"
HOUR = 1 / 24  # of a day


def missing(value: Any) -> bool:
    """Whether there is no value: None, NaN, NaT or NA."""
    return value is None or str(value) in ("NaT", "<NA>") or value != value


@lru_cache(maxsize=16)
def _separators(_numbers: str) -> dict[int, str]:
    """What stands for the comma between thousands and the point before decimals."""
    symbols = spoken().number_locale.number_symbols
    symbols = symbols.get(spoken().number_locale.default_numbering_system, symbols["latn"])
    return {
        ord(","): symbols["group"].replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"),
        ord("."): symbols["decimal"],
    }


@lru_cache(maxsize=16)
def _pattern(_numbers: str, kind: str) -> tuple[str, str]:
    """What stands before and after a percentage or an amount of money, ``¤`` for the currency."""
    locale = spoken().number_locale
    pattern = locale.percent_formats[None] if kind == "percent" else locale.currency_formats["standard"]
    return pattern.prefix[0], pattern.suffix[0]


def number(value: Any, digits: int | None = None) -> str:
    """Number with thousands separators; three significant figures unless ``digits`` says how many decimals.

    Examples
    --------
    >>> number(1234567), number(3.14159), number(0.01234), number(12.5, 2), number(float("nan"))
    ('1,234,567', '3.14', '0.0123', '12.50', '–')
    """
    if missing(value):
        return MISSING
    if digits is None:
        size = abs(float(value))
        whole = float(value).is_integer() or size >= 100
        digits = 0 if whole or size == 0 else min(6, max(0, 2 - math.floor(math.log10(size))))
    text = f"{float(value):,.{digits}f}"
    text = text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")
    return text.translate(_separators(spoken().numbers))


def signed(value: Any) -> str:
    """Number with its sign and two decimals.

    Examples
    --------
    >>> signed(0.346), signed(-0.5), signed(0.0)
    ('+0.35', '−0.50', '0.00')
    """
    return f"{'+' if not missing(value) and value > 0 else ''}{number(value, 2)}"


def count(value: Any) -> str:
    """Whole number with thousands separators.

    Examples
    --------
    >>> count(2469)
    '2,469'
    """
    return number(value, 0)


def percent(share: Any, digits: int | None = None) -> str:
    """Share as a percentage; a decimal only below ten per cent, and where not quite all would read as all.

    Examples
    --------
    >>> percent(0.4567), percent(0.0234), percent(0), percent(1), percent(760 / 761)
    ('46%', '2.3%', '0%', '100%', '99.9%')
    """
    if missing(share):
        return MISSING
    if digits is None:
        nearly = ALL <= abs(share) < 1
        digits = 1 if 0 < abs(share) < 0.0995 or nearly else 0
        share = math.copysign(min(abs(share), 0.999), share) if nearly else share
    before, after = _pattern(spoken().numbers, "percent")
    return f"{before}{number(100 * share, digits)}{after}"


def points(difference: Any) -> str:
    """Difference of two shares in percentage points; a decimal only below ten.

    Examples
    --------
    >>> points(0.063), points(-0.12)
    ('6.3', '−12')
    """
    return number(100 * difference, 1 if 0 < abs(difference) < 0.0995 else 0)


def money(value: Any, currency: str = "", digits: int | None = None) -> str:
    """Amount of money; cents only below a thousand, ``k`` and ``m`` never (a report's numbers can be added up).

    Examples
    --------
    >>> money(1234.5, "EUR"), money(12.5, "USD"), money(-3, "GBP"), money(9, "CHF"), money(10)
    ('€1,234', '$12.50', '−£3.00', 'CHF 9.00', '10.00')
    """
    if missing(value):
        return MISSING
    if digits is None:
        digits = 0 if abs(value) >= 1000 else 2
    text = number(abs(value), digits)
    before, after = _pattern(spoken().numbers, "money") if currency else ("", "")
    sign = SIGNS.get(currency, currency)
    before = f"{currency} " if before == "¤" and sign == currency else before.replace("¤", sign)
    minus = "−" if value < 0 and any(figure in "123456789" for figure in text) else ""
    return f"{minus}{before}{text}{after.replace('¤', sign)}"


def days(value: Any) -> str:
    """Length of time in days.

    Examples
    --------
    >>> days(1), days(45.4), days(2.25)
    ('1 day', '45 days', '2.2 days')
    """
    if missing(value):
        return MISSING
    text = number(value, 0 if value >= 10 or float(value).is_integer() else 1)
    if value < 10 and not float(value).is_integer() and text != number(1, 0):
        return pgettext("fraction", "{n} days", n=text)
    return ngettext("{n} day", "{n} days", round(value), n=text)


def time(value: Any) -> str:
    """Length of time given in days, in minutes and hours below one.

    Examples
    --------
    >>> time(0.0003), time(0.01), time(0.5), time(1.0), time(45.2), time(None)
    ('under a minute', '14 minutes', '12 hours', '1 day', '45 days', '–')
    """
    if missing(value) or value >= 1:
        return days(value)
    if value < HOUR:
        minutes = round(value * 1440)
        return plural(minutes, "minute") if minutes else _("under a minute")
    return plural(round(value * 24), "hour")


def band(lower: float, upper: float, *, closed: str = "right", whole: bool = False, currency: str = "") -> str:
    """Range of values; whole numbers are named by the first and the last of them, others are money.

    Examples
    --------
    >>> band(-math.inf, 12, whole=True), band(12, 40, whole=True), band(40, math.inf, whole=True)
    ('up to 12', '13–40', '41 or more')
    >>> band(-math.inf, 99.5, currency="EUR"), band(99.5, 1200, currency="EUR"), band(1200, math.inf, closed="left")
    ('up to €99.50', '€99.50–€1,200', '1,200 or more')
    """
    right = closed == "right"
    if whole:
        low = math.floor(lower) + 1 if right and lower > -math.inf else lower
        high = upper if right or upper == math.inf else math.ceil(upper) - 1
        first, last = (count(x if abs(x) == math.inf else fit(x)) for x, fit in ((low, math.ceil), (high, math.floor)))
    else:
        first, last = (money(end, currency, 0 if abs(end) >= 100 else None) for end in (lower, upper))
    if lower == -math.inf:
        return _("any") if upper == math.inf else _("up to {last}" if right or whole else "under {last}", last=last)
    if upper == math.inf:
        return _("over {first}" if right and not whole else "{first} or more", first=first)
    return first if first == last else f"{first}–{last}"


def date(value: Any) -> str:
    """Date as 9 December 2011.

    Examples
    --------
    >>> import datetime as dt
    >>> date(dt.date(2011, 12, 9))
    '9 December 2011'
    """
    if missing(value):
        return MISSING
    if spoken().code == "en":
        return f"{value.day} {value:%B %Y}"
    from babel.dates import format_date

    text = format_date(value, "long", locale=spoken().date_locale)
    return re.sub(r"\s\w\.$", "", text)  # "р." for year: a sentence would end with two stops


def month(value: Any, form: str = "MMM y") -> str:
    """Month as Dec 2011, in the form of Babel's date patterns.

    Examples
    --------
    >>> import datetime as dt
    >>> month(dt.date(2011, 12, 9)), month(dt.date(2011, 12, 9), "LLL")
    ('Dec 2011', 'Dec')
    """
    from babel.dates import format_date

    return MISSING if missing(value) else format_date(value, form, locale=spoken().date_locale)


def name(text: Any) -> str:
    """Name of a segment, state or kind that comes with seglib in the language of the report; others as they are.

    Examples
    --------
    >>> name("Champions"), name("By location: Italy")
    ('Champions', 'By location: Italy')
    """
    whole, told = str(text), _(str(text))
    if told != whole:
        return told
    first, colon, part = whole.partition(": ")
    return f"{_(first)}: {name(part)}" if colon else made_name(whole)


def plural(n: int, one: str, many: str = "") -> str:
    """Count and noun that agree.

    Examples
    --------
    >>> plural(1, "customer"), plural(2469, "customer"), plural(2, "category", "categories")
    ('1 customer', '2,469 customers', '2 categories')
    """
    return ngettext(f"{{n}} {one}", f"{{n}} {many or one + 's'}", int(n), n=count(n))


def joined(names: Sequence[str]) -> str:
    """Names as a list in a sentence.

    Examples
    --------
    >>> joined(["a"]), joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    from babel.lists import format_list

    return str(format_list([str(one) for one in names], locale=spoken().date_locale))


def label(column: str) -> str:
    """Heading for a column: a known label, or its name in words.

    Examples
    --------
    >>> label("monetary_value"), label("median_gap"), label("AgeBand")
    ('Revenue', 'Median gap', 'AgeBand')
    """
    text = str(column)
    return _(LABELS.get(text) or (text[:1].upper() + text[1:]).replace("_", " "))


_SPEND = {
    "category": mark("Spend on {value}"),
    "country": mark("Spend from {value}"),
    "channel": mark("Spend via {value}"),
}


def trait(attribute: str, value: str, statistic: str) -> str:
    """Name of a trait of a segment, a row of :func:`seglib.segment_traits`.

    Examples
    --------
    >>> trait("category", "Tea", "mean share of spend"), trait("age", "25-34", "share of customers")
    ('Spend on Tea', 'Age: 25-34')
    """
    if statistic == "mean share of spend":
        return _(_SPEND.get(attribute, "Spend {attribute} {value}"), attribute=label(attribute), value=value)
    return f"{label(attribute)}: {value}" if value else label(attribute)
