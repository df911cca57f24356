"""What programs wrap records in: pages of an API, GraphQL's edges, JSON:API, the messages of loaders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from seglib.errors import InputError
from seglib.intake.files.finding_files import Hints

__all__ = ["SEALED", "Connection", "Page", "is_cut", "nested", "opened", "page_of", "parse"]

PARENT = "__parentId"  # by which a line of Shopify's bulk answers names the one that it belongs to
KIND = re.compile(r"^gid://[^/]+/([A-Z])(\w*)/")
SEALED = "_airbyte_data"  # the column of a loader's raw table that holds the record
LOADED = "RECORD"  # the type of a loader's messages that hold one
SAMPLE = 50  # records whose keys tell which table a list is of
DEPTH = 4  # of dictionaries around a list
AROUND = {"edges", "nodes", "pageInfo", "page_info", "totalCount", "count", "__typename"}
# Keys that say that more is to come, where they are true, or tell where it is.
MORE = {"has_more", "hasMore", "has_next_page", "hasNextPage", "has_next", "hasNext", "more"}
NEXT = {
    *("next", "next_page", "nextPage", "next_link", "nextLink", "next_url", "nextUrl", "next_page_url", "next_href"),
    *("next_page_token", "nextPageToken", "next_cursor", "nextCursor", "cursor", "@odata.nextLink", "nextRecordsUrl"),
}
ENDED = "end_of_stream"  # Zendesk's, which names a next page behind the last one too
ABOUT = ("pageInfo", "page_info", "paging", "pagination", "page", "meta", "links", "_links", "cursors", "cursor")


class Connection(list[Any]):
    """The nodes of a GraphQL connection, and whether it has more of them than these."""

    more = False


class Page(NamedTuple):
    """Records of one answer, and the key that says that there are more pages; empty where none does."""

    records: list[Mapping[str, Any]]
    more: str = ""


def parse(text: str) -> Any:
    """JSON with numbers as the text that stands there, so that money and long ids stay exact; edges are lists.

    Examples
    --------
    >>> parse('{"n": 1.10, "items": {"edges": [{"node": {"sku": "A"}}]}}')
    {'n': '1.10', 'items': [{'sku': 'A'}]}
    """
    hook = _flat if '"edges"' in text or '"nodes"' in text else None
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_hook=hook)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _flat(told: dict[str, Any]) -> Any:
    """The nodes of a connection; any other object as it is."""
    edges, nodes = told.get("edges"), told.get("nodes")
    if not set(told) <= AROUND or not (isinstance(edges, list) or isinstance(nodes, list)):
        return told
    several = nodes if nodes else [edge.get("node") if isinstance(edge, dict) else None for edge in edges or ()]
    found = Connection(node for node in several if node is not None)
    found.more = bool(_more_in(told, 1))
    return found


def is_cut(value: Any) -> bool:
    """Whether a list inside of a record holds its first part only.

    Examples
    --------
    >>> is_cut({"object": "list", "data": [], "has_more": True}), is_cut([])
    (True, False)
    """
    return (isinstance(value, Connection) and value.more) or (isinstance(value, dict) and value.get("has_more") is True)


def page_of(found: Any, hints: Hints, name: str) -> Page:
    """The records of one JSON document: a list, one object, or what is inside of the envelope around a list.

    Of several lists at the same depth it is the one that is of the wanted table.

    Raises
    ------
    InputError
        Several lists, and nothing tells which.
    """
    if isinstance(found, list):
        return Page(found, _more_of(found))
    found = _single(found) if isinstance(found, dict) else {}
    if not found or hints.table_of(list(found)) == hints.table:
        return Page([found] if found else [])
    if isinstance(found.get("data"), list) and _is_resource(found["data"]):
        return Page(_resources(found), _more_of(found))
    lists = _lists(found)
    if not lists:
        return Page([] if [] in found.values() else [found], _more_of(found))
    key = next(iter(lists)) if len(lists) == 1 else _wanted(lists, hints, name)
    return Page(lists[key], _more_of(lists[key]) or _more_of(found))


def _lists(found: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Key -> list of objects, of the outermost objects that have any."""
    level = [found]
    for _ in range(DEPTH):
        lists = {key: value for each in level for key, value in each.items() if _objects(value)}
        if lists or not level:
            return lists
        level = [value for each in level for value in each.values() if isinstance(value, dict)]
    return {}


def _objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(record, dict) for record in value)


def _single(found: dict[str, Any]) -> dict[str, Any]:
    """The one object that the others are wrapped around."""
    while len(found) == 1 and isinstance(inner := next(iter(found.values())), dict):
        found = inner
    return found


def _wanted(lists: Mapping[str, list[Mapping[str, Any]]], hints: Hints, name: str) -> str:
    heads = {key: list(dict.fromkeys(each for one in rows[:SAMPLE] for each in one)) for key, rows in lists.items()}
    fit = [key for key, head in heads.items() if hints.table_of(head) == hints.table]
    if len(fit) != 1:
        told = ", ".join(f"{key} ({len(rows):,})" for key, rows in lists.items())
        raise InputError(
            f"{name}: holds several lists: {told}; {'each' if fit else 'none'} looks like {hints.table}. "
            "Save the one that is meant as a file of its own."
        )
    return fit[0]


def _more_of(found: Any) -> str:
    """The key that says that this is not the last page."""
    if isinstance(found, Connection):
        return "hasNextPage" if found.more else ""
    return _more_in(found, 2) if isinstance(found, dict) else ""


def _more_in(told: Mapping[str, Any], depth: int) -> str:
    if isinstance(ended := told.get(ENDED), bool):
        return "" if ended else ENDED
    for key, value in told.items():
        if (key in MORE and value is True) or (key in NEXT and _leads_on(value)):
            return key
        inner = _more_in(value, depth - 1) if depth and key in ABOUT and isinstance(value, dict) else ""
        if inner:
            return f"{key}.{inner}"
    return ""


def _leads_on(value: Any) -> bool:
    """Whether a link or a token is told: text that is not empty, or an object with a link."""
    if isinstance(value, dict):
        return any(isinstance(value.get(key), str) and value[key] for key in ("href", "url", "link"))
    return isinstance(value, str) and value.strip().lower() not in ("", "0", "false", "null")


def _is_resource(records: list[Any]) -> bool:
    return _objects(records) and all({"type", "id", "attributes"} <= set(one) for one in records)


def _resources(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Records of JSON:API: attributes beside the id; of each relation the id, and the attributes that came along."""
    beside = {(one.get("type"), one.get("id")): one for one in found.get("included") or () if isinstance(one, dict)}
    return [_resource(record, beside) for record in found["data"]]


def _resource(record: Mapping[str, Any], beside: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any]:
    related = {}
    for key, told in (record.get("relationships") or {}).items():
        other = told.get("data") if isinstance(told, dict) else None
        if isinstance(other, dict):
            known = beside.get((other.get("type"), other.get("id")), {}).get("attributes") or {}
            related[key] = {"id": other.get("id"), **known}
    return {"id": record["id"], "type": record["type"], **related, **(record["attributes"] or {})}


def opened(records: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name of the stream and record of a loader's messages; any other record as it is, its stream without a name.

    Examples
    --------
    >>> list(opened([{"stream": "orders", "emitted_at": 1, "data": {"id": "7"}}, {"type": "STATE", "state": {}}]))
    [('orders', {'id': '7'})]
    """
    for record in records:
        if "_airbyte_data" in record:
            yield from _told("", record[SEALED])
        elif str(record.get("type", "")).isupper() and {"record", "state", "log", "trace", "schema"} & set(record):
            if record["type"] == LOADED and isinstance(message := record.get("record"), dict):
                stream = record.get("stream", message.get("stream", ""))
                yield from _told(stream, message["data"] if _is_message(message) else message)
        elif _is_message(record):
            yield from _told(record["stream"], record["data"])
        else:
            yield "", record


def _is_message(record: Mapping[str, Any]) -> bool:
    return {"stream", "data", "emitted_at"} <= set(record) and isinstance(record["data"], dict)


def _told(stream: Any, data: Any) -> Sequence[tuple[str, Mapping[str, Any]]]:
    inner = parse(data) if isinstance(data, str) and data.lstrip().startswith("{") else data
    return [(str(stream), inner)] if isinstance(inner, dict) else []


def nested(records: Iterable[Mapping[str, Any]], name: str) -> Iterator[Mapping[str, Any]]:
    """Lines that name a parent put into it, as the list that their id says; all others as they are.

    Raises
    ------
    InputError
        The parent does not stand before them.

    Examples
    --------
    >>> lines = [{"id": "gid://shopify/Order/1"}, {"id": "gid://shopify/LineItem/2", "__parentId": "gid://shopify/Order/1"}]
    >>> [len(order["lineItems"]) for order in nested(lines, "orders.jsonl")]
    [1]
    """
    whole: dict[str, Any] | None = None
    known: dict[Any, dict[str, Any]] = {}
    for record in records:
        if PARENT not in record:
            if whole is not None:
                yield whole
            whole = dict(record)
            known = {whole.get("id"): whole} | _inside(whole)
            continue
        child = {key: value for key, value in record.items() if key != PARENT}
        if record[PARENT] not in known:
            raise InputError(
                f"{name}: a line belongs to {record[PARENT]!r}, which does not stand before it. "
                "Run the bulk query with groupObjects: true."
            )
        hit = KIND.match(str(child.get("id", "")))
        known[record[PARENT]].setdefault(f"{hit[1].lower()}{hit[2]}s" if hit else "children", []).append(child)
        known[child.get("id")] = child
    if whole is not None:
        yield whole


def _inside(record: Mapping[str, Any]) -> dict[Any, dict[str, Any]]:
    """Objects with an id in the lists of a record."""
    lists = [value for value in record.values() if isinstance(value, list)]
    return {one["id"]: one for value in lists for one in value if isinstance(one, dict) and "id" in one}
