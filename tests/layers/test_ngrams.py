"""NGramEmbeddingBag beside a count of n-grams in Python."""

from collections import Counter

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import assert_close
from layer_checks import check_layer
from layer_checks import right_mask
from layer_checks import to_numpy
from ngram_cases import BUCKETS
from ngram_cases import make_layer

from han_attention.layers.ngram_buckets import count_occurrences

FACTOR = 19 * 21 * 22 * 26 * 29


@pytest.fixture
def ids():
    # Few different ids: many n-grams occur twice.
    return np.random.default_rng(0).integers(1, 4, (4, 7)).astype("int32")


@pytest.fixture
def mask():
    return right_mask([7, 3, 0, 1], 7)


def bucket(ngram, num_buckets, reserved):
    """In Python's integers, of any size."""
    if len(ngram) == 1:
        return ngram[0] % num_buckets
    prime, hashed = 2**26 - 5, 0
    for i in ngram:
        hashed = (hashed + i) * FACTOR % prime
    hashed = (hashed + hashed // 2**13) * FACTOR % prime
    return reserved + hashed % (num_buckets - reserved)


def list_buckets(ids, mask, layer):
    """The bucket, or None, for each sentence, place and length."""
    shortest, longest = layer.ngram_range
    sentences = np.reshape(ids, (-1, ids.shape[-1]))
    real = np.reshape(mask, sentences.shape)
    return [
        [
            [
                bucket(
                    [int(i) for i in row[t : t + n]],
                    layer.num_buckets,
                    layer.vocabulary_size,
                )
                if t + n <= len(row) and ok[t : t + n].all()
                else None
                for n in range(shortest, longest + 1)
            ]
            for t in range(len(row))
        ]
        for row, ok in zip(sentences, real, strict=True)
    ]


COUNTS = {
    "binary": {},
    "tf": {"binary": False},
    "sublinear tf": {"binary": False, "sublinear_tf": True},
}


def count_as(count, layer):
    """What so many occurrences of an n-gram count together."""
    if layer.sublinear_tf:
        return 1 + np.log(min(count, 8))
    return 1 if layer.binary else count


def reference(ids, mask, layer):
    """Text by text: the sum, and what each n-gram adds to it."""
    table = to_numpy(layer.embeddings).astype("float64")
    shortest, longest = layer.ngram_range
    size = longest - shortest + 1
    added = np.zeros((*ids.shape, size, layer.units))
    for row in range(len(ids)):
        buckets = np.array(
            list_buckets(ids[row], mask[row], layer), dtype=object
        ).reshape(*ids.shape[1:], size)
        counts = Counter(b for b in buckets.flat if b is not None)
        for place in np.ndindex(buckets.shape):
            b = buckets[place]
            if b is not None:
                part = count_as(counts[b], layer) / counts[b]
                if layer.combiner == "sqrtn":
                    number = sum(count_as(c, layer) for c in counts.values())
                    part /= np.sqrt(number)
                added[(row, *place)] = table[b] * part
    return added.reshape(len(ids), -1, layer.units).sum(axis=1), added


@pytest.mark.parametrize("combiner", ["sum", "sqrtn"])
@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("ngram_range", [(1, 3), (2, 2), (1, 1), (2, 4)])
@pytest.mark.parametrize("shape", [(4, 25), (3, 4, 6), (2, 3, 1), (2, 1)])
def test_equals_reference(combiner, counts, ngram_range, shape):
    rng = np.random.default_rng(2)
    ids = rng.integers(1, 4, shape)
    mask = rng.random(shape) < 0.8  # holes too, which no n-gram spans
    mask[0] = False
    layer = make_layer(
        **COUNTS[counts], combiner=combiner, ngram_range=ngram_range
    )
    outputs, added = layer(ids, mask=mask, return_contributions=True)
    assert_close([outputs, added], reference(ids, mask, layer))
    assert_close(layer(ids, mask=mask), outputs)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("reserved", [0, 30_000])
def test_buckets_of_large_ids_and_tables(dtype, reserved):
    """No number overflows on any backend: Python's integers agree."""
    ids = np.array([[2**31 - 1, 2**31 - 2, 5, 2**26 - 5, 2**26, 29_999, 7, 1]])
    layer = make_layer(
        1, ngram_range=(1, 5), num_buckets=2**20, vocabulary_size=reserved
    )
    outputs = layer(ids.astype(dtype))
    assert_close(outputs, reference(ids, ids != 0, layer)[0])


@pytest.mark.parametrize("added", [False, True])
@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_layer_contract(added, rank, binary, masked, ids, mask, tmp_path):
    if rank == 3:
        ids, mask = np.stack([ids, ids[::-1]]), np.stack([mask, mask[::-1]])
    check_layer(
        lambda: make_layer(binary=binary, vocabulary_size=9),
        ids,
        mask if masked else None,
        tmp_path,
        {"return_contributions": added},
    )


@pytest.mark.parametrize("junk", [0, 1, 77, 2**31 - 1])
def test_what_is_masked_does_not_count(junk, ids, mask):
    layer = make_layer()
    altered = np.where(mask, ids, junk)
    for received, expected in zip(
        layer(altered, mask=mask, return_contributions=True),
        layer(ids, mask=mask, return_contributions=True),
        strict=True,
    ):
        np.testing.assert_array_equal(to_numpy(received), to_numpy(expected))


def test_padding_changes_nothing(ids, mask):
    layer = make_layer()
    longer = np.pad(ids, [(0, 0), (0, 3)])
    assert_close(
        layer(longer, mask=np.pad(mask, [(0, 0), (0, 3)])),
        layer(ids, mask=mask),
    )
    # Words and empty sentences of documents too.
    documents = np.pad(ids[None] * mask, [(0, 0), (0, 2), (0, 3)])
    assert_close(layer(documents), layer(ids[None] * mask))


def test_no_mask_is_that_of_the_ids(ids, mask):
    layer = make_layer()
    assert_close(layer(ids * mask), layer(ids, mask=mask))


def test_texts_of_a_batch_do_not_meet(ids, mask):
    layer = make_layer()
    alone = [layer(ids[n : n + 1], mask=mask[n : n + 1]) for n in range(4)]
    assert_close(layer(ids, mask=mask), ops.concatenate(alone, axis=0))


def test_no_ngram_spans_two_sentences():
    layer = make_layer(ngram_range=(2, 2))
    together = to_numpy(layer(np.array([[[5, 6, 7]]])))
    apart = to_numpy(layer(np.array([[[5, 6, 0], [7, 0, 0]]])))
    pair = to_numpy(layer(np.array([[5, 6]])))
    np.testing.assert_allclose(apart, pair)
    assert not np.allclose(together, apart)


@pytest.mark.parametrize(
    "shape", [(0, 5), (3, 0), (0, 0), (2, 0, 5), (2, 3, 0), (0, 3, 4)]
)
@pytest.mark.parametrize("binary", [False, True])
def test_nothing_gives_zeros_of_the_right_shape(shape, binary):
    layer = make_layer(binary=binary)
    ids = np.ones(shape, "int32")
    outputs, added = layer(ids, return_contributions=True)
    assert tuple(outputs.shape) == (shape[0], 2)
    assert tuple(added.shape) == (*shape, 3, 2)
    if 0 in shape[1:]:
        assert not to_numpy(outputs).any()


def test_texts_shorter_than_n_give_zeros():
    outputs = make_layer(ngram_range=(4, 5))(np.array([[3, 4, 5], [3, 0, 0]]))
    assert not to_numpy(outputs).any()


@pytest.mark.parametrize(
    ("counts", "three", "ten"),
    [
        ("binary", 2.0, 2.0),
        ("tf", 5.0, 19.0),  # 3 + 2, 10 + 9
        ("sublinear tf", 3.7918, 6.1589),  # 2 + log(3 * 2), 2 + log(8 * 8)
    ],
)
def test_what_counts_more_than_once(counts, three, ten):
    layer = make_layer(
        1,
        ngram_range=(1, 2),
        **COUNTS[counts],
        embeddings_initializer="ones",
    )
    for number, expected in ((3, three), (10, ten)):
        received = to_numpy(layer(np.full((1, number), 7)))
        np.testing.assert_allclose(received, [[expected]], atol=1e-4)


@pytest.mark.parametrize("binary", [False, True])
def test_only_rows_of_the_batch_have_a_gradient(binary, ids, mask):
    """The gradient of a row is the number of times it counts."""
    layer = make_layer(binary=binary, embeddings_initializer="zeros")
    symbols = keras.Input((7,), dtype="int32"), keras.Input((7,), dtype="bool")
    model = keras.Model(symbols, layer(symbols[0], mask=symbols[1]))
    model.compile(
        keras.optimizers.SGD(1.0),
        loss=lambda y, p: -ops.sum(y * p, axis=-1) * 4,
    )
    upstream = np.random.default_rng(2).normal(size=(4, 2)).astype("float32")
    model.train_on_batch([ids, mask], upstream)
    expected = np.zeros((BUCKETS, 2))
    for row in range(4):
        flat = np.array(list_buckets(ids[row], mask[row], layer)).flat
        found = [b for b in flat if b is not None]
        for b in set(found) if binary else found:
            expected[b] += upstream[row]
    assert_close(layer.embeddings, expected, atol=1e-5)
    assert not expected.all()


def test_dropout_is_of_ngrams_in_training_alone():
    ones = {"embeddings_initializer": "ones", "binary": False}
    layer = make_layer(1, dropout=0.5, seed=3, **ones)
    ids = np.arange(1, 2001)[None]
    assert to_numpy(layer(ids)).item() == 2000 + 1999 + 1998
    dropped = to_numpy(layer(ids, training=True)).item()
    assert 0 < abs(dropped - 5997) < 600
    layer = make_layer(1, dropout=1, **ones)
    assert to_numpy(layer(ids)).item() == 5997
    assert to_numpy(layer(ids, training=True)).item() == 0


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_sums_in_float32(dtype):
    layer = make_layer(
        1,
        dtype=dtype,
        embeddings_initializer="ones",
        num_buckets=2**15,
        ngram_range=(1, 1),
    )
    outputs = layer(np.arange(1, 4097)[None])
    assert keras.backend.standardize_dtype(outputs.dtype) == dtype
    assert to_numpy(ops.cast(outputs, "float32")).item() == 4096


def test_ids_as_floats_are_not_rounded():
    keras.config.set_dtype_policy("mixed_bfloat16")
    layer = make_layer(1, num_buckets=2**15, ngram_range=(1, 1))
    keras.config.set_dtype_policy("float32")
    ids = np.array([[20_001.0, 20_003.0]], "float32")
    assert_close(layer(ids), layer(ids.astype("int32")))


def test_numbers_of_occurrences():
    rows = np.random.default_rng(4).integers(0, 5, (6, 9))
    expected = np.array([[list(row).count(i) for i in row] for row in rows])
    assert_close(count_occurrences(ops.convert_to_tensor(rows)), expected)


@pytest.mark.parametrize("shape", [(4, 6), (7, 4), (4, 7, 1)])
def test_wrong_mask_shape(shape, ids):
    with pytest.raises(ValueError, match="`mask`"):
        make_layer()(ids, mask=np.ones(shape, bool))
