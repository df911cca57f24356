"""Several sources of order lines -> one table: persons, sales told twice, currencies."""

from seglib.intake.joining.currencies import rates_by_date
from seglib.intake.joining.identities import People, with_people
from seglib.intake.joining.lines import Joined, SourceLines, join_lines, who_is_who

__all__ = ["Joined", "People", "SourceLines", "join_lines", "rates_by_date", "who_is_who", "with_people"]
