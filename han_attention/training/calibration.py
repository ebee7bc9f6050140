"""What is done last: the logits are scaled, on held-out texts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.inference.keras import Predictor
from han_attention.inference.model_card import describe_attention
from han_attention.progress import announce
from han_attention.training.ngrams import BATCH_SIZE
from han_attention.training.ngrams import TrainedNGrams
from han_attention.training.sources.base import Split
from han_attention.training.sources.base import TrainingData
from han_attention.training.stacking import fit_scales
from han_attention.training.task import Task

# Few held-out texts say little of the attention: then the n-grams decide.
_PRIOR = (0.0, 1.0)
_STRENGTH = 10.0
_ALONE = (0.5, 0.5)  # without held-out texts


def calibrate(
    predictor: Predictor,
    data: TrainingData,
    ngrams: TrainedNGrams | None,
    verbose: bool = False,
) -> dict[str, float]:
    """Scale the logits so that probabilities are true of held-out texts.

    The logits of the attention and those of the n-grams get a scale each,
    by `fit_scales`, which goes into the weights of the output layer and of
    the table: nothing is added to the model. Then the n-grams are fitted
    again, to the texts held out too. Without held-out texts both scales are
    what is most often right.

    Args:
        predictor: Of the trained model.
        data: What it was trained on.
        ngrams: What `train_ngrams` gave, or None without n-grams.
        verbose: Whether to say what is done. Defaults to `False`.

    Returns:
        What the held-out texts say of the whole model, if there are some:
        `validation_accuracy`, the fraction of them that attention and n-grams
        together predict right, before the n-grams learn from them too (with
        several labels, all of them); and with n-grams `attention_share`, how
        much of what tells them apart comes from the attention, 0 to 1: its
        scaled logits' standard deviation beside that of the n-grams.
    """
    measured: dict[str, float] = {}
    if data.held_out is None and ngrams is None:
        return measured
    scales = np.array(_ALONE)
    if data.held_out is not None:
        logits, targets, weights = _read_logits(
            predictor, data.held_out, data.task
        )
        summands = [logits]
        if ngrams is not None:
            summands.append(ngrams.table.predict(ngrams.validation))
        scales = fit_scales(
            summands,
            targets,
            weights,
            data.task.multi_label,
            prior=(1.0,) if ngrams is None else _PRIOR,
            strength=_STRENGTH,
        )
        measured["validation_accuracy"] = _measure_accuracy(
            np.tensordot(scales, np.stack(summands), 1), targets, data.task
        )
        if ngrams is not None:
            measured["attention_share"] = _measure_share(scales, summands)
    head = predictor.model.get_layer("logits")
    kernel, bias = (scales[0] * np.asarray(x) for x in head.get_weights())
    if ngrams is not None:
        if data.own_validation:
            announce("training the n-grams on all texts", verbose)
        table = ngrams.refit()
        bias = bias + scales[1] * table.bias
        layer = predictor.model.get_layer("ngrams")
        layer.assign_rows(ngrams.ngrams, scales[1] * table.rows)
    head.set_weights([kernel, bias])
    if attention := describe_attention(measured):
        announce(attention, verbose)
    return measured


def _measure_accuracy(
    logits: NDArray[Any], targets: NDArray[Any], task: Task
) -> float:
    """The fraction of texts with the right class, or all the right labels."""
    if task.one_logit or task.multi_label:
        return float(((logits > 0) == targets).all(axis=1).mean())
    return float((logits.argmax(axis=1) == targets.argmax(axis=1)).mean())


def _measure_share(
    scales: NDArray[np.float64], summands: list[NDArray[Any]]
) -> float:
    """How much of the spread of all summands is of the first."""
    spreads = [
        scale * each.std(axis=0).mean()
        for scale, each in zip(scales, summands, strict=True)
    ]
    return float(spreads[0] / max(sum(spreads), np.finfo(float).tiny))


def _read_logits(
    predictor: Predictor, split: Split, task: Task
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
    """Logits (N, L), targets (N, L) and weights of the held-out texts."""
    logits, labels, weights = [], [], []
    for ids, of_texts, *of_weights in split.batches(BATCH_SIZE):
        logits.append(predictor.run(ids))
        labels.append(of_texts)
        weights += of_weights
    targets = task.target_array(np.concatenate(labels))
    return (
        np.concatenate(logits).astype("float64"),
        targets,
        np.concatenate(weights) if weights else None,
    )
