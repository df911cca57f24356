"""What seglib claims of noise, what it finds of what is there, and how often its intervals hold the truth.

``python benchmarks/honesty.py`` runs every part and writes ``docs/honesty.md``; what each found is kept in
``benchmarks/results/honesty`` (a part of the project), so that ``--only clouds`` renews one, and another ``--seed``
stands beside the first.
Ends with 1 where the upper end of the 95% interval of a rate of false claims is not below 5%.
"""

from __future__ import annotations

import argparse
import atexit
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import _honest_groups as groups
import _honest_tests as tests
import _honest_time as in_time
import _honest_value as value
import pandas as pd

HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "results" / "honesty", HERE.parent / "docs" / "honesty.md"
RUNS, LIMIT = 200, 0.05
EXAMPLE = HERE.parent / "data" / "examples" / "online-retail"
RETAIL = HERE.parents[1] / "shared" / "data" / "uci_online_retail" / "online_retail.parquet"


ABOUT = """Written by `python benchmarks/honesty.py`. A claim made of noise is false; at most one page in twenty may
make one, with the upper end of the 95% interval of that rate (Clopper and Pearson, or Wilson). Power and coverage
stand beside it. Where a rate lies near 2.5%, the level of the tests, it takes more than 200 runs to tell it from 5%.
Parts that are missing here have not been run at full length yet."""


@dataclass(frozen=True)
class Part:
    """What is simulated, how, which column holds the upper limit of a rate of false claims, how often."""

    title: str
    about: str
    run: Callable[[int, int], pd.DataFrame]
    upper: str = ""
    times: int = 1  # as many runs as other parts


@cache
def real() -> dict[str, str]:
    """Shops of which the data lie here; Online Retail's is no part of the project (data/README.md)."""
    shops = {"demo": "demo", "Complete Journey": "complete-journey"}
    if RETAIL.is_file():
        folder = Path(tempfile.mkdtemp(prefix="honesty-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
        (folder / RETAIL.name).symlink_to(RETAIL)
        told = (folder / "shop.toml").read_text(encoding="utf-8")
        (folder / "shop.toml").write_text(f"outside = true\n{told}", encoding="utf-8")
        shops["Online Retail"] = str(folder / "shop.toml")
    return shops


def each(measure: Callable[..., pd.DataFrame]) -> Callable[[int, int], pd.DataFrame]:
    """A measure of the pages of every shop."""
    return lambda runs, seed: pd.concat(
        [measure(tests.page_of(source, name), runs, seed) for name, source in real().items()], ignore_index=True
    )


PARTS = {
    "clouds": Part(
        "One cloud of customers",
        "Customers who differ by degrees. `groups` is the share of runs in which page 03 would speak of kinds.",
        groups.clouds,
        "upper95",
    ),
    "columns": Part(
        "Real customers, each measure dealt out anew",
        "No group is left in these; `n` customers each.",
        lambda runs, seed: groups.shuffled_columns({k: v for k, v in real().items() if v != "demo"}, runs, seed),
        "upper95",
    ),
    "planted": Part(
        "Planted groups of customers",
        "Groups so many standard deviations apart (the nearest). `groups`: told as kinds; `right`: as many as were "
        "planted; `found`: adjusted Rand index of 0.8 and more with them.",
        groups.planted,
    ),
    "surveys": Part(
        "Answers to a survey",
        "Twelve questions of people who differ by degrees in one, two or three things, and of four kinds of people, "
        "who should be told as groups.",
        groups.surveys,
    ),
    "labels": Part(
        "Names of segments dealt out at random",
        "Pages that make any claim of names which mean nothing: traits on page 04, channel, weekday and hour on 06.",
        each(tests.false_pages),
        "upper95",
        times=3,
    ),
    "power": Part(
        "Planted habits",
        "A tenth of the customers do so much more of something; `power` is how often it is told of them.",
        each(lambda page, runs, seed: tests.power(page, max(20, runs // 4), seed)),
    ),
    "coverage": Part(
        "Intervals",
        "How often a nominal 95% interval holds the truth. Below 300 customers pages say that one is rough, below 30 "
        "there is none for money.",
        lambda runs, seed: tests.coverage(5 * runs, seed=seed),
    ),
    "new": Part(
        "New customers",
        "Shops whose past is known. `old_share` of those called new had ordered before the records begin "
        "(`old_share_before`: by the rule of four weeks); `false` are shops in which surely more than one in ten had.",
        in_time.preceding_year,
        "high",
    ),
    "steps": Part(
        "A shop that nobody leaves",
        "How many pages say that people do not take a step, where everyone goes on ordering.",
        in_time.nobody_leaves,
        "high",
    ),
    "schemes": Part(
        "Schemes of random names",
        "How often page 05 says that a scheme of chance explains what customers do next.",
        lambda runs, seed: value.random_schemes(runs, seed=seed),
        "high_share",
    ),
    "explained": Part(
        "Intervals of what is explained",
        "How often the 95% interval holds what the scheme explains of the whole population.",
        lambda runs, seed: value.coverage_of_explained(runs, seed=seed),
    ),
    "rules": Part(
        "Rules where nobody follows them",
        "Shops in which goods and days are dealt out at random: how often anybody is called a holiday buyer, or a "
        "replenisher.",
        lambda runs, seed: value.rules_by_chance(max(40, runs // 4), seed=seed),
    ),
    "campaigns": Part(
        "Campaigns that did nothing",
        "Two campaigns of three arms each, dealt out at random among the customers of a shop: pages that say of an arm "
        "that it did something, or that it was not alike before; `people` as many customers of each campaign.",
        lambda runs, seed: pd.concat(
            [value.campaigns_by_chance(source, name, runs, seed) for name, source in real().items()], ignore_index=True
        ),
        "high_share",
    ),
    "became": Part(
        "What became of segments of chance",
        "Pages that say of segments made by chance that their customers did otherwise since.",
        lambda runs, seed: value.became_by_chance(runs, seed=seed),
        "high_share",
        times=5,
    ),
}


def written(table: pd.DataFrame) -> str:
    """A table in Markdown; shares as they are, to three digits."""
    told = table.map(lambda cell: f"{cell:.3f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell))
    rows = [list(told.columns), ["---"] * len(told.columns), *told.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page() -> str:
    """What was found, as docs/honesty.md."""
    text = ["# How often seglib is wrong", "", ABOUT, ""]
    for name, part in PARTS.items():
        files = sorted(RESULTS.glob(f"{name}-*.json"), key=lambda file: int(file.stem.rpartition("-")[2]))
        text += [f"## {part.title}", "", part.about, ""] if files else []
        for file in files:
            kept = json.loads(file.read_text(encoding="utf-8"))
            text += [f"Seeds from {kept['seed']} (`{name}`, {kept['seconds']:.0f} s):", ""]
            text += [written(pd.DataFrame(kept["table"])), ""]
    return "\n".join(text)


def too_high(name: str, table: pd.DataFrame) -> bool:
    """Whether a rate of false claims is not surely below the limit."""
    upper = PARTS[name].upper
    return bool(upper and (table[upper] >= LIMIT).any())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    told = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    wrong = []
    for name in told.only:
        started = time.perf_counter()
        table = PARTS[name].run(told.runs * PARTS[name].times, told.seed)
        took = time.perf_counter() - started
        kept = {"seed": told.seed, "seconds": took, "table": json.loads(table.to_json(orient="records"))}
        (RESULTS / f"{name}-{told.seed}.json").write_text(json.dumps(kept), encoding="utf-8")
        print(f"{PARTS[name].title} ({took:.0f} s)\n{table.round(3).to_string(index=False)}\n", flush=True)
        wrong += [name] * too_high(name, table)
        PAGE.write_text(page(), encoding="utf-8")
    print(f"Not surely below 5%: {', '.join(wrong)}." if wrong else "Every rate of false claims is surely below 5%.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
