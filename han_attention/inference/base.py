"""From texts to classes with any model: what every predictor shares."""

import warnings
from abc import ABC
from abc import abstractmethod
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import islice
from typing import Any
from typing import Self

import numpy as np
from numpy.typing import NDArray

from han_attention.data.labels import check_class_names
from han_attention.data.labels import count_logits
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.inference.thresholds import check_threshold
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.ragged import Encoded
from han_attention.text.tokenizer import UNKNOWN_ID
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_boolean
from han_attention.validation import name_argument

_TEXTS_AT_ONCE = 4_096  # bounds the memory of a stream of texts


class TextPredictor(ABC):
    """Predicts classes for texts; a subclass runs the model.

    Args:
        preprocessor: Turns texts into the ids that the model takes.
        class_names: The label of each class, in the order of the logits:
            strings, numbers or booleans.
        multi_label: Whether a text can have several labels at once. Defaults
            to `False`.

    Attributes:
        thresholds: From which probability on each class is answered, None:
            never. Defaults to None: always the most probable class, or with
            `multi_label` those of at least 0.5. See `set_thresholds`.
        training: What is known of the training, such as `date`,
            `train_examples`, `class_counts` and `scores`; for the model card.
        columns: Where the texts and labels of the training stood in files, for
            `TextFiles(..., trained_columns=...)`. Defaults to None: not known.
    """

    def __init__(
        self,
        preprocessor: TextPreprocessor,
        class_names: Sequence[Any],
        multi_label: bool = False,
    ) -> None:
        self.preprocessor = preprocessor
        self.multi_label = check_boolean("multi_label", multi_label)
        self.thresholds: tuple[float | None, ...] | None = None
        self.training: dict[str, Any] = {}
        self.columns: TrainedColumns | None = None
        with name_argument("class_names"):
            self.class_names = check_class_names(class_names, multi_label)

    def with_notes(
        self,
        thresholds: tuple[float | None, ...] | None,
        training: dict[str, Any],
        columns: TrainedColumns | None = None,
    ) -> Self:
        """Keep what a saved model says beside its model; gives itself back."""
        self.thresholds, self.training = thresholds, training
        self.columns = columns
        return self

    def list_notes(self) -> dict[str, Any]:
        """What a saved model says beside its model, as JSON has it."""
        columns = None if self.columns is None else self.columns.to_dict()
        return {
            "thresholds": self.thresholds,
            "training": self.training,
            "columns": columns,
        }

    @abstractmethod
    def run(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        """The logits (B, logits) of padded ids (B, T) or (B, S, T)."""

    def run_all(
        self, batches: Iterable[NDArray[np.int32]]
    ) -> Iterator[NDArray[Any]]:
        """The logits of each of several batches, in order."""
        return map(self.run, batches)

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer of the preprocessor."""
        return self.preprocessor.tokenizer

    @property
    def num_logits(self) -> int:
        """How many numbers the model gives for each text."""
        return count_logits(len(self.class_names), self.multi_label)

    def fits_classes(self, num_logits: int) -> bool:
        """Whether so many logits can be those of the classes."""
        number = len(self.class_names)
        return num_logits in (count_logits(number, self.multi_label), number)

    def check_logits(self, logits: NDArray[Any], rows: NDArray[Any]) -> None:
        """Raise a ValueError unless they are those of some texts.

        Args:
            logits: What `run` gave.
            rows: The numbers of the texts.
        """
        if logits.ndim != 2 or not self.fits_classes(logits.shape[1]):
            raise ValueError(
                f"Expected logits of shape ({len(rows)}, {self.num_logits}), "
                f"since class_names={list(self.class_names)}. Received: "
                f"logits of shape {logits.shape}"
            )
        check_finite("logits", logits, rows)

    @property
    def pad_to_multiple_of(self) -> int:
        """To what the length of a batch is rounded up."""
        return 1

    def encode(
        self, texts: Sequence[str], return_spans: bool = False
    ) -> Encoded:
        """The ids the model sees for some texts."""
        return self.preprocessor.encode(texts, return_spans)

    def predict_proba(
        self, texts: Sequence[str], batch_size: int = 64
    ) -> NDArray[np.float32]:
        """Probability of each class for each text: (N, classes).

        Warns if a text has no word of the vocabulary.
        """
        encoded = self.encode(texts)
        warn_of_unknown_words(encoded)
        predicted = np.zeros((len(encoded), len(self.class_names)), "float32")
        batches = encoded.batches(batch_size)
        padded = (
            encoded.padded(rows, self.pad_to_multiple_of) for rows in batches
        )
        for rows, logits in zip(batches, self.run_all(padded), strict=True):
            self.check_logits(logits, rows)
            predicted[rows] = probabilities(logits, self.multi_label)
        return predicted

    def predict(self, texts: Sequence[str], batch_size: int = 64) -> list[Any]:
        """The most probable class of each text.

        With `multi_label` a list of the classes of at least 0.5. With
        `thresholds` they count instead; where none is answered, it is None.
        An empty text has no label: None, or an empty list.
        """
        labels = self.decide(self.predict_proba(texts, batch_size))
        return self.drop_of_empty(labels, texts)

    def drop_of_empty(
        self, labels: Sequence[Any], texts: Iterable[str]
    ) -> list[Any]:
        """The labels of texts, None (or an empty list) of an empty text."""
        return [
            label if text.strip() else [] if self.multi_label else None
            for label, text in zip(labels, texts, strict=True)
        ]

    def set_thresholds(
        self, thresholds: float | Mapping[Any, float | None] | None
    ) -> None:
        """Choose from which probability on a class is answered.

        Args:
            thresholds: A number from 0 to 1 for all classes, or one for each
                class by its name, None: never. None itself: as in the
                beginning.

        Raises:
            ValueError: for a number out of range, or other names than those
                of the classes.
        """
        if thresholds is None:
            self.thresholds = None
            return
        if not isinstance(thresholds, Mapping):
            thresholds = dict.fromkeys(self.class_names, thresholds)
        if set(thresholds) != set(self.class_names):
            raise ValueError(
                "Invalid value for argument `thresholds`. Expected one for "
                f"each of the classes {list(self.class_names)}. Received: "
                f"thresholds of {list(thresholds)}"
            )
        self.thresholds = tuple(
            check_threshold(thresholds[name]) for name in self.class_names
        )

    def decide(self, probabilities: NDArray[Any]) -> list[Any]:
        """What is answered for each row: with a threshold maybe None.

        With `multi_label` a list, which may be empty.
        """
        labels = self.decode_predictions(probabilities)
        if self.thresholds is None or self.multi_label:
            return labels
        sure = probabilities >= self._get_thresholds()
        rows = zip(labels, sure, probabilities.argmax(axis=-1), strict=True)
        return [label if is_sure[n] else None for label, is_sure, n in rows]

    def _get_thresholds(self) -> NDArray[np.float64]:
        """One for each class, above 1 where it is never answered."""
        given = self.thresholds or [0.5] * len(self.class_names)
        # As the probabilities are: 0.8 is more than the nearest float32.
        values = np.array([2.0 if one is None else one for one in given])
        return values.astype("float32")

    def decode_predictions(self, probabilities: NDArray[Any]) -> list[Any]:
        """The predicted class, or with `multi_label` classes, of each row."""
        names = self.class_names
        if self.multi_label:
            least = self._get_thresholds()
            return [
                [names[n] for n in np.flatnonzero(row >= least)]
                for row in probabilities
            ]
        return [names[int(n)] for n in probabilities.argmax(axis=-1)]

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
    normalized = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return normalized.astype("float32")


def check_finite(
    name: str, scores: NDArray[Any], rows: NDArray[Any] | None = None
) -> None:
    """Raise a ValueError if a score of a text is NaN or infinite.

    Args:
        name: What the scores are.
        scores: (N, ...) of N texts.
        rows: (N,) the numbers of the texts. Defaults to None: in order.
    """
    finite = np.isfinite(scores).reshape(len(scores), -1).all(axis=1)
    if not finite.all():
        bad = np.flatnonzero(~finite)
        raise ValueError(
            f"The model gives NaN or infinite {name} for "
            f"{len(bad)} of {len(scores)} texts, such as the one at index "
            f"{int(bad[0] if rows is None else rows[bad[0]])}: its weights "
            "are of no use."
        )


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
