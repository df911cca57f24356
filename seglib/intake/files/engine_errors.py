"""What the engine means by an error of its own."""

from __future__ import annotations

import re

__all__ = ["is_too_large"]

BEYOND = re.compile(r"out of range|overflow|could not cast value", re.IGNORECASE)


def is_too_large(error: Exception) -> bool:
    """Whether a number was too large for its type, which shows only when it is computed."""
    import duckdb  # only where there was an error

    return isinstance(error, duckdb.Error) and bool(BEYOND.search(str(error)))
