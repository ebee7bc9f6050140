"""A generated corpus whose label-carrying words are known."""

import random

from han_attention.data.dataset import Examples
from han_attention.data.dataset import TextDataset
from han_attention.validation import check_positive_integer

POSITIVE_WORDS = (
    "brilliant charming clever dazzling delightful elegant excellent gripping "
    "heartfelt hilarious inspired luminous masterful moving perfect superb "
    "thrilling touching unforgettable wonderful"
).split()
NEGATIVE_WORDS = (
    "awful boring clumsy dreadful dull embarrassing feeble forgettable "
    "hopeless incoherent lazy lifeless pointless pretentious sloppy stale "
    "terrible tedious unbearable wooden"
).split()
LABEL_WORDS = frozenset(POSITIVE_WORDS + NEGATIVE_WORDS)

_PARTS = (
    "acting camera cast dialogue direction editing ending hero lighting music "
    "opening pace photography plot scenery screenplay story villain"
).split()
_OPINIONS = (
    "The {part} is {word}.",
    "What {word} work from the director!",
    "I found the {part} {word}, to say it in one word.",
    "My friends called it {word} on the way home.",
    "One {word} film, and the {part} shows it.",
)
_FACTS = (
    "We saw it on a {day} evening.",
    "It runs for {number} minutes.",
    "The {part} takes up the first {number} pages of the script.",
    "It was filmed in {place} over {number} days.",
    "There is a {thing}, a {thing} and a long road to {place}.",
    "The {part} came up again over dinner.",
    "Two cousins inherit a {thing} in {place}.",
    "Somebody in the next row was eating a {thing}.",
)
_FILLERS = {
    "part": _PARTS,
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "number": "40 60 85 90 95 100 110 120 135 150".split(),
    "place": "Lisbon Oslo Kyoto Quito Dakar Prague Lima Cork Tunis".split(),
    "thing": "boat house letter map piano sandwich train violin watch".split(),
}


def make_demo_reviews(
    num_train: int = 2_000, num_test: int = 500, seed: int = 0
) -> TextDataset:
    """Generate film reviews in which two kinds of words decide the label.

    A positive review holds one of `POSITIVE_WORDS`, or two and one of
    `NEGATIVE_WORDS`; a negative one the other way round; among sentences that
    tell nothing. One kind alone does not decide the label.

    Args:
        num_train: Reviews to train on. Defaults to 2,000.
        num_test: Reviews to test on. Defaults to 500.
        seed: The same seed gives the same reviews. Defaults to 0.

    Returns:
        A `TextDataset` with classes 0 = negative and 1 = positive.

    Raises:
        ValueError: for a size that is no positive integer.

    Example:
    >>> dataset = make_demo_reviews(num_train=100, num_test=20)
    >>> len(dataset.train), len(dataset.test)
    (100, 20)
    """
    check_positive_integer("num_train", num_train)
    check_positive_integer("num_test", num_test)
    generator = random.Random(seed)
    return TextDataset(
        name="demo",
        class_names=("negative", "positive"),
        train=_make_examples(generator, num_train),
        test=_make_examples(generator, num_test),
    )


def _make_examples(generator: random.Random, size: int) -> Examples:
    labels = [n % 2 for n in range(size)]
    return Examples([_make_review(generator, n) for n in labels], labels)


def _make_review(generator: random.Random, label: int) -> str:
    own, other = POSITIVE_WORDS, NEGATIVE_WORDS
    if not label:
        own, other = other, own
    both = generator.randint(0, 1)
    sentences = [
        _fill(generator, template, words)
        for words, templates, number in (
            (own, _OPINIONS, 1 + both),
            (other, _OPINIONS, both),
            ([], _FACTS, generator.randint(2, 9)),
        )
        for template in generator.choices(templates, k=number)
    ]
    generator.shuffle(sentences)
    return " ".join(sentences)


def _fill(generator: random.Random, template: str, words: list[str]) -> str:
    while "{" in template:
        name = template.split("{", 1)[1].split("}", 1)[0]
        choices = words if name == "word" else _FILLERS[name]
        template = template.replace(f"{{{name}}}", generator.choice(choices), 1)
    return template
