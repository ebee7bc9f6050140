"""What is known of the epochs so far, and which of them is the best."""

import math
from typing import Any

from han_attention.settings import Settings

History = list[dict[str, Any]]


def choose_monitor(settings: Settings) -> str:
    """What the best epoch is best in."""
    if settings.monitor != "auto":
        return settings.monitor
    if settings.class_weight is not None:
        return "val_balanced_accuracy"
    # Of many labels hardly a text has all right: its accuracy says nothing.
    return "val_loss" if settings.multi_label else "val_accuracy"


def find_best_epoch(history: History, settings: Settings) -> int:
    """The row of the best `monitor`, and then of the lowest loss.

    Example:
    >>> history = [
    ...     {"val_accuracy": 0.8, "val_loss": 0.4},
    ...     {"val_accuracy": 0.9, "val_loss": 0.5},
    ...     {"val_accuracy": 0.9, "val_loss": 0.3},
    ... ]
    >>> find_best_epoch(history, Settings())
    2
    """
    monitor = choose_monitor(settings)
    sign = -1 if monitor == "val_loss" else 1
    scores = [
        (_rank(sign * each[monitor]), _rank(-each["val_loss"]))
        for each in history
    ]
    return scores.index(max(scores))


def _rank(score: float) -> float:
    """NaN, which is neither above nor below a number, as the worst of all."""
    return -math.inf if math.isnan(score) else score


def find_kept_epoch(history: History, settings: Settings) -> int:
    """The row whose weights a training ends with: the best, or the last."""
    if settings.patience is None or "val_loss" not in history[-1]:
        return len(history) - 1
    return find_best_epoch(history, settings)


def describe_end(history: History, settings: Settings) -> str:
    """Which epoch was kept, and why there were no more of them.

    Example:
    >>> history = [{"val_accuracy": 0.9, "val_loss": 0.5}]
    >>> history += [{"val_accuracy": 0.8, "val_loss": 0.4}] * 3
    >>> describe_end(history, Settings(patience=3))
    'epoch 1 of 4, the best; then 3 epochs without a better val_accuracy'
    """
    kept, done = find_kept_epoch(history, settings) + 1, len(history)
    if settings.patience is None or "val_loss" not in history[-1]:
        return f"epoch {kept}, the last"
    monitor = choose_monitor(settings)
    by = "" if monitor == "val_accuracy" else f" by {monitor}"
    best = f"epoch {kept} of {done}, the best{by}"
    if done - kept >= settings.patience:
        return f"{best}; then {done - kept} epochs without a better {monitor}"
    if done >= settings.epochs:
        return f"{best}; all epochs are done"
    return f"{best}; a callback stopped it"


def is_finished(history: History, settings: Settings) -> bool:
    """Whether there are epochs enough, or none was better for too long."""
    if len(history) >= settings.epochs:
        return True
    if not history or settings.patience is None:
        return False
    best = find_kept_epoch(history, settings)
    return len(history) - 1 - best >= settings.patience


def without_time(scores: dict[str, Any]) -> dict[str, Any]:
    """The numbers that Keras gives to callbacks at the end of an epoch."""
    others = ("epoch", "seconds", "examples_per_second")
    return {k: v for k, v in scores.items() if k not in others}


def split_scores(
    scores: dict[str, Any],
) -> tuple[dict[str, float], dict[str, float]]:
    """Those of training and those of validation, each under its own names.

    Example:
    >>> split_scores({"epoch": 1, "loss": 0.5, "val_loss": 0.6})
    ({'loss': 0.5}, {'loss': 0.6})
    """
    numbers = without_time(scores)
    validation = {k for k in numbers if k.startswith("val_")}
    return (
        {k: v for k, v in numbers.items() if k not in validation},
        {
            k.removeprefix("val_"): numbers[k]
            for k in numbers
            if k in validation
        },
    )
