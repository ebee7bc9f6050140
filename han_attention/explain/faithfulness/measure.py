"""Whether an explanation means anything: what the model says without words."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.faithfulness.perturb import FRACTIONS
from han_attention.explain.faithfulness.perturb import FaithfulnessMeasurement
from han_attention.explain.faithfulness.report import Faithfulness
from han_attention.explain.faithfulness.uniform_attention import (
    with_uniform_attention,
)
from han_attention.inference.keras import Predictor
from han_attention.text.ragged import Encoded
from han_attention.text.tokenizer import START_ID


def measure_faithfulness(
    classifier: Any,
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
    methods: Sequence[str] | None = None,
    extra: Mapping[str, Sequence[Sequence[float]]] | None = None,
    tau: bool = True,
    seed: int = 0,
    batch_size: int = 64,
) -> Faithfulness:
    """Measure whether the words a method points to decide the prediction.

    With p the probability of the predicted class, and r_k the k % of the
    words of a text that a method scores highest for that class:

        comprehensiveness = mean over k of p(text) - p(text without r_k)
        sufficiency       = mean over k of p(text) - p(r_k alone)

    for k = 1, 5, 10, 20 and 50, averaged over the texts: a good method has a
    high comprehensiveness and a low sufficiency. Kendall's tau compares the
    order of the words with that of leaving each out (`"occlusion"`).

    Beside the methods stand three controls: `"random"` scores, `"uniform"`
    attention, by which the first words come first, and the attention
    `"permuted"` among the words of the text. A method no better than these
    says nothing.

    Args:
        classifier: A trained `TextClassifier` or `Predictor`.
        texts: Texts that were not trained on; those without words are left
            out.
        labels: Their true classes, for the accuracy on them. Defaults to
            None.
        methods: Of those of `explain_texts`. Defaults to None: all that the
            model can give.
        extra: By name the scores of each word of each text by other
            methods, such as LIME, for the predicted class. Defaults to None.
        tau: Whether to compute Kendall's tau, which costs a pass of the model
            for each word of each text. Defaults to `True`.
        seed: Integer seed of the controls. Defaults to 0.
        batch_size: Texts in a batch. Defaults to 64.

    Returns:
        A `Faithfulness`: print its `table()` and its `summary()`.

    Raises:
        ValueError: for no text with words, an unknown method, one the model
            cannot give, or `extra` scores that do not fit the words.

    Example:
    >>> report = measure_faithfulness(predictor, ["A fine film."], tau=False)
    >>> [method.name for method in report.methods][:2]
    ['attention', 'contribution']

    Reference:
        DeYoung et al., 2020, https://aclanthology.org/2020.acl-main.408/;
        Jain and Wallace, 2019, https://aclanthology.org/N19-1357/
    """
    predictor: Predictor = getattr(classifier, "predictor_", classifier)
    run = FaithfulnessMeasurement(predictor, methods, tau, seed)
    encoded = predictor.encode(texts)
    _check_numbers(texts, labels, extra)
    seen = _rows_with_words(encoded)
    all_probabilities = np.zeros((len(texts), len(predictor.class_names)))
    for rows in (seen[n] for n in encoded.take(seen).batches(batch_size)):
        scores = {
            name: [of_texts[row] for row in rows]
            for name, of_texts in (extra or {}).items()
        }
        ids = encoded.padded(rows, predictor.pad_to_multiple_of)
        all_probabilities[rows] = run.add(ids, scores)
    measured, before = [texts[n] for n in seen], all_probabilities[seen]
    same, change = _with_uniform_attention(
        predictor, measured, before, batch_size
    )
    accuracy = None
    if labels is not None:
        predicted = zip(predictor.decode_predictions(before), seen, strict=True)
        accuracy = float(np.mean([name == labels[n] for name, n in predicted]))
    return Faithfulness(
        FRACTIONS, run.results(), len(seen), accuracy, same, change
    )


def _with_uniform_attention(
    predictor: Predictor,
    texts: Sequence[str],
    before: NDArray[Any],
    batch_size: int,
) -> tuple[float | None, float | None]:
    """How often the prediction stays, and how far its probability moves."""
    uniform = with_uniform_attention(predictor)
    if uniform is None:
        return None, None
    after = uniform.predict_proba(texts, batch_size)
    classes = before.argmax(axis=1)
    every = np.arange(len(classes))
    moved = np.abs(before[every, classes] - after[every, classes])
    return float((after.argmax(axis=1) == classes).mean()), float(moved.mean())


def _check_numbers(
    texts: Sequence[str],
    labels: Sequence[Any] | None,
    extra: Mapping[str, Sequence[Sequence[float]]] | None,
) -> None:
    """Raise a ValueError unless there is one of everything for each text."""
    for name, given in (("labels", labels), *(extra or {}).items()):
        if given is not None and len(given) != len(texts):
            raise ValueError(
                f"Invalid value for `{name}`. Expected one for each of the "
                f"{len(texts)} texts. Received: {len(given)}"
            )


def _rows_with_words(encoded: Encoded) -> NDArray[np.intp]:
    """The texts in which the model sees a word."""
    words_before = np.append(0, np.cumsum(encoded.ids > START_ID))
    ends = encoded.starts + encoded.lengths
    rows = np.flatnonzero(words_before[ends] > words_before[encoded.starts])
    if not len(rows):
        raise ValueError(
            "Invalid value for argument `texts`. Expected texts with words. "
            f"Received: {len(encoded)} texts without"
        )
    return rows
