"""Move the thresholds of a segment and see its size, revenue and overlap change; for JupyterLab, never for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.tables.shown import Shown

if TYPE_CHECKING:
    from seglib.segments.rules import Segment
    from seglib.shop.shop import Shop

__all__ = ["Moved", "Threshold", "explore", "move", "thresholds"]

INSTALL = 'The explorer needs widgets, which are an extra: pip install "seglib[explorer]", then start the kernel again.'
STEPS = 100  # of a slider
SHARED = 4  # other segments told: those that share most people
MOVED = mark("{segment} with {settings}: {people} instead of {before}, {revenue} revenue instead of {brought}.")
STANDS = mark("{segment} as it stands: {people}, {revenue} revenue.")


@dataclass(frozen=True)
class Threshold:
    """A number that the rule of a segment uses, and how far a slider may move it."""

    name: str
    value: float
    least: float
    most: float
    step: float


class Moved(Shown):
    """A segment as its rule stands and with thresholds moved.

    Attributes
    ----------
    segment : str
    settings : dict
        The thresholds that were moved.
    table : DataFrame
        ``measure, now, moved, change``: people, customers, revenue and its share, who joins and who leaves, and the
        people shared with other segments.
    """

    def __init__(self, segment: str, settings: Mapping[str, Any], table: pd.DataFrame, currency: str = "") -> None:
        self.segment, self.settings, self.table, self.currency = segment, dict(settings), table, currency

    def sentence(self) -> str:
        """How size and revenue change."""
        now = self.table.set_index("measure")
        people, revenue = now.loc["People"], now.loc["Revenue"]
        told = {
            "segment": words.name(self.segment),
            "people": words.plural(int(people["moved"]), "person", "people"),
            "revenue": words.money(revenue["moved"], self.currency),
        }
        if not self.settings:
            return _(STANDS, **told)
        named = words.joined([f"{name} = {value}" for name, value in self.settings.items()])
        before, brought = words.count(people["now"]), words.money(revenue["now"], self.currency)
        return _(MOVED, **told, settings=named, before=before, brought=brought)

    def shown(self) -> pd.DataFrame:
        """The table as text."""
        write = {"Revenue": lambda value: words.money(value, self.currency), "Share of revenue": words.percent}
        rows = [
            [words.name(row["measure"]), *(write.get(row["measure"], words.count)(row[one]) for one in COLUMNS)]
            for row in self.table.to_dict("records")
        ]
        return pd.DataFrame(rows, columns=["measure", *COLUMNS], dtype="str")


COLUMNS = ("now", "moved", "change")


def thresholds(shop: Shop, segment: str) -> list[Threshold]:
    """The numbers that a segment's rule uses, in their order in the rule.

    Parameters
    ----------
    shop : Shop
        In hand.
    segment : str
        Name of a segment of its rules.

    Raises
    ------
    InputError
        No such segment.

    Examples
    --------
    >>> import seglib as sg
    >>> [one.name for one in thresholds(sg.open_shop("demo"), "Top spenders")]
    ['top_share']
    """
    found = _segment(shop, segment)
    names = [*_names(found.rule), *(str(cut) for cut in (found.split.at if found.split else ()))]
    values = {name: found.settings[name] for name in dict.fromkeys(names) if name in found.settings}
    return [_threshold(name, value) for name, value in values.items() if _is_number(value)]


def move(shop: Shop, segment: str, settings: Mapping[str, Any]) -> Moved:
    """A segment as its rule stands, and with other values of its settings.

    Parameters
    ----------
    shop : Shop
        In hand.
    segment : str
        Name of a segment of its rules.
    settings : mapping of str to number, text, bool or date
        What to change; the shop's own rules stay as they are.

    Returns
    -------
    Moved

    Raises
    ------
    InputError
        No such segment or setting, a value of another kind, or a segment that the data do not allow.

    Examples
    --------
    >>> import seglib as sg
    >>> move(sg.open_shop("demo"), "Top spenders", {"top_share": 0.2}).table.measure.tolist()[:3]
    ['People', 'Customers', 'Revenue']
    """
    _segment(shop, segment)
    standing, others = _standing(shop, segment)
    return _compared(shop, segment, settings, standing, others)


def explore(shop: Shop, segment: str) -> Any:
    """Sliders for the thresholds of a segment, above what they change; works in JupyterLab.

    Parameters
    ----------
    shop : Shop
        In hand.
    segment : str
        Name of a segment of its rules.

    Returns
    -------
    ipywidgets.VBox

    Raises
    ------
    InputError
        As for :func:`move`; or ipywidgets is not installed.
    """
    try:
        import ipywidgets
    except ImportError:
        raise InputError(INSTALL) from None
    asked = thresholds(shop, segment)
    standing, others = _standing(shop, segment)
    sliders = {one.name: _slider(ipywidgets, one) for one in asked}
    below = ipywidgets.HTML()

    def show(_change: Any = None) -> None:
        moved = {one.name: sliders[one.name].value for one in asked if sliders[one.name].value != one.value}
        below.value = _told(lambda: _compared(shop, segment, moved, standing, others))

    for slider in sliders.values():
        slider.observe(show, names="value")
    show()
    return ipywidgets.VBox([*sliders.values(), below])


def _slider(ipywidgets: Any, one: Threshold) -> Any:
    make = ipywidgets.IntSlider if isinstance(one.value, int) else ipywidgets.FloatSlider
    layout = {"width": "32rem", "max_width": "100%"}
    given = {"value": one.value, "min": one.least, "max": one.most, "step": one.step}
    # drawn again when let go: a rule over many customers takes longer than a hand moves
    return make(
        description=one.name, style={"description_width": "12rem"}, layout=layout, continuous_update=False, **given
    )


def _told(compute: Callable[[], Moved]) -> str:
    """HTML of what came out, or of what is wrong with the settings."""
    import html

    try:
        return compute()._repr_html_()
    except InputError as error:
        return f"<p>{html.escape(str(error))}</p>"


def _segment(shop: Shop, name: str) -> Segment:
    found = {segment.name: segment for segment in shop.rules.segments}
    if name not in found:
        raise InputError(f"segment {name!r}: the rules of this shop have no such segment.{did_you_mean(name, found)}")
    return found[name]


def _names(rule: str) -> Iterator[str]:
    from seglib.segments.rules.language import parse_rule

    nodes = [parse_rule(rule)] if rule else []
    while nodes:
        node = nodes.pop(0)
        if node.what == "name":
            yield str(node.value)
        nodes = [*node.parts, *nodes]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _threshold(name: str, value: float) -> Threshold:
    """Shares move between 0 and 1; other numbers up to three times their value."""
    if isinstance(value, float) and 0 <= value <= 1:
        return Threshold(name, value, 0.0, 1.0, 0.01)
    reach = 3 * abs(value) or 10
    step = max(1, round(reach / STEPS)) if isinstance(value, int) else reach / STEPS
    return Threshold(name, value, -reach if value < 0 else 0, reach, step)


def _standing(shop: Shop, segment: str) -> tuple[pd.Series, pd.DataFrame]:
    """Who is in the segment, and in the other ones."""
    wide, own = shop.memberships.wide, shop.memberships.part_names(segment)
    return wide[own].any(axis="columns"), wide.drop(columns=own)


def _members(shop: Shop, segment: str, settings: Mapping[str, Any]) -> pd.Series:
    from seglib.segments.rules import find_members, kinds_of

    book = shop.rules.only([segment]).with_settings(settings)
    measured = shop.measured(book.calls(kinds_of(shop.people), as_of=shop.as_of))
    found = find_members(shop.people, book, measured=measured, as_of=shop.as_of)
    if not found.summary["status"].eq("available").any():
        raise InputError(f"segment {segment!r} is {found.summary['status'].iloc[0]}.")
    return found.wide.reindex(shop.people.index, fill_value=False).any(axis="columns")


def _compared(
    shop: Shop, segment: str, settings: Mapping[str, Any], standing: pd.Series, others: pd.DataFrame
) -> Moved:
    moved = _members(shop, segment, settings) if settings else standing
    return Moved(segment, settings, _table(shop.people, standing, moved, others), shop.currency)


def _table(people: pd.DataFrame, standing: pd.Series, moved: pd.Series, others: pd.DataFrame) -> pd.DataFrame:
    sides = [side.reindex(people.index, fill_value=False).astype(bool) for side in (standing, moved)]
    revenue = people.get("monetary_value", pd.Series(0.0, index=people.index)).astype("float64").fillna(0.0)
    orders = people.get("frequency", pd.Series(0, index=people.index)).astype("float64").fillna(0.0)
    rows: dict[str, list[float]] = {
        mark("People"): [side.sum() for side in sides],
        mark("Customers"): [(orders[side] > 0).sum() for side in sides],
        mark("Revenue"): [revenue[side].sum() for side in sides],
        mark("Share of revenue"): [revenue[side].sum() / (revenue.sum() or float("nan")) for side in sides],
        mark("Who join"): [0, (sides[1] & ~sides[0]).sum()],
        mark("Who leave"): [0, (sides[0] & ~sides[1]).sum()],
    }
    inside = others.reindex(people.index, fill_value=False).astype(bool)
    shared = pd.DataFrame({"now": inside[sides[0]].sum(), "moved": inside[sides[1]].sum()})
    most = shared.max(axis="columns").sort_values(ascending=False, kind="stable").head(SHARED).index
    rows |= {
        _("Also in {segment}", segment=words.name(name)): shared.loc[name].tolist()
        for name in most
        if shared.loc[name].any()
    }
    table = pd.DataFrame(rows.values(), index=pd.Index(rows, name="measure"), columns=["now", "moved"])
    return table.assign(change=table["moved"] - table["now"]).reset_index()
