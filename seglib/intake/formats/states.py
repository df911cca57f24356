"""What the words of a status mean, in the languages that are read."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

__all__ = ["UNKNOWN", "is_partly_refunded", "meanings_of", "state_of"]

UNKNOWN = "unknown"
WORDS = Path(__file__).with_name("states.toml")
LETTERS = str.maketrans("łŁøØđĐıß", "lLoOdDis")
PART = r"\b(?:partial\w*|partiel\w*|parzial\w*|parcial\w*|teil\w*|gedeeltelijk|czesciowo|partly|част[кич]\w*)[ -]*"
PARTLY = re.compile(PART + r"(?:refund|return|\w*erstatt|rembours|rimbors|reso|reembols|zwroc|terugbeta|поверн|возвра)")
PARTLY_GONE = re.compile(PART + r"(?:cancel|void|storn|annul|anul|geannul|скасов|отмен)")
NOT = re.compile(r"\b(?:not|no|non|nicht|pas|niet|nu|nie|nao|не)\b(?: (?:yet|been|encore|a fost|ancora))?[ -]*")
PAID = re.compile(r"(?:paid|pay|paye|pag|bezahl|betaa|oplac|zaplac|platit|achit|оплач|сплач)")
SENT = re.compile(r"(?:ship|sent|fulfil|dispatch|vers[ae]nd|expedi|envi|spedit|evas|wyslan|verzond|відправ|отправ)")


@cache
def _stems() -> Mapping[str, re.Pattern[str]]:
    told = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {state: re.compile("|".join(map(_pattern, words))) for state, words in told.items()}


def _pattern(word: str) -> str:
    if word.startswith("^"):
        return rf"^{re.escape(word[1:])}$"
    return rf"\b{re.escape(word.removesuffix('$'))}" + (r"\b" if word.endswith("$") else "")


def state_of(value: str) -> str:
    """What a value of a status means, by the beginnings of its words; ``unknown`` where none is known.

    Examples
    --------
    >>> state_of("Cancelled by customer"), state_of("Shipped - Returned to Seller"), state_of("bezahlt"), state_of("B7")
    ('cancelled', 'refunded', 'sale', 'unknown')
    """
    if not value.strip():
        return "sale"  # an empty cell says nothing against it
    text = _plain(value)
    if PARTLY.search(text):
        return "sale"  # how much was given back is told elsewhere
    if PARTLY_GONE.search(text):
        return UNKNOWN  # of how much is not told
    state = next((state for state, stems in _stems().items() if stems.search(text)), UNKNOWN)
    return _denied(text, state)


def is_partly_refunded(value: str) -> bool:
    """Whether a value says that a part of the order was given back.

    Examples
    --------
    >>> is_partly_refunded("partially_refunded"), is_partly_refunded("refunded")
    (True, False)
    """
    return PARTLY.search(_plain(value)) is not None


def _plain(value: str) -> str:
    """Lower case, without accents, words apart: AwaitingPayment is awaiting payment."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _bare(value.translate(LETTERS)))
    return re.sub(r"[_\s]+", " ", text).lower()


def _denied(text: str, state: str) -> str:
    """The state where a word such as not stands before what says it: not paid, not refunded, not sent yet."""
    denied = NOT.search(text)
    if denied is None or state not in ("sale", "refunded", "cancelled", "disputed"):
        return state
    rest = text[denied.end() :]
    if state == "sale" and PAID.match(rest):
        return "pending"
    if state != "sale":
        return "sale" if _stems()[state].match(rest) else state
    return "sale" if SENT.match(rest) else UNKNOWN


def _bare(value: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", value) if not unicodedata.combining(sign))


def meanings_of(values: Iterable[str]) -> dict[str, list[str]]:
    """State -> the values that mean it, as the ``states`` of a format has it.

    Examples
    --------
    >>> meanings_of(["Paid", "void", "x1"])
    {'sale': ['Paid'], 'cancelled': ['void'], 'unknown': ['x1']}
    """
    found: dict[str, list[str]] = {}
    for value in values:
        found.setdefault(state_of(value), []).append(value)
    return found
