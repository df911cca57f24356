"""Named cleaning steps, and the ledger that accounts for every row and every cent.

A row leaves at the first step that finds it. No step deletes anything: :func:`clean_lines` writes the step's number
beside the row, so that the ledger, the clean lines and what was left out are three readings of one table.
"""

from seglib.shop.cleaning.ledger import ledger_by_source
from seglib.shop.cleaning.marking import Cleaned, NothingLeft, clean_lines
from seglib.shop.cleaning.quality import column_quality
from seglib.shop.cleaning.steps import ANALYSED, STEPS, Beyond, Step, beyond_of

__all__ = [
    "ANALYSED",
    "STEPS",
    "Beyond",
    "Cleaned",
    "NothingLeft",
    "Step",
    "beyond_of",
    "clean_lines",
    "column_quality",
    "ledger_by_source",
]
