"""The language that reports speak: gettext catalogues keyed by the English text, number and date forms of Babel.

A process speaks one language at a time, English until :func:`speak` says otherwise (:func:`seglib.open_shop` does, as
``[report] language`` of ``shop.toml`` asks): a kernel runs one notebook for one shop, and sentences are made where
their numbers are known. Names of segments, columns and tables stay English inside; only what is shown is translated.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from seglib.errors import InputError, did_you_mean
from seglib.language.small_files import read_bytes

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages.catalog import Catalog, Message

__all__ = [
    "Language",
    "check_locale",
    "gettext",
    "languages",
    "mark",
    "ngettext",
    "pgettext",
    "read_catalogue",
    "speak",
    "speaking",
    "spoken",
]

FOLDER = Path(__file__).parent / "translations"
ENGLISH = "en"
LARGEST = 5_000_000  # bytes of a catalogue
LONGEST = 40  # letters of the code of a language or locale
HOME = {"en": "en_GB"}  # dates as 9 December 2011, lists without a comma before "and"


@dataclass(frozen=True)
class Language:
    """What a process speaks: ``code`` such as ``"it"``, ``numbers`` the locale of numbers and dates, the catalogue."""

    code: str = ENGLISH
    numbers: str = ENGLISH
    catalogue: NullTranslations = field(default_factory=NullTranslations, repr=False)

    @property
    def number_locale(self) -> Locale:
        """Babel's locale for numbers and money."""
        return check_locale(HOME.get(self.numbers, self.numbers))

    @property
    def date_locale(self) -> Locale:
        """Babel's locale for dates and lists: of the language, whatever the form of numbers."""
        return check_locale(HOME.get(self.code, self.code))


class _Spoken:
    language = Language()


def spoken() -> Language:
    """The language in use."""
    return _Spoken.language


def languages() -> list[str]:
    """Codes of the languages there is a catalogue for, English first.

    Examples
    --------
    >>> languages()[0]
    'en'
    """
    return [ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po"))]


def speak(language: str = ENGLISH, *, numbers: str = "", translation: str | Path = "") -> None:
    """Say from now on what is said in this language.

    Parameters
    ----------
    language : str
        Code such as ``"it"`` or ``"de_AT"``; a region chooses the form of numbers, the language the catalogue.
    numbers : str
        Locale for the form of numbers and money, where it is not that of the language: ``"de_CH"``.
    translation : path
        A gettext catalogue (``.po``) in place of the one that comes with seglib.

    Raises
    ------
    InputError
        No catalogue of that language, no such locale, a file that is no catalogue.

    Examples
    --------
    >>> speak("it"); gettext("no such message"); speak()
    'no such message'
    """
    code = language.replace("-", "_").partition("_")[0].lower() or ENGLISH
    form = (numbers or language or ENGLISH).replace("-", "_")
    catalogue = _catalogue(code, str(translation))
    for name in (form, code):  # whatever is wrong with them shows before anything is said
        check_locale(HOME.get(name, name))
    _Spoken.language = Language(code, form, catalogue)


@contextmanager
def speaking(language: str = ENGLISH, *, numbers: str = "", translation: str | Path = "") -> Iterator[None]:
    """Speak another language within a ``with``.

    Examples
    --------
    >>> with speaking("en"):
    ...     spoken().code
    'en'
    """
    before = _Spoken.language
    try:
        speak(language, numbers=numbers, translation=translation)
        yield
    finally:
        _Spoken.language = before


def gettext(text: str, /, **values: object) -> str:
    """A message in the language in use, its ``{placeholders}`` filled.

    Examples
    --------
    >>> gettext("{persona} stand out most.", persona="Big spenders")
    'Big spenders stand out most.'
    """
    told = _Spoken.language.catalogue.gettext(text) if text else text  # "" is the header of a catalogue
    return told.format_map(values) if values else told


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """A message that agrees with a whole number; ``{n}`` is not filled by itself.

    Examples
    --------
    >>> ngettext("{n} order", "{n} orders", 2, n="2")
    '2 orders'
    """
    told = _Spoken.language.catalogue.ngettext(one, many, n)
    return told.format_map(values) if values else told


def pgettext(context: str, text: str, /, **values: object) -> str:
    """A message whose English says more than one thing, with what is meant.

    Examples
    --------
    >>> pgettext("verb", "order")
    'order'
    """
    told = _Spoken.language.catalogue.pgettext(context, text)
    return told.format_map(values) if values else told


def mark(text: str) -> str:
    """A message written down here and told elsewhere: marks it for the catalogues, changes nothing.

    Examples
    --------
    >>> mark("Customers")
    'Customers'
    """
    return text


@lru_cache(maxsize=8)
def _catalogue(code: str, file: str) -> NullTranslations:
    if code == ENGLISH and not file:
        return NullTranslations()
    path = Path(file) if file else FOLDER / f"{code}.po"
    if len(code) > LONGEST or not os.path.exists(path):
        code, known = code[:LONGEST], languages()
        raise InputError(
            f"language {code!r}: no catalogue {path.name[:LONGEST]}. Known are {', '.join(known)}."
            f"{did_you_mean(code, known)} Draft one with: seglib language {code}"
        )
    return _read(path)


def _read(path: Path) -> NullTranslations:
    from babel.messages.mofile import write_mo

    catalogue, packed = read_catalogue(path), io.BytesIO()
    if faults := [fault for message in catalogue for fault in _form_faults(message)]:
        raise InputError([f"{path.name}: {fault}" for fault in faults[:20]])
    try:
        write_mo(packed, catalogue)
        packed.seek(0)
        told = GNUTranslations(packed)
        for n in (*range(1_001), 1_000_000):
            told.plural(n)  # type: ignore[attr-defined]  # a rule of plurals may divide by nothing
    except (ValueError, LookupError, ArithmeticError, RecursionError) as error:
        raise _no_catalogue(path, error) from None
    return told


def _no_catalogue(path: Path, error: Exception) -> InputError:
    said = " ".join(str(error).split())[:200]
    return InputError(f"{path.name}: not a gettext catalogue: {said}. Expected a .po file in UTF-8.")


def read_catalogue(path: str | Path) -> Catalog:
    """A ``.po`` file as Babel reads it.

    Raises
    ------
    InputError
        No regular file, too large, no catalogue.
    """
    from babel.messages.pofile import PoFileError, read_po

    path = Path(path)
    content = read_bytes(path, path.name, largest=LARGEST)
    plurals = re.search(rb"nplurals\s*=\s*(\d+)", re.sub(rb'"\s*\n\s*"', b"", content))
    if plurals and (len(plurals[1]) > 1 or not 0 < int(plurals[1]) < 7):
        raise InputError(f"{path.name}: nplurals is {plurals[1].decode()[:20]}; expected 1 to 6, as in any language.")
    try:
        return read_po(io.BytesIO(content), abort_invalid=True)
    except (PoFileError, ValueError, LookupError, TypeError, AttributeError) as error:  # Babel lets some of its own out
        raise _no_catalogue(path, error) from None


def _form_faults(message: Message) -> list[str]:
    """Translations whose ``{placeholders}`` cannot be filled with what their message has."""
    ids, forms = ([one] if isinstance(one, str) else list(one or ()) for one in (message.id, message.string))
    try:
        known = {name for text in ids for name in _placeholders(text)}
    except ValueError:
        return []  # braces that nobody fills
    faults = []
    for form in filter(None, forms):
        try:
            wrong = _placeholders(form) - known
        except ValueError as error:
            wrong = {str(error)}
        if wrong:
            expected = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
            named = [name[:40] for name in sorted(wrong)[:9]]
            faults.append(f"{ids[0][:60]!r}: translated with placeholders {named}; expected {expected}.")
    return faults


def _placeholders(text: str) -> set[str]:
    """Names in braces; a ValueError where braces are left open, or ask for more than a value as it is."""
    fields = [field for field in Formatter().parse(text) if field[1] is not None]
    if odd := [name for _, name, form, conversion in fields if form or conversion or not str(name).isidentifier()]:
        raise ValueError(f"{{{odd[0]}...}}")
    return {str(name) for _, name, _, _ in fields}


@lru_cache(maxsize=16)
def check_locale(name: str, what: str = "locale") -> Locale:
    """Babel's locale of a name, which messages call ``what``.

    Raises
    ------
    InputError
        Babel knows none.
    """
    from babel import Locale, UnknownLocaleError

    try:
        if len(name) > LONGEST or not name.isascii():
            raise ValueError(name)
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise InputError(
            f"{what} {name[:LONGEST]!r}: not known. Expected a code such as 'it', 'de_CH' or 'en_US'."
        ) from error
