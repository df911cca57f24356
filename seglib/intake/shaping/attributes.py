"""What else a file tells of its contacts, but for who they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.readings import read_column
from seglib.intake.shaping.paths import PATH
from seglib.intake.shaping.personal import LOOKS, personal
from seglib.intake.shaping.resolving import BESIDE
from seglib.intake.shaping.rows import OURS

__all__ = ["attribute_name", "attributes"]

ATTRIBUTES = 40


def attributes(raw: ir.Table, mapping: Mapping[str, Any]) -> dict[str, ir.Column]:
    """Further columns of the contacts, under names in snake case; those that tell who a person is stay out."""
    taken = set(_used(list(mapping.values())))
    more = {
        attribute_name(name): name for name in raw.columns if name not in taken and not name.startswith((PATH, OURS))
    }
    told = {new: old for new, old in more.items() if new and new not in mapping}
    hidden = personal(raw, told.values())
    kept = [(new, old) for new, old in told.items() if old not in hidden][:ATTRIBUTES]
    return {
        new: raw[old] if not raw[old].type().is_string() else _without_persons(read_column(raw[old], "string", old))
        for new, old in kept
    }


def attribute_name(header: str) -> str:
    """What a further column is called: its header in snake case.

    Examples
    --------
    >>> attribute_name("Loyalty plan (2024)")
    'loyalty_plan_2024'
    """
    return re.sub(r"[\W_]+", "_", header).strip("_").lower()


def _without_persons(text: ir.StringColumn) -> ir.StringColumn:
    """Missing where a single value holds an address of mail, a telephone, an account or a street."""
    found = reduce(or_, (text.re_search(look) for look in LOOKS))
    return ibis.ifelse(found.fill_null(False), ibis.null("string"), text)


def _used(spec: Any) -> Iterator[str]:
    """Columns that the contacts' own ones are made of."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        yield from _used([inner for key, inner in spec.items() if key not in (*BESIDE, "constant", "row")])
    else:
        for inner in spec:
            yield from _used(inner)
