"""The rules of a dataset."""

import pytest

from han_attention.data.dataset import Examples
from han_attention.data.dataset import TextDataset

GOOD = Examples(["fine", "dull"], [1, 0])


def make_dataset(train=GOOD, test=GOOD):
    return TextDataset("films", ("negative", "positive"), train, test)


def test_a_dataset_with_all_it_needs():
    dataset = make_dataset()
    assert len(dataset.train) == 2
    assert dataset.unlabelled == ()
    assert dataset.vocabulary == ()


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_empty_split_is_refused(split):
    with pytest.raises(ValueError, match=f"{split} split.*'films' is empty"):
        make_dataset(**{split: Examples([], [])})


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("labels", [[], [0], [0, 1, 1]])
def test_texts_and_labels_must_be_as_many(split, labels):
    wrong = Examples(["a", "b"], labels)
    with pytest.raises(
        ValueError, match=f"{split} split.*2 texts but {len(labels)} labels"
    ):
        make_dataset(**{split: wrong})


def test_training_needs_two_labels():
    with pytest.raises(ValueError, match=r"two different labels.*\{1\}"):
        make_dataset(train=Examples(["a", "b"], [1, 1]))


def test_testing_is_content_with_one_label():
    assert make_dataset(test=Examples(["a"], [1])).test.labels == [1]
