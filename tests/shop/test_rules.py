"""The rules of a shop: its own file, the catalogue, what shop.toml says of them; explained for one person."""

from __future__ import annotations

import pytest

from seglib.errors import InputError
from seglib.shop.shop import open_shop

OWN = (
    '[settings]\ngood = 10\n[[segments]]\nname = "Good ones"\ndescription = "d"\n'
    'rule = "monetary_value > good"\naction = "greet"\n'
)


@pytest.fixture
def make_shop(tmp_path, orders_csv, write_shop):
    def make(more: str = "", rules: str = OWN, name: str = "segments.toml"):
        write_shop({"lines": orders_csv().read_text()}, more=more)
        if rules:
            (tmp_path / name).write_text(rules)
        return open_shop(tmp_path)

    return make


def test_own_rules_beside_shop_toml_come_before_the_catalogue(make_shop):
    shop = make_shop()
    assert shop.rules.names[0] == "Good ones"
    assert len(shop.rules.segments) == 18
    table = shop.memberships.table
    assert table.loc[table["segment"] == "Good ones", "customer_id"].tolist() == ["ann", "bob"]


def test_settings_of_shop_toml_take_the_place_of_the_files(make_shop):
    shop = make_shop("[segments]\ncatalogue = false\n[segments.settings]\ngood = 18\n")
    assert shop.rules.names == ["Good ones"]
    assert shop.memberships.table["customer_id"].tolist() == ["bob"]
    assert shop.segmentation("rule_segment").to_dict() == {"ann": "No segment", "bob": "Good ones"}


def test_only_some_and_none(make_shop):
    assert make_shop('[segments]\nuse = ["Leads"]\n').rules.names == ["Leads"]
    assert make_shop("[segments]\ncatalogue = false\n", rules="", name="-").rules.names == ["Good ones"]


def test_a_shop_can_do_without_rules(make_shop):
    shop = make_shop("[segments]\ncatalogue = false\n", rules="")
    assert shop.rules.names == []
    assert shop.memberships.table.empty


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('[segments]\nuse = ["Leeds"]\n', r"segments.use: no segment 'Leeds'. Did you mean 'Leads'"),
        ('[segments]\npriority = ["Leeds"]\n', "Leeds"),
        ("[segments.settings]\ngoood = 3\n", r"segments.settings: no setting 'goood'. Did you mean 'good'"),
        ('[segments.settings]\ngood = "many"\n', "good"),
        ('[segments]\nfile = "gone.toml"\n', "segments.file 'gone.toml': no such file"),
        ('[segments]\nfil = "gone.toml"\n', "unknown setting 'segments.fil'. Did you mean 'file'"),
        ('[segments]\ncatalogue = "yes"\n', "expected bool"),
        ('[events]\nbasket = ["a"]\n', "unknown setting 'events.basket'"),
        ('[deals]\nwon = "a"\n', "expected list"),
    ],
)
def test_refuses_what_there_is_not(make_shop, more, fault):
    with pytest.raises(InputError, match=fault):
        _ = make_shop(more).memberships


def test_faults_of_the_rule_file_are_told_before_anything_runs(make_shop):
    with pytest.raises(InputError, match="monetary_valu"):
        _ = make_shop(rules=OWN.replace("monetary_value", "monetary_valu")).memberships


def test_a_person_is_explained(make_shop):
    shop = make_shop()
    told = shop.explain("ann").sentence()
    assert "Good ones" in told
    assert "In RFM: " in told
    with pytest.raises(InputError, match=r"'anne': nobody of that id among 2 people\. Did you mean 'ann'"):
        shop.explain("anne")


def test_a_name_that_is_nowhere_in_the_data_is_told_with_what_may_be_meant(tmp_path):
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,amount,category\n1,a,2024-01-02,10,Garden\n2,b,2024-02-02,20,Kitchen\n"
    )
    (tmp_path / "shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[segments]\ncatalogue = false\n')
    rule = '[[segments]]\nname = "{0}"\naction = "none"\nrule = "{1}"\n'
    rules = [("Slip", "spent_on('Gardn') > 0"), ("Right", "spent_on('garden') > 0"), ("Events", "events_of('x') > 0")]
    (tmp_path / "segments.toml").write_text("".join(rule.format(*one) for one in rules))
    found = open_shop(tmp_path).memberships
    assert found.hints == ("spent_on('Gardn'): 'Gardn' is nowhere in the data. Did you mean 'Garden'?",)
    assert found.summary["people"].tolist()[:2] == [0, 1]
