"""The command line: what it accepts, what it says, with which code it ends."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

import seglib
import seglib.report
from seglib.command.cli import main
from seglib.errors import InputError
from seglib.intake.formats import load_format
from seglib.report import RunResult, notebooks_path
from seglib.tables.canonical import TABLES


@pytest.fixture
def asked(monkeypatch):
    """Replaces the run; holds what it was asked for and gives what ``answer`` says."""
    seen = {"answer": RunResult(Path("reports/shop").absolute(), {"01_a": "ok"}, 1.0)}

    def run_report(source, **options):
        seen.update(options, source=source)
        if isinstance(seen["answer"], BaseException):
            raise seen["answer"]
        return seen["answer"]

    monkeypatch.setattr(seglib.report, "run_report", run_report)
    return seen


def test_a_report_ends_with_its_path_on_stdout(asked, capsys):
    assert main(["report", "orders.csv"]) == 0
    said = capsys.readouterr()
    assert said.out == str(Path("reports", "shop", "index.html")) + "\n"
    assert said.err == "Done in 1.0 s\n"
    assert asked["source"] == "orders.csv"
    assert asked["parameters"] == {}


def test_all_options_reach_the_run(asked):
    main(["report", "o.csv", "--format", "my.yaml", "--as-of", "2024-01-01", "--window-days", "365", "--only", "02,03",
          "--out", "x", "-p", "bins=4", "-p", "note=a=b", "-p", "lost", "--timeout", "9",
          "--language", "it", "--since", "last", "--again", "--replace", "--log", "run.log"])  # fmt: skip
    assert (asked["format"], asked["as_of"], asked["window_days"]) == ("my.yaml", "2024-01-01", 365)
    assert (asked["only"], asked["out"], asked["timeout_seconds"]) == ("02,03", "x", 9)
    assert (asked["language"], asked["since"], asked["again"], asked["log"]) == ("it", "last", True, "run.log")
    assert asked["replace"] is True
    assert asked["parameters"] == {"bins": "4", "note": "a=b", "lost": None}


def test_quiet_says_only_where(asked, capsys):
    assert main(["report", "orders.csv", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_check_takes_the_discount_of_a_shopify_order_once(tmp_path, capsys):
    header = "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem discount"
    first = "#1,ann@example.org,paid,2024-01-03 10:00:00 +0000,1,Lamp,100,20.00,30.00"
    path = tmp_path / "orders.csv"
    path.write_text(f"{header},Discount Amount\n{first}\n#1,ann@example.org,,,1,Rug,50,0,\n", encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert re.search(r"what the analysis rests on .* 120\.00$", capsys.readouterr().out, re.MULTILINE)


def test_check_tells_lines_analysed_of_all_lines_those_of_refunds_included(tmp_path, capsys):
    layout = "level: order\ncolumns: {order_id: Nr, customer_id: Who, ordered_at: Day, amount: Total}\n"
    (tmp_path / "my.yaml").write_text(f"{layout}order_cells: {{refund: Back}}\n", encoding="utf-8")
    rows = "1,ann,2024-01-05,10.00,2.00\n2,bob,2024-01-06,4.00,1.00\n3,cat,2024-01-06,0.00,0.00\n"
    (tmp_path / "orders.csv").write_text(f"Nr,Who,Day,Total,Back\n{rows}", encoding="utf-8")
    assert main(["check", str(tmp_path / "orders.csv"), "--format", str(tmp_path / "my.yaml")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "4 of 5 lines (80%) are analysed; the largest loss is lines with a price of zero: 1 (20%)" in said


def test_an_unchanged_run_is_not_called_done(asked, capsys):
    asked["answer"] = RunResult(Path("reports/shop").absolute(), {"01_a": "ok"}, 0.1, unchanged=True)
    assert main(["report", "orders.csv"]) == 0
    said = capsys.readouterr()
    assert (said.out.strip(), said.err) == (str(Path("reports", "shop", "index.html")), "")


def test_a_failed_notebook_is_code_1_and_named(asked, capsys):
    asked["answer"] = RunResult(Path("reports/shop").absolute(), {"01_a": "ok", "02_b": "no memory"}, 1.0)
    assert main(["report", "orders.csv"]) == 1
    said = capsys.readouterr()
    assert "seglib: 02_b failed: no memory" in said.err
    assert said.out.endswith("index.html\n")


def test_refused_input_is_code_2_with_all_faults(asked, capsys):
    asked["answer"] = InputError(["a is missing", "b is empty"])
    assert main(["report", "orders.csv"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "seglib: 2 faults:\n  - a is missing\n  - b is empty\n"


def test_an_interrupt_is_code_130(asked, capsys):
    asked["answer"] = KeyboardInterrupt()
    assert main(["report", "orders.csv"]) == 130
    assert "nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "o.csv", "--as-off", "2024-01-01"], "Did you mean '--as-of', '--also'?"),
        (["report", "o.csv", "--window-days", "many"], "invalid int value: 'many'"),
        (["report"], "the following arguments are required: SOURCE"),
        (["repot", "o.csv"], "invalid choice: 'repot'"),
        ([], "required: COMMAND"),
    ],
)
def test_wrong_usage_is_code_2(arguments, said, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_help_shows_examples_and_codes(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["report", "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for part in ("seglib report orders.csv", "--window-days DAYS", "-p NAME=VALUE", "exit codes: 0 done"):
        assert part in said


def test_as_a_module_it_tells_its_version_without_loading_the_heavy_ones():
    code = (
        "import sys, runpy; sys.argv = ['seglib', '--version']\ntry: runpy.run_module('seglib', run_name='__main__')\n"
    )
    code += "except SystemExit: print(sorted({'pandas', 'papermill', 'ibis', 'matplotlib'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == f"seglib {seglib.__version__}\n[]\n"


def test_real_refusals_come_before_anything_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text("order_id,customer,when,amount\n1,a,not a date,3\n")
    assert main(["report", "orders.csv", "--only", "99", "-p", "binz=3"]) == 2
    said = capsys.readouterr().err
    assert "--only: no notebook '99'" in said
    assert "'binz'" in said
    assert "orders.csv" in said
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


# --- check


def test_check_says_what_becomes_of_every_row_and_writes_nothing(orders_csv, tmp_path, monkeypatch, capsys):
    orders_csv(
        "Order ID,Customer,Order Date,Total,Status\n"
        "1,ann,2024-01-05,10.50,paid\n2,bob,2024-02-01,20,cancelled\n3,,2024-03-01,5,paid\n4,ann,2024-03-02,-3,paid\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "orders.csv"]) == 0
    said = capsys.readouterr().out
    assert "orders can be used: 1 customer, 1 order; as of 3 March 2024" in said
    for heading in ("Sources", "Ledger", "Activity by source", "Quality of the columns"):
        assert f"\n{heading}\n{'-' * len(heading)}\n" in said
    assert "orders.csv" in said
    assert re.search(r"no customer id.* +1 +1 +5\.00", said)
    assert "It adds up." in said
    assert "Cancellations" in said
    assert max(map(len, said.splitlines())) <= 100
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_check_refuses_what_cannot_be_used_with_all_faults(orders_csv, capsys):
    assert main(["check", str(orders_csv("a,b\n1,2\n")), "--as-of", "soon"]) == 2
    assert "as_of: 'soon' is not a date" in capsys.readouterr().err
    assert main(["check", str(orders_csv("a,b\n1,2\n"))]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "orders.csv" in said.err
    assert "'order_id'" in said.err


@pytest.mark.parametrize("beside", ["", "contacts", "lines"])
def test_deals_go_by_companies_that_no_contact_names(beside, tmp_path, capsys):
    """An export of a CRM: alone, with contacts of no company, with orders of others."""
    (tmp_path / "deals.csv").write_text(
        "Deal ID,Account Name,Stage,Amount,Created Date,Close Date\nd1,Acme,Closed Won,1000,2024-01-05,2024-02-01\n"
        "d2,Birch,Negotiation,500,2024-01-10,2024-06-30\nd3,Cedar,Closed Lost,300,2024-01-12,2024-02-10\n"
    )
    (tmp_path / "contacts.csv").write_text("customer_id,company,joined\n7,,2023-01-01\n8,,2023-02-01\n")
    (tmp_path / "lines.csv").write_text("order_id,customer_id,date,amount\n1,7,2024-01-05,10\n2,8,2024-02-01,20\n")
    told = "".join(f'[tables.{name}]\npath = "{name}.csv"\n' for name in filter(None, [beside, "deals"]))
    (tmp_path / "shop.toml").write_text(told)
    assert main(["check", str(tmp_path), "--as-of", "2024-06-01"]) == 0
    assert re.search(r"deals +used +3", capsys.readouterr().out)
    deals = seglib.open_shop(tmp_path, as_of="2024-06-01").deals.to_pyarrow().to_pandas().set_index("customer_id")
    assert deals["state"].to_dict() == {"Acme": "won", "Birch": "open", "Cedar": "lost"}
    assert deals["value"].astype(int).to_dict() == {"Acme": 1000, "Birch": 500, "Cedar": 300}


# --- formats


def test_check_names_a_table_of_a_database_whole(tmp_path, capsys):
    with sqlite3.connect(tmp_path / "shop.db") as link:
        link.execute("CREATE TABLE orders AS SELECT 'o1' AS order_id, 'c1' AS customer_id, '2024-01-01' AS ordered_at")
    assert main(["check", f"sqlite:///{tmp_path}/shop.db?table=orders"]) == 2
    assert "shop.db orders: no column for 'amount'" in capsys.readouterr().err


def test_check_tells_that_dates_can_be_read_in_two_ways_before_that_they_have_another_form(
    orders_csv, tmp_path, capsys
):
    told = "columns: {order_id: nr, customer_id: who, ordered_at: at, amount: sum}\ndates: {format: '%Y-%m-%d'}\n"
    (tmp_path / "my.yaml").write_text(told, encoding="utf-8")
    ways = {"01/02/2024": "day and month cannot be told apart", "soon": "is not a date like the others"}
    for day, said in ways.items():
        orders = orders_csv(f"nr,who,at,sum\n1,a,{day},5\n2,b,{day},5\n")
        assert main(["check", str(orders), "--format", str(tmp_path / "my.yaml")]) == 2
        assert said in capsys.readouterr().err


def test_formats_are_listed_with_what_each_gives(capsys):
    assert main(["formats"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^shopify_orders +shop orders +", said, re.MULTILINE)
    assert max(map(len, said.splitlines())) <= 100


def test_the_page_of_formats_is_up_to_date(capsys):
    assert main(["formats", "--markdown"]) == 0
    page = Path(__file__).parents[2] / "docs" / "formats.md"
    assert capsys.readouterr().out == page.read_text(encoding="utf-8"), f"seglib formats --markdown > docs/{page.name}"


def test_a_format_is_shown_as_yaml(capsys):
    assert main(["formats", "show", "shopify_orders"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["columns"]["order_id"]
    assert main(["formats", "show", "shopify_order"]) == 2
    assert "shopify_orders" in capsys.readouterr().err


def test_a_draft_is_yaml_with_guesses_marked_that_check_takes(orders_csv, tmp_path, capsys):
    path = orders_csv()
    assert main(["formats", "draft", str(path)]) == 0
    draft = capsys.readouterr().out
    assert "guess" in draft
    assert yaml.safe_load(draft)["columns"]["order_id"] == "Order ID"
    (tmp_path / "my.yaml").write_text(draft, encoding="utf-8")
    assert main(["check", str(path), "--format", str(tmp_path / "my.yaml")]) == 0
    assert main(["formats", "draft", str(tmp_path / "none.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.parametrize("table", TABLES)
def test_a_draft_of_any_table_is_a_format_of_it(table, tmp_path, capsys):
    names = [column.name for column in TABLES[table]]
    path = tmp_path / "export.csv"
    path.write_text(",".join(names) + "\n" + ",".join(["2024-01-05"] * len(names)) + "\n", encoding="utf-8")
    assert main(["formats", "draft", str(path), "--table", table]) == 0
    (tmp_path / "my.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    drafted = load_format(str(tmp_path / "my.yaml"), table)
    assert drafted.table == table
    assert {column.name for column in TABLES[table] if column.required} <= set(drafted.columns)
    assert main(["formats", "draft", str(path), "--table", "ticket"]) == 2
    assert "Did you mean 'tickets'?" in capsys.readouterr().err


def test_formats_help_tells_the_way(capsys):
    with pytest.raises(SystemExit):
        main(["formats", "--help"])
    assert "seglib formats draft export.csv > my.yaml" in capsys.readouterr().out


# --- faults


@pytest.fixture
def broken(monkeypatch):
    """Opening a shop raises what the test asks for."""

    def raise_when_opened(error):
        def fail(*_, **__):
            raise error

        monkeypatch.setattr("seglib.shop.shop.open_shop", fail)

    return raise_when_opened


def test_a_fault_of_ours_is_one_line_and_code_1(broken, capsys):
    broken(RuntimeError("lost\nthe thread"))
    assert main(["check", "orders.csv"]) == 1
    said = "seglib: this is a fault in seglib: RuntimeError: lost the thread (run with --debug for the traceback)\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("arguments", [["check", "o.csv", "--debug"], ["check", "--debug", "o.csv"]])
def test_debug_shows_the_traceback(broken, capsys, arguments):
    broken(RuntimeError("lost"))
    assert main(arguments) == 1
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_file_that_may_not_be_read_is_refused(broken, capsys):
    broken(PermissionError(13, "Permission denied", "orders.csv"))
    assert main(["check", "orders.csv"]) == 2
    assert "orders.csv: Permission denied. Check the path, and that you may read it." in capsys.readouterr().err


def test_what_the_data_hold_cannot_steer_the_terminal(broken, capsys):
    broken(InputError(["a\x1b[2J\x07", "b" * 10_000_000]))
    assert main(["check", "orders.csv"]) == 2
    said = capsys.readouterr().err
    assert not set(said) & {"\x1b", "\x07"}
    assert len(said) < 5000


# --- open


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_copy_has_the_parameters_and_keeps_their_help(place, capsys):
    assert main(["open", "02", "-p", "bins=4", "-p", "preset=rf_grid", "--window-days", "90", "--print"]) == 0
    assert capsys.readouterr().out == "02_rfm.ipynb\n"
    source = parameters_of(place / "02_rfm.ipynb")
    assert "bins: int = 4  # scores a measure" in source
    assert "preset: str = 'rf_grid'  # " in source
    assert "window_days: int = 90  # " in source
    assert 'shop: str = "demo"  # ' in source


def parameters_of(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))


def test_a_copy_is_never_written_over_unless_asked(place, capsys):
    for more in ([], [], ["--again"]):
        assert main(["open", "rfm", "--no-browser", *more]) == 0
    assert capsys.readouterr().out.split() == ["02_rfm.ipynb", "02_rfm-2.ipynb", "02_rfm.ipynb"]


def test_the_shop_is_named_as_the_copy_finds_it(place, orders_csv):
    orders_csv()
    assert main(["open", "1", "--shop", "orders.csv", "--out", "work/mine", "--print"]) == 0
    assert "'../../orders.csv'" in parameters_of(place / "work" / "mine" / "01_exploration.ipynb")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rmf"], "no notebook 'rmf'. Did you mean 'rfm'? There are 01_exploration, "),
        (["02", "-p", "bin=4"], "02_rfm has no such parameter. Did you mean 'bins'?"),
        (["02", "-p", "bins=four"], "expected a whole number"),
        (["02", "-p", "shop=x"], "belongs to the whole run"),
        (["02,03"], "no notebook '02,03'"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_nothing_written(place, capsys, arguments, said):
    assert main(["open", *arguments, "--print"]) == 2
    assert said in capsys.readouterr().err
    assert list(place.iterdir()) == []


def test_copies_do_not_go_among_the_notebooks_of_reports(capsys):
    assert main(["open", "02", "--out", str(notebooks_path()), "--print"]) == 2
    assert "holds the notebooks of reports" in capsys.readouterr().err


def test_jupyterlab_is_started_on_the_copy_or_told_how_to_get(place, capsys, monkeypatch):
    started = []
    monkeypatch.setattr("subprocess.call", lambda command: started.append(command) or 0)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["open", "02"]) == 2
    assert 'pip install "seglib[lab]"' in capsys.readouterr().err
    assert list(place.iterdir()) == []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert main(["open", "02"]) == 0
    assert started == [[sys.executable, "-m", "jupyterlab", "02_rfm.ipynb"]]


@pytest.mark.slow
def test_a_copied_notebook_runs(place, orders_csv, capsys):
    from nbclient import NotebookClient

    rows = [f"{n},c{n % 60},2024-{1 + n % 12:02d}-{1 + n % 28:02d},{5 + n % 50}" for n in range(400)]
    orders_csv("Order ID,Customer,Order Date,Total\n" + "\n".join(rows))
    assert main(["open", "02", "--shop", "orders.csv", "-p", "bins=3", "--print"]) == 0
    document = nbformat.read(place / capsys.readouterr().out.strip(), as_version=4)
    NotebookClient(document, timeout=120, resources={"metadata": {"path": str(place)}}).execute()
    assert all(cell.execution_count for cell in document.cells if cell.cell_type == "code")


@pytest.mark.slow
def test_a_shop_without_orders_has_its_report(place, capsys):
    """Pages that need orders are left out, and said to be; asked for by name they are refused."""
    Path("contacts.csv").write_text("customer_id,company,joined\n7,ACME,2023-01-01\n9,Dee,2023-02-01\n")
    Path("shop.toml").write_text('name = "Club"\n[tables.contacts]\npath = "contacts.csv"\n')
    assert main(["report", "shop.toml", "--out", "out", "--only", "rfm"]) == 2
    assert (
        "Left out: 02_rfm, since this shop tells no order lines, nor recency, frequency and" in capsys.readouterr().err
    )
    assert main(["report", "shop.toml", "--out", "out"]) == 0
    assert sorted(path.name for path in Path("out").glob("0*.html")) == ["05_segments.html", "06_journeys.html"]
    html = Path("out/index.html").read_text(encoding="utf-8")
    assert "Left out: RFM, since this shop tells no order lines, nor recency, frequency and monetary value" in html
