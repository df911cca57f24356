"""What is told of input that cannot be used, and of a name that nothing has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

__all__ = ["InputError", "did_you_mean"]


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
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(self.faults[0] if len(self.faults) == 1 else f"{len(self.faults)} faults:\n{lines}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """End of an error message that offers the nearest known names.

    Examples
    --------
    >>> did_you_mean("frequenzy", ["frequency", "recency_days"])
    " Did you mean 'frequency'?"
    >>> did_you_mean("zzz", ["frequency"])
    " Known: 'frequency'."
    """
    known = list(known)
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.6)
    listed = ", ".join(repr(n) for n in (near or known))
    return f" Did you mean {listed}?" if near else f" Known: {listed}."
