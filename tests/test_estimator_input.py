"""TextClassifier: wrong input is one line; every setting is explained."""

import inspect
import subprocess
import sys

import numpy as np
import pytest
from estimator_cases import SHORT
from estimator_cases import make

from han_attention import TextClassifier


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ("a fine film", ["a"], "put it in a list"),
        (None, ["a"], "Expected a list of texts"),
        (["fine", None], ["a", "b"], "strings.*None .*index 1"),
        (["fine", float("nan")], ["a", "b"], "strings.*nan .*index 1"),
        (["fine", 3], ["a", "b"], "strings.*3 .*index 1"),
        (["fine", "dull"], None, "Expected a list of labels"),
        (["fine", "dull"], "ab", "Expected a list of labels"),
        (["fine", "dull"], ["a", None], "Expected a label.*None"),
        (["fine", "dull"], ["a", float("nan")], "Expected a label.*nan"),
        (["fine", "dull"], [["a"], ["b"]], "`multi_label=True`"),
        (["fine", "dull"], np.eye(2), r"labels.*ndarray \(2, 2\)"),
    ],
)
def test_what_is_no_text_or_label(X, y, message):
    with pytest.raises(TypeError, match=message) as error:
        make().fit(X, y)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (["fine", "dull"], ["a"], "each of 2 texts. Received: 1 labels"),
        (["fine", "dull"], ["a", "a"], r"two different labels.*\['a'\]"),
        ([], [], "two different labels"),
        (["", " "], ["a", "b"], "hold no words"),
    ],
)
def test_nothing_to_learn(X, y, message):
    with pytest.raises(ValueError, match=message) as error:
        make().fit(X, y)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("labels", [["a", "b"], [1, 2], [["a"], None]])
def test_multi_label_needs_lists(labels):
    with pytest.raises(TypeError, match="Expected a list of labels for each"):
        make(multi_label=True).fit(["fine", "dull"], labels)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("architecture", "deep"),
        ("multi_label", "yes"),
        ("class_weight", "heavy"),
        ("unit", "letters"),
        ("vocabulary_size", 3),
        ("max_tokens", 0),
        ("truncation", "middle"),
        ("word_vectors", ""),
        ("pretrain_vectors", 1),
        ("frozen_epochs", -1),
        ("embedding_dim", 0),
        ("rnn_units", 2.5),
        ("num_layers", 0),
        ("cell", "rnn"),
        ("attention_units", "8"),
        ("num_heads", 0),
        ("normalizer", "max"),
        ("include_embedding", None),
        ("embedding_dropout", 1.0),
        ("dropout", -0.1),
        ("learning_rate", 0),
        ("learning_rate_schedule", "linear"),
        ("batch_size", 0),
        ("epochs", 0),
        ("patience", 0),
        ("validation_fraction", 1.0),
        ("seed", -1),
        ("verbose", "no"),
    ],
)
def test_settings_out_of_range_are_named_in_fit(name, value):
    wrong = TextClassifier(**{name: value})
    assert wrong.get_params()[name] == value
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        wrong.fit(SHORT, ["a", "b"] * 12)
    assert f"{name}={value!r}" in str(error.value)
    assert not hasattr(wrong, "predictor_")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sample_weight", "heavy"),
        ("sample_weight", 3),
        ("sample_weight", []),
        ("sample_weight", [1] * 23),
        ("sample_weight", [1] * 23 + [float("nan")]),
        ("sample_weight", [1] * 23 + [float("inf")]),
        ("sample_weight", [1] * 23 + [-1]),
        ("sample_weight", [1] * 23 + [None]),
        ("sample_weight", [1] * 23 + ["1"]),
        ("sample_weight", [0] * 24),
        ("sample_weight", np.ones((24, 2))),
        ("validation_data", SHORT),
        ("validation_data", (SHORT,)),
        ("validation_data", ("fine", ["good"])),
        ("validation_data", (["fine"], "good")),
        ("validation_data", (["fine"], ["good", "bad"])),
        ("validation_data", (["fine"], ["other"])),
        ("validation_data", (["fine"], [float("nan")])),
        ("validation_data", (["fine"], ["good"], [float("nan")])),
        ("validation_data", (["fine"], ["good"], [-1])),
        ("validation_data", ([None], ["good"])),
        ("validation_data", ([], [])),
        ("unlabelled", "a text"),
        ("unlabelled", 3),
        ("unlabelled", ["a text", 3]),
        ("tokenizer", "words"),
        ("callbacks", ["early"]),
        ("callbacks", 3),
        ("callbacks", None),
        ("run_dir", 3),
        ("resume", "yes"),
        ("optimizer", "other"),
        ("class_weight", {"other": 1}),
        ("class_weight", {"good": -1}),
        ("monitor", "accuracy"),
    ],
)
def test_arguments_that_cannot_be(name, value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings, options = {}, {name: value}
    if name in TextClassifier().get_params():
        settings, options = options, {}
    with pytest.raises((TypeError, ValueError), match=f"`{name}`") as error:
        make(**settings).fit(SHORT, ["good", "bad"] * 12, **options)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "use",
    [
        lambda c: c.predict(["fine"]),
        lambda c: c.predict_proba(["fine"]),
        lambda c: c.explain(["fine"]),
        lambda c: c.score(["fine"], ["a"]),
        lambda c: c.save("model"),
        lambda c: c.export("model.onnx"),
    ],
)
def test_not_trained_yet(use, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="not trained yet. Call `fit`"):
        use(TextClassifier())
    assert not list(tmp_path.iterdir())


def test_no_model_to_load(tmp_path):
    with pytest.raises(FileNotFoundError, match="No model: there is no folder"):
        TextClassifier.load(tmp_path / "nowhere")


def test_every_setting_is_explained_with_its_default():
    documented = inspect.getdoc(TextClassifier).split("Attributes:")[0]
    for name, setting in inspect.signature(TextClassifier).parameters.items():
        entry = documented.split(f"\n    {name}: ")
        assert len(entry) == 2, name
        default = setting.default
        if isinstance(default, str):
            default = f'"{default}"'
        elif isinstance(default, int) and not isinstance(default, bool):
            default = f"{default:,}"
        text = " ".join(entry[1].replace("`", "").split())
        assert text.split("Defaults to ")[1].startswith(str(default)), name


def test_presets():
    demo = TextClassifier.from_preset("demo", epochs=2)
    assert (demo.rnn_units, demo.learning_rate) == (4, 0.01)
    assert demo.epochs == 2
    with pytest.raises(ValueError, match="`preset`.*'imdb'.*'huge'"):
        TextClassifier.from_preset("huge")


def test_import_loads_no_keras():
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, han_attention.estimator as c; c.TextClassifier(); "
            "print([n for n in ('keras', 'tensorflow', 'sklearn', 'lime')"
            " if n in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert loaded == "[]"
