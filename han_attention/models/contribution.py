"""What each word or sentence adds to the logits, under a linear head."""

from typing import Any

import keras
from keras import ops

from han_attention.models.introspection import find_linear_head
from han_attention.models.introspection import find_ngrams
from han_attention.models.introspection import find_poolings
from han_attention.models.introspection import get_pooled_vectors
from han_attention.types import Tensor


def compute_contributions(
    values: Tensor, weights: Tensor, kernel: Tensor
) -> Tensor:
    """How much each step of a weighted sum adds to each logit.

    The logits of a linear head are z_c = sum_t a_t x_t . w_c + b_c, with the
    weight a_t of step t and its vector x_t. So step t adds a_t x_t . w_c, and
    all steps together what is between the logit and its bias. With H heads a
    step adds what it adds through each of them.

    Args:
        values: x (B, T, D).
        weights: a (B, T), or with several heads (B, H, T).
        kernel: w (D, C), or (H * D, C).

    Returns:
        Tensor (B, T, C).

    Example:
    >>> import numpy as np
    >>> values = np.array([[[1.0], [2.0]]], "float32")
    >>> weights = np.array([[0.25, 0.75]], "float32")
    >>> kernel = np.ones((1, 1))
    >>> added = compute_contributions(values, weights, kernel)
    >>> np.asarray(added).tolist()
    [[[0.25], [1.5]]]
    """
    if len(weights.shape) == 2:
        weights = ops.expand_dims(weights, 1)
    heads, features = weights.shape[1], values.shape[-1]
    kernel = ops.reshape(ops.cast(kernel, "float32"), (heads, features, -1))
    values = ops.cast(values, "float32")
    # Every head's products first: small beside the vectors, for few classes.
    products = ops.einsum("btd,hdc->bhtc", values, kernel)
    weights = ops.cast(weights, "float32")
    return ops.sum(ops.expand_dims(weights, -1) * products, axis=1)


class ContributionModel(keras.Model):
    """From ids to logits, attention weights, and what adds to the logits.

    It shares the weights of the model, and leaves the model as it is. Of a
    flat classifier the words add to the logits, of a hierarchical one the
    sentences; and so do the n-grams of either, if the model has some.

    Args:
        model: A model of `build_classifier` or `build_han`, or another whose
            logits are a `Dense` layer without activation on a pooling layer.

    Output:
        The logits; the weights of the words, and if hierarchical those of
        the sentences; and what is added, (B, T, logits) or (B, S, logits).
        With n-grams also what those of each of N lengths add that start at
        each word, (B, T, N, logits) or (B, S, T, N, logits).

    Raises:
        ValueError: if the logits are not a linear function of a weighted sum.

    Example:
    >>> import numpy as np
    >>> from han_attention import build_classifier
    >>> model = build_classifier(10_000, num_classes=3)
    >>> ids = np.array([[4, 7, 12, 0]])
    >>> logits, weights, added = ContributionModel(model).predict_on_batch(ids)
    >>> bool(np.allclose(added.sum(axis=1), logits, atol=1e-5))  # no bias yet
    True
    """

    def __init__(self, model: keras.Model, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        head = find_linear_head(model)
        if head is None:
            raise ValueError(
                "Invalid value for argument `model`. Expected logits that are "
                "a linear function of a weighted sum: the contribution is not "
                f"known of others. Received: model={model.name!r}"
            )
        self.head = head
        self.ngrams = find_ngrams(model)
        poolings = find_poolings(model)
        self.reader = keras.Model(
            model.inputs[0],
            [
                model.outputs[0],
                *(layer.output[1] for layer in poolings),
                get_pooled_vectors(poolings[-1]),
            ],
        )
        self.built = True

    def call(self, ids: Tensor) -> list[Tensor]:
        *outputs, values = self.reader(ids, training=False)
        kernel = ops.convert_to_tensor(self.head.kernel)
        outputs += [compute_contributions(values, outputs[-1], kernel)]
        if self.ngrams is not None:
            outputs += [self.ngrams(ids, return_contributions=True)[1]]
        return outputs
