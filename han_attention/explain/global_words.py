"""The words that speak most for each class, over all texts, as data."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any


@dataclass(frozen=True)
class GlobalWord:
    """A word and what it says of one class.

    Attributes:
        text: The word, as the vocabulary has it.
        total: What it adds to the logit of the class, beside the mean of all
            classes, in all texts together for which the class is predicted.
        mean: The same for each of these texts that has it.
        num_texts: How many of these texts have it.
        example: A part of a text in which it speaks for the class.

    Example:
    >>> word = GlobalWord("fine", total=4.5, mean=0.5, num_texts=9, example="")
    >>> word.strength
    1.5
    """

    text: str
    total: float
    mean: float
    num_texts: int
    example: str

    @property
    def strength(self) -> float:
        """√(total · mean): much in all, and much in each text that has it."""
        return math.sqrt(max(self.total * self.mean, 0.0))


@dataclass(frozen=True)
class GlobalExplanation:
    """What a whole model goes by.

    Attributes:
        words: For each class its words, the strongest first: `strength`.
        method: The method by which words have scores.
        num_texts: How many texts were read.
        num_predicted: For how many of them each class is predicted. Defaults
            to nothing: not known.

    Example:
    >>> GlobalExplanation({"good": []}, "contribution", 9).to_dict()["classes"]
    [{'class': 'good', 'words': []}]
    """

    words: dict[Any, list[GlobalWord]]
    method: str
    num_texts: int
    num_predicted: Mapping[Any, int] = field(default_factory=dict)

    @property
    def never_predicted(self) -> list[Any]:
        """The classes that are predicted for no text, and have no words."""
        return [name for name, n in self.num_predicted.items() if not n]

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON has it."""
        classes = [
            {"class": name, "words": [vars(word) for word in words]}
            for name, words in self.words.items()
        ]
        return {
            "method": self.method,
            "num_texts": self.num_texts,
            "never_predicted": self.never_predicted,
            "classes": classes,
        }
