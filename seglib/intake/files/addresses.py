"""Addresses of databases: what they say, and how they may be told of."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.texts import identifier

__all__ = ["FILES", "SCHEMES", "Address", "file_address", "is_url", "parse_address", "source_name", "told_source"]

SCHEMES = {"sqlite": "sqlite", "duckdb": "duckdb", "postgresql": "postgres", "postgres": "postgres", "mysql": "mysql"}
FILES = ("sqlite", "duckdb")
PASSWORD = "SEGLIB_DB_PASSWORD"  # the variable, not the password
KEYS = ("table", "query", "password_env", "timeout_seconds")
URL = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # one stroke too few may hide no password either


@dataclass(frozen=True)
class Address:
    """A table or a query of a database."""

    scheme: str
    user: str
    host: str
    port: int
    path: str
    table: str = ""
    query: str = ""
    password_env: str = PASSWORD
    timeout_seconds: int = 0

    @property
    def shown(self) -> str:
        """The address as a message tells it: no user, no password, no text of a query."""
        place = self.host + (f":{self.port}" if self.port else "") if self.host else ""
        return f"{self.scheme}://{place}/{self._rows}"

    @property
    def told(self) -> str:
        """The address as pages and records tell it: no host either."""
        return f"{self.scheme}:///{self._rows}"

    @property
    def _rows(self) -> str:
        return " ".join(filter(None, (self.path.rsplit("/", 1)[-1], self.table or self._of_query)))

    @property
    def _of_query(self) -> str:
        """Which query, and of which tables: what it compares them with may be anybody's address."""
        tables = ", ".join(_tables_in(self.query, SCHEMES[self.scheme]))
        return f"query {hashlib.sha256(self.query.encode()).hexdigest()[:8]}" + (f" of {tables}" if tables else "")

    @property
    def select(self) -> str:
        """SQL of what is wanted."""
        return self.query or "SELECT * FROM " + ".".join(identifier(piece) for piece in self.table.split("."))


def is_url(path: str | Path) -> bool:
    """Whether a path is an address of a database.

    Examples
    --------
    >>> is_url("sqlite:///shop.db?table=orders"), is_url("orders.csv")
    (True, False)
    """
    return isinstance(path, str) and "://" in path and bool(URL.match(path))


def told_source(source: str | Path) -> str:
    """What a user names, as logs, pages and records tell it: of a database its kind and name alone.

    Examples
    --------
    >>> told_source("orders.csv"), told_source("postgresql://ann:secret@db.example.org/shop?table=orders")
    ('orders.csv', 'postgresql:///shop')
    >>> told_source("sqlite:///old/shop.db?query=SELECT * FROM orders WHERE mail <> 'ann@example.org'")
    'sqlite:///shop.db'
    """
    text = str(source)
    if not URL.match(text) or Path(text).exists():
        return text
    return f"{text.partition(':')[0].lower()}:///{_last_piece(text)}"


def source_name(source: str | Path) -> str:
    """Name that a source has by itself: of its file or database, without ending.

    Examples
    --------
    >>> source_name("exports/shop-*.csv"), source_name("sqlite:///old/shop.db?table=orders"), source_name("mysql://ann@db")
    ('shop', 'shop', '')
    """
    text = str(source)
    piece = _last_piece(text) if URL.match(text) else re.sub(r"[?#].*", "", text).rstrip("/").rpartition("/")[2]
    return unquote(piece).partition(".")[0].strip("*-_ ")


def _last_piece(url: str) -> str:
    """Last piece of the path of an address; empty where it may be a piece of a password."""
    scheme, _, rest = url.partition(":")
    path, after = [*re.split("[?#]", rest.lstrip("/"), maxsplit=1), ""][:2]
    if scheme.lower() in FILES and rest.startswith("///"):
        return path.rstrip("/").rpartition("/")[2]
    split = "@" in after and ":" in path  # at a sign of the password
    return "" if split else path.partition("/")[2].rstrip("/").rpartition("/")[2]


def parse_address(url: str) -> Address:
    """What an address says.

    Raises
    ------
    InputError
        No address of a table or a query; never with a user or a password in it.
    """
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise InputError(f"{scheme}://...: not a database that is read here.{did_you_mean(scheme, SCHEMES)}")
    try:
        parts = urlsplit(url, allow_fragments=False)
        query = parts.query.replace("+", "%2B")  # SQL adds, it has no blanks to save
        said = {key: values[-1] for key, values in parse_qs(query, strict_parsing=bool(query)).items()}
        port, password, seconds = parts.port or 0, parts.password, int(said.get("timeout_seconds", 0))
        if seconds < 0 or (scheme not in FILES and "@" in parts.path):
            raise ValueError("a password with strokes in it")
    except ValueError:
        form = f"{scheme}://user@host/database?table=orders"
        raise InputError(f"{scheme}://...: not a valid address. Write {form}.") from None
    _refuse(scheme, said, secret=password is not None)
    path = unquote(parts.path).removeprefix("/")
    if scheme in FILES:
        _check_file(scheme, parts.netloc, path)
    return Address(
        scheme, unquote(parts.username or ""), parts.hostname or "", port, path,
        said.get("table", ""), said.get("query", ""), said.get("password_env", PASSWORD), seconds,
    )  # fmt: skip


def _refuse(scheme: str, said: Mapping[str, str], *, secret: bool) -> None:
    if secret or {"password", "passwd", "pwd"} & set(said):
        raise InputError(
            f"{scheme}://...: a password stands in the address. Take it out (and change it: others may have seen it) "
            f"and put it into the environment variable {PASSWORD}."
        )
    unknown = sorted(set(said) - set(KEYS))
    if unknown or not said.get("table", "") + said.get("query", ""):
        first = repr(unknown[0]) if unknown and re.fullmatch("[a-z_]+", unknown[0]) else "setting"
        found = f"unknown {first}" if unknown else "neither table nor query is told"
        raise InputError(f"{scheme}://...: {found}. Write ?table=orders or ?query=SELECT... after the address.")


def _check_file(scheme: str, host: str, path: str) -> None:
    if host:
        raise InputError(f"{scheme}://...: a file takes three strokes: {scheme}:///folder/file.db?table=orders.")
    file = Path(path.replace("\0", ""))
    if not os.path.isfile(file):  # Path.is_file fails where a name is too long
        near = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
        raise InputError(f"{file}: no such file.{did_you_mean(file.name, sorted(near), otherwise='')}")


def file_address(scheme: str, file: str | Path) -> str:
    """Address of a database that is a file, whatever signs its path has."""
    return f"{scheme}:///{quote(str(file))}"


def _tables_in(query: str, dialect: str) -> list[str]:
    """Tables that a query reads, as far as they have plain names."""
    import sqlglot

    try:
        parsed = sqlglot.parse_one(query, read=dialect)
    except sqlglot.errors.SqlglotError:
        return []
    made = {part.alias for part in parsed.find_all(sqlglot.exp.CTE)}
    names = dict.fromkeys(table.name for table in parsed.find_all(sqlglot.exp.Table))
    return [name for name in names if name not in made and re.fullmatch(r"\w{1,40}", name)]
