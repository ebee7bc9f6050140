"""What is known about one prediction, as data; drawing is done elsewhere."""

import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WordWeight:
    """A word of the text and its share in the prediction.

    Attributes:
        text: The word as it stands in the text.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        weight: Its attention weight, 0 to 1, in the whole text: of a
            hierarchical model its weight in the sentence times that of the
            sentence.
        contributions: Its signed contribution to each class; empty if none
            was computed.
        weight_in_sentence: Its attention weight among the words of its
            sentence; None if the model knows no sentences.
    """

    text: str
    start: int
    end: int
    weight: float
    contributions: Sequence[float] = ()
    weight_in_sentence: float | None = None


@dataclass(frozen=True)
class SentenceWeight:
    """A sentence of the text and its share in the prediction."""

    text: str
    start: int
    end: int
    weight: float
    contributions: Sequence[float] = ()


@dataclass(frozen=True)
class Explanation:
    """A text, what was predicted for it, and the weight of its parts.

    Attributes:
        text: The original string.
        prediction: The predicted class; a list of them if there can be
            several.
        probabilities: The probability of each class.
        words: The words the model saw, in order.
        sentences: The sentences, for a hierarchical model; else empty.
        label: The true class or classes, or None if not known.
    """

    text: str
    prediction: Any
    probabilities: Mapping[Any, float]
    words: Sequence[WordWeight]
    sentences: Sequence[SentenceWeight] = ()
    label: Any = None

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain dictionaries and lists."""
        return dataclasses.asdict(self)
