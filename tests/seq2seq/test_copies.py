"""What a model writes neither changes it nor travels with it."""

import copy
import pickle

import numpy as np
from layer_checks import assert_close
from layer_checks import to_numpy
from model_copies import check_copies
from model_copies import weight_names

from han_attention.seq2seq.model import AttentionSeq2Seq
from han_attention.seq2seq.translator import Translator
from han_attention.text.tokenizer import Tokenizer

SOURCE = np.array([[3, 4, 5, 0], [5, 2, 0, 0]])


def write(model):
    """Greedily as a graph; by a beam and by draws, each with its alignment."""
    model.generate(SOURCE, 4)
    model.run_eagerly = True
    for options in ({"beam_size": 2}, {"temperature": 1.0, "seed": 0}):
        model.generate(SOURCE, 4, **options, return_attention_scores=True)


def test_a_model_that_has_written_is_whole(tmp_path):
    model = AttentionSeq2Seq(6, 7, 4, 3, dropout=0.1)
    model.save(tmp_path / "before.keras")
    inputs = [SOURCE, SOURCE]
    before, layers = to_numpy(model(inputs)), len(model._flatten_layers())
    write(model)
    assert len(model._flatten_layers()) == layers
    check_copies(model, inputs, tmp_path / "after.keras")
    assert_close(model(inputs), before)
    assert weight_names(tmp_path / "after.keras") == (
        weight_names(tmp_path / "before.keras")
    )
    copied = copy.deepcopy(model)  # can write too
    copied.run_eagerly = model.run_eagerly = True
    again = [x.generate(SOURCE, 4).ids for x in (copied, model)]
    np.testing.assert_array_equal(*again)


def test_a_translator_that_has_written_is_whole(tmp_path):
    texts = ["one two three", "two one"]
    tokenizer = Tokenizer.train(texts)
    model = AttentionSeq2Seq(len(tokenizer), len(tokenizer), 4, 3)
    translator = Translator(model, tokenizer, tokenizer)
    model.run_eagerly = True
    options = {"max_length": 4, "beam_size": 2}
    expected = translator.translate(texts, **options)
    translator.translate_with_words(texts, return_attention_scores=True)
    translator.save(tmp_path / "translator")
    for again in (
        Translator.load(tmp_path / "translator"),
        pickle.loads(pickle.dumps(translator)),
        copy.deepcopy(translator),
    ):
        assert again.translate(texts, **options) == expected
