"""Where the weights of an explanation come from: the trained model."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.predictor import Predictor
from han_attention.predictor import run_in_buckets
from han_attention.text_predictor import probabilities
from han_attention.text_predictor import warn_of_unknown_words


def explain_attention(
    predictor: Predictor,
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
    batch_size: int = 64,
) -> list[Explanation]:
    """Explain predictions by the attention weights of the words.

    With several heads a word gets the mean of its weights. The words that the
    model did not see (see `max_tokens`) are left out. Warns if a text has no
    word of the vocabulary.

    Args:
        predictor: A trained classifier.
        texts: The texts to predict and explain.
        labels: The names of their true classes. Defaults to None: not known.
        batch_size: Texts in a batch. Defaults to 64.

    Returns:
        An `Explanation` for each text.

    Example:
    >>> explanations = explain_attention(predictor, ["A fine film."])
    >>> [word.text for word in explanations[0].words]
    ['A', 'fine', 'film', '.']
    """
    encoded = predictor.encode(texts, return_spans=True)
    warn_of_unknown_words(encoded)
    explanations: list[Any] = [None] * len(texts)
    for rows, (logits, weights) in run_in_buckets(
        predictor.attention_model, encoded, batch_size
    ):
        if weights.ndim == 3:  # (B, H, T)
            weights = weights.mean(axis=1)
        shares = probabilities(logits, predictor.config.multi_label)
        for n, row in enumerate(rows):
            explanations[row] = _explanation(
                predictor,
                texts[row],
                encoded.spans_of(row),
                weights[n],
                shares[n],
                None if labels is None else labels[row],
            )
    return explanations


def _explanation(
    predictor: Predictor,
    text: str,
    spans: list[tuple[int, int]],
    weights: NDArray[Any],
    shares: NDArray[Any],
    label: Any,
) -> Explanation:
    return Explanation(
        text=text,
        prediction=predictor.classes_of(shares[None])[0],
        probabilities={
            name: float(share)
            for name, share in zip(predictor.class_names, shares, strict=True)
        },
        words=[
            WordWeight(text[start:end], start, end, float(weight))
            for (start, end), weight in zip(spans, weights, strict=False)
            if end > start  # not the start token, which has no characters
        ],
        label=label,
    )
