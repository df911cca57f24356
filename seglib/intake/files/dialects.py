"""How a text file is written: delimiter, quotes, where the header stands and where the rows end."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seglib.errors import InputError
from seglib.intake.files.finding_files import Hints
from seglib.intake.files.headers import (
    MAX_COLUMNS,
    check_headed,
    column_names,
    find_header,
    is_footer,
    plain,
    usual_width,
)
from seglib.tables.privacy import shape_of

__all__ = ["Dialect", "find_end", "sniff"]

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f", "\x01")
NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
SAMPLE, LARGE_SAMPLE = 2**18, 2**25  # bytes looked at; the second where the first line is longer than the first
ROWS = 200  # rows looked at
TAIL = 2**16  # bytes at the end in which remarks are looked for


@dataclass(frozen=True)
class Dialect:
    """How a text file is written.

    ``skip`` lines stand before the first row, of which ``preamble`` hold something and are not the header; ``simple``
    says that counting lines is safe, ``start`` is the byte at which the first row begins, ``plain_ends`` that no
    carriage return stands alone.
    """

    delimiter: str
    quote: str
    escape: str
    spaced: bool
    names: tuple[str, ...]
    changes: tuple[str, ...]
    skip: int
    preamble: int
    simple: bool
    start: int
    plain_ends: bool

    @property
    def reader_options(self) -> dict[str, Any]:
        """Options of ``csv.reader`` for this dialect, once ``doubled`` has been over the lines."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote,
            "skipinitialspace": self.spaced,
            "strict": True,
        }

    def doubled(self, line: str) -> str:
        """Line with quotes written twice, where the file writes them after a backslash."""
        return line if self.escape == self.quote else _doubled(line, self.quote)


@dataclass(frozen=True)
class _Trial:
    delimiter: str
    quote: str
    rows: list[list[str]]
    ends: list[int]  # line after which each row ends
    header: int
    met: bool

    @property
    def worth(self) -> tuple[bool, bool, float, int, int]:
        """What makes one delimiter likelier than another, the weightiest first."""
        body = [row for row in self.rows[self.header :] if row]
        width = len(self.rows[self.header]) if self.header >= 0 else 0
        same = sum(abs(len(row) - width) == 0 for row in body) / max(len(body), 1)
        before = sum(any(row) for row in self.rows[: max(self.header, 0)])
        return self.met, width > 1, round(same, 1), -before, width


def sniff(file: Path, name: str, hints: Hints) -> Dialect:
    """Dialect of a UTF-8 text file.

    Raises
    ------
    InputError
        No header, too many columns, a name twice, or a delimiter that does not divide.
    """
    text, whole = _sample(file, name)
    said = re.match(r'"?sep=(.)"?\r?\n', text)  # what Excel writes for itself
    given = NAMED.get(hints.delimiter.lower(), hints.delimiter) or (said[1] if said else "")
    if len(given) > 1:
        raise InputError(f"{name}: the delimiter {given!r} has {len(given)} signs. Give one, such as ',' or 'tab'.")
    trials = [_try(text, sign, whole, hints.header_has) for sign in ([given] if given else DELIMITERS)]
    best = max(trials, key=lambda trial: trial.worth)
    if best.header < 0:
        raise InputError(f"{name}: no row with names of columns. Export it again, or check that it is the right file.")
    _check_divided(best, text, whole, name, hints, given)
    check_headed(best.rows, best.header, name)
    return _dialect(best, text, name, mark=_mark(file))


def _sample(file: Path, name: str) -> tuple[str, bool]:
    for size in (SAMPLE, LARGE_SAMPLE):
        with file.open("rb") as opened:
            piece = opened.read(size)
            whole = not opened.read(1)
        text = piece.decode("utf-8", "ignore").removeprefix("\ufeff")
        ends = [text.rfind("\n"), text.rfind("\r")]
        if whole:
            return text, True
        if max(ends) > 0 and text[: max(ends)].strip("\r\n"):
            return text[: max(ends) + 1].removesuffix("\r"), False
        most = max(text.count(sign) for sign in DELIMITERS)
        if most > MAX_COLUMNS:
            raise InputError(
                f"{name}: the first line has {most:,} columns and more, at most {MAX_COLUMNS:,} are read. "
                "Is it a table of orders?"
            )
    raise InputError(f"{name}: the first line is longer than {LARGE_SAMPLE // 2**20} MB. Is it a text file of rows?")


def _mark(file: Path) -> int:
    with file.open("rb") as opened:
        return 3 if opened.read(3) == codecs.BOM_UTF8 else 0


def _try(text: str, delimiter: str, whole: bool, header_has: Sequence[str]) -> _Trial:
    quote = "'" if re.match(rf"\s*'[^'\n]*'({re.escape(delimiter)}'|\r?\n)", text) else '"'
    rows, ends = _rows(text, delimiter, quote, whole)
    header = find_header(rows, header_has)
    wanted = {plain(column) for column in header_has}
    met = header >= 0 and bool(wanted) and wanted <= {plain(cell) for cell in rows[header]}
    return _Trial(delimiter, quote, rows, ends, header, met)


def _rows(text: str, delimiter: str, quote: str, whole: bool) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    ends: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, skipinitialspace=True)
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) == ROWS:
                return rows, ends
    except csv.Error:  # a cell beyond the limit: the rows before it tell enough
        return rows, ends
    return (rows, ends) if whole or len(rows) < 2 else (rows[:-1], ends[:-1])


def _check_divided(best: _Trial, text: str, whole: bool, name: str, hints: Hints, given: str) -> None:
    """Refuse one column where the file has more with another delimiter, or should have."""
    if len(best.rows[best.header]) > 1 or best.met:
        return
    others = [_try(text, sign, whole, hints.header_has) for sign in DELIMITERS if sign != best.delimiter]
    likely = [t for t in others if len(t.rows[t.header]) > 1 and t.worth[2] > 0.9] if given else []
    if likely or hints.header_has:
        first = best.rows[best.header][0]
        looked = f"as if divided by {likely[0].delimiter!r}" if likely else f"without {list(hints.header_has)[:3]}"
        raise InputError(
            f"{name}: one column only when divided by {best.delimiter!r}; line {best.ends[best.header]} is "
            f"{shape_of(first)}, {looked}. Name the delimiter that the file has."
        )


def _dialect(best: _Trial, text: str, name: str, *, mark: int) -> Dialect:
    row = best.rows[best.header]
    width = usual_width([r for r in best.rows[best.header + 1 :] if r]) or len(row)
    names, changes = column_names(row, width, name)
    skip = best.ends[best.header]
    lines = list(io.StringIO(text, newline=""))
    head = "".join(lines[:skip])
    return Dialect(
        delimiter=best.delimiter,
        quote=best.quote,
        escape="\\" if _slashed(best, text[len(head) :]) else best.quote,
        spaced=best.delimiter != " " and bool(re.search(rf"{re.escape(best.delimiter)} +{best.quote}", text)),
        names=names,
        changes=tuple(changes),
        skip=skip,
        preamble=sum(any(cell.strip() for cell in r) for r in best.rows[: best.header]),
        simple=skip == best.header + 1 and best.quote not in "".join(lines[: skip - 1]),
        start=mark + len(head.encode("utf-8")),
        plain_ends="\r" not in text.replace("\r\n", ""),
    )


def _slashed(best: _Trial, body: str) -> bool:
    """Whether quotes in cells are written ``\\"``: the rows are clear with that, and not with doubled quotes."""
    if "\\" + best.quote not in body:
        return False
    options = {"delimiter": best.delimiter, "quotechar": best.quote, "strict": True}
    return not _clear(body, options) and _clear(_doubled(body, best.quote), options)


def _doubled(text: str, quote: str) -> str:
    """Python's reader would drop every backslash before anything; here only those go that stand before a quote."""
    return re.sub(rf"\\([{quote}\\])", lambda found: quote * 2 if found[1] == quote else "\\", text)


def _clear(body: str, options: dict[str, Any]) -> bool:
    try:
        return all(
            len(row) < MAX_COLUMNS
            for row in itertools.islice(csv.reader(io.StringIO(body, newline=""), **options), ROWS)
        )
    except csv.Error as error:
        return "end of data" in str(error)  # the sample may end in a cell


def find_end(file: Path, dialect: Dialect, footer: Sequence[str]) -> tuple[int, list[str]]:
    """Byte after the last row, and the remarks that stand behind it."""
    size = file.stat().st_size
    begin = max(dialect.start, size - TAIL)
    with file.open("rb") as opened:
        opened.seek(begin)
        tail = opened.read()
    end, remarks = size, []
    for line in _last_lines(tail, cut=begin > dialect.start):
        text = line.decode("utf-8", "replace")
        row = next(iter(_rows(text, dialect.delimiter, dialect.quote, True)[0]), [])
        if row and (text.count(dialect.quote) % 2 or not is_footer(row, len(dialect.names), footer)):
            break
        if row:
            remarks.append(" ".join(cell for cell in row if cell.strip()))
            end = begin + len(tail) - len(line)
        tail = tail[: -len(line)]
    return end, remarks[::-1]


def _last_lines(tail: bytes, *, cut: bool) -> Iterator[bytes]:
    lines = tail.splitlines(keepends=True)
    yield from reversed(lines[1:] if cut else lines)
