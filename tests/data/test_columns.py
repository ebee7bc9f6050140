"""Texts and weights out of columns of any library, and what is none."""

import numpy as np
import pytest

from han_attention.data.columns import check_sample_weight
from han_attention.data.columns import check_texts
from han_attention.data.labels import check_labels


@pytest.mark.parametrize(
    "texts",
    [
        ["a", "b"],
        ("a", "b"),
        np.array(["a", "b"]),
        np.array(["a", "b"], object),
        (letter for letter in "ab"),
    ],
)
def test_texts_of_any_kind_of_list(texts):
    texts = check_texts(texts)
    assert type(texts) is list
    assert texts == ["a", "b"]


def test_columns_of_pandas():
    pandas = pytest.importorskip("pandas")
    column = pandas.Series(["a", "b"], index=[7, 3])
    assert check_texts(column) == check_labels(column, 2) == ["a", "b"]
    table = pandas.DataFrame({"text": ["a", "b"], "columns": ["c", "d"]})
    with pytest.raises(TypeError, match=r"DataFrame \(2, 2\)"):
        check_texts(table)
    with pytest.raises(TypeError, match=r"list of labels.* DataFrame \(2, 2\)"):
        check_labels(table, 2)


@pytest.mark.parametrize("texts", ["a fine film", b"a fine film"])
def test_one_text_is_no_list(texts):
    with pytest.raises(TypeError, match="put it in a list"):
        check_texts(texts)


@pytest.mark.parametrize("texts", [None, 3, np.array("a"), np.array([["a"]])])
def test_what_is_no_list_of_texts(texts):
    with pytest.raises(TypeError, match="Expected a list of texts"):
        check_texts(texts)


@pytest.mark.parametrize("text", [None, 3, float("nan"), b"fine", ["fine"]])
def test_what_is_no_text_is_shown_with_its_place(text):
    with pytest.raises(
        TypeError, match="strings.*the item at index 2"
    ) as error:
        check_texts(["a", "b", text, "c"])
    assert repr(text) in str(error.value)


def make_column(library, values, table):
    """A column of a library, or a table with one column."""
    module = pytest.importorskip(library)
    if library == "pandas":
        frame = module.DataFrame({"text": values}, index=[7, 3])
        return frame if table else frame["text"]
    if library == "polars":
        frame = module.DataFrame({"text": values})
        return frame if table else frame["text"]
    if library == "pyarrow":
        frame = module.table({"text": values})
        return frame if table else frame["text"]
    frame = module.Dataset.from_dict({"text": values})
    return frame if table else frame["text"]


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "datasets"])
def test_columns_of_every_library(library, table):
    texts = make_column(library, ["a", "b"], table)
    assert check_texts(texts) == ["a", "b"]
    assert [type(text) for text in check_texts(texts)] == [str, str]
    numbers = make_column(library, [1, 0], table)
    assert check_labels(numbers, 2) == [1, 0]
    assert check_sample_weight(numbers, 2).tolist() == [1.0, 0.0]
    missing = make_column(library, ["a", None], table)
    with pytest.raises(TypeError, match="the item at index 1"):
        check_texts(missing)


def test_a_chunk_of_pyarrow():
    pyarrow = pytest.importorskip("pyarrow")
    assert check_texts(pyarrow.array(["a", "b"])) == ["a", "b"]


def test_kinds_of_columns_of_pandas():
    pandas = pytest.importorskip("pandas")
    for kind in ("category", "object", "string"):
        column = pandas.Series(["a", "b"], dtype=kind)
        assert check_texts(column) == ["a", "b"]
        with pytest.raises(TypeError, match="index 1"):
            check_texts(pandas.Series(["a", None], dtype=kind))
    assert check_texts(pandas.Index(["a", "b"])) == ["a", "b"]
    table = pandas.DataFrame({"column_names": ["a", "b"]})
    assert check_texts(table) == ["a", "b"]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "datasets"])
def test_a_table_of_several_columns(library):
    module = pytest.importorskip(library)
    columns = {"text": ["a", "b"], "label": ["c", "d"]}
    make = {
        "pyarrow": lambda: module.table(columns),
        "datasets": lambda: module.Dataset.from_dict(columns),
    }.get(library, lambda: module.DataFrame(columns))
    with pytest.raises(TypeError, match="Expected a list of texts, or a col"):
        check_texts(make())


@pytest.mark.parametrize("texts", [{"text": ["a"]}, {"a", "b"}])
def test_texts_without_an_order(texts):
    with pytest.raises(TypeError, match="Expected a list of texts"):
        check_texts(texts)


def test_an_iterator_is_read_to_its_end():
    texts = iter("ab")
    assert check_texts(texts) == ["a", "b"]
    assert list(texts) == []


# --- weights ---


@pytest.mark.parametrize(
    "weights",
    [[1, 0.5], (1.0, 0.5), np.array([1, 0.5], "float32"), [True, 0.5]],
)
def test_weights(weights):
    received = check_sample_weight(weights, 2)
    assert received.dtype == np.float64
    assert received.tolist() == [1.0, 0.5]


def test_no_weights():
    assert check_sample_weight(None, 2) is None
    assert check_sample_weight([], 0).shape == (0,)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_weight_for_each_text(number):
    with pytest.raises(
        ValueError, match=f"`sample_weight`.*2 texts. Received: {number} w"
    ):
        check_sample_weight([1.0] * number, 2)


@pytest.mark.parametrize(
    "weight", [-1, float("nan"), float("inf"), 1e39, None, "1", [1.0]]
)
def test_what_is_no_weight_is_shown_with_its_place(weight):
    with pytest.raises(
        ValueError, match=r"`sample_weight`.*\(the item at index 1\)$"
    ) as error:
        check_sample_weight([1.0, weight], 2)
    assert repr(weight) in str(error.value)


def test_weights_that_are_all_zero():
    with pytest.raises(ValueError, match="`sample_weight`.*only 0$"):
        check_sample_weight([0, 0.0], 2)


@pytest.mark.parametrize("weights", [1.0, "11", np.ones((2, 2)), {0: 1, 1: 1}])
def test_what_is_no_column_of_weights(weights):
    with pytest.raises(TypeError, match="Expected a list of weights"):
        check_sample_weight(weights, 2)
