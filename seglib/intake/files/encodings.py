"""Text in any encoding as a UTF-8 file, and which encoding was taken."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.finding_files import fresh
from seglib.tables.privacy import shape_of

__all__ = ["as_utf8"]

CHUNK = 4 * 2**20
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAGIC = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"SQLite format 3": "an SQLite database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"BZh": "a bzip2 archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
}
UTF7_MARKS = tuple(b"+/v" + last for last in (b"8", b"9", b"+", b"/"))
UTF7_LETTERS = re.compile(rb"\+[A-L][A-Za-z0-9+/]{2,}")  # some letters below U+3000, as UTF-7 writes them
HALF = re.compile(rb"\xed[\xa0-\xbf]")  # of a pair: a surrogate alone, or a pair written as CESU-8
COMMON = (
    "utf-8",
    "utf-16",
    "cp1252",
    "latin-1",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "shift_jis",
    "gb18030",
    "mac_roman",
)


def as_utf8(file: Path, folder: Path, name: str, encoding: str = "") -> tuple[Path, str]:
    """The file itself where it is UTF-8, else a copy in UTF-8 in ``folder``; and the encoding it has.

    A mark at the beginning decides; without one, the whole file is held against UTF-8, then taken as Windows-1252,
    then as Latin-1, in which every byte means something.

    Raises
    ------
    InputError
        Not text, or not in the encoding that it says.
    """
    with file.open("rb") as opened:
        head = opened.read(2**16)
    for magic, what in MAGIC.items():
        if head.startswith(magic):
            raise InputError(f"{name}: this is {what}, not a text file. Give it its right ending, or export it as CSV.")
    told = _known(encoding, name) if encoding else _marked(head)
    if told in ("", "utf-8", "ascii", "utf-8-sig"):
        bad = _first_bad(file, name)
        if bad is None:
            if not encoding:
                _refuse_utf7(file, head, name)
            return file, "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
        if told:
            raise InputError(f"{name}: line {bad[0]:,} is not {told} ({bad[1]}). Name the encoding, such as cp1252.")
        if bad[2]:
            raise InputError(
                f"{name}: line {bad[0]:,} is not UTF-8 ({bad[1]}), although lines before it are. The export is damaged "
                "or mixed from two; export it again, or name the encoding, such as cp1252."
            )
    for guess in (told,) if told else ("cp1252", "latin-1"):
        target = fresh(folder, ".csv")
        line = _write(file, target, guess, name)
        if not line:
            return target, guess
        target.unlink()
    raise InputError(f"{name}: line {line:,} is not {told}. Name another encoding, such as utf-8 or cp1252.")


def _known(encoding: str, name: str) -> str:
    try:
        codec = codecs.lookup(encoding)
        "".encode(codec.name)  # those from bytes to bytes, such as zip, are none of text
    except (LookupError, TypeError, ValueError):
        raise InputError(f"{name}: unknown encoding {encoding!r}.{did_you_mean(encoding, COMMON)}") from None
    return codec.name


def _marked(head: bytes) -> str:
    for mark, codec in BOMS:
        if head.startswith(mark):
            return codec
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) > 3 and max(even, odd) > 0.7 * len(head) / 2 and min(even, odd) < 0.1 * len(head) / 2:
        return "utf-16-le" if odd > even else "utf-16-be"  # without a mark; text is mostly of small numbers
    return ""


def _first_bad(file: Path, name: str) -> tuple[int, str, bool] | None:
    """Line of the first byte that is not UTF-8, an example, and whether letters beyond ASCII stood before it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, beyond = 1, False
    for chunk in _chunks(file):
        _refuse_nul(chunk, lines, name)
        if not chunk.isascii() or decoder.getstate()[0]:
            held = decoder.getstate()[0]
            try:
                beyond |= not decoder.decode(chunk, final=False).isascii()
            except UnicodeDecodeError as error:
                piece = held + chunk
                good = piece[: error.start]
                line = lines + good.count(b"\n")
                _refuse_half(piece[error.start :], line, name)
                example = piece[max(0, error.start - 12) : error.start + 1].decode("ascii", "replace").splitlines()[-1]
                return line, shape_of(example), beyond or not good.isascii()
        lines += chunk.count(b"\n")
    return (lines, "it ends in the middle of a letter", True) if decoder.getstate()[0] else None


def _refuse_half(rest: bytes, line: int, name: str) -> None:
    if HALF.match(rest):
        raise InputError(
            f"{name}: line {line:,} holds half of a letter (a lone surrogate, or UTF-8 of 16-bit halves: CESU-8). "
            "Export it as UTF-8 (AL32UTF8 in Oracle, utf8mb4 in MySQL), or name the encoding, such as cp1252."
        )


def _refuse_utf7(file: Path, head: bytes, name: str) -> None:
    if head.startswith(UTF7_MARKS) or _is_utf7(file):
        raise InputError(
            f"{name}: this is text in UTF-7, in which letters beyond ASCII are written as a plus, signs and a dash. "
            "Export it as UTF-8, or name the encoding in a format (file: {encoding: utf-7}; utf-8 where it is none)."
        )


def _is_utf7(file: Path) -> bool:
    """Whether plain ASCII means letters: every plus begins some, and they are of several kinds."""
    decoder, found = codecs.getincrementaldecoder("utf-7")(), set[bytes]()
    try:
        for chunk in _chunks(file):
            found |= set(UTF7_LETTERS.findall(chunk))
            if not chunk.isascii() or (b"+" in chunk and max(decoder.decode(chunk), default="") >= "\u3000"):
                return False
    except UnicodeDecodeError:
        return False
    return len(found) > 1


def _write(file: Path, target: Path, codec: str, name: str) -> int:
    """Copy in UTF-8; returns the line that is not in this encoding, or 0."""
    decoder = codecs.getincrementaldecoder(codec)()
    lines = 1
    with target.open("wb") as out:
        try:
            for chunk in _chunks(file):
                text = decoder.decode(chunk)
                _refuse_nul(text.encode("utf-8", "surrogatepass"), lines, name)
                out.write(text.encode("utf-8"))
                lines += text.count("\n")
            out.write(decoder.decode(b"", final=True).encode("utf-8"))
        except UnicodeDecodeError as error:
            return lines + error.object[: error.start].decode(codec, "ignore").count("\n")
        except UnicodeError:  # says no place
            return lines
    return 0


def _refuse_nul(chunk: bytes, lines: int, name: str) -> None:
    at = chunk.find(b"\0")
    if at >= 0:
        line = lines + chunk.count(b"\n", 0, at)
        raise InputError(
            f"{name}: line {line:,} holds a NUL byte, which no text has: a binary file or a damaged export. "
            "Export it again."
        )


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk
