"""Files as a stream: its batches, of ids, labels and weights."""

import keras
import numpy as np
from stream_cases import label_of
from stream_cases import numbers_in
from stream_cases import order
from stream_cases import split_of
from stream_cases import text_of
from stream_cases import tokenizer_of

from han_attention.text.encoding import encode_texts
from han_attention.training.sources import stream


def test_texts_keep_their_ids_and_labels(split):
    tokenizer = tokenizer_of(split.source)
    for ids, labels in split.batches(16, 1):
        numbers = numbers_in(tokenizer, ids)
        texts = [text_of(n) for n in numbers]
        np.testing.assert_array_equal(
            ids[:, : encode_texts(tokenizer, texts).padded().shape[1]],
            encode_texts(tokenizer, texts).padded(),
        )
        assert labels[:, 0].tolist() == [
            float(label_of(n) == "rare") for n in numbers
        ]


def test_batches_are_as_many_as_foretold(split):
    batches = split.batches(16, 1)
    sizes = [len(ids) for ids, _ in batches]
    assert len(sizes) == len(batches) == -(-len(split) // 16)
    assert batches.sizes == sizes
    assert sum(sizes) == len(split)
    assert sorted(sizes)[1:] == [16] * (len(sizes) - 1)
    assert [len(ids) for ids, _ in batches] == batches.sizes  # and once more


class Counter(keras.callbacks.Callback):
    batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1


def test_fit_takes_each_batch_once_and_without_a_warning(split):
    """In the first epoch, in which the model is built, and the next."""
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(len(tokenizer_of(split.source)), 2)(ids)
    pooled = keras.layers.GlobalMaxPooling1D()(vectors)
    model = keras.Model(ids, keras.layers.Dense(1)(pooled))
    model.compile("sgd", "mse", metrics=["mae"])
    for epoch in range(2):
        batches, counter = split.batches(16, 1, epoch), Counter()
        model.fit(
            batches.feed(),
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=[counter],
        )
        assert counter.batches == len(batches)
        assert sum(batches.sizes) == len(split)


def test_windows_of_few_batches(folder, monkeypatch):
    monkeypatch.setattr(stream, "_BATCHES_AT_ONCE", 2)
    monkeypatch.setattr(stream, "_SHUFFLE_BUFFER", 40)
    split = split_of(folder)
    batches = split.batches(16, 1)
    assert len(list(batches)) == len(batches)
    assert len(order(split)) == len(set(order(split))) == len(split)


def test_batches_hold_texts_of_like_length(split):
    lengths = [(ids != 0).sum(axis=1) for ids, _ in split.batches(16, 1)]
    drawn = np.random.default_rng(0).permutation(np.concatenate(lengths))
    unsorted = [drawn[n : n + 16] for n in range(0, len(drawn), 16)]

    def spread(batches):
        return np.mean([batch.max() - batch.mean() for batch in batches])

    assert spread(lengths) < 0.3 * spread(unsorted)


def test_balanced_weights_by_hand(folder):
    split = split_of(folder, class_weight="balanced")
    # 600 rows: 60 rare, 540 common. N / (2 * size)
    for _, labels, weights in split.batches(16, 1):
        expected = np.where(labels[:, 0] == 1, 600 / 120, 600 / 1080)
        np.testing.assert_allclose(weights, expected, rtol=1e-6)
    assert split.source.validation().weights is None


def test_three_classes(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(
        "".join(
            f'{{"text": "number{n}", "label": {n % 3}}}\n' for n in range(90)
        )
    )
    split = split_of(path, class_weight="balanced")
    assert split.source.task.class_names == [0, 1, 2]
    for ids, labels, weights in split.batches(16, 1):
        assert labels.shape == (len(ids),)
        assert labels.tolist() == [
            n % 3 for n in numbers_in(tokenizer_of(split.source), ids)
        ]
        np.testing.assert_array_equal(weights, 1)


def test_several_labels(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "text,labels\n"
        + "".join(f"number{n},{'|'.join('abc'[: n % 4])}\n" for n in range(80))
    )
    split = split_of(path, multi_label=True)
    assert split.source.task.class_names == ["a", "b", "c"]
    for ids, labels in split.batches(16, 1):
        for n, row in zip(
            numbers_in(tokenizer_of(split.source), ids),
            labels,
            strict=True,
        ):
            assert row.tolist() == [float(c < n % 4) for c in range(3)]
