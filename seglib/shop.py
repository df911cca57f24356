"""A shop in hand: its settings, lines and customers, each computed once and when first asked for."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib import words
from seglib.cleaning import ANALYSED, Cleaned, clean_lines, column_quality
from seglib.customers import build_customers, shares_of_spend
from seglib.settings import ShopSettings, TableSource, parse_date, read_settings
from seglib.sources import Source, connect, read_table
from seglib.tables import InputError, did_you_mean

__all__ = ["Shop", "examples", "finish", "open_shop"]

HERE = Path(__file__).parent


def examples() -> dict[str, Path]:
    """Name -> settings file of each shop that comes with the project."""
    root = HERE / "data" if (HERE / "data").is_dir() else HERE.parent / "data"
    found = {"demo": root / "demo" / "shop.toml"}
    found |= {path.parent.name: path for path in sorted((root / "examples").glob("*/shop.toml"))}
    return {name: path for name, path in found.items() if path.is_file()}


def open_shop(
    source: str | Path = "demo",
    *,
    as_of: str | dt.date = "",
    window_days: int = 0,
    format: str = "",  # noqa: A002 - the word users know from the command line
    run: str | Path = "",
) -> Shop:
    """A shop from its order file, its ``shop.toml``, or the name of an example.

    Parameters
    ----------
    source : str or Path
        A CSV, Parquet or Excel file of order lines; a ``shop.toml`` or its folder; ``"demo"`` or another example.
    as_of : str or date
        Last day analysed, YYYY-MM-DD; the shop's setting, else the day after the last order, when empty.
    window_days : int
        Days analysed up to the as-of date; the shop's setting, else the whole history, when 0.
    format : str
        Format of an order file, by name or as a YAML file; guessed from its column names when empty.
    run : str or Path
        Folder of a run that has saved this shop (:meth:`Shop.save`): read back rather than computed again.

    Returns
    -------
    Shop

    Raises
    ------
    InputError
        Anything about the input that cannot be used, all faults found together.

    Examples
    --------
    >>> shop = open_shop("demo")
    >>> shop.name, shop.customers.index.name
    ('Harbour & Pine', 'customer_id')
    """
    faults: list[str] = []
    settings = _tried(faults, _settings, source, format)
    day = _tried(faults, parse_date, as_of)
    if window_days < 0:
        faults.append(f"window_days is {window_days}; expected a number of days, or 0 for the shop's setting.")
    if faults:
        raise InputError(faults)
    days = window_days or settings.window_days
    return Shop(settings, as_of=day or settings.as_of, window_days=days, run=Path(run) if run else None)


def _tried(faults: list[str], step: Callable[..., Any], *given: Any) -> Any:
    """What a step returns; its faults are added to ``faults``, so that all are told together."""
    try:
        return step(*given)
    except InputError as error:
        faults += error.faults
        return None


def _settings(source: str | Path, layout: str) -> ShopSettings:
    known = examples()
    path = known.get(str(source)) or Path(source)
    if not path.exists() and (HERE.parent / path).exists():  # JupyterLab runs notebooks in notebooks/
        path = HERE.parent / path
    path = path / "shop.toml" if path.is_dir() else path
    if path.suffix == ".toml":
        if layout:
            raise InputError("--format goes with an order file; in a shop.toml say it under [tables.lines].")
        return read_settings(path)
    if not path.exists():
        names = [*known, *(p.name for p in Path.cwd().glob("*.*"))]
        raise InputError(f"{source}: no such file, folder or example.{did_you_mean(str(source), names)}")
    return ShopSettings(name=path.name.split(".")[0], tables={"lines": TableSource(path, layout)})


class Shop:
    """What :func:`open_shop` returns; attributes are computed when first used.

    Attributes
    ----------
    name, currency : str
    settings : ShopSettings
    as_of : date
    window_days : int or None
        None: the whole history.
    lines, window_lines : ibis Table
        Clean lines up to the as-of date; those of the window.
    customers : DataFrame
        One row a customer (:func:`seglib.build_customers`).
    ledger, quality : DataFrame
        What cleaning did; how complete each column is.
    inputs : list of dict
        name, table, rows, bytes and sha256 of each file.
    """

    def __init__(
        self, settings: ShopSettings, *, as_of: dt.date | None, window_days: int | None, run: Path | None
    ) -> None:
        self.settings = settings
        self.name = settings.name
        self.run = run
        self._asked = (as_of, window_days)
        self._kept: dict[str, pd.Series] = {}

    def __repr__(self) -> str:
        return f"<Shop {self.name!r}: {self.basis}>"

    @cached_property
    def _engine(self) -> ibis.BaseBackend:
        return connect()

    @cached_property
    def _saved(self) -> dict[str, Any]:
        """What the run has written down of this shop; empty when working alone."""
        note = self.run / "work" / "shop.json" if self.run else None
        return json.loads(note.read_text(encoding="utf-8")) if note and note.is_file() else {}

    @cached_property
    def _work(self) -> Path:
        """Folder for the typed lines; goes with the shop."""
        folder = Path(tempfile.mkdtemp(prefix="seglib-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @cached_property
    def _sources(self) -> dict[str, Source]:
        found, faults = {}, []
        for table, told in self.settings.tables.items():
            try:
                found[table] = read_table(
                    told.path,
                    table,
                    format=told.format,
                    date_format=told.date_format,
                    columns=told.columns,
                    duplicates=self.settings.cleaning.get("duplicates", "auto"),
                    engine=self._engine,
                )
            except InputError as error:
                faults += error.faults
        if faults:
            raise InputError(faults)
        return found

    @cached_property
    def _typed(self) -> ir.Table:
        """Canonical lines of every row of the file, written to Parquet once: read many times, small in memory."""
        lines = self._sources["lines"].table
        if "products" in self._sources:
            lines = _with_products(lines, self._sources["products"].table)
        file = self._work / "typed.parquet"
        lines.to_parquet(file)
        return self._engine.read_parquet(file)

    @cached_property
    def _cleaned(self) -> Cleaned:
        lines = self._typed
        as_of, window_days = self._asked
        cancelled = self.settings.cleaning.get("cancelled") or self._sources["lines"].format.cancelled
        try:
            return clean_lines(
                lines,
                as_of=as_of,
                window_days=window_days,
                zero_price=self.settings.cleaning.get("zero_price", "drop"),
                cancelled=cancelled,
            )
        except ValueError:
            raise InputError(self._nothing_left()) from None

    def _nothing_left(self) -> str:
        facts = self._sources["lines"].facts
        return (
            f"{facts['name']}: none of its {facts['rows']:,} rows is an order with a customer, a date and an amount "
            "above zero that was not cancelled and lies in the window. Check the columns (customer_id, ordered_at, "
            "amount, is_return, status), the as-of date and the window."
        )

    @cached_property
    def _marked(self) -> ir.Table:
        if self._saved and self.run:
            return self._engine.read_parquet(self.run / "work" / "lines.parquet")
        return self._cleaned.marked

    @property
    def lines(self) -> ir.Table:  # noqa: D102 - see the class
        return Cleaned(self._marked, self.ledger, self.as_of, self.window_days).lines

    @property
    def window_lines(self) -> ir.Table:  # noqa: D102
        return self._marked.filter(self._marked.step == ANALYSED).drop("step")

    @cached_property
    def currency(self) -> str:  # noqa: D102
        if self.settings.currency or self._saved:
            return self.settings.currency or str(self._saved["currency"])
        return _one_currency(self._typed) if "currency" in self._typed.columns else ""

    @property
    def as_of(self) -> dt.date:  # noqa: D102
        return dt.date.fromisoformat(self._saved["as_of"]) if self._saved else self._cleaned.as_of

    @property
    def window_days(self) -> int | None:  # noqa: D102
        return self._saved["window_days"] if self._saved else self._asked[1]

    @property
    def inputs(self) -> list[dict[str, Any]]:  # noqa: D102
        return self._saved["inputs"] if self._saved else [dict(source.facts) for source in self._sources.values()]

    @cached_property
    def ledger(self) -> pd.DataFrame:  # noqa: D102
        return pd.read_csv(self.run / "tables" / "ledger.csv") if self._saved and self.run else self._cleaned.ledger

    @cached_property
    def quality(self) -> pd.DataFrame:  # noqa: D102
        if self._saved and self.run:
            return pd.read_csv(self.run / "tables" / "quality.csv", dtype={"example": "str"})
        return column_quality(self._typed)

    @cached_property
    def customers(self) -> pd.DataFrame:  # noqa: D102
        if self._saved and self.run:
            return pd.read_parquet(self.run / "tables" / "customers.parquet").set_index("customer_id")
        table = build_customers(self.lines, as_of=self.as_of, window_days=self.window_days, contacts=self._contacts())
        if table.empty:
            raise InputError(self._nothing_left())
        return table

    def _contacts(self) -> pd.DataFrame | None:
        if "contacts" not in self._sources:
            return None
        contacts = self._sources["contacts"].table.to_pyarrow().to_pandas().dropna(subset="customer_id")
        contacts = contacts.drop_duplicates("customer_id").set_index("customer_id").sort_index()
        told = [name for name, kind in contacts.dtypes.items() if kind in (object, bool)]
        yes_no = [name for name in told if contacts[name].dropna().isin([True, False]).all()]
        return contacts.astype(dict.fromkeys(yes_no, "boolean"))

    @property
    def basis(self) -> str:
        """Sample size, period and as-of date in one line, for captions."""
        period = f"the {self.window_days:,} days to it" if self.window_days else "the whole history"
        customers, orders = len(self.customers), int(self.customers.frequency.sum())
        return (
            f"{words.plural(customers, 'customer')}, {words.plural(orders, 'order')}; "
            f"as of {words.date(self.as_of)}, {period}."
        )

    def shares_of_spend(self, column: str, *, top: int = 12) -> pd.DataFrame:
        """What share of each customer's spending went to each value of ``column`` (:func:`seglib.shares_of_spend`)."""
        return shares_of_spend(self.window_lines, column, top=top)

    def save(self, folder: str | Path) -> None:
        """Write what the notebooks of a run share: ``tables/`` to keep, ``work/`` for the run only."""
        folder = Path(folder)
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        (folder / "work").mkdir(exist_ok=True)
        note = {"as_of": self.as_of.isoformat(), "window_days": self.window_days, "inputs": self.inputs}
        note["currency"] = self.currency
        self.customers.reset_index().to_parquet(folder / "tables" / "customers.parquet", index=False)
        self.ledger.to_csv(folder / "tables" / "ledger.csv", index=False)
        self.quality.to_csv(folder / "tables" / "quality.csv", index=False)
        self._marked.to_parquet(folder / "work" / "lines.parquet")
        (folder / "work" / "shop.json").write_text(json.dumps(note), encoding="utf-8")

    def keep(self, name: str, table: pd.DataFrame) -> None:
        """Keep a table of the run as ``tables/<name>.csv``; nothing when working alone."""
        if self.run:
            table.to_csv(self.run / "tables" / f"{name}.csv", index=table.index.name is not None)

    def keep_columns(self, columns: pd.DataFrame) -> None:
        """Keep per-customer columns (scores, names) for later notebooks and the run's customers.parquet."""
        self._kept |= {str(name): columns[name] for name in columns}
        if self.run:
            folder = self.run / "work" / "columns"
            folder.mkdir(exist_ok=True)
            for name in columns:
                columns[[name]].to_parquet(folder / f"{name}.parquet")

    def segmentation(self, name: str) -> pd.Series:
        """A segmentation: a column kept in this run, a column of the customers, or one computed by default.

        Raises
        ------
        InputError
            No such column.
        """
        if name in self._kept:
            return self._kept[name]
        kept = self.run / "work" / "columns" / f"{name}.parquet" if self.run else None
        if kept and kept.is_file():
            return pd.read_parquet(kept)[name]
        if name in self.customers:
            return self.customers[name]
        if name not in DEFAULTS:
            known = [*DEFAULTS, *self.customers.columns]
            raise InputError(f"segmentation {name!r}: no such column of the customers.{did_you_mean(name, known)}")
        self._kept[name] = DEFAULTS[name](self)
        return self._kept[name]


def _default_rfm(shop: Shop) -> pd.Series:
    from seglib.rfm import scorer_from

    scorer = scorer_from(shop.settings.rfm, window_days=shop.window_days, labels=shop.settings.labels)
    return scorer.fit_transform(shop.customers)["rfm_segment"]


def _default_personas(shop: Shop) -> pd.Series:
    from seglib.personas import find_personas, persona_options

    options = persona_options(shop.settings.personas)
    return find_personas(shop.customers, options, labels=shop.settings.labels).persona


DEFAULTS = {"rfm_segment": _default_rfm, "persona": _default_personas}


def _with_products(lines: ir.Table, products: ir.Table) -> ir.Table:
    """Category and name from the products, where the lines lack them."""
    wanted = [name for name in ("product_name", "category") if name in products.columns and name not in lines.columns]
    if not wanted or "product_id" not in lines.columns:
        return lines
    one_each = (
        products.filter(products.product_id.notnull())
        .group_by("product_id")
        .agg(**{name: products[name].min() for name in wanted})
    )
    return lines.left_join(one_each, "product_id").drop("product_id_right")


def _one_currency(lines: ir.Table) -> str:
    found = sorted(lines.select("currency").distinct().currency.to_pyarrow().drop_null().to_pylist())
    if len(found) > 1:
        raise InputError(
            f"lines: {len(found)} currencies ({', '.join(found[:5])}), whose amounts cannot be added. "
            "Give a file for each."
        )
    return found[0].upper() if found else ""


def finish(run: str | Path) -> Mapping[str, Path]:
    """Close a run's tables: kept columns join customers.parquet, working files go.

    Returns
    -------
    Mapping of table name to its file.
    """
    tables, work = Path(run) / "tables", Path(run) / "work"
    file = tables / "customers.parquet"
    customers = pd.read_parquet(file).set_index("customer_id")
    for kept in sorted((work / "columns").glob("*.parquet")):
        customers[kept.stem] = pd.read_parquet(kept)[kept.stem].reindex(customers.index)
    customers.reset_index().to_parquet(file, index=False)
    shutil.rmtree(work, ignore_errors=True)
    return {path.stem: path for path in sorted(tables.iterdir())}
