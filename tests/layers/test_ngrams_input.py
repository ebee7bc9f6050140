"""NGramEmbeddingBag: wrong arguments, each named."""

import numpy as np
import pytest
from ngram_cases import BUCKETS
from ngram_cases import make_layer


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 0}, "`units`.*positive integer"),
        ({"ngram_range": (3, 1)}, r"`ngram_range`.*Received: .*\(3, 1\)"),
        ({"ngram_range": (0, 1)}, "`ngram_range`"),
        ({"ngram_range": 2}, "`ngram_range`"),
        ({"ngram_range": (1, 2.5)}, "`ngram_range`"),
        ({"num_buckets": 0}, "`num_buckets`"),
        ({"num_buckets": 2.0**10}, "`num_buckets`"),
        ({"num_buckets": 2**27}, "`num_buckets`.*to 67108864"),
        ({"num_buckets": 2**20, "units": 4096}, "`num_buckets`.*to 524287"),
        ({"vocabulary_size": BUCKETS}, "`num_buckets`.*from 102"),
        ({"vocabulary_size": -1}, "`vocabulary_size`"),
        ({"dropout": 1.5}, "`dropout`"),
        ({"binary": 1}, "`binary`.*True or False"),
        ({"sublinear_tf": True}, "`sublinear_tf`.*Expected False with binary"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        make_layer(**options)


@pytest.mark.parametrize("shape", [(5,), (2, 3, 4, 5)])
def test_wrong_rank(shape):
    with pytest.raises(ValueError, match=r"Expected \(B, T\)"):
        make_layer()(np.ones(shape, "int32"))
