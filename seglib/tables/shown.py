"""Results that show themselves: a sentence and a table, in a notebook and at a prompt."""

from __future__ import annotations

import html

import pandas as pd

__all__ = ["Shown"]


class Shown:
    """Base of result objects: what :meth:`sentence` says, then what :meth:`shown` holds.

    Examples
    --------
    >>> class Sizes(Shown):
    ...     def sentence(self):
    ...         return "Two segments."
    ...     def shown(self):
    ...         return pd.DataFrame({"segment": ["a", "b"], "customers": [3, 4]})
    >>> Sizes()
    Two segments.
      segment  customers
    0       a          3
    1       b          4
    >>> Sizes()._repr_html_()[:24]
    '<p>Two segments.</p><div'
    """

    currency = ""

    def sentence(self) -> str:
        """What the result says, in one sentence."""
        raise NotImplementedError

    def shown(self) -> pd.DataFrame:
        """What stands below the sentence."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{self.sentence()}\n{self.shown().to_string()}"

    def _repr_html_(self) -> str:
        from seglib.show.display import table_html

        return f"<p>{html.escape(self.sentence())}</p>{table_html(self.shown(), currency=self.currency)}"
