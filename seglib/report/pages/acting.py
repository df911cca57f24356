"""Which division of the customers to act on, where several stand side by side, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from seglib.report.pages.digest import read_csv
from seglib.report.run.kept import SCHEMES
from seglib.show.findings import acting as findings

__all__ = ["Acting", "scheme_to_act_on"]

COMPARED = {"RFM": "rfm_segment", "Segmentation by rule": "rule_segment"}  # schemes of page 05 that a run keeps
NUMBERS = ("explained", "ahead", "ahead_low")
COLUMNS = {"scheme", "kind", "rival", *NUMBERS}


@dataclass(frozen=True)
class Acting:
    """The scheme, a column of the customers (empty where no page names segments), and why in a sentence."""

    scheme: str
    why: str


def scheme_to_act_on(tables: Path) -> Acting:
    """The scheme that surely tells more of what customers do next than plain bands do; else the best known one.

    Parameters
    ----------
    tables : Path
        Folder of the run's tables: ``schemes.csv`` compares schemes with the best plain bands (``ahead``, with its 95%
        interval), on the shop's own past.

    Returns
    -------
    Acting

    Examples
    --------
    >>> scheme_to_act_on(Path("no/such/folder"))
    Acting(scheme='', why='')
    """
    kept = {scheme: (read_csv(tables / file), column) for scheme, (file, column, _page) in SCHEMES.items()}
    there = [scheme for scheme, (table, column) in kept.items() if len(table) and column in table]
    if not there:
        return Acting("", "")
    compared = _compared(tables / "schemes.csv")
    judged = compared[compared["kind"].eq("scheme")]
    judged = judged.assign(column=judged["scheme"].map(COMPARED)).set_index("column", drop=False)
    judged = judged.loc[[scheme for scheme in there if scheme in judged.index]]  # best known first, also in a tie
    if judged.empty:
        return Acting(there[0], findings.not_compared(there[0], there[1:]))
    ahead = judged[judged["ahead_low"] > 0].sort_values("ahead", ascending=False, kind="stable")
    if ahead.empty:
        first = str(judged.index[0])
        return Acting(first, findings.none_ahead(first))
    top = ahead.iloc[0]
    return Acting(str(top["column"]), findings.ahead(str(top["column"]), top, _share(compared, top["rival"])))


def _compared(file: Path) -> pd.DataFrame:
    """The comparison of schemes, those that were judged; empty where a notebook of one's own kept something else."""
    table = read_csv(file)
    if not set(table) >= COLUMNS:
        return pd.DataFrame(columns=sorted(COLUMNS))
    numbers = {name: pd.to_numeric(table[name], errors="coerce") for name in NUMBERS}
    table = table.assign(**numbers)
    return table[np.isfinite(table[list(NUMBERS)]).all(axis=1)].drop_duplicates("scheme")


def _share(compared: pd.DataFrame, name: object) -> float:
    """What plain bands explain; NaN where the table does not tell it."""
    found = compared.loc[compared["scheme"].eq(name), "explained"]
    return float(found.iloc[0]) if len(found) else float("nan")
