"""What stands around the evidence of every page: menu, brand, where the numbers come from."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from seglib.language import glossary, words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, spoken
from seglib.report.pages.branding import branding
from seglib.report.run.running import Outcome

__all__ = ["GLOSSARY", "frame", "glossary_facts", "page_facts", "provenance", "versions"]

PACKAGES = ("pandas", "numpy", "scikit-learn", "ibis-framework", "duckdb", "papermill", "nbconvert")
GLOSSARY = "glossary.html"
OVERVIEW = mark("Overview")
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
LABELS = (  # short names of the notebooks, as the menu shows them
    *(mark("Exploration"), mark("RFM"), mark("Personas"), mark("Profiles"), mark("Segments"), mark("Journeys")),
)


def versions() -> dict[str, str]:
    """Versions of Python, seglib and the packages that compute the numbers."""
    from seglib import __version__

    found = {"seglib": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # vendored or frozen
            continue
    return found


def provenance(record: Mapping[str, Any], parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Footer of a page: terms and lines.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold.
    parameters : mapping
        Values of the page's notebook.
    """
    window = words.days(record["window_days"]) if record["window_days"] else _("the whole history")
    entries = [
        _entry(_("As-of date and window"), _("{date}, {window}", date=record["as_of"], window=window)),
        _entry(_("Rows"), *(f"{item['name']}: {words.count(item['rows'])}" for item in record["inputs"])),
        _entry(_("Rows analysed"), words.count(record["counts"]["rows_analysed"])),
    ]
    if parameters is not None:
        shown = [f"{name} = {value!r}" for name, value in parameters.items() if name != "run"]
        entries.append(_entry(_("Parameters"), *(shown or [_("none")]), code=True))
    prints = [f"{item['name']}: {item['sha256']}" for item in record["inputs"]]
    entries.append(_entry(_("Data fingerprint (SHA-256)"), *prints, code=True))
    made_with = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    return [*entries, _entry(_("Made with"), made_with)]


def _entry(term: str, *lines: str, code: bool = False) -> dict[str, Any]:
    return {"term": term, "lines": lines, "code": code}


def _menu(outcomes: Sequence[Outcome], current: str) -> list[dict[str, Any]]:
    pages = [
        _stop(
            f"{each.notebook.name}.html",
            _(each.notebook.label),
            each.notebook.name == current,
            each.failure is not None,
        )
        for each in outcomes
    ]
    last = _stop(GLOSSARY, _("Glossary"), current == GLOSSARY)
    return [_stop("index.html", _(OVERVIEW), not current), *pages, last]


def _stop(href: str, label: str, current: bool, failed: bool = False) -> dict[str, Any]:
    return {"href": href, "label": label, "current": current, "failed": failed}


def _turn(outcomes: Sequence[Outcome], current: str) -> list[tuple[str, str, dict[str, str]]]:
    names = [outcome.notebook.name for outcome in outcomes]
    here = names.index(current)
    stops = [{"href": "index.html", "title": _(OVERVIEW)}]
    stops += [{"href": f"{o.notebook.name}.html", "title": _(o.notebook.title)} for o in outcomes]
    around = [("previous", _("Previous"), stops[here])]
    return around + ([("next", _("Next"), stops[here + 2])] if here + 2 < len(stops) else [])


def frame(
    record: Mapping[str, Any],
    outcomes: Sequence[Outcome],
    current: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Facts of the frame of a page: ``current`` is the name of its notebook, empty on the index.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold.
    outcomes : sequence of Outcome
        One for each notebook.
    current : str
        The page.
    parameters : mapping
        Values of its notebook.
    """
    return {
        "shop": record["shop"],
        "notice": record["notice"],
        "dateline": record["basis"],
        "version": record["versions"]["seglib"],
        "language": spoken().code,
        "direction": "rtl" if spoken().code in RIGHT_TO_LEFT else "ltr",
        "brand": branding({"name": record["shop"], **record.get("report", {})}),
        "menu": _menu(outcomes, current),
        "provenance": provenance(record, parameters),
    }


def page_facts(record: Mapping[str, Any], outcomes: Sequence[Outcome], outcome: Outcome) -> dict[str, Any]:
    """Everything around the evidence of one page."""
    name = outcome.notebook.name
    values = record["notebooks"][name]["parameters"]
    told = frame(record, outcomes, name, values)
    return {**told, "failure": outcome.failure, "turn": _turn(outcomes, name)}


def glossary_facts(record: Mapping[str, Any], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Everything that the glossary shows: ``render("glossary.html.j2", ...)`` makes the page of it."""
    cited = glossary.sources()
    terms = [{"term": term, "meaning": text, "source": cited.get(term, "")} for term, text in glossary.entries()]
    return {**frame(record, outcomes, GLOSSARY), "terms": terms}
