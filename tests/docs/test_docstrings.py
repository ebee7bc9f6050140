"""Examples and defaults in docstrings."""

import doctest
import importlib
import inspect
import pkgutil
import re

import keras
import pytest
from docs_cases import UNTRACED
from docs_cases import make_quicker

import han_attention

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(
        han_attention.__path__, "han_attention."
    )
    # Of another backend, which may not be installed.
    if not module.name.endswith(("._jax", "._torch"))
)
FACES = [importlib.import_module(name) for name in MODULES if "." in name]
# Every public name, of the top and of the faces of the sub-packages.
PUBLIC = sorted(
    {
        (name, value)
        for face in (han_attention, *FACES)
        if hasattr(face, "__path__")
        for name, value in (
            (name, getattr(face, name)) for name in getattr(face, "__all__", ())
        )
        if callable(value)
    },
    key=lambda pair: pair[0],
)
# Without an example: what a user is given, and never makes.
PLAIN_DATA = """DocumentSentence EncodedDocuments EncodedTexts Encoding
    Explanation Generated SentenceWeight TextDataset TextPredictor
    TrainResult Translation WordVectors WordWeight""".split()


@pytest.fixture
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def _small_predictor():
    tokenizer = han_attention.Tokenizer.train(["A fine film."])
    model = han_attention.build_classifier(len(tokenizer), cell="none")
    return importlib.import_module("han_attention.inference.keras").Predictor(
        model, tokenizer, ["bad", "good"]
    )


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name, in_empty_folder):
    module = importlib.import_module(name)
    given = {}
    if "predictor" in inspect.getsource(module):
        given["predictor"] = _small_predictor()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in doctest.DocTestFinder().find(module, extraglobs=given):
        for example in test.examples:
            example.source = make_quicker(example.source, UNTRACED)
        runner.run(test)
    assert runner.summarize().failed == 0


def get_parameters(value):
    """Of a class those of its `__init__`: Python 3.11.2 says of layers that
    inherit it what Keras' `Layer.__new__` takes."""
    if not inspect.isclass(value):
        return inspect.signature(value).parameters
    parameters = dict(inspect.signature(value.__init__).parameters)
    parameters.pop("self", None)
    return parameters


@pytest.mark.parametrize(("name", "value"), PUBLIC)
def test_public_names_are_documented_with_an_example(name, value):
    documentation = inspect.getdoc(value)
    assert documentation
    if name not in PLAIN_DATA:
        assert ">>> " in documentation


@pytest.mark.parametrize(("name", "value"), PUBLIC)
def test_documented_defaults_are_the_defaults(name, value):
    """Each "Defaults to x" in `Args` stands in the signature."""
    documentation = inspect.getdoc(value)
    parameters = get_parameters(value)
    entries = re.findall(
        r"^    (\w+): (.*?)(?=^    [\w*]+: |^\S|\Z)",
        documentation.partition("Args:\n")[2].partition("\n\n")[0],
        flags=re.M | re.S,
    )
    for argument, text in entries:
        default = parameters[argument].default
        match = re.search(
            r"Defaults\s+to\s+(`[^`]+`|[^:\s]+?)[.:]?(\s|$)", text
        )
        if match is None:
            assert default is inspect.Parameter.empty, argument
            continue
        written = match[1].strip("`").replace(",", "")
        expected = str(default).replace(",", "")  # of a pair, too
        assert written in (expected, f'"{expected}"'), argument


def test_every_argument_of_a_layer_is_documented():
    for name, value in PUBLIC:
        if inspect.isclass(value) and issubclass(value, keras.layers.Layer):
            for argument in get_parameters(value):
                if argument != "kwargs":
                    assert f"\n    {argument}: " in inspect.getdoc(value), name
