"""What was saved here, loaded in a process on each other backend."""

import importlib.util
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import TEXTS
from predictor_cases import make_flat

from han_attention import TextClassifier
from han_attention import build_classifier
from han_attention.inference.base import probabilities

IDS = np.array([[3, 9, 4, 12, 5], [7, 2, 0, 0, 0], [0, 0, 0, 0, 0]])
CODE = """
import json
import os
import keras
import numpy as np
from han_attention import TextClassifier

model = keras.models.load_model("model.keras")
folder = f"from_{keras.backend.backend()}"
os.mkdir(folder)
np.save(f"{folder}/logits.npy", model.predict_on_batch(np.load("ids.npy")))
classifier = TextClassifier.load("classifier")
texts = json.load(open("texts.json"))
np.save(f"{folder}/probabilities.npy", classifier.predict_proba(texts))
classifier.export(f"{folder}/export", "saved_model")
print(keras.backend.backend())
"""


def find_other_backends():
    names = {"tensorflow", "jax", "torch"} - {keras.backend.backend()}
    return [n for n in sorted(names) if importlib.util.find_spec(n)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model and a classifier, and the folder with both and their inputs."""
    folder = tmp_path_factory.mktemp("saved")
    sizes = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}
    model = build_classifier(20, **sizes, num_layers=2)
    model.save(folder / "model.keras")
    np.save(folder / "ids.npy", IDS)
    predictor = make_flat(normalizer="sparsemax")
    predictor.model.compile("adam", "binary_crossentropy")  # as if trained
    classifier = TextClassifier(normalizer="sparsemax")._set(predictor, [])
    classifier.save(folder / "classifier")
    (folder / "texts.json").write_text(json.dumps(TEXTS))
    return SimpleNamespace(folder=folder, model=model, classifier=classifier)


@pytest.fixture(scope="module")
def started(saved):
    """A process on each backend, all at once."""
    return {
        name: subprocess.Popen(
            [sys.executable, "-c", CODE],
            cwd=saved.folder,
            env=os.environ | {"KERAS_BACKEND": name},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in find_other_backends()
    }


@pytest.fixture(scope="module", params=find_other_backends())
def loaded(request, saved, started):
    """The logits and the probabilities that a backend computes."""
    output, errors = started[request.param].communicate()
    assert output.splitlines()[-1:] == [request.param], errors
    folder = saved.folder / f"from_{request.param}"
    names = "logits", "probabilities"
    return SimpleNamespace(
        **{name: np.load(folder / f"{name}.npy") for name in names},
        exported=folder / "export" / "saved_model",
    )


def test_equal_weights_give_equal_numbers_on_every_backend(saved, loaded):
    expected = to_numpy(saved.model(IDS))
    np.testing.assert_allclose(loaded.logits, expected, atol=1e-6)


def test_a_classifier_loads_on_every_backend(saved, loaded):
    expected = saved.classifier.predict_proba(TEXTS)
    np.testing.assert_allclose(loaded.probabilities, expected, atol=1e-5)


def test_what_a_backend_exports_is_read_by_tensorflow(saved, loaded):
    tensorflow = pytest.importorskip("tensorflow")
    predictor = saved.classifier.predictor_
    ids = predictor.preprocessor(TEXTS)
    model = tensorflow.saved_model.load(str(loaded.exported))
    received = model.signatures["serving_default"](tensorflow.constant(ids))
    np.testing.assert_allclose(
        probabilities(received["output_0"].numpy()),
        saved.classifier.predict_proba(TEXTS),
        atol=1e-5,
    )
