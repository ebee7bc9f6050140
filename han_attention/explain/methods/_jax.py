"""Gradients of the logits in the vectors of the words: JAX."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras


def make_gradients(
    model: keras.Model, mask_zero: bool
) -> Callable[[Any, Any, int], Any]:
    """A function of ids, vectors and the number of a logit.

    Args:
        model: From ids (B, ..., T) and vectors (B, ..., T, D) to logits.
        mask_zero: Whether the vectors carry the mask of the ids.
    """

    def sum_of_logit(
        words: Any, ids: Any, logit: Any, variables: tuple[Any, Any]
    ) -> Any:
        mask = [None, jnp.not_equal(ids, 0)] if mask_zero else None
        logits, _ = model.stateless_call(
            *variables, [ids, words], training=False, mask=mask
        )
        return logits[:, logit].sum()

    gradients = jax.jit(jax.grad(sum_of_logit))

    def run(ids: Any, words: Any, logit: int) -> Any:
        variables = (
            [variable.value for variable in model.trainable_variables],
            [variable.value for variable in model.non_trainable_variables],
        )
        return gradients(words, ids, logit, variables)

    return run
