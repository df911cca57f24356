"""The language that reports speak: gettext catalogues keyed by the English text, number and date forms of Babel.

A process speaks one language at a time, English until :func:`speak` says otherwise (:func:`seglib.open_shop` does, as
``[report] language`` of ``shop.toml`` asks): a kernel runs one notebook for one shop, and sentences are made where
their numbers are known. Names of segments, columns and tables stay English inside; only what is shown is translated.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from seglib.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["Language", "gettext", "languages", "mark", "ngettext", "pgettext", "speak", "speaking", "spoken"]

FOLDER = Path(__file__).parent / "translations"
ENGLISH = "en"
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
        return _locale(HOME.get(self.numbers, self.numbers))

    @property
    def date_locale(self) -> Locale:
        """Babel's locale for dates and lists: of the language, whatever the form of numbers."""
        return _locale(HOME.get(self.code, self.code))


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
        _locale(HOME.get(name, name))
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
    if not path.is_file():
        known = languages()
        raise InputError(
            f"language {code!r}: no catalogue {path.name}. Known are {', '.join(known)}."
            f"{did_you_mean(code, known)} Draft one with: seglib language {code}"
        )
    return _read(path)


def _read(path: Path) -> NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    packed = io.BytesIO()
    try:
        with path.open("rb") as file:
            write_mo(packed, read_po(file, abort_invalid=True))
    except (PoFileError, ValueError, LookupError) as error:
        raise InputError(f"{path.name}: not a gettext catalogue: {error}. Expected a .po file in UTF-8.") from error
    packed.seek(0)
    return GNUTranslations(packed)


@lru_cache(maxsize=16)
def _locale(name: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError) as error:
        raise InputError(f"locale {name!r}: not known. Expected a code such as 'it', 'de_CH' or 'en_US'.") from error
