"""Pages of segments, each with the list of its customers beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.report.handing.lists import customers_told, list_of
from seglib.report.handing.sheet import headings
from seglib.report.pages.acting import scheme_to_act_on
from seglib.report.pages.digest import Digest
from seglib.report.pages.downloads import size_of
from seglib.report.pages.frame import frame
from seglib.report.pages.pages import render
from seglib.report.portraits.choosing import FOLDER, Portrait, choose
from seglib.report.portraits.describing import Told, describe, members
from seglib.report.run.kept import CUSTOMERS, SCHEMES
from seglib.report.run.running import Outcome
from seglib.show.findings.profiles import TRAITS
from seglib.tables.csv_files import write_csv

__all__ = ["portraits_of", "write_portraits"]

HEADS = [str(TRAITS[name]) for name in ("trait", "in_segment", "elsewhere", "customers")]
MEMBERSHIPS = "memberships.parquet"


def portraits_of(tables: Path, record: Mapping[str, Any]) -> list[Portrait]:
    """Segments of a run that have a page.

    Parameters
    ----------
    tables : Path
        Folder of the run's tables.
    record : mapping
        What ``run.json`` will hold; ``pages`` are the segments by rule that the shop asks for.
    """
    scheme = scheme_to_act_on(tables).scheme
    names = _column(tables / CUSTOMERS, scheme)
    return choose(tables, names.value_counts(), scheme, record.get("pages", ()), record.get("min_group", 1))


def _column(file: Path, name: str) -> pd.Series:
    from pyarrow import parquet

    if not (name and file.is_file() and name in parquet.read_schema(file).names):
        return pd.Series(dtype="str")
    return pd.read_parquet(file, columns=[name])[name].dropna().astype("str")


def write_portraits(
    folder: Path,
    record: Mapping[str, Any],
    outcomes: Sequence[Outcome],
    portraits: Sequence[Portrait],
    digest: Digest | None = None,
) -> None:
    """Write a page and a list of customers for each segment.

    Parameters
    ----------
    folder : Path
        Of the run.
    record : mapping
        What ``run.json`` will hold.
    outcomes : sequence of Outcome
        One for each notebook, for the menu.
    portraits : sequence of Portrait
        From :func:`portraits_of`.
    digest : Digest
        What moved since an earlier run.
    """
    if not portraits:
        return
    (folder / FOLDER).mkdir()
    tables = folder / "tables"
    customers = pd.read_parquet(tables / CUSTOMERS).set_index("customer_id")
    held = tables / MEMBERSHIPS
    memberships = pd.read_parquet(held) if held.is_file() else pd.DataFrame(columns=["customer_id", "segment"])
    told = Told(record, tables, customers, memberships, digest)
    around, heads = frame(record, outcomes, FOLDER), [_(head) for head in HEADS]
    for each in portraits:
        inside = customers_told(members(told, each).reset_index(), record["as_of"])
        listed = list_of(inside.assign(action=told.action(each)), each.scheme, each.name)
        written = folder / FOLDER / f"{each.stem}.csv"
        write_csv(listed.rows.set_axis(headings(listed), axis=1), written, marked=True)
        facts = {**around, **describe(told, each), "up": "../", "others": _others(portraits, each), "heads": heads}
        facts |= {"list": written.name, "size": size_of([written]), "n": words.plural(len(inside), "customer")}
        facts |= {"more": _more(each, outcomes), "contents": _contents(facts)}
        html = render("segment.html.j2", facts)
        (folder / FOLDER / f"{each.stem}.html").write_text(html, encoding="utf-8")


def _contents(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Anchor and heading of each section that has something to say."""
    parts = [
        ("do", _("What to do?"), True),
        ("who", _("Who are they, and what do they buy?"), facts["traits"]),
        ("when", _("When and through what do they order?"), facts["habits"]),
        ("changed", _("What changed?"), facts["changed"]),
        ("sure", _("How sure is this?"), facts["sure"]),
        ("others", _("Other segments"), True),
    ]
    return [(anchor, heading) for anchor, heading, told in parts if told]


def _more(portrait: Portrait, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The page of its scheme, where there is one."""
    name = SCHEMES[portrait.scheme][2]
    found = next((outcome.notebook for outcome in outcomes if outcome.notebook.name == name), None)
    return {"href": f"{name}.html", "text": _("All on the page {page}", page=_(found.label))} if found else {}


def _others(portraits: Sequence[Portrait], shown: Portrait) -> list[dict[str, str]]:
    return [{"href": f"{each.stem}.html", "name": each.name} for each in portraits if each is not shown]
