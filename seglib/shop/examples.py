"""From what a user names to the settings of a shop: an example, a shop.toml, a folder, a file of orders."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from seglib.errors import InputError, did_you_mean
from seglib.intake.doubts import check_settled
from seglib.intake.files.addresses import source_name, told_source
from seglib.shop.named_tables import TableSource
from seglib.shop.settings import ShopSettings, read_settings

__all__ = ["examples", "find_settings"]

HERE = Path(__file__).parents[1]


def examples() -> dict[str, Path]:
    """Name -> settings file of each shop that comes with the project."""
    root = HERE / "data" if (HERE / "data").is_dir() else HERE.parent / "data"
    found = {"demo": root / "demo" / "shop.toml"}
    found |= {path.parent.name: path for path in sorted((root / "examples").glob("*/shop.toml"))}
    return {name: path for name, path in found.items() if path.is_file()}


def find_settings(source: str | Path, layout: str = "", settle: Iterable[str] = ()) -> ShopSettings:
    """Settings of a shop by the name of an example, its ``shop.toml`` or folder, or from its orders alone.

    Parameters
    ----------
    source : str or Path
        What the user names; orders may be a file, a folder, a pattern or the address of a table in a database.
    layout : str
        Format of the orders, by name or as a YAML file.
    settle : iterable of str
        Doubts of which the user says that the reading is right, beside those of ``shop.toml``.

    Returns
    -------
    ShopSettings

    Raises
    ------
    InputError
        There is no such thing, or the settings have faults.

    Examples
    --------
    >>> find_settings("demo").name
    'Harbour & Pine'
    """
    if faults := check_settled(settle, "--settle"):
        raise InputError(faults)
    settings = _found(source, layout)
    return replace(settings, doubts={"settled": [*settings.settled, *settle]}) if settle else settings


def _found(source: str | Path, layout: str) -> ShopSettings:
    known = examples()
    if "://" in str(source):
        return _of_orders(str(source), layout)
    path = known.get(str(source)) or Path(source)
    if not os.path.exists(path) and os.path.exists(HERE.parent / path):  # JupyterLab runs notebooks in notebooks/
        path = HERE.parent / path
    path = path / "shop.toml" if os.path.isfile(path / "shop.toml") else path
    if path.suffix == ".toml":
        if layout:
            raise InputError("--format goes with an order file; in a shop.toml say it under [tables.lines].")
        return read_settings(path)
    if not os.path.exists(path) and not glob.glob(str(path)):
        names = [*known, *(p.name for p in Path.cwd().glob("*.*"))]
        wanted, ours = told_source(source), did_you_mean("", known, word="Examples")
        near = did_you_mean(wanted, names, otherwise=ours)
        raise InputError(f"{wanted}: no such file, folder or example.{near}")
    return _of_orders(path, layout)


def _of_orders(path: Path | str, layout: str) -> ShopSettings:
    name = source_name(path) or "orders"
    return ShopSettings(name=name, tables={"lines": (TableSource(path, layout, name=name),)})
