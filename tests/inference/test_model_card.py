"""What a saved folder says of its model, and what it does not believe."""

import pytest

from han_attention.inference.model_card import check_training
from han_attention.inference.model_card import describe_model
from han_attention.inference.model_card import make_model_card


def test_the_share_of_the_attention_is_in_the_card():
    card = make_model_card(["bad", "good"], {}, {"attention_share": 0.25})
    assert "The attention has 25 % of the say" in card
    assert "of the say" not in make_model_card(["bad", "good"], {}, {})


def test_of_several_labels_the_accuracy_is_of_whole_sets():
    training = {"validation_accuracy": 0.5, "validation_examples": 8}
    told = "accuracy 50.0 % of whole sets of labels on 8 held-out texts"
    assert told in make_model_card(["a"], {"multi_label": True}, training)
    assert describe_model("m", training, multi_label=True) == f"m\n{told}"
    assert "whole" not in make_model_card(["a", "b"], {}, training)


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan"), "0.5", None, 1])
def test_a_share_that_is_none_is_left_out(share):
    assert check_training({"attention_share": share}) == {}


def test_a_share_is_kept():
    assert check_training({"attention_share": 0.0}) == {"attention_share": 0.0}
