"""What a page says where a shop cannot tell, and about groups too small to be described."""

from __future__ import annotations

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.unanswered import Unanswered, unanswered
from seglib.language.words import count

__all__ = ["FEW", "not_available", "not_described"]

FEW = 30  # people, orders or requests; with fewer the numbers of a group are mostly chance, and a sentence says so

# What is missing -> the sentence that says which table of shop.toml would bring it.
TABLES = {
    "events": mark("this shop has no events; add [tables.events] to shop.toml."),
    "orders": mark("this shop has no orders; add [tables.lines] to shop.toml."),
    "campaigns": mark("this shop has no campaigns; add [tables.campaigns] to shop.toml."),
    "tickets": mark("this shop has no tickets; add [tables.tickets] to shop.toml."),
    "responses": mark("this shop has no survey responses; add [tables.responses] to shop.toml."),
}


def not_available(table: pd.DataFrame) -> Unanswered:
    """Why a table is empty.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["needs"] = "events"
    >>> not_available(table)
    'Not available: this shop has no events; add [tables.events] to shop.toml.'
    >>> table.attrs["needs"] = "events with channels"
    >>> not_available(table)
    'Not available: this takes events with channels.'
    """
    return unanswered(_why(str(table.attrs.get("needs", ""))))


def _why(needs: str) -> str:
    if needs in TABLES:
        return _(TABLES[needs])
    return _("this takes {data}.", data=_(needs)) if needs else _("there is nothing to tell of.")


def not_described(table: pd.DataFrame) -> str:
    """How many groups are too small to be described; empty where there is none.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["small_groups"] = 2
    >>> not_described(table)
    '2 groups are too small to be described.'
    """
    small = int(table.attrs.get("small_groups", 0))
    if not small:
        return ""
    return ngettext(
        "{n} group is too small to be described.", "{n} groups are too small to be described.", small, n=count(small)
    )
