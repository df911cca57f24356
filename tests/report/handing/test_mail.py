"""Mail and figures that ``seglib report --also eml,figures`` hands over, taken apart as a mail program would."""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import xml.etree.ElementTree as ElementTree

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from seglib.command.cli import main
from seglib.report.handing.message import Attached, written_mail
from seglib.report.pages.pages import read_page

pytestmark = pytest.mark.slow
PARAMETERS = 'shop: str = "demo"  # shop\nas_of: str = ""\nwindow_days: int = 0\nrun: str = ""\n'
SETUP = """from IPython.display import SVG, display as show
import seglib as sg
from seglib import display
from seglib.show.plots.theme import canvas
data = sg.open_shop(shop, as_of=as_of, run=run)
"""
FRONT = """drawing, axes = canvas(6, 3)
axes.bar([0, 1], [2, 3], label="<Tea>")
display.figure(drawing, "More <b>tea</b> & קפה than before.", "Orders a month.")
"""
OWN = """show({"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'},
     raw=True, metadata={"image/svg+xml": {"alt": "A line"}})
drawing, axes = canvas(3, 4)
axes.plot([0, 1], [0, 1])
display.figure(drawing, "It rises.", "A line.")
"""
HOSTILE = "Tea</td><script>alert(1)</script>\u202e קפה"
TOP = f'name = {json.dumps(HOSTILE)}\n[tables.lines]\npath = "orders.csv"\n'
URL = '[report]\nurl = "https://reports.example.com/shop"\n'


def notebook(folder) -> None:
    cells = [
        new_markdown_cell("# Who?"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(SETUP),
        new_markdown_cell("## How many – and when?"),
        new_code_cell(FRONT, metadata={"tags": ["first-page"]}),
        new_markdown_cell("## לא"),
        new_code_cell(OWN),
    ]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "01_one.ipynb")


@pytest.fixture
def made(tiny):
    """Makes a report of the tiny shop with its page of three figures; the folder of the run."""
    notebook(tiny / "pages")

    def make(settings: str = "", also: str = "eml,figures", *more: str, out: str = "out"):
        (tiny / "shop.toml").write_text(TOP + settings, encoding="utf-8")
        assert main(["report", "shop.toml", "--also", also, "--out", out, "--quiet", *more]) == 0
        return tiny / out

    return make


def opened(run) -> email.message.EmailMessage:
    return email.message_from_bytes((run / "digest.eml").read_bytes(), policy=email.policy.default)


def html_of(mail) -> str:
    return mail.get_body(("html",)).get_content()


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def sound(html: str) -> None:
    """What every mail program shows, and nothing that leads outside."""
    assert len(html.encode()) < 80_000
    assert not re.search(r"var\(|<(details|script|style|link|svg)\b|display:\s*(flex|grid)|class=|@import|url\(", html)
    assert "&#34;" not in re.sub(r">[^<]*<", "", html)
    assert 'width="600"' in html
    for picture in re.findall(r"<img [^>]*>", html):
        assert re.search(r'src="(cid:|data:image/png;base64,)', picture)
        assert re.search(r'width="\d+"', picture)
        assert re.search(r'alt="[^"]{5,}"', picture)


def test_the_mail_of_the_demonstration_shop_is_a_draft_of_text_html_and_pictures(demo):
    mail, record = opened(demo), json.loads((demo / "run.json").read_text(encoding="utf-8"))
    assert mail["Subject"] == "Harbour & Pine: customers as of 1 January 2025"
    assert mail["Date"] == "Wed, 01 Jan 2025 00:00:00 +0000"
    assert mail["X-Unsent"] == "1"
    assert re.fullmatch(r"<[0-9a-f]{32}@seglib\.invalid>", mail["Message-ID"])
    assert not {"From", "To", "Cc", "Bcc"} & set(mail.keys())
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", *["image/png"] * 2]
    html, text = html_of(mail), text_of(mail)
    sound(html)
    keys = [part["Content-ID"].strip("<>") for part in mail.walk() if part.get_content_maintype() == "image"]
    assert re.findall(r'src="cid:([^"]+)"', html) == keys
    told = ("Champions", "43%", "2,501", "€810,930", "Reward them", "How does the shop trade", "Checks that are good:")
    assert [one for one in told if one not in html or one not in text] == []
    assert {"digest.eml", "digest.html"} <= set(record["files"])
    assert '<a href="digest.eml" download>' in (demo / "index.html").read_text(encoding="utf-8")


def test_no_link_and_no_customer_stands_in_it(demo):
    mail = opened(demo)
    texts = [html_of(mail), text_of(mail), (demo / "digest.html").read_text("utf-8")]
    ids = set(pd.read_parquet(demo / "tables" / "customers.parquet")["customer_id"])
    for text in texts:
        assert not re.search(r"https?:|<a\b|href", text)
        assert not ids & set(re.findall(r"\w+", re.sub(r'src="[^"]*"', "", text)))


def test_the_page_of_the_mail_holds_its_pictures(demo):
    html = (demo / "digest.html").read_text(encoding="utf-8")
    sound(re.sub(r'(data:image/png;base64,)[^"]*', r"\1", html))
    assert html.count("data:image/png;base64,") == 2


def test_each_figure_of_each_page_is_there_both_ways(demo):
    names = {file.name for file in (demo / "figures").iterdir()}
    for document in (demo / "notebooks").glob("*.ipynb"):
        page = read_page(nbformat.read(document, as_version=4))
        count = sum(block.kind == "figure" for block in page.blocks)
        for kind in ("svg", "png"):
            assert (
                len([name for name in names if name.startswith(f"{document.stem}-") and name.endswith(kind)]) == count
            )
        assert "image/png" not in document.read_text(encoding="utf-8")
    assert "02_rfm-03-where-is-everyone-on-the-map.svg" in names


def test_a_figure_stands_alone_on_white(demo):
    for file in (demo / "figures").glob("*.svg"):
        text = file.read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        assert not re.search(r"var\(|<script|<style|max-width", text)
        assert [one for one in re.findall(r'href="([^"]*)"', text) if not one.startswith(("#", "data:image/"))] == []
        assert not re.search(r"https?://", re.sub(r'xmlns(:xlink)?="[^"]*"', "", text))
        assert (root[0].tag.rpartition("}")[2], root[0].get("fill")) == ("rect", "#ffffff")
        assert float(root.get("width")) > 100
        picture = Image.open(file.with_suffix(".png"))
        assert picture.width == 1600
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
        assert abs(picture.height / 1600 - float(root.get("height")) / float(root.get("width"))) < 0.12


def test_names_of_others_are_text_and_stay_in_their_header(made):
    run = made()
    mail = opened(run)
    assert mail["Subject"].startswith("Tea</td><script>alert(1)</script> קפה: customers as of ")
    html = html_of(mail)
    sound(html)
    assert "Tea&lt;/td&gt;&lt;script&gt;alert(1)" in html
    assert "More &lt;b&gt;tea&lt;/b&gt; &amp; קפה than before." in html
    assert html.count("<td") == html.count("</td>")


def test_line_ends_and_control_letters_add_no_header():
    told = written_mail("Tea\r\nBcc: all@example.com\r\n\r\nHello\x00\u2028x", pd.Timestamp("2024-01-02").date(),
                        "text", "<p>x</p>", [Attached("a.png", b"x")])  # fmt: skip
    mail = email.message_from_bytes(told, policy=email.policy.default)
    assert mail["Subject"] == "Tea Bcc: all@example.com Hello x"
    assert mail["Bcc"] is None
    assert html_of(mail).strip() == "<p>x</p>"


def test_figures_of_ones_own_are_kept_as_far_as_they_go(made):
    run = made()
    names = sorted(file.name for file in (run / "figures").iterdir())
    assert names == [
        *("01_one-01-how-many-and-when.png", "01_one-01-how-many-and-when.svg"),
        *("01_one-02.svg", "01_one-03.png", "01_one-03.svg"),  # a drawing that others made has no picture
    ]
    assert Image.open(io.BytesIO((run / "figures" / "01_one-03.png").read_bytes())).width == 1600
    assert not (run / "work").exists()


def test_the_same_run_gives_the_same_bytes_and_nothing_is_made_unasked(made):
    first, second = made(out="out"), made(out="other")
    for name in ("digest.eml", "digest.html", "figures/01_one-01-how-many-and-when.png"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    plain = made("", "", out="plain")
    assert not {"digest.eml", "digest.html", "figures"} & {path.name for path in plain.iterdir()}
    assert plain.joinpath("01_one.html").read_bytes() == first.joinpath("01_one.html").read_bytes()


def test_pages_are_linked_where_their_address_is_told(made):
    mail = opened(made(URL, "eml"))
    html, text = html_of(mail), text_of(mail)
    base = "https://reports.example.com/shop/"
    links = set(re.findall(r'href="([^"]*)"', html))
    assert links == {f"{base}index.html", f"{base}01_one.html", f"{base}01_one.html#how-many-and-when"}
    assert f"{base}index.html" in text
    sound(html)


@pytest.mark.parametrize(("language", "subject", "title"), [
    ("en", "customers as of", "The shop at a glance"),
    ("it", "i clienti al", "Il negozio a colpo d&#39;occhio"),
    ("ro", "clienții la", "Magazinul dintr-o privire"),
    ("uk", "клієнти станом на", "Крамниця з першого погляду"),
])  # fmt: skip
def test_it_speaks_the_language_of_the_report(made, language, subject, title):
    mail = opened(made("", "eml", "--language", language))
    assert f"קפה: {subject} " in mail["Subject"]
    assert f'lang="{language}"' in html_of(mail)
    assert title in html_of(mail)


def test_a_shop_without_orders_has_a_mail(write_shop):
    contacts = pd.DataFrame(
        {"customer_id": [f"k{n}x" for n in range(40)], "signed_up_at": "2024-03-01", "city": "Cork"}
    )
    folder = write_shop({"contacts": contacts}, top='name = "No orders"\n')
    out = str(folder / "out")
    assert main(["report", str(folder / "shop.toml"), "--only", "05", "--also", "eml", "--out", out, "--quiet"]) == 0
    html = html_of(opened(folder / "out"))
    sound(html)
    assert ">40</span>" in html
    assert "<a " not in html


def test_what_moved_since_the_report_before_leads_it(made):
    made("", "eml", "--as-of", "2024-08-01", out="before")
    text = text_of(opened(made("", "eml", "--since", "before")))
    assert "WHAT MOVED SINCE 1 AUGUST 2024\n- " in text


def test_sentences_are_cut_before_a_mail_program_cuts_the_mail(made, monkeypatch):
    monkeypatch.setattr("seglib.report.handing.mail.LARGEST_HTML", 5_000)
    monkeypatch.setattr("seglib.report.handing.mail.LARGEST_PAGE", 9_000)
    run = made("", "eml")
    assert "…" in html_of(opened(run))
    assert "<img" not in (run / "digest.html").read_text(encoding="utf-8")
