"""What the data cannot answer: a sentence that keeps its reason, so that nobody need read it back."""

from __future__ import annotations

from seglib.language.messages import gettext as _

__all__ = ["Moot", "Unanswered", "unanswered"]


class Unanswered(str):
    """A sentence in place of a finding; ``why`` is the reason alone."""

    __slots__ = ("why",)
    why: str


class Moot(str):
    """A sentence in place of a question that does not arise in a shop of this kind: its page leaves the section out."""

    __slots__ = ()


def unanswered(why: str) -> Unanswered:
    """Say that a question cannot be answered.

    Examples
    --------
    >>> told = unanswered("this shop has no events.")
    >>> told, told.why
    ('Not available: this shop has no events.', 'this shop has no events.')
    """
    told = Unanswered(_("Not available: {why}", why=why))
    told.why = why
    return told
