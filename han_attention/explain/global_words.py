"""The words that speak most for each class, over all texts, as data."""

from dataclasses import dataclass
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
    >>> GlobalWord("fine", 2.5, 0.5, 5, "a fine film").mean
    0.5
    """

    text: str
    total: float
    mean: float
    num_texts: int
    example: str


@dataclass(frozen=True)
class GlobalExplanation:
    """What a whole model goes by.

    Attributes:
        words: For each class its words, the strongest first.
        method: The method by which words have scores.
        num_texts: How many texts were read.

    Example:
    >>> GlobalExplanation({"good": []}, "contribution", 9).to_dict()["classes"]
    [{'class': 'good', 'words': []}]
    """

    words: dict[Any, list[GlobalWord]]
    method: str
    num_texts: int

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON has it."""
        classes = [
            {"class": name, "words": [vars(word) for word in words]}
            for name, words in self.words.items()
        ]
        return {
            "method": self.method,
            "num_texts": self.num_texts,
            "classes": classes,
        }
