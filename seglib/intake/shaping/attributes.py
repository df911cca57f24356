"""What else a file tells of its contacts, but for who they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import ibis.expr.types as ir

from seglib.intake.readings import read_column
from seglib.intake.shaping.cells import BESIDE, PATH
from seglib.intake.shaping.rows import OURS

__all__ = ["attributes"]

# Words in the name of an attribute that tell who a person is: never taken over into the customer table.
PERSONAL = set(
    """name firstname lastname fullname surname username email mail phone mobile fax street address address1 address2
    zip zipcode postcode postal password iban card vat ip token latitude longitude""".split()  # noqa: SIM905
)
ATTRIBUTES = 40


def attributes(raw: ir.Table, mapping: Mapping[str, Any]) -> dict[str, ir.Column]:
    """Further columns of the contacts, under names in snake case; those that tell who a person is stay out."""
    taken = set(_used(list(mapping.values())))
    more = {
        re.sub(r"[\W_]+", "_", name).strip("_").lower(): name
        for name in raw.columns
        if name not in taken and not name.startswith((PATH, OURS))
    }
    kept = [
        (new, old) for new, old in more.items() if new and not PERSONAL & set(new.split("_")) and new not in mapping
    ]
    return {
        new: raw[old] if not raw[old].type().is_string() else read_column(raw[old], "string", old)
        for new, old in kept[:ATTRIBUTES]
    }


def _used(spec: Any) -> Iterator[str]:
    """Columns that the contacts' own ones are made of."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        yield from _used([inner for key, inner in spec.items() if key not in (*BESIDE, "constant", "row")])
    else:
        for inner in spec:
            yield from _used(inner)
