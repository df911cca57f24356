"""What the first page says about a run: what moved, segments, what to do, how far to trust it, pages, files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from seglib.analysis.exploration import ordered_once, orders_of
from seglib.language import glossary, words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import OUTSIDE
from seglib.report.pages.actions import next_actions
from seglib.report.pages.digest import Digest
from seglib.report.pages.downloads import tables_listed
from seglib.report.pages.frame import frame, glossary_facts, page_facts, provenance, versions
from seglib.report.pages.overview import changes, digest_facts, key_numbers, money_segments
from seglib.report.pages.trust import trust
from seglib.report.run.running import Outcome
from seglib.shop.cleaning.steps import STEPS
from seglib.show.findings.exploration import of_lines

if TYPE_CHECKING:
    from seglib.shop.shop import Shop

__all__ = [
    "glossary_facts",
    "headline",
    "index_facts",
    "ledger_line",
    "page_facts",
    "previous_headline",
    "provenance",
    "tables_held",
    "versions",
    "without",
]

SURPRISES = 3  # more than that surprises nobody
SHORT = {step.name: step.short for step in STEPS}  # why a line is left out, in a sentence that tells several reasons
TOLD_AS = {
    "lines": mark("order lines"),
    "customers": mark("order lines, nor recency, frequency and monetary value of each customer"),
    "contacts": mark("contacts"),
    "events": mark("events"),
    "tickets": mark("tickets"),
    "responses": mark("survey responses"),
    "deals": mark("deals"),
    "campaigns": mark("campaigns"),
    "products": mark("products"),
}


def headline(shop: Any) -> dict[str, float]:
    """Numbers that sum up the customers of a shop, as the index shows and ``run.json`` holds them.

    Parameters
    ----------
    shop : Shop

    Returns
    -------
    dict with ``customers``, ``orders``, ``revenue`` (net), ``average_order_value`` (before returns), ``one_time_share``
    (who has one order in the records, or of those that a customer table counts).

    Examples
    --------
    >>> import seglib as sg
    >>> headline(sg.open_shop("demo"))["customers"]
    2501
    """
    customers = shop.customers
    orders = int(customers["frequency"].sum())
    sales = float((customers["average_order_value"] * customers["frequency"]).sum())
    lines = shop.has("lines")
    once = ordered_once(customers, orders_of(shop.lines)) if lines else customers["frequency"].eq(1)
    return {
        "customers": len(customers),
        "orders": orders,
        "revenue": round(float(customers["monetary_value"].sum()), 4),
        "average_order_value": round(sales / orders, 4) if orders else 0.0,
        "one_time_share": round(float(once.mean()), 6) if len(customers) else 0.0,
    }


def previous_headline(shop: Shop) -> dict[str, float]:
    """The same numbers of the equally long window before; empty without a window, or when it starts before the data.

    But for one order in the records: these were shorter then, so that more customers had one.
    """
    customers = shop.customers
    known = customers["previous_orders"].notna().any() if "previous_orders" in customers else False
    before = headline(shop.earlier(shop.window_days)) if shop.window_days and known else {}
    return {name: number for name, number in before.items() if name != "one_time_share"}


def tables_held(shop: Shop) -> dict[str, int]:
    """How many rows of which tables beside the order lines a shop has, as ``run.json`` holds them."""
    used = shop.side_ledger[shop.side_ledger["step"] == "used"]
    return {str(table): int(rows) for table, rows in zip(used["table"], used["rows"], strict=True) if rows}


def without(name: str, tables: Sequence[str]) -> str:
    """Why a page is not in the report.

    Examples
    --------
    >>> without("RFM", ["lines"])
    'Left out: RFM, since this shop tells no order lines.'
    """
    needed = words.joined([_(TOLD_AS.get(table, table)) for table in tables])
    return _("Left out: {page}, since this shop tells no {tables}.", page=_(name), tables=needed)


def index_facts(
    record: Mapping[str, Any],
    outcomes: Sequence[Outcome],
    tables: Path,
    ledger: pd.DataFrame,
    digest: Digest | None = None,
    places: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything that the index shows.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold.
    outcomes : sequence of Outcome
        One for each notebook.
    tables : path
        Folder of the run's tables.
    ledger : DataFrame
        Cleaning ledger.
    digest : Digest
        What moved since an earlier run, which leads the page.
    places : mapping of str to str
        Page of each segment that has one.
    """
    pictures = [one for outcome in outcomes for one in _pictures(outcome)]
    seen = {one["block"].finding for one in pictures}  # no finding stands twice
    surprising = _surprises(outcomes, seen)
    seen |= {one["text"] for one in surprising}
    listed = [_listed(outcome, seen) for outcome in outcomes]
    missing = sum(len(outcome.page.missing) for outcome in outcomes)
    facts = {
        **frame(record, outcomes),
        "digest": digest_facts(digest, record["currency"]),
        "key_numbers": key_numbers(record, digest),
        "changed": _("And over a longer time?") if digest else _("What changed?"),
        "changes": [text for text in changes(record, tables) if text not in seen],
        "pages": listed,
        "skipped": list(record.get("skipped", {}).values()),
        "failures": [entry for entry in listed if entry["failed"]],
        "pictures": pictures,
        "surprises": surprising,
        "segments": money_segments(tables, record["currency"], places or {}),
        "actions": next_actions(record, tables, [outcome.notebook.name for outcome in outcomes], places or {}),
        "trust": trust(tables, ledger, ledger_line(ledger), missing, record.get("doubts", ())),
        "downloads": tables_listed(tables, record.get("meanings", {})),
        "terms": glossary.entries(),
    }
    return {**facts, "failed": _failed(len(facts["failures"]), len(listed)), "contents": _contents(facts)}


def _failed(n: int, pages: int) -> str:
    told = {"n": words.count(n), "pages": words.count(pages)}
    return ngettext("{n} of {pages} pages is not complete", "{n} of {pages} pages are not complete", n, **told)


def _contents(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Anchor and heading of each section that has something to say."""
    digest = facts["digest"] or {"title": ""}
    parts = [
        ("seen", _("The shop at a glance"), facts["pictures"]),
        ("surprises", _("What surprises most?"), facts["surprises"]),
        ("moved", digest["title"], facts["digest"]),
        ("changed", facts["changed"], facts["changes"]),
        ("segments", _("Which segments make the money?"), facts["segments"]["rows"]),
        ("actions", _("What to do next?"), facts["actions"]),
        ("trust", _("How far can this be trusted?"), facts["trust"]),
        ("pages", _("What do the pages answer?"), facts["pages"]),
        ("data", _("What to take along?"), facts["downloads"]),
    ]
    return [(anchor, heading) for anchor, heading, told in parts if told]


def _pictures(outcome: Outcome) -> list[dict[str, Any]]:
    """Figures of a page that the first page shows too."""
    named = {"page": _(outcome.notebook.label)}
    return [
        {
            "block": block,
            "href": f"{outcome.notebook.name}.html#{anchor}",
            "more": _("More on the page {page}", **named),
        }
        for anchor, block in outcome.page.pictures
    ]


def _surprises(outcomes: Sequence[Outcome], seen: Collection[str]) -> list[dict[str, str]]:
    """The headlines that lie furthest from what chance and construction give, of all that were held against them."""
    told = [(outcome.notebook, head) for outcome in outcomes if (head := outcome.page.headline) and not outcome.failure]
    tested = {head.body: (head.distance, notebook) for notebook, head in reversed(told) if head.distance is not None}
    far = sorted(((text, *rest) for text, rest in tested.items() if text not in seen), key=lambda one: -one[1])
    return [
        {"text": text, "href": f"{notebook.name}.html", "more": _(notebook.label)}
        for text, _far, notebook in far[:SURPRISES]
    ]


def _listed(outcome: Outcome, seen: Collection[str]) -> dict[str, Any]:
    notebook, page, failure = outcome.notebook, outcome.page, outcome.failure
    return {
        "href": f"{notebook.name}.html",
        "number": notebook.number,
        "label": _(notebook.label),
        "title": page.title,
        "finding": "" if page.headline and page.headline.body in seen else page.first_finding(beside=seen),
        "failed": failure is not None,
        "step": _(failure.step) if failure else "",
        "message": failure.message if failure else "",
    }


def ledger_line(ledger: pd.DataFrame) -> str:
    """The cleaning ledger in one sentence.

    Examples
    --------
    >>> steps = {"step": ["raw", "cancelled", "analysed"], "rows": [10, 8, 8], "rows_removed": [0, 2, 0]}
    >>> ledger_line(pd.DataFrame({**steps, "meaning": ["", "order cancelled", ""]}))
    '8 of the 10 rows (80%) are analysed. Left out: 2 rows (order cancelled).'
    >>> steps["step"][1] = "before_window"
    >>> ledger_line(pd.DataFrame({**steps, "meaning": ["", "before the window", ""]}))[:43]
    '10 of the 10 rows (100%) can be used, 8 of '
    """
    ledger = of_lines(ledger)
    found, kept = int(ledger["rows"].iloc[0]), int(ledger["rows"].iloc[-1])
    if not found:
        return ""
    told = {"kept": words.count(kept), "found": words.plural(found, "row"), "share": words.percent(kept / found)}
    taken = ledger[ledger["rows_removed"] > 0].sort_values("rows_removed", ascending=False)
    if taken.empty:
        return _("{kept} of the {found} ({share}) are analysed. No row is left out.", **told)
    parts = [
        _("{rows} ({reason})", rows=words.plural(int(rows), "row"), reason=_(SHORT.get(step) or meaning))
        for step, rows, meaning in zip(taken["step"], taken["rows_removed"], taken["meaning"], strict=True)
    ]
    told["reasons"] = words.joined(parts)
    usable = found - int(taken.loc[~taken["step"].isin(OUTSIDE), "rows_removed"].sum())
    if usable == kept:
        return _("{kept} of the {found} ({share}) are analysed. Left out: {reasons}.", **told)
    told |= {"usable": words.count(usable), "share": words.percent(usable / found)}
    return _(
        "{usable} of the {found} ({share}) can be used, {kept} of them in the days analysed. Left out: {reasons}.",
        **told,
    )
