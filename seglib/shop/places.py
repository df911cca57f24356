"""Where the files of a shop may lie: in its folder, in an installed package, in a database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.addresses import FILES, file_address, told_source

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Places", "url_fault"]

PATTERN = set("*?[")


class Places:
    """Finds what ``shop.toml`` names, relative to its folder; collects faults, so that all are told together.

    Parameters
    ----------
    settings : Path
        The ``shop.toml``.
    outside : bool
        Whether files may lie outside its folder.

    Examples
    --------
    >>> place = Places(Path("tea/shop.toml"))
    >>> _ = place.find("../secret.csv", "tables.lines.path")
    >>> place.faults[0]
    "shop.toml: tables.lines.path '../secret.csv': lies outside the folder of shop.toml. Move it there, or say ..."
    """

    def __init__(self, settings: Path, *, outside: bool = False) -> None:
        self.where = settings.name
        self.folder = settings.parent
        self.faults: list[str] = []
        self._outside = outside

    def fault(self, text: str) -> None:
        """Note what is wrong."""
        self.faults.append(f"{self.where}: {text}")

    def find(self, text: str, key: str) -> Path | str:
        """The file, folder or pattern that a setting names, or the address of a database."""
        if "://" in text:
            return self._file_address(text, key)
        if text.startswith("package:"):
            return self._packaged(text, key)
        path, said = self.folder / text, told_source(text)  # what is nearly an address may hold a password
        try:
            matches = [path] if path.exists() or not PATTERN & set(text) else self._matching(text, key)
            if not self._outside and any(self._leads_out(match) for match in matches):
                self.fault(
                    f"{key} {said!r}: lies outside the folder of {self.where}. Move it there, or say outside = true "
                    "at the top."
                )
            elif not any(match.exists() for match in matches):
                near = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
                self.fault(f"{key} {said!r}: no such file.{did_you_mean(path.name, near)}")
        except (OSError, ValueError, NotImplementedError) as error:
            self.fault(f"{key} {said!r}: cannot be read ({error}).")
        return path

    def _matching(self, text: str, key: str) -> list[Path]:
        if Path(text).is_absolute() or ".." in Path(text).parts:
            root = self.folder / Path(*[part for part in Path(text).parts if not PATTERN & set(part)])
            return [root]
        return sorted(self.folder.glob(text)) or [self.folder / text]

    def _leads_out(self, path: Path) -> bool:
        """Whether a path, a link, or anything in a folder is elsewhere in truth."""
        root = self.folder.resolve()
        inside = [path, *path.rglob("*")] if path.is_dir() else [path]
        return any(not entry.resolve().is_relative_to(root) for entry in inside)

    def _packaged(self, text: str, key: str) -> Path:
        """``package:name/file``: a file that an installed package carries."""
        import importlib.util

        package, _, rest = text.removeprefix("package:").partition("/")
        spec = importlib.util.find_spec(package) if package.isidentifier() else None
        if spec is None or not spec.submodule_search_locations:
            install = package.replace("_", "-")
            raise InputError(
                f"{text}: package {package!r} is not installed. Run make report, or pip install {install}."
            )
        root = Path(next(iter(spec.submodule_search_locations)))
        if not (root / rest).resolve().is_relative_to(root.resolve()) and not self._outside:
            self.fault(f"{key} {text!r}: lies outside the package.")
        elif not (root / rest).exists():
            self.fault(f"{key} {text!r}: no such file.")
        return root / rest

    def _file_address(self, url: str, key: str) -> str:
        """The address of a database; one that is a file lies in the folder like any other."""
        scheme, _, rest = url.partition("://")
        if scheme.lower() not in FILES or not rest.startswith("/"):
            return url
        file, mark, query = rest[1:].partition("?")
        return f"{file_address(scheme, self.find(unquote(file), key))}{mark}{query}"  # ..%2f leads out as ../ does

    def address(self, database: Mapping[str, Any], table: str, query: str) -> str:
        """Address of a table or a query of the ``[database]``, or of all of it where neither is told."""
        said = {key: told for key, told in (("query", query), ("table", "" if query else table)) if told}
        said |= {key: str(database[key]) for key in ("password_env", "timeout_seconds") if database.get(key)}
        url = self._file_address(database["url"], "database.url")
        mark = "&" if "?" in url else "?" if said else ""
        return url + mark + "&".join(f"{key}={quote(value, safe='')}" for key, value in said.items())


def url_fault(url: str) -> str:
    """Why an address cannot be that of the report's folder; empty where it can, or where there is none.

    Examples
    --------
    >>> url_fault("https://reports.example.com/shop/"), url_fault("ftp://example.com")[:45]
    ('', "report.url is 'ftp://example.com'; expected t")
    """
    try:
        told = urlsplit(url)
        sound = told.scheme in ("http", "https") and bool(told.hostname) and told.port != 0
        sound = sound and not (told.username or told.password or "@" in told.netloc or told.query or told.fragment)
    except ValueError:  # a bracket or a port that is none
        sound = False
    if not url or (sound and re.fullmatch(r"[!-~]+", url) and not re.search(r"""[<>"'\\^`{|}]""", url)):
        return ""
    shown = re.sub(r"//[^/]*@", "//...@", url)[:60]  # no password in a message
    return (
        f"report.url is {shown!r}; expected the address under which the folder of the report is read, such as "
        '"https://reports.example.com/shop/": http or https, without name, password, ? or #.'
    )
