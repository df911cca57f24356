"""The PDF of a report as a reader's program has it: text, outline, tags, sheets, and nothing asked of any server."""

import pypdf
import pytest
from runs import PAGES


@pytest.fixture(scope="module")
def printed(run_of):
    return pypdf.PdfReader(run_of("demo") / "report.pdf")


def outline(items: list) -> list[tuple[int, str]]:
    told = []
    for item in items:
        told += [(level + 1, title) for level, title in outline(item)] if isinstance(item, list) else [(0, item.title)]
    return told


def test_it_has_each_page_as_a_chapter_with_its_questions_below(printed):
    told = outline(printed.outline)
    top = min(level for level, _title in told)
    chapters = [title for level, title in told if level == top]
    notebooks = [page for page in PAGES if page[0].isdigit()]
    assert len(chapters) >= len(notebooks) + 2  # the first page and the glossary
    assert any(level > top for level, _title in told)


def test_it_is_tagged_and_says_what_the_pages_say(printed):
    root = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    first = printed.pages[0].extract_text()
    assert "Harbour & Pine" in first
    assert f"1 / {len(printed.pages)}" in first


def test_it_is_a_summary_first_and_as_long_as_a_person_prints(printed):
    texts = [page.extract_text() for page in printed.pages]
    inside = next(number for number, text in enumerate(texts) if "What is inside" in text)
    assert inside <= 4
    assert len(texts) <= 80


def test_its_links_stay_within(printed):
    for page in printed.pages:
        for note in page.get("/Annots") or []:
            assert "/URI" not in note.get_object().get("/A", {})
