"""Which folder a report takes: none that is not its own, none of another shop, and not that of the last good report."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from seglib.command.cli import main
from seglib.intake.scratch import LOCK
from seglib.report.run.folder import check_folder, origin_of
from seglib.report.run.placing import RunFolder, clean_up

BREAKS = "raise ValueError('no')"


def report(*more: str, source: str = "orders.csv") -> int:
    return main(["report", source, "--quiet", *more])


def there(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def status(folder: str) -> str:
    return json.loads(Path(folder, "run.json").read_text())["status"]


# folders of strangers ------------------------------------------------------------------------------------------------

OURS = {"schema": 1, "status": "ok", "shop": "orders", "versions": {"seglib": "0.1.0"}, "tables": ["one.csv"],
        "as_of": "2024-01-01", "counts": {"customers": 5}, "finished_at": "2024-01-01T06:00:00+00:00"}  # fmt: skip
FILES = ("index.html", "01_one.html", "notebooks/01_one.ipynb", "tables/one.csv")


def earlier(folder: Path, *more: str, **record) -> Path:
    """A report as one of 0.1 left it, by hand; ``more`` names files that it knows nothing of."""
    for name in (*FILES, *more):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    told = {key: value for key, value in {**OURS, "files": FILES, **record}.items() if value is not None}
    (folder / "run.json").write_text(json.dumps(told))
    return folder


RECORDS = {
    "an empty record": "{}",
    "none": "",
    "a list": "[]",
    "of another program": '{"name": "npm", "version": "1.0.0"}',
    "of another schema": json.dumps({**OURS, "schema": 99}),
    "cut off": json.dumps(OURS)[:-9],
    "a record of ours": json.dumps({**OURS, "files": ["index.html"]}),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_folder_with_a_file_of_somebody_is_refused_and_untouched(tiny, capsys, record):
    (tiny / "mine" / "sub").mkdir(parents=True)
    (tiny / "mine" / "run.json").write_text(record)
    (tiny / "mine" / "precious.txt").write_text("thesis")
    (tiny / "mine" / "sub" / "p").write_text("x")
    before = there(tiny)
    assert report("--out", "mine", "--replace", "--again") == 2
    assert "--out: mine holds" in capsys.readouterr().err
    assert there(tiny) == before


@pytest.mark.parametrize("strange", ["notes.txt", "tables/mine.csv", "notebooks/02_own.ipynb", "work/lines.parquet"])
@pytest.mark.parametrize("files", [FILES, None], ids=["with its files", "before files were named"])
def test_a_file_put_into_a_report_keeps_it_from_being_replaced(tiny, capsys, strange, files):
    if files or strange not in ("tables/mine.csv", "notebooks/02_own.ipynb"):
        earlier(tiny / "out", strange, files=files)
        assert report("--out", "out") == 2
        assert strange.split("/")[0] in capsys.readouterr().err
        assert (tiny / "out" / strange).exists()


def test_a_link_in_a_report_is_not_followed_and_not_replaced(tiny, capsys):
    (tiny / "elsewhere").mkdir()
    (tiny / "elsewhere" / "precious.txt").write_text("thesis")
    earlier(tiny / "out").joinpath("tables", "more").symlink_to(tiny / "elsewhere")
    assert report("--out", "out") == 2
    assert "tables/more/, which no report has written" in capsys.readouterr().err
    assert (tiny / "elsewhere" / "precious.txt").exists()


LEFT = (".DS_Store", "tables/Thumbs.db", "._index.html", "notebooks/.ipynb_checkpoints/01_one-checkpoint.ipynb")


def test_a_report_of_0_1_is_replaced_with_what_a_desktop_left_and_a_link_to_it_stays_one(tiny, capsys):
    earlier(tiny / "disk" / "real", *LEFT, files=None)
    (tiny / "out").symlink_to(tiny / "disk" / "real")
    assert report("--out", "out") == 0
    assert capsys.readouterr().out == f"{Path('out', 'index.html')}\n"
    assert (tiny / "out").is_symlink()
    assert os.listdir(tiny / "disk") == ["real"]
    assert not (tiny / "out" / ".DS_Store").exists()
    assert len(json.loads((tiny / "disk" / "real" / "run.json").read_text())["origin"]) == 1


def test_links_to_nothing_and_to_themselves(tmp_path):
    (tmp_path / "new").symlink_to(tmp_path / "disk" / "later")
    assert check_folder(tmp_path / "new", "orders.csv") == []
    with RunFolder(tmp_path / "new") as folder:
        (folder / "index.html").write_text("")
    assert (tmp_path / "new").is_symlink()
    assert os.listdir(tmp_path / "disk") == ["later"]
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "leads to itself" in check_folder(tmp_path / "loop", "orders.csv")[0]


# other shops ---------------------------------------------------------------------------------------------------------


def test_the_report_of_another_shop_is_replaced_only_when_that_is_said(tiny, capsys):
    for name in ("a", "b"):
        (tiny / name).mkdir()
        shutil.copy("orders.csv", name)
    earlier(tiny / "reports" / "orders", origin=origin_of("a/orders.csv", "orders"))
    assert report(source="b/orders.csv") == 2
    assert "reports/orders is the report of another shop, 'orders'" in capsys.readouterr().err
    assert not check_folder(tiny / "reports" / "orders", "a", "orders", origin=origin_of("a/orders.csv", "orders"))
    assert report("--replace", source="b/orders.csv") == 0
    record = json.loads((tiny / "reports" / "orders" / "run.json").read_text())
    assert record["origin"] == origin_of("b/orders.csv", "orders")


def test_a_shop_is_known_by_its_settings_or_by_the_name_it_was_given(tiny, capsys):
    for name in ("a", "b"):
        (tiny / name).mkdir()
        shutil.copy("orders.csv", name)
        (tiny / name / "shop.toml").write_text('name = "Tea"\n[tables.lines]\npath = "orders.csv"\n')
    first, second = (origin_of(f"{name}/shop.toml", "Tea") for name in ("a", "b"))
    assert len(set(first) & set(second)) == 1
    assert origin_of("a", "Tea") == first
    assert set(origin_of("a/shop.toml", "Coffee")) & set(first), "another name for the same shop.toml"
    earlier(tiny / "out", shop="Coffee", origin=["1", "2"])
    assert report("--out", "out", source="a") == 2
    assert "another shop, 'Coffee'" in capsys.readouterr().err
    earlier(tiny / "out", shop="Coffee")
    assert report("--out", "out", source="a") == 2, "a report of 0.1 is known by its name"
    assert check_folder(tiny / "out", "a", "Coffee") == []


def test_a_database_is_known_without_its_password():
    url = "postgresql://ann:{}@db.example/shop?table=orders"
    assert origin_of(url.format("one"), "orders") == origin_of(url.format("two"), "orders")


# failed runs ---------------------------------------------------------------------------------------------------------


def test_a_failed_run_stands_beside_the_last_good_one_until_one_succeeds(tiny, capsys, write_page):
    good = earlier(tiny / "out").joinpath("run.json").read_text()
    earlier(tiny / "out.failed", status="failed", key="old")
    write_page(BREAKS)
    assert report("--out", "out", "--since", "last") == 1
    assert capsys.readouterr().out == f"{Path('out.failed', 'index.html')}\n"
    assert (tiny / "out" / "run.json").read_text() == good
    failed = json.loads((tiny / "out.failed" / "run.json").read_text())
    assert (failed["status"], failed["key"] != "old") == ("failed", True), "the second failure replaces the first"
    assert failed["since"] == {"as_of": OURS["as_of"], "finished_at": OURS["finished_at"]}, "the good one was found"
    write_page("1 + 1")
    assert report("--out", "out", "--since", "last") == 0
    assert capsys.readouterr().out == f"{Path('out', 'index.html')}\n"
    assert status("out") == "ok"
    assert sorted(path.name for path in tiny.iterdir()) == ["orders.csv", "out", "pages"]


def test_without_a_good_one_a_failed_run_takes_the_name(tiny, write_page):
    earlier(tiny / "out", status="failed", key="old")
    write_page(BREAKS)
    assert report("--out", "out") == 1
    assert json.loads((tiny / "out" / "run.json").read_text())["key"] != "old"
    assert sorted(path.name for path in tiny.iterdir()) == ["orders.csv", "out", "pages"]


def test_a_folder_of_somebody_where_a_failed_run_would_go_is_refused(tiny, capsys):
    earlier(tiny / "out")
    (tiny / "out.failed").mkdir()
    (tiny / "out.failed" / "notes.txt").write_text("")
    assert report("--out", "out") == 2
    assert "out.failed holds other files" in capsys.readouterr().err


# what killed runs leave ----------------------------------------------------------------------------------------------

unix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")


@unix
def test_what_a_killed_run_left_goes_with_the_next_one_and_nothing_else(tmp_path):
    final = tmp_path / "out"
    for name in (".out-dead", ".out-backup", ".other-dead"):
        (tmp_path / name / "work").mkdir(parents=True)
        (tmp_path / name / ("thesis.txt" if name == ".out-backup" else LOCK)).write_text("")
    with RunFolder(final) as first, RunFolder(final) as second:
        assert len({first, second}) == 2
        assert first.stat().st_mode & 0o077 == 0, "private while it is written"
        assert first.is_dir(), "that of a run that lives stays"
        assert not (tmp_path / ".out-dead").exists()
    assert sorted(os.listdir(tmp_path)) == [".other-dead", ".out-backup", "out"]
    assert os.listdir(final) == []
    assert final.stat().st_mode & 0o777 == tmp_path.joinpath(".out-backup").stat().st_mode & 0o777


@unix
def test_a_report_that_a_killed_run_had_moved_away_is_put_back(tmp_path):
    (tmp_path / ".out-x.old").mkdir()
    (tmp_path / ".out-x.old" / "run.json").write_text(json.dumps(OURS))
    clean_up(tmp_path / "out")
    assert os.listdir(tmp_path) == ["out"]
