"""Predictor: from strings to classes, saved and loaded."""

import json
import shutil

import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import without_tracing

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention.inference.base import probabilities
from han_attention.inference.keras import Predictor

TEXTS = ["a fine film", "dull", "", "a dull film and a fine day", "xyz"]

# Two of the texts have no known word.
pytestmark = pytest.mark.filterwarnings(r"ignore:\d of \d texts have no word")


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.train(TEXTS[:4])


@pytest.fixture(scope="module")
def predictor(tokenizer):
    model = build_classifier(
        len(tokenizer),
        embedding_dim=6,
        rnn_units=5,
        attention_units=4,
        logits_initializer="ones",
    )
    return Predictor(
        model, TextPreprocessor(tokenizer, max_tokens=5), ["bad", "good"]
    )


@pytest.fixture(scope="module")
def saved(predictor, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    predictor.save(folder)
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    """A saved model that may be damaged."""
    return shutil.copytree(saved, tmp_path / "model")


def test_probabilities_worked_numbers():
    # sigmoid(log 3) = 0.75
    np.testing.assert_allclose(
        probabilities(np.array([[np.log(3)], [0.0], [1000.0], [-1000.0]])),
        [[0.25, 0.75], [0.5, 0.5], [0, 1], [1, 0]],
        atol=1e-7,
    )
    np.testing.assert_allclose(
        probabilities(np.log([[1.0, 2.0, 5.0]])),
        [[0.125, 0.25, 0.625]],
        atol=1e-7,
    )


def test_order_and_numbers_are_those_of_each_text_alone(predictor):
    together = predictor.predict_proba(TEXTS, batch_size=2)
    assert together.shape == (5, 2)
    for n, text in enumerate(TEXTS):
        np.testing.assert_allclose(
            together[n], predictor.predict_proba([text])[0], atol=1e-6
        )
    names = [["bad", "good"][n] for n in together.argmax(axis=-1)]
    # An empty text has probabilities, but no label.
    expected = [
        name if text.strip() else None
        for name, text in zip(names, TEXTS, strict=True)
    ]
    assert predictor.predict(TEXTS) == expected


def test_numbers_are_those_of_the_model(predictor):
    ids = predictor.encode([TEXTS[0]]).padded()
    logit = float(to_numpy(predictor.model(ids))[0, 0])
    np.testing.assert_allclose(
        predictor.predict_proba([TEXTS[0]])[0, 1],
        1 / (1 + np.exp(-logit)),
        atol=1e-6,
    )


def test_words_beyond_max_tokens_do_not_count(predictor):
    cut = predictor.predict_proba(["a dull film and a", TEXTS[3]])
    np.testing.assert_allclose(cut[0], cut[1], atol=1e-6)


@pytest.mark.filterwarnings("error::UserWarning")
def test_texts_of_unknown_words_are_counted_in_one_warning(predictor):
    with pytest.warns(UserWarning, match="2 of 5 texts have no word") as seen:
        predictor.predict_proba(TEXTS)
    # PyTorch and NumPy have warnings of their own.
    assert [warning.category for warning in seen].count(UserWarning) == 1
    predictor.predict_proba(["fine", "xyz film"])  # one known word is enough


def test_several_labels_at_once(tokenizer):
    model = build_classifier(
        len(tokenizer), num_classes=3, multi_label=True, rnn_units=4
    )
    predictor = Predictor(
        without_tracing(model), tokenizer, [1, "b", 2.5], multi_label=True
    )
    predicted = predictor.predict_proba(TEXTS)
    logits = to_numpy(model(predictor.encode(TEXTS).padded()))
    np.testing.assert_allclose(predicted, 1 / (1 + np.exp(-logits)), atol=1e-6)
    assert predictor.decode_predictions(
        np.array([[0.5, 0.4, 0.9], [0.1, 0.2, 0.3]])
    ) == [[1, 2.5], []]
    assert len(predictor.predict(TEXTS)) == 5


def test_a_stream_of_texts_keeps_its_order(predictor):
    texts = [f"a fine film {n}" for n in range(5_000)]
    stream = predictor.predict_stream(iter(texts))
    first_text, first = next(stream)
    assert first_text == texts[0]
    np.testing.assert_allclose(
        first, predictor.predict_proba(texts[:1])[0], atol=1e-6
    )
    assert [text for text, _ in stream] == texts[1:]


def test_no_texts(predictor):
    assert predictor.predict_proba([]).shape == (0, 2)
    assert predictor.predict([]) == []


def test_three_classes(tokenizer):
    model = build_classifier(len(tokenizer), num_classes=3, rnn_units=4)
    predictor = Predictor(without_tracing(model), tokenizer, ["x", "y", "z"])
    predicted = predictor.predict_proba(TEXTS)
    assert predicted.shape == (5, 3)
    np.testing.assert_allclose(predicted.sum(axis=-1), 1, atol=1e-6)


def test_save_and_load(predictor, tmp_path):
    predictor.save(tmp_path / "model")
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "config.json",
        "model.keras",
        "model_card.md",
        "tokenizer.json",
    ]
    loaded = Predictor.load(tmp_path / "model")
    assert loaded.class_names == ("bad", "good")
    assert loaded.preprocessor == predictor.preprocessor
    np.testing.assert_allclose(
        loaded.predict_proba(TEXTS), predictor.predict_proba(TEXTS), atol=1e-6
    )


def test_save_replaces_the_model_before_and_nothing_else(predictor, tmp_path):
    predictor.save(tmp_path / "model")
    predictor.save(tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    (tmp_path / "model" / "notes.txt").write_text("mine")
    for folder in (tmp_path / "model", tmp_path):
        with pytest.raises(FileExistsError, match="and is not overwritten"):
            predictor.save(folder)
    assert (tmp_path / "model" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["config.json", "model.keras", "tokenizer.json"]
)
def test_missing_file(name, folder):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=name):
        Predictor.load(folder)


def test_no_model(tmp_path):
    with pytest.raises(FileNotFoundError, match="No model"):
        Predictor.load(tmp_path / "model")


def test_model_of_a_newer_version(folder):
    path = folder / "config.json"
    config = json.loads(path.read_text()) | {"format_version": 99}
    path.write_text(json.dumps(config))
    with pytest.raises(ValueError, match="newer. Upgrade"):
        Predictor.load(folder)


@pytest.mark.parametrize("name", ["model.keras", "tokenizer.json"])
def test_altered_file(name, folder):
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ValueError, match=f"Altered model: .*{name}"):
        Predictor.load(folder)


def test_damaged_config(folder):
    (folder / "config.json").write_text("{")
    with pytest.raises(ValueError, match="Damaged model"):
        Predictor.load(folder)


def test_one_text_instead_of_a_list(predictor):
    with pytest.raises(TypeError, match="put it in a list"):
        predictor.predict("a fine film")


def test_class_names_that_do_not_fit(predictor, tokenizer):
    with pytest.raises(ValueError, match="`class_names`"):
        Predictor(predictor.model, tokenizer, ["a", "b", "c"])


def test_ids_outside_the_vocabulary(predictor):
    with pytest.raises(ValueError, match="Received: 3 to 999"):
        predictor.run_with_attention(np.array([[3, 4], [999, 5]]))
