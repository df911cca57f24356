"""Earlier runs, damaged or hostile: each is compared with, or refused in words, never a traceback or a read elsewhere.

``python tests/report/fuzz_earlier_runs.py --inputs 20000`` makes the folder of a run, damages its ``run.json`` or a
table (input n is the same on every run), and does what a report does with it before and after its notebooks run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.append(str(Path(__file__).parents[1]))
from fuzzing import beside, count, options, report

from seglib.errors import InputError
from seglib.report.pages.digest import compare_runs
from seglib.report.pages.overview import digest_facts, key_numbers
from seglib.report.run.folder import check_folder
from seglib.report.run.kept import Kept, read_kept
from seglib.report.run.recorded import read_run
from seglib.report.run.since import find_earlier

CANARY = "canary-3141592653"
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    1.5,
    -1e300,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "x" * 5_000,
    "\ud800",
]
VALUES += ["\x00", "\x1b[2J", "../../canary", "/etc/passwd", "2024-13-01", "9999-12-31", "0001-01-01T00:00:00+00:00"]
VALUES += [[], {}, [[]], {"a": {}}, ["../x"], [1], "ok", "running", "<script>", "{0}", "%s", "2024-01-01", CANARY]
TOKENS = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"NaN",
    b"1e999",
    b"-",
]
TOKENS += [
    b"9" * 400,
    b"[" * 2_000,
    b'{"a":' * 2_000,
    b"PAR1",
    b"\x1b",
    b"NA",
    b"Champions",
    b"=1+1",
    b"\xe2\x80\xae",
    b"\x15",
]
TABLES = ("customers.parquet", "customers.parquet", "rfm_segments.csv", "personas.csv", "segments.csv", "quality.csv")
COUNTS = {"customers": 3, "orders": 6, "revenue": 60.0, "average_order_value": 10.0, "one_time_share": 0.5,
          "rows_read": 10, "rows_analysed": 10}  # fmt: skip


def record() -> dict[str, Any]:
    notebooks = {"02_rfm": {"status": "ok", "page": "02_rfm.html", "parameters": {"bins": 5, "preset": "rf_grid"}}}
    told = {"schema": 1, "status": "ok", "shop": "Tea", "currency": "EUR", "as_of": "2024-01-01", "window_days": 30}
    told |= {"counts": dict(COUNTS), "versions": {"seglib": "0.1.0"}, "seconds": {"customers": 1.5}, "key": "k"}
    told |= {"origin": ["0123456789abcdef"], "finished_at": "2024-01-02T06:00:00+00:00", "notebooks": notebooks}
    return told | {"tables": list(dict.fromkeys(TABLES)), "files": [f"tables/{name}" for name in dict.fromkeys(TABLES)]}


def make(folder: Path) -> None:
    """A run that is in order."""
    (folder / "tables").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(record()))
    customers = pd.DataFrame({"customer_id": list("ABC"), "monetary_value": [40.0, 15.0, 5.0]})
    customers = customers.assign(rfm_segment=["Champions", "At Risk", None], rule_segment=["One", "Two", "Two"])
    customers.to_parquet(folder / "tables" / "customers.parquet", index=False)
    sizes = pd.DataFrame({"segment": ["Champions", "At Risk"], "customers": [1, 2], "revenue": [40.0, 20.0]})
    for name in ("rfm_segments", "segments"):
        sizes.to_csv(folder / "tables" / f"{name}.csv", index=False)
    sizes.rename(columns={"segment": "persona"}).to_csv(folder / "tables" / "personas.csv", index=False)
    pd.DataFrame({"column": ["country"], "missing_share": [0.25]}).to_csv(
        folder / "tables" / "quality.csv", index=False
    )


def damage(rng: random.Random, content: bytes) -> bytes:
    """A few bytes changed, put in, taken out, doubled or cut off."""
    piece = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(piece) + 1)
        match rng.randrange(6):
            case 0 | 1:
                piece[at : at + 1] = bytes([rng.randrange(256)])
            case 2:
                piece[at:at] = rng.choice(TOKENS)
            case 3:
                del piece[at : at + rng.choice((1, 4, 40))]
            case 4:
                piece[at:at] = piece[at : at + rng.choice((1, 8, 80))] * rng.choice((1, 2, 10))
            case _ if rng.random() < 0.3:
                del piece[at:]
    return bytes(piece)


def other_values(rng: random.Random, told: Any) -> Any:
    """A record of which one or two values, at any depth, are of another kind."""
    for _ in range(rng.choice((1, 1, 2))):
        place, key = told, rng.choice(list(told))
        while isinstance(place[key], dict | list) and place[key] and rng.random() < 0.7:
            place = place[key]
            key = rng.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if rng.random() < 0.2 and isinstance(place, dict):
            del place[key]
        else:
            place[key] = deepcopy(rng.choice(VALUES))  # may be changed next
        if not told:
            break
    return told


def spoil(rng: random.Random, folder: Path) -> None:
    """One file of the run is no longer what it was; now and then it is a link to what nobody may read, or a pipe."""
    kind = rng.random()
    file = folder / "run.json" if kind < 0.5 else folder / "tables" / rng.choice(TABLES)
    if kind < 0.3:
        file.write_text(json.dumps(other_values(rng, record())))
    elif kind > 0.96:
        file.unlink()
        (os.mkfifo if kind > 0.98 else lambda path: os.symlink(folder.parent / "canary", path))(file)
    else:
        file.write_bytes(damage(rng, file.read_bytes()))


def attempt(number: int, folder: Path) -> str:
    """``compared``, ``refused``, or what is wrong."""
    rng = random.Random(number)
    run = folder / "run"
    shutil.copytree(folder / "sound", run)
    spoil(rng, run)
    told = ""
    try:
        told = compared(rng, run)
        outcome = "compared"
    except InputError as error:
        outcome, told = "refused", str(error)
    except BaseException:
        return "a traceback: " + traceback.format_exc()[-2_000:]
    finally:
        shutil.rmtree(run)
    return outcome if told.strip() and f"of the canary {CANARY}" not in told else f"told: {told[:500]}"


@cache
def sound(folder: Path) -> Kept:
    return read_kept(folder)


def compared(rng: random.Random, run: Path) -> str:
    """What a report does with an earlier run."""
    since = "last" if rng.random() < 0.5 else run
    warned: list[str] = []
    earlier = find_earlier(since, run, "Tea", warned.append)
    faults = check_folder(run, "orders.csv", "Tea", origin=["0123456789abcdef"])
    read_run(run).get("seconds", {}).get("customers")
    if earlier is None:
        raise InputError(warned or ["the record is of another shop, or not of a complete run"])
    later = sound(run.parent / "sound")
    digest = compare_runs(earlier, later)
    facts = digest_facts(digest, "EUR")
    numbers = key_numbers(later.record, digest)
    return json.dumps([facts, numbers, faults, warned], ensure_ascii=False).encode("utf-8").decode()


def run(first: int, inputs: int, *, stop: int = 10) -> Counter[str]:
    """Outcomes of inputs ``first`` ... ``first + inputs - 1``; what is wrong is printed with its number."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder, "sound"))
        (Path(folder) / "canary").write_text(f'{{"shop": "of the canary {CANARY}"}}')
        there = beside(Path(folder))
        attempts = (attempt(number, Path(folder)) for number in range(first, first + inputs))
        outcomes = count(attempts, ("compared", "refused"), first=first, stop=stop)
        assert beside(Path(folder)) == there, "something was written outside the folder of the run"
        return outcomes


def main() -> int:
    told = options(__doc__, 20_000).parse_args()
    return int(report(lambda: run(told.first, told.inputs)) > 0)


if __name__ == "__main__":
    sys.exit(main())
