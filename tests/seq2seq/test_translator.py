"""Translator: texts in, texts out, a folder, on any backend."""

import keras
import numpy as np
import pytest

from han_attention import Tokenizer
from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import Translator
from han_attention.seq2seq import build_attention_seq2seq

NUMBERS = {"one": "eins", "two": "zwei", "three": "drei", "four": "vier"}


def make_pairs(count):
    random = np.random.default_rng(0)
    rows = [
        random.choice(list(NUMBERS), size=random.integers(1, 4))
        for _ in range(count)
    ]
    sources = [" ".join(row) for row in rows]
    targets = [" ".join(NUMBERS[word] for word in row) for row in rows]
    return sources, targets


def make_translator(start_token=False):
    sources, targets = make_pairs(50)
    source = Tokenizer.train(sources, start_token=start_token)
    target = Tokenizer.train(targets, start_token=start_token)
    model = build_attention_seq2seq(
        len(source), len(target), 16, 32, cell="gru", seed=1
    )
    model.run_eagerly = True
    return Translator(model, source, target)


@pytest.mark.parametrize("start_token", [False, True])
def test_pairs_as_fit_takes_them(start_token):
    translator = make_translator(start_token)
    (source, read), written = translator.encode_pairs(
        ["two", "one two"], ["zwei", "eins zwei"]
    )
    assert source.shape == (2, 2)
    assert read[:, 0].tolist() == [1, 1]
    zwei = written[0, 0]
    assert written[0].tolist() == [zwei, 1, 0]
    assert written[1, 1:].tolist() == [zwei, 1]
    with pytest.raises(ValueError, match="2 sources and 1 targets"):
        translator.encode_pairs(["one", "two"], ["eins"])


def test_learns_saves_and_loads(tmp_path):
    translator = make_translator()
    sources, targets = make_pairs(300)
    translator.model.compile(keras.optimizers.Adam(0.01), SequenceLoss())
    inputs, written = translator.encode_pairs(sources, targets)
    translator.model.fit(inputs, written, 32, epochs=12, verbose=0)
    translator.model.run_eagerly = True  # what is written, not the training
    assert translator.translate(sources[:20], max_length=6) == targets[:20]
    translator.save(tmp_path / "folder")
    translator.save(tmp_path / "folder")  # replaces its own
    loaded = Translator.load(tmp_path / "folder")
    loaded.model.run_eagerly = True
    [received] = loaded.translate_with_words(
        [sources[0].title()],
        max_length=6,
        beam_size=2,
        return_attention_scores=True,
    )
    assert received.text == targets[0]
    assert received.words == targets[0].split()
    assert received.source_words == sources[0].split()
    words = len(received.words)
    assert received.attention_scores.shape == (words, words)
    np.testing.assert_allclose(
        received.attention_scores.sum(axis=1), 1, atol=1e-5
    )
    assert received.score < 0


def test_characters_are_joined_without_spaces(tmp_path):
    tokenizer = Tokenizer.train(["a b"], unit="characters")
    model = build_attention_seq2seq(6, 6, 4, 4, seed=1)
    model.decoder.output_bias.assign([0, 0, 0, 9, 0, 0])
    Translator(model, tokenizer, tokenizer, "").save(tmp_path / "folder")
    loaded = Translator.load(tmp_path / "folder")
    loaded.model.run_eagerly = True
    first = tokenizer.vocabulary[3]
    assert loaded.translate(["b a"], max_length=3) == [first * 3]
    # An id of the model that is no word.
    loaded.model.decoder.output_bias.assign([0, 0, 0, 0, 0, 9])
    assert loaded.translate(["b a"], max_length=2) == ["[UNK]" * 2]


def test_odd_texts():
    translator = make_translator()
    assert translator.translate([]) == []
    assert len(translator.translate(["", "???", "\ud800"], max_length=3)) == 3
    with pytest.raises(TypeError, match="put it in a list"):
        translator.translate("one")


def test_wrong_folders(tmp_path):
    with pytest.raises(FileNotFoundError):
        Translator.load(tmp_path / "nowhere")
    translator = make_translator()
    translator.save(tmp_path / "folder")
    (tmp_path / "folder" / "target.json").write_text("{}")
    with pytest.raises(ValueError, match="damaged"):
        Translator.load(tmp_path / "folder")
    (tmp_path / "folder" / "config.json").write_text("[")
    with pytest.raises(ValueError, match="Not a translator"):
        Translator.load(tmp_path / "folder")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="mine.txt"):
        translator.save(tmp_path / "other")


def test_model_and_tokenizer_must_fit():
    translator = make_translator()
    small = build_attention_seq2seq(4, 20, 4, 4)
    with pytest.raises(ValueError, match="`source_tokenizer`.*4 ids"):
        Translator(
            small, translator.source_tokenizer, translator.target_tokenizer
        )
