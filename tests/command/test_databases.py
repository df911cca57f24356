"""Databases and formats at the command line: nothing is read, written or told that was not asked for."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import duckdb
import pytest

from seglib.command.cli import main
from seglib.intake.files import limits

CANARY = "CANARY-9911"
ROWS = [(i, f"c{i % 7}", f"2024-01-{1 + i % 9:02d}", 5) for i in range(60)]
ENDLESS = {
    "sqlite": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
    "SELECT x AS order_id, x % 7 AS customer_id, '2024-01-01' AS ordered_at, 1.5 AS amount FROM c",
    "duckdb": "SELECT i AS order_id, i AS customer_id, DATE '2024-01-01' AS ordered_at, 1.0 AS amount "
    "FROM range(100000000000) t(i)",
}
posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


@pytest.fixture
def folder(tmp_path):
    """A shop's folder beside one with a secret."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "plain.txt").write_text(f"{CANARY} is the password")
    (tmp_path / "secret" / "orders.csv").write_text(
        f"order_id,customer_id,ordered_at,amount\n1,{CANARY},2024-01-01,5\n"
    )
    names = "{order_id: order_id, customer_id: customer_id, ordered_at: ordered_at, amount: amount}"
    (tmp_path / "secret" / "fmt.yaml").write_text(f"title: {CANARY}\ncolumns: {names}\n")
    lines = "".join(",".join(map(str, row)) + "\n" for row in ROWS)
    (tmp_path / "shop" / "orders.csv").write_text(f"order_id,customer_id,ordered_at,amount\n{lines}")
    return tmp_path


def make_database(scheme, path, view=""):
    with {"sqlite": sqlite3, "duckdb": duckdb}[scheme].connect(str(path)) as link:
        link.execute("CREATE TABLE orders (order_id TEXT, customer_id TEXT, ordered_at TEXT, amount INTEGER)")
        link.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", ROWS)
        if view:
            link.execute(f"CREATE VIEW seen AS {view}")
    link.close()
    return path


def shop_of(folder, url, **told):
    lines = "".join(f"{key} = '''{value}'''\n" for key, value in told.items())
    (folder / "shop" / "shop.toml").write_text(f'[database]\nurl = "{url}"\n[tables.lines]\n{lines}')
    return str(folder / "shop")


def refused(capsys, *asked):
    """What a command says that is refused."""
    assert main([*asked]) == 2
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err
    return said.err


def test_a_view_of_a_duckdb_file_reads_no_other_file(folder, capsys):
    view = f"SELECT * FROM read_csv('{folder}/secret/orders.csv')"
    make_database("duckdb", folder / "shop" / "x.duckdb", view)
    said = refused(capsys, "check", shop_of(folder, "duckdb:///x.duckdb", table="seen"))
    assert "read this file alone" in said


@pytest.mark.parametrize(
    "query",
    [
        "select 1) TO '{folder}/pwned.txt' (FORMAT csv); COPY (select * from orders",
        "select 1) TO '{folder}/p'; SET custom_extension_repository='http://127.0.0.1:9'; INSTALL fts; COPY (select 1",
        "COPY orders TO '{folder}/pwned.txt'",
        "select * from orders; drop table orders",
        "INSTALL httpfs",
        "ATTACH '{folder}/pwned.txt' AS other",
        "SET enable_external_access = true",
        "select * from read_text('{folder}/secret/plain.txt')",
        "select * from glob('{folder}/secret/*')",
        "from '{folder}/secret/orders.csv'",
        "select 1 --",
    ],
)
def test_a_query_of_a_duckdb_file_reads_it_and_does_nothing_else(folder, capsys, query):
    make_database("duckdb", folder / "shop" / "x.duckdb")
    before = (folder / "shop" / "x.duckdb").read_bytes()
    refused(capsys, "check", shop_of(folder, "duckdb:///x.duckdb", query=query.format(folder=folder)))
    assert (folder / "shop" / "x.duckdb").read_bytes() == before
    assert not (folder / "pwned.txt").exists()


@pytest.mark.parametrize(
    "query",
    [
        "ATTACH '{folder}/secret/s.db' AS other",
        "select 1; attach '{folder}/secret/s.db' as other",
        "select * from orders) union select * from (select * from orders",
        "select load_extension('x')",
        "PRAGMA journal_mode",
        "select * from pragma_database_list",
        "DELETE FROM orders",
        "VACUUM INTO '{folder}/pwned.txt'",
    ],
)
def test_a_query_of_an_sqlite_file_reads_it_and_does_nothing_else(folder, capsys, query):
    make_database("sqlite", folder / "shop" / "x.db")
    make_database("sqlite", folder / "secret" / "s.db")
    before = (folder / "shop" / "x.db").read_bytes()
    refused(capsys, "check", shop_of(folder, "sqlite:///x.db", query=query.format(folder=folder)))
    assert (folder / "shop" / "x.db").read_bytes() == before
    assert not (folder / "pwned.txt").exists()


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_query_with_a_remark_and_a_blank_in_the_name_of_the_file_is_read(folder, capsys, scheme):
    make_database(scheme, folder / "shop" / "my shop.db")
    query = "SELECT *, json_extract('[1]', '$[0]') AS one FROM orders WHERE amount > 0 ORDER BY order_id -- all of them"
    assert main(["check", shop_of(folder, f"{scheme}:///my%20shop.db", query=query)]) == 0
    assert "60 orders" in capsys.readouterr().out


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
@pytest.mark.parametrize(
    "way", ["../secret/s.db", "..%2fsecret%2fs.db", "%2e%2e/secret/s.db", "/{folder}/secret/s.db", "link.db"]
)
def test_a_database_lies_in_the_folder_however_its_path_is_written(folder, capsys, scheme, way):
    make_database(scheme, folder / "secret" / "s.db")
    for decoy in ("..%2fsecret%2fs.db", "%2e%2e"):
        (folder / "shop" / decoy).write_text("x")
    (folder / "shop" / "link.db").symlink_to(folder / "secret" / "s.db")
    said = refused(capsys, "check", shop_of(folder, f"{scheme}:///{way.format(folder=folder)}", table="orders"))
    assert "outside the folder" in said


@pytest.mark.parametrize(
    "name", ["../secret/plain.txt", "/etc/passwd", "../secret/fmt", "../secret/fmt.yaml", "near", "near.yaml"]
)
def test_a_format_lies_in_the_folder_and_nothing_else_is_quoted(folder, capsys, name):
    (folder / "shop" / "near.yaml").symlink_to(folder / "secret" / "fmt.yaml")
    (folder / "shop" / "shop.toml").write_text(f'[tables.lines]\npath = "orders.csv"\nformat = "{name}"\n')
    said = refused(capsys, "check", str(folder / "shop"))
    assert "root:" not in said
    assert "tables.lines.format" in said


def test_what_is_no_format_is_not_quoted(folder, capsys):
    (folder / "odd.yaml").write_text(f"{CANARY}\n")
    for name in (folder / "secret" / "plain.txt", folder / "odd.yaml"):
        refused(capsys, "check", str(folder / "shop" / "orders.csv"), "--format", str(name))


def test_rules_and_lists_that_are_links_lie_elsewhere(folder, capsys):
    rule = f'[[segments]]\nname = "{CANARY}"\nrule = "frequency > 1"\n'
    (folder / "secret" / "segments.toml").write_text(rule)
    (folder / "shop" / "shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n')
    (folder / "shop" / "segments.toml").symlink_to(folder / "secret" / "segments.toml")
    assert "outside the folder" in refused(capsys, "check", str(folder / "shop"))
    (folder / "shop" / "segments.toml").unlink()
    listed = '[[segments]]\nname = "Listed"\nkind = "static"\nfile = "list.csv"\n'
    (folder / "shop" / "segments.toml").write_text(listed)
    (folder / "secret" / "list.csv").write_text(f"customer_id\n{CANARY}\n")
    (folder / "shop" / "list.csv").symlink_to(folder / "secret" / "list.csv")
    assert "lies elsewhere" in refused(capsys, "check", str(folder / "shop"))


def test_text_of_sqlite_need_be_no_unicode(folder, capsys):
    path = make_database("sqlite", folder / "x.db")
    with sqlite3.connect(path) as link:
        link.execute("UPDATE orders SET customer_id = cast(x'61eda080' AS TEXT) WHERE order_id = '1'")
        link.execute("UPDATE orders SET customer_id = 'b' || char(0) WHERE order_id = '2'")
    assert main(["check", f"sqlite:///{path}?table=orders"]) == 0
    assert "60 orders" in capsys.readouterr().out


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_what_has_no_end_is_ended(folder, capsys, scheme):
    path = make_database(scheme, folder / "x.db", ENDLESS[scheme])
    begun = time.monotonic()
    said = refused(capsys, "check", f"{scheme}:///{path}?table=seen&timeout_seconds=1")
    assert f"{scheme}:///x.db seen: not read within 1 s" in said
    assert "timeout_seconds" in said
    assert time.monotonic() - begun < 10


def test_the_time_is_a_setting(folder, capsys):
    make_database("sqlite", folder / "shop" / "x.db", ENDLESS["sqlite"])
    shop = shop_of(folder, "sqlite:///x.db", table="seen")
    (folder / "shop" / "shop.toml").write_text(
        (folder / "shop" / "shop.toml").read_text().replace("[tables", "timeout_seconds = 1\n[tables")
    )
    assert "not read within 1 s" in refused(capsys, "check", shop)


def test_what_becomes_too_much_is_ended(folder, capsys, monkeypatch):
    monkeypatch.setattr(limits, "BYTES", 2**20)
    monkeypatch.setattr(limits, "BYTES_A_BYTE", 0)
    path = make_database("duckdb", folder / "x.db", "SELECT uuid()::VARCHAR AS order_id FROM range(100000000000)")
    assert "more than 1 MB" in refused(capsys, "check", f"duckdb:///{path}?table=seen&timeout_seconds=60")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_signal_ends_it_and_leaves_nothing(folder, scheme, number):
    path = make_database(scheme, folder / "x.db", ENDLESS[scheme])
    (folder / "temp").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "seglib", "check", f"{scheme}:///{path}?table=seen&timeout_seconds=300"],
        env={**os.environ, "TMPDIR": str(folder / "temp")}, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # what runs in the background may not hear Ctrl-C
    )  # fmt: skip
    end = time.monotonic() + 60
    while not list((folder / "temp").glob("*/read-*")) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(2)  # SQLite writes nothing until it knows the types, so that no file tells
    process.send_signal(number)
    assert "interrupted" in process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert list((folder / "temp").iterdir()) == []


@posix
def test_a_signal_during_a_query_of_our_own_engine_is_no_fault(tmp_path):
    endless = "engine.raw_sql('select count(*) from range(1000000000000) t(i) where hash(i) % 7 = 9')"
    code = "import sys\nfrom seglib.command import cli\nfrom seglib.intake import engines\n"
    code += f"def check(asked):\n    engine = engines.connect()\n    print('on', flush=True)\n    {endless}\n"
    code += "cli.check_shop = check\nsys.exit(cli.main(['check', 'demo']))\n"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout.readline() == "on\n"
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    assert "interrupted" in process.communicate(timeout=60)[1]
    assert process.returncode == 130


@pytest.mark.parametrize(
    "source",
    [
        "postgresql://u:{secret}@127.0.0.1:1/db?table=orders",
        "postgresql:/u:{secret}@127.0.0.1:1/db?table=orders",
        "postgresql://u:1/{secret}@127.0.0.1:1/db?table=orders",
        "postgresql://u:1?{secret}@127.0.0.1:1/db?table=orders",
        "postgresql://u:1#{secret}@127.0.0.1:1/db?table=orders",
        "postgresql+psycopg://u:{secret}@127.0.0.1:1/db?table=orders",
        "mysql://u@127.0.0.1:1/db?table=orders&password={secret}",
        "sqlite://u:{secret}@x.db?table=orders",
    ],
)
def test_a_password_is_told_nowhere(tmp_path, capsys, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    for asked in (["report", "--log", "run.log"], ["check"]):
        refused(capsys, *asked, source.format(secret=CANARY))
    assert CANARY not in (tmp_path / "run.log").read_text()
    (tmp_path / "shop.toml").write_text(f'[tables.lines]\npath = "{source.format(secret=CANARY)}"\n')
    refused(capsys, "report", "shop.toml", "--log", "run.log")
    assert CANARY not in (tmp_path / "run.log").read_text()


def test_the_text_of_a_query_is_in_nothing_that_a_report_keeps(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SHOP_PW_VAR", "hunter2-top-secret")
    make_database("sqlite", folder / "s.db")
    address = f"sqlite:///{folder}/s.db?query=select * from orders where customer_id <> '{CANARY}@example.org'"
    asked = ["report", f"{address}&password_env=SHOP_PW_VAR", "--only", "02", "--out", "out", "--log", "run.log"]
    assert main([*asked, "--quiet"]) == 0
    written = {file: file.read_bytes() for file in [*(folder / "out").rglob("*"), folder / "run.log"] if file.is_file()}
    for word in (CANARY, "select *", "SHOP_PW_VAR", "hunter2"):
        assert [file.name for file, told in written.items() if word.encode() in told] == []
    assert b'"sqlite:///s.db query' in written[folder / "out" / "run.json"]
