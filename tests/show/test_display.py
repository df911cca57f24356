"""What a notebook shows, and what its outputs carry."""

from collections import namedtuple

import pandas as pd
import pytest

from seglib import display
from seglib.language.messages import speaking
from seglib.language.unanswered import unanswered
from seglib.show.plots.theme import canvas

Output = namedtuple("Output", "data metadata")


@pytest.fixture
def shown(monkeypatch):
    """Call a function of display and get the outputs that it would show."""

    def show(call, *args, **more):
        outputs = []
        monkeypatch.setattr(
            "IPython.display.display", lambda data, raw, metadata: outputs.append(Output(data, metadata))
        )
        call(*args, **more)
        return outputs

    return show


def test_a_figure_carries_its_finding_alt_text_and_caption(shown):
    drawing, axes = canvas(4, 2)
    axes.plot([0, 1], [0, 1])
    finding, figure, caption = shown(display.figure, axes, "It rises.", "A line.", "2 points.")
    assert finding.metadata["seglib"] == {"role": "finding", "text": "It rises."}
    assert figure.metadata["seglib"]["alt"] == "It rises. A line."
    assert caption.data["text/plain"] == "A line. 2 points."
    assert figure.data["image/svg+xml"].startswith("<svg ")
    assert "image/png" not in figure.data
    assert drawing.axes == []


def test_nothing_to_draw_shows_the_finding_alone(shown):
    outputs = shown(display.figure, None, "The orders do not tell the category.", "x")
    assert [output.metadata["seglib"]["role"] for output in outputs] == ["finding"]


def test_what_cannot_be_told_carries_its_reason_in_whatever_language(shown):
    (output,) = shown(display.table, pd.DataFrame(), unanswered("there are no events."))
    told = {"role": "unanswered", "text": "Not available: there are no events.", "why": "there are no events."}
    assert output.metadata["seglib"] == told
    assert type(output.metadata["seglib"]["text"]) is str  # plain, as what is written into a notebook


def test_a_table_escapes_what_comes_from_the_data(shown):
    rows = pd.DataFrame({"product": ["<script>alert(1)</script>"], "revenue": [1234.5]})
    html = shown(display.table, rows, "One product.", "Revenue a product.", currency="EUR")[1].data["text/html"]
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "€1,234" in html or "€1,235" in html
    assert "<caption>Revenue a product.</caption>" in html


def test_a_table_shows_a_named_index_and_chosen_columns():
    rows = pd.DataFrame({"a": [1], "b": [2]}, index=pd.Index(["x"], name="segment"))
    html = display.table_html(rows, columns=["segment", "b"], labels={"b": "Number"})
    assert ">Segment<" in html
    assert ">Number<" in html
    assert ">A<" not in html


def test_tiles_say_how_much_room_their_longest_number_takes(shown):
    numbers = {"Revenue": "IDR 22,629,020,781,730", "Customers": "196"}
    assert 'style="--digits:22"' in shown(display.key_numbers, numbers)[0].data["text/html"]
    below = {"Customers": "9\nIDR\xa022,629,020,781,730 of revenue"}
    assert 'style="--digits:13"' in shown(display.key_numbers, below)[0].data["text/html"]
    assert 'style="--digits:1"' in shown(display.key_numbers, {})[0].data["text/html"]


def test_key_numbers(shown):
    html = shown(display.key_numbers, {"Customers & more": "2,469\nof 3,000"}, "as of today")[0].data["text/html"]
    assert "Customers &amp; more" in html
    assert '<dd class="small">of 3,000</dd>' in html


def test_an_estimate_stands_with_its_interval_unless_the_ends_are_asked_for():
    rows = pd.DataFrame({"group": ["a", "b"], "share": [0.5, None]})
    rows = rows.assign(low_share=[0.4, None], high_share=[0.6, None])
    html = display.table_html(rows, columns={"group": "Segment", "share": "Came back"})
    assert '<th scope="col">Came back</th>' in html
    assert "<td>50% (40% to 60%)</td>" in html
    assert "<td>–</td>" in html
    assert '<td class="n">50%</td><td class="n">40%</td><td class="n">60%</td>' in display.table_html(rows)
    revenue = pd.DataFrame({"segment": ["a"], "revenue": [9.0], "revenue_low": [8.0], "revenue_high": [10.0]})
    html = display.table_html(revenue, columns=["segment", "revenue"], currency="EUR")
    assert "<td>€9.00 (€8.00 to €10.00)</td>" in html


def test_a_role_tells_what_the_name_of_a_column_does_not():
    rows = pd.DataFrame({"kind": ["lead"], "wait": [0.5], "worth": [9.0], "measure": ["recency_days"], "of": [0.25]})
    roles = {"kind": {"lead": "Known contacts"}, "wait": "time", "worth": "money", "measure": "label", "of": "share"}
    html = display.table_html(rows, columns={name: (name, role) for name, role in roles.items()}, currency="EUR")
    assert (
        '<th scope="row">Known contacts</th><td class="n">12 hours</td><td class="n">€9.00</td><td>Recency (days)</td>'
        in html
    )
    assert '<td class="n">25%</td>' in html


def test_a_table_tells_its_basis_and_the_groups_that_are_too_small(shown):
    rows = pd.DataFrame({"a": [1]})
    rows.attrs = {"basis": "9 people.", "small_groups": 2}
    outputs = shown(display.table, rows, "Few.", "Counts.", of=rows)
    told = outputs[1].metadata["seglib"]
    assert (told["caption"], told["basis"]) == ("Counts. 2 groups are too small to be described.", "9 people.")
    outputs = shown(display.table, rows, "Few.", "Counts.", "3 orders.", of=rows)
    assert outputs[1].metadata["seglib"]["basis"] == "3 orders."
    _, axes = canvas(4, 2)
    axes.plot([0, 1], [0, 1])
    _figure, caption = shown(display.figure, axes, "", "A line.", of=rows)
    assert caption.data["text/plain"] == "A line. 2 groups are too small to be described. 9 people."


def test_columns_that_are_not_there_are_an_error():
    with pytest.raises(KeyError):
        display.table_html(pd.DataFrame({"a": [1]}), columns=["b"])


def test_names_of_ours_are_translated_and_those_of_the_shop_are_not(tmp_path):
    catalogue = tmp_path / "it.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    told = {"Champions": "Campioni", "Everyone": "Tutti", "Return": "Reso", "Segment": "Segmento", "Shown.": "Visto."}
    catalogue.write_text(
        header + "".join(f'msgid "{one}"\nmsgstr "{other}"\n\n' for one, other in told.items()), encoding="utf-8"
    )
    rows = pd.DataFrame(
        {"segment": ["Champions"], "group": ["Everyone"], "reason": ["Return"], "product": ["Champions"]}
    )
    with speaking("it", translation=catalogue):
        html = display.table_html(rows, "Shown.")
    assert '<th scope="row">Campioni</th><td>Tutti</td><td>Return</td><td>Champions</td>' in html
    assert ">Segmento</th>" in html


def test_names_from_right_to_left_keep_to_themselves(shown):
    html = display.table_html(pd.DataFrame({"product": ["שולחן", "table"]}))
    assert '<th scope="row" dir="auto">שולחן</th>' in html
    assert '<th scope="row">table</th>' in html
    numbers = shown(display.key_numbers, {"שולחן": "1"})[0].data["text/html"]
    assert "<dt><bdi>שולחן</bdi></dt>" in numbers


def test_what_a_number_means_opens_below_it(shown):
    html = shown(display.key_numbers, {"Customers": "9"})[0].data["text/html"]
    assert "<dt><details><summary>Customers</summary><p>" in html
    table = display.table_html(pd.DataFrame({"name": ["a"], "customers": [9]}))
    assert '<details class="definitions">' in table
    assert "definitions" not in display.table_html(pd.DataFrame({"no such": ["a"]}))


def test_alternative_text_says_the_first_numbers(shown):
    _, axes = canvas(4, 2)
    axes.barh([0, 1], [3, 2])
    axes.set_yticks([0, 1], ["Tea", "Cups"])
    axes.annotate("60%", (3, 0))
    axes.annotate("40%", (2, 1))
    outputs = shown(display.figure, axes, "Tea leads.", "Shares.")
    assert outputs[1].metadata["seglib"]["alt"] == "Tea leads. Shares. Cups: 40%; Tea: 60%."
    _, axes = canvas(4, 2)
    assert shown(display.figure, axes, "", "A line.")[0].metadata["seglib"]["alt"] == "A line."
