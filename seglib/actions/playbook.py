"""What to do for each segment: the shop's own words, the playbook, or what its evidence suggests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import FORMERLY, NOT_COVERED, PUT_TOGETHER

__all__ = ["recommend_actions"]

NO_ACTION = mark("No action written yet: add one under [actions] in shop.toml.")
MEDIUM_EFFECT = 0.33  # Romano et al. 2006: a medium Cliff's delta; smaller differences do not carry an action
AT_MOST = 2  # actions derived for one segment
ONE_ORDER = mark("Second-order journey: thank them, show what goes with their purchase, one reason to come back.")
# measure, direction of the difference, action
RULES = (
    (
        "recency_days",
        1,
        mark("Win back: a personal message about what they used to buy; ask for feedback before any offer."),
    ),
    ("recency_days", -1, mark("They have just bought: good moment for a review, a referral or the next step.")),
    ("returns_share", 1, mark("Help them choose before they buy (sizes, pictures, advice) and watch the margin.")),
    ("discount_share", 1, mark("Send codes only to those who need one to buy; give the others other reasons.")),
    ("discount_share", -1, mark("They buy at full price: offer service and early access, no codes.")),
    ("monetary_value", 1, mark("Look after them first: early access, free shipping, dedicated help.")),
    ("frequency", 1, mark("Make reordering easy and reward the habit.")),
    ("items_per_order", 1, mark("Offer bundles and larger packs.")),
    ("categories", -1, mark("Introduce a second category that goes with what they buy.")),
    ("categories", 1, mark("Show them new arrivals across the range.")),
)


def recommend_actions(
    segments: pd.DataFrame | Sequence[str],
    *,
    actions: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    traits: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say what to do for each segment.

    Parameters
    ----------
    segments : DataFrame or sequence of str
        A profile, one row a segment, or the names alone; ``Not covered`` and ``Other (n)`` are no segments to act on.
    actions : mapping of str to str, optional
        The shop's own actions (``[actions]`` in shop.toml); they win over the playbook.
    labels : mapping of str to str, optional
        The shop's own names of segments (``[labels]`` in shop.toml): the playbook's actions follow them.
    traits : DataFrame, optional
        From :func:`segment_traits`; for names that are in neither, an action is derived from the differences with
        evidence and at least a medium effect (0.33), the two largest first.

    Returns
    -------
    DataFrame, one row a segment: ``segment``, ``customers, customers_share, revenue, revenue_share`` (of a profile),
    ``action``, ``source`` (shop settings, playbook, derived, none), ``measures`` (tuple: what it is derived from).

    References
    ----------
    Threshold: Romano, Kromrey, Coraggio and Skowronek 2006, Annual meeting of the Florida Association of Institutional
    Research.

    Examples
    --------
    >>> recommend_actions(["Night owls"], actions={"night owls": "Send at ten in the evening."})
          segment                       action         source measures
    0  Night owls  Send at ten in the evening.  shop settings       ()
    """
    table = segments if isinstance(segments, pd.DataFrame) else pd.DataFrame({"segment": list(map(str, segments))})
    table = table[(table["segment"] != NOT_COVERED) & ~table["segment"].astype("str").str.fullmatch(PUT_TOGETHER)]
    book = _playbook()
    book |= {_key(label): book[_key(name)] for name, label in (labels or {}).items() if _key(name) in book}
    known = {"playbook": book, "shop settings": {_key(name): text for name, text in (actions or {}).items()}}
    orders = table["median_frequency"] if "median_frequency" in table else pd.Series(0, index=table.index)
    chosen = [_choose(name, once, known, traits) for name, once in zip(table["segment"], orders == 1, strict=True)]
    kept = [name for name in ("segment", "customers", "customers_share", "revenue", "revenue_share") if name in table]
    told = pd.DataFrame(chosen, columns=["action", "source", "measures"], index=table.index)
    return table[kept].join(told).reset_index(drop=True)


def _choose(
    name: str, once: bool, known: Mapping[str, Mapping[str, str]], traits: pd.DataFrame | None
) -> tuple[str, str, tuple[str, ...]]:
    names = [_key(name), *(_key(old) for old, new in FORMERLY.items() if new == name)]
    for source in ("shop settings", "playbook"):
        for action in [known[source][one] for one in names if one in known[source]][:1]:
            return (_(action) if source == "playbook" else action), source, ()
    found = [(ONE_ORDER, "frequency")] if once else []
    found = [*found, *_derived(name, traits)][:AT_MOST]
    if not found:
        return _(NO_ACTION), "none", ()
    return " ".join(_(action) for action, _measure in found), "derived", tuple(measure for _action, measure in found)


def _derived(name: str, traits: pd.DataFrame | None) -> list[tuple[str, str]]:
    if traits is None:
        return []
    told = traits["evidence"].astype(bool) | ~traits["tested"].astype(bool)  # beyond chance, or by their making
    own = traits[(traits["segment"] == name) & told & (traits["value"] == "")]
    effects = dict(zip(own["attribute"], own["effect"], strict=True))
    fitting = [
        (abs(effects[measure]), action, measure)
        for measure, direction, action in RULES
        if effects.get(measure, 0) * direction >= MEDIUM_EFFECT
    ]
    return [(action, measure) for _size, action, measure in sorted(fitting, key=lambda rule: -rule[0])]


def _playbook() -> dict[str, str]:
    text = resources.files("seglib.actions").joinpath("actions.csv")
    with text.open(encoding="utf-8") as lines:
        table = pd.read_csv(lines, dtype="str")
    return {_key(name): action for name, action in zip(table["segment"], table["action"], strict=True)}


def _key(name: str) -> str:
    return str(name).strip().casefold().replace("’", "'")
