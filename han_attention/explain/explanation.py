"""What is known about one prediction, as data; drawing is done elsewhere."""

import dataclasses
import json
from bisect import bisect_right
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

    def sentence_numbers(self) -> list[int]:
        """The number, from 0, of the sentence in which each word stands.

        All 0 if the model knows no sentences.
        """
        starts = [sentence.start for sentence in self.sentences]
        return [
            max(bisect_right(starts, word.start) - 1, 0) for word in self.words
        ]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain dictionaries and lists."""
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        """Everything as one line of JSON, letters of every script readable.

        Example:
        >>> Explanation("", "good", {"good": 1.0}, []).to_json()
        '{"text": "", "prediction": "good", "probabilities": {"good": 1.0}, ...
        """
        return json.dumps(
            self.to_dict(), ensure_ascii=False, allow_nan=False, default=_plain
        )

    def to_dataframe(self) -> Any:
        """The words as a table of pandas, a row for each.

        Columns are `text`, `start`, `end`, `weight`; if the model knows
        sentences, `sentence`, the number of it from 0, and
        `weight_in_sentence`; and, if they were computed, a column
        `contribution_CLASS` for each class.

        Raises:
            ImportError: if pandas is not installed.

        Example:
        >>> word = WordWeight("Fine", 0, 4, 1.0)
        >>> Explanation("Fine", "a", {"a": 1.0}, [word]).to_dataframe().shape
        (1, 4)
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError(
                "`to_dataframe` needs pandas: pip install pandas"
            ) from error
        columns: dict[str, list[Any]] = {
            name: [getattr(word, name) for word in self.words]
            for name in ("text", "start", "end", "weight")
        }
        if self.sentences:
            columns["sentence"] = self.sentence_numbers()
            columns["weight_in_sentence"] = [
                word.weight_in_sentence for word in self.words
            ]
        if any(word.contributions for word in self.words):
            for n, name in enumerate(self.probabilities):
                columns[f"contribution_{name}"] = [
                    word.contributions[n] for word in self.words
                ]
        return pandas.DataFrame(columns)


def _plain(value: Any) -> Any:
    """A number of NumPy as a plain one, which JSON can hold."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"JSON cannot hold {type(value).__name__}: {value!r}")
