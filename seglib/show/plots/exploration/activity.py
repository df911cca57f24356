"""What went on in the shop, in a figure."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.plots.exploration.axis import moneys, month_axis
from seglib.show.plots.theme import ACCENT, GREY, PALE, PALETTE, canvas

__all__ = ["activity"]

MOST = 4  # sources with a picture of their own; the others are added up
# Key -> kinds and colour; sales stand above the line, everything else below.
GROUPS: dict[str, tuple[tuple[str, ...], str]] = {
    mark("Sales"): (("sales",), ACCENT),
    mark("Refunds"): (("refunds",), PALETTE[1]),
    mark("Disputes"): (("disputes",), PALETTE[3]),
    mark("Failed or pending"): (("failed", "pending"), PALETTE[4]),
    mark("Cancelled"): (("cancelled",), GREY),
    mark("Told twice"): (("told_twice", "duplicates"), PALETTE[5]),
    mark("Left out for other reasons"): (("test", "transfers", "no_customer", "unusable", "later"), PALE),
}


def activity(by_week: pd.DataFrame, currency: str = "") -> Axes | None:
    """Money of each week, a picture a source: sales up, what went back or was left out down.

    Parameters
    ----------
    by_week : DataFrame
        From ``exploration.activity``.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes of the largest source, or None where there is one source that tells of sales only.

    Examples
    --------
    >>> activity(pd.DataFrame({"week": [], "source": [], "kind": [], "amount": []})) is None
    True
    """
    dated = by_week[by_week["week"].notna()]
    if dated.empty or (set(dated["kind"]) == {"sales"} and dated["source"].nunique() == 1):
        return None
    dated = _few_sources(dated).assign(amount=dated["amount"].abs())
    sources = list(dict.fromkeys(dated["source"]))
    drawing, panels = canvas(height=3.2 if len(sources) == 1 else 1.2 + 1.9 * len(sources), rows=len(sources))
    panels = [panels] if len(sources) == 1 else list(panels)
    for axes, source in zip(panels, sources, strict=True):
        _panel(axes, dated[dated["source"] == source], currency)
        axes.set_title(source if len(sources) > 1 else "", loc="left", fontsize=11, parse_math=False)
        axes.set_xlim(dated["week"].min() - pd.Timedelta(days=4), dated["week"].max() + pd.Timedelta(days=10))
        month_axis(axes)
        axes.tick_params(labelbottom=axes is panels[-1])
    drawing.supylabel(_("Money a week"), fontsize=11)
    _key(drawing, [name for name, (kinds, _colour) in GROUPS.items() if dated["kind"].isin(kinds).any()])
    return panels[0]


def _few_sources(dated: pd.DataFrame) -> pd.DataFrame:
    """Largest sources first; beyond the fourth they are one."""
    size = dated.groupby("source")["rows"].sum().sort_values(ascending=False, kind="stable")
    kept = list(size.index if len(size) <= MOST + 1 else size.index[:MOST])
    names = dated["source"].where(dated["source"].isin(kept), _("Other sources ({n})", n=str(len(size) - len(kept))))
    place = {name: number for number, name in enumerate(kept)}
    return dated.assign(source=names).sort_values("source", key=lambda s: s.map(place).fillna(MOST), kind="stable")


def _panel(axes: Axes, rows: pd.DataFrame, currency: str) -> None:
    weeks = pd.DatetimeIndex(sorted(rows["week"].unique()))
    below = pd.Series(0.0, index=weeks)
    for name, (kinds, colour) in GROUPS.items():
        money = rows[rows["kind"].isin(kinds)].groupby("week")["amount"].sum().reindex(weeks, fill_value=0.0)
        if name == "Sales":
            axes.bar(weeks, money, width=6, align="edge", color=colour)
        elif money.any():
            below -= money
            axes.bar(weeks, money, bottom=below, width=6, align="edge", color=colour)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.yaxis.set_major_formatter(moneys(currency))
    axes.use_sticky_edges = False
    axes.margins(y=0.08)


def _key(drawing: Any, names: list[str]) -> None:
    """What the colours mean, above the picture: too many bars to write beside each."""
    from matplotlib.patches import Patch

    marks = [Patch(color=GROUPS[name][1], label=_(name)) for name in names]
    drawing.legend(handles=marks, loc="outside upper left", ncols=min(len(marks), 4), fontsize=11, handlelength=1,
                   handleheight=1, columnspacing=1.4, frameon=False)  # fmt: skip
