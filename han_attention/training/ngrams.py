"""The table of n-grams that a training starts from."""

import keras

from han_attention.models.introspection import find_ngrams
from han_attention.settings import Settings
from han_attention.text.count_ratios import log_count_ratios
from han_attention.training.sources.base import TrainingData

# A text has hundreds of n-grams. With this their sum, before training, is a
# logit of a few units, and leaves the attention something to learn.
_SCALE = 0.02
_MIN_COUNT = 2  # what is in one text alone only tells it from others


def start_ngrams(
    model: keras.Model, settings: Settings, data: TrainingData
) -> None:
    """Let the n-grams of a model start from what the training texts say.

        row of a bucket = 0.02 r

    with the Naive Bayes log-count ratios r of `log_count_ratios`, for which
    the training texts are read once. Without n-grams it does nothing.

    Args:
        model: A model of `build_model`.
        settings: All settings, checked.
        data: The texts to train on.
    """
    layer = find_ngrams(model)
    if layer is None:
        return
    ratios = log_count_ratios(
        data.train.batches(settings.batch_size, settings.seed),
        len(data.task.class_names),
        multi_label=data.task.multi_label,
        ngram_range=layer.ngram_range,
        num_buckets=layer.num_buckets,
        vocabulary_size=layer.vocabulary_size,
        binary=layer.binary,
        min_count=_MIN_COUNT,
    )
    layer.embeddings.assign(_SCALE * ratios)
