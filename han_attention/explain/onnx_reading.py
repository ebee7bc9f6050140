"""What an exported model makes of a batch of ids; Keras is not imported."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import CONTRIBUTION
from han_attention.explain.methods.base import Method
from han_attention.explain.reading import Reading
from han_attention.explain.reading import make_reading
from han_attention.inference.onnx import OnnxPredictor
from han_attention.text.ragged import MAX_BATCH_TOKENS

# The output of the graph that each method reads.
_OUTPUTS = {
    ATTENTION: "word_weights",
    CONTRIBUTION: "contributions",
    "occlusion": "logits",
}
_NGRAMS = ("ngram_buckets", "ngram_values")
_COUNT_WEIGHTS = "ngram_count_weights"  # of older graphs 1


class OnnxReader:
    """Reads what the graph of an exported model gives beside its logits.

    Args:
        predictor: An exported classifier. Of one that was exported before its
            graph gave more than logits, they are all that is known.
    """

    name = "an exported model"

    def __init__(self, predictor: OnnxPredictor) -> None:
        self.predictor = predictor
        self.outputs = predictor.output_names

    def supports(self, method: Method) -> bool:
        """Whether the graph gives what a method reads."""
        return _OUTPUTS.get(method.name) in self.outputs

    def is_too_large(self, ids: NDArray[np.int32]) -> bool:
        """Whether ids are too many to be explained, padding included."""
        return ids.size > MAX_BATCH_TOKENS

    def read(self, ids: NDArray[np.int32]) -> Reading:
        """The prediction, with all that the graph gives."""
        values = self.predictor.run_outputs(ids, self.outputs)
        found: dict[str, Any] = dict(zip(self.outputs, values, strict=True))
        weights = [
            found[name]
            for name in ("word_weights", "sentence_weights")
            if name in found
        ]
        ngrams = None
        if _NGRAMS[1] in found:
            buckets, values = (found[name] for name in _NGRAMS)
            count_weights = found.get(_COUNT_WEIGHTS, np.ones((1, 1)))
            ngrams = _add_ngrams(buckets, values, count_weights)
        return make_reading(
            ids, found["logits"], weights, found.get("contributions"), ngrams
        )


def _add_ngrams(
    buckets: NDArray[np.int32],
    values: NDArray[Any],
    count_weights: NDArray[Any],
) -> NDArray[Any]:
    """What each n-gram adds: of equal buckets together their row, weighed."""
    counts = [
        np.unique(row, return_inverse=True, return_counts=True)
        for row in buckets.reshape(len(buckets), -1)
    ]
    occurrences = np.reshape(
        [c[inverse] for _, inverse, c in counts], buckets.shape
    )
    most = count_weights.shape[1]  # the same of each text
    weights = count_weights[0, np.minimum(occurrences, most) - 1] / occurrences
    return values * weights[..., None]
