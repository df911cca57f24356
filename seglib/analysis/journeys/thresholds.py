"""From when on somebody counts as loyal, dormant or undecided: the settings of the shop's segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

__all__ = ["USUAL", "Thresholds", "thresholds"]


@dataclass(frozen=True)
class Thresholds:
    """Settings of the segments as shipped (``segments/rules/shop.toml``) that journeys share, by the same names."""

    loyal_orders: int = 4
    loyal_tenure_days: int = 180
    dormant_gaps: float = 3
    dormant_least_days: int = 30
    curious_days: int = 30
    undecided_span_days: int = 14
    undecided_recent_days: int = 90
    undecided_visits: int = 4
    undecided_carts: int = 2
    undecided_chats: int = 1
    cart_hours: float = 24
    cart_days: int = 30
    support_days: int = 0


USUAL = Thresholds()


def thresholds(settings: Mapping[str, Any], **given: float) -> Thresholds:
    """Thresholds in force: what is given, else the shop's settings, else those of the segments as shipped.

    Parameters
    ----------
    settings : mapping of str to value
        Settings of a shop's rules (``shop.rules.settings``); others than those of :class:`Thresholds` are passed over.
    **given : float
        By the name of a threshold; 0 leaves it to the shop.

    Returns
    -------
    Thresholds

    Examples
    --------
    >>> found = thresholds({"cart_days": 14, "top_share": 0.1}, cart_days=0, cart_hours=6)
    >>> found.cart_days, found.cart_hours, found.curious_days
    (14, 6, 30)
    """
    known = {field.name for field in fields(Thresholds)}
    told = {name: value for name, value in settings.items() if name in known}
    return replace(USUAL, **told | {name: value for name, value in given.items() if value})
