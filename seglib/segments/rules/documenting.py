"""The tables of ``docs/rules.md``, made from what the code knows: columns, functions, the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from seglib.segments.rules.files import read_rules
from seglib.segments.rules.rulebook import CALL_NEEDS, CheckedSegment, in_order
from seglib.segments.rules.scalars import SCALARS, kinds_told
from seglib.tables.measures import FUNCTIONS, NEEDS, PEOPLE

__all__ = ["catalogue_table", "columns_table", "functions_table", "scalars_table"]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def columns_table() -> str:
    """Every column of the people: name, kind, meaning, the data it needs."""
    rows = [[f"`{one.name}`", kinds_told(one.kind), one.meaning, NEEDS[one.needs]] for one in PEOPLE]
    return _table(["column", "kind", "meaning", "needs"], rows)


def functions_table() -> str:
    """Every function that measures more: how it is called, kind, meaning, the data it needs."""
    rows = [
        [f"`{one.name}({', '.join(one.arguments)})`", kinds_told(one.kind), one.meaning, NEEDS[one.needs]]
        for one in FUNCTIONS
    ]
    return _table(["function", "kind", "meaning", "needs"], rows)


def scalars_table() -> str:
    """Every function of values: how it is called, kind, meaning."""
    kinds = {"same": "as its values"}
    rows = [
        [f"`{one.written(name)}`", kinds.get(one.kind, kinds_told(one.kind)), one.meaning]
        for name, one in SCALARS.items()
    ]
    return _table(["function", "kind", "meaning"], rows)


def catalogue_table() -> str:
    """The shop segments in their order of priority: rule, settings, what they need, what to do."""
    rows = [_catalogue_row(one) for one in read_rules("shop").check({})]
    return _table(["segment", "rule", "settings", "needs", "what to do", "does", "avoids"], rows)


def _catalogue_row(checked: CheckedSegment) -> list[str]:
    segment = checked.segment
    words = re.findall(r"\w+", segment.rule) + (
        [segment.split.column, *map(str, segment.split.at)] if segment.split else []
    )
    settings = [f"`{name} = {segment.settings[name]}`" for name in dict.fromkeys(words) if name in segment.settings]
    rule = f"{segment.description}<br>`{segment.rule}`" + (
        f"<br>split by `{segment.split.column}`" if segment.split else ""
    )
    needs = in_order({*checked.missing, *(CALL_NEEDS[call.function] for call in checked.calls)})
    told = [segment.action, ", ".join(segment.does), ", ".join(segment.avoids)]
    return [f"**{segment.name}**", rule, "<br>".join(settings), "; ".join(NEEDS[need] for need in needs), *told]
