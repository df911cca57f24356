"""Numbers of a report's sentences, recounted from its raw files: ``python tests/report/recount.py RUN SHOP RAW``.

RUN is the folder of a report, SHOP one of demo, complete-journey and online-retail, RAW its raw files (a folder; of
Online Retail the file). Nothing of seglib is imported: sentences are read as they stand in the HTML, and each number
is held against one of our own at the precision in which it is written.
"""

from __future__ import annotations

import html
import re
import sys
from dataclasses import dataclass
from numbers import Number
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from recounting import journeys, segments, trade
from recounting.shops import complete_journey, demo, online_retail
from recounting.sums import Shop

LEAST = 30  # customers of a segment that has a page
SENTENCES = (*trade.told, *segments.told, *journeys.told)
READ = {"demo": demo, "complete-journey": complete_journey, "online-retail": online_retail}


@dataclass(frozen=True)
class Recounted:
    """A sentence as it stands on the page (empty: it is not there), and what its words and numbers should be."""

    page: str
    name: str
    text: str
    written: tuple[str, ...]
    ours: tuple[Any, ...]

    @property
    def right(self) -> bool:
        pairs = zip(self.written, self.ours, strict=True)
        return bool(self.text) and all(agrees(written, ours) for written, ours in pairs)

    def __str__(self) -> str:
        found = f"{self.page}, {self.name}: {self.text or 'the sentence is not there'}"
        return found if self.right else f"WRONG {found}\n      ours: {', '.join(map(str, self.ours))}"


def text_of(page: Path) -> str:
    """What a page says, without tags, scripts and drawings; one blank between words."""
    said = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", page.read_text(encoding="utf-8"))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", said)).split())


def agrees(written: str | None, ours: Any) -> bool:
    """Whether what is written is ours, rounded to as many digits."""
    if isinstance(ours, pd.Timestamp):
        return written == f"{ours.day} {ours:%B %Y}"
    if not isinstance(ours, Number):
        return written == ours
    digits = re.sub(r"[^\d.]", "", written or "")
    value = float(digits) * (-1 if "−" in str(written) else 1)
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2])
    return abs(float(ours) * (100 if str(written).endswith("%") else 1) - value) <= half + 1e-6


def recount(run: Path, shop: Shop) -> list[Recounted]:
    """Each sentence that a report on this shop should have, recounted."""
    pages = {page: text_of(run / f"{page}.html") for page in {each.page for each in SENTENCES}}
    found = []
    for each in SENTENCES:
        if shop.name not in each.only:
            continue
        hit = re.search(each.pattern, pages[each.page])
        written = hit.groups() if hit else ()
        ours = tuple(each.values(shop, run)) if hit else ()
        found.append(Recounted(each.page, each.values.__name__, hit[0] if hit else "", written, ours))
    return found


def _id(customer: Any) -> str:
    """A number of a customer as it is written, which may have been read as one with a fraction."""
    return str(customer).removesuffix(".0")


def lists_at_fault(run: Path, shop: Shop) -> list[str]:
    """What is wrong with the lists and key numbers of the RFM segments that are large enough to have a page."""
    ours, wrong, seen = shop.customers.assign(rfm=shop.rfm).rename(index=_id), list[str](), list[str]()
    for file in sorted((run / "segments").glob("rfm-*.csv")):
        listed = pd.read_csv(file, encoding="utf-8-sig", dtype={"Customer id": "str"}).set_index("Customer id")
        told, here = text_of(file.with_suffix(".html")), ours.reindex(listed.index)
        seen += [*listed.index]
        share, money = len(listed) / len(ours), here["revenue"].sum()
        hit = re.search(r"Customers (\S+) (\S+) of all customers Net revenue (\S+) (\S+) ", told)
        written = hit.groups() if hit else (None,) * 4
        expected = (len(listed), share, money, money / ours["revenue"].sum())
        right = all(agrees(one, value) for one, value in zip(written, expected, strict=True))
        right &= here["rfm"].nunique() == 1
        right &= bool(np.allclose(listed["Revenue"], here["revenue"]) and (listed["Orders"] == here["frequency"]).all())
        wrong += [] if right else [f"{file.name}: {written}, ours {expected}"]
    large = ours.index[ours.groupby("rfm")["rfm"].transform("size") >= LEAST]
    return wrong + ([] if sorted(seen) == sorted(large) else ["not every customer is on one list"])


def main() -> int:
    """Print each sentence; 1 where one is wrong."""
    run, name, raw = sys.argv[1:]
    found = recount(Path(run), READ[name](Path(raw)))
    print(*found, sep="\n")
    wrong = sum(not each.right for each in found)
    print(f"{len(found)} sentences, {sum(len(each.ours) for each in found)} numbers and names, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
