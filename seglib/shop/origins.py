"""The days from which a shop looks at what became of its customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pandas as pd

if TYPE_CHECKING:
    from seglib.segments.rules import Memberships

__all__ = ["Origins"]


class Segmented(Protocol):
    """A shop at a day, of which a segmentation and the members of the segments by rule may be asked."""

    @property
    def memberships(self) -> Memberships: ...

    def segmentation(self, name: str) -> pd.Series: ...


class Origins(NamedTuple):
    """A shop at the starts of its last periods, the latest first, and what its customers did in each.

    Attributes
    ----------
    shops : list of Shop
        As known on each of those days.
    outcomes : list of DataFrame
        Of each, a row a customer of that day (:func:`seglib.shop.outcomes.next_period`).
    """

    shops: list[Segmented]
    outcomes: list[pd.DataFrame]

    @property
    def members(self) -> list[pd.DataFrame]:
        """Who was in which segment by rule on each day (:attr:`seglib.segments.rules.Memberships.whole`)."""
        return [shop.memberships.whole for shop in self.shops]

    def segmentations(self, names: Mapping[str, str]) -> list[dict[str, pd.Series]]:
        """Segmentations as they were on each day: what they are called -> the column of :meth:`Shop.segmentation`."""
        return [{name: shop.segmentation(column) for name, column in names.items()} for shop in self.shops]
