"""Whole reports in each language: nothing of seglib's own is left in English, whatever the data say."""

import html
import io
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.pofile import write_po

from seglib import run_report
from seglib.command.catalogues import PLACEHOLDER, all_messages, catalogue_text
from seglib.language.messages import languages

pytestmark = pytest.mark.slow
DEMO = Path(__file__).parents[2] / "data" / "demo"
SPOKEN = ("aria-label", "alt", "title")
# what a page may hold that no catalogue translates: names of files, of packages and of what made them, and code
CODE = {"code", "pre", "style", "cite"}
NAMES = """seglib python pandas numpy scikit learn ibis framework duckdb papermill nbconvert html csv parquet rfm sha
    asinh shop toml datapackage json"""
INLINE = {"code", "em", "strong", "b", "i", "a", "span", "bdi", "tspan"}
EXPRESSION = re.compile(
    r"\w+ = |[<>]=? ?[\w.]|\w_\w|^[0-9a-f]{6}$|[0-9a-f]{64}"
)  # parameters, rules, names of columns, ids


class Texts(HTMLParser):
    """Texts of a page, each of a whole paragraph, cell or label, with what is said of pictures; code apart."""

    def __init__(self) -> None:
        super().__init__()
        self.texts, self._held, self._code = [], "", 0

    def _block(self, tag):
        if tag not in INLINE:
            self.texts += [" ".join(self._held.split())] if self._held.strip() else []
            self._held = ""
        self._held += " " if tag == "tspan" else ""

    def handle_starttag(self, tag, attrs):
        self._block(tag)
        self._code += tag in CODE
        self.texts += [text for name, text in attrs if name in SPOKEN and text]

    def handle_endtag(self, tag):
        self._block(tag)
        self._code -= tag in CODE

    def handle_data(self, data):
        self._held += "" if self._code else data


def texts(page):
    parser = Texts()
    parser.feed(page.read_text(encoding="utf-8"))
    return joined(html.unescape(text) for text in parser.texts)


def joined(lines):
    """Labels that a figure breaks over several lines, put together again: their marks tell."""
    told = [""]
    for line in lines:
        if told[-1].count("«") > told[-1].count("»") and "…" not in told[-1]:
            told[-1] += line if line[:2].endswith("»") else f" {line}"
        else:
            told.append(line)
    return told[1:]


def words_of(text):
    """Words of a text; the shape of a value (``aaa-00``), which no language has, is none."""
    if not re.search(r"[^\W\d_a]|[1-9]", text):
        return set()
    return {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}


@pytest.fixture(scope="module")
def vocabulary():
    """Every word of the demo shop's data: its tables, its names of columns, its own segments."""
    found = words_of(NAMES)
    for path in DEMO.glob("*.parquet"):
        table = pd.read_parquet(path)
        found |= {word for column in table.columns for word in words_of(column.replace("_", " "))}
        for column in table.select_dtypes(include=["object", "string", "category"]):
            found |= {word for text in table[column].dropna().unique() for word in words_of(str(text))}
    for path in DEMO.glob("*.toml"):
        found |= words_of(path.read_text(encoding="utf-8"))
    return found


def made_up(language):
    """A catalogue in which every message stands in marks."""
    from babel.messages.pofile import read_po

    catalogue = read_po(io.BytesIO(catalogue_text(language).encode()))
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            told = tuple(f"«{one}»" for one in ids) + (f"«{ids[-1]}»",) * (catalogue.num_plurals - len(ids))
            message.string = told if len(ids) > 1 else told[0]
    written = io.BytesIO()
    write_po(written, catalogue, width=0)
    return written.getvalue()


def test_every_text_of_a_report_goes_through_the_catalogues(tmp_path, vocabulary):
    shop = shutil.copytree(DEMO, tmp_path / "shop")
    (shop / "made_up.po").write_bytes(made_up("it"))
    with (shop / "shop.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[report]\nlanguage = "it"\ntranslation = "made_up.po"\n')
    result = run_report(shop / "shop.toml", out=tmp_path / "out")
    assert result.ok
    assert leaks(result.folder, vocabulary | italian_dates()) == {}


def italian_dates():
    from babel import Locale

    forms = [Locale("it").months, Locale("it").days]
    told = [dict(each) for form in forms for context in form.values() for each in context.values()]
    return {word for each in told for text in each.values() for word in words_of(text)}


def leaks(folder, vocabulary):
    """Texts outside the marks with a word that is not in the data, by page."""
    found = {}
    for page in sorted(folder.glob("*.html")):
        for text in texts(page):
            rest, before = re.sub(r"\w+\.(csv|parquet)", " ", text), ""
            while rest != before:
                before, rest = rest, re.sub(r"«[^«»]*»", " ", rest)
            rest = re.sub(r"«.*…", " ", rest)  # cut short
            strange = {word for word in words_of(rest) if word not in vocabulary}
            if strange and not EXPRESSION.search(rest):
                found.setdefault(page.name, []).append((sorted(strange), text[:120]))
    return found


@pytest.fixture(scope="module")
def english():
    """A pattern for each English sentence that has another form in other languages."""
    told = [form for message in all_messages() for form in (message.one, message.many) if len(form.split()) >= 4]
    parts = [re.split(PLACEHOLDER, form)[::2] for form in told]
    return [re.compile(".*?".join(map(re.escape, part))) for part in parts if sum(len(words_of(p)) for p in part) >= 3]


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_report_in_each_language_holds_no_english_sentence(code, tmp_path, english):
    result = run_report("demo", out=tmp_path / code, language=code)
    assert result.ok
    shown = {text for page in result.folder.glob("*.html") for text in texts(page) if len(text.split()) >= 4}
    assert [text for text in shown if any(pattern.fullmatch(text) for pattern in english)] == []
    assert all(f'lang="{code}"' in page.read_text(encoding="utf-8")[:300] for page in result.folder.glob("*.html"))
