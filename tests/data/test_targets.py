"""`y`: one label a text, lists of labels, or rows of 0 and 1."""

import numpy as np
import pytest

from han_attention.data.indicator import make_indicator
from han_attention.data.targets import check_same_types
from han_attention.data.targets import match_targets
from han_attention.data.targets import read_targets

MATRIX = [[0, 1, 1], [0, 0, 0], [1, 0, 0]]
LISTS = [["green", "blue"], [], ["red"]]
NAMES = ["red", "green", "blue"]
NUMBERS = [[1, 2], [], [0]]
INDICATOR = "multilabel-indicator"


def make_table(library, dtype=int):
    module = pytest.importorskip(library)
    columns = {
        name: [dtype(row[n]) for row in MATRIX] for n, name in enumerate(NAMES)
    }
    if library == "pyarrow":
        return module.table(columns)
    if library == "datasets":
        return module.Dataset.from_dict(columns)
    return module.DataFrame(columns)


@pytest.mark.parametrize("dtype", [int, bool, float])
@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "datasets"])
def test_the_columns_of_a_table_are_the_labels(library, dtype):
    table = make_table(library, dtype)
    assert read_targets(table, 3, True) == (LISTS, NAMES)
    # Trained on another order, the names still tell.
    order = ["blue", "red", "green"]
    matched = match_targets(table, 3, order, INDICATOR)
    assert list(map(set, matched)) == list(map(set, LISTS))


@pytest.mark.parametrize("dtype", ["int8", "int64", "bool", "float32", object])
def test_the_columns_of_an_array_have_numbers(dtype):
    matrix = np.array(MATRIX, dtype)
    assert read_targets(matrix, 3, True) == (NUMBERS, [0, 1, 2])
    assert match_targets(matrix, 3, NAMES, INDICATOR) == LISTS
    # Lists were trained on: the classes are the columns all the same.
    assert match_targets(matrix, 3, NAMES, "multilabel-sequences") == LISTS


@pytest.mark.parametrize("kind", ["csr_array", "csc_matrix", "coo_array"])
def test_sparse_matrices(kind):
    sparse = pytest.importorskip("scipy.sparse")
    matrix = getattr(sparse, kind)(np.array(MATRIX))
    assert read_targets(matrix, 3, True) == (NUMBERS, [0, 1, 2])


@pytest.mark.parametrize(
    "rows",
    [
        MATRIX,
        [tuple(row) for row in MATRIX],
        [np.array(row) for row in MATRIX],
        [[bool(one) for one in row] for row in MATRIX],
        [[float(one) for one in row] for row in MATRIX],
    ],
)
def test_rows_of_zeros_and_ones_are_no_lists_of_labels(rows):
    assert read_targets(rows, 3, True) == (NUMBERS, [0, 1, 2])
    assert match_targets(rows, 3, NAMES, INDICATOR) == LISTS
    column = np.empty(3, object)
    column[:] = [list(row) for row in rows]
    assert read_targets(column, 3, True) == (NUMBERS, [0, 1, 2])


def test_two_columns():
    """As lists, every text would have both of the labels 0 and 1."""
    rows = [[0, 1], [1, 0], [1, 0]]
    assert read_targets(rows, 3, True) == ([[1], [0], [0]], [0, 1])


@pytest.mark.parametrize(
    "lists",
    [
        [[0], [1], [0, 1], []],
        [[1], [0, 1]],
        [[0, 1], [1, 2]],
        [["0", "1"], ["1", "0"]],
        [{0, 1}, {1, 0}],
        [["a"], ["b"]],
        [[], []],
    ],
)
def test_lists_of_labels_stay_lists(lists):
    assert read_targets(lists, len(lists), True) == (lists, None)


@pytest.mark.parametrize(
    "rows", [[[0], [1]], [[1], [1]], [[0, 1, 1], [0, 1]], [[0, 0], [1]]]
)
def test_rows_that_can_be_either_are_refused(rows):
    with pytest.raises(ValueError, match="which can be either"):
        read_targets(rows, 2, True)


def test_a_trained_classifier_knows_which_they_are():
    rows = [[0], [1]]
    assert match_targets(rows, 2, ["a"], INDICATOR) == [[], ["a"]]
    assert match_targets(rows, 2, [0, 1], "multilabel-sequences") == rows
    both = [[0, 1], [1, 0]]
    assert match_targets(both, 2, [0, 1], "multilabel-sequences") == both
    assert match_targets(both, 2, [0, 1], INDICATOR) == [[1], [0]]
    assert match_targets(LISTS, 3, NAMES, INDICATOR) == LISTS
    assert match_targets(rows, 2, [0, 1], INDICATOR) == rows


def test_one_column_of_numbers_or_of_lists():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"spam": [1, 0]})
    assert read_targets(table, 2, True) == ([["spam"], []], ["spam"])
    assert read_targets(table, 2, False) == ([1, 0], None)
    table = pandas.DataFrame({"tags": [["a", "b"], []]})
    assert read_targets(table, 2, True) == ([["a", "b"], []], None)
    array = np.array([[1], [0]])
    assert read_targets(array, 2, True) == ([[0], []], [0])


def test_one_label_a_text():
    assert read_targets(("a", "b"), 2, False) == (["a", "b"], None)
    assert match_targets(("a", "z"), 2, ["a", "b"], "multiclass") == ["a", "z"]


def test_lists_become_a_matrix():
    assert make_indicator(LISTS, NAMES).tolist() == MATRIX
    assert make_indicator([], NAMES).shape == (0, 3)
    assert make_indicator(LISTS, NAMES).dtype == np.int64


# --- what is wrong ---


@pytest.mark.parametrize("value", [2, -1, 0.5, float("nan"), None, "1", [1]])
def test_another_value_is_shown_with_its_place(value):
    matrix = np.array(MATRIX, object)
    matrix[1, 2] = value
    with pytest.raises(ValueError, match="row 1, column 2") as error:
        read_targets(matrix, 3, True)
    assert repr(value) in str(error.value)
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="row 1, column 'blue'"):
        read_targets(pandas.DataFrame(matrix, columns=NAMES), 3, True)


def test_missing_values_of_tables():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(MATRIX, columns=NAMES, dtype="Int64")
    table.loc[2, "green"] = pandas.NA
    with pytest.raises(ValueError, match="<NA> .row 2, column 'green'"):
        read_targets(table, 3, True)


@pytest.mark.parametrize("rows", [2, 4])
def test_a_row_for_each_text(rows):
    matrix = np.zeros((rows, 2), int)
    expected = f"each of 3 texts. Received: {rows} labels"
    with pytest.raises(ValueError, match=expected):
        read_targets(matrix, 3, True)
    with pytest.raises(ValueError, match=expected):
        match_targets(matrix, 3, [0, 1], INDICATOR)
    with pytest.raises(ValueError, match=expected):
        read_targets(matrix.tolist(), 3, True)


def test_no_columns_and_columns_twice():
    pandas = pytest.importorskip("pandas")
    for empty in (np.zeros((2, 0)), pandas.DataFrame(index=[0, 1])):
        with pytest.raises(ValueError, match="Received: no columns"):
            read_targets(empty, 2, True)
    table = pandas.DataFrame([[0, 1]], columns=["a", "a"])
    with pytest.raises(ValueError, match=r"different names.*\['a', 'a'\]"):
        read_targets(table, 1, True)
    table.columns = ["a", None]
    with pytest.raises(TypeError, match="a string, a number or a boolean"):
        read_targets(table, 1, True)


def test_columns_that_are_not_the_classes():
    for matrix in (np.zeros((1, 2), int), [[0, 0]]):
        with pytest.raises(ValueError, match="'blue'.*Received: 2 columns"):
            match_targets(matrix, 1, NAMES, INDICATOR)
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame([[0, 1, 0]], columns=["red", "green", "pink"])
    with pytest.raises(ValueError, match="Received: the columns.*'pink'"):
        match_targets(table, 1, NAMES, INDICATOR)


def test_a_matrix_of_three_dimensions():
    with pytest.raises(TypeError, match=r"ndarray \(2, 2, 2\)"):
        read_targets(np.zeros((2, 2, 2)), 2, True)


def test_a_label_that_is_none_has_a_place():
    for labels, kind in (
        (["a", None], "multiclass"),
        ([["a"], ["b", float("nan")]], "multilabel-sequences"),
        ([["a"], "b"], "multilabel-sequences"),
    ):
        with pytest.raises(TypeError, match=r"\(the item at index 1\)$"):
            match_targets(labels, 2, ["a", "b"], kind)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [(["a", 1], ["a", "b"]), ([0, "1"], [0, 1]), ([True, "1"], [0.5, 1.5])],
)
def test_strings_and_numbers_are_never_equal(labels, classes):
    with pytest.raises(ValueError, match="labels that are .*index 1"):
        check_same_types(labels, classes, False)
    lists = [[label] for label in labels]
    with pytest.raises(ValueError, match="labels that are .*index 1"):
        check_same_types(lists, classes, True)


def test_types_that_can_be_equal():
    check_same_types(["a", "z"], ["a", "b"], False)
    check_same_types([1, 2.5, True], [0, 1], False)
    check_same_types(["a", 1], ["a", 5], False)
    check_same_types([[], ["a"]], ["a", "b"], True)
