"""``seglib check``: how a shop's files are read, what is doubted of it, what is left out; as text, or for programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from seglib.errors import InputError
from seglib.intake.scratch import large
from seglib.show.console import aligned, heading, recognised, safe, wrapped

if TYPE_CHECKING:
    from seglib.shop.shop import Shop

__all__ = ["check"]

OK, REFUSED = 0, 2
SCHEMA = 1  # of what --json prints
NO_ORDERS = "It tells of no orders: pages that need order lines are left out."
ORIGINS = {"own": "shop's own rules", "catalogue": "shop catalogue"}
WORDS = {"stop": "Stop", "ask": "Check", "note": "Note"}


def check(asked: argparse.Namespace) -> int:
    """How the files are read, the doubts, the ledger and the quality of the columns, without running a notebook."""
    from seglib.intake.doubts import unsettled

    if asked.json:
        return _for_programs(asked)
    shop = _opened(asked)
    stops = unsettled(shop.tables.doubts, shop.settings.settled)
    parts = [] if stops else _verdict(shop)
    parts += [*_doubts(shop), *_sources(shop), *_reading(shop), *_statuses(shop)]
    if not stops:
        parts += [*_ledger(shop), *_activity(shop), *_quality(shop)] if shop.has("lines") else []
        parts += [*_beside(shop), *_rules(shop)]
    if much := large():
        print(f"seglib: {much}", file=sys.stderr, flush=True)
    print("\n".join(parts).strip())  # only when all of it is known: half a check would look like a whole one
    if stops:
        raise InputError(stops)
    return OK


def _opened(asked: argparse.Namespace) -> Shop:
    from seglib.shop.shop import open_shop

    period = {"as_of": asked.as_of, "window_days": asked.window_days}
    return open_shop(asked.source, format=asked.format, settle=asked.settle, doubtful=True, **period)


def _for_programs(asked: argparse.Namespace) -> int:
    """One JSON object on standard output, also where the shop cannot be used (``docs/check-json.md``)."""
    from seglib.intake.doubts import unsettled

    found: dict[str, Any] = {"schema": SCHEMA, "usable": False, "orders": None, "customers": None, "amount": None}
    found |= {"currency": "", "as_of": None, "mapping": [], "unused": {}, "statuses": [], "ledger": [], "doubts": []}
    found["faults"] = []
    try:
        shop = _opened(asked)
        found |= _read(shop)
        found["faults"] = unsettled(shop.tables.doubts, shop.settings.settled)
        if not found["faults"]:
            found |= _analysed(shop)
    except InputError as error:
        found["faults"] += error.faults
    found["usable"] = not found["faults"]
    print(json.dumps(found, indent=1, ensure_ascii=False, default=str))
    return OK if found["usable"] else REFUSED


def _read(shop: Shop) -> dict[str, Any]:
    return {
        "mapping": shop.reading.to_dict("records"),
        "unused": {one["name"]: one.get("unused", []) for one in shop.inputs},
        "statuses": shop.statuses.to_dict("records"),
        "doubts": shop.doubts,
    }


def _analysed(shop: Shop) -> dict[str, Any]:
    told: dict[str, Any] = {"currency": shop.currency, "as_of": shop.as_of.isoformat()}
    if not shop.has("customers"):
        return {**told, "orders": 0, "customers": 0, "amount": 0.0, "people": len(shop.people)}
    customers, last = shop.customers, shop.ledger.iloc[-1]
    told |= {"orders": int(customers["frequency"].sum()), "customers": len(customers)}
    if not shop.has("lines"):
        return {**told, "amount": round(float(customers["monetary_value"].sum()), 4), "people": len(shop.people)}
    steps = shop.ledger[["step", "meaning", "rows_found", "rows_removed", "rows", "amount", "amount_removed"]]
    return {**told, "amount": round(float(last["amount"]), 4), "ledger": steps.to_dict("records")}


def _verdict(shop: Shop) -> list[str]:
    told = [] if shop.has("lines") else [wrapped(NO_ORDERS)]
    return [wrapped(safe(f"{shop.name} can be used: {shop.basis}")), *told]


def _sources(shop: Shop) -> list[str]:
    """Which files were read, as which format, and why."""
    import pandas as pd

    told = pd.DataFrame(shop.inputs)
    columns = [name for name in ("name", "table", "rows") if name in told]
    table = aligned(told, columns, labels={"name": "File", "table": "Table", "rows": "Rows"}, wrap="name")
    return [heading("Sources"), table, *(wrapped(line, "  ") for line in recognised(shop.inputs))]


def _doubts(shop: Shop) -> list[str]:
    """What may be wrong with the reading, first: whoever reads on should know."""
    if not shop.doubts:
        return []
    lines = [wrapped(safe(f"{WORDS[one['level']]} ({one['name']}) {_text(one)}"), "  ") for one in shop.doubts]
    return [heading("Doubts"), *lines]


def _text(one: Mapping[str, Any]) -> str:
    from seglib.intake.doubts import told

    return f"{one['source']}: {one['message']} Settled: the reading is kept." if one["settled"] else told(one)


def _reading(shop: Shop) -> list[str]:
    """From which column of the file each column was read, why, and what was not used."""
    if shop.reading.empty:
        return []
    table = shop.reading.assign(
        filled=[f"{filled / rows:.0%}" if rows else "" for filled, rows in shop.reading[["filled", "rows"]].to_numpy()]
    )
    several = table["source"].nunique() > 1
    columns = [*(["source"] if several else []), "column", "from", "why", "filled", "example"]
    labels = {"source": "File", "from": "Read from", "why": "Why", "filled": "Filled", "example": "Example"}
    told = [heading("Reading"), aligned(table, columns, labels=labels, wrap="example")]
    for one in shop.inputs:
        if unused := one.get("unused"):
            told.append(wrapped(safe(f"{one['name']}: not used: {', '.join(unused)}."), "  "))
    return told


def _statuses(shop: Shop) -> list[str]:
    """What each value of a status was taken for."""
    if shop.statuses.empty:
        return []
    table = shop.statuses.assign(state=shop.statuses["state"].where(shop.statuses["known"], "unknown: left out"))
    labels = {"value": "Status", "rows": "Rows", "amount": "Money", "state": "Taken for"}
    return [heading("Statuses"), aligned(table, ["value", "rows", "amount", "state"], labels=labels, digits=2,
                                         currency=shop.currency)]  # fmt: skip


def _ledger(shop: Shop) -> list[str]:
    """Every row and every cent: what each step took, what is left."""
    from seglib.show import findings

    told = shop.ledger[shop.ledger["rows_found"] > 0]
    finding = wrapped(findings.exploration.ledger(shop.ledger, shop.currency))
    columns = ["meaning", "rows_found", "rows_removed", "amount_removed", "rows", "amount"]
    labels = {"meaning": "Step", "rows_found": "Found", "rows_removed": "Left out", "amount": "Money left"}
    table = aligned(told, columns, labels=labels, currency=shop.currency, wrap="meaning", digits=2)
    return [heading("Ledger"), finding, "", table]


def _activity(shop: Shop) -> list[str]:
    """Sales, refunds and what was left out, by source."""
    from seglib.analysis import exploration
    from seglib.show import findings

    by_week = exploration.activity(shop.marked, shop.ledger)
    told = findings.exploration.activity_rows(exploration.activity_by_source(by_week))
    table = aligned(told, labels=findings.exploration.ACTIVITY, currency=shop.currency, digits=2)
    return [heading("Activity by source"), wrapped(findings.exploration.activity(by_week, shop.currency)), "", table]


def _quality(shop: Shop) -> list[str]:
    """How complete each column is."""
    from seglib.show import findings

    finding = wrapped(findings.exploration.quality(shop.quality))
    table = aligned(shop.quality, ["column", "missing", "missing_share", "distinct", "example"])
    return [heading("Quality of the columns"), finding, "", table]


def _beside(shop: Shop) -> list[str]:
    """Tables beside the order lines: rows, whose they are, what the events mean."""
    from seglib.shop.beside import event_names, strangers

    if shop.side_ledger.empty:
        return []
    table = aligned(shop.side_ledger, labels={"rows": "Rows"}, wrap="step")
    title = "Tables beside the orders" if shop.has("lines") else "Tables"
    told = [heading(title), table, *map(wrapped, strangers(shop.tables))]
    if shop.events is not None:
        told += [heading("Events"), aligned(event_names(shop.events), labels={"rows": "Events"}, wrap="names")]
    return told


def _rules(shop: Shop) -> list[str]:
    """Which segments by rule there are, which of them the data suffice for."""
    from seglib.language import words

    told = shop.memberships.summary.drop_duplicates("group")  # a split rule is one segment, whatever its parts
    lacking = shop.memberships.lacking
    lines = [
        f"{words.plural(len(part), 'segment')} of the {ORIGINS[origin]}: "
        f"{words.count((~part['group'].isin(lacking['segment'])).sum())} available."
        for origin, part in told.groupby("origin", sort=False)
    ]
    needs = lacking["needs"].map(" and ".join)
    lines += [f"{len(part)} not available: needs {data}." for data, part in needs.groupby(needs)]
    lines += shop.memberships.hints
    return [heading("Segments by rule"), *(wrapped(line, "  ") for line in lines or ["None."])]
