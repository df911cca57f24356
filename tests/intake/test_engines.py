"""The embedded engine: where it spills, what it refuses."""

import os
import subprocess
import sys

import duckdb
import pytest

from seglib.intake import engines

SPILLS = """
import sys
from seglib.intake import engines
engines.MEMORY = "128MB"
engine = engines.connect()
text = f"'{sys.argv[1]}' || repeat(hash(i)::varchar, 60)"
engine.raw_sql(f"create table kept as select i, {text} s from range(200000) t(i)")
spilled = engine.raw_sql("select sum(size) from duckdb_temporary_files()").fetchone()[0] > 0
right = engine.raw_sql(f"select count_if(s = {text}) from kept").fetchone()[0]
print(spilled, right)
"""


def test_two_that_spill_at_once_do_not_meet_and_leave_nothing(tmp_path):
    told = {**os.environ, "TMPDIR": str(tmp_path)}
    two = [
        subprocess.Popen([sys.executable, "-c", SPILLS, tag], env=told, stdout=subprocess.PIPE, text=True)
        for tag in "AB"
    ]
    for process in two:
        assert process.communicate()[0].splitlines() == ["True 200000"]
        assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wish", ["autoinstall_known_extensions = true", "temp_directory = '/'", "memory_limit = '9GB'"]
)
def test_settings_are_locked(wish):
    with pytest.raises(duckdb.Error, match="locked"):
        engines.connect().raw_sql(f"SET {wish}")


def test_a_variable_of_python_is_no_table():
    engine, secret = engines.connect(), {"a": [1]}
    assert secret
    with pytest.raises(duckdb.CatalogException):
        engine.raw_sql("FROM secret")
