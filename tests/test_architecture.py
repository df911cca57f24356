"""The walls of docs/architecture.md, held against the imports."""

import ast
import json
import re
import runpy
from pathlib import Path

import pytest

import seglib

house = runpy.run_path(str(Path(__file__).with_name("house.py")))
ROOT = house["ROOT"]
MODULES = sorted((ROOT / "seglib").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# who alone may import it, by string too
OWNERS = {
    "matplotlib": ("show/plots", "report/run/warm", "show/display"),  # display closes a figure that is open, if any
    "seaborn": ("show/plots", "report/run/warm"),
    "papermill": ("report/run",),
    "nbclient": ("report/run",),
    "nbconvert": ("report/pages",),
    "xlsxwriter": ("report/handing",),
    "IPython": ("show/display", "report/run/warm", "report/run/progress"),
    "duckdb": ("segments/rules/evaluating", "intake/files"),
    "ibis": (
        "intake",
        "shop",
        "tables/small_tables",
        "tables/seen",
        "tables/orders",
        "tables/period",
        "analysis",
        "report/run/warm",
    ),
}
APART = ("segments", "analysis", "actions")  # what two of their rooms need stands further down


def place(path: Path) -> str:
    return path.relative_to(ROOT / "seglib").with_suffix("").as_posix()


def test_imports_lead_downwards():
    found = house["arrows"]()
    assert house["not_downwards"](found) == []
    assert len({room for pair in found for room in pair}) == 11
    assert len(found) < 50


def test_rooms_of_one_wing_do_not_import_each_other():
    def rooms(name: str) -> str:
        return ".".join(name.split(".")[:2])

    links = house["module_links"]()
    wrong = [
        f"{here} imports {there}"
        for here, those in links.items()
        for there in those
        if here.split(".")[0] in APART and here.split(".")[0] == there.split(".")[0] and rooms(here) != rooms(there)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("from seglib.shop.shop import Shop\n", "tables imports shop"),
        ("def late():\n    import seglib.command.cli\n", "tables imports command"),
        ("IMPORTED = ('seglib.segments.rfm',)\n", "tables imports segments"),
        ("from seglib import report\n", "tables imports report"),
    ],
)
def test_a_planted_upward_import_is_seen(tmp_path, planted, told):
    """The rule itself: statements, imports inside functions, names in strings."""
    for path in MODULES:
        copy = tmp_path / path.relative_to(ROOT / "seglib")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8") if path.name == "__init__.py" else "", encoding="utf-8")
    (tmp_path / "tables" / "canonical.py").write_text(planted, encoding="utf-8")
    wrong = house["not_downwards"](house["arrows"](tmp_path))
    assert [line for line in wrong if line.startswith(told)] == [f"{told}: tables/canonical.py"]


def test_a_planted_circle_is_seen():
    assert house["circle"]({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == ["a", "b", "c"]


def test_no_circle():
    assert house["circle"](house["module_links"]()) == []


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_owners(path):
    used = {name.split(".")[0] for name in house["imports"](path)}
    for library, owners in OWNERS.items():
        if library in used:
            assert place(path).startswith(owners), f"{place(path)} imports {library}"


def test_the_drawing_is_of_this_tree():
    """``python tests/house.py --write`` draws it anew."""
    assert house["drawing"]() in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_no_module_reads_the_clock(path):
    if place(path).startswith(("report", "command")):
        return
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\.(now|today|utcnow)\(\)|time\.time\(|perf_counter|Timestamp\(\"now", text)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_all_names_what_is_public(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = next((n.value for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "__all__"), None)
    if isinstance(listed, ast.List) and not any(isinstance(element, ast.Starred) for element in listed.elts):
        names = ast.literal_eval(listed)
        assert sorted(names) == sorted(set(names))
        here = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        here |= {t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
        here |= {n.target.id for n in tree.body if isinstance(n, ast.AnnAssign)}
        here |= {alias.asname or alias.name for n in tree.body if isinstance(n, ast.ImportFrom) for alias in n.names}
        assert set(names) <= here


def test_every_public_name_loads():
    assert [name for name in seglib.__all__ if not hasattr(seglib, name)] == []
    with pytest.raises(AttributeError, match="no_such"):
        _ = seglib.no_such


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebooks_hold_calls_not_code(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown"
    assert re.match(r"# .+\?\s*$", "".join(cells[0]["source"]).splitlines()[0])
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        assert not cell["outputs"], "no outputs are stored"
        assert not re.search(
            r"\b(def|class|lambda|for|while|try)\b", re.sub(r"#.*", "", re.sub(r"\"[^\"]*\"", "", source))
        )
        assert max(map(len, source.splitlines())) <= 120
        if cell not in tagged:
            assert statements(source) <= 3 or "import seglib" in source


def statements(source: str) -> int:
    return sum(not isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(source).body)


def test_no_private_place_is_named():
    """Nothing in the project tells of the machine it was made on."""
    private = re.compile("/" + "work/|/" + "root/|/" + "opt/pypi|files." + "pythonhosted|pypi." + "org")
    ignored = {
        ".git",
        ".venv",
        "reports",
        "__pycache__",
        ".ruff_cache",
        ".mypy_cache",
        ".pytest_cache",
        ".hypothesis",
        "dist",
    }
    for path in ROOT.rglob("*"):
        if (
            path.is_file()
            and not ignored & set(path.relative_to(ROOT).parts)
            and path.suffix not in (".parquet", ".png")
        ):
            assert not private.search(path.read_text(encoding="utf-8", errors="ignore")), path
