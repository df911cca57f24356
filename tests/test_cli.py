"""The command line: what it accepts, what it says, with which code it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

import seglib
import seglib.report
from seglib.cli import main
from seglib.report import RunResult
from seglib.tables import InputError


@pytest.fixture
def asked(monkeypatch):
    """Replaces the run; holds what it was asked for and gives what ``answer`` says."""
    seen = {"answer": RunResult(Path("reports/shop").absolute(), {"01_a": "ok"}, 1.0)}

    def run_report(source, **options):
        seen.update(options, source=source)
        if isinstance(seen["answer"], BaseException):
            raise seen["answer"]
        options["progress"]("[1/1] 01_a done")
        return seen["answer"]

    monkeypatch.setattr(seglib.report, "run_report", run_report)
    return seen


def test_a_report_ends_with_its_path_on_stdout(asked, capsys):
    assert main(["report", "orders.csv"]) == 0
    said = capsys.readouterr()
    assert said.out == str(Path("reports", "shop", "index.html")) + "\n"
    assert said.err == "[1/1] 01_a done\nDone in 1.0 s\n"
    assert asked["source"] == "orders.csv"
    assert asked["parameters"] == {}


def test_all_options_reach_the_run(asked):
    main(["report", "o.csv", "--format", "my.yaml", "--as-of", "2024-01-01", "--window-days", "365", "--only", "02,03",
          "--out", "x", "-p", "bins=4", "-p", "note=a=b", "-p", "lost", "--timeout", "9"])  # fmt: skip
    assert (asked["format"], asked["as_of"], asked["window_days"]) == ("my.yaml", "2024-01-01", 365)
    assert (asked["only"], asked["out"], asked["timeout_seconds"]) == ("02,03", "x", 9)
    assert asked["parameters"] == {"bins": "4", "note": "a=b", "lost": None}


def test_quiet_says_only_where(asked, capsys):
    assert main(["report", "orders.csv", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


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
        (["report", "o.csv", "--as-off", "2024-01-01"], "Did you mean '--as-of'?"),
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
