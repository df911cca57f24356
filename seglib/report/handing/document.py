"""The report as one PDF: the first page, then all others, printed once by the system's Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection

from seglib.intake.scratch import private_folder
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.report.handing.chromium import print_page
from seglib.report.handing.finished import Finished, Handed
from seglib.report.pages.frame import GLOSSARY, glossary_facts
from seglib.report.pages.pages import render

__all__ = ["document"]

FILE = "report.pdf"
MEANING = mark("The whole report as one document to print or to send.")
INDEX = "index"
# whatever names an id of the page: attributes, and places in a drawing; addresses of other pages
NAMED = re.compile(r'(\s(?:id|for|href|xlink:href|aria-labelledby|aria-describedby)="#?|url\(#)([^")]*)(?=["\)])')
ADDRESS = re.compile(r'\shref="(?!#)(?!data:)([^"]*)"( download)?')


def document(run: Finished) -> list[Handed]:
    """Print the PDF, with headings as its outline, and tags for who listens to it.

    Parameters
    ----------
    run : Finished

    Returns
    -------
    list of Handed, of one file.

    Raises
    ------
    InputError
        Chromium could not print; that it is there was asked before the run.
    """
    scratch = private_folder("pdf")
    try:
        page = scratch / "report.html"
        page.write_text(_whole(run), encoding="utf-8")
        print_page(page, run.folder / FILE, scratch / "profile")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return [Handed(FILE, MEANING)]


def _whole(run: Finished) -> str:
    """One page of HTML that holds the main part of every page."""
    names = [outcome.notebook.name for outcome in run.outcomes]
    told = {name: (run.folder / f"{name}.html").read_text(encoding="utf-8") for name in names}
    first = render("run.html.j2", {**run.facts, "downloads": [], "terms": []})
    last = render("glossary.html.j2", glossary_facts(run.record, run.outcomes))
    pages = {INDEX: first, **told, GLOSSARY.removesuffix(".html"): last}
    entries = [(outcome.notebook.name, outcome.page.title) for outcome in run.outcomes]
    chapters = [(name, _chapter(text, name, pages)) for name, text in pages.items()]
    glossary = (GLOSSARY.removesuffix(".html"), _("Glossary"))
    whole = render("document.html.j2", {**run.facts, "chapters": chapters, "entries": [*entries, glossary]})
    return _linked(whole, pages)


def _chapter(page: str, name: str, pages: Collection[str]) -> str:
    """The main part of a page, whose ids are its own among all, and whose links stay within the document.

    Examples
    --------
    >>> page = '<main id="main"><h2 id="a">A</h2><a href="02_rfm.html#b">B</a> <a href="x.csv" download>C</a></main>'
    >>> _chapter(page, "index", ["index", "02_rfm"])
    '<h2 id="index-a">A</h2><a href="#02_rfm-b">B</a> <a>C</a>'
    """
    main = page[page.index("<main") : page.rindex("</main>")].partition(">")[2]
    return _linked(NAMED.sub(lambda found: _own(found, name), main), pages)


def _linked(html: str, pages: Collection[str]) -> str:
    return ADDRESS.sub(lambda found: _within(found[1], pages), html)


def _own(found: re.Match[str], name: str) -> str:
    before, ids = found[1], found[2]
    if "href" in before and not before.endswith("#"):
        return found[0]
    return before + " ".join(f"{name}-{one}" for one in ids.split())


def _within(address: str, pages: Collection[str]) -> str:
    """A link to a page of the document; to anything else, which is not in it, none."""
    page, _mark, place = address.partition("#")
    name = page.removesuffix(".html")
    return f' href="#{name}{f"-{place}" if place else ""}"' if name in pages else ""
