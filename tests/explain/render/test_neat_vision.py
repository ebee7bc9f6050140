"""The files of neat-vision, to the number."""

import json

import pytest
from explain_texts import EVIL
from explain_texts import explain

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.neat_vision import neat_vision_labels
from han_attention.explain.render.neat_vision import save_neat_vision
from han_attention.explain.render.neat_vision import to_neat_vision

WORDS = [
    WordWeight("So", 0, 2, 0.25, (0.5, -0.5)),
    WordWeight("fine", 3, 7, 0.75, (-2.0, 2.0)),
]
SHARES = {"bad": 0.125, "good": 0.875}


def test_a_sample_in_full():
    explanation = Explanation("So fine", "good", SHARES, WORDS, label="bad")
    assert to_neat_vision([explanation]) == [
        {
            "text": ["So", "fine"],
            "label": 0,
            "prediction": 1,
            "posterior": [0.125, 0.875],
            "attention": [0.25, 0.75],
            "id": "sample_0",
        }
    ]


def test_of_a_signed_method_the_size():
    explanation = Explanation("So fine", "good", SHARES, WORDS)
    (sample,) = to_neat_vision([explanation], "contribution")
    assert sample["attention"] == [0.5, 2.0]


def test_several_classes_are_zeros_and_ones():
    shares = {"a": 0.9, "b": 0.2, "c": 0.7}
    explanation = Explanation("", ["a", "c"], shares, [], label=["b"])
    (sample,) = to_neat_vision([explanation])
    assert sample["prediction"] == [1, 0, 1]
    assert sample["label"] == [0, 1, 0]
    (sample,) = to_neat_vision([Explanation("", [], shares, [])])
    assert (sample["prediction"], sample["label"]) == ([0, 0, 0], [0, 0, 0])


def test_label_that_is_no_class_and_names_that_are_no_strings():
    explanation = Explanation("", 5, {3: 0.25, 5: 0.75}, [], label=4)
    (sample,) = to_neat_vision([explanation])
    assert (sample["prediction"], sample["label"]) == (1, 2)
    assert neat_vision_labels([3, True]) == {
        "0": {"name": "3", "desc": ""},
        "1": {"name": "True", "desc": ""},
    }


def test_every_sample_has_an_id_of_its_own():
    samples = to_neat_vision([explain("a"), explain("a")])
    assert [s["id"] for s in samples] == ["sample_0", "sample_1"]


def test_unknown_method():
    with pytest.raises(ValueError, match="argument `method`"):
        to_neat_vision([explain("a")], "lime")


def test_text_without_words_has_no_scores_by_any_method():
    assert to_neat_vision([explain("")], "contribution")[0]["attention"] == []


@pytest.mark.parametrize("text", [*EVIL, "half \ud800 a character"])
def test_saved_files(text, tmp_path):
    path = tmp_path / "new" / "samples.json"
    explanations = [explain(text, prediction=text, label=text)]
    save_neat_vision(path, explanations)
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved == to_neat_vision(explanations)
    labels = path.with_name("samples_labels.json").read_text(encoding="utf-8")
    expected = text.replace("\ud800", "?")
    assert json.loads(labels) == {"0": {"name": expected, "desc": ""}}
    assert len(list(path.parent.iterdir())) == 2


def test_label_that_is_not_known_has_a_name(tmp_path):
    """The viewer looks up the name of every label."""
    save_neat_vision(tmp_path / "a.json", [explain("a"), explain("b")])
    labels = json.loads((tmp_path / "a_labels.json").read_text())
    assert [label["name"] for label in labels.values()] == ["good", "not known"]


def test_wrong_method_leaves_the_files_untouched(tmp_path):
    path = tmp_path / "samples.json"
    save_neat_vision(path, [explain("old")])
    with pytest.raises(ValueError, match="argument `method`"):
        save_neat_vision(path, [explain("new")], "lime")
    assert "old" in path.read_text()


def test_no_number_is_zero(tmp_path):
    nan = float("nan")
    explanation = explain("a b", weights=[nan, 0.5], share=nan)
    (sample,) = to_neat_vision([explanation])
    assert sample["attention"] == [0.0, 0.5]
    assert sample["posterior"] == [0.0]
