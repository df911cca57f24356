"""Doubts of readings: how many files with a fault are read wrong in silence, how many clean shops are doubted.

``python benchmarks/doubts.py --each 200 --clean 1000`` makes files of each kind of ``_faults.py`` and clean shops of
random traits (``_shops.py``), opens each and holds orders, customers and money against what is right. A fault is caught
where the reading is right, or doubted (stop, ask), or refused. The command ends with 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from _faults import FAULTS
from _shops import File, make_shop

CAUGHT, FALSE_STOP, FALSE_ASK = 0.99, 0.01, 0.03
CLEAN = "clean"
NEAR = 0.001  # of the money, for what rounding does


def outcome(file: File, folder: Path) -> dict[str, Any]:
    """How a file is read: whether right, refused, and what is doubted."""
    from seglib.errors import InputError
    from seglib.intake.doubts import measured_in, other_units
    from seglib.intake.sources import read_table

    path = folder / "orders.csv"
    path.write_text(file.text(), encoding="utf-8")
    try:
        source = read_table(path)
    except InputError as error:
        return {"right": False, "refused": error.faults[0], "doubts": []}
    doubts = sorted({(one["name"], one["level"]) for one in source.facts["doubts"]}
                    | {(one.name, one.level) for one in other_units(measured_in(source.table), "")})  # fmt: skip
    if any(level == "stop" for _, level in doubts):
        return {"right": False, "refused": "", "doubts": doubts}
    if "currency" in source.table.columns and source.table.currency.nunique().to_pyarrow().as_py() > 1:
        return {"right": False, "refused": "several currencies, as a shop says of them", "doubts": doubts}
    found = _found(source.table)
    orders, people, money = file.right()
    right = found[:2] == (orders, people) and abs(found[2] - money) <= max(0.02, NEAR * abs(money))
    return {"right": right, "refused": "", "doubts": doubts, "found": found, "is": (orders, people, money)}


def _found(lines: ir.Table) -> tuple[int, int, float]:
    """Orders, customers and money as the cleaning leaves them, without its ledger, which takes longer than the rest."""
    from seglib.intake.joining.identities import ERASED, GUESTS

    kept = lines.filter(lines.state.isin(("sale", "refund")), lines.customer_id.notnull(), lines.amount != 0)
    kept = kept.filter(kept["copy"] == 0) if "copy" in lines.columns else kept
    who = kept.customer_id.lower()
    kept = kept.filter(~who.isin(GUESTS), ~who.re_search(ERASED))
    sold = kept.filter(~kept.is_return)
    told = kept.filter(kept.customer_id.isin(sold.customer_id))
    asked = told.aggregate(orders=told.order_id.nunique(where=~told.is_return), people=told.customer_id.nunique(),
                           money=told.amount.sum())  # fmt: skip
    row = asked.to_pyarrow().to_pylist()[0]
    return row["orders"], row["people"], float(row["money"] or 0)


def caught(told: dict[str, Any]) -> bool:
    """Whether a file is not read wrong in silence."""
    return bool(told["right"] or told["refused"] or any(level in ("stop", "ask") for _, level in told["doubts"]))


def tried(job: tuple[str, int]) -> dict[str, Any]:
    """One file of a kind, by its seed."""
    kind, seed = job
    rng = np.random.default_rng([seed, *kind.encode()])
    file = make_shop(rng) if kind == CLEAN else FAULTS[kind](rng)
    with tempfile.TemporaryDirectory() as folder:
        return {"kind": kind, "seed": seed, **outcome(file, Path(folder))}


def measured(each: int, clean: int, kinds: list[str], cores: int = 2) -> pd.DataFrame:
    """What became of each file."""
    jobs = [(kind, seed) for kind in kinds for seed in range(each)] + [(CLEAN, seed) for seed in range(clean)]
    with multiprocessing.get_context("spawn").Pool(cores, maxtasksperchild=200) as pool:
        return pd.DataFrame(pool.imap_unordered(tried, jobs, chunksize=5)).sort_values(["kind", "seed"])


def of_faults(told: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of fault: files, shares caught, right, refused, and the doubts met."""
    rows = {}
    for kind, some in told[told["kind"] != CLEAN].groupby("kind"):
        met = Counter(f"{name} {level}" for doubts in some["doubts"] for name, level in doubts)
        seen = ", ".join(f"{name} {n / len(some):.0%}" for name, n in met.most_common(3))
        caught_of = some.apply(lambda one: caught(one.to_dict()), axis=1).mean()
        rows[kind] = {"files": len(some), "caught": caught_of, "right": some["right"].mean(),
                      "refused": (some["refused"] != "").mean(), "doubts": seen}  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def of_clean(told: pd.DataFrame) -> dict[str, float]:
    """Shares of clean shops that are stopped (or refused), asked about, or read wrong in silence; and by doubt."""
    some = told[told["kind"] == CLEAN]
    if some.empty:
        return {}
    levels = [{level for _, level in doubts} for doubts in some["doubts"]]
    stop = np.array(["stop" in found for found in levels]) | (some["refused"] != "").to_numpy()
    ask = np.array(["ask" in found for found in levels])
    wrong = ~np.array([caught(one) for one in some.to_dict("records")])
    shares = {"stopped": stop.mean(), "asked": ask.mean(), "wrong": wrong.mean()}
    by = Counter(f"{name} {level}" for doubts in some["doubts"] for name, level in doubts)
    return shares | {name: n / len(some) for name, n in by.items()}


def broken(faults: pd.DataFrame, clean: dict[str, float]) -> list[str]:
    """Limits that are not kept."""
    found = [f"{kind}: {row.caught:.1%} caught" for kind, row in faults.iterrows() if row.caught < CAUGHT]
    if clean:
        found += [f"clean: {clean['stopped']:.1%} stopped"] if clean["stopped"] >= FALSE_STOP else []
        found += [f"clean: {clean['asked']:.1%} asked"] if clean["asked"] >= FALSE_ASK else []
        found += [f"clean: {clean['wrong']:.1%} read wrong in silence"] if clean["wrong"] >= FALSE_STOP else []
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=200, help="files of each kind of fault")
    parser.add_argument("--clean", type=int, default=1000, help="clean shops")
    parser.add_argument("--only", nargs="*", default=list(FAULTS), help="kinds of fault")
    parser.add_argument("--show", action="store_true", help="print each file that is missed or falsely doubted")
    asked = parser.parse_args()
    started = time.perf_counter()
    told = measured(asked.each, asked.clean, asked.only)
    faults, clean = of_faults(told), of_clean(told)
    print(faults.to_string(float_format="{:.1%}".format))
    print("\n".join(f"clean: {name} {share:.2%}" for name, share in clean.items()))
    if asked.show:
        odd = [one for one in told.to_dict("records") if not caught(one) or (one["kind"] == CLEAN and one["doubts"])]
        print(*odd, sep="\n")
    limits = broken(faults, clean)
    print(f"{len(told):,} files, {time.perf_counter() - started:,.0f} s", *limits, sep="\n")
    return int(bool(limits))


if __name__ == "__main__":
    sys.exit(main())
