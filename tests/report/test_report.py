"""Runs: what is refused, what is written, what a failure looks like, what stays private."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from seglib.command.cli import main
from seglib.errors import InputError
from seglib.report import find_notebooks, run_report
from seglib.report.pages.index import ledger_line
from seglib.report.run.folder import check_folder, slug
from seglib.report.run.parameters import check_parameters, read_value, select_notebooks
from seglib.report.run.placing import RunFolder

COMMON = (
    'shop: str = "demo"  # file or example\nas_of: str = ""  # last day\nwindow_days: int = 0  # days\nrun: str = ""\n'
)
SETUP = "import seglib as sg\nfrom seglib import display\ndata = sg.open_shop(shop, as_of=as_of, run=run)"


def write_notebook(folder: Path, name: str, title: str, *cells: str, parameters: str = "", after: tuple = ()) -> None:
    """Cells beginning with # or a capital letter and a space are markdown."""
    written = [new_markdown_cell(f"# {title}")]
    written += [new_code_cell(COMMON + parameters, metadata={"tags": ["parameters"]})]
    for text in cells:
        written.append(new_markdown_cell(text) if text.startswith("#") else new_code_cell(text))
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    metadata = {"kernelspec": kernel, **({"seglib": {"after": list(after)}} if after else {})}
    nbformat.write(new_notebook(cells=written, metadata=metadata), folder / f"{name}.ipynb")


def write_orders(file: Path) -> Path:
    rows = [
        (f"o{order}", f"c{order % 7}", f"2024-{1 + order % 9:02d}-15", 10.0 + order, ["tea", "<b>cups</b>"][order % 2])
        for order in range(40)
    ]
    pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "amount", "category"]).to_csv(
        file, index=False
    )
    return file


def quiet(line: str) -> None:
    pass


# parameters ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def notebooks(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    more = "bins: int = 5  # scores a measure\nnames: list[str] = []\nstrict: bool = False\nfloor: float = 0.5\n"
    write_notebook(folder, "01_exploration", "What is there?")
    write_notebook(folder, "02_rfm", "Who buys?", parameters=more)
    return find_notebooks(folder)


def test_a_notebook_is_read_without_running_it(notebooks):
    rfm = notebooks[1]
    assert (rfm.name, rfm.number, rfm.label, rfm.title) == ("02_rfm", "02", "RFM", "Who buys?")
    bins = rfm.parameters["bins"]
    assert (bins.kind, bins.default, bins.meaning) == ("int", 5, "scores a measure")
    assert rfm.parameters["names"].kind == "list[str]"


@pytest.mark.parametrize("only", ["2", "02", "rfm", "02_rfm", "RFM", ["02_rfm.ipynb"], "rfm, 2"])
def test_notebooks_are_selected_by_number_or_name(notebooks, only):
    assert [notebook.name for notebook in select_notebooks(notebooks, only)] == ["02_rfm"]


def test_texts_become_the_declared_types(notebooks):
    given = {"bins": "4", "names": "a, b", "strict": "true", "floor": "1"}
    assert check_parameters(notebooks, given) == {
        "01_exploration": {},
        "02_rfm": {"bins": 4, "names": ["a", "b"], "strict": True, "floor": 1.0},
    }


def test_all_faults_of_parameters_come_together(notebooks):
    with pytest.raises(InputError) as refused:
        check_parameters(notebooks, {"binz": 3, "bins": "five", "strict": "perhaps", "shop": "x", "floor": None})
    text = str(refused.value)
    assert len(refused.value.faults) == 5
    assert "Did you mean 'bins'?" in text
    assert "'five', expected a whole number (scores a measure), such as 5" in text
    assert "expected true or false" in text
    assert "'shop' belongs to the whole run. Use SOURCE." in text
    assert "found no value" in text


@pytest.mark.parametrize(("value", "kind"), [(True, "int"), (1.5, "int"), ("a", "list[int]"), (3, "str"), (1, "bool")])
def test_values_of_another_type_are_not_bent(value, kind):
    with pytest.raises(ValueError):
        read_value(value, kind)


def test_a_parameters_cell_that_computes_is_refused(tmp_path):
    write_notebook(tmp_path, "01_x", "X", parameters="import os\n")
    with pytest.raises(InputError, match=r"line 5 of the parameters is not 'name: type = value"):
        find_notebooks(tmp_path)


# the folder ----------------------------------------------------------------------------------------------------------


def test_an_earlier_run_is_replaced_only_at_the_end(tmp_path):
    final = tmp_path / "shop"
    final.mkdir()
    (final / "run.json").write_text("old")
    with RunFolder(final) as building:
        (building / "run.json").write_text("new")
        assert (final / "run.json").read_text() == "old"
    assert (final / "run.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_an_interrupted_run_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), RunFolder(tmp_path / "reports" / "shop"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_folders_of_other_things_are_not_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("mine", "run", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("")
    (tmp_path / "run" / "tables").mkdir()
    told = {"schema": 1, "status": "ok", "shop": "Demo", "versions": {"seglib": "0.1.0"}, "tables": ["orders.csv"]}
    (tmp_path / "run" / "run.json").write_text(json.dumps(told))
    (tmp_path / "run" / "tables" / "orders.csv").write_text("")
    assert "holds other files" in check_folder(tmp_path / "mine", "orders.csv")[0]
    assert "is a file" in check_folder(tmp_path / "mine" / "thesis.txt", "orders.csv")[0]
    assert "would be replaced" in check_folder(tmp_path / "run", "run/tables/orders.csv")[0]
    assert "that you are in" in check_folder(tmp_path, "orders.csv")[0]
    assert check_folder(tmp_path / "run", "demo", "Demo") == check_folder(tmp_path / "empty", "demo") == []


@pytest.mark.parametrize("name", ["../../etc", "a/b\\c", "...", "", "CON: x?", "x" * 300])
def test_any_shop_name_makes_a_plain_folder_name(name):
    made = slug(name)
    assert made
    assert len(made) <= 60
    assert not set(made) & set('/\\.:?*"<>| ')


def test_ledger_line_does_not_round_a_loss_away():
    steps = {"step": ["raw", "no_customer", "analysed"], "meaning": ["", "no customer id: guests are counted", ""]}
    table = pd.DataFrame({**steps, "rows": [100_000, 99_999, 99_999], "rows_removed": [0, 1, 0]})
    assert ledger_line(table) == ("99,999 of the 100,000 rows (99.9%) are analysed. Left out: 1 row (no customer id).")


# refusals ------------------------------------------------------------------------------------------------------------


def test_faults_of_data_parameters_and_folder_come_in_one_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("")
    with pytest.raises(InputError) as refused:
        run_report("orderz.csv", only="zzz", parameters={"no_such": 1}, out="mine", progress=quiet)
    assert len(refused.value.faults) == 4
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "thesis.txt"]


@pytest.mark.parametrize("content", ["", "order_id,customer_id,ordered_at,amount\n", "a,b\n1,2\n"])
def test_unusable_files_are_refused_before_a_kernel_starts(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text(content)
    with pytest.raises(InputError):
        run_report("orders.csv", progress=quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


# a run ---------------------------------------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script>"
FIGURE = (
    "from seglib.show.plots.theme import canvas\ndrawing, axes = canvas()\n"
    f'display.figure(axes, "Half of it is {EVIL}.", "Cups *a* month.", data.basis)'
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run of four notebooks of which three fail, each in its own way."""
    place = tmp_path_factory.mktemp("shop & co")
    (place / "notebooks").mkdir()
    orders = write_orders(place / f"{EVIL.replace('/', '')}.csv")
    write = write_notebook
    fine = (
        SETUP,
        'display.key_numbers({"Customers": "7"}, data.basis)',
        "## What came in?\n\nRead it so.",
        FIGURE,
        f'display.note("{EVIL}")\ndisplay.table(data.ledger, "It adds up.", "Ledger.", data.basis)',
        'import sys\nprint("secret", file=sys.stderr)\ndata.ledger.head(2)',
        "## What is kept?",
        'data.keep_columns(data.customers[["frequency"]].rename(columns={"frequency": "rfm_segment"}))\n'
        'data.keep("rfm_segments", data.customers[["monetary_value"]].head(2))\n'
        f'data.keep("two", data.customers.head(2), meaning="Two of all {EVIL}.")',
    )
    write(place / "notebooks", "01_fine", "Is it fine?", *fine)
    write(
        place / "notebooks",
        "02_broken",
        "Does it break?",
        SETUP,
        "## Here\n\nText.",
        f'raise ValueError("{EVIL}" + run)',
        "## Not reached",
    )
    write(place / "notebooks", "03_leaves", "Does it end?", "## Away", "import sys\nsys.exit(0)", "1")
    dies = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    write(place / "notebooks", "04_dies", "Does it live?", "## Last words", dies, after=("02_broken", "03_leaves"))
    lines: list[str] = []
    here = Path.cwd()
    os.chdir(place)
    try:
        result = run_report(orders, notebooks="notebooks", out="out", progress=lines.append)
    finally:
        os.chdir(here)
    return place / "out", result, lines


def test_a_failing_notebook_keeps_no_other_from_its_end(run):
    folder, result, lines = run
    assert not result.ok
    assert result.index == folder / "index.html"
    assert result.status["01_fine"] == "ok"
    assert result.status["02_broken"].startswith(EVIL)
    assert result.status["03_leaves"] == "The notebook stopped before its end."
    assert "kernel died" in result.status["04_dies"]
    assert ".csv: no known format has its header" in lines[1]
    steps = [line for line in lines if line.startswith("[")]
    assert [line[:5] for line in steps] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert steps[-1].endswith("none left")
    order = [line.split()[1] for line in steps]
    assert set(order[:2]) == {"02_broken", "03_leaves"}, "what others wait for goes first"
    assert any("04_dies failed in 'Last words' in " in line for line in lines)


def test_run_json_says_what_happened(run):
    folder, _, _ = run
    record = json.loads((folder / "run.json").read_text())
    assert (record["schema"], record["status"]) == (1, "failed")
    assert record["counts"]["customers"] == 7
    assert record["counts"]["orders"] == 40
    assert record["counts"]["rows_read"] == 40
    assert dt.date.fromisoformat(record["as_of"]) == dt.date(2024, 9, 16)
    assert len(record["inputs"][0]["sha256"]) == 64
    states = {name: entry["status"] for name, entry in record["notebooks"].items()}
    assert states == {"01_fine": "ok", "02_broken": "failed", "03_leaves": "failed", "04_dies": "failed"}
    assert record["notebooks"]["02_broken"]["failure"]["step"] == "Here"
    assert record["notebooks"]["04_dies"]["failure"]["step"] == "Last words"
    assert set(record["versions"]) >= {"seglib", "python", "pandas", "scikit-learn", "ibis-framework", "duckdb"}
    assert record["tables"] == [
        "customers.parquet",
        "ledger.csv",
        "ledger_by_source.csv",
        "quality.csv",
        "rfm_segments.csv",
        "two.csv",
    ]
    assert record["meanings"] == {"two.csv": f"Two of all {EVIL}."}


def test_the_first_page_says_what_each_table_is(run):
    html = (run[0] / "index.html").read_text()
    assert "Two of all &lt;script&gt;alert(1)&lt;/script&gt;." in html
    assert "How complete each column of the order lines is." in html
    assert "RFM segments." in html or "Rfm segments." in html  # nothing was said of it


def test_kept_columns_are_in_the_customer_table(run):
    customers = pd.read_parquet(run[0] / "tables" / "customers.parquet")
    assert customers["rfm_segment"].tolist() == customers["frequency"].tolist()
    assert customers["customer_id"].is_unique


def test_nothing_of_this_machine_is_in_the_run(run):
    folder, _, _ = run
    private = [str(folder.parent), str(Path(__file__).parents[2]), str(Path.home()), sys.prefix]
    for file in folder.rglob("*"):
        if file.suffix in (".html", ".json", ".ipynb", ".csv"):
            text = file.read_text()
            assert [path for path in private if len(path) > 4 and path in text] == [], file.name
            assert "papermill" not in text or file.suffix != ".ipynb"
    assert not (folder / "work").exists()


def test_an_executed_notebook_works_alone_again(run):
    document = nbformat.read(run[0] / "notebooks" / "01_fine.ipynb", as_version=4)
    injected = next(cell for cell in document.cells if "injected-parameters" in cell.metadata.get("tags", []))
    assert 'run = ""' in injected.source
    assert f'shop = "{EVIL.replace("/", "")}.csv"' in injected.source


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(page.read_text())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_pages_hold_no_script_and_ask_nobody_for_anything(run):
    pages = sorted(run[0].glob("*.html"))
    assert [page.name for page in pages] == [
        "01_fine.html", "02_broken.html", "03_leaves.html", "04_dies.html", "glossary.html", "index.html"]  # fmt: skip
    for page in pages:
        elements = Elements(page).found
        assert not [tag for tag, _ in elements if tag in ("script", "iframe", "object", "embed", "form", "base")]
        policy = [a["content"] for tag, a in elements if tag == "meta" and "http-equiv" in a]
        assert policy[0].startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
        links = [a.get(key) for tag, a in elements for key in ("href", "src") if a.get(key)]
        assert not [
            link for link in links if not re.match(r"#|data:|[\w.]+\.html$|tables/[\w.]+$|datapackage\.json$", link)
        ]
        assert all(a["alt"].strip() for tag, a in elements if tag == "img")
        assert not [name for _, a in elements for name in a if name.startswith("on")]
        assert "lang" in dict(elements)["html"]


def test_links_of_the_contents_lead_somewhere(run):
    for page in run[0].glob("*.html"):
        elements = Elements(page).found
        anchors = {a["id"] for _, a in elements if "id" in a}
        for _, attributes in elements:
            target = attributes.get("href", "")
            if target.startswith("#"):
                assert target[1:] in anchors
            elif target and not target.startswith("data:"):
                assert (run[0] / target).is_file()


def test_a_failure_reads_as_a_sentence_and_hides_what_was_not_reached(run):
    text = (run[0] / "02_broken.html").read_text()
    assert "It stopped in the step “Here”" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Traceback" not in text
    assert "Not reached" not in text
    index = (run[0] / "index.html").read_text()
    assert "3 of 4 pages are not complete" in index


def test_stderr_stays_out_of_the_page(run):
    assert "secret" not in (run[0] / "01_fine.html").read_text()


def test_a_step_that_takes_too_long_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_orders(tmp_path / "orders.csv")
    (tmp_path / "nb").mkdir()
    write_notebook(tmp_path / "nb", "01_slow", "Slow?", "## Waits", "import time\ntime.sleep(60)")
    bare = "from matplotlib import pyplot\npyplot.plot([1, 2])\npyplot.show()"
    write_notebook(tmp_path / "nb", "02_mute", "Mute?", "## Draws", bare)
    result = run_report("orders.csv", notebooks="nb", timeout_seconds=8, progress=quiet)
    assert result.folder == tmp_path / "reports" / "orders"
    assert result.status["01_slow"] == "The step took longer than 8 seconds and was stopped."
    assert "in 'Draws' has no alternative text" in result.status["02_mute"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_ctrl_c_ends_kernels_and_leaves_nothing(tmp_path):
    write_orders(tmp_path / "orders.csv")
    (tmp_path / "nb").mkdir()
    waits = "import os, time, pathlib\npathlib.Path('kernel').write_text(str(os.getpid()))\ntime.sleep(120)"
    write_notebook(tmp_path / "nb", "01_slow", "Slow?", waits)
    code = (
        "import functools, signal, sys, seglib.report as r; from seglib.command.cli import main;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # ignored where the tests run in the background
        "r.run_report = functools.partial(r.run_report, notebooks='nb'); sys.exit(main(['report', 'orders.csv']))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: (tmp_path / "kernel").is_file() and (tmp_path / "kernel").read_text())
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kernel", "nb", "orders.csv"]
    wait_for(lambda: not alive(int((tmp_path / "kernel").read_text())))


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


# the real notebooks --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_run_gives_the_same_tables_byte_for_byte(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = run_report("demo", out="first", progress=quiet)
    second = run_report("demo", out="second", workers=1, progress=quiet)
    assert first.ok, first.status
    assert second.ok, second.status
    tables = sorted(path.name for path in (tmp_path / "first" / "tables").iterdir())
    assert set(tables) >= {"customers.parquet", "ledger.csv", "rfm_segments.csv", "personas.csv", "profiles.csv"}
    for name in tables:
        assert (tmp_path / "first" / "tables" / name).read_bytes() == (
            tmp_path / "second" / "tables" / name
        ).read_bytes()
    customers = pd.read_parquet(tmp_path / "first" / "tables" / "customers.parquet")
    assert {"r_score", "f_score", "m_score", "rfm_segment", "persona"} <= set(customers)
    for page in (tmp_path / "first").glob("*.html"):
        assert page.stat().st_size < 400_000, page.name


def test_profiles_come_after_what_they_describe():
    by_name = {notebook.name: notebook for notebook in find_notebooks()}
    assert set(by_name["04_profiles"].after) == {"02_rfm", "03_personas"}


def test_pages_that_need_what_a_shop_has_not_are_left_out_and_named(tmp_path):
    """A shop of events only: the page on orders is left out, the index says why; asked for alone, it is refused."""
    (tmp_path / "notebooks").mkdir()
    write_notebook(tmp_path / "notebooks", "01_orders", "What came in?", SETUP)
    write_notebook(tmp_path / "notebooks", "05_visits", "Who came?", SETUP, "data.events.count().to_pyarrow().as_py()")
    path = tmp_path / "notebooks" / "01_orders.ipynb"
    told = json.loads(path.read_text())
    told["metadata"]["seglib"] = {"needs": ["lines"]}
    path.write_text(json.dumps(told))
    (tmp_path / "events.csv").write_text("visitor_id,timestamp,event\nv1,2024-01-01,view\nv2,2024-01-03,cart\n")
    (tmp_path / "shop.toml").write_text('name = "Visits"\n[tables.events]\npath = "events.csv"\n')
    given = {"notebooks": tmp_path / "notebooks", "out": tmp_path / "out", "progress": lambda line: None}
    result = run_report(tmp_path, **given)
    assert (result.ok, list(result.status)) == (True, ["05_visits"])
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["skipped"] == {"01_orders": "Left out: Orders, since this shop tells no order lines."}
    assert record["held"] == {"events": 2}
    html = (tmp_path / "out" / "index.html").read_text()
    assert "Left out: Orders, since this shop tells no order lines." in html
    assert "2 events; as of 4 January 2024" in html
    assert not (tmp_path / "out" / "01_orders.html").exists()
    with pytest.raises(InputError, match="01_orders, since this shop tells no order lines"):
        run_report(tmp_path, only="01", **given)


@pytest.fixture(scope="module")
def trading(tmp_path_factory) -> Path:
    """Page 01 of forty orders, each with two lines seven seconds apart; only the last customer has two of them.

    One return is of somebody who never ordered.
    """
    folder = tmp_path_factory.mktemp("trading")
    moments = pd.date_range("2024-01-01 10:00", periods=40, freq="4D")
    lines = [
        f"A{n},C{min(n, 38)},{at + pd.Timedelta(seconds=7 * line)},{10 - 5 * line}"
        for n, at in enumerate(moments)
        for line in (0, 1)
    ]
    lines += ["R1,stranger,2024-02-09,-80", "R2,C3,2024-02-10,-5"]
    (folder / "till.csv").write_text("\n".join(["order_id,customer_id,ordered_at,amount", *lines]), encoding="utf-8")
    assert main(["report", str(folder / "till.csv"), "--only", "01", "--out", str(folder / "out"), "--quiet"]) == 0
    return folder / "out"


def test_an_order_with_lines_of_different_times_is_one_order(trading):
    counts = json.loads((trading / "run.json").read_text())["counts"]
    assert (counts["customers"], counts["orders"]) == (39, 40)
    assert counts["one_time_share"] == round(38 / 39, 6)
    page = (trading / "01_exploration.html").read_text(encoding="utf-8")
    assert '<dd>97%</dd><dd class="small">of 39 new customers</dd>' in page


def test_money_by_month_sums_to_what_the_ledger_says_is_analysed(trading):
    months, ledger = (pd.read_csv(trading / "tables" / f"{name}.csv") for name in ("revenue_by_month", "ledger"))
    assert ledger.set_index("step").amount_removed["return_only"] == -80
    assert months.revenue.sum() == ledger.amount.iloc[-1] == 40 * 15 - 5
    assert months.returned.sum() == 5


def test_what_went_back_in_the_whole_history_is_as_much_as_the_months_say(tmp_path):
    """A return within the window of who had bought before it is none of the window's; of the history it is."""
    rows = [f"A{n},C{n % 9},2024-{1 + n % 8:02d}-10,20" for n in range(72)]
    rows += ["B1,early,2023-06-10,50", "R1,early,2024-05-02,-30", "R2,stranger,2024-05-03,-7", "R3,C1,2024-05-04,-5"]
    (tmp_path / "till.csv").write_text("\n".join(["order_id,customer_id,ordered_at,amount", *rows]), encoding="utf-8")
    asked = ["--only", "01", "--as-of", "2024-08-31", "--window-days", "240", "--out", str(tmp_path / "out"), "--quiet"]
    assert main(["report", str(tmp_path / "till.csv"), *asked]) == 0
    page = (tmp_path / "out" / "01_exploration.html").read_text(encoding="utf-8")
    assert "sales came to 1,490, and 35.00 (2.3%) went back; 1 of 76 lines is left out: refunds." in page
    months = pd.read_csv(tmp_path / "out" / "tables" / "revenue_by_month.csv")
    assert (months["sales"].sum(), months["returned"].sum()) == (1490, 35)
