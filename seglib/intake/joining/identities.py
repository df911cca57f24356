"""One person under several ids: the same e-mail, or a crosswalk, whatever the chain between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from seglib.errors import InputError
from seglib.intake.readings.text import counts
from seglib.tables.privacy import shape_of

__all__ = ["People", "are_told", "check_shared_ids", "find_people", "known_pairs", "with_people"]

# What shops write for a buyer without an account; never a customer.
GUESTS = (
    *("guest", "guest checkout", "guest customer", "guest user", "anonymous", "not logged in", "walk-in", "-1"),
    *(
        "walk-in customer",
        "walk in customer",
        "walkin",
        "walk in",
        "cash customer",
        "cash sale",
        "no customer",
        "nobody",
    ),
    *(
        "unknown",
        "unknown customer",
        "unregistered",
        "not set",
        "(not set)",
        "not available",
        "deleted",
        "deleted user",
    ),
    *("deleted customer", "redacted", "anonymized", "anonymised", "anonymous customer", "default customer", "--", "?"),
    *("gast", "gastkunde", "unbekannt", "anonym", "laufkunde", "barverkauf", "barkunde", "gelöscht"),
    *("invité", "client invité", "inconnu", "anonyme", "client de passage", "client comptoir", "supprimé"),
    *("invitado", "desconocido", "anónimo", "consumidor final", "público general", "publico en general", "mostrador"),
    *("ospite", "sconosciuto", "anonimo", "cliente generico", "cliente occasionale", "eliminato"),
    *("convidado", "desconhecido", "anônimo", "cliente balcão", "vizitator", "necunoscut", "client ocazional"),
    *(
        "гість",
        "невідомо",
        "невідомий",
        "анонім",
        "гость",
        "неизвестно",
        "неизвестный",
        "аноним",
        "розничный покупатель",
    ),
    *(
        "gość",
        "nieznany",
        "anonimowy",
        "klient detaliczny",
        "misafir",
        "bilinmiyor",
        "gast klant",
        "onbekend",
        "anoniem",
    ),
)
# An address that stands for those who were erased.
ERASED = r"^(deleted|erased|redacted|removed|anonymi[sz]ed|geloescht|no-?email|none)[^@]*@|@[^@]*\.invalid$"
ZEROS = ("0", "-1", "00000000-0000-0000-0000-000000000000")  # the same, where it stands beside several e-mails
GIVEN, SPELLED = -2, -1  # places of what names a person before any source does
CROWD = 10  # ids of one e-mail, or e-mails of one id, above which it is no person's own


@dataclass(frozen=True)
class People:
    """Which person an id or an e-mail belongs to, for those that go by another name; ids that are no person's.

    ``spelled`` is how many ids are another spelling of a customer's name.
    """

    person: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))
    nobody: tuple[str, ...] = ()
    spelled: int = 0

    def of(self, keys: pd.Series) -> pd.Series:
        """Persons of ids or e-mails."""
        keys = keys.astype("str")
        named = keys.map(self.person)
        return keys if self.person.empty else named.where(named.notna(), keys).astype("str")


def known_pairs(lines: ir.Table, place: int) -> pd.DataFrame:
    """Ids and e-mails that stand together, with how many sources are listed before: id, email, place."""
    if not {"customer_id", "email"} <= set(lines.columns):
        return pd.DataFrame({"id": pd.Series(dtype="str"), "email": pd.Series(dtype="str"), "place": []})
    both = lines.filter(lines.customer_id.notnull() & lines.email.notnull())
    pairs = both.select(id=clean_key(both.customer_id), email=clean_key(both.email)).distinct()
    return pairs.to_pyarrow().to_pandas().assign(place=place).sort_values(["id", "email"])


def clean_key(key: ir.StringColumn) -> ir.StringColumn:
    """E-mails in lower case without space; ids as they are; words for guests are nobody's."""
    bare = key.strip()
    bare = ibis.ifelse(bare.contains("@"), bare.lower(), bare)
    nobody = bare.lower().isin((*GUESTS, "")) | bare.re_search(ERASED)
    return ibis.ifelse(nobody, ibis.null("string"), bare)


def check_shared_ids(pairs: Iterable[tuple[str, pd.DataFrame]]) -> None:
    """Refuse two sources whose equal ids stand for different people.

    Raises
    ------
    InputError
        Most ids that two sources share have no e-mail in common.
    """
    seen: list[tuple[str, pd.Series]] = []
    for name, found in pairs:
        emails = found.groupby("id")["email"].agg(set)
        for other, theirs in seen:
            both = emails.index.intersection(theirs.index)
            apart = [key for key in both if not emails[key] & theirs[key]]
            if len(apart) >= 3 and 2 * len(apart) > len(both):
                raise InputError(
                    f"sources {other!r} and {name!r}: {len(apart):,} of {len(both):,} customer ids that both use, such "
                    f"as {shape_of(apart[0])}, have different e-mails: each source numbers its customers for itself. "
                    'Say ids = "own" under one of them in shop.toml.'
                )
        seen.append((name, emails))


def find_people(
    pairs: pd.DataFrame, crosswalk: pd.DataFrame | None = None, spelled: pd.DataFrame | None = None
) -> People:
    """Persons behind ids that are linked by e-mails and by a crosswalk, directly or over others.

    Parameters
    ----------
    pairs : DataFrame
        id, email, place: an id and an e-mail of one person; a lower place goes first when a name is chosen.
    crosswalk : DataFrame, optional
        id, customer_id: both are one person, who goes by the latter.
    spelled : DataFrame, optional
        The same of names that differ only in case or spaces; a crosswalk goes first when a name is chosen.

    Returns
    -------
    People

    Examples
    --------
    >>> pairs = pd.DataFrame({"id": ["7", "cus_1", "8"], "email": ["a@x", "a@x", "b@x"], "place": [0, 1, 0]})
    >>> find_people(pairs).person.to_dict()
    {'cus_1': '7', 'a@x': '7', 'b@x': '8'}
    """
    pairs = pairs[pairs["id"].notna() & pairs["email"].notna()]
    emails_of = pairs.groupby("id")["email"].nunique()
    crowd = (emails_of > CROWD) | ((emails_of > 1) & emails_of.index.isin(ZEROS))
    nobody = tuple(emails_of.index[crowd])
    pairs = pairs[~pairs["id"].isin(nobody)]
    ids_of = pairs.groupby("email")["id"].nunique()
    pairs = pairs[~pairs["email"].isin(ids_of.index[ids_of > CROWD])]
    links = pairs.rename(columns={"id": "a", "email": "b"})[["a", "b", "place"]]
    for told, place in ((spelled, SPELLED), (crosswalk, GIVEN)):
        if told is not None:
            named = told.rename(columns={"id": "b", "customer_id": "a"}).assign(place=place)
            links = pd.concat([named[["a", "b", "place"]], links], ignore_index=True)
    return People(_components(links), nobody, 0 if spelled is None else len(spelled))


def _components(links: pd.DataFrame) -> pd.Series:
    """Name of the person of each key, for the keys that are not the name."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    codes, keys = pd.factorize(pd.concat([links["a"], links["b"]], ignore_index=True))
    a, b = codes[: len(links)], codes[len(links) :]
    joined = coo_array((np.ones(len(links)), (a, b)), shape=(len(keys), len(keys)))
    group = connected_components(joined, directed=False)[1] if len(keys) else np.array([], dtype=int)
    place = pd.Series(np.inf, index=range(len(keys)))
    place.update(pd.Series(links["place"].to_numpy(), index=a).groupby(level=0).min())
    table = pd.DataFrame({"key": keys, "group": group, "place": place.to_numpy()}).sort_values(["place", "key"])
    table["person"] = table.groupby("group")["key"].transform("first")
    other = table[table["key"] != table["person"]].sort_index()
    return pd.Series(other["person"].to_numpy(), index=other["key"].to_numpy(), dtype="str")


def are_told(lines: ir.Table) -> bool:
    """Whether every id stands for a person as it is, so that each later reading need not look at it again."""
    key = clean_key(lines.customer_id)
    differs = ~key.identical_to(lines.customer_id)
    if "email" in lines.columns:
        differs = differs | (key.isnull() & lines.email.notnull())
    return not counts(lines, differs=differs)["differs"]


def with_people(lines: ir.Table, people: People) -> ir.Table:
    """Lines with each person's one id; who has none goes by the e-mail, and stays missing without."""
    key = clean_key(lines.customer_id)
    if people.nobody:
        key = ibis.ifelse(key.isin(people.nobody), ibis.null("string"), key)
    if "email" in lines.columns:
        key = ibis.coalesce(key, clean_key(lines.email))
    lines = lines.mutate(customer_id=key)
    if people.person.empty:
        return lines
    named = pd.DataFrame({"known_as": people.person.index, "person": people.person.to_numpy()}).astype("str")
    names = ibis.memtable(pa.Table.from_pandas(named, preserve_index=False))
    joined = lines.left_join(names, lines.customer_id == names.known_as)
    return joined.mutate(customer_id=ibis.coalesce(joined.person, joined.customer_id)).drop("known_as", "person")
