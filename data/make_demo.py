"""Make the demo shop: ``python data/make_demo.py [folder]`` writes the same tables on every run.

Harbour & Pine is invented. Customers buy as in the BG/NBD model: each at a rate of their own, each leaving for good
after any purchase with a chance of their own. Groups with different habits are planted, and some dirt; what they do
beside buying (visits, requests, answers, deals) hangs on what they bought. ``demo_shop`` has a module for each part.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from demo_shop import make_shop
from demo_shop.writing import write_tables


def write_shop(folder: Path) -> None:
    """Every table of the shop as Parquet."""
    write_tables(make_shop(), folder)


if __name__ == "__main__":
    write_shop(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "demo")
