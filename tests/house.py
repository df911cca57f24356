"""The rooms of seglib and the imports between them, read from the code; ``python tests/house.py`` draws them.

``python tests/house.py --write`` puts the drawing into docs/architecture.md, where a test holds it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn by tests/house.py -->", "<!-- end of the drawing -->"
# from the ground up; rooms of one storey do not import each other
STOREYS = (
    ("errors",),
    ("language",),
    ("show",),
    ("tables",),
    ("intake", "segments", "analysis", "actions"),
    ("shop",),
    ("report",),
    ("command",),
)
DOOR = "seglib"  # what users import: it serves names of every room, and rooms take only the version from it


def modules(root: Path = ROOT / "seglib") -> dict[str, Path]:
    """Dotted name below the package -> file; the door is ``""``."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a file imports, inside functions and by string too (a text that names a module of seglib)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[A-Za-z]\w*(\.\w+)+", str(node.value)):
            yield str(node.value)


def inner(name: str, known: Iterable[str]) -> str | None:
    """The module of seglib that an imported name stands in, below the package; None for other packages."""
    if name != DOOR and not name.startswith(f"{DOOR}."):
        return None
    parts = name.split(".")[1:]
    while parts and ".".join(parts) not in known:
        parts.pop()
    return ".".join(parts)


def arrows(root: Path = ROOT / "seglib") -> dict[tuple[str, str], list[str]]:
    """Room, room that it imports -> the files that do."""
    files = modules(root)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, path in files.items():
        here = name.partition(".")[0]
        there = {inner(each, files) for each in imports(path)} - {None}
        for room in sorted({str(each).partition(".")[0] for each in there} - {here, ""}):
            if here and here != "__main__":
                found[here, room].append(path.relative_to(root).as_posix())
    return dict(found)


def storey(room: str) -> int:
    """How high a room stands."""
    return next(number for number, rooms in enumerate(STOREYS) if room in rooms)


def not_downwards(found: Mapping[tuple[str, str], list[str]]) -> list[str]:
    """Imports that lead upwards or sideways, each with its files."""
    return [
        f"{here} imports {there}: {', '.join(files)}"
        for (here, there), files in found.items()
        if storey(there) >= storey(here)
    ]


def circle(links: Mapping[str, Iterable[str]]) -> list[str]:
    """Names that lead back to themselves, the first such way found; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return way[way.index(name) :]
        if name in done:
            return []
        for each in sorted(links.get(name, ())):
            if found := walk(each, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(links) if (found := walk(name, []))), [])


def module_links(root: Path = ROOT / "seglib") -> dict[str, set[str]]:
    """Module -> modules that it imports; what a package's own ``__init__`` gathers is no link of its files."""
    files = modules(root)
    links: dict[str, set[str]] = {}
    for name, path in files.items():
        if path.name == "__init__.py" or name == "__main__":
            continue
        there = {inner(each, files) for each in imports(path)} - {None, "", name}
        links[name] = {str(each) for each in there if files[str(each)].name != "__init__.py"}
    return links


def drawing(found: Mapping[tuple[str, str], list[str]] | None = None) -> str:
    """The storeys from the top down, each room with the rooms it imports."""
    found = arrows() if found is None else found
    lines = []
    for rooms in reversed(STOREYS):
        for room in rooms:
            below = sorted((there for here, there in found if here == room), key=storey, reverse=True)
            lines.append(f"    {room:<10}{'-> ' + ' '.join(below) if below else ''}".rstrip())
        lines.append("    " + "-" * 70)
    count = len({rooms for pair in found for rooms in pair})
    return "\n".join([*lines[:-1], "", f"{count} rooms, {len(found)} arrows, none upwards or sideways."])


def main() -> None:
    """Print the drawing, or put it into the page."""
    if "--write" not in sys.argv:
        print(drawing())
        return
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{drawing()}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
