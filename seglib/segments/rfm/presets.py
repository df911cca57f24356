"""Presets: the names of RFM segments as data, rows of score ranges of which the first match wins."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.small_files import read_text, read_toml

__all__ = ["CUTS", "Preset", "list_presets", "load_preset"]

HERE = Path(__file__).parents[1] / "presets"
SCORES = ("r", "f", "m", "fm")
CUTS = ("recency_cuts", "frequency_cuts", "monetary_cuts")
CUT_RULES = ("quantile", "quantile_plus_one")
KEYS = ("title", "grid", "bins", "cut_rule", *CUTS, "source", "description")
BOUNDS = [f"{score}_{end}" for score in SCORES for end in ("min", "max")]


@dataclass(frozen=True, eq=False)
class Preset:
    """Names for score cells.

    ``rules`` has a row a range: ``segment`` and the bounds (``r_min``, ``r_max``, ``f_``, ``m_``, ``fm_``), ends
    included; the first row that matches gives the name. ``cuts`` holds fixed cut points by constructor name.
    """

    name: str
    title: str
    bins: int
    rules: pd.DataFrame
    cut_rule: str = "quantile"
    cuts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    source: str = ""
    description: str = ""

    @property
    def segments(self) -> list[str]:
        """Names in the order of the preset, best first."""
        return list(dict.fromkeys(self.rules["segment"]))

    @property
    def scores(self) -> tuple[str, ...]:
        """Which of r, f, m and fm (the mean of f and m) decide the name."""
        full = (self.rules[[f"{s}_max" for s in SCORES]] - self.rules[[f"{s}_min" for s in SCORES]].to_numpy()).min()
        return tuple(score for score in SCORES if full[f"{score}_max"] < self.bins - 1)

    def renamed(self, labels: Mapping[str, str]) -> Preset:
        """The same grid under a shop's own names; two names that become one are one segment."""
        return replace(self, rules=self.rules.assign(segment=self.rules["segment"].replace(dict(labels))))

    def cells(self, bins: int = 0) -> np.ndarray:
        """Position of the name of every (r, f, m) cell in ``segments``; -1 where no rule matches.

        Parameters
        ----------
        bins : int
            Scores a measure; another number than the preset's is folded onto its grid, ends on ends.

        Returns
        -------
        Array of int, shape (bins, bins, bins).
        """
        bins = bins or self.bins
        r, f, m = np.indices((bins, bins, bins)) + 1
        scores = {s: _fold(v, bins, self.bins) for s, v in zip(SCORES, (r, f, m, (f + m + 1) // 2), strict=True)}
        position = {name: i for i, name in enumerate(self.segments)}
        cells = np.full((bins, bins, bins), -1)
        for rule in reversed(self.rules.to_dict("records")):
            inside = [(rule[f"{s}_min"] <= v) & (v <= rule[f"{s}_max"]) for s, v in scores.items()]
            cells[np.logical_and.reduce(inside)] = position[rule["segment"]]
        return cells


def _fold(scores: np.ndarray, bins: int, onto: int) -> np.ndarray:
    return 1 + (2 * (scores - 1) * (onto - 1) + bins - 1) // (2 * (bins - 1))


def load_preset(preset: str | Path | Preset) -> Preset:
    """Preset by its name, or one of your own from a file.

    Parameters
    ----------
    preset : str or Path
        A name of :func:`list_presets`; a CSV (columns ``segment`` and bounds such as ``r_min``, ``r_max``, ``fm_min``,
        ``fm_max``, empty for any; scores run to the largest bound); or a TOML that names its CSV as ``grid``.

    Returns
    -------
    Preset

    Raises
    ------
    InputError
        Unknown name, or every fault of the file: unknown columns, bounds that are no scores, cells without a
        name, names that no cell reaches.

    Examples
    --------
    >>> preset = load_preset("eleven_segments")
    >>> preset.segments[0], preset.scores, preset.bins
    ('Champions', ('r', 'fm'), 5)
    """
    if isinstance(preset, Preset):
        return preset
    shipped = _index()
    if str(preset) in shipped:
        return _checked(str(preset), shipped[str(preset)], HERE)
    path = Path(preset)
    if path.suffix not in (".csv", ".toml") or not path.is_file():
        hint = did_you_mean(str(preset), shipped)
        raise InputError(f"preset {str(preset)!r}: neither a shipped preset nor a .csv or .toml file.{hint}")
    settings = {"grid": path.name} if path.suffix == ".csv" else read_toml(path, f"preset {path.name!r}")
    return _checked(str(preset), settings, path.parent)


def list_presets() -> pd.DataFrame:
    """Presets that come with the library.

    Returns
    -------
    DataFrame indexed by ``preset``: title, bins, scores (which decide the name), segments (how many), description.

    Examples
    --------
    >>> list_presets()["segments"].to_dict()
    {'eleven_segments': 11, 'rf_grid': 10, 'shop_quintiles': 10, 'terciles': 6, 'intervals': 11}
    """
    presets = [load_preset(name) for name in _index()]
    rows = [
        {
            "preset": preset.name,
            "title": preset.title,
            "bins": preset.bins,
            "scores": ", ".join(score.upper() for score in preset.scores),
            "segments": len(preset.segments),
            "description": preset.description,
        }
        for preset in presets
    ]
    return pd.DataFrame(rows).set_index("preset")


def _index() -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / "index.toml").read_text(encoding="utf-8"))


def _checked(name: str, settings: dict[str, Any], folder: Path) -> Preset:
    where = f"preset {name!r}"
    _refuse(where, [f"unknown key {key!r}.{did_you_mean(key, KEYS)}" for key in settings if key not in KEYS])
    grid = folder / str(settings.get("grid", ""))
    if not grid.is_file() or not grid.resolve().is_relative_to(folder.resolve()):
        raise InputError(f'{where}: no grid file {settings.get("grid")!r}. Name a CSV beside it: grid = "mine.csv".')
    table = _grid(grid, where)
    rules, bins = _rules(where, table, settings.get("bins", 0))
    cuts = {key: tuple(settings[key]) for key in CUTS if key in settings}
    texts = {key: str(settings.get(key, "")) for key in ("source", "description")}
    cut_rule = settings.get("cut_rule", "quantile")
    if cut_rule not in CUT_RULES:
        raise InputError(f"{where}: cut_rule {cut_rule!r} is unknown.{did_you_mean(cut_rule, CUT_RULES)}")
    preset = Preset(name, settings.get("title", Path(name).stem), bins, rules, cut_rule, cuts, **texts)
    _refuse(where, [*_without_name(preset), *_without_cell(preset)])
    return preset


def _grid(file: Path, where: str) -> pd.DataFrame:
    try:
        return pd.read_csv(io.StringIO(read_text(file, where)), skipinitialspace=True)
    except ValueError as error:  # of pandas: no columns, ragged rows; ours are InputErrors
        raise (
            error if isinstance(error, InputError) else InputError(f"{where}: {file.name} is no CSV ({error}).")
        ) from None


def _refuse(where: str, faults: list[str]) -> None:
    if faults:
        raise InputError([f"{where}: {fault}" for fault in faults])


def _rules(where: str, table: pd.DataFrame, bins: int) -> tuple[pd.DataFrame, int]:
    known = ["segment", *BOUNDS]
    faults = [f"unknown column {c!r}.{did_you_mean(c, known)}" for c in table.columns if c not in known]
    if "segment" not in table or not set(BOUNDS) & set(table.columns) or table.empty:
        faults.append(
            f"needs rows with a column 'segment' and bounds such as r_min, r_max. Found {list(table.columns)}."
        )
    _refuse(where, faults)
    given = table.reindex(columns=BOUNDS).apply(pd.to_numeric, errors="coerce")
    unread = given.isna() & table.reindex(columns=BOUNDS).notna()
    bins = bins or int(np.nan_to_num(given.max().max()))
    low, high = given.iloc[:, ::2].fillna(1), given.iloc[:, 1::2].fillna(bins)
    wrong = unread.any(axis=1) | (given % 1 > 0).any(axis=1) | (given < 1).any(axis=1) | (given > bins).any(axis=1)
    wrong |= (low.to_numpy() > high.to_numpy()).any(axis=1) | table["segment"].isna()
    faults = [f"line {i + 2} is no named range of scores 1 to {bins}." for i in np.flatnonzero(wrong)]
    _refuse(where, faults or ([] if bins >= 2 else [f"needs at least two scores, found bins = {bins}."]))
    names = table["segment"].astype(str).str.strip()
    return pd.concat([names, low.join(high)[BOUNDS].astype("int64")], axis=1), bins


def _without_name(preset: Preset) -> list[str]:
    r, f, m = np.nonzero(preset.cells() < 0)
    scores = {"r": r + 1, "f": f + 1, "m": m + 1, "fm": (f + m + 3) // 2}
    used = [score for score in SCORES if score in preset.scores]
    cells = sorted({" ".join(f"{s.upper()}{scores[s][i]}" for s in used) for i in range(len(r))})
    return [f"score cells without a name: {', '.join(cells)}. Add rows that cover them."] if cells else []


def _without_cell(preset: Preset) -> list[str]:
    reached = set(preset.cells().ravel())
    never = [name for i, name in enumerate(preset.segments) if i not in reached]
    return [f"no cell reaches {never}: earlier rows take all of theirs. Move them up."] if never else []
