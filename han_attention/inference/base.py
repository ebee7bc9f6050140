"""From texts to classes with any model: what every predictor shares."""

import warnings
from abc import ABC
from abc import abstractmethod
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.inference.saved_model import PredictorConfig
from han_attention.text.documents import Encoded
from han_attention.text.tokenizer import UNKNOWN_ID
from han_attention.text.tokenizer import Tokenizer

_TEXTS_AT_ONCE = 4_096  # bounds the memory of a stream of texts


class TextPredictor(ABC):
    """Predicts classes for texts; a subclass runs the model.

    Args:
        tokenizer: Gives the ids.
        config: Class names, and how texts are cut.
    """

    def __init__(self, tokenizer: Tokenizer, config: PredictorConfig) -> None:
        self.tokenizer = tokenizer
        self.config = config

    @abstractmethod
    def run(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        """The logits (B, logits) of padded ids (B, T) or (B, S, T)."""

    @property
    def class_names(self) -> Sequence[Any]:
        """The label of each class, in the order of the probabilities."""
        return self.config.class_names

    @property
    def length_multiple(self) -> int:
        """To what the length of a batch is rounded up."""
        return 1

    def encode(
        self, texts: Sequence[str], return_spans: bool = False
    ) -> Encoded:
        """The ids the model sees for some texts."""
        if isinstance(texts, str):
            raise TypeError(
                "Expected a list of texts. Received one text: put it in a list."
            )
        return self.config.encode(self.tokenizer, texts, return_spans)

    def predict_proba(
        self, texts: Sequence[str], batch_size: int = 64
    ) -> NDArray[np.float32]:
        """Probability of each class for each text: (N, classes).

        Warns if a text has no word of the vocabulary.
        """
        encoded = self.encode(texts)
        warn_of_unknown_words(encoded)
        logits = np.zeros((len(encoded), self.config.num_logits))
        for rows in encoded.batches(batch_size):
            logits[rows] = self.run(encoded.padded(rows, self.length_multiple))
        return probabilities(logits, self.config.multi_label)

    def predict(self, texts: Sequence[str], batch_size: int = 64) -> list[Any]:
        """The most probable class of each text.

        With `multi_label` a list of the classes of at least 0.5.
        """
        return self.classes_of(self.predict_proba(texts, batch_size))

    def classes_of(self, shares: NDArray[Any]) -> list[Any]:
        """The predicted class, or with `multi_label` classes, of each row."""
        names = self.class_names
        if self.config.multi_label:
            return [
                [
                    name
                    for name, share in zip(names, row, strict=True)
                    if share >= 0.5
                ]
                for row in shares
            ]
        return [names[int(n)] for n in shares.argmax(axis=-1)]

    def predict_stream(
        self, texts: Iterable[str], batch_size: int = 64
    ) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """Each text with its probabilities, in order, in flat memory."""
        remaining = iter(texts)
        while chunk := list(islice(remaining, _TEXTS_AT_ONCE)):
            yield from zip(
                chunk, self.predict_proba(chunk, batch_size), strict=True
            )


def probabilities(
    logits: NDArray[Any], multi_label: bool = False
) -> NDArray[np.float32]:
    """Turn logits into probabilities.

    Softmax over (N, C); (N, 1), which is two classes, gives (N, 2). With
    `multi_label` the sigmoid of each of (N, C).
    """
    logits = np.asarray(logits, "float64")
    if multi_label:
        return (0.5 * (1 + np.tanh(logits / 2))).astype("float32")
    if logits.shape[-1] == 1:
        # Two classes: softmax of (0, logit) is the sigmoid of the logit.
        logits = np.concatenate([np.zeros_like(logits), logits], axis=-1)
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return shares.astype("float32")


def warn_of_unknown_words(encoded: Encoded) -> None:
    """Warn, once for all, of texts with no word of the vocabulary."""
    known_before = np.append(0, np.cumsum(encoded.ids > UNKNOWN_ID))
    ends = encoded.starts + encoded.lengths
    number = int(np.sum(known_before[ends] == known_before[encoded.starts]))
    if number:
        warnings.warn(
            f"{number} of {len(encoded)} texts have no word of the "
            "vocabulary: their prediction says nothing.",
            stacklevel=3,
        )
