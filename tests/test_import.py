"""What importing the package costs and does, in fresh processes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cpu_time import cpu_time

import han_attention
from han_attention import build_classifier

ROOT = Path(__file__).parents[1]
HEAVY = ("keras", "tensorflow", "jax", "torch", "numpy", "tokenizers")


def run(code, **options):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        **options,
    ).stdout.strip()


def fastest(command, runs=3):
    """CPU seconds of the fastest run."""
    times = []
    for _ in range(runs):
        with cpu_time() as spent:
            subprocess.run(command, capture_output=True, check=True)
        times.append(spent.seconds)
    return min(times)


def test_import_loads_nothing_heavy():
    loaded = run(
        "import sys, han_attention; han_attention.__version__; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert loaded == "[]"


def test_import_is_light():
    bare = fastest([sys.executable, "-c", "pass"])
    full = fastest([sys.executable, "-c", "import han_attention"])
    assert full - bare < 0.3


def test_help_is_fast():
    script = str(ROOT / "train_imdb.py")
    assert fastest([sys.executable, script, "--help"]) < 0.5


@pytest.mark.parametrize(
    "imports",
    [
        "import han_attention, keras",
        "import keras, han_attention",
        "from keras import models; import keras, han_attention",
        "import han_attention.ops, keras",
    ],
)
def test_load_model_finds_the_layers(imports, tmp_path):
    model = build_classifier(20, embedding_dim=4, rnn_units=3)
    model.save(tmp_path / "model.keras")
    received = run(
        f"{imports}\n"
        "import numpy\n"
        "model = keras.models.load_model('model.keras')\n"
        "ids = numpy.array([[3, 4, 0]])\n"
        "print(float(model.predict_on_batch(ids)[0, 0]))",
        cwd=tmp_path,
    )
    expected = model.predict_on_batch(np.array([[3, 4, 0]]))[0, 0]
    np.testing.assert_allclose(float(received), expected, atol=1e-6)


def test_every_public_name_is_there():
    assert len(han_attention.__all__) > 10
    for name in han_attention.__all__:
        assert getattr(han_attention, name) is not None
        assert name in dir(han_attention)


def test_unknown_name():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = han_attention.nonsense
