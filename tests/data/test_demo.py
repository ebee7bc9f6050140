"""Generated reviews: the label is in the words, and in nothing else."""

import re

import pytest

from han_attention.data.demo import LABEL_WORDS
from han_attention.data.demo import NEGATIVE_WORDS
from han_attention.data.demo import POSITIVE_WORDS
from han_attention.data.demo import make_demo_reviews


def find_words(text):
    return re.findall(r"[a-z]+", text.lower())


def test_no_word_is_on_both_lists():
    assert not set(POSITIVE_WORDS) & set(NEGATIVE_WORDS)
    assert LABEL_WORDS == set(POSITIVE_WORDS) | set(NEGATIVE_WORDS)
    assert len(LABEL_WORDS) == len(POSITIVE_WORDS) + len(NEGATIVE_WORDS)


def test_a_review_has_one_label_word_more_of_its_own_class():
    dataset = make_demo_reviews()
    assert tuple(dataset.class_names) == ("negative", "positive")
    for examples in (dataset.train, dataset.test):
        for text, label in zip(examples.texts, examples.labels, strict=True):
            found = [word for word in find_words(text) if word in LABEL_WORDS]
            own = POSITIVE_WORDS if label else NEGATIVE_WORDS
            number = sum(word in own for word in found)
            assert (number, len(found) - number) in [(1, 0), (2, 1)], text


def test_without_the_label_words_the_classes_share_all_words():
    examples = make_demo_reviews().train
    rest = [set(), set()]
    for text, label in zip(examples.texts, examples.labels, strict=True):
        rest[label] |= set(find_words(text)) - LABEL_WORDS
    assert rest[0] == rest[1]


def test_no_placeholder_is_left():
    texts = make_demo_reviews(200, 2).train.texts
    assert not [text for text in texts if "{" in text or "}" in text]


@pytest.mark.parametrize(("num_train", "num_test"), [(2, 1), (101, 7)])
def test_sizes_and_balance(num_train, num_test):
    dataset = make_demo_reviews(num_train, num_test)
    for examples, size in (
        (dataset.train, num_train),
        (dataset.test, num_test),
    ):
        assert len(examples) == len(examples.labels) == size
        assert sum(examples.labels) == size // 2


def test_the_same_seed_gives_the_same_reviews():
    assert make_demo_reviews(50, 10, 3) == make_demo_reviews(50, 10, 3)


def test_another_seed_gives_other_reviews():
    first, second = make_demo_reviews(50, 10, 3), make_demo_reviews(50, 10, 4)
    assert first.train.texts != second.train.texts


def test_few_test_reviews_were_seen_in_training():
    dataset = make_demo_reviews()
    seen = set(dataset.train.texts) & set(dataset.test.texts)
    assert len(seen) < 0.02 * len(dataset.test)


@pytest.mark.parametrize("size", [0, -1, 2.5, "10", None])
@pytest.mark.parametrize("name", ["num_train", "num_test"])
def test_a_size_that_is_no_positive_integer(name, size):
    with pytest.raises(ValueError, match=f"`{name}`"):
        make_demo_reviews(**{name: size})


def test_one_review_is_too_few_to_train_on():
    with pytest.raises(ValueError, match="two different labels"):
        make_demo_reviews(num_train=1)
