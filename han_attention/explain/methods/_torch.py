"""Gradients of the logits in the vectors of the words: PyTorch."""

from collections.abc import Callable
from typing import Any

import keras
import torch


def make_gradients(
    model: keras.Model, mask_zero: bool
) -> Callable[[Any, Any, int], Any]:
    """A function of ids, vectors and the number of a logit.

    Args:
        model: From ids (B, ..., T) and vectors (B, ..., T, D) to logits.
        mask_zero: Whether the vectors carry the mask of the ids.
    """

    def run(ids: Any, words: Any, logit: int) -> Any:
        ids = keras.ops.convert_to_tensor(ids)
        mask = [None, ids != 0] if mask_zero else None
        leaf = keras.ops.convert_to_tensor(words).detach().requires_grad_()
        with torch.enable_grad():
            logits = model([ids, leaf], training=False, mask=mask)
            (gradient,) = torch.autograd.grad(logits[:, logit].sum(), leaf)
        return gradient

    return run
