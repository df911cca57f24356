"""What the commands do: report, check, open, formats; each returns an exit code and lets InputError through."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from seglib.intake.scratch import large
from seglib.show.console import aligned, heading, recognised, safe, wrapped

if TYPE_CHECKING:
    from seglib.shop.shop import Shop

__all__ = ["FAILED", "OK", "check", "draft", "formats", "open_notebook", "report", "show"]

NO_ORDERS = "It tells of no orders: pages that need order lines are left out."
ORIGINS = {"own": "shop's own rules", "catalogue": "shop catalogue"}
NO_LAB = 'JupyterLab is not installed. Run pip install "seglib[lab]", or add --print to have the notebook written only.'
OK = 0
FAILED = 1
FORMATS_PAGE = """\
# Formats

Exports that are recognised by their header. This page is made of `seglib/intake/formats/*.yaml` by
`seglib formats --markdown > docs/formats.md`. How a format of your own is written, key by key, is told in
[data/README.md](../data/README.md#a-format-of-your-own).
"""


def report(asked: argparse.Namespace) -> int:
    """Run the notebooks; the path of the report goes to stdout, everything else to stderr."""
    from seglib.report import run_report

    result = run_report(
        asked.source,
        as_of=asked.as_of,
        window_days=asked.window_days,
        format=asked.format,
        only=asked.only,
        out=asked.out,
        parameters=_pairs(asked.parameters),
        timeout_seconds=asked.timeout,
        language=asked.language,
        since=asked.since,
        again=asked.again,
        replace=asked.replace,
        progress=_silent if asked.quiet else None,
        log=asked.log,
    )
    for name, state in result.status.items():
        if state != "ok":
            print(f"seglib: {name} failed: {state}", file=sys.stderr)
    if not asked.quiet and not result.unchanged:
        _say(f"{'Done' if result.ok else 'Done, but not complete,'} in {result.seconds:.1f} s")
    print(os.path.relpath(result.index))
    return OK if result.ok else FAILED


def open_notebook(asked: argparse.Namespace) -> int:
    """Copy a notebook; its path goes to stdout, and JupyterLab opens it unless only the path is wanted."""
    import importlib.util
    import subprocess

    from seglib.errors import InputError
    from seglib.report.run.opening import copy_notebook

    if not asked.only_print and importlib.util.find_spec("jupyterlab") is None:
        raise InputError(NO_LAB)
    path = copy_notebook(
        asked.notebook,
        parameters=_pairs(asked.parameters),
        shop=asked.shop,
        as_of=asked.as_of,
        window_days=asked.window_days,
        out=asked.out,
        again=asked.again,
    )
    print(os.path.relpath(path), flush=True)
    return OK if asked.only_print else subprocess.call([sys.executable, "-m", "jupyterlab", str(path)])


def _pairs(texts: Sequence[str]) -> dict[str, str | None]:
    """Names and values; a value that is not there is refused together with all other faults."""
    split = (text.partition("=") for text in texts)
    return {name.strip(): value if sign else None for name, sign, value in split}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _silent(line: str) -> None:
    pass


def check(asked: argparse.Namespace) -> int:
    """What was recognised, the ledger and the quality of the columns, without running a notebook."""
    from seglib.shop.shop import open_shop

    shop = open_shop(asked.source, as_of=asked.as_of, window_days=asked.window_days, format=asked.format)
    parts = [*_verdict(shop), *_sources(shop)]
    parts += [*_ledger(shop), *_activity(shop), *_quality(shop)] if shop.has("lines") else []
    parts += [*_beside(shop), *_rules(shop)]
    if much := large():
        _say(f"seglib: {much}")
    print("\n".join(parts))  # only when all of it is known: half a check would look like a whole one
    return OK


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
    told = [heading("Tables beside the orders"), table, *map(wrapped, strangers(shop.tables))]
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


def formats(asked: argparse.Namespace) -> int:
    """Known formats, each with what it gives."""
    import pandas as pd

    from seglib.intake.formats import format_table, list_formats

    if asked.markdown:
        print(f"{FORMATS_PAGE}\n{format_table()}".rstrip())
        return OK
    known = pd.DataFrame(list_formats())
    print(aligned(known, ["name", "kind", "level", "gives"], labels={"level": "A row is", "gives": "Gives"}))
    print("\nseglib formats show NAME prints one, seglib formats draft FILE begins one for a file of yours.")
    return OK


def show(asked: argparse.Namespace) -> int:
    """One format as its YAML, to read or to change."""
    from seglib.intake.formats import format_text

    print(format_text(asked.name).rstrip())
    return OK


def draft(asked: argparse.Namespace) -> int:
    """A format for a file, with guesses marked."""
    from seglib.errors import InputError, did_you_mean
    from seglib.intake.formats import draft_format
    from seglib.tables.canonical import TABLES

    if asked.table not in TABLES:
        raise InputError(f"--table {asked.table!r}: no such table.{did_you_mean(asked.table, TABLES)}")
    print(draft_format(asked.file, asked.table).rstrip())
    return OK


def language(asked: argparse.Namespace) -> int:
    """Messages of the pages as a catalogue; or what is missing in one."""
    from seglib.command.catalogues import catalogue_of, catalogue_text, faults_of

    if not asked.check:
        print(catalogue_text(asked.code, asked.file), end="")
        return OK
    faults = faults_of(catalogue_of(asked.code, asked.file))
    print("\n".join(safe(fault) for fault in faults) or "Every message is translated.")
    return FAILED if faults else OK
