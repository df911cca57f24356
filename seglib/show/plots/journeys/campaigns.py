"""What campaigns did, in a figure."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from seglib.language.messages import gettext as _
from seglib.language.words import number, percent
from seglib.show.plots.marks import ROWS, dots, shortened

__all__ = ["campaigns"]


def campaigns(table: pd.DataFrame) -> Axes | None:
    """How many points more came of each arm than of those left alone, with 95% intervals; grey may be chance.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.analysis.campaigns.arm_effects`.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> campaigns(pd.DataFrame()) is None
    True
    """
    rows = table[~table["control"].astype(bool)].tail(ROWS) if len(table) else table
    if rows.empty:
        return None
    names = [f"{shortened(str(row.campaign), 26)}: {shortened(str(row.arm), 26)}" for row in rows.itertuples()]
    texts = [
        _("{share} against {usual}", share=percent(row.share), usual=percent(row.share - row.more_share))
        for row in rows.itertuples()
    ]
    more, low, high = (
        100 * rows[name].astype("float64") for name in ("more_share", "low_more_share", "high_more_share")
    )
    axes = dots(names, more, low, high, texts, _("Points more than those left alone"), strong=rows["differs"].tolist(),
                usual=0.0, share=False)  # fmt: skip
    axes.set_xlim(left=min(axes.get_xlim()[0], -0.05 * axes.get_xlim()[1]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: number(value)))
    return axes
