"""A run whose pages are written, as the makers of other files see it, and what they hand back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seglib.report.run.running import Outcome

__all__ = ["Finished", "Handed"]


@dataclass(frozen=True)
class Finished:
    """A run in its folder, which has not taken its final name yet.

    ``record`` is what ``run.json`` will hold, ``facts`` what the first page shows; ``contacts`` says whether what is
    told of each contact may leave the tables; ``pictures`` are the figures as PNG, by the ``picture`` of their block,
    where a kind of files asked for needs them (:data:`seglib.language.naming.PICTURED`).
    """

    folder: Path
    record: Mapping[str, Any]
    outcomes: Sequence[Outcome]
    facts: Mapping[str, Any]
    contacts: bool = False
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def tables(self) -> Path:
        """Folder of the tables."""
        return self.folder / "tables"


@dataclass(frozen=True)
class Handed:
    """A file, or a folder of them, within the run's folder; what it is, in English."""

    path: str
    meaning: str
