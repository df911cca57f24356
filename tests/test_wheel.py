"""The built wheel works in a bare environment: notebooks, template, presets, formats and demo data are inside."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).parents[1]
PYPROJECT = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")


def pinned() -> list[tuple[str, str]]:
    text = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    return re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)


def run(*command: object, cwd: Path, **more: str) -> subprocess.CompletedProcess:
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    texts = [str(part) for part in command]
    return subprocess.run(texts, cwd=cwd, env=clean | more, capture_output=True, text=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling", reason="building needs the development requirements")
    place = tmp_path_factory.mktemp("dist")
    tools = ["-o", ".venv/ready", "-o", ".venv/ready-dev", f"BIN={Path(sys.executable).parent}", f"DIST={place}"]
    built = run("make", *tools, "wheel", cwd=PROJECT)
    assert built.returncode == 0, built.stderr
    return next(place.glob("seglib-*.whl"))


def test_the_wheel_carries_what_a_report_needs(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    notebooks = {f"seglib/notebooks/{path.name}" for path in (PROJECT / "notebooks").glob("*.ipynb")}
    template = {
        f"seglib/report/pages/template/{path.name}"
        for path in (PROJECT / "seglib" / "report" / "pages" / "template").iterdir()
    }
    assert notebooks | template <= inside
    assert "seglib/data/demo/shop.toml" in inside
    assert [name for name in inside if name.startswith("seglib/segments/presets/")]
    assert [name for name in inside if name.startswith("seglib/intake/formats/")]
    assert not [name for name in inside if "test" in name or "checkpoint" in name or "__pycache__" in name]
    assert not [name for name in inside if "truth" in name]


def test_beside_the_wheel_lies_a_list_of_what_it_stands_on(wheel):
    told = json.loads((wheel.parent / "seglib.cdx.json").read_text(encoding="utf-8"))
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", "seglib")
    known = {(part["name"], part["version"]) for part in told["components"]}
    asked = [re.match(r"[\w-]+", one)[0] for one in tomllib.loads(PYPROJECT)["project"]["dependencies"]]
    assert {*asked} <= {name for name, _ in known}
    assert known <= {*pinned()}
    assert all(part["externalReferences"][0]["hashes"] for part in told["components"])


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """A new environment that holds the wheel and what it requires, and nothing else."""
    place = tmp_path_factory.mktemp("bare")
    programs = place / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    uv = [sys.executable, "-m", "uv"]
    made = run(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=place)
    assert made.returncode == 0, made.stderr
    pinned = PROJECT / "requirements.txt"
    pins = ["--constraint", pinned] if pinned.is_file() else []
    installed = run(*uv, "pip", "install", "--python", programs / "python", *pins, wheel, cwd=place)
    if installed.returncode and not os.environ.get("CI"):
        pytest.skip(f"the requirements cannot be installed here: {installed.stderr[-300:]}")
    assert installed.returncode == 0, installed.stderr
    return programs


def test_a_report_is_made_in_an_empty_folder(bare, tmp_path):
    rows = [f"{order},c{order % 60},2024-{1 + order % 12:02d}-{1 + order % 28:02d},{5 + order % 37}.50,{order % 3 + 1}"
            for order in range(400)]  # fmt: skip
    (tmp_path / "orders.csv").write_text("Order ID,Customer,Order Date,Total,Quantity\n" + "\n".join(rows) + "\n")
    made = run(bare / "seglib", "report", "orders.csv", "--as-of", "2024-12-31", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert made.stdout == str(Path("reports", "orders", "index.html")) + "\n"
    inside = {path.name for path in (tmp_path / "reports" / "orders").iterdir()}
    assert {"index.html", "01_exploration.html", "02_rfm.html", "03_personas.html", "04_profiles.html"} <= inside
    assert {path.name for path in tmp_path.iterdir()} == {"orders.csv", "reports"}


def test_the_demonstration_shop_comes_along(bare, tmp_path):
    made = run(bare / "seglib", "report", "demo", "--only", "02", "--quiet", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
