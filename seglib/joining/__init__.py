"""Several sources of order lines -> one table: persons, sales told twice, currencies."""

from seglib.joining.currencies import rates_by_date
from seglib.joining.identities import People
from seglib.joining.lines import Joined, SourceLines, join_lines

__all__ = ["Joined", "People", "SourceLines", "join_lines", "rates_by_date"]
