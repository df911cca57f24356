"""README.md and data/README.md as they stand: each command is typed, each promise is looked at in what comes out."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
README, DATA = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "data/README.md"))
STUB = "import sys\nprint('JupyterLab would open', *sys.argv[1:])\n"
ROWS_OF_GUESTS, ROWS_TOO_LATE = 7, 5


def commands(text: str, program: str) -> list[str]:
    """Lines of the indented blocks that begin with a program, without their remarks."""
    return [found.strip() for found in re.findall(rf"^    ({program} [^#\n]+)", text, re.MULTILINE)]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def make_orders(seed: int = 3) -> pd.DataFrame:
    """Sixty customers with habits of their own; guests, returns of what was bought, and orders after 2024."""
    rng = np.random.default_rng(seed)
    customer = np.repeat([f"C{number:05d}" for number in range(1, 61)], rng.integers(1, 15, 60))
    days = pd.Timestamp("2023-06-01") + pd.to_timedelta(rng.integers(0, 579, len(customer)), "D")
    table = pd.DataFrame(
        {"Customer ID": customer, "Order Date": days, "Total": rng.integers(500, 9000, len(days)) / 100}
    )
    table["Country"] = np.where(rng.random(len(days)) < 0.3, "Italy", "France")
    table["Product Category"] = rng.choice(["shoes", "hats"], len(days))
    table["Coupon Code"] = np.where(rng.random(len(days)) < 0.2, "SPRING", None)
    back = table.iloc[:9].assign(Total=-table["Total"][:9] / 2)
    back["Order Date"] += pd.Timedelta(days=3)
    table = pd.concat([table, back], ignore_index=True)
    table.loc[20 : 19 + ROWS_OF_GUESTS, "Customer ID"] = None
    table.loc[40 : 39 + ROWS_TOO_LATE, "Order Date"] = pd.Timestamp("2025-01-20")
    return table.assign(**{"Order ID": [f"N{number}" for number in range(len(table))]})


class Shell:
    """A folder, and what a user types in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "stub" / "jupyterlab").mkdir(parents=True)
        (folder / "stub" / "jupyterlab" / "__init__.py").write_text("")
        (folder / "stub" / "jupyterlab" / "__main__.py").write_text(STUB)  # the real one would not come back
        (folder / "exports").mkdir()
        for file in ("orders.csv", "exports/orders.csv"):
            make_orders().to_csv(folder / file, index=False)
        (folder / "shop.toml").write_text('name = "Hats and shoes"\n[tables.lines]\npath = "orders.csv"\n')
        (folder / "segments.toml").write_text(blocks(README, "toml")[0])

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        program, *words = shlex.split(command.partition(" > ")[0])
        path = os.pathsep.join([str(self.folder / "stub"), str(ROOT), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, "-m", program, *words],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        if into := command.partition(" > ")[2].strip():
            (self.folder / into).write_text(done.stdout, encoding="utf-8")
        return done

    def report(self, command: str) -> Path:
        """The folder of a report that a command makes."""
        done = self.type(command)
        assert done.returncode == 0, done.stderr[-2000:]
        return (self.folder / done.stdout.splitlines()[-1]).parent


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    return Shell(tmp_path_factory.mktemp("readme"))


@pytest.fixture(scope="module")
def run(shell) -> Path:
    return shell.report("seglib report orders.csv --as-of 2024-12-31")


def customers(run: Path) -> pd.DataFrame:
    return pd.read_parquet(run / "tables" / "customers.parquet").set_index("customer_id")


def test_the_readme_has_commands_to_try():
    assert len(commands(README, "seglib")) >= 6
    assert len(commands(DATA, "seglib")) >= 6


@pytest.mark.parametrize("command", commands(README, "seglib"))
def test_every_command_of_the_readme_does_what_it_says(shell, command):
    done = shell.type(command)
    assert done.returncode == 0, done.stderr[-2000:]
    if command.startswith("seglib report"):
        page = shell.folder / done.stdout.splitlines()[-1]
        assert page.name == "index.html"
        assert ("Panoramica" in page.read_text(encoding="utf-8")) == ("--language it" in command)
    if command.startswith("seglib open"):
        assert "JupyterLab would open" in done.stdout


@pytest.mark.parametrize("command", [each for each in commands(DATA, "seglib") if "export.csv" not in each])
def test_every_command_of_the_data_readme_does_what_it_says(tmp_path, command):
    shell = Shell(tmp_path)
    (shell.folder / "data").mkdir(exist_ok=True)
    make_orders().to_csv(shell.folder / "data" / "orders.csv", index=False)
    if "exports/shop.toml" in command:
        assert shell.type("seglib init exports").returncode == 0
    done = shell.type(command)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_format_is_drafted_tried_and_used_as_told(tmp_path):
    shell = Shell(tmp_path)
    make_orders().rename(columns={"Total": "Worth"}).to_csv(shell.folder / "export.csv", index=False)
    draft, check, report = [each for each in commands(DATA, "seglib") if "export.csv" in each]
    assert shell.type(draft).returncode == 0
    refused = shell.type(check)
    assert (refused.returncode, "no column for 'amount'" in refused.stderr) == (2, True)  # nobody guesses what Worth is
    drafted = shell.folder / "my.yaml"
    drafted.write_text(re.sub(r"(?m)^  # amount: .*$", "  amount: Worth", drafted.read_text(encoding="utf-8")))
    assert shell.type(check).returncode == 0, drafted.read_text()
    assert shell.type(report).returncode == 0


def test_every_target_of_make_exists():
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r"(?:`|^    )make ([a-z-]+)", README, re.MULTILINE))
    assert {"report", "test"} <= asked <= known


def test_papermill_runs_one_page_as_told(shell):
    command = re.search(r"`(papermill notebooks/.*?)`", README)[1]
    shell.folder.joinpath("notebooks").symlink_to(ROOT / "notebooks")
    done = shell.type(command)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (shell.folder / "out.ipynb").is_file()


def test_the_python_of_the_readme_runs(shell):
    (shell.folder / "own.py").write_text(blocks(README, "python")[0])
    done = subprocess.run([sys.executable, "own.py"], cwd=shell.folder, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def test_everything_in_the_table_of_what_comes_out_is_there(run):
    table = re.search(r"\| file \| what it is \|\n.*?\n\n", README, re.DOTALL)[0]
    named = re.findall(r"`([\w/]+\.(?:html|parquet|csv|json))`", table)
    assert len(named) >= 10
    missing = [name for name in named if not (run / name).is_file() and not (run / "tables" / name).is_file()]
    assert missing == []
    assert {path.name for path in (run / "notebooks").glob("*.ipynb")} >= {"01_exploration.ipynb", "06_journeys.ipynb"}
    told = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert [len(one["sha256"]) for one in told["inputs"]] == [64]
    assert [one["rows"] for one in told["inputs"]] == [len(make_orders())]


def test_every_column_of_the_glossary_is_there_and_no_other(run):
    table = README.partition("## Glossary of columns")[2].partition("RFM presets")[0]
    told = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    made = {"customer_id", *customers(run).columns}
    assert made - told == set()
    # these orders tell no quantity, discount, channel or product, and the window is the history
    without = {"items_per_order", "discount_share", "previous_orders", "previous_revenue", "top_channel", "products"}
    assert told - made <= without


def test_an_unchanged_report_is_not_made_again(shell, run):
    before = (run / "run.json").stat().st_mtime_ns
    again = shell.report("seglib report orders.csv --as-of 2024-12-31")
    assert (again, (again / "run.json").stat().st_mtime_ns) == (run, before)


def test_nothing_is_lost_silently(run):
    ledger = pd.read_csv(run / "tables" / "ledger.csv").set_index("step")
    orders = make_orders()
    assert ledger.loc["raw", "rows"] == len(orders)
    assert ledger.loc["raw", "amount"] == pytest.approx(orders["Total"].sum())
    assert ledger.loc["analysed", "rows"] == len(orders) - ledger["rows_removed"].sum()
    assert ledger.loc["analysed", "amount"] == pytest.approx(customers(run)["monetary_value"].sum())
    late = (orders["Order Date"] > "2024-12-31") & orders["Customer ID"].notna()
    assert ledger.loc["after_as_of", "rows_found"] == (orders["Order Date"] > "2024-12-31").sum() > 0
    assert ledger["rows_found"].max() >= late.sum()


def test_guests_are_counted_and_never_one_giant_customer(run):
    ledger = pd.read_csv(run / "tables" / "ledger.csv").set_index("step")
    assert ROWS_OF_GUESTS in [*ledger["rows_found"]]
    assert set(customers(run).index) <= set(make_orders()["Customer ID"].dropna())


def test_returns_are_netted_and_are_no_orders(run):
    kept = make_orders().dropna(subset="Customer ID")
    kept = kept[kept["Order Date"] <= "2024-12-31"]
    bought = kept[kept["Total"] > 0].groupby("Customer ID").size()
    made = customers(run)
    assert made["frequency"].to_dict() == bought.reindex(made.index).to_dict()
    worth = kept.groupby("Customer ID")["Total"].sum().reindex(made.index)
    assert made["monetary_value"].to_numpy() == pytest.approx(worth.to_numpy())


def test_order_of_rows_names_and_the_unit_of_money_change_no_score(shell, run):
    other = make_orders().sample(frac=1, random_state=1)
    other["Total"] *= 100
    other["Customer ID"] = "x" + other["Customer ID"].str[::-1]
    other.to_csv(shell.folder / "other.csv", index=False)
    made = customers(shell.report("seglib report other.csv --as-of 2024-12-31 --only 02"))
    names = [name for name in made.columns if name.endswith("_score")] + ["rfm_segment"]
    assert len(names) == 4
    made.index = [name[:0:-1] for name in made.index]
    pd.testing.assert_frame_equal(made.loc[customers(run).index, names], customers(run)[names], check_names=False)


def test_groups_under_thirty_are_not_described(run):
    traits, groups = run / "tables" / "persona_traits.csv", pd.read_csv(run / "tables" / "rfm_segments.csv")
    assert (groups["customers"] < 30).any()
    assert not traits.is_file() or (pd.read_csv(traits)["customers"] >= 30).all()


def test_own_segments_are_found_beside_shop_toml(shell):
    run = shell.report("seglib report shop.toml")
    members = pd.read_parquet(run / "tables" / "memberships.parquet")
    assert "Shoe lovers abroad" in set(members["segment"])


def test_all_that_is_wrong_with_settings_is_in_one_message(shell):
    (shell.folder / "bad.toml").write_text(
        'nam = "x"\nwindow_days = -1\nas_of = "soon"\n[tables.lines]\npath = "nothing.csv"\n[rfm]\nbins = "x"\n'
    )
    done = shell.type("seglib report bad.toml -p nonsense=1 --only 99")
    assert (done.returncode, done.stdout) == (2, "")
    wanted = ["'nam'", "window_days", "as_of", "nothing.csv", "rfm.bins", "'nonsense'", "'99'"]
    assert [each for each in wanted if each not in done.stderr] == []
    assert not (shell.folder / "reports" / "bad").exists()


def test_all_that_is_wrong_with_files_is_in_one_message(shell):
    (shell.folder / "one.csv").write_text("a,b\n1,2\n")
    (shell.folder / "two.csv").write_text("Order ID,Customer ID,Order Date,Total\n1,c,soon,5\n")
    (shell.folder / "files.toml").write_text(
        '[[tables.lines]]\npath = "one.csv"\n[[tables.lines]]\npath = "two.csv"\n[tables.tickets]\npath = "one.csv"\n'
    )
    done = shell.type("seglib check files.toml")
    assert done.returncode == 2
    assert [each for each in ("one.csv", "two.csv", "Order Date: row 1", "tickets") if each not in done.stderr] == []


def test_check_writes_nothing_and_shows_what_was_recognised(shell):
    before = sorted(path for path in shell.folder.rglob("*") if "stub" not in path.parts)
    said = shell.type("seglib check orders.csv").stdout
    assert sorted(path for path in shell.folder.rglob("*") if "stub" not in path.parts) == before
    assert "no known format has its header, so columns were taken by their common names" in said


def test_a_shop_without_orders_is_a_shop_too(shell):
    tickets = "customer_id,opened_at,answered_at,reason\n" + "".join(
        f"c{number % 40},2024-0{1 + number % 9}-11,2024-0{1 + number % 9}-12,late\n" for number in range(200)
    )
    (shell.folder / "tickets.csv").write_text(tickets)
    (shell.folder / "helpdesk.toml").write_text('name = "Desk"\n[tables.tickets]\npath = "tickets.csv"\n')
    assert shell.type("seglib check helpdesk.toml").returncode == 0
    run = shell.report("seglib report helpdesk.toml")
    assert {path.name for path in run.glob("0*.html")} == {"05_segments.html", "06_journeys.html"}


def test_nothing_is_guessed_once_a_file_has_a_format(shell):
    (shell.folder / "some.yaml").write_text(
        "columns: {order_id: Order ID, customer_id: Customer ID, ordered_at: Order Date, amount: Total}\n"
    )
    (shell.folder / "with.toml").write_text('name = "W"\n[tables.lines]\npath = "orders.csv"\nformat = "some.yaml"\n')
    made = customers(shell.report("seglib report with.toml --only 02 --as-of 2024-12-31"))
    assert not {"top_country", "top_category", "categories"} & {*made.columns}
    lacks = "columns: {order_id: Order ID, customer_id: Customer ID, ordered_at: Order Date}\n"
    (shell.folder / "some.yaml").write_text(lacks)
    done = shell.type("seglib check with.toml")
    assert (done.returncode, "amount" in done.stderr) == (2, True)
