"""Explanations as data: frozen, and plain when asked."""

import dataclasses
import json

import numpy as np
import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight


@pytest.fixture
def explanation():
    return Explanation(
        text="A film. Fine.",
        prediction="good",
        probabilities={"bad": 0.25, "good": 0.75},
        words=[
            WordWeight("A", 0, 1, 0.5),
            WordWeight("film", 2, 6, 0.5, (-0.5, 0.5), weight_in_sentence=0.75),
        ],
        sentences=[SentenceWeight("A film.", 0, 7, 0.9)],
        label="bad",
    )


def test_what_is_not_known_is_empty():
    explanation = Explanation("a", "good", {"good": 1.0}, [])
    assert explanation.label is None
    assert list(explanation.sentences) == []
    assert list(WordWeight("a", 0, 1, 1.0).contributions) == []
    assert list(SentenceWeight("a", 0, 1, 1.0).contributions) == []


def test_to_dict_holds_everything(explanation):
    assert explanation.to_dict() == {
        "text": "A film. Fine.",
        "prediction": "good",
        "probabilities": {"bad": 0.25, "good": 0.75},
        "words": [
            {
                "text": "A",
                "start": 0,
                "end": 1,
                "weight": 0.5,
                "contributions": (),
                "weight_in_sentence": None,
            },
            {
                "text": "film",
                "start": 2,
                "end": 6,
                "weight": 0.5,
                "contributions": (-0.5, 0.5),
                "weight_in_sentence": 0.75,
            },
        ],
        "sentences": [
            {
                "text": "A film.",
                "start": 0,
                "end": 7,
                "weight": 0.9,
                "contributions": (),
            }
        ],
        "label": "bad",
        "attributions": {},
        "ngrams": (),
        "threshold": None,
    }


def two_methods():
    words = [
        WordWeight("A", 0, 1, 0.4, (0.25, -0.25)),
        WordWeight("B", 3, 4, 0.1, (-0.5, 0.5)),
        WordWeight("C", 5, 6, 0.5, (1.0, -1.0)),
    ]
    sentences = [
        SentenceWeight("A.", 0, 2, 0.4),
        SentenceWeight("B C.", 3, 7, 0.6),
    ]
    return Explanation(
        "A. B C.",
        "x",
        {"x": 0.75, "y": 0.25},
        words,
        sentences,
        attributions={"occlusion": [(0.1, 1.1), (0.2, 1.2), (0.3, 1.3)]},
    )


def test_scores_of_each_method():
    explanation = two_methods()
    assert explanation.methods == ["attention", "contribution", "occlusion"]
    assert explanation.scores() == [0.4, 0.1, 0.5]
    assert explanation.scores("attention", "y") == [0.4, 0.1, 0.5]
    assert explanation.scores("contribution") == [0.25, -0.5, 1.0]
    assert explanation.scores("contribution", "y") == [-0.25, 0.5, -1.0]
    assert explanation.scores("occlusion", "y") == [1.1, 1.2, 1.3]


@pytest.mark.parametrize(
    ("prediction", "explained"),
    [
        (["b", "c"], "c"),  # tuned thresholds: not the most probable of all
        (["b"], "b"),
        ([], "a"),
        (None, "a"),
        ("b", "b"),
    ],
)
def test_a_predicted_class_is_explained(prediction, explained):
    shares = {"a": 0.4, "b": 0.1, "c": 0.2}
    word = WordWeight("A", 0, 1, 1.0, contributions=(1.0, 2.0, 3.0))
    explanation = Explanation("A", prediction, shares, [word])
    assert explanation.class_or_best() == explained
    expected = {"a": [1.0], "b": [2.0], "c": [3.0]}[explained]
    assert explanation.scores("contribution") == expected


def test_it_prints_in_one_line():
    shown = repr(Explanation("word " * 900, "b", {"b": 1.0}, []))
    assert len(shown) < 120
    assert "prediction='b'" in shown


def test_scores_of_sentences_are_sums():
    explanation = two_methods()
    assert explanation.sentence_scores() == [0.4, 0.6]
    assert explanation.sentence_scores("contribution") == [0.25, 0.5]
    assert explanation.sentence_scores("occlusion") == [0.1, 0.5]


def test_scores_that_are_not_there():
    with pytest.raises(ValueError, match="`method`.*'occlusion'.*'magic'"):
        two_methods().scores("magic")
    with pytest.raises(ValueError, match="`class_name`.*'x', 'y'.*'z'"):
        two_methods().scores("occlusion", "z")


def test_other_methods_in_a_dataframe():
    frame = two_methods().to_dataframe()
    assert frame["occlusion_y"].tolist() == [1.1, 1.2, 1.3]
    assert frame["contribution_x"].tolist() == [0.25, -0.5, 1.0]


def test_to_dict_can_be_written_as_json(explanation):
    read = json.loads(json.dumps(explanation.to_dict()))
    assert [word["text"] for word in read["words"]] == ["A", "film"]
    assert read["words"][1]["contributions"] == [-0.5, 0.5]
    assert read["probabilities"] == {"bad": 0.25, "good": 0.75}


def test_changing_the_dict_does_not_change_the_explanation(explanation):
    plain = explanation.to_dict()
    plain["words"][0]["weight"] = 9.0
    plain["probabilities"]["good"] = 9.0
    plain["words"].clear()
    assert explanation.words[0].weight == 0.5
    assert explanation.probabilities["good"] == 0.75


@pytest.mark.parametrize("part", ["explanation", "word", "sentence"])
def test_nothing_can_be_set(part, explanation):
    thing = {
        "explanation": explanation,
        "word": explanation.words[0],
        "sentence": explanation.sentences[0],
    }[part]
    with pytest.raises(dataclasses.FrozenInstanceError):
        thing.text = "other"


def test_equal_by_value():
    assert WordWeight("a", 0, 1, 0.5) == WordWeight("a", 0, 1, 0.5)
    assert WordWeight("a", 0, 1, 0.5) != WordWeight("a", 0, 1, 0.6)


def test_to_json_is_one_line_that_reads_back(explanation):
    text = explanation.to_json()
    assert "\n" not in text
    assert json.loads(text) == json.loads(json.dumps(explanation.to_dict()))


def test_to_json_of_other_scripts_and_numpy_labels():
    explanation = Explanation("好✓", np.int64(1), {1: 1.0}, [], label=np.True_)
    read = json.loads(explanation.to_json())
    assert (read["text"], read["prediction"], read["label"]) == ("好✓", 1, True)
    assert "好✓" in explanation.to_json()


def test_to_json_of_a_label_that_it_cannot_hold():
    with pytest.raises(TypeError, match="JSON cannot hold object"):
        Explanation("a", object(), {}, []).to_json()


def test_to_dataframe_of_a_flat_model():
    words = [WordWeight("A", 0, 1, 0.25), WordWeight("film", 2, 6, 0.75)]
    frame = Explanation("A film", "x", {"x": 1.0}, words).to_dataframe()
    assert list(frame) == ["text", "start", "end", "weight"]
    assert frame["weight"].tolist() == [0.25, 0.75]


def test_to_dataframe_of_sentences_and_contributions():
    words = [
        WordWeight("A", 0, 1, 0.5, (0.25, -0.25), 1.0),
        WordWeight("B", 3, 4, 0.5, (-0.5, 0.5), 1.0),
    ]
    sentences = [
        SentenceWeight("A.", 0, 2, 0.5),
        SentenceWeight("B.", 3, 5, 0.5),
    ]
    frame = Explanation(
        "A. B.", "x", {"x": 0.5, "y": 0.5}, words, sentences
    ).to_dataframe()
    assert frame["sentence"].tolist() == [0, 1]
    assert frame["weight_in_sentence"].tolist() == [1.0, 1.0]
    assert frame["contribution_x"].tolist() == [0.25, -0.5]
    assert frame["contribution_y"].tolist() == [-0.25, 0.5]


def test_to_dataframe_of_no_words():
    assert len(Explanation("", "x", {"x": 1.0}, []).to_dataframe()) == 0
