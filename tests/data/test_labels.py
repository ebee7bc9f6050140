"""Labels of any type as class numbers, and the checks of what comes in."""

import numpy as np
import pytest

from han_attention.data.labels import LabelIndex
from han_attention.data.labels import check_labels


def test_labels_are_numbered_in_sorted_order():
    index = LabelIndex.from_labels(["b", "c", "a", "b"], multi_label=False)
    assert index.classes == ["a", "b", "c"]
    assert index.numbers(["c", "a", "b", "c"]) == [2, 0, 1, 2]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ([3, 1, 3], [1, 3]),
        ([2.5, -1.0], [-1.0, 2.5]),
        ([True, False], [False, True]),
        (np.array([7, 5, 7], "int32"), [5, 7]),
        (np.array([0.5, 0.25]), [0.25, 0.5]),
        (np.array([True, False]), [False, True]),
        (np.array(["y", "x"]), ["x", "y"]),
        (np.array(["y", "x"], object), ["x", "y"]),
        (["", "日本"], ["", "日本"]),
        ([2**80, 1], [1, 2**80]),
    ],
)
def test_classes_are_plain_values_of_the_type_given(labels, classes):
    index = LabelIndex.from_labels(labels, multi_label=False)
    assert index.classes == classes
    assert [type(c) for c in index.classes] == [type(c) for c in classes]
    assert index.numbers(labels) == [classes.index(one) for one in labels]


def test_numbers_beside_strings():
    index = LabelIndex.from_labels(["b", 2, "a", 10], multi_label=False)
    assert index.classes == [2, 10, "a", "b"]


def test_several_labels_of_a_text():
    rows = [["b", "a"], [], ("c",), np.array(["a", "c"]), {"b"}]
    index = LabelIndex.from_labels(rows, multi_label=True)
    assert index.classes == ["a", "b", "c"]
    assert index.numbers(rows) == [[1, 0], [], [2], [0, 2], [1]]


def test_balanced_weights_by_hand():
    index = LabelIndex.from_labels(["a"] * 6 + ["b"] * 3 + ["c"] * 1, False)
    # N / (classes * size): 10 / (3 * 6), 10 / (3 * 3), 10 / (3 * 1)
    weights = index.balanced_weights()
    np.testing.assert_allclose(weights, [10 / 18, 10 / 9, 10 / 3])
    assert weights.dtype == np.float32


def test_balanced_weights_are_those_of_scikit_learn():
    class_weight = pytest.importorskip("sklearn.utils.class_weight")
    labels = np.random.default_rng(0).choice(
        5, 200, p=[0.5, 0.3, 0.1, 0.06, 0.04]
    )
    index = LabelIndex.from_labels(labels, False)
    expected = class_weight.compute_class_weight(
        "balanced", classes=np.array(index.classes), y=labels
    )
    np.testing.assert_allclose(index.balanced_weights(), expected, rtol=1e-6)


def test_label_that_was_not_seen():
    index = LabelIndex.from_labels(["a", "b"], False)
    with pytest.raises(ValueError, match=r"Unknown label 'z'.*\['a', 'b'\]"):
        index.numbers(["a", "z"])
    several = LabelIndex.from_labels([["a"], ["b"]], True)
    with pytest.raises(ValueError, match="Unknown label 'z'"):
        several.numbers([["a", "z"]])


@pytest.mark.parametrize("labels", [[], ["a"], ["a", "a"], [1, 1.0, True]])
def test_nothing_to_tell_apart(labels):
    with pytest.raises(ValueError, match="at least two different labels"):
        LabelIndex.from_labels(labels, False)


def test_one_label_is_enough_where_a_text_can_have_none():
    assert LabelIndex.from_labels([["a"], []], True).classes == ["a"]
    with pytest.raises(ValueError, match="different labels"):
        LabelIndex.from_labels([[], []], True)


@pytest.mark.parametrize(
    "label",
    [None, float("nan"), np.nan, b"a", {"a": 1}, 1j, np.array([1]), object()],
)
def test_what_is_no_label(label):
    with pytest.raises(TypeError, match="a string, a number or a boolean"):
        LabelIndex.from_labels(["a", label], False)
    with pytest.raises(TypeError, match="a string, a number or a boolean"):
        LabelIndex.from_labels([["a"], ["b", label]], True)


@pytest.mark.parametrize("label", [None, float("nan"), b"a", ["a"]])
def test_what_is_no_label_is_shown_with_its_place(label):
    with pytest.raises(TypeError, match=r"\(the item at index 2\)$"):
        LabelIndex.from_labels(["a", "b", label, "c"], False)
    with pytest.raises(TypeError, match=r"\(the item at index 1\)$"):
        LabelIndex.from_labels([["a"], ["b", label], ["c"]], True)


@pytest.mark.parametrize(
    "labels", [[1, "1", 2], ["True", True], [1.5, "a", "1.5"]]
)
def test_labels_that_print_alike(labels):
    """In a file, and in a report, nobody could tell them apart."""
    with pytest.raises(ValueError, match="which print alike$") as error:
        LabelIndex.from_labels(labels, False)
    assert repr(labels[0]) in str(error.value)
    with pytest.raises(ValueError, match="which print alike$"):
        LabelIndex.from_labels([[one] for one in labels], True)


def test_classes_that_are_known_keep_their_order():
    index = LabelIndex.from_labels([["b"], []], True, ["b", "a", "c"])
    assert index.classes == ["b", "a", "c"]
    assert index.numbers([["c", "b"]]) == [[2, 0]]
    with pytest.raises(ValueError, match="Unknown label 'd'"):
        index.numbers([["d"]])


@pytest.mark.parametrize(
    "label", [np.datetime64("2020-01-01", "ns"), np.timedelta64(1, "ns")]
)
def test_a_date_is_no_number(label):
    with pytest.raises(TypeError, match="a string, a number or a boolean"):
        LabelIndex.from_labels(["a", label], False)


@pytest.mark.parametrize("label", [["a"], ("a", "b"), {"a"}])
def test_a_list_of_labels_needs_multi_label(label):
    with pytest.raises(TypeError, match="Lists need `multi_label=True`"):
        LabelIndex.from_labels(["a", label], False)


@pytest.mark.parametrize("label", ["a", 1, None])
def test_multi_label_needs_lists(label):
    with pytest.raises(TypeError, match="Expected a list of labels for each"):
        LabelIndex.from_labels([["a"], label], True)


def test_labels_for_each_text():
    assert check_labels(("a", "b"), 2) == ["a", "b"]
    for labels in (["a"], ["a", "b", "c"]):
        with pytest.raises(
            ValueError, match=f"each of 2 texts. Received: {len(labels)} labels"
        ):
            check_labels(labels, 2)


@pytest.mark.parametrize("labels", [None, 5, np.zeros((2, 1)), "ab"])
def test_what_is_no_list_of_labels(labels):
    with pytest.raises(TypeError, match="Expected a list of labels"):
        check_labels(labels, 2)


@pytest.mark.parametrize("labels", [{"a": 1, "b": 2}, {"a", "b"}])
def test_labels_without_an_order(labels):
    with pytest.raises(TypeError, match="Expected a list of labels"):
        check_labels(labels, 2)


def test_a_matrix_of_labels_needs_multi_label():
    with pytest.raises(TypeError, match=r"ndarray \(2, 3\).*multi_label=True"):
        check_labels(np.zeros((2, 3)), 2)
