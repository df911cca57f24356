"""From when on somebody counts as loyal, or a cart as left: the settings of the shop's segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["thresholds"]


def thresholds(settings: Mapping[str, Any], **given: float) -> dict[str, Any]:
    """Thresholds in force: what is given, else the settings of the shop's segments.

    Parameters
    ----------
    settings : mapping of str to value
        Settings of the segments (:attr:`seglib.Shop.rule_settings`), which journeys share by the same names.
    **given : float
        By the name of a threshold; 0 leaves it to the shop.

    Returns
    -------
    dict of str to value

    Examples
    --------
    >>> thresholds({"cart_days": 14, "cart_hours": 24}, cart_days=0, cart_hours=6)
    {'cart_days': 14, 'cart_hours': 6}
    """
    return {**settings, **{name: value for name, value in given.items() if value}}
