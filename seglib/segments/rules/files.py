"""Rule files: TOML -> a book of rules, every fault in one message."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.language.naming import NO_SEGMENT
from seglib.language.small_files import read_text, read_toml
from seglib.segments.rules.checking import check_rule
from seglib.segments.rules.language import Node, parse_rule
from seglib.segments.rules.rulebook import RuleBook, Segment, Split
from seglib.segments.rules.scalars import SCALARS, kind_of
from seglib.segments.rules.tokens import KEYWORDS
from seglib.tables.measures import FUNCTIONS, NEEDS, PEOPLE

__all__ = ["VERBS", "read_rules"]

HERE = Path(__file__).parent
VERBS = ("promote", "discount", "contact", "help", "ask", "wait")
TEXTS = ("name", "description", "rule", "action", "kind", "file")
LISTS = ("needs", "does", "avoids", "customers")
KEYS = (*TEXTS, *LISTS, "split")
TAKEN = {*(one.name for one in PEOPLE), *(one.name for one in FUNCTIONS), *SCALARS, *KEYWORDS, "as_of"}
LARGEST, LARGEST_LIST = 5_000_000, 200_000_000  # bytes of a rule file, of a list of customers


def read_rules(path: str | Path, *, settings: Mapping[str, Any] | None = None, where: str = "") -> RuleBook:
    """Book of rules from a file, parsed and checked as far as can be without a shop.

    Parameters
    ----------
    path : str or Path
        A TOML file as told in ``docs/rules.md``, or ``"shop"``: the catalogue that comes with the library.
    settings : mapping of str to number, text, bool or date
        Values that take the place of the file's own.
    where : str
        What messages call the file.

    Returns
    -------
    RuleBook

    Raises
    ------
    InputError
        Every fault of the file: unknown keys, names, kinds, rules that are not of the language.

    Examples
    --------
    >>> book = read_rules("shop", settings={"top_share": 0.2})
    >>> len(book.segments), book.settings["top_share"]
    (17, 0.2)
    """
    shipped = str(path) == "shop"
    file = HERE / "shop.toml" if shipped else Path(path)
    where = where or ("the shop catalogue" if shipped else file.name)
    told = read_toml(file, where, largest=LARGEST, hint=" A rule stands in double quotes, texts in it in single ones.")
    _refuse(where, _wrong_top(told))
    book = RuleBook(_segments(told, file.parent, "catalogue" if shipped else "own", where), where)
    book = book.with_settings(settings) if settings else book
    _refuse(where, _wrong_rules(book) or _idle_choices(book))
    return book


def _refuse(where: str, faults: list[str]) -> None:
    if faults:
        raise InputError([f"{where}: {fault}" for fault in faults])


def _wrong_top(told: Mapping[str, Any]) -> list[str]:
    known = ("settings", "segments")
    faults = [f"unknown key {key!r}.{did_you_mean(key, known)}" for key in told if key not in known]
    segments = told.get("segments")
    if not isinstance(segments, list) or not segments or not all(isinstance(one, dict) for one in segments):
        faults.append("no segments. Write each below its own line [[segments]].")
    settings = told.get("settings", {})
    if not isinstance(settings, dict):
        return [*faults, "settings: expected a table: [settings], below it name = value."]
    return faults + [fault for name, value in settings.items() if (fault := _wrong_setting(name, value))]


def _wrong_setting(name: str, value: Any) -> str:
    if name in TAKEN:
        return f"setting {name!r}: the name is that of a column, a function or a word of rules. Give it another one."
    if isinstance(value, str) and not value.isprintable():
        return f"setting {name!r}: holds control characters. Write one line of plain text."
    if not name.isidentifier():
        return f"setting {name!r}: a name is made of letters, digits and _."
    return (
        ""
        if kind_of(value)
        else f"setting {name!r}: found {value!r}, expected a number, a text, true, false or a date."
    )


def _segments(told: Mapping[str, Any], folder: Path, origin: str, where: str) -> tuple[Segment, ...]:
    made, faults = [], []
    for i, one in enumerate(told["segments"], start=1):
        name = one.get("name")
        who = f"segment {name!r}" if isinstance(name, str) else f"segment number {i}"
        wrong = _wrong_keys(one)
        if not wrong:
            try:
                made.append(_segment(one, folder, origin, told.get("settings", {})))
            except InputError as refused:
                wrong = refused.faults
        faults += [f"{who}: {fault}" for fault in wrong]
    names = [segment.name for segment in made]
    faults += [
        f"segment {name!r}: told {names.count(name)} times. Names are unique."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    _refuse(where, faults)
    return tuple(made)


def _wrong_keys(one: Mapping[str, Any]) -> list[str]:
    faults = [f"unknown key {key!r}.{did_you_mean(key, KEYS)}" for key in one if key not in KEYS]
    faults += [
        f"{key}: found {one[key]!r}, expected a text." for key in TEXTS if key in one and not isinstance(one[key], str)
    ]
    for key in LISTS:
        values = one.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            faults.append(f"{key}: found {str(values)[:60]}, expected a list of texts in quotes.")
        elif key != "customers":
            known = NEEDS if key == "needs" else VERBS
            faults += [
                f"{key}: {value!r} is unknown.{did_you_mean(value, known)}" for value in values if value not in known
            ]
    return faults or _wrong_name(one) + _wrong_kind(one)


def _wrong_name(one: Mapping[str, Any]) -> list[str]:
    name = one.get("name", "")
    if not name.strip() or len(name) > 80 or not name.isprintable() or name != name.strip():
        return [f"name: found {name[:90]!r}, expected one line of up to 80 characters."]
    return [f"name: {name!r} is what who is in none is called."] if name == NO_SEGMENT else []


def _wrong_kind(one: Mapping[str, Any]) -> list[str]:
    kind = one.get("kind", "dynamic")
    if kind not in ("dynamic", "static"):
        return [f"kind: found {kind!r}, expected 'dynamic' (a rule) or 'static' (a list of customers)."]
    if kind == "dynamic":
        odd = [key for key in ("customers", "file") if key in one]
        faults = [f"{odd[0]}: only a static segment lists customers. Add kind = 'static'."] if odd else []
        return faults + (
            [] if "rule" in one or odd else ["rule: is missing. Write a condition such as recency_days <= 90."]
        )
    odd = [key for key in ("rule", "split") if key in one]
    faults = [f"{key}: a static segment has none, it lists its customers." for key in odd]
    if ("customers" in one) == ("file" in one):
        faults.append(
            "a static segment lists its customers: customers = ['17850', ...] or file = 'vip.csv', one of them."
        )
    return faults


def _segment(one: Mapping[str, Any], folder: Path, origin: str, settings: Mapping[str, Any]) -> Segment:
    listed = _listed(folder, one["file"]) if "file" in one else one.get("customers", [])
    return Segment(
        one["name"],
        description=" ".join(one.get("description", "").split()),
        rule=one.get("rule", "").strip(),
        needs=tuple(one.get("needs", ())),
        action=" ".join(one.get("action", "").split()),
        kind=one.get("kind", "dynamic"),
        does=tuple(one.get("does", ())),
        avoids=tuple(one.get("avoids", ())),
        split=_split(one.get("split")),
        customers=tuple(dict.fromkeys(customer.strip() for customer in listed if customer.strip())),
        origin=origin,
        settings=dict(settings),
    )


def _split(told: Any) -> Split | None:
    if told is None or isinstance(told, str):
        return Split(told, most="split_most") if told else None
    known = ("column", "at", "most")
    if not isinstance(told, dict) or not isinstance(told.get("column"), str) or set(told) - set(known):
        raise InputError(
            f"split: found {str(told)[:80]}, expected a column, or {{ column = 'recency_days', at = [30, 90] }}."
        )
    at, most = told.get("at", []), told.get("most", "split_most")
    if not isinstance(at, list) or not all(isinstance(one, str) or kind_of(one) == "number" for one in at):
        raise InputError(f"split: at: found {str(at)[:60]}, expected a list of numbers or names of settings.")
    if not isinstance(most, int | str) or isinstance(most, bool):
        raise InputError(f"split: most: found {most!r}, expected a whole number or the name of a setting.")
    return Split(told["column"], tuple(at), most)


def _listed(folder: Path, name: str) -> list[str]:
    """Customers of a CSV beside the rule file."""
    odd = PurePath(name).is_absolute() or ".." in PurePath(name).parts or "\\" in name or ":" in name or "\0" in name
    if odd or not (folder / name).resolve().is_relative_to(folder.resolve()):  # a link leads elsewhere too
        raise InputError(f"file: {name!r} lies elsewhere. Put it beside the rule file, or below it.")
    if not os.path.exists(folder / name):  # Path.exists fails where a name is too long
        raise InputError(f"file: there is no {name!r} beside the rule file.")
    text = read_text(folder / name, f"file: {name!r}", largest=LARGEST_LIST)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if "customer_id" not in (rows.fieldnames or []):
            raise InputError(f"file: {name!r} has the columns {rows.fieldnames}, expected 'customer_id'.")
        return [row["customer_id"] or "" for row in rows]
    except csv.Error as error:
        raise InputError(f"file: {name!r} is not a CSV ({error}).") from None


def _wrong_rules(book: RuleBook) -> list[str]:
    """Faults that show without a shop: of the language, and of kinds where every name is known."""
    faults = []
    for segment in book.segments:
        if segment.kind == "dynamic":
            try:
                tree = parse_rule(segment.rule)
                if _names(tree) <= {*TAKEN, *segment.settings}:
                    check_rule(segment.rule, {}, settings=segment.settings)
            except InputError as wrong:
                faults += [f"segment {segment.name!r}: rule: {fault}" for fault in wrong.faults]
    return faults


def _names(node: Node) -> set[str]:
    return {node.value} if node.what == "name" else set().union(*(_names(part) for part in node.parts))


def _idle_choices(book: RuleBook) -> list[str]:
    """Settings that rules compare with texts of which none is theirs: a choice that does not exist."""
    choices: dict[str, set[str]] = {}
    for segment in book.segments:
        if segment.kind == "dynamic":
            _collect(parse_rule(segment.rule), segment.settings, choices)
    settings = book.settings
    wrong = [name for name, known in choices.items() if settings[name] not in known]
    return [
        f"setting {name!r}: {settings[name]!r} is unknown.{did_you_mean(settings[name], sorted(choices[name]))}"
        for name in wrong
    ]


def _collect(node: Node, settings: Mapping[str, Any], choices: dict[str, set[str]]) -> None:
    if (
        node.what in ("compare", "in")
        and node.parts[0].what == "name"
        and isinstance(settings.get(node.parts[0].value), str)
    ):
        texts = {part.value for part in node.parts[1:] if part.what == "text"}
        if texts and len(texts) == len(node.parts) - 1:
            choices.setdefault(node.parts[0].value, set()).update(texts)
    for part in node.parts:
        _collect(part, settings, choices)
