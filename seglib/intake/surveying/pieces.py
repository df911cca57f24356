"""What a survey of a folder finds: tables, each with a sample of its rows, and what was left aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seglib.intake.formats import normalised

__all__ = ["Aside", "Piece", "entity"]

ENDS = ("dataset", "table", "export", "data", "list", "full")  # what names of files end with and do not mean
LARGE = 2**26  # bytes


@dataclass(frozen=True)
class Aside:
    """Something in the folder that is not used, and why."""

    name: str
    why: str


@dataclass(frozen=True, eq=False)
class Piece:
    """A table: of a file, of several files with the same columns, a sheet, or a table of a database.

    ``path`` is relative to the folder and may be a pattern; ``sample`` is a Parquet file with its first rows, all of
    them where ``whole``; ``rows`` is how many it has in all, about so many where it was not read to its end.
    """

    name: str
    path: str
    files: tuple[Path, ...]
    columns: tuple[str, ...]
    sample: Path
    rows: int
    whole: bool = False
    table: str = ""
    scheme: str = ""
    sheet: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """What the columns of a joined table are called after, where two have one name."""
        return self.table or Path(self.path.rpartition("/")[2]).stem

    @property
    def large(self) -> bool:
        """Whether it is read to its end only for what the shop needs."""
        return not self.whole and self.size > LARGE

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.stat().st_size for file in self.files)


def entity(stem: str) -> str:
    """What one row is, by the name of a table.

    Examples
    --------
    >>> entity("olist_customers_dataset"), entity("Categories"), entity("order_status"), entity("Addresses")
    ('customer', 'category', 'orderstatus', 'address')
    """
    parts = [part for part in stem.lower().replace("-", "_").replace(" ", "_").split("_") if part]
    while len(parts) > 1 and (parts[-1] in ENDS or parts[-1].isdigit()):
        parts.pop()
    parts = parts[1:] if len(parts) > 1 and parts[0] in ("olist", "tbl", "dim", "fact", "stg", "raw") else parts
    name = normalised("".join(parts))
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us")) else name
