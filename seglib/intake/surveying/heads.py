"""The beginning of a large file as a small one of the same kind, cut between two rows."""

from __future__ import annotations

import codecs
import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from seglib.errors import InputError
from seglib.intake.files.finding_files import fresh, kind_of
from seglib.intake.files.packing import check_archive

__all__ = ["LOOKED", "heads_of"]

LOOKED = 2**18  # bytes of a file, unpacked
WHOLE_JSON = 2**24  # bytes up to which one JSON document is read as a whole
MOST_MEMBERS = 50  # files in a zip that are looked into


def heads_of(file: Path, folder: Path) -> list[tuple[Path, bool]]:
    """Small files in ``folder`` with the first rows of a file or of each member of a zip; whether that is all of it.

    Raises
    ------
    InputError
        A damaged archive, or nothing in it that is read.
    """
    try:
        found = [_written(ending, head, whole, folder) for ending, head, whole in _begun(file)]
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise InputError(f"{file.name}: cannot be opened ({str(error)[:80]}). Export it again.") from None
    if not found:
        raise InputError(f"{file.name}: nothing in this zip can be read.")
    return found


def _begun(file: Path) -> Iterator[tuple[str, bytes, bool]]:
    """Ending, beginning, and whether it is all, of what a file holds."""
    name = file.name.lower()
    most = WHOLE_JSON if kind_of(name) == "json" else LOOKED
    if name.endswith(".zip"):
        with zipfile.ZipFile(file) as archive:
            check_archive(archive, file.name)
            inside = [m for m in archive.infolist() if not m.is_dir() and kind_of(m.filename) in ("text", "json")]
            for member in inside[:MOST_MEMBERS]:
                with archive.open(member) as opened:
                    head = opened.read(LOOKED + 1)
                yield Path(member.filename.lower()).suffix, head[:LOOKED], len(head) <= LOOKED
    elif name.endswith(".gz"):
        with gzip.open(file) as unpacked:
            head = unpacked.read(most + 1)
        yield Path(name.removesuffix(".gz")).suffix or ".csv", head[:most], len(head) <= most
    else:
        with file.open("rb") as plain:
            head = plain.read(most + 1)
        yield Path(name).suffix, head[:most], len(head) <= most


def _written(ending: str, head: bytes, whole: bool, folder: Path) -> tuple[Path, bool]:
    target = fresh(folder, ending)
    target.write_bytes(head if whole else _cut(head, of_json=kind_of(f"a{ending}") == "json"))
    return target, whole


def _cut(head: bytes, *, of_json: bool) -> bytes:
    """Whole rows of a beginning: up to the last end of a line that stands outside of quotes."""
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            head = head.decode("utf-16", "ignore").encode()
    if of_json:
        head = head[:LOOKED]
        return head[: head.rfind(b"\n") + 1] if _is_lines(head) else _objects(head)
    end = head.rfind(b"\n")
    while end > 0 and head[:end].count(b'"') % 2:
        end = head.rfind(b"\n", 0, end)
    return head[: end + 1] if end > 0 else head[: head.rfind(b"\n") + 1]


def _is_lines(head: bytes) -> bool:
    """Whether the first line is an object alone."""
    try:
        return isinstance(json.loads(head.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")[0]), dict)
    except ValueError:
        return False


def _objects(head: bytes) -> bytes:
    """The first objects of a JSON array, or of the first list in an object, as JSON lines."""
    text, decoder, rows = head.decode("utf-8", "ignore"), json.JSONDecoder(), []
    at = text.find("{", text.find("["))
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except ValueError:  # cut here
            break
        rows.append(json.dumps(found, ensure_ascii=False))
        at = text.find("{", end)
    return "\n".join(rows).encode() + b"\n"
