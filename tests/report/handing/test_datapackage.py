"""``datapackage.json`` of the demonstration shop's report, and the names of columns that others rely on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from seglib import __version__
from seglib.report.handing.columns import meaning_of_column

pytestmark = pytest.mark.slow
KEPT = json.loads(Path(__file__).with_name("columns.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def package(demo):
    return json.loads((demo / "datapackage.json").read_text(encoding="utf-8"))


def names(package) -> dict[str, list[str]]:
    return {one["path"]: [field["name"] for field in one["schema"]["fields"]] for one in package["resources"]}


def test_names_of_columns_are_those_that_others_rely_on(package):
    """A new column is added to columns.json; a renamed or missing one breaks what others have built."""
    found = names(package)
    gone = {
        f"{file}: {name}" for file, known in KEPT["files"].items() for name in known if name not in found.get(file, [])
    }
    new = {
        f"{file}: {name}" for file, there in found.items() for name in there if name not in KEPT["files"].get(file, [])
    }
    same_major = __version__.partition(".")[0] == KEPT["major"]
    assert not (gone and same_major), (
        f"Columns of tables/ are gone within version {KEPT['major']}: {sorted(gone)}. Who reads the tables with a "
        "program finds them by name: keep the old name, or raise the major version."
    )
    assert not new, f"New columns: {sorted(new)}. Add them to tests/report/handing/columns.json and columns.toml."


def test_every_table_is_described_as_it_is(demo, package):
    assert sorted(names(package)) == sorted(f"tables/{file.name}" for file in (demo / "tables").iterdir())
    for one in package["resources"]:
        content = (demo / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        read = pd.read_csv if one["format"] == "csv" else pd.read_parquet
        assert list(read(demo / one["path"])) == names(package)[one["path"]]
        assert one["description"], one["path"]


def test_every_column_has_a_type_a_title_and_a_meaning(package):
    fields = [(one["name"], field) for one in package["resources"] for field in one["schema"]["fields"]]
    assert len(fields) > 200
    types = {"string", "integer", "number", "boolean", "date", "datetime"}
    assert {field["type"] for _table, field in fields} == types
    lacking = [
        f"{table}.{field['name']}" for table, field in fields if not (field.get("description") and field["title"])
    ]
    assert lacking == []


def test_units_are_those_of_the_numbers(package):
    fields = {(one["name"], f["name"]): f for one in package["resources"] for f in one["schema"]["fields"]}
    units = {key: field.get("unit") for key, field in fields.items()}
    assert units["customers", "monetary_value"] == units["rfm_segments", "revenue"] == "EUR"
    assert units["rfm_segments", "revenue_share"] == units["schemes", "money"] == "1"
    assert units["customers", "recency_days"] == "d"
    assert units["customers", "frequency"] is None
    assert units["schemes", "rival"] is None


def test_a_column_that_the_data_brought_has_its_title_alone():
    assert meaning_of_column("customers", "favourite_tea") == ""
