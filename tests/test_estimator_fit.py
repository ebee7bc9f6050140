"""What `fit` can be given beside texts and labels, and going on with it."""

import keras
import numpy as np
import pytest

from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention import Tokenizer
from han_attention.data.split import balanced_class_weights

SMALL = {
    "rnn_units": 4,
    "embedding_dim": 6,
    "attention_units": 3,
    "learning_rate": 0.02,
    "dropout": 0.0,
    "embedding_dropout": 0.0,
    "validation_fraction": 0.0,
    "ngram_range": None,  # the losses are those of the attention alone
    "batch_size": 32,
    "seed": 1,
    "verbose": False,
    "epochs": 1,
}
TEXTS = ["a fine film", "a dull film", "fine", "dull and long"] * 6
LABELS = ["good", "bad"] * 12
VALIDATION = (
    ["fine and fine", "a dull day", "fine dull"],
    ["good", "bad", "bad"],
)


def make(**settings):
    return TextClassifier(**SMALL | settings)


def losses(fitted):
    return [epoch["loss"] for epoch in fitted.history_]


def cross_entropy(fitted, texts, labels, weights=None):
    """-sum(w log p) / N, from the probabilities."""
    classes = fitted.classes_.tolist()
    rows = fitted.predict_proba(texts)
    right = [row[classes.index(y)] for row, y in zip(rows, labels, strict=True)]
    return -np.mean(np.log(right) * (1 if weights is None else weights))


# --- Validation texts of one's own. ---


@pytest.mark.parametrize("weights", [None, [2.0, 0.0, 0.5]])
def test_validation_data_decide_the_best_epoch(weights):
    given = (*VALIDATION, weights) if weights else VALIDATION
    seen = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(look.model.get_weights())
    )
    fitted = make(
        epochs=4, patience=4, monitor="val_loss", validation_fraction=0.3
    ).fit(TEXTS, LABELS, validation_data=given, callbacks=[look])
    val_losses = [epoch["val_loss"] for epoch in fitted.history_]
    best = np.argmin(val_losses)
    # It ends with the weights of that epoch, but that its logits are scaled.
    model = fitted.predictor_.model
    *others, kernel, bias = model.get_weights()
    for a, b in zip(others, seen[best], strict=False):
        np.testing.assert_array_equal(a, b)
    scale = bias / seen[best][-1]
    np.testing.assert_allclose(kernel, scale * seen[best][-2], rtol=1e-4)
    scaled = cross_entropy(fitted, *VALIDATION, weights)
    assert scaled <= val_losses[best] + 1e-6
    model.set_weights(seen[best])
    received = cross_entropy(fitted, *VALIDATION, weights)
    np.testing.assert_allclose(received, val_losses[best], rtol=1e-4)
    # Nothing is held out: the loss is that of all texts.
    plain = make(epochs=4).fit(TEXTS, LABELS)
    assert losses(fitted)[: len(losses(plain))] == losses(plain)
    assert "val_loss" not in plain.history_[0]


def test_validation_data_of_a_stream(tmp_path):
    rows = zip(TEXTS, LABELS, strict=True)
    lines = [f"{text},{label}" for text, label in rows]
    (tmp_path / "a.csv").write_text("\n".join(["text,label", *lines]))
    lines = [f"{a},{b}" for a, b in zip(*VALIDATION, strict=True)]
    (tmp_path / "b.csv").write_text("\n".join(["text,label", *lines]))
    files = TextFiles(tmp_path / "a.csv")
    one = make().fit_files(files, validation_data=VALIDATION)
    other = make().fit_files(
        files, validation_data=TextFiles(tmp_path / "b.csv")
    )
    assert one.history_[0]["val_loss"] == other.history_[0]["val_loss"]
    received = cross_entropy(one, *VALIDATION)
    np.testing.assert_allclose(received, one.history_[0]["val_loss"], rtol=1e-4)


# --- Weights. ---


def test_texts_of_weight_0_are_as_if_left_out():
    """Whatever their labels say; the loss is a mean over all texts."""
    weights = np.repeat([1, 0], 12)
    wrong = [*LABELS[:12], *LABELS[:11:-1]]
    sgd = {"optimizer": keras.optimizers.SGD(0.5), "epochs": 3}
    tokenizer = Tokenizer.train(TEXTS)

    def train(texts, labels, **options):
        rate = 0.25 if len(texts) == 12 else 0.5  # of half as large a loss
        sgd["optimizer"] = keras.optimizers.SGD(rate)
        return make(**sgd).fit(texts, labels, tokenizer=tokenizer, **options)

    without = train(TEXTS[:12], LABELS[:12])
    for labels in (LABELS, wrong):
        weighted = train(TEXTS, labels, sample_weight=weights)
        np.testing.assert_allclose(
            np.multiply(losses(weighted), 2), losses(without), rtol=1e-4
        )
    assert abs(losses(train(TEXTS, wrong))[2] - losses(without)[2]) > 1e-3


@pytest.mark.parametrize("class_weight", ["balanced", {"good": 3}])
def test_weights_of_texts_multiply_those_of_classes(class_weight):
    """At a rate near 0, by hand."""
    labels = ["good"] * 6 + ["bad"] * 18
    own = np.linspace(0, 2, 24)
    fitted = make(class_weight=class_weight, learning_rate=1e-9).fit(
        TEXTS, labels, own
    )
    if class_weight == "balanced":
        of_class = balanced_class_weights([1] * 6 + [0] * 18)
    else:
        of_class = np.repeat([3, 1], [6, 18])
    expected = cross_entropy(fitted, TEXTS, labels, own * of_class)
    np.testing.assert_allclose(losses(fitted), [expected], rtol=1e-4)


@pytest.mark.filterwarnings("ignore:.*also training texts")
def test_with_class_weights_classes_decide_alike():
    """A rare class: accuracy would keep the epoch that never answers it."""
    validation = ["fine"] * 9 + ["dull"], ["good"] * 9 + ["bad"]
    fitted = make(class_weight={"bad": 2}, epochs=3, patience=3).fit(
        TEXTS, LABELS, validation_data=validation
    )
    scores = [epoch["val_balanced_accuracy"] for epoch in fitted.history_]
    predicted = fitted.predict(validation[0])
    recalls = [
        np.mean(predicted[np.array(validation[1]) == name] == name)
        for name in ("good", "bad")
    ]
    np.testing.assert_allclose(np.mean(recalls), max(scores), rtol=1e-6)


# --- Several labels. ---


@pytest.mark.filterwarnings("ignore:.*also training texts")
def test_accuracy_of_several_labels_is_of_exact_sets():
    labels = [["fine"], ["dull", "film"], [], ["dull"]] * 6
    fitted = make(multi_label=True, epochs=2, patience=2).fit(
        TEXTS, labels, validation_data=(TEXTS[:4], labels[:4])
    )
    best = max(
        fitted.history_, key=lambda e: (e["val_accuracy"], -e["val_loss"])
    )
    classes = fitted.classes_.tolist()
    truth = np.array([[name in row for name in classes] for row in labels[:4]])
    answers = fitted.predict_proba(TEXTS[:4]) > 0.5
    exact = (answers == truth).all(axis=1).mean()
    np.testing.assert_allclose(best["val_accuracy"], exact, rtol=1e-6)
    assert fitted.score(TEXTS[:4], labels[:4]) == exact
    np.testing.assert_allclose(
        best["val_binary_accuracy"], (answers == truth).mean(), rtol=1e-6
    )


# --- Optimizers. ---


def test_an_optimizer_of_ones_own_stays_as_it_is(tmp_path):
    given = keras.optimizers.SGD(1e-9)
    fitted = make(optimizer=given, learning_rate=10.0).fit(TEXTS, LABELS)
    assert fitted.optimizer is given
    assert not given.built
    np.testing.assert_allclose(
        losses(fitted), [cross_entropy(fitted, TEXTS, LABELS)], rtol=1e-4
    )
    fitted.save(tmp_path / "m")
    loaded = TextClassifier.load(tmp_path / "m")
    assert loaded.optimizer["class_name"] == "SGD"
    again = loaded.fit(TEXTS, LABELS)
    assert losses(again) == losses(fitted)


# --- A tokenizer of one's own. ---


def test_a_tokenizer_gives_the_ids():
    tokenizer = Tokenizer.train(["fine words of another text"])
    fitted = make().fit(TEXTS, LABELS, tokenizer=tokenizer)
    assert fitted.predictor_.tokenizer.vocabulary == tokenizer.vocabulary
    vectors = fitted.predictor_.model.get_layer("embedding").get_weights()[0]
    assert len(vectors) == len(tokenizer)


# --- Going on. ---


@pytest.fixture(scope="module")
def started():
    return make(epochs=6, learning_rate=0.05).fit(TEXTS, LABELS)


def continued(started, **settings):
    """A classifier that goes on where another one is."""
    copy = make(warm_start=True, **settings)
    copy.predictor_, copy.classes_ = started.predictor_, started.classes_
    return copy


def test_fit_goes_on_with_warm_start_only(started, tmp_path):
    weights = started.predictor_.model.get_weights()
    more = [text.replace("film", "unknown") for text in TEXTS]
    further = continued(started).fit(more, LABELS)
    start = cross_entropy(started, more, LABELS)
    np.testing.assert_allclose(losses(further)[0], start, rtol=1e-4)
    assert start < 0.8 * losses(make().fit(more, LABELS))[0]
    assert further.predictor_.model is not started.predictor_.model
    assert further.predictor_.preprocessor is started.predictor_.preprocessor
    # What was given is as it was.
    for a, b in zip(
        started.predictor_.model.get_weights(), weights, strict=True
    ):
        np.testing.assert_array_equal(a, b)
    # A loaded one goes on too.
    started.save(tmp_path / "m")
    loaded = TextClassifier.load(tmp_path / "m")
    loaded.set_params(warm_start=True, epochs=1, learning_rate=0.02)
    assert losses(loaded.fit(more, LABELS)) == losses(further)


def test_one_class_alone_is_enough_to_go_on_with(started):
    further = continued(started).fit(["fine"] * 4, ["good"] * 4)
    assert further.classes_.tolist() == ["bad", "good"]


class Crash(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("labels", "settings", "options", "error", "message"),
    [
        (["new", "bad"], {}, {}, ValueError, "Unknown label 'new'.*'good'"),
        ([["bad"]] * 2, {"multi_label": True}, {}, ValueError, "`multi_label`"),
        (
            ["good", "bad"],
            {},
            {"tokenizer": Tokenizer.train(["a"])},
            ValueError,
            "`tokenizer`.*`warm_start`",
        ),
        (
            ["good", "bad"],
            {},
            {"callbacks": [Crash()]},
            KeyboardInterrupt,
            None,
        ),
    ],
)
def test_what_ends_in_an_error_leaves_the_model(
    labels, settings, options, error, message, started
):
    classifier = continued(started, **settings)
    weights = started.predictor_.model.get_weights()
    with pytest.raises(error, match=message):
        classifier.fit(["fine", "dull"], labels, **options)
    assert classifier.predictor_ is started.predictor_
    for a, b in zip(
        started.predictor_.model.get_weights(), weights, strict=True
    ):
        np.testing.assert_array_equal(a, b)
