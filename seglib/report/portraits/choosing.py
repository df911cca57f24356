"""Which segments have a page of their own, what it is called, and where pages mention them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.naming import NOT_COVERED, NOT_KNOWN, is_numbered
from seglib.report.pages.digest import read_csv
from seglib.report.run.folder import slug
from seglib.report.run.kept import SCHEMES

__all__ = ["FOLDER", "Portrait", "choose", "links", "missing", "with_links"]

FOLDER = "segments"
MOST = 40  # pages of a scheme: nobody reads more
SHORT = {"rfm_segment": "rfm", "persona": "persona", "rule_segment": "rule"}
RULES = "rule_segment"
MENTION = re.compile(r'(<th scope="row"[^>]*>|<section class="card"[^>]*><h3[^>]*>)([^<]+)(?=</(?:th|h3)>)')


@dataclass(frozen=True)
class Portrait:
    """A segment with a page of its own.

    ``scheme`` is the column of the customers that names them; ``whole`` a segment by rule with everybody in it, also
    those whom the scheme counts in an earlier one.
    """

    scheme: str
    segment: str
    stem: str
    whole: bool = False

    @property
    def href(self) -> str:
        """Its page, from the run's folder."""
        return f"{FOLDER}/{self.stem}.html"

    @property
    def name(self) -> str:
        """What it is called in the language of the report."""
        return words.name(self.segment)


def choose(tables: Path, sizes: pd.Series, scheme: str, pages: Sequence[str] = (), least: int = 1) -> list[Portrait]:
    """Segments that have a page: those of the scheme to act on, and those by rule that the shop asks for.

    Parameters
    ----------
    tables : Path
        Folder of the run's tables.
    sizes : Series
        Customers of each segment of the scheme, by its name.
    scheme : str
        Column of the customers, of :data:`seglib.report.run.kept.SCHEMES`; empty where none is told.
    pages : sequence of str
        ``[report] pages``: names of segments by rule.
    least : int
        Customers of the smallest group that is described.

    Returns
    -------
    list of Portrait, in the order of their own page; of a scheme at most forty. Groups without a name, and those who
    are in none, have no page.
    """
    told = [Portrait(scheme, name, "") for name in _ordered(tables, scheme, sizes[sizes >= least])][:MOST]
    rules = _kept(tables / SCHEMES[RULES][0], "segment", "status", "customers")
    known = rules[rules["status"].eq("available") & (rules["customers"] >= least)]["segment"].astype("str")
    asked = [name for name in dict.fromkeys(pages) if name in set(known)]
    there = {each.segment for each in told if each.scheme == RULES}
    told += [Portrait(RULES, name, "", whole=True) for name in asked if name not in there]
    return list(_with_stems(told))


def _kept(file: Path, *columns: str) -> pd.DataFrame:
    """A kept table; empty where a notebook of one's own kept something else by that name."""
    table = read_csv(file)
    return table if set(columns) <= set(table) else pd.DataFrame(columns=list(columns))


def _ordered(tables: Path, scheme: str, sizes: pd.Series) -> list[str]:
    if not scheme:
        return []
    file, column, _page = SCHEMES[scheme]
    nobody = {NOT_COVERED, NOT_KNOWN}
    named = [name for name in sizes.index.astype("str") if name not in nobody and not is_numbered(name)]
    first = [name for name in _kept(tables / file, column)[column].astype("str") if name in set(named)]
    return list(dict.fromkeys([*first, *named]))


def _with_stems(told: Iterable[Portrait]) -> Iterable[Portrait]:
    """Each with a file name of its own; two names may be written alike, also where letters have no case."""
    taken = set[str]()
    for each in told:
        plain = f"{SHORT[each.scheme]}-{slug(each.segment)}"
        ways = (f"{plain}-{n}" if n > 1 else plain for n in count(1))
        stem = next(way for way in ways if way not in taken)
        taken.add(stem)
        yield Portrait(each.scheme, each.segment, stem, each.whole)


def missing(pages: Sequence[str], portraits: Sequence[Portrait], least: int) -> str:
    """Which pages that the shop asks for are not there, and why; empty where all are.

    Examples
    --------
    >>> missing(["Regulars", "Few"], [Portrait("rule_segment", "Regulars", "rule-regulars")], 30)
    'No page of their own, since they are of fewer than 30 customers or cannot be told here: Few.'
    """
    there = {each.segment for each in portraits if each.scheme == RULES}
    lacking = [words.name(name) for name in dict.fromkeys(pages) if name not in there]
    told = {"n": words.count(least), "segments": words.joined(lacking)}
    return _("No page of their own, since they are of fewer than {n} customers or cannot be told here: {segments}.",
             **told) if lacking else ""  # fmt: skip


def links(tables: Path, portraits: Sequence[Portrait]) -> dict[str, str]:
    """Page of each segment by the name that readers see; without names that two schemes have.

    Parameters
    ----------
    tables : Path
        Folder of the run's tables.
    portraits : sequence of Portrait
    """
    found = dict[str, set[str]]()
    for scheme, (file, column, _page) in SCHEMES.items():
        for name in _kept(tables / file, column)[column].astype("str"):
            found.setdefault(words.name(name).casefold(), set()).add(scheme)
    return {each.name: each.href for each in portraits if len(found.get(each.name.casefold(), ())) <= 1}


def with_links(body: str, places: Mapping[str, str]) -> str:
    """HTML of a table or of cards whose segments lead to their pages.

    Examples
    --------
    >>> with_links('<tr><th scope="row">A &amp; B</th></tr>', {"A & B": "segments/rfm-a-b.html"})
    '<tr><th scope="row"><a href="segments/rfm-a-b.html">A &amp; B</a></th></tr>'
    """

    def linked(found: re.Match[str]) -> str:
        place = places.get(html.unescape(found[2]))
        return f'{found[1]}<a href="{html.escape(place)}">{found[2]}</a>' if place else found[0]

    return MENTION.sub(linked, body) if places else body
