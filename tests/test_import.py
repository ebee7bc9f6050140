"""What importing the package costs and does, in fresh processes."""

import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from cpu_time import cpu_time

import han_attention
from han_attention import build_classifier

ROOT = Path(__file__).parents[1]
HEAVY = ("keras", "tensorflow", "jax", "torch", "matplotlib", "sklearn")
# Those that can be imported, and their names looked up, without Keras.
LIGHT_FACES = ("data", "evaluation", "explain", "export", "inference", "text")
FACES = (*LIGHT_FACES, "layers", "models", "seq2seq")
# Every name that was at the top before the sub-packages had faces.
TOP_OF_0_1 = (ROOT / "tests" / "names_of_0_1.txt").read_text().split()


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
        "import sys, han_attention; han_attention.__version__\n"
        f"heavy = {(*HEAVY, 'numpy', 'tokenizers')}\n"
        "print([name for name in heavy if name in sys.modules])\n"
        f"for face in {LIGHT_FACES}: getattr(han_attention, face).__all__\n"
        "han_attention.seq2seq.__all__\n"
        "han_attention.Explanation, han_attention.text.Tokenizer\n"
        "han_attention.data.load_csv, han_attention.OnnxPredictor\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert loaded.splitlines() == ["[]", "[]"]


def test_import_is_light():
    bare = fastest([sys.executable, "-c", "pass"])
    full = fastest([sys.executable, "-c", "import han_attention"])
    assert full - bare < 0.1


@pytest.mark.slow  # by the clock: a slow machine takes 0.7 s for the same
def test_help_is_fast():
    script = str(ROOT / "train_imdb.py")
    assert fastest([sys.executable, script, "--help"]) < 0.5


@pytest.mark.parametrize(
    "program", [[str(ROOT / "train_imdb.py")], ["-m", "han_attention"]]
)
def test_help_loads_nothing_heavy(program):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *program, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stderr.splitlines()
    loaded = {line.rpartition("|")[2].strip() for line in lines}
    assert "han_attention.settings" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "imports",
    [
        "import han_attention, keras",
        "import keras, han_attention",
        *(
            pytest.param(imports, marks=pytest.mark.slow)
            for imports in (
                "from keras import models; import keras, han_attention",
                "import han_attention.ops, keras",
                "import han_attention, importlib.util; "
                "importlib.util.find_spec('keras'); import keras",
            )
        ),
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
        "print(float(model(ids)[0, 0]))",
        cwd=tmp_path,
    )
    expected = float(model(np.array([[3, 4, 0]]))[0, 0])
    np.testing.assert_allclose(float(received), expected, atol=1e-6)


@pytest.mark.parametrize("face", ["", *FACES])
def test_every_public_name_is_there(face):
    package = getattr(han_attention, face) if face else han_attention
    files = {module.name for module in pkgutil.iter_modules(package.__path__)}
    for name in package.__all__:
        value = getattr(package, name)
        assert value is not None
        assert name in dir(package)
        # A file of that name would take its place once it is imported.
        assert not face or name not in files


def test_the_top_is_small():
    modules = [n for n in han_attention.__all__ if n in FACES]
    assert set(modules) == set(FACES)
    assert 15 < len(han_attention.__all__) - len(modules) < 25


def test_every_name_of_0_1_is_still_known():
    for name in TOP_OF_0_1:
        value = getattr(han_attention, name)
        assert value is not None and not isinstance(value, ModuleType)


@pytest.mark.parametrize("package", [han_attention, han_attention.text])
def test_unknown_name(package):
    with pytest.raises(AttributeError, match="han_attention.*nonsense"):
        _ = package.nonsense
    with pytest.raises(ImportError, match="nonsense"):
        exec(f"from {package.__name__} import nonsense")
