"""CONTRIBUTING.md followed to the letter in a copy of the project: blocks written, commands run, promises seen."""

import ast
import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK, RUN = r"^```\w+\n(?P<block>.*?)^```$", r"^Run (?P<run>.*?); you see(?P<seen>.*?`\.?)$"
PLACE = re.compile(r"^# (\S+/\S+?)(?:, ([\w ]+))?:\n", re.MULTILINE)  # "# a/file.py, at the end:"
CELL = re.compile(r"^# %% ?(.*)\n", re.MULTILINE)  # "# %% [markdown]"


@pytest.fixture
def project(tmp_path):
    """A copy of what the recipes touch, whose ``seglib`` and ``python`` come first."""
    for name in ("seglib", "notebooks", "docs", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("browser"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, call in {"python": "", "seglib": "-m seglib"}.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n')
        program.chmod(0o755)
    return tmp_path


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the copy's programs are shell scripts")
def test_the_recipes_lead_to_what_they_say(project):
    for step in re.finditer(f"{BLOCK}|{RUN}", PAGE, re.MULTILINE | re.DOTALL):
        if step["block"]:
            _, *parts = PLACE.split(step["block"])
            for path, where, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
                write = put_cells if path.endswith(".ipynb") else put
                write(project / path, where or "", text)
            continue
        seen = "".join(run(command, project) for command in quoted(step["run"]))
        assert [each for each in quoted(step["seen"]) if each not in seen] == [], seen[-3000:]


def quoted(text: str) -> list[str]:
    return [" ".join(each.split()) for each in re.findall(r"`([^`]+)`", text)]


def run(command: str, project: Path) -> str:
    """What a command says, with the text of the pages that it makes; spaces of any kind are one."""
    own = {"PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(project)}
    done = subprocess.run(command, shell=True, cwd=project, env=os.environ | own, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == ("--check" in command), said[-3000:]  # its faults are what is asked for
    pages = [path.read_text(encoding="utf-8") for path in project.glob("reports/*/*.html")]
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)) for page in pages)
    return re.sub(r"\s+", " ", said + text)


def put(path: Path, where: str, text: str) -> None:
    """Write lines where a block says that they go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert path.exists() == bool(where), path
    old = path.read_text(encoding="utf-8") if where else ""
    lines = old.splitlines(keepends=True)
    row = row_in(ast.parse(old), where) if where not in ("", "at the end") else len(lines)
    path.write_text("".join([*lines[:row], text, *lines[row:]]), encoding="utf-8")


def row_in(module: ast.Module, where: str) -> int:
    """The row after the imports, or that of the bracket that closes a name's value."""
    name = where.removeprefix("last in ")
    if where == "with the imports":
        return max(node.end_lineno for node in module.body if isinstance(node, ast.Import | ast.ImportFrom))
    return next(
        node.end_lineno - 1
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and getattr(node, "target", getattr(node, "targets", [None])[0]).id == name
    )


def put_cells(path: Path, where: str, text: str) -> None:
    if where == "its metadata":
        content = nbformat.read(path, as_version=4)
        content.metadata |= ast.literal_eval(text)
    else:
        _, *parts = CELL.split(text)
        content = new_notebook(cells=[cell(kind, source) for kind, source in zip(parts[::2], parts[1::2], strict=True)])
    nbformat.write(content, path)


def cell(kind: str, source: str) -> nbformat.NotebookNode:
    if kind == "[markdown]":
        return new_markdown_cell(re.sub(r"^# ?", "", source, flags=re.MULTILINE).strip())
    return new_code_cell(source.strip(), metadata={"tags": [kind]} if kind else {})


def test_every_block_says_where_it_goes():
    blocks = re.findall(BLOCK, PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    assert [block for block in blocks if not PLACE.match(block)] == []


def test_links_lead_somewhere():
    for name in ("CONTRIBUTING.md", "README.md"):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / name).read_text(encoding="utf-8"))
        assert links
        assert [link for link in links if not (ROOT / link).exists()] == []


def test_tests_stand_in_the_rooms_of_seglib():
    """As the readme's map of the house says."""
    rooms = {path.name for path in (ROOT / "seglib").iterdir() if (path / "__init__.py").is_file()}
    there = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert there - {"notebooks", "browser", "faults"} <= rooms
