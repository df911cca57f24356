"""What leads a page: the finding furthest from chance and construction; of noise, that nothing goes beyond them."""

import numpy as np
import pandas as pd
import pytest

from seglib.analysis.journeys import first_product, habits
from seglib.analysis.outcomes import what_became
from seglib.analysis.profiles import segment_traits, told_together
from seglib.segments.personas import persona_attributes
from seglib.segments.rfm import RFMScorer
from seglib.segments.rfm import what_became as fate_of
from seglib.segments.rules.overlaps import pairs
from seglib.show.findings import journeys, personas, profiles, rfm, segments
from seglib.show.findings.leading import NOTHING, UNTESTED

PAGES, CLAIMS = 100, 5  # simulated pages of noise, and of them at most so many that claim anything
N = 300
PEOPLE = pd.Index([f"c{i:03d}" for i in range(N)], name="customer_id")
SLICES = pd.DataFrame({"persona": ["A", "B", "C"], "kind": "slices"})
CANDIDATES = pd.DataFrame({"k": [3], "silhouette": [0.5], "silhouette_reference": [0.2]})


def customers(rng: np.random.Generator) -> pd.DataFrame:
    spent = {"frequency": 1 + rng.poisson(2, N), "monetary_value": rng.lognormal(3, 1.5, N)}
    about = {"country": rng.choice(["IT", "RO", "UA"], N), "top_category": rng.choice(list("abcd"), N)}
    return pd.DataFrame({"recency_days": rng.integers(0, 365, N), **spent, **about}, index=PEOPLE)


def names(rng: np.random.Generator, values: str = "ABC") -> pd.Series:
    """Names dealt out at random: no group is of any kind."""
    return pd.Series(rng.choice(list(values), N), index=PEOPLE, name="group")


def rfm_page(rng: np.random.Generator) -> str:
    """What customers did is drawn whatever was told them."""
    before = customers(rng)
    scorer = RFMScorer(preset="terciles").fit(before)
    since = pd.DataFrame({"next_orders": rng.poisson(0.7, N)}, index=PEOPLE)
    return rfm.lead(fate_of(scorer, before, since, scorer.transform(before)["rfm_segment"], within_days=60))


def personas_page(rng: np.random.Generator) -> str:
    made_from = ["recency_days", "frequency", "monetary_value"]
    return personas.lead(SLICES, CANDIDATES, persona_attributes(customers(rng), names(rng), exclude=made_from))


def profiles_page(rng: np.random.Generator) -> str:
    table = customers(rng)
    return profiles.lead(*told_together(*(segment_traits(table, names(rng)) for _page in range(2))))


def segments_page(rng: np.random.Generator) -> str:
    inside = pd.DataFrame(rng.random((N, 8)) < 0.35, index=PEOPLE, columns=[f"s{i}" for i in range(8)])
    again = rng.random(N) < 0.4
    after = pd.DataFrame({"next_revenue": again * rng.lognormal(3, 1.5, N), "bought_again": again}, index=PEOPLE)
    return segments.lead(pairs(inside).assign(same=False), what_became([inside], [after]), min_group=30)


def journeys_page(rng: np.random.Generator) -> str:
    """Customers have habits of their own, which are none of their group."""
    own = rng.dirichlet([0.3] * 7, N)
    rows = [
        (group, person, "web", day, 9, orders)
        for person, group, days in zip(PEOPLE, names(rng), own, strict=True)
        for day, orders in enumerate(rng.multinomial(1 + rng.poisson(3), days))
        if orders
    ]
    told = pd.DataFrame(rows, columns=["group", "customer_id", "channel", "weekday", "hour", "orders"])
    channel, weekday, hour = habits(told)
    return journeys.lead({"channel": channel, "weekday": weekday, "hour": hour}, pd.DataFrame())


@pytest.mark.parametrize("page", [rfm_page, personas_page, profiles_page, segments_page, journeys_page])
def test_of_noise_a_page_says_that_nothing_goes_beyond_chance(page):
    leads = [page(np.random.default_rng(seed)) for seed in range(PAGES)]
    assert sum(lead != NOTHING for lead in leads) <= CLAIMS, [lead for lead in leads if lead != NOTHING]


def test_those_told_to_slip_who_came_lead_page_02():
    fate = pd.DataFrame({"move": ["slips", "rises"], "told": [400, 500], "did_share": [0.1, 0.5], "within_days": 30,
                         "others_share": [0.6, 0.45], "effect": [-1.1, 0.1], "differs": True})  # fmt: skip
    assert rfm.lead(fate) == (
        "Of the 400 customers told 30 days ago that they would slip, 10% did not order since; of everyone else 60%."
    )
    assert rfm.lead(fate.assign(differs=[False, True])).endswith(
        "one order would move them, 50% ordered exactly once since; of everyone else 45%."
    )
    assert rfm.lead(fate.assign(told=29)) == UNTESTED
    assert rfm.lead(fate.head(0)) == UNTESTED


def test_gaps_between_groups_lead_page_03_and_slices_never():
    nothing = persona_attributes(pd.DataFrame(index=PEOPLE), pd.Series("A", index=PEOPLE))
    assert personas.lead(SLICES.assign(kind="groups"), CANDIDATES, nothing).startswith(
        "Your customers fall into 3 kinds that we can rely on."
    )
    assert personas.lead(SLICES, CANDIDATES, nothing) == NOTHING


def test_what_segments_were_made_from_leads_nothing():
    """However far they lie apart in it."""
    rng = np.random.default_rng(1)
    table = customers(rng)
    group = pd.Series(np.where(table["monetary_value"] > 20, "Rich", "Poor"), index=PEOPLE, name="group")
    traits = segment_traits(table, group, made_from=["monetary_value"])
    assert traits["effect"].abs().max() == 1
    assert profiles.lead(traits) == NOTHING
    table["country"] = np.where((group == "Rich") & (rng.random(N) < 0.8), "IT", table["country"])
    told = profiles.lead(segment_traits(table, group, made_from=["monetary_value"]))
    assert told.startswith("Furthest from what chance would give is Country")


def test_segments_whose_rules_speak_of_the_same_lead_nothing():
    inside = pd.DataFrame({"Top spenders": np.arange(N) < 100, "Regulars": np.arange(N) < 90}, index=PEOPLE)
    both, none = pairs(inside), what_became([], [])
    assert both["differs"].all()
    assert segments.lead(both.assign(same=True), none, min_group=30) == NOTHING
    assert segments.lead(both.assign(same=False), none, min_group=30).startswith("90 people are both in Top spenders")
    assert segments.lead(both.head(0).assign(same=[]), none, min_group=30) == UNTESTED


def test_a_first_purchase_leads_page_06():
    first = pd.DataFrame({"category": ["Everyone", "Tea", "Pots"], "share": [0.3, 0.5, 0.1]})
    first = first.assign(differs=[False, True, True], effect=[np.nan, 0.41, -0.52])
    assert journeys.lead({}, first, 90) == (
        "Of those who began with Pots, 10% came back within 90 days, of everyone 30%."
    )
    assert journeys.lead({}, first.assign(differs=False), 90) == NOTHING
    assert journeys.lead({}, first_product(None, as_of=pd.Timestamp("2024-01-01").date()), 90) == UNTESTED
