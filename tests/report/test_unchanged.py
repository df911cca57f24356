"""A run whose inputs, settings, parameters, notebooks and code are the same is not made again; any change makes it."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from seglib.errors import InputError
from seglib.report import run_report
from seglib.report.run import unchanged
from seglib.report.run.asked import Asked
from seglib.report.run.since import find_earlier
from seglib.report.run.unchanged import find_unchanged, key_of

ORDERS = "order_id,customer_id,ordered_at,amount\n" + "".join(
    f"o{n},c{n % 7},2024-{1 + n % 9:02d}-15,{10 + n}\n" for n in range(40)
)
SHOP = """name = "Tea"
[tables.lines]
path = "orders.csv"
[report]
accent = "#1f5fa8"
logo = "logo.svg"
"""
SEGMENTS = """[[segments]]
name = "Friends"
description = "Who we know."
kind = "static"
file = "friends.csv"
action = "Say hello."
"""
RECORD = {"schema": 1, "status": "ok", "versions": {"seglib": "0.1.0"}, "tables": []}
COMMON = 'shop: str = "demo"  # shop\nas_of: str = ""\nwindow_days: int = 0\nrun: str = ""\nk: int = 3  # groups\n'


def write_notebook(path: Path, source: str = "1 + 1") -> None:
    parameters = new_code_cell(COMMON, id="p", metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# Who buys?", id="t"), parameters, new_code_cell(source, id="c")]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop of several files, one notebook, and code that stays as it is while the tests run."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "one.py").write_text("1")
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "shop.toml").write_text(SHOP)
    (tmp_path / "segments.toml").write_text(SEGMENTS)
    (tmp_path / "friends.csv").write_text("customer_id\nc1\n")
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "notebooks").mkdir()
    write_notebook(tmp_path / "notebooks" / "01_one.ipynb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(unchanged, "CODE", tmp_path / "code")
    return tmp_path


def key(**more) -> str:
    return key_of(Asked(**{"source": "shop.toml", "notebooks": "notebooks", "out": "out", **more})).text


# the key -------------------------------------------------------------------------------------------------------------


CHANGES = {
    "one byte of the orders": ("orders.csv", ORDERS.replace(",10\n", ",11\n")),
    "the settings": ("shop.toml", SHOP.replace("Tea", "Coffee")),
    "the rules": ("segments.toml", SEGMENTS.replace("Say hello", "Say goodbye")),
    "customers that the rules name": ("friends.csv", "customer_id\nc2\n"),
    "the logo": ("logo.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="2"/>'),
    "the code": ("code/one.py", "2"),
    "a template": ("code/page.j2", "new"),
    "a format beside the orders": ("mine.yaml", "format: mine\n"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_file_changes_the_key(shop, what):
    before = key()
    assert len(before) == 64
    assert key() == before
    file, content = CHANGES[what]
    (shop / file).write_text(content)
    assert key() != before


def test_a_changed_notebook_changes_the_key(shop):
    before = key()
    write_notebook(shop / "notebooks" / "01_one.ipynb", "1 + 2")
    assert key() != before


@pytest.mark.parametrize(
    "asked",
    [{"parameters": {"k": "4"}}, {"as_of": "2024-06-01"}, {"window_days": 90}, {"language": "it"}, {"source": "."}],
    ids=str,
)
def test_what_is_asked_for_is_in_the_key(shop, asked):
    assert key(**asked) != key()


def test_where_a_report_goes_and_when_a_file_was_touched_are_not(shop):
    before = key()
    (shop / "orders.csv").touch()
    assert key(out="elsewhere", parameters={"k": 3}) == key(parameters={"k": "3"})
    assert key() == before


def test_folders_patterns_and_archives_are_hashed_too(shop):
    (shop / "in").mkdir()
    (shop / "in" / "a.csv").write_text(ORDERS)
    keys = [key(source="in"), key(source="in/*.csv")]
    (shop / "in" / "b.csv").write_text(ORDERS)
    assert key(source="in") != keys[0]
    assert key(source="in/*.csv") != keys[1]
    for content in (ORDERS, ORDERS + "o99,c9,2024-03-03,5\n"):
        with zipfile.ZipFile(shop / "orders.zip", "w") as archive:
            archive.writestr("orders.csv", content)
        keys.append(key(source="orders.zip"))
    assert keys[-1] != keys[-2]
    assert all(keys)


def test_a_database_is_never_called_unchanged(shop):
    with sqlite3.connect("shop.db") as link:
        link.execute("create table orders (order_id, customer_id, ordered_at, amount)")
    link.close()
    told = key_of(Asked(source="sqlite:///shop.db?table=orders"))
    assert told.text == ""
    assert "made anew each time" in told.why


def test_faults_are_left_for_the_run_to_tell(shop):
    assert key(source="orderz.csv") == key(parameters={"kk": 1}) == key(since="nowhere") == ""


def test_a_file_that_changed_while_it_was_read_is_noticed(shop):
    told = key_of(Asked(source="orders.csv", notebooks="notebooks"))
    (fingerprint,) = [one for one in told.prints if one == unchanged.sha256(shop / "orders.csv")]
    assert told.covers([{"files": [{"sha256": fingerprint}]}])
    assert not told.covers([{"files": [{"sha256": fingerprint}, {"sha256": "another"}]}])


# the run -------------------------------------------------------------------------------------------------------------


def run(**more):
    lines: list[str] = []
    given = {"notebooks": "notebooks", "out": "out", "progress": lines.append}
    return run_report("shop.toml", **{**given, **more}), lines


def times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_an_unchanged_run_is_not_touched_and_a_changed_one_is_made_anew(shop):
    first, _ = run()
    record = json.loads((shop / "out" / "run.json").read_text())
    assert first.ok
    assert not first.unchanged
    assert len(record["key"]) == 64
    assert (record["language"], record["since"]) == ("en", None)
    assert record["report"] == {"name": "Tea", "logo": "logo.svg", "accent": "#1f5fa8"}

    before = times(shop / "out")
    second, lines = run()
    assert second.unchanged
    assert (second.status, second.index) == (first.status, first.index)
    assert lines == [line for line in lines if line.startswith("Nothing has changed since 20")]
    assert times(shop / "out") == before
    assert second.seconds < 2
    last, _ = run(since="last")
    assert last.unchanged, "nothing can have moved"

    (shop / "out" / "01_one.html").unlink()  # a run that is not whole is no run
    third, _ = run(log="log.txt")
    assert not third.unchanged
    assert times(shop / "out") != before
    log = (shop / "log.txt").read_text().splitlines()
    assert log[0].split()[1:3] == ["step", "Reading"]
    assert log[-1].split()[1:3] == ["end", str(Path("out", "index.html"))]


def test_an_unchanged_run_can_be_asked_for_again(shop, monkeypatch):
    """Without a kernel: whether the shop is opened tells whether it is made anew."""

    def opened(*_, **__):
        raise InputError("opened")

    (shop / "out" / "tables").mkdir(parents=True)
    (shop / "out" / "index.html").write_text("")
    record = {**RECORD, "key": key(), "finished_at": "2024-01-01T00:00:00+00:00", "files": [], "notebooks": {}}
    (shop / "out" / "run.json").write_text(json.dumps(record))
    monkeypatch.setattr("seglib.shop.shop.open_shop", opened)
    assert run()[0].unchanged
    with pytest.raises(InputError, match="opened"):
        run(again=True)
    (shop / "out" / "run.json").write_text(json.dumps({**record, "status": "failed"}))
    with pytest.raises(InputError, match="opened"):
        run()
    (shop / "out" / "run.json").write_text("broken")
    assert find_unchanged(key_of(Asked(source="shop.toml", notebooks="notebooks", out="out"))) == {}


# the earlier run -----------------------------------------------------------------------------------------------------


def write_record(folder: Path, finished_at: str, shop: str = "Tea", status: str = "ok") -> None:
    folder.mkdir(parents=True)
    told = {**RECORD, "shop": shop, "status": status, "finished_at": finished_at, "as_of": "2024-01-01", "counts": {}}
    (folder / "run.json").write_text(json.dumps(told))


def test_the_last_run_is_the_latest_complete_one_on_the_same_shop(tmp_path):
    final = tmp_path / "reports" / "tea-2024-03-01"
    assert find_earlier("last", final, "Tea") is None
    write_record(tmp_path / "reports" / "tea-2024-01-01", "2024-01-01T06:00:00+00:00")
    write_record(tmp_path / "reports" / "another-name", "2024-02-01T06:00:00+00:00")
    write_record(tmp_path / "reports" / "coffee", "2024-02-20T06:00:00+00:00", shop="Coffee")
    write_record(tmp_path / "reports" / "broken", "2024-02-21T06:00:00+00:00", status="failed")
    (tmp_path / "reports" / "notes").mkdir()
    assert find_earlier("last", final, "Tea").folder == tmp_path / "reports" / "another-name"
    write_record(final, "2024-03-01T06:00:00+00:00")  # the one that will be replaced
    assert find_earlier("last", final, "Tea").folder == final


def test_a_folder_without_a_run_cannot_be_compared_with(tmp_path):
    (tmp_path / "x").mkdir()
    for folder in (tmp_path / "x", tmp_path / "none"):
        with pytest.raises(InputError, match=r"--since: .* holds no report \(no run.json\)"):
            find_earlier(folder, tmp_path / "out", "Tea")
    write_record(tmp_path / "run", "2024-03-01T06:00:00+00:00", shop="Coffee")
    assert find_earlier(tmp_path / "run", tmp_path / "out", "Tea").folder == tmp_path / "run"
