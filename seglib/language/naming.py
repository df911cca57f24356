"""Names that seglib makes, in the language of the report: personas, numbered groups, what was put together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, pgettext

__all__ = [
    *(
        "EVERYONE",
        "FORMERLY",
        "GROUP",
        "MESSAGE",
        "HANDED",
        "NOT_COVERED",
        "NOT_KNOWN",
        "NOT_NAMED",
        "NO_SEGMENT",
        "OUTSIDE",
        "PICTURED",
        "PUT_TOGETHER",
    ),
    *("SMALL_GROUP", "UNSTABLE_GROUP", "VISITOR", "WEEKDAYS", "current", "is_numbered", "made_name"),
]

EVERYONE = mark("Everyone")  # the group of all, beside groups of any name
NOT_COVERED = mark("Not covered")  # customers to whom a segmentation gives no name
NOT_NAMED = mark("Not named")  # those whom it leaves in no group
NOT_KNOWN = mark("Not known")  # those of whom the data do not say what it divides by
MESSAGE = mark("message")  # arm of who got a campaign that tells no arms
NO_SEGMENT = mark("No segment")  # those for whom no rule holds
PUT_TOGETHER = re.compile(r"Other \([\d,]+\)")  # several small segments in one
# what segments by rule were called before -> their name now; the old ones may still be written
FORMERLY = {"Loyal customers": "Regulars"}
VISITOR = "visitor:"  # begins the id of an anonymous visitor
OUTSIDE = ("before_window", "after_as_of")  # steps of the ledger: left out for the period, not for the data's quality
HANDED = ("xlsx", "pdf", "eml", "figures")  # kinds of files that a report hands over beside its pages
PICTURED = frozenset(("eml", "figures"))  # those that need each figure as a picture
WEEKDAYS = (
    *(mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday")),
    mark("Sunday"),
)

GROUP, SMALL_GROUP, UNSTABLE_GROUP = mark("Group {n}"), mark("Group {n} (small)"), mark("Group {n} (unstable)")
NUMBERED = (mark("Other ({n})"), SMALL_GROUP, UNSTABLE_GROUP, GROUP)
BANDS = (
    *(mark("under {last} days"), mark("{first} to under {last} days"), mark("{first} days or more")),
    *(mark("under {last}"), mark("{first} to under {last}"), mark("{first} or more")),
)


def current(name: str, known: Iterable[str] = ()) -> str:
    """The name that a segment by rule has now; a name that is known stays.

    Examples
    --------
    >>> current("Loyal customers"), current("Loyal customers", ["Loyal customers"]), current("Dormant")
    ('Regulars', 'Loyal customers', 'Dormant')
    """
    return name if name in known else FORMERLY.get(name, name)


def made_name(text: str) -> str:
    """A name that seglib put together from parts in the language of the report; any other as it is.

    Examples
    --------
    >>> made_name("Recent frequent buyers"), made_name("Group 3 (small)"), made_name("Night owls")
    ('Recent frequent buyers', 'Group 3 (small)', 'Night owls')
    """
    for template in (*NUMBERED, *BANDS):
        found = _form(template).fullmatch(text)
        if found:
            return _(template, **found.groupdict())
    whole = re.fullmatch(r"(.+?)( \d+)?", text, re.DOTALL)
    return f"{_persona(whole[1])}{whole[2] or ''}" if whole else text


def is_numbered(name: str) -> bool:
    """Whether a group has a number in place of a name since it is too small, or comes back too rarely.

    Examples
    --------
    >>> is_numbered("Group 3 (small)"), is_numbered("Night owls")
    (True, False)
    """
    return name == NOT_NAMED or any(_form(template).fullmatch(name) for template in (SMALL_GROUP, UNSTABLE_GROUP))


@cache
def _form(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[\\d,.]+)", re.escape(template)))


def _persona(text: str) -> str:
    """``Frequent buyers``, alone or after an adjective; ``personas/phrases.csv`` has both."""
    noun = text[:1].lower() + text[1:]
    told = _(noun)
    if told == noun:
        first, _space, noun = text.partition(" ")
        adjective, told = pgettext("persona", first), _(noun)
        if adjective == first or told == noun:
            return text
        told = pgettext("persona", "{adjective} {noun}", adjective=adjective, noun=told)
    return told[:1].upper() + told[1:]
