"""Names that seglib makes, in the language of the report: personas, numbered groups, what was put together."""

from __future__ import annotations

import re
from functools import cache

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, pgettext

__all__ = ["NOT_COVERED", "PUT_TOGETHER", "made_name"]

NOT_COVERED = mark("Not covered")  # customers to whom a segmentation gives no name
PUT_TOGETHER = re.compile(r"Other \(\d+\)")  # several small segments in one

NUMBERED = (
    mark("Other ({n})"),
    mark("Group {n} (small)"),
    mark("Group {n} (unstable)"),
    mark("Group {n}"),
)
BANDS = (
    *(mark("under {last} days"), mark("{first} to under {last} days"), mark("{first} days or more")),
    *(mark("under {last}"), mark("{first} to under {last}"), mark("{first} or more")),
)


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
