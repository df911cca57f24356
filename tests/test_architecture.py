"""The walls of docs/architecture.md, held against the imports."""

import ast
import json
import re
from pathlib import Path

import pytest

import seglib

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "seglib").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ANALYSIS = (
    "exploration",
    "rfm",
    "personas",
    "profiles",
    "customers",
    "cleaning",
    "sources",
    "readings",
    "files",
    "formats",
    "shaping",
    "people",
    "schemes",
    "segments",
    "journeys",
    "feedback",
    "intervals",
    "tidy",
)
ALLOWED = {
    **{name: {"tables", "intervals", "tidy"} for name in ("exploration", "personas", "profiles")},
    "people": {"tables", "measures"},
    "schemes": {"tables", "shown", "intervals"},
    "journeys": {"tables", "measures", "shown", "intervals", "tidy"},
    "feedback": {"tables", "measures", "shown", "intervals", "tidy"},
    "intervals": set(),
    "tidy": set(),
    "segments": {"tables", "measures", "shown"},
    "sources": {"tables", "files", "formats", "shaping"},
    "formats": {"tables", "readings", "files"},
    "shaping": {"tables", "readings", "formats"},
}
# who alone may import it
OWNERS = {
    "matplotlib": ("plots",),
    "seaborn": ("plots",),
    "papermill": ("report",),
    "nbclient": ("report",),
    "nbconvert": ("report",),
    "IPython": ("display",),
    "duckdb": ("segments", "files"),
    "ibis": (
        *("files", "formats", "shaping", "sources", "readings", "joining", "gathering", "side_tables", "shop_tables"),
        *("cleaning", "customers", "people", "exploration", "journeys", "feedback", "shop", "earlier", "outcomes"),
        *("shop_rules", "tidy"),
    ),
}


def room(path: Path) -> str:
    return path.relative_to(ROOT / "seglib").parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_used(path: Path) -> set[str]:
    known = {room(module) for module in MODULES}
    used = {name.split(".")[1] for name in imports(path) if name.startswith("seglib.")} & known
    return used - {room(path), "messages", "words"}  # every room may say something, in the language of the report


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_walls(path):
    here = room(path)
    if here in ANALYSIS:
        assert rooms_used(path) <= ALLOWED.get(here, {"tables"})
    if here in ("plots", "findings"):
        assert rooms_used(path) <= {"words"}
    for library, owners in OWNERS.items():
        if any(name.split(".")[0] == library for name in imports(path)):
            assert here in owners, f"{path.name} imports {library}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_module_reads_the_clock(path):
    if room(path) in ("report", "cli"):
        return
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\.(now|today|utcnow)\(\)|time\.time\(|perf_counter|Timestamp\(\"now", text)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
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
    assert dir(seglib) == sorted(seglib.__all__)  # no module, though many are loaded by now


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
