"""Tables and queries of databases; what a password must never do."""

import io
import sqlite3

import duckdb
import ibis
import pyarrow as pa
import pytest

from seglib.errors import InputError
from seglib.intake.files import read_raw
from seglib.intake.files.addresses import is_url
from seglib.intake.sources import connect

SECRET = "hunter2-top-secret"


@pytest.fixture(scope="module")
def engine():
    return connect()


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.db"
    link = sqlite3.connect(path)
    link.execute("CREATE TABLE orders (id INTEGER, name TEXT, total REAL, mixed, void)")
    link.executemany(
        "INSERT INTO orders VALUES (?, ?, ?, ?, NULL)", [(1, "Käse", 9.99, "x"), (2, None, 1, 3), (3, "", 2.5, b"y")]
    )
    link.commit()
    link.close()
    return path


def test_sqlite_columns_take_the_type_that_all_cells_fit(shop, engine):
    raw = read_raw(f"sqlite:///{shop}?table=orders", engine)
    assert [str(kind) for kind in raw.table.schema().types] == ["int64", "string", "float64", "string", "int64"]
    assert raw.table.to_pyarrow().to_pylist()[:2] == [
        {"id": 1, "name": "Käse", "total": 9.99, "mixed": "x", "void": None},
        {"id": 2, "name": None, "total": 1.0, "mixed": "3", "void": None},
    ]
    assert (raw.facts["rows"], raw.facts["name"], raw.facts["bytes"]) == (
        3,
        "sqlite:///shop.db orders",
        shop.stat().st_size,
    )


def test_a_query(shop, engine):
    raw = read_raw(f"sqlite:///{shop}?query=SELECT id, total FROM orders WHERE id + 0 > 1 ORDER BY id", engine)
    assert raw.table.to_pyarrow().to_pylist() == [{"id": 2, "total": 1.0}, {"id": 3, "total": 2.5}]


def test_sqlite_is_only_read(shop, engine):
    before = shop.read_bytes()
    with pytest.raises(InputError):
        read_raw(f"sqlite:///{shop}?query=DELETE FROM orders", engine)
    assert shop.read_bytes() == before


def test_duckdb_files(tmp_path, engine):
    with duckdb.connect(str(tmp_path / "s.duckdb")) as link:
        link.execute("CREATE TABLE orders AS SELECT '007' AS id, 9.99::DECIMAL(18, 2) AS total")
    raw = read_raw(f"duckdb:///{tmp_path}/s.duckdb?table=main.orders", engine)
    assert [str(kind) for kind in raw.table.schema().types] == ["string", "decimal(18, 2)"]
    with pytest.raises(InputError, match=r"ordes does not exist.*Did you mean 'orders'"):
        read_raw(f"duckdb:///{tmp_path}/s.duckdb?table=ordes", engine)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("sqlite:///{shop}?table=order", "no such table: order. Did you mean 'orders'"),
        ("sqlite:///{shop}?table=orders&limit=3", "unknown 'limit'"),
        ("sqlite:///{shop}", "neither table nor query is told"),
        ("sqlite:///{shop}x?table=orders", "no such file. Did you mean 'shop.db'"),
        ("sqlite://shop.db?table=orders", "three strokes"),
        ("duckdb:///{shop}?table=orders", "It is an SQLite database: write sqlite:///"),
        ("oracle://host/db?table=orders", "Known: 'sqlite'"),
        ("postgresql://me@host:port/db?table=orders", "not a valid address"),
        ("sqlite:///{shop}?query=SELECT * FROM orders WHERE id > 99", "no rows"),
        ("sqlite:///{shop}?query=SELECT FROM", "syntax error"),
    ],
)
def test_refuses(shop, engine, url, fault):
    with pytest.raises(InputError, match=fault):
        read_raw(url.format(shop=shop), engine)


@pytest.mark.parametrize(
    "address", [f"postgresql://me:{SECRET}@host/db?table=t", f"mysql://me@host/db?table=t&password={SECRET}"]
)
def test_a_password_in_the_address_is_refused_and_not_told(engine, address):
    with pytest.raises(InputError, match="SEGLIB_DB_PASSWORD") as caught:
        read_raw(address, engine)
    assert SECRET not in str(caught.value)


class Server:
    """Stands in for a server: what Ibis hands out for one."""

    def __init__(self, breaks=False):
        self.breaks, self.told, self.closed = breaks, {}, False

    def connect(self, **told):
        self.told = told
        return self

    def table(self, name, database=None):
        self.asked = (name, database)
        return self

    sql = table

    def raw_sql(self, statement):
        self.statement = statement
        return io.BytesIO()

    def to_pyarrow_batches(self, chunk_size):
        yield pa.RecordBatch.from_pydict({"id": ["1", "2"]})
        if self.breaks:
            raise OSError(f"server closed the connection (user=me password={SECRET})")

    def disconnect(self):
        self.closed = True


def test_a_server_gets_the_password_from_the_variable_that_is_named(engine, monkeypatch):
    server = Server()
    monkeypatch.setitem(vars(ibis), "postgres", server)
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    raw = read_raw("postgresql://me@host:5433/db?table=sales.orders&password_env=SHOP_PASSWORD", engine)
    assert server.told == {"password": SECRET, "host": "host", "user": "me", "database": "db", "port": 5433}
    assert server.asked == ("orders", "sales")
    assert server.statement == "SET default_transaction_read_only = on"
    assert server.closed
    assert raw.facts["rows"] == 2
    assert SECRET not in str(raw.facts) + repr(raw)


def test_a_server_that_goes_away_leaves_nothing_and_tells_no_secret(tmp_path, engine, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setitem(vars(ibis), "mysql", Server(breaks=True))
    monkeypatch.setenv("SEGLIB_DB_PASSWORD", SECRET)
    with pytest.raises(InputError, match="server closed the connection") as caught:
        read_raw("mysql://me@host/db?table=orders", engine)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert not list(tmp_path.iterdir())


def test_a_missing_driver_names_the_extra(engine, monkeypatch):
    def missing(**_):
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setitem(vars(ibis), "postgres", type("Postgres", (), {"connect": staticmethod(missing)}))
    with pytest.raises(InputError, match=r"pip install 'seglib\[postgres\]'"):
        read_raw("postgresql://me@host/db?table=orders", engine)


def test_addresses_and_paths():
    assert is_url("postgresql://me@host/db?table=orders")
    assert not is_url("C:/orders.csv")
