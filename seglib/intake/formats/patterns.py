"""Regular expressions that a user writes: read and run by RE2, which takes time in step with the text and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["group_names", "matching", "pattern_faults"]

LONGEST = 1_000  # characters


def pattern_faults(pattern: object) -> list[str]:
    r"""Why a pattern is no regular expression of RE2; empty when it is.

    Examples
    --------
    >>> pattern_faults("^Payout"), pattern_faults("(?!fee)")
    ([], ["pattern '(?!fee)' is no regular expression (invalid perl operator: (?!). Expected ..."])
    """
    if not isinstance(pattern, str):
        return [f"pattern is {repr(pattern)[:80]}; expected text."]
    try:
        if len(pattern) > LONGEST:
            raise ValueError(f"longer than {LONGEST:,} characters")
        matching(pattern, [""])
        re.compile(pattern)  # names of its groups are read so
    except (re.error, ValueError, OverflowError, RecursionError) as error:
        said = str(error).partition("Invalid regular expression: ")[2] or str(error)
        return [
            f"pattern {pattern[:80]!r} is no regular expression ({said}). Expected one of RE2, which has no look-ahead "
            "(?=...), no look-behind (?<=...) and no back reference \\1."
        ]
    return []


def matching(pattern: str, texts: Sequence[str]) -> list[str]:
    """Those of some texts that a pattern is found in, whatever the case.

    Examples
    --------
    >>> matching("^q[0-9]", ["Q1", "name"])
    ['Q1']
    """
    try:
        found = pc.match_substring_regex(pa.array(texts, "string"), pattern, ignore_case=True)
    except UnicodeEncodeError as error:
        raise ValueError("it holds half a character") from error
    return [text for text, hit in zip(texts, found.to_pylist(), strict=True) if hit]


def group_names(pattern: str) -> dict[str, int]:
    """Named groups of a pattern that has no faults, and the number of each."""
    return dict(re.compile(pattern).groupindex)
