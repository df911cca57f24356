"""Order lines from one CSV: seglib's reader beside DuckDB's own and pandas, each in a process of its own.

``python benchmarks/read_csv.py --lines 10_000_000`` writes the lines of ``engine.py`` as CSV, has every contender
read every cell as text, holds what seglib read against DuckDB cell by cell, and prints seconds and peak memory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
from _measure import peak_mb
from engine import RESULTS, make_lines

from seglib.intake.files import read_raw
from seglib.intake.sources import connect

MEMORY_MB = 4096  # more than this fails
CELLS = "SELECT count(*), bit_xor(hash(cells)), count(DISTINCT order_id) FROM {} AS cells"


def make_csv(lines: int) -> Path:
    path = RESULTS / f"lines_{lines}.csv"
    if not path.exists():
        duckdb.sql(f"COPY (FROM '{make_lines(lines)}') TO '{path}' (FORMAT csv, HEADER)")
    return path


def seglib(path: Path) -> int:
    """Checked, hashed, counted and kept as a table of text that later steps scan again and again."""
    return read_raw(path, connect()).facts["rows"]


def duckdb_table(path: Path) -> int:
    """DuckDB's own guesses, into a table of text with the memory limit that seglib gives itself."""
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(RESULTS)}) as link:
        link.execute("PRAGMA disable_progress_bar")
        link.execute(f"CREATE TABLE lines AS FROM read_csv('{path}', all_varchar=true)")
        return link.execute("SELECT count(*) FROM lines").fetchone()[0]


def duckdb_parquet(path: Path) -> int:
    """The same into a Parquet file, which is where seglib keeps it too."""
    target = path.with_suffix(".tmp.parquet")
    with duckdb.connect() as link:
        copy = f"COPY (FROM read_csv('{path}', all_varchar=true)) TO '{target}' (FORMAT parquet)"
        rows = link.execute("PRAGMA disable_progress_bar").execute(copy).fetchone()[0]
    target.unlink()
    return rows


def pandas(path: Path) -> int:
    """pandas' C reader, every column text."""
    return len(pd.read_csv(path, dtype=str, keep_default_na=False))


def pandas_pyarrow(path: Path) -> int:
    """The same through Arrow, which uses every core."""
    return len(pd.read_csv(path, engine="pyarrow", dtype_backend="pyarrow"))


CONTENDERS = {
    "seglib": seglib,
    "duckdb to a table": duckdb_table,
    "duckdb to parquet": duckdb_parquet,
    "pandas": pandas,
    "pandas with pyarrow": pandas_pyarrow,
}


def prove_equal(path: Path) -> None:
    """What seglib read is, cell by cell, what DuckDB reads."""
    engine = connect()
    raw = read_raw(path, engine)
    told = engine.raw_sql(CELLS.format(raw.table.get_name())).fetchone()
    assert told == engine.raw_sql(CELLS.format(f"read_csv('{path}', all_varchar=true)")).fetchone(), told


def measure(name: str, lines: int, rounds: int) -> dict[str, float]:
    alone = [sys.executable, __file__, "--lines", str(lines), "--only", name]
    done = [subprocess.run(alone, check=True, capture_output=True, text=True) for _ in range(rounds)]
    return pd.DataFrame([json.loads(one.stdout.splitlines()[-1]) for one in done]).median().round(1).to_dict()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000_000, help="order lines to make and read")
    parser.add_argument("--rounds", type=int, default=3, help="times that each contender reads")
    parser.add_argument("--only", help="run one contender once and print seconds and peak memory")
    asked = parser.parse_args()
    path = make_csv(asked.lines)
    if asked.only:
        started, busy = time.perf_counter(), time.process_time()
        told = {"rows": CONTENDERS[asked.only](path), "seconds": time.perf_counter() - started}
        print(json.dumps(told | {"cpu_seconds": time.process_time() - busy, "peak_mb": peak_mb()}))
        return 0
    prove_equal(path)
    table = pd.DataFrame({name: measure(name, asked.lines, asked.rounds) for name in CONTENDERS}).T
    for kind, ratio in (("seconds", "against_duckdb"), ("cpu_seconds", "cpu_ratio")):
        table[ratio] = (table[kind] / table.loc["duckdb to parquet", kind]).round(2)
    print(f"{asked.lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB, equal cells\n\n{table.to_string()}")
    path.unlink()
    table.to_json(RESULTS / "read_csv.json", orient="index", indent=1)
    assert table["rows"].nunique() == 1, "not all read every row"
    return int(table.loc["seglib", "peak_mb"] > MEMORY_MB)


if __name__ == "__main__":
    raise SystemExit(main())
