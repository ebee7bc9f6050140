"""Vectors trained on texts: every id its row, near words near."""

import random
import subprocess
import sys

import numpy as np
import pytest

from han_attention.text.tokenizer import Tokenizer
from han_attention.text.vectors.word_vectors import train_word_vectors

pytest.importorskip("gensim")

# Two worlds of words that never meet: food and weather.
WORLDS = [
    "bread cheese soup apple butter honey".split(),
    "rain wind storm cloud snow frost".split(),
]


@pytest.fixture(scope="module")
def texts():
    rng = random.Random(0)
    return [" ".join(rng.choices(rng.choice(WORLDS), k=12)) for _ in range(900)]


def cosines(matrix):
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return unit @ unit.T


def test_words_that_stand_together_are_near(texts):
    tokenizer = Tokenizer.from_vocabulary([*WORLDS[0], *WORLDS[1], "absent"])
    # Words this frequent are thinned out: more epochs than usual.
    vectors = train_word_vectors(
        texts, tokenizer, dim=16, epochs=60, workers=1, verbose=False
    )
    assert vectors.matrix.shape == (16, 16)
    assert vectors.matrix.dtype == np.float32
    near = cosines(vectors.matrix[3:15])
    same = near[:6, :6][np.triu_indices(6, 1)].mean()
    apart = near[:6, 6:].mean()
    assert same > apart + 0.3
    assert vectors.found.tolist() == [False] * 3 + [True] * 12 + [False]
    assert (vectors.matrix[0] == 0).all()
    spread = vectors.matrix[vectors.found].std()
    assert 0.4 * spread < vectors.matrix[15].std() < 1.8 * spread


def test_unknown_and_start_ids_get_a_vector_if_they_occur(texts):
    tokenizer = Tokenizer.from_vocabulary(["bread", "rain"], start_token=True)
    vectors = train_word_vectors(texts[:50], tokenizer, dim=4, epochs=1)
    assert vectors.found.tolist() == [False, True, True, True, True]


@pytest.mark.parametrize("unit", ["words", "characters", "subwords"])
def test_every_unit(texts, unit):
    tokenizer = Tokenizer.train(texts, unit=unit)
    vectors = train_word_vectors(texts[:100], tokenizer, dim=4, epochs=1)
    occurring = np.concatenate(tokenizer.encode_ids(texts[:100]))
    np.testing.assert_array_equal(
        np.flatnonzero(vectors.found), np.unique(occurring)
    )
    assert np.isfinite(vectors.matrix).all()


def test_one_worker_with_a_seed_repeats(texts):
    tokenizer = Tokenizer.train(texts)
    first, same, other, free = (
        train_word_vectors(
            texts[:200], tokenizer, dim=8, epochs=2, seed=seed, workers=1
        ).matrix
        for seed in (3, 3, 4, None)
    )
    np.testing.assert_array_equal(first, same)
    assert (first[3:] != other[3:]).any()
    assert (first[3:] != free[3:]).any()


def test_one_worker_with_a_seed_repeats_in_another_process(tmp_path):
    program = (
        "import sys\n"
        "import numpy as np\n"
        "from han_attention.text.vectors.word_vectors import "
        "train_word_vectors\n"
        "from han_attention.text.tokenizer import Tokenizer\n"
        "texts = ['a fine film', 'a dull film'] * 200\n"
        "vectors = train_word_vectors(\n"
        "    texts, Tokenizer.train(texts), dim=8, workers=1)\n"
        "np.save(sys.argv[1], vectors.matrix)\n"
    )
    for name in ("1.npy", "2.npy"):  # hash seeds differ
        command = [sys.executable, "-c", program, tmp_path / name]
        done = subprocess.run(command, check=True, capture_output=True)
        assert done.stderr == b""  # no terminal, no bar
    first, second = (np.load(tmp_path / f"{n}.npy") for n in (1, 2))
    np.testing.assert_array_equal(first, second)


def test_texts_longer_than_gensim_takes(texts):
    # The first 10,000 tokens hold one world, what follows the other.
    food, weather = (" ".join(world * 3_000) for world in WORLDS)
    tokenizer = Tokenizer.train(texts)
    vectors = train_word_vectors([f"{food} {weather}"], tokenizer, dim=4)
    assert vectors.found[3:].all()


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_more_workers_than_texts(workers):
    tokenizer = Tokenizer.train(["a fine film"])
    vectors = train_word_vectors(
        ["a fine film"], tokenizer, dim=3, workers=workers
    )
    assert vectors.found[3:].all()
    assert np.isfinite(vectors.matrix).all()


@pytest.mark.parametrize("texts", [[], [""], ["", " \n"]])
def test_texts_without_words_are_refused(texts):
    with pytest.raises(ValueError, match="texts hold no words"):
        train_word_vectors(texts, Tokenizer.train(["a"]))


@pytest.mark.parametrize(
    "name", ["dim", "epochs", "window", "negative", "workers"]
)
@pytest.mark.parametrize("value", [0, -1, 2.5])
def test_numbers_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"`{name}`.*positive integer"):
        train_word_vectors(["a"], Tokenizer.train(["a"]), **{name: value})


def test_without_gensim_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ImportError, match=r"pip install .han-attention\["):
        train_word_vectors(["a"], Tokenizer.train(["a"]))
