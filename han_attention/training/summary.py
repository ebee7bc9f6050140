"""What a saved model says of its training."""

import math
import time
from typing import Any

from han_attention.settings import Settings
from han_attention.training.history import History
from han_attention.training.history import find_kept_epoch
from han_attention.training.sources.base import TrainingData


def summarize_training(
    settings: Settings, data: TrainingData, history: History
) -> dict[str, Any]:
    """Dates, numbers of texts, fingerprints and scores of the kept epoch."""
    found: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"),
        "data": data.texts_fingerprint or data.fingerprint,
        "train_examples": len(data.train),
        "class_counts": list(data.class_counts),
    }
    if data.validation is not None:
        found["validation_examples"] = len(data.validation)
    if data.validation_fingerprint:
        found["validation_data"] = data.validation_fingerprint
        found["shared_examples"] = data.shared_examples
    if history:
        kept = history[find_kept_epoch(history, settings)]
        found["scores"] = {
            name: value if math.isfinite(value) else None
            for name, value in kept.items()
        }
    return found
