"""Rules cut into words, numbers, texts and signs; whatever else stands there is refused with its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from seglib.errors import InputError

__all__ = ["KEYWORDS", "Token", "cut", "place"]

KEYWORDS = ("and", "or", "not", "between", "in", "is", "null", "like", "ilike", "true", "false")
TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<comment>--|/\*|\#)
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?(?![\w.]))
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")+")
      | (?P<word>[^\W\d]\w*)
      | (?P<sign><=|>=|<>|!=|==|[=<>+\-*/(),])""",
    re.VERBOSE,
)
# What people try that is SQL but not a rule -> what to do instead.
REFUSED = {
    ";": "A rule is one condition; write one rule a segment.",
    ".": "Columns are named alone, without a table.",
    ":": "Values are not converted; compare like with like.",
    "[": "Lists are written in parentheses after 'in'.",
    "{": "Values are numbers, texts, dates and settings.",
    "?": "Values are written out, or named under [settings].",
    "$": "Values are written out, or named under [settings].",
    "@": "Values are written out, or named under [settings].",
    "%": "Rules know + - * and /.",
    "|": "Write 'or'; rules do not join texts.",
    "&": "Write 'and'.",
    "'": "A text ends with a single quote; a quote inside it is doubled: 'it''s'.",
    '"': "A name in double quotes must end with one; texts take single quotes.",
    "!": "Write 'not'.",
}


@dataclass(frozen=True)
class Token:
    """A piece of a rule: number, text, name, word (of the language), sign or end, and where it begins."""

    what: str
    value: str
    start: int


def place(rule: str, start: int) -> str:
    """Where in a rule something stands, as a person counts.

    Examples
    --------
    >>> place("a > 1", 2), place("a > 1\\nand b", 10)
    ('character 3', 'line 2, character 5')
    """
    before = rule[:start]
    column = start - (before.rfind("\n") + 1) + 1
    return f"line {before.count(chr(10)) + 1}, character {column}" if "\n" in rule.strip() else f"character {column}"


def cut(rule: str) -> list[Token]:
    """The pieces of a rule, an end after the last.

    Raises
    ------
    InputError
        A comment, a bracket, a letter that has no meaning in a rule: where, and what to write instead.
    """
    found, at = [], 0
    while at < len(rule):
        match = TOKEN.match(rule, at)
        if match is None or match.lastgroup == "comment" or _control(match):
            raise InputError(_stranger(rule, at, match))
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match[0], at))
        at = match.end()
    return [*found, Token("end", "", len(rule.rstrip()))]


def _control(match: re.Match[str]) -> bool:
    return match.lastgroup in ("text", "quoted") and any(unicodedata.category(c) in ("Cc", "Cs") for c in match[0])


def _token(what: str, text: str, start: int) -> Token:
    if what in ("text", "quoted"):
        return Token({"quoted": "name"}.get(what, what), text[1:-1].replace(text[0] * 2, text[0]), start)
    if what == "word":
        keyword = text.lower() in KEYWORDS
        return Token("word" if keyword else "name", text.lower() if keyword else text, start)
    return Token(what, {"==": "=", "!=": "<>"}.get(text, text), start)


def _stranger(rule: str, at: int, match: re.Match[str] | None) -> str:
    where = place(rule, at)
    if match is not None and match.lastgroup == "comment":
        return f"{where}: found a comment ({match[0]!r}). Comments belong into the file, outside of the rule."
    if match is not None:
        return f"{where}: found a control character within {match[0][:40]!r}. Write plain text."
    letter = rule[at]
    if letter.isdigit() or (letter == "." and rule[at + 1 : at + 2].isdigit()):
        return f"{where}: found {rule[at : at + 12]!r}, which is no number. Write numbers as 1000 or 0.25."
    if ord(letter) > 126 or ord(letter) < 32:
        name = unicodedata.name(letter, "a control character")
        return f"{where}: found U+{ord(letter):04X} ({name}), which has no meaning in a rule. Type it anew."
    return f"{where}: found {letter!r}, which has no meaning in a rule. {REFUSED.get(letter, '')}".rstrip()
