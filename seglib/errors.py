"""What is told of input that cannot be used, and of a name that nothing has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

__all__ = ["InputError", "MachineFault", "did_you_mean", "similar_names"]

LONGEST = 2_000  # characters of a line


class InputError(ValueError):
    """Input that cannot be used: where, what was found, what was expected, what to do.

    Parameters
    ----------
    faults : str or sequence of str
        One sentence a fault; all faults found are reported together.

    Examples
    --------
    >>> print(InputError(["a is missing", "b is empty"]))
    2 faults:
      - a is missing
      - b is empty
    """

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults = [_short(fault) for fault in ([faults] if isinstance(faults, str) else faults)]
        lines = "\n".join(f"  - {fault}".replace("\n", "\n    ") for fault in self.faults)
        super().__init__(self.faults[0] if len(self.faults) == 1 else f"{len(self.faults)} faults:\n{lines}")


def _short(fault: str) -> str:
    """Without the middle of what is very long: a name in a file may be as long as the file."""
    half = LONGEST // 2
    return "\n".join(f"{line[:half]}…{line[-half:]}" if len(line) > LONGEST else line for line in fault.split("\n"))


class MachineFault(Exception):  # noqa: N818 - a fault, of neither the input nor seglib
    """What the machine keeps from being done, such as a disk that is full: what it is, and what to do."""


def similar_names(name: object, known: Iterable[str]) -> list[str]:
    """Known names that a name may have been meant for, the nearest first, three at most.

    Examples
    --------
    >>> similar_names("frequenzy", ["frequency", "recency_days"]), similar_names("zzz", ["frequency"])
    (['frequency'], [])
    """
    return difflib.get_close_matches(str(name), list(known), n=3, cutoff=0.6)


def did_you_mean(name: object, known: Iterable[str], *, otherwise: str | None = None, word: str = "Known") -> str:
    """End of an error message that offers the nearest known names; where none is near, ``otherwise``, or all of them.

    ``word`` is what they are: "Known" is what seglib knows, "Found" what a file has.

    Examples
    --------
    >>> did_you_mean("frequenzy", ["frequency", "recency_days"])
    " Did you mean 'frequency'?"
    >>> did_you_mean("zzz", ["frequency"])
    " Known: 'frequency'."
    >>> did_you_mean("zzz", ["frequency"], otherwise=" docs/rules.md lists them.")
    ' docs/rules.md lists them.'
    """
    known = list(known)
    if near := similar_names(name, known):
        return f" Did you mean {_quoted(near)}?"
    everything = f" {word}: {_quoted(known)}." if known else ""
    return everything if otherwise is None else otherwise


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
