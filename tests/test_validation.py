"""Checks of arguments: what passes, and what the errors say."""

from types import SimpleNamespace

import numpy as np
import pytest

from han_attention.validation import check_choice
from han_attention.validation import check_integer
from han_attention.validation import check_mask_shape
from han_attention.validation import check_positive_integer
from han_attention.validation import check_positive_number
from han_attention.validation import check_rate


@pytest.mark.parametrize("value", [1, 7, np.int32(3), np.uint8(200)])
def test_positive_integers_become_int(value):
    result = check_positive_integer("units", value)
    assert type(result) is int
    assert result == value


@pytest.mark.parametrize(
    "value", [0, -1, 1.0, True, False, "3", None, float("nan"), [1]]
)
def test_anything_else_is_no_positive_integer(value):
    with pytest.raises(ValueError) as error:
        check_positive_integer("units", value)
    assert str(error.value) == (
        "Invalid value for argument `units`. Expected a positive integer. "
        f"Received: units={value!r}"
    )


@pytest.mark.parametrize("value", [4, 5, np.int64(9)])
def test_an_integer_of_at_least_the_least_becomes_int(value):
    result = check_integer("size", value, 4)
    assert type(result) is int
    assert result == value


@pytest.mark.parametrize("value", [3, -4, 4.0, True, "4", None])
def test_anything_less_is_refused(value):
    with pytest.raises(ValueError, match="`size`. Expected an integer from 4."):
        check_integer("size", value, 4)


def test_an_integer_may_have_a_greatest_value_too():
    assert check_integer("seed", 0, 0, 9) == 0
    assert check_integer("seed", 9, 0, 9) == 9
    with pytest.raises(ValueError, match="an integer from 0 to 9. .*seed=10"):
        check_integer("seed", 10, 0, 9)


def test_a_bool_is_no_integer_even_where_it_would_do():
    with pytest.raises(ValueError, match="size=True"):
        check_integer("size", True, 0)


@pytest.mark.parametrize("value", [1, 0.001, 1e30, np.float32(0.5)])
def test_positive_numbers_become_float(value):
    result = check_positive_number("rate", value)
    assert type(result) is float
    assert result == value


@pytest.mark.parametrize(
    "value", [0, -0.1, True, float("nan"), float("inf"), "1", None, 1j]
)
def test_anything_else_is_no_positive_number(value):
    with pytest.raises(ValueError, match="`rate`. Expected a positive number"):
        check_positive_number("rate", value)


@pytest.mark.parametrize("value", [0, 0.0, 0.5, 0.999, np.float32(0.25)])
def test_rates_become_float(value):
    result = check_rate("dropout", value)
    assert type(result) is float
    assert result == value


@pytest.mark.parametrize(
    "value", [1, 1.0, -0.01, True, float("nan"), float("inf"), "0.5", None]
)
def test_anything_else_is_no_rate(value):
    with pytest.raises(ValueError, match=r"`dropout`.*a number in \[0, 1\)"):
        check_rate("dropout", value)


def test_a_choice_is_returned():
    assert check_choice("cell", "gru", ["gru", "lstm"]) == "gru"
    assert check_choice("cell", "gru", {"gru": 1}) == "gru"


@pytest.mark.parametrize("value", ["GRU", "", "gr", None, 1])
def test_another_choice_is_refused_with_the_choices_in_order(value):
    with pytest.raises(ValueError) as error:
        check_choice("cell", value, ["lstm", "gru"])
    assert "Expected one of ['gru', 'lstm']" in str(error.value)
    assert f"cell={value!r}" in str(error.value)


def mask(*shape):
    return SimpleNamespace(shape=shape)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ((2, 3), (2, 3)),
        ((None, 3), (2, 3)),
        ((2, 3), (None, None)),
        ((2, None), (2, 3)),
    ],
)
def test_a_mask_of_the_right_shape_passes(received, expected):
    check_mask_shape(mask(*received), expected)
    check_mask_shape(None, expected)


@pytest.mark.parametrize(
    "received", [(2, 4), (3, 3), (2,), (2, 3, 1), (), (None, 4)]
)
def test_a_mask_of_another_shape_is_refused(received):
    with pytest.raises(ValueError, match="argument `mask`") as error:
        check_mask_shape(mask(*received), (2, 3))
    assert f"mask.shape={received}" in str(error.value)
