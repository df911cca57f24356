"""Needs-based segments: answers as numbers, the fast food case of Dolnicar, Gruen and Leisch, missing answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from seglib.errors import InputError
from seglib.segments.schemes import needs_based, needs_options
from seglib.segments.schemes.answers import encode_answers
from seglib.segments.schemes.clustering import by_degrees

ITEMS = ["yummy", "convenient", "spicy", "fattening", "greasy", "fast", "cheap", "tasty", "expensive", "healthy"]
ITEMS += ["disgusting"]


def long_of(wide: pd.DataFrame) -> pd.DataFrame:
    wide = wide.set_axis(pd.Index([f"p{i:04d}" for i in range(len(wide))], name="customer_id"))
    long = wide.reset_index().melt("customer_id", var_name="question", value_name="answer")
    return long.dropna(subset=["answer"]).astype("str")


def planted(n: int = 60, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Three groups who answer four questions their own way, with some noise."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], n)
    share = np.array([[0.95, 0.05, 0.05], [0.05, 0.95, 0.05], [0.05, 0.05, 0.95], [0.9, 0.1, 0.1]])
    yes = rng.random((3 * n, 4)) < share[:, group].T
    return pd.DataFrame(np.where(yes, "yes", "no"), columns=["cheap", "quick", "green", "plain"]), group


@pytest.fixture(scope="module")
def mcdonalds(shared) -> pd.DataFrame:
    return pd.read_parquet(shared("mcdonalds_needs_survey") / "mcdonalds.parquet")


@pytest.fixture(scope="module")
def study(mcdonalds):
    return needs_based(long_of(mcdonalds[ITEMS]), ks=[2, 3, 4, 5], draws=10)


def test_kinds_of_questions_and_how_they_become_numbers():
    wide = pd.DataFrame(
        {
            "cheap": ["Yes", "no", "YES", "No"],
            "like": ["I hate it!-5", "I love it!+5", "0", "3"],
            "age": ["young", "old", "old", "old"],
            "same": ["yes"] * 4,
        }
    )
    told = encode_answers(long_of(wide), min_group=1)
    assert told.questions.set_index("question")["kind"].to_dict() == {
        "age": "words",
        "cheap": "yes/no",
        "like": "rating",
        "same": "constant",
    }
    assert told.values["like", "mean"].tolist() == [-5, 5, 0, 3]
    assert told.scaled["like", "mean"].tolist() == [0, 1, 0.5, 0.8]
    assert told.values["age", "young"].tolist() == [1, 0, 0, 0]
    assert told.questions.set_index("question").loc["same", "reason"] == "everyone answered the same"


def test_free_text_is_left_out_and_refused_where_asked_for():
    wide = pd.DataFrame({"why": [f"because {i} times" for i in range(40)], "cheap": ["yes", "no"] * 20})
    long = long_of(wide.assign(why=wide["why"] + " indeed"))
    assert encode_answers(long).questions.set_index("question").loc["why", "reason"] == "free text"
    with pytest.raises(InputError, match="'why' cannot be used: free text"):
        needs_based(long, questions=["why"])
    with pytest.raises(InputError, match="Did you mean 'cheap'"):
        needs_based(long, questions=["cheep"])


def test_words_of_few_people_are_no_answer_of_their_own():
    words = ["home"] * 40 + ["work"] * 40 + ["at Ann Smith's"]
    told = encode_answers(long_of(pd.DataFrame({"where": words, "why": [f"for {i % 9} of us" for i in range(81)]})))
    assert told.values.columns.tolist() == [("where", "home"), ("where", "work")]
    assert told.questions.set_index("question")["kind"].to_dict() == {"where": "words", "why": "free text"}


def test_the_last_answer_and_the_largest_survey_count():
    long = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "a"],
            "question": ["cheap", "cheap", "cheap", "other"],
            "answer": ["no", "yes", "no", "yes"],
            "answered_at": pd.to_datetime(["2024-02-01", "2024-01-01", "2024-01-01", "2024-01-01"]),
            "survey": ["one", "one", "one", "two"],
        }
    )
    told = encode_answers(long.assign(answer=["yes", "no", "no", "yes"]))
    assert told.survey == "one"
    assert told.values["cheap", "yes"].to_dict() == {"a": 1.0, "b": 0.0}
    with pytest.raises(InputError, match="no survey 'three'"):
        encode_answers(long, survey="three")


def test_who_answered_less_than_half_is_left_out_and_counted():
    wide, _ = planted()
    wide.loc[:9, ["cheap", "quick", "green"]] = None
    found = needs_based(long_of(wide), ks=[3], draws=4)
    assert (found.asked, found.left_out, len(found.segments)) == (180, 10, 170)
    wide.loc[20:29, "cheap"] = None
    told = needs_based(long_of(wide), ks=[3], draws=4)
    of_cheap = told.answers[told.answers["question"] == "cheap"]
    assert of_cheap["n"].sum() == 160  # who left it open is in a segment, but in no share
    assert len(told.segments) == 170


def test_planted_groups_are_found_and_named():
    wide, group = planted()
    found = needs_based(long_of(wide), draws=6)
    assert found.candidates.loc[found.candidates["recommended"], "k"].tolist() == [3]
    same = pd.crosstab(group, found.segments.to_numpy()).max(axis=1).sum() / len(group)
    assert same > 0.9
    assert any(name.startswith("Cheap") for name in found.segments.unique())
    assert found.sizes["stability"].min() > 0.6
    assert found.stability > 0.7


def test_noise_is_not_divided():
    rng = np.random.default_rng(3)
    wide = pd.DataFrame(np.where(rng.random((300, 8)) < 0.5, "yes", "no"), columns=list("abcdefgh"))
    found = needs_based(long_of(wide), ks=range(2, 6), draws=6)
    assert not found.candidates["recommended"].any()
    assert found.segments.nunique() == 1
    assert "No division" in found.note


def agreeing(n: int, items: int, seed: int) -> pd.DataFrame:
    """People who differ only in how readily they say yes."""
    rng = np.random.default_rng(seed)
    chance = rng.normal(-0.7, 1, items) + rng.normal(size=(n, 1)) + rng.logistic(size=(n, items))
    return pd.DataFrame(np.where(chance > 0, "yes", "no"), columns=[f"q{i:02d}" for i in range(items)])


@pytest.mark.parametrize("things", [1, 2])
def test_people_who_differ_by_degrees_are_slices(things):
    """Also where they differ by degrees in two things: four corners of one cloud come back, and are no kinds."""
    answers = pd.concat([agreeing(600, 8, seed) for seed in range(things)], axis=1)
    answers.columns = [f"q{i:02d}" for i in range(answers.shape[1])]
    found = needs_based(long_of(answers), ks=[2, 3, 4], draws=6)
    assert found.kind in ("slices", "everyone")
    assert "groups" not in found.candidates["kind"].tolist()


def test_planted_groups_are_groups():
    found = needs_based(long_of(planted()[0]), draws=6)
    row = found.candidates.set_index("k").loc[3]
    assert found.kind == row["kind"] == "groups"
    assert row["stability"] > row["stability_by_degrees"] + 0.2
    assert row["silhouette"] > row["silhouette_by_degrees"] + 0.025


def test_by_degrees_keeps_each_answer_as_often():
    rows = encode_answers(long_of(agreeing(300, 8, 2))).matrix
    drawn = by_degrees(rows, seed=1)
    assert drawn.sum(axis=0) == pytest.approx(rows.sum(axis=0))
    found, told = (np.corrcoef(one.T)[np.triu_indices(8, 1)].mean() for one in (drawn, rows))
    assert found == pytest.approx(told, abs=0.06)


def test_four_segments_of_the_fast_food_case_are_a_cut_of_what_differs_by_degrees(study):
    """Dolnicar, Gruen, Leisch (2018) choose four, and call such segments constructed rather than natural."""
    assert study.candidates.loc[study.candidates["recommended"], "k"].tolist() == [4]
    assert study.kind == "slices"


def test_a_number_of_segments_is_a_setting_and_a_parameter():
    assert needs_options({"k": 4})["k"] == 4
    assert needs_options({"k": 4, "questions": ["cheap"]}, k=6, survey="x") == {
        "k": 6,
        "survey": "x",
        "questions": ["cheap"],
    }
    with pytest.raises(InputError, match=r"\[needs\]: k is -1"):
        needs_options({"k": -1})


def test_neither_order_nor_names_matter():
    wide, _ = planted()
    long = long_of(wide)
    one = needs_based(long, k=3, ks=[], draws=3)
    other = needs_based(long.sample(frac=1, random_state=1), k=3, ks=[], draws=3)
    pd.testing.assert_series_equal(one.segments, other.segments)
    renamed = needs_based(long.assign(customer_id="z" + long["customer_id"].str[::-1]), k=3, ks=[], draws=3)
    back = renamed.segments.set_axis(renamed.segments.index.str[1:].str[::-1]).sort_index()
    assert (back == one.segments).all()


def test_awkward_surveys_give_an_answer():
    for nothing in (None, pd.DataFrame(columns=["customer_id", "question", "answer"])):
        found = needs_based(nothing)
        assert found.note == "Not available: needs survey responses."
        assert "Not available" in repr(found)
    same = needs_based(long_of(pd.DataFrame({"cheap": ["yes"] * 5})))
    assert same.segments.empty
    assert "No question can be used" in same.note
    two = needs_based(long_of(pd.DataFrame({"cheap": ["yes", "no"]})))
    assert two.segments.tolist() == ["Everyone who answered"] * 2
    with pytest.raises(InputError, match="Ask for fewer"):
        needs_based(long_of(pd.DataFrame({"cheap": ["yes", "no"]})), k=3)


def test_shares_of_yes_as_dolnicar_gruen_leisch_2018(study, shared):
    published = yaml.safe_load((shared("REFERENCES.yaml")).read_text(encoding="utf-8"))["mcdonalds"]["published"]
    everyone = study.answers.drop_duplicates("question").set_index("question")["everyone"]
    assert everyone.round(4).to_dict() == published["share_yes"]


def test_principal_components_as_dolnicar_gruen_leisch_2018(study, shared):
    """Standard deviations of R's prcomp, centred and not scaled."""
    published = yaml.safe_load((shared("REFERENCES.yaml")).read_text(encoding="utf-8"))["mcdonalds"]["published"]
    assert study.components["standard_deviation"].round(4).tolist() == pytest.approx(published["pca_sd"], abs=6e-4)
    assert study.components["cumulative_share"].iloc[-1] == pytest.approx(1)
    assert np.allclose(study.scores[["PC1", "PC2"]].std(), study.components["standard_deviation"].iloc[:2])


def test_four_segments_come_back_as_in_dolnicar_gruen_leisch_2018(study):
    """The book keeps four segments: stable as a whole and each of them; of five, one does not come back."""
    by_k = study.candidates.set_index("k")
    assert by_k["recommended"].idxmax() == 4
    assert by_k.loc[4, "stability"] > 0.8
    assert by_k.loc[4, "weakest_segment"] > 0.8
    assert by_k.loc[5, "weakest_segment"] < 0.6
    marked = study.answers[study.answers["evidence"]].groupby("segment")["question"].agg(set)
    assert any({"cheap", "tasty", "yummy"} <= answers for answers in marked)
    assert study.sizes["customers"].sum() == 1453


def test_likes_and_words_of_real_respondents(mcdonalds):
    found = needs_based(long_of(mcdonalds[["Like", "VisitFrequency", "cheap"]]), k=2, ks=[], draws=2)
    kinds = found.questions.set_index("question")["kind"].to_dict()
    assert kinds == {"Like": "rating", "VisitFrequency": "words", "cheap": "yes/no"}
    like = found.answers[found.answers["question"] == "Like"]
    assert like[["lowest", "highest"]].drop_duplicates().to_numpy().tolist() == [[-5, 5]]
