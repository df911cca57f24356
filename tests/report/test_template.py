"""Pages: evidence folded under its finding, everything from the data escaped, nothing but our own HTML trusted."""

import base64
import io
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from seglib.report.pages.index import index_facts, page_facts
from seglib.report.pages.pages import page_html, read_page, render
from seglib.report.run.parameters import Notebook
from seglib.report.run.running import Failure, Outcome

EVIL = '<script>alert("1")</script>'
SHOWN = re.compile(r'&lt;script&gt;alert\((?:"|&quot;|&#34;)1(?:"|&quot;|&#34;)\)&lt;/script&gt;')


def picture() -> str:
    packed = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(packed, format="png")
    return base64.b64encode(packed.getvalue()).decode()


def shown(role: str, content: dict, **more) -> nbformat.NotebookNode:
    return new_output("display_data", content, metadata={"seglib": {"role": role, **more}})


def finding(text: str) -> nbformat.NotebookNode:
    return shown("finding", {"text/markdown": f"**{text}**", "text/plain": text}, text=text)


def figure(alt: str = "Bars", caption: str = "Money a month.") -> list:
    drawn = shown("figure", {"image/png": picture(), "text/plain": alt}, alt=alt, caption=caption)
    return [drawn, shown("caption", {"text/markdown": f"*{caption}*"}, text=caption)]


def table(text: str = "<table><caption>c</caption></table>") -> nbformat.NotebookNode:
    return shown("table", {"text/html": text}, caption="Rows.")


def notebook(*cells) -> nbformat.NotebookNode:
    made = [new_markdown_cell("# Who buys?\n\nThe lead.")]
    for cell in cells:
        made.append(new_markdown_cell(cell) if isinstance(cell, str) else new_code_cell("secret_code()", outputs=cell))
    return new_notebook(cells=made)


RECORD = {
    "shop": "Shop",
    "notice": "",
    "currency": "EUR",
    "basis": "2 customers, 3 orders.",
    "as_of": "2024-01-01",
    "window_days": 365,
    "inputs": [{"name": "orders.csv", "rows": 3, "sha256": "ab" * 32}],
    "counts": {"customers": 2, "orders": 3, "revenue": 30.0, "average_order_value": 10.0, "one_time_share": 0.5,
               "rows_analysed": 3},
    "versions": {"seglib": "0.1.0", "python": "3.11"},
    "notebooks": {"01_a": {"parameters": {"shop": "orders.csv", "bins": 5}}},
}  # fmt: skip


def html_of(document, *, failure: Failure | None = None, **changes) -> str:
    page = read_page(document)
    outcome = Outcome(Notebook("01_a", Path(), page.title), document, page, 1.0, failure)
    return page_html(document, page, page_facts({**RECORD, **changes}, [outcome], outcome))


def test_a_finding_is_the_heading_of_the_figure_that_follows():
    page = read_page(notebook("## Where?", [finding("Half."), *figure(), finding("Rows add up."), table()]))
    blocks = page.steps[0].blocks
    assert [(block.kind, block.finding, block.caption) for block in blocks] == [
        ("figure", "Half.", "Money a month."),
        ("table", "Rows add up.", "Rows."),
    ]
    text = html_of(notebook("## Where?", [finding("Half."), *figure()]))
    assert re.search(
        r'<figure class="evidence picture">\s*<h3 class="finding">Half.</h3>\s*<div class="plate"><img', text
    )
    assert "<figcaption>Money a month.</figcaption>" in text
    assert 'alt="Bars"' in text


def test_findings_with_nothing_to_draw_stand_alone():
    page = read_page(notebook([finding("One."), finding("Two."), shown("note", {}, text="And so.")], [*figure()]))
    assert [(block.kind, block.body) for block in page.lead[1:4]] == [
        ("finding", "One."),
        ("finding", "Two."),
        ("note", "And so."),
    ]
    assert page.first_finding() == "One."
    assert read_page(notebook([finding("One."), finding("Drawn."), *figure()])).first_finding() == "Drawn."


def test_headings_make_steps_with_anchors_of_their_own():
    page = read_page(notebook("## Again?\n\n```\n## not a heading\n```\n\n## Again?", "### small\n\n## Ünï ©"))
    assert [step.anchor for step in page.steps] == ["again", "again-2", "ünï"]
    assert page.steps[0].blocks[0].body.startswith("```\n## not")
    assert page.title == "Who buys?"


def test_code_errors_and_stderr_are_not_shown_and_plain_results_are():
    outputs = [
        new_output("stream", name="stderr", text="a warning"),
        new_output("stream", name="stdout", text="\x1b[31mplain & simple"),
        new_output("execute_result", {"text/html": "<table><td>7</td></table>", "text/plain": "7"}, execution_count=1),
        new_output("error", ename="ValueError", evalue="boom", traceback=["in secret_code()"]),
    ]
    text = html_of(notebook("## Step", outputs))
    for hidden in ("a warning", "boom", "secret_code", "\x1b"):
        assert hidden not in text
    assert "plain &amp; simple" in text
    assert "<td>7</td>" in text


def test_everything_from_the_data_is_escaped():
    hostile = [
        finding(EVIL), *figure(alt=EVIL, caption=EVIL), finding(EVIL), table(),
        shown("note", {"text/markdown": EVIL}, text=EVIL), finding(EVIL),
        new_output("stream", name="stdout", text=EVIL),
    ]  # fmt: skip
    failure = Failure(EVIL, "ValueError", EVIL)
    changes = {"shop": EVIL, "notice": EVIL, "basis": EVIL, "inputs": [{"name": EVIL, "rows": 1, "sha256": "ab"}],
               "notebooks": {"01_a": {"parameters": {"shop": EVIL}}}}  # fmt: skip
    text = html_of(notebook("## Step", hostile), failure=failure, **changes)
    assert "<script" not in text
    assert len(SHOWN.findall(text)) >= 12


def test_the_index_escapes_too_and_shows_segments(tmp_path):
    import pandas as pd

    rows = {"segment": [EVIL, "Lost"], "customers": [1, 3], "customers_share": [0.25, 0.75], "revenue": [9.0, 1.0]}
    pd.DataFrame({**rows, "revenue_share": [0.9, float("nan")]}).to_csv(tmp_path / "rfm_segments.csv", index=False)
    document = notebook("## Step", [finding(EVIL), *figure()])
    outcomes = [
        Outcome(Notebook("01_a", Path(), "A"), document, read_page(document), 1.0, Failure(EVIL, "E", EVIL)),
        Outcome(Notebook("02_b", Path(), "B"), document, read_page(document), 1.0),
    ]
    ledger = pd.DataFrame({"step": ["raw"], "meaning": ["all"], "rows": [3], "rows_removed": [0]})
    text = render("run.html.j2", index_facts({**RECORD, "shop": EVIL}, outcomes, tmp_path, ledger))
    assert "<script" not in text
    assert len(SHOWN.findall(text)) >= 8
    assert "1 of 2 pages is not complete" in text
    assert 'style="width:100.0%"' in text
    assert "€9.00" in text
    assert 'href="tables/rfm_segments.csv"' in text


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_picture_without_alternative_text_is_a_fault(alt):
    page = read_page(notebook("## Where?", figure(alt=alt)))
    assert page.faults == [
        "A picture in 'Where?' has no alternative text. Show it with display.figure(drawing, finding, caption)."
    ]


def test_alternative_text_of_plain_jupyter_metadata_counts():
    plain = new_output("display_data", {"image/png": picture()}, metadata={"image/png": {"alt": "A line"}})
    assert read_page(notebook([plain])).faults == []


def test_the_footer_says_where_the_numbers_come_from():
    text = html_of(notebook())
    for said in ("2024-01-01, 365 days", "orders.csv: 3", "ab" * 32, "bins = 5", "seglib 0.1.0"):
        assert said in text
    assert "<dt>Parameters</dt>" in text


def test_pages_are_small_without_pictures_and_need_nothing_else():
    text = html_of(notebook("## Step"))
    assert len(text) < 25_000
    assert "http://" not in text
    assert "https://" not in text
    assert "url(" not in text


# colours -------------------------------------------------------------------------------------------------------------

STYLE = (Path(__file__).parents[2] / "seglib" / "report" / "pages" / "template" / "style.css").read_text()
LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLE[: STYLE.index("@media")]))
DARK = LIGHT | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLE[STYLE.index("@media") : STYLE.index("*, *::")]))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [(ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "wash")]
    + [("ink", "accent-wash"), ("ink", "bad-wash"), ("bad", "bad-wash"), ("bad", "paper"), ("accent", "bad-wash")],
)
def test_text_has_the_contrast_of_wcag_aa(theme, ink, ground):
    light, dark = sorted((luminance(theme[ink]), luminance(theme[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_questions_that_the_data_cannot_answer_stand_together_at_the_end():
    lacking = {"text": "Nothing is known.", "why": "this shop has no events; add [tables.events] to shop.toml."}
    unknown, everyone = {"role": "unanswered", **lacking}, {"role": "finding", "text": "Not available: a quote."}
    told = [("## Who visits?\n\nA sentence.", [unknown, unknown]), ("## Who buys?", [everyone, unknown])]
    cells = [nbformat.v4.new_markdown_cell("# All?")]
    for source, shown in told:
        outputs = [
            nbformat.v4.new_output("display_data", {"text/plain": one["text"]}, metadata={"seglib": one})
            for one in shown
        ]
        cells += [nbformat.v4.new_markdown_cell(source), nbformat.v4.new_code_cell("show()", outputs=outputs)]
    page = read_page(nbformat.v4.new_notebook(cells=cells))
    assert [step.heading for step in page.steps] == ["Who buys?"]
    assert page.missing == [("Who visits?", "This shop has no events; add [tables.events] to shop.toml.")]
