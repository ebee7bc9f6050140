"""Explanations of a predictor's texts: what each method says of each word."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.assembly import assemble_explanation
from han_attention.explain.assembly import get_spans
from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.methods import METHODS
from han_attention.explain.methods.base import Method
from han_attention.explain.methods.base import Scores
from han_attention.explain.onnx_reading import OnnxReader
from han_attention.explain.reading import Reader
from han_attention.explain.reading import Reading
from han_attention.inference.base import check_finite
from han_attention.inference.base import probabilities
from han_attention.inference.base import warn_of_unknown_words
from han_attention.inference.onnx import OnnxPredictor
from han_attention.validation import check_choice

if TYPE_CHECKING:  # an exported model is explained without Keras
    from han_attention.inference.keras import Predictor


class Explainer:
    """Explains the predictions of one classifier, as often as asked.

    It owns what explaining builds, once and for all its calls. The classifier
    stays as it is: it can be saved, copied and exported afterwards as before.
    A copy of the explainer, or what is read from a pickle, builds anew.

    Args:
        predictor: A trained classifier, with a model of `build_classifier`,
            `build_han`, or your own: a model can be explained by what its
            layers allow, whatever their names (see `methods`); or an
            `OnnxPredictor`, which needs no Keras for it.

    Example:
    >>> explainer = Explainer(predictor)
    >>> explanation = explainer(["A fine film."])[0]
    >>> [word.text for word in explanation.words]
    ['A', 'fine', 'film', '.']
    >>> explainer.methods[:2]
    ['attention', 'contribution']
    """

    def __init__(self, predictor: "Predictor | OnnxPredictor") -> None:
        self.predictor = predictor
        self._reader: Any  # of what the methods it supports need
        if isinstance(predictor, OnnxPredictor):
            self._reader = OnnxReader(predictor)
        else:
            self._reader = Reader(predictor)

    def __reduce__(self) -> tuple[Any, ...]:
        return Explainer, (self.predictor,)

    @property
    def methods(self) -> list[str]:
        """The methods that can explain the model."""
        supports = self._reader.supports
        return [m.name for m in METHODS.values() if supports(m)]

    @property
    def default_methods(self) -> list[str]:
        """Those that come with the prediction, or else the first of all."""
        known = self.methods
        given = [name for name in known if METHODS[name].with_prediction]
        return given or known[:1]

    @property
    def page_methods(self) -> list[str]:
        """Those of a page, the one that it opens with at the end."""
        openers = [name for name in self.methods if METHODS[name].opens_page]
        return list(dict.fromkeys([*self.default_methods, *openers]))

    def __call__(
        self,
        texts: Sequence[str],
        labels: Sequence[Any] | None = None,
        methods: Sequence[str] | None = None,
        batch_size: int = 64,
    ) -> list[Explanation]:
        """Explain the predictions for some texts: see `explain_texts`."""
        encoded = self.predictor.encode(texts, return_spans=True)
        warn_of_unknown_words(encoded)
        chosen = self._choose(methods)
        names = self.predictor.class_names
        explanations: list[Any] = [None] * len(texts)
        for rows in encoded.batches(batch_size):
            ids = encoded.padded(rows, self.predictor.pad_to_multiple_of)
            of_batch = chosen
            if methods is None and self._reader.is_too_large(ids):
                of_batch = [m for m in chosen if m.reads_parts]
            reading, scores = self._run(ids, of_batch, rows)
            values = probabilities(reading.logits, self.predictor.multi_label)
            predictions = self.predictor.drop_of_empty(
                self.predictor.decide(values), [texts[row] for row in rows]
            )
            for n, row in enumerate(rows):
                explanations[row] = assemble_explanation(
                    texts[row],
                    None if labels is None else labels[row],
                    predictions[n],
                    dict(zip(names, values[n].tolist(), strict=True)),
                    get_spans(encoded, row),
                    scores,
                    n,
                    self._find_threshold(predictions[n], values[n]),
                )
        return explanations

    def _find_threshold(
        self, prediction: Any, values: NDArray[Any]
    ) -> float | None:
        """What the most probable class needs, where no answer is given."""
        thresholds = self.predictor.thresholds
        if prediction is not None or thresholds is None:
            return None
        return thresholds[values.argmax()]

    def score(
        self, ids: NDArray[np.int32], methods: Sequence[str]
    ) -> dict[str, Scores]:
        """What some methods say of a batch of ids.

        Args:
            ids: (B, T) or (B, S, T).
            methods: Of those that can explain the model.

        Returns:
            The `Scores` of each, by its name.

        Raises:
            ValueError: as `explain_texts`.
        """
        return self.read(ids, methods)[1]

    def read(
        self, ids: NDArray[np.int32], methods: Sequence[str]
    ) -> tuple[Reading, dict[str, Scores]]:
        """As `score`, with what the model makes of the batch before it."""
        return self._run(ids, self.check_methods(methods))

    def check_methods(self, methods: Sequence[str]) -> list[Method]:
        """The entries of some methods, each once.

        Raises:
            ValueError: for one that there is not, or that cannot explain the
                model.
        """
        for name in methods:
            method = METHODS[check_choice("methods", name, METHODS)]
            if not self._reader.supports(method):
                raise ValueError(
                    f"Invalid value for argument `methods`. Expected for "
                    f"{name!r} {method.requirement}. Received: "
                    f"methods={list(methods)} and {self._reader.name}"
                )
        return [METHODS[name] for name in dict.fromkeys(methods)]

    def _choose(self, methods: Sequence[str] | None) -> list[Method]:
        """The methods that are asked for, and before them the attention."""
        if methods is None:
            methods = self.default_methods
        chosen = self.check_methods(methods)
        attention = METHODS[ATTENTION]
        if attention not in chosen and self._reader.supports(attention):
            chosen.insert(0, attention)
        return chosen

    def _run(
        self,
        ids: NDArray[np.int32],
        methods: Sequence[Method],
        rows: NDArray[Any] | None = None,
    ) -> tuple[Reading, dict[str, Scores]]:
        whole = [method.name for method in methods if not method.reads_parts]
        if whole and self._reader.is_too_large(ids):
            raise ValueError(
                "Invalid value for argument `methods`. Expected 'attention' "
                "alone for a text that is too long to be read as a whole. "
                f"Received: methods={whole} and ids of shape {ids.shape}"
            )
        reading = self._reader.read(ids)
        check_finite("logits", reading.logits, rows)
        scores = {}
        for method in methods:
            found = method.score(self._reader, reading)
            check_finite(f"scores of {method.name!r}", found.words, rows)
            scores[method.name] = found
        return reading, scores


def explain_texts(
    predictor: "Predictor | OnnxPredictor",
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
    methods: Sequence[str] | None = None,
    batch_size: int = 64,
) -> list[Explanation]:
    """Explain predictions by what the words have to do with them.

    | method | of a word | passes of the model |
    |---|---|---|
    | `"attention"` | where the model looked: its weight | 1, the prediction |
    | `"contribution"` | what it adds to a logit, exactly | the same one |
    | `"gradient_x_input"` | `gradient_x_input` | 1 and back |
    | `"integrated_gradients"` | `integrated_gradients` | 32 and back |
    | `"occlusion"` | `occlusion` | as many as words |

    All but the attention are in units of the logit, and signed. Of two
    classes the logit of one is that of the other with the other sign.

    With several heads a word gets the mean of its weights. In a document of
    sentences the weight of a word is that in its sentence times that of the
    sentence, so all words have 1 together; the contribution is exact for the
    sentences, and divided among the words of each by their weights. The words
    that the model did not see (see `max_tokens` and `max_sentences`) are left
    out, and so is what the start token, if there is one, has to do with it.

    To explain the same classifier again and again, keep an `Explainer`: it
    builds what it needs once.

    Args:
        predictor: A trained classifier.
        texts: The texts to predict and explain.
        labels: The names of their true classes. Defaults to None: not known.
        methods: Names of the table; the attention, if the model has one, is
            always among them. Defaults to None: the attention, and the
            contribution of every text for which the model can give it.
        batch_size: Texts in a batch. Defaults to 64.

    Returns:
        An `Explanation` for each text.

    Raises:
        ValueError: for an unknown method, one that cannot explain the model
            (such as the contribution where the head is not linear), or any
            method but the attention of a document too long to be read as a
            whole (131,072 words, padding included).

    Warns:
        UserWarning: if a text has no word of the vocabulary.

    Example:
    >>> explanation = explain_texts(predictor, ["A fine film."])[0]
    >>> [word.text for word in explanation.words]
    ['A', 'fine', 'film', '.']
    >>> explanation.scores("contribution")  # for the predicted class
    [...]
    """
    return Explainer(predictor)(texts, labels, methods, batch_size)


def explain_attention(
    predictor: "Predictor | OnnxPredictor",
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
    batch_size: int = 64,
) -> list[Explanation]:
    """Explain predictions by the attention weights alone.

    It is `explain_texts` with the method `"attention"`, which every model
    of this package has.

    Example:
    >>> explanations = explain_attention(predictor, ["A fine film."])
    >>> [word.text for word in explanations[0].words]
    ['A', 'fine', 'film', '.']
    """
    return explain_texts(predictor, texts, labels, (ATTENTION,), batch_size)
