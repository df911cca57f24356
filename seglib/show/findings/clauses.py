"""Clauses put together to a sentence, in the language of the report."""

from __future__ import annotations

from functools import reduce

from seglib.language.messages import gettext as _

__all__ = ["closed", "linked"]


def linked(*clauses: str) -> str:
    """Clauses with a semicolon between them; empty ones are left out.

    Examples
    --------
    >>> linked("two came", "", "one went")
    'two came; one went'
    """
    told = [clause for clause in clauses if clause]
    return reduce(lambda first, second: _("{first}; {second}", first=first, second=second), told) if told else ""


def closed(*clauses: str) -> str:
    """A sentence of these clauses.

    Examples
    --------
    >>> closed("Two came", "one went")
    'Two came; one went.'
    """
    return _("{clauses}.", clauses=linked(*clauses))
