"""Forms of dates as a user writes them, such as ``%d/%m/%Y``: what is wrong with one, and what the engine is given."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["bare_form", "date_form_faults"]

PART = re.compile(r"%(?:-?.)?", re.DOTALL)
KNOWN = re.compile(r"%[abcdfghjmnpuwxyzABGHIMSTUVWXYZ%]|%-[djmyHIMS]")  # those of DuckDB's strptime
EMPTY = ("%%", "%n", "%z", "%Z")  # they tell no day


def date_form_faults(forms: str | Sequence[str]) -> list[str]:
    """One sentence for each form that is none; an empty one means that there is none.

    Examples
    --------
    >>> date_form_faults("%d/%m/%Y"), date_form_faults(["%d.%m.%Q"])
    ([], ["'%d.%m.%Q' has '%Q', which is no part of a date. Write forms such as %d/%m/%Y or %Y-%m-%d %H:%M:%S."])
    """
    told = [form for form in ([forms] if isinstance(forms, str) else forms) if form]
    return [
        f"{form!r:.100} {fault}. Write forms such as %d/%m/%Y or %Y-%m-%d %H:%M:%S."
        for form in told
        if (fault := _fault(PART.findall(bare_form(form))))
    ]


def _fault(parts: Sequence[str]) -> str:
    if odd := [part for part in dict.fromkeys(parts) if not KNOWN.fullmatch(part)]:
        return f"has {', '.join(map(repr, odd[:5]))}, which is no part of a date"
    return "" if set(parts) - {*EMPTY} else "tells no day"


def bare_form(form: str) -> str:
    """A form of dates without the parts that are taken off the values first.

    Examples
    --------
    >>> bare_form("%a, %d %b %Y %H:%M:%S %Z"), bare_form("%b %d, %Y, %I:%M %p")
    ('%d %b %Y %H:%M:%S', '%b %d, %Y %I:%M %p')
    """
    form = re.sub(r" ?\(?%[zZ]\)?$|(?<=%[SMf])Z$", "", form)
    return re.sub(r",? +(?:at )?(%-?[HI])", r" \1", re.sub(r"^%[aA],? +", "", form))
