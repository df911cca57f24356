"""gzip and zip: unpacked as a stream, within limits, under names of our own."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import IO

from seglib.errors import InputError
from seglib.intake.files.finding_files import ENDINGS, fresh, kind_of

__all__ = ["MAX_MEMBERS", "MAX_RATIO", "MAX_UNPACKED", "check_archive", "unpack"]

MAX_UNPACKED = 50 * 2**30  # bytes of one archive, unpacked
MAX_RATIO = 250  # unpacked to packed; tables of orders stay under 50
MAX_MEMBERS = 1_000
SMALL = 64 * 2**20  # below this the ratio does not matter
CHUNK = 2**20


def unpack(path: Path, folder: Path) -> list[tuple[str, Path]]:
    """Files in an archive, unpacked into ``folder``: pairs of the name to show and the file. A plain file as it is.

    Raises
    ------
    InputError
        Damaged, cut off, locked with a password, too large when unpacked, or nothing in it that can be read.
    """
    try:
        if path.suffix.lower() == ".zip":
            return _unzip(path, folder)
        if path.suffix.lower() == ".gz":
            inner = path.with_suffix("").suffix.lower() or ".csv"
            target = fresh(folder, inner)
            with gzip.open(path) as packed:
                _copy(packed, target, path.stat().st_size, path.name)
            return [(path.name, target)]
    except InputError:
        raise
    except Exception as error:  # zlib, zipfile and gzip fail in a dozen ways
        raise InputError(
            f"{path.name}: the archive is damaged or cut off ({str(error)[:80]}). Download or export it again."
        ) from None
    return [(path.name, path)]


def _unzip(path: Path, folder: Path) -> list[tuple[str, Path]]:
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, path.name)
        members = [m for m in archive.infolist() if not m.is_dir() and _wanted(m.filename)]
        readable = [m for m in members if kind_of(m.filename) not in ("", "zip")]
        if not readable:
            names = [m.filename for m in members][:5]
            raise InputError(f"{path.name}: nothing in this zip can be read; found {names}. Expected {ENDINGS[0]} etc.")
        return [(f"{path.name}/{Path(m.filename).name}", _member(archive, m, folder, path.name)) for m in readable]


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> Path:
    if member.flag_bits & 1:
        raise InputError(f"{name}: the zip is locked with a password. Unpack it first.")
    target = fresh(folder, "".join(Path(member.filename.lower()).suffixes[-2:]))
    with archive.open(member) as packed:
        _copy(packed, target, member.compress_size, name)
    if target.suffix == ".gz":
        raise InputError(f"{name}: an archive in an archive ({member.filename}). Unpack it once.")
    return target


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a zip whose own list of contents says that it would not fit."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise InputError(
            f"{name}: {len(members):,} files in one zip, more than {MAX_MEMBERS:,}. Unpack it to a folder."
        )
    _check_size(sum(m.file_size for m in members), sum(m.compress_size for m in members), name)


def _check_size(unpacked: int, packed: int, name: str) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * max(packed, 1)):
        raise InputError(
            f"{name}: {packed:,} bytes that unpack to {unpacked:,} or more are no table of orders (a zip bomb?). "
            f"The limits are {MAX_RATIO} times the size and {MAX_UNPACKED // 2**30} GB. Unpack it if you trust it."
        )


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, size: int, name: str) -> None:
    done = 0
    with target.open("wb") as file:
        while chunk := packed.read(CHUNK):
            done += len(chunk)
            _check_size(done, size, name)
            file.write(chunk)


def _wanted(name: str) -> bool:
    return not name.startswith("__MACOSX/") and not Path(name).name.startswith((".", "~$"))
