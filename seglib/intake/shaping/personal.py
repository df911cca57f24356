"""Which columns of the contacts tell who a person is: by the words of their name, in the languages read, and by a look
at their values.

A column of counts or of yes and no (e-mails opened, has an Instagram account) tells nobody, whatever it is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import ibis.expr.types as ir

from seglib.intake.readings.text import counts

__all__ = ["LOOKS", "named_personal", "personal"]

# Words of a name, in any spelling of their marks; those below are parts of longer words too.
WORDS = """
name firstname lastname fullname surname username nickname forename nome cognome nominativo ragionesociale nume prenume
vorname nachname familienname name1 name2 nom prenom nombre apellido apellidos nombres sobrenome apelido imya імя
прізвище пібповністю піб імена имя фамилия отчество побатькові
email mail emails mails pec posta courriel correo pochta пошта почта
phone phones mobile cell cellphone cellulare cell fax tel telefon telefono telephone telefoon handy handynummer natel
telefonnummer telefonul mobil movil portable телефон мобільний мобильный факс
street address address1 address2 addr indirizzo residenza domicilio adresa strada strasse hausnummer anschrift adresse
direccion calle rue domicile endereco вулиця адреса адрес улица будинок квартира
zip zipcode postcode postal plz postleitzahl codpostal codicepostale codigopostal
birthdate birthday dob birthdt geburtsdatum geburtstag datadinascita datanascita datanasterii fechanacimiento
fechadenacimiento datenaissance datedenaissance датанародження народження
ssn taxid taxnumber steuernummer steuerid ustid vat vatid codicefiscale partitaiva piva cf cnp cui nif nie dni nino
passport passaporto pasaport reisepass паспорт інн ипн іпн єдрпоу
password passwd token iban bic swift card cardnumber kreditkarte kontonummer cvv ip ipaddress latitude longitude lat lng
instagram facebook twitter linkedin tiktok telegram whatsapp viber skype snapchat website homepage
contactperson kontaktperson ansprechpartner referente accountmanager salesperson salesrep spokesperson
note notes comment comments remark remarks memo bemerkung bemerkungen notiz notizen kommentar commento commenti
osservazioni observatii observatie mentiuni commentaire commentaires remarques notas comentario comentarios
observaciones примітка примітки коментар коментарі нотатки
"""
STEMS = """
firstname lastname surname fullname vorname nachname familienname cognome prenume prenom apellid прізвищ
emailaddress mailadresse emailadresse mailaddress phonenumber telefonn telefonnummer mobilnummer
lieferadresse rechnungsadresse indirizzo strasse geburtsdat dateofbirth steuernummer codicefiscale
kontaktperson ansprechpartner accountmanager
"""
ALWAYS = "zip zipcode postcode postal plz postleitzahl hausnummer latitude longitude lat lng password token cvv"
SMALL = 10_000  # numbers below are counts, above may be a telephone
SHARE = 0.05  # of the values that look like a person's, from which on a column is one of persons
YES_NO = ("true", "false", "yes", "no", "y", "n", "si", "sì", "da", "nu", "ja", "nein", "так", "ні")
MAIL = r"[^\s@]+@[^\s@]+\.[^\s@]{2,}"
PHONE = r"^(?:\+|00)\d[\d\s()./-]{6,20}$|^0\d{1,4}[ /-]\d[\d -]{4,14}$|^\(?\d{3}\)?[ -]\d{3}[ -]\d{4}$"
IBAN = r"^[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?$"
ADDRESS = (
    r"(?i)^(?:via|viale|piazza|corso|vicolo|str\.?|strada|bd\.?|bulevardul|calea|aleea|вул\.?|вулиця|просп\.?|проспект|"
    r"rue|calle|avenida|rua|c/)\s+\pL.*\d|^\d+[a-z]?,? +\pL.* (?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive)\b|"
    r"^\pL.*(?:straße|strasse|str\.|weg|platz|gasse|allee) *\d"
)
NESTED = r'^\s*\[?\s*\{\s*"'  # objects of JSON, such as whole addresses: nobody knows what is in them
LOOKS = (MAIL, PHONE, IBAN, ADDRESS, NESTED)


def _folded(text: str) -> str:
    """Letters and digits without marks, in lower case."""
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return "".join(sign for sign in bare if sign.isalnum())


KNOWN = {_folded(word) for word in WORDS.split()}
PARTS = tuple(_folded(word) for word in STEMS.split())
NEVER = set(ALWAYS.split())


def _words(name: str) -> set[str]:
    """Words of a name, alone and with the next one or two: codice fiscale, date of birth."""
    apart = re.sub(r"['’ʼ`]", "", re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", name))
    words = [folded for word in re.split(r"[\W_]+", apart) if (folded := _folded(word).rstrip("0123456789"))]
    return {"".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}


def named_personal(name: str) -> bool:
    """Whether the name of a column says that it tells who a person is.

    Examples
    --------
    >>> [named_personal(name) for name in ("Cognome", "Ім'я", "Straße", "codice fiscale", "plan", "favourite_tea")]
    [True, True, True, True, False, False]
    """
    words = _words(name)
    return bool(words & KNOWN) or any(part in word for word in words for part in PARTS)


def personal(raw: ir.Table, names: Iterable[str]) -> set[str]:
    """Those of some columns that tell who a person is, by their name or by their values."""
    names = list(names)
    texts = {name: raw[name].cast("string").strip().nullif("") for name in names}
    asked = {f"known_{i}": text.notnull() for i, text in enumerate(texts.values())}
    asked |= {f"plain_{i}": _plain(text) for i, text in enumerate(texts.values())}
    for j, look in enumerate(LOOKS):
        asked |= {f"look_{i}_{j}": text.re_search(look) for i, text in enumerate(texts.values())}
    n = counts(raw, **asked) if names else {}
    return {name for i, name in enumerate(names) if _tells(name, i, n)}


def _plain(text: ir.StringColumn) -> ir.BooleanColumn:
    small = (text.try_cast("float64").abs() < SMALL).fill_null(False)
    return small | text.lower().isin(YES_NO)


def _tells(name: str, i: int, n: dict[str, int]) -> bool:
    known = n[f"known_{i}"]
    if named_personal(name) and (_words(name) & NEVER or not known or n[f"plain_{i}"] < known):
        return True
    return any(n[f"look_{i}_{j}"] > SHARE * known for j in range(len(LOOKS)))
