"""What seglib stands on: every file checked by its hash, every licence one that a shop can live with."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1]
ACCEPTED = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|0BSD|HPND|Unlicense)")
REFUSED = re.compile(r"GPL|General Public|Affero|Elastic|SSPL|Business Source")
LISTED = {"psycopg", "mysqlclient"}  # drivers of the database extras, which the README names with their licences


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-browser.txt"])
def test_every_requirement_is_pinned_and_has_its_hashes(name):
    text = (PROJECT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) > 90
    assert [line[:40] for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_nothing_is_installed_without_its_hash():
    text = (PROJECT / "Makefile").read_text(encoding="utf-8")
    installs = [line.strip() for line in text.splitlines() if "$(PIP)" in line]
    assert len(installs) == 4
    assert [each for each in installs if "--require-hashes" not in each] == [
        "@$(PIP) --no-deps --no-build-isolation --editable ."  # seglib itself, built with what is pinned
    ]


def licence(of: metadata.Distribution) -> str:
    """What a distribution says of its licence: the expression, the classifiers, or the first line of the field."""
    told = of.metadata
    classes = [each for each in told.get_all("Classifier", []) if each.startswith("License ::")]
    return told.get("License-Expression") or "; ".join(classes) or (told.get("License") or "").split("\n")[0]


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """Names of a distribution and of all that it requires here."""
    if (name, extras) in seen:
        return set()
    seen.add((name, extras))
    told = [Requirement(each) for each in metadata.requires(name) or []]
    here = [each for each in told if not each.marker or any(each.marker.evaluate({"extra": e}) for e in extras | {""})]
    return {name}.union(*(needed(each.name, frozenset(each.extras), seen) for each in here))


def test_the_default_install_is_free_of_licences_that_bind():
    names = needed("seglib", frozenset({"build", "lab", "demo"}), set()) - {"seglib"}
    told = {name: licence(metadata.distribution(name)) for name in names}
    assert len(told) > 80
    assert {name: text for name, text in told.items() if REFUSED.search(text) or not ACCEPTED.search(text)} == {}


def test_drivers_with_other_licences_are_in_the_database_extras_only_and_are_listed():
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {name for name, asked in extras.items() if "ibis-framework[" in "".join(asked)} == {"postgres", "mysql"}
    pins = (PROJECT / "requirements-browser.txt").read_text(encoding="utf-8")
    assert [name for name in LISTED if re.search(rf"^{name}==", pins, re.MULTILINE)] == []
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [name for name in LISTED if name not in readme] == []
