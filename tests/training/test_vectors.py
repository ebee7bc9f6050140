"""The word vectors that a training starts from."""

from dataclasses import replace

import numpy as np
import pytest
from training_cases import fit_texts
from training_cases import published

from han_attention import Tokenizer
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.vectors import make_vectors

TEXTS = ["a fine film", "a dull film", "fine", "dull"] * 5
LABELS = ["good", "bad"] * 10
SMALL = {
    "rnn_units": 4,
    "attention_units": 3,
    "batch_size": 10,
    "epochs": 1,
    "normalization": "words",
    "verbose": False,
}


@pytest.fixture
def tokenizer():
    return Tokenizer.train(TEXTS)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("fine 1 2 3\ndull -1 -2 -3\nother 7 7 7\na 0.5 0 0\n")
    return str(path)


def start(tokenizer, texts=TEXTS, resume=False, **settings):
    config = published(**SMALL | settings)
    data = prepare_texts(config, TEXTS, LABELS, tokenizer=tokenizer)
    return make_vectors(config, replace(data, texts=iter(texts)), resume)


def test_none_unless_asked_for(tokenizer):
    assert start(tokenizer) is None


def test_rows_of_a_file(tokenizer, file):
    matrix = start(tokenizer, word_vectors=file)
    assert matrix.shape == (len(tokenizer), 3)
    ids = tokenizer.encode("fine dull a").ids
    np.testing.assert_array_equal(
        matrix[ids], [[1, 2, 3], [-1, -2, -3], [0.5, 0, 0]]
    )
    assert not matrix[0].any()  # padding
    assert matrix[tokenizer.encode("film").ids].any()  # drawn


def test_the_seed_draws_the_words_not_found(tokenizer, file):
    first = start(tokenizer, word_vectors=file, seed=1)
    np.testing.assert_array_equal(
        start(tokenizer, word_vectors=file, seed=1), first
    )
    assert (start(tokenizer, word_vectors=file, seed=2) != first).any()


def test_coverage_is_told_on_stderr(tokenizer, file, capsys):
    start(tokenizer, word_vectors=file, verbose=True)
    captured = capsys.readouterr()
    # Of film, dull, fine and a one is missing, 10 of 40 tokens.
    assert "3 of 4 words (75.0 %), 30 of 40 tokens" in captured.err
    assert not captured.out
    start(tokenizer, word_vectors=file)
    assert not capsys.readouterr().err


def test_no_such_file(tokenizer):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        start(tokenizer, word_vectors="nowhere.txt")


def test_vectors_of_ones_own_texts(tokenizer, capsys):
    pytest.importorskip("gensim")
    matrix = start(
        tokenizer, pretrain_vectors=True, embedding_dim=5, verbose=True
    )
    assert matrix.shape == (len(tokenizer), 5)
    assert np.isfinite(matrix).all()
    assert "4 of 4 words (100.0 %)" in capsys.readouterr().err


def test_only_words_of_the_texts_given_are_learnt(tokenizer, capsys):
    pytest.importorskip("gensim")
    start(tokenizer, ["a fine day"] * 9, pretrain_vectors=True, verbose=True)
    assert "2 of 4 words (50.0 %)" in capsys.readouterr().err


def test_a_resumed_training_trains_no_vectors(tokenizer):
    def never():
        raise AssertionError("the texts are read")
        yield ""

    settings = {"pretrain_vectors": True}
    assert start(tokenizer, never(), resume=True, **settings) is None


def test_a_model_starts_from_the_file_and_keeps_frozen_rows(file):
    config = published(**SMALL, word_vectors=file, frozen_epochs=1, seed=1)
    predictor = fit_texts(config, TEXTS, LABELS).predictor
    matrix = predictor.model.get_layer("embedding").get_weights()[0]
    np.testing.assert_array_equal(
        matrix, start(predictor.tokenizer, word_vectors=file, seed=1)
    )


@pytest.mark.parametrize("pretrain_vectors", [True, False])
def test_unlabelled_texts_are_read_for_vectors_only(pretrain_vectors):
    pytest.importorskip("gensim")
    read = []

    def unlabelled():
        for n in range(30):
            read.append(n)
            yield "never seen before"

    config = published(
        **SMALL,
        pretrain_vectors=pretrain_vectors,
        embedding_dim=4,
        frozen_epochs=1,
        seed=1,
    )
    fitted = fit_texts(config, TEXTS, LABELS, unlabelled=unlabelled())
    assert read == (list(range(30)) if pretrain_vectors else [])
    # The vocabulary is that of the labelled texts.
    assert sorted(fitted.predictor.tokenizer.vocabulary[3:]) == [
        "a",
        "dull",
        "film",
        "fine",
    ]
