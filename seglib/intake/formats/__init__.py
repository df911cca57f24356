"""Export formats as data: read, recognised by their header, listed, drafted for a new file."""

from seglib.intake.formats.checking import AHEAD, HOLDS_LINES, ORDER_CELLS, TOLD
from seglib.intake.formats.drafting import (
    draft_format,
    draft_text,
    examples_of,
    format_text,
    guessed_columns,
    numbering,
    quoted,
)
from seglib.intake.formats.identities import CENT, identity_text
from seglib.intake.formats.kinds import kind_of_table
from seglib.intake.formats.layout import GUESS, Format, known_formats, load_format
from seglib.intake.formats.listing import format_table, list_formats
from seglib.intake.formats.patterns import group_names, matching
from seglib.intake.formats.recognising import Recognised, footers, header_names, normalised, recognise

__all__ = [
    "AHEAD",
    "CENT",
    "GUESS",
    "HOLDS_LINES",
    "ORDER_CELLS",
    "TOLD",
    "Format",
    "Recognised",
    "draft_format",
    "draft_text",
    "examples_of",
    "footers",
    "format_table",
    "format_text",
    "group_names",
    "guessed_columns",
    "header_names",
    "identity_text",
    "kind_of_table",
    "known_formats",
    "list_formats",
    "load_format",
    "matching",
    "normalised",
    "numbering",
    "quoted",
    "recognise",
]
