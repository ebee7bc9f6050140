"""The data of the page: what each list holds, to the number."""

import json

import pytest
from explain_texts import EVIL
from explain_texts import explain
from explain_texts import explain_sentences

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.html.data import page_data
from han_attention.explain.web_text import break_at_tags


def text_of(*explanations):
    return page_data(explanations)["texts"][0]


def test_a_text_in_full():
    words = [
        WordWeight("A", 0, 1, 0.25, (0.5, -0.5)),
        WordWeight("film", 2, 6, 0.75, (-2.0, 2.0)),
    ]
    shares = {"bad": 0.123456, "good": 0.876544}
    data = page_data([Explanation("A film.", "good", shares, words, (), "bad")])
    assert data["names"] == ["bad", "good"]
    assert data["classes"] == 2
    assert [m["name"] for m in data["methods"]] == ["attention", "contribution"]
    assert [m["signed"] for m in data["methods"]] == [False, True]
    assert [m["adds"] for m in data["methods"]] == [False, True]
    assert data["texts"] == [
        [
            "A film.",
            [0, 1, 1, 4],  # 0 on and 1 long, 1 on and 4 long
            1,
            0,
            [0.1235, 0.8765],
            [
                [[0.75, 333, 1000]],
                [[2.0, 250, -1000], [2.0, -250, 1000]],
            ],
            [],
            [],
        ]
    ]


def test_sentences():
    text = "One two. Three."
    data = page_data([explain_sentences(text, [0.25, 0.75], True)])
    assert [m["name"] for m in data["methods"]] == [
        "attention",
        "attention in the sentence",
        "contribution",
    ]
    words, spans, sentences = data["texts"][0][5:]
    assert spans == [0, 8, 1, 6]
    assert words[1] == [[0.5, 667, 667, 667, 1000, 1000]]
    assert sentences[0] == sentences[1] == [[0.75, 333, 1000]]
    # One two. has + - +, Three. has + -, of words of equal weight.
    assert sentences[2][1] == [pytest.approx(0.08333, abs=1e-4), 1000, 0]


@pytest.mark.parametrize("text", EVIL)
def test_spans_are_those_of_javascript(text):
    """In units of UTF-16 they give the words of the text."""
    explanation = break_at_tags(explain(text))
    text = explanation.text
    units, steps = text.encode("utf-16-le"), text_of(explanation)[1]
    words, done = [], 0
    for gap, length in zip(steps[::2], steps[1::2], strict=True):
        start = done + gap
        done = start + length
        words.append(units[2 * start : 2 * done].decode("utf-16-le"))
    assert words == [word.text for word in explanation.words]


def test_overlapping_and_outer_spans_take_no_character_twice():
    words = [
        WordWeight("ab", 0, 2, 0.5),
        WordWeight("b", 1, 2, 0.25),
        WordWeight("bc", 1, 9, 0.25),
    ]
    steps = text_of(Explanation("abc", "x", {"x": 1.0}, words))[1]
    assert steps == [0, 2, 0, 0, 0, 1]


def test_several_classes_are_lists():
    shares = {"a": 0.9, "b": 0.8, "c": 0.1}
    text = text_of(Explanation("", ["a", "b"], shares, [], label=["b", "d"]))
    assert text[2:5] == [[0, 1], [1, 3], [0.9, 0.8, 0.1]]
    text = text_of(Explanation("", [], shares, [], label={"c"}))
    assert text[2:4] == [[], [2]]


def test_names_may_be_numbers_and_truth_values():
    data = page_data([Explanation("", 3, {1: 0.25, 3: 0.75}, [], label=1)])
    assert data["names"] == ["1", "3"]
    assert data["texts"][0][2:4] == [1, 0]
    data = page_data([Explanation("", True, {False: 0, True: 1}, [])])
    assert data["names"] == ["False", "True"]
    assert data["texts"][0][2:4] == [1, None]


def test_label_that_is_no_class():
    first = Explanation("", "a", {"a": 1.0}, [], label="new")
    data = page_data([first, Explanation("", "b", {"b": 1.0}, [])])
    assert data["names"] == ["a", "b", "new"]
    assert data["classes"] == 2
    assert data["texts"][0][2:5] == [0, 2, [1.0]]
    assert data["texts"][1][2:5] == [1, None, [None, 1.0]]


def test_method_of_some_texts_only():
    with_method = explain("a b", contributions=True)
    data = page_data([explain(""), with_method])
    assert [m["name"] for m in data["methods"]] == ["attention", "contribution"]
    assert data["texts"][0][5] == [[[0.0]], None]
    assert data["texts"][1][5][1] == [
        [1.0, 500, -1000],
        [1.0, -500, 1000],
    ]


def test_attributions_have_names_and_help_of_their_own():
    words = [WordWeight("a", 0, 1, 1.0)]
    methods = {"integrated_gradients": [[2.0]], "my_method": [[-1.0]]}
    explanation = Explanation("a", "x", {"x": 1.0}, words, attributions=methods)
    data = page_data([explanation])
    assert [m["name"] for m in data["methods"]] == [
        "attention",
        "integrated gradients",
        "my method",
    ]
    assert len({m["help"] for m in data["methods"]}) == 3
    assert data["texts"][0][5][1:] == [[[2.0, 1000]], [[1.0, -1000]]]


def test_of_many_classes_the_most_probable_are_kept():
    names = [f"class {n}" for n in range(20)]
    shares = {name: 1 / (n + 2) for n, name in enumerate(names)}
    word = WordWeight("a", 0, 1, 1.0, tuple(range(20)))
    text = text_of(Explanation("a", names[0], shares, [word], label=names[19]))
    kept = [n for n, row in enumerate(text[5][1]) if row is not None]
    assert kept == [*range(8), 19]


def test_zero_and_no_numbers():
    explanation = explain("a b", weights=[0.0, 0.0])
    assert text_of(explanation)[5] == [[[0.0, 0, 0]]]
    nan = float("nan")
    explanation = explain("a b", weights=[nan, 0.5], share=nan)
    data = page_data([explanation])
    assert data["texts"][0][4:6] == [[None], [[[0.5, None, 1000]]]]
    json.dumps(data, allow_nan=False)


def test_numpy_numbers():
    numpy = pytest.importorskip("numpy")
    words = [WordWeight("a", 0, 1, numpy.float32(0.1), [numpy.float32(1)] * 2)]
    name = numpy.int64(1)
    shares = {numpy.int64(0): numpy.float32(0.25), name: numpy.float32(0.75)}
    data = page_data([Explanation("a", name, shares, words, label=name)])
    json.dumps(data)
    assert data["texts"][0][2:4] == [1, 1]
