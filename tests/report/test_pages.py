"""Pages: drawings that hold nothing but drawing, markdown in another language, a brand that can be read."""

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from seglib.language.messages import speaking
from seglib.report.pages.branding import DARK, LIGHT, branding, favicon, logo_faults
from seglib.report.pages.drawings import UnsafeDrawingError, inline_svg
from seglib.report.pages.frame import page_facts
from seglib.report.pages.markdown import headings, markdown_messages, translated
from seglib.report.pages.pages import page_html, read_page
from seglib.report.run.parameters import Notebook
from seglib.report.run.running import Failure, Outcome
from seglib.show.colours import contrast, readable

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RECORD = {
    "shop": "Shop", "notice": "", "currency": "EUR", "basis": "2 customers.", "as_of": "2024-01-01", "window_days": 365,
    "inputs": [{"name": "orders.csv", "rows": 3, "sha256": "ab"}], "counts": {"rows_analysed": 3},
    "versions": {"seglib": "0.1.0"}, "notebooks": {"01_a": {"parameters": {}}},
}  # fmt: skip
ITALIAN = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Who buys?"
msgstr "Chi compra?"

msgid "Where?"
msgstr "Dove?"

msgid "How to read it, in two lines."
msgstr "Come si legge, in due righe."

msgid "On this page"
msgstr "In questa pagina"

msgid "Previous"
msgstr "Precedente"
"""


def svg(inner: str, more: str = "") -> str:
    return f'<svg {NS} viewBox="0 0 9 9" width="90pt" height="90pt" {more}>{inner}</svg>'


def figure(drawing: str, alt: str = "Bars", basis: str = "") -> list:
    told = {"seglib": {"role": "figure", "alt": alt, "caption": "Money.", "basis": basis}}
    return [new_output("display_data", {"image/svg+xml": drawing, "text/plain": alt}, metadata=told)]


def finding(text: str):
    return new_output("display_data", {"text/plain": text}, metadata={"seglib": {"role": "finding", "text": text}})


def shown_table(basis: str) -> list:
    told = {"seglib": {"role": "table", "caption": "Few.", "basis": basis}}
    body = "<table><caption>Few.</caption></table>"
    return [new_output("display_data", {"text/html": body}, metadata=told)]


def notebook(*cells):
    made = [new_markdown_cell("# Who buys?\n\nHow to read it,\nin two lines.")]
    for cell in cells:
        made.append(new_markdown_cell(cell) if isinstance(cell, str) else new_code_cell("", outputs=cell))
    return new_notebook(cells=made)


def html_of(document, failure=None, **changes) -> str:
    page = read_page(document)
    outcome = Outcome(Notebook("01_a", Path(), "Who buys?"), document, page, 1.0, failure)
    return page_html(document, page, page_facts({**RECORD, **changes}, [outcome], outcome))


@pytest.fixture
def italian(tmp_path):
    file = tmp_path / "it.po"
    file.write_text(ITALIAN, encoding="utf-8")
    return file


# drawings ------------------------------------------------------------------------------------------------------------


def test_a_drawing_stands_in_the_page_with_a_name():
    text = html_of(notebook("## Where?", figure(svg('<text x="1" class="t" fill="var(--ink,#222)">A &lt; B</text>'))))
    assert 'role="img" aria-label="Bars"' in text
    assert '<text x="1" class="t" fill="var(--ink,#222)">A &lt; B</text>' in text
    assert 'style="max-width:120px"' in text
    assert "xmlns" not in text
    assert read_page(notebook(figure(svg("")))).faults == []


def test_two_drawings_do_not_share_ids():
    drawing = svg(
        '<defs><clipPath id="a"><path d="M0 0"/></clipPath></defs><g clip-path="url(#a)"><use href="#a"/></g>'
    )
    text = html_of(notebook(figure(drawing), figure(drawing)))
    ids = re.findall(r'<clipPath id="([^"]+)"', text)
    assert len(set(ids)) == 2
    for name in ids:
        assert f'clip-path="url(#{name})"' in text
        assert f'<use href="#{name}"' in text


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p>x</p></foreignObject>",
        '<path onclick="go()" d="M0 0"/>',
        '<a href="https://example.org"><path d="M0 0"/></a>',
        '<use href="https://example.org/x.svg#a"/>',
        '<use xlink:href="file.svg#a"/>',
        '<image href="https://example.org/x.png"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<path fill="url(https://example.org/x)" d="M0 0"/>',
        '<path style="fill:url(\'//example.org/x\')" d="M0 0"/>',
        '<path style="background:\\75rl(x)" d="M0 0"/>',
        '<animate attributeName="href" to="javascript:go()"/>',
        '<set attributeName="onload" to="go()"/>',
        '<iframe src="x"/>',
    ],
)
def test_a_drawing_that_holds_more_is_a_fault_and_is_not_shown(inner):
    with pytest.raises(UnsafeDrawingError):
        inline_svg(svg(inner), "Bars")
    document = notebook("## Where?", figure(svg(inner)))
    assert len(read_page(document).faults) == 1
    assert "In 'Where?'" in read_page(document).faults[0].replace("in 'Where?'", "In 'Where?'")
    shown = html_of(document)
    for part in ("example.org", "alert", "go()", "<iframe", "foreignObject"):
        assert part not in shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<svg",
        "<html/>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        '<?xml-stylesheet href="https://example.org"?><svg/>',
    ],
)
def test_what_is_no_plain_svg_is_refused(text):
    with pytest.raises(UnsafeDrawingError):
        inline_svg(text, "x")


def test_a_document_type_styles_and_metadata_are_left_out():
    kept = inline_svg(
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">'
        + svg("<metadata><x/></metadata><style>*{fill:red}</style><title>t</title><path d='M0 0'/>"),
        'a "b" <c>',
    )
    assert kept.count("<") == 3
    assert 'aria-label="a &quot;b&quot; &lt;c&gt;"' in kept


@given(st.text(max_size=60))
def test_names_of_drawings_never_leave_their_attribute(name):
    text = inline_svg(svg(""), name)
    assert text.count("<") == 2
    assert text.count('"') % 2 == 0


# languages -----------------------------------------------------------------------------------------------------------


def test_headings_and_paragraphs_are_told_in_the_language_and_anchors_stay(italian):
    document = notebook("## Where?", [finding("Half."), *figure(svg(""))])
    english = read_page(document)
    with speaking("it", translation=italian):
        page, shown = read_page(document), html_of(document)
        assert page.until("Where?").steps == page.steps
    assert (page.title, page.lead[0].body) == ("Chi compra?", "Come si legge, in due righe.")
    assert [(step.anchor, step.heading) for step in page.steps] == [("where", "Dove?")]
    assert [step.anchor for step in english.steps] == ["where"]
    assert '<html lang="it">' in shown
    assert "In questa pagina" in shown
    assert "Precedente" in shown


def test_unanswered_questions_are_recognised_in_any_language(italian):
    lacking = {"role": "unanswered", "text": "Non si sa.", "why": "mancano gli eventi."}
    document = notebook("## Where?", [new_output("display_data", {}, metadata={"seglib": lacking})])
    assert read_page(document).missing == [("Where?", "Mancano gli eventi.")]
    with speaking("it", translation=italian):
        assert read_page(document).missing == [("Dove?", "Mancano gli eventi.")]


def test_methods_fold_away_at_the_end_and_are_not_missed():
    lacking = {"role": "unanswered", "text": "No.", "why": "no events are told."}
    lacks = new_output("display_data", {"text/plain": "No."}, metadata={"seglib": lacking})
    made = notebook("## How many?", [finding("Two.")], "## Who?", [finding("Ann.")], "## How much?", [lacks])
    for cell in (made.cells[1], made.cells[5]):
        cell.metadata["tags"] = ["how-we-know"]
    page = read_page(made)
    assert [step.heading for step in page.answers] == ["Who?"]
    assert [step.heading for step in page.methods] == ["How many?"]
    assert page.missing == []
    assert page.contents == [("who", "Who?"), ("how-we-know", "How we know")]
    text = html_of(made)
    assert text.index("Ann.") < text.index('id="how-we-know"') < text.index("Two.")
    assert '<details class="method"><summary><h3 id="how-many">' in text


def test_a_figure_that_the_first_page_shows_too_is_known_with_its_place():
    made = notebook("## Where?", [finding("Up."), *figure(svg(""))], "## Who?", [finding("Ann."), *figure(svg(""))])
    made.cells[2].metadata["tags"] = ["first-page"]
    page = read_page(made)
    assert [(anchor, block.finding) for anchor, block in page.pictures] == [("where", "Up.")]
    assert (page.first_finding(), page.first_finding(beside={"Up."})) == ("Up.", "Ann.")


def test_the_basis_is_said_once():
    page = read_page(notebook("## Who?", *(figure(svg("")) for _ in range(3))))
    assert [block.basis for block in page.blocks if block.kind == "figure"] == ["", "", ""]
    said = [figure(svg(""), basis=basis) for basis in ("9 & 8 customers.", "3 orders.", "9 & 8 customers.")]
    table = shown_table("9 & 8 customers.")
    page = read_page(notebook("## Who?", *said, table))
    assert [block.basis for block in page.blocks[1:]] == ["9 & 8 customers.", "3 orders.", "", ""]
    assert html_of(notebook("## Who?", *said, table)).count("9 &amp; 8 customers.") == 1


def test_a_question_that_does_not_arise_is_left_out_and_not_missed():
    moot = {"role": "moot", "text": "Customers are persons."}
    shown = new_output("display_data", {"text/plain": "x"}, metadata={"seglib": moot})
    page = read_page(notebook("## Who?\n\nIn words.", [shown], "## When?"))
    assert [step.heading for step in page.steps] == ["When?"]
    assert page.missing == []


def test_markdown_is_cut_into_messages_and_put_together_again(italian):
    source = "## Who buys?\n\nHow to read it,\nin two lines.\n\n```\n# code\n```\n- Where?\n- more\n\n1. Where?"
    assert markdown_messages(source) == ["Who buys?", "How to read it, in two lines.", "Where?", "more", "Where?"]
    assert translated(source) == source
    with speaking("it", translation=italian):
        assert translated(source) == (
            "## Chi compra?\n\nCome si legge, in due righe.\n\n```\n# code\n```\n\n- Dove?\n- more\n\n1. Dove?"
        )


@given(st.text(alphabet="#-`~ ab\n1.", max_size=80))
def test_any_markdown_can_be_cut(source):
    told = [text for _level, heading, text in headings(source) for text in (heading, text)]
    assert "".join("".join(told).split()).replace("#", "") in "".join(source.split()).replace("#", "") or told
    assert all("\n" not in message for message in markdown_messages(source))
    assert translated(source) == source


def test_the_failure_is_told_with_its_step(italian):
    with speaking("it", translation=italian):
        shown = html_of(notebook("## Where?"), failure=Failure("Where?", "ValueError", "boom"))
    assert "“Dove?”" in shown
    assert "boom" in shown


# brand ---------------------------------------------------------------------------------------------------------------

STYLE = (Path(__file__).parents[2] / "seglib" / "report" / "pages" / "template" / "style.css").read_text(
    encoding="utf-8"
)
COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOUR, st.sampled_from([LIGHT, DARK]))
def test_any_accent_can_be_read_on_all_grounds(colour, grounds):
    shown = readable(colour, grounds)
    assert min(contrast(shown, ground) for ground in grounds) >= 4.5
    assert readable(shown, grounds) == shown


@given(COLOUR)
def test_the_accent_of_a_page_can_be_read_on_its_own_wash(colour):
    colours = branding({"accent": colour})["colours"]
    for accent, wash in re.findall(r"--accent:(#\w{6});--accent-wash:(#\w{6})", colours):
        assert contrast(accent, wash) >= 4.5


@given(COLOUR)
def test_the_accent_is_the_first_colour_of_figures_and_no_other_is_taken_for_it(colour):
    colours = branding({"accent": colour})["colours"]
    assert colours.count("--c-1f5fa8:") == 3  # by day, by night, on paper
    for card, rule in zip((LIGHT[0], DARK[0]), re.findall(r":root{--c-([^}]*)}", colours), strict=False):
        shown = dict(re.findall(r"([0-9a-f]{6}):(#[0-9a-f]{6})", rule))
        assert all(contrast(mark, card) >= 4.5 for mark in shown.values())
        assert len(shown) <= 2


def test_a_series_of_the_accents_colour_changes_places_with_it():
    colours = branding({"accent": "#d55e00"})["colours"]
    assert "--c-d55e00:#1f5fa8" in colours
    assert "--c-d55e00" not in branding({"accent": "#1f5fa8"})["colours"]


def test_contrast_agrees_with_published_figures():
    """WCAG: black on white is 21, #767676 is the lightest grey that passes on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


def test_the_grounds_are_those_of_the_style_sheet():
    light, dark = STYLE[: STYLE.index("@media")], STYLE[STYLE.index("@media") : STYLE.index("*, *::")]
    for grounds, part in ((LIGHT, light), (DARK, dark)):
        named = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part))
        assert grounds == (named["paper"], named["wash"], named["bad-wash"])


def test_name_logo_and_accent_stand_on_the_page(tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(svg('<path d="M0 0h9v9z"/>'), encoding="utf-8")
    text = html_of(notebook("## Where?"), report={"logo": str(logo), "accent": "#FFCC00"})
    address = re.search(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="">', text)
    assert b'<svg xmlns="http://www.w3.org/2000/svg"' in base64.b64decode(address[1])
    assert "--accent:#" in text
    assert ":root{--accent:#856a00;--accent-wash:#fffae8}" in text
    assert str(tmp_path) not in text
    assert '<link rel="icon" href="data:image/svg+xml;base64,' in text


def test_without_a_brand_the_page_has_its_own_colours():
    text = html_of(notebook())
    assert "--accent:#1f5fa8" in text
    assert branding({})["colours"] == ""
    assert branding({"logo": "gone.png"})["logo"] == ""


def test_logos_that_cannot_be_used_are_told(tmp_path):
    (tmp_path / "large.png").write_bytes(b"x" * 100_001)
    (tmp_path / "bad.svg").write_text(svg("<script/>"), encoding="utf-8")
    assert "every page carries it" in logo_faults(tmp_path / "large.png")[0]
    assert "more than a drawing" in logo_faults(tmp_path / "bad.svg")[0]
    assert logo_faults(tmp_path / "gone.png")[0].startswith("report.logo: gone.png cannot be read")


@given(st.text(max_size=12), COLOUR)
def test_the_small_picture_of_a_tab_is_a_drawing_whatever_the_name(name, colour):
    raw = base64.b64decode(favicon(name, colour).partition(",")[2])
    assert raw.startswith(b"<svg")
