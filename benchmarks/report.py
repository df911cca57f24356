"""A whole report beside the plain way (papermill, nbconvert) and the floor (the same cells in one warm process)."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("0*.ipynb"))
LIMIT_FLOOR, LIMIT_PLAIN = 1.6, 4.0


def plain(shop: str, folder: Path) -> float:
    """Seconds of one command after the other, as a user would type them."""
    started = time.perf_counter()
    for path in NOTEBOOKS:
        out = str(folder / path.name)
        run("papermill", str(path), out, "-p", "shop", shop, "--cwd", str(ROOT / "notebooks"), "--log-level", "ERROR")
        run("jupyter", "nbconvert", "--to", "html", "--no-input", out, "--log-level", "ERROR")
    return time.perf_counter() - started


def run(command: str, *arguments: str) -> None:
    script = Path(sys.executable).with_name(command)
    subprocess.run([str(script), *arguments], check=True, capture_output=True)


def seglib(shop: str, folder: Path) -> float:
    """Seconds of the command that does it all."""
    started = time.perf_counter()
    run("seglib", "report", shop, "--out", str(folder / "report"))
    return time.perf_counter() - started


def floor(shop: str, folder: Path) -> float:
    """Seconds of the same cells in one process that has imported everything, the shop read once."""
    script = [sys.executable, __file__, "--cells", shop, str(folder / "cells")]
    done = subprocess.run(script, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout.splitlines()[-1])["seconds"])


def cells(shop: str, folder: Path) -> None:
    """Run the cells of all notebooks here, and print how long they took."""
    from importlib import import_module

    from IPython.core.interactiveshell import InteractiveShell

    import seglib as sg
    from seglib.report.run.warm import IMPORTED

    for name in IMPORTED:
        import_module(name)
    shell = InteractiveShell.instance()
    shell.display_pub.publish = lambda *_, **__: None
    started = time.perf_counter()
    sg.open_shop(shop).save(folder)
    for path in sorted(NOTEBOOKS, key=lambda one: one.stem[:2] in ("01", "04", "05", "06")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                shell.run_cell("".join(cell["source"])).raise_error()
                if "parameters" in cell["metadata"].get("tags", []):
                    shell.push({"shop": shop, "run": str(folder)})
    print(json.dumps({"seconds": time.perf_counter() - started}))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shop", nargs="?", default="demo", help="an example, an order file or a shop.toml")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--cells", nargs=2, metavar=("SHOP", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.cells:
        cells(asked.cells[0], Path(asked.cells[1]))
        return 0
    shop = str(Path(asked.shop).resolve()) if Path(asked.shop).exists() else asked.shop
    seconds: dict[str, list[float]] = {"plain": [], "floor": [], "seglib": []}
    for _ in range(asked.rounds):
        for name, contender in (("seglib", seglib), ("floor", floor), ("plain", plain)):
            folder = Path(tempfile.mkdtemp(prefix="seglib-bench-"))
            seconds[name].append(contender(shop, folder))
            shutil.rmtree(folder, ignore_errors=True)
            print(f"{name:8s} {seconds[name][-1]:7.1f} s", flush=True)
    to_floor = median(mine / least for mine, least in zip(seconds["seglib"], seconds["floor"], strict=True))
    to_plain = median(most / mine for mine, most in zip(seconds["seglib"], seconds["plain"], strict=True))
    print(
        f"seglib / floor: {to_floor:.2f} (limit {LIMIT_FLOOR}); plain / seglib: {to_plain:.2f} (at least {LIMIT_PLAIN})"
    )
    return 0 if to_floor <= LIMIT_FLOOR and to_plain >= LIMIT_PLAIN else 1


if __name__ == "__main__":
    sys.exit(main())
