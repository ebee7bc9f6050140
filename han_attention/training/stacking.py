"""Stacking: how much each of several classifiers counts in the sum of all."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.inference.base import probabilities

Array = NDArray[Any]


def fit_scales(
    summands: Sequence[Array],
    targets: Array,
    sample_weight: Array | None,
    multi_label: bool,
    prior: Sequence[float],
    strength: float,
) -> NDArray[np.float64]:
    """The scales of several logits whose sum predicts best.

    Minimizes over s >= 0

        sum_i w_i loss(sum_k s_k z_ki, y_i) + strength |s - prior|^2

    with the cross-entropy of texts that no z_k has learnt from. With one
    summand it is temperature scaling; with several, stacking.

    Args:
        summands: K logits (N, L).
        targets: (N, L) of 0 and 1.
        sample_weight: (N,) weights of the texts, or None: all count the same.
        multi_label: Whether the logits are of labels that do not exclude
            another.
        prior: K scales that few texts change little.
        strength: How many texts it takes to change them.

    Returns:
        (K,) the scales.

    Example:
    >>> targets = np.array([[1.0], [0.0], [1.0], [0.0]])
    >>> good, bad = 2 * targets - 1, np.ones((4, 1))
    >>> fit_scales([good, bad], targets, None, False, [1, 1], 0.1).round(1)
    array([2.6, 0.4])

    Reference:
        Guo et al., 2017, https://arxiv.org/abs/1706.04599; Breiman, 1996,
        https://doi.org/10.1007/BF00117832
    """
    from scipy.optimize import minimize

    start = np.asarray(prior, "float64")
    stacked = np.stack(summands).astype("float64")
    weights = np.ones(len(targets)) if sample_weight is None else sample_weight
    one_logit = targets.shape[1] == 1 and not multi_label

    def compute_loss(scales: Array) -> tuple[float, Array]:
        logits = np.tensordot(scales, stacked, 1)
        predicted = probabilities(logits, multi_label).astype("float64")
        predicted = predicted[:, 1:] if one_logit else predicted
        if one_logit or multi_label:
            losses = np.logaddexp(0, logits) - targets * logits
        else:
            shifted = logits - logits.max(axis=1, keepdims=True)
            total = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            losses = targets * (total - shifted)
        away = scales - start
        loss = weights @ losses.sum(axis=1) + strength * away @ away
        errors = weights[:, None] * (predicted - targets)
        gradient = np.tensordot(stacked, errors, 2) + 2 * strength * away
        return float(loss), gradient

    bounds = [(0, None)] * len(start)
    found = minimize(
        compute_loss, start, jac=True, method="L-BFGS-B", bounds=bounds
    )
    scales: NDArray[np.float64] = found.x
    return scales
