"""What the graph says of the words, against Keras; and in int8."""

import numpy as np
import onnxruntime
import pytest
from export_cases import make_batches
from export_cases import make_document_batches
from export_cases import make_document_model
from export_cases import make_model
from onnxruntime.quantization import CalibrationDataReader
from onnxruntime.quantization import quantize_static

from han_attention.export.onnx import to_onnx
from han_attention.export.onnx import write
from han_attention.models.contribution import ContributionModel

NGRAMS = {"ngram_range": (1, 3), "num_ngram_buckets": 101}


def read(model, ids):
    """All outputs of the graph by their names."""
    session = onnxruntime.InferenceSession(
        to_onnx(model).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"ids": ids}), strict=True))


def count_occurrences(buckets):
    """How often the number at each place occurs in its row."""
    flat = buckets.reshape(len(buckets), -1)
    counts = [(row[:, None] == row).sum(axis=1) for row in flat]
    return np.reshape(counts, buckets.shape)


@pytest.mark.parametrize(
    ("make", "ids", "options"),
    [
        (make_model, make_batches()[0], {}),
        (make_model, make_batches()[0], {"num_heads": 3, "num_classes": 4}),
        (make_model, make_batches()[0], NGRAMS),
        (
            make_document_model,
            make_document_batches()[0],
            {"num_heads": 2, "num_classes": 3},
        ),
        (
            make_document_model,
            make_document_batches()[0],
            {"pooling": "mean"} | NGRAMS,
        ),
    ],
)
def test_weights_and_contributions_are_those_of_keras(make, ids, options):
    model = make(**options)
    outputs = read(model, ids)
    # Not traced: it is run once.
    expected = [np.asarray(x) for x in ContributionModel(model)(ids)]
    if "ngram_range" in options:
        counts = count_occurrences(outputs.pop("ngram_buckets"))
        weights = outputs.pop("ngram_count_weights")
        weights = weights[0, np.minimum(counts, weights.shape[1]) - 1] / counts
        outputs["ngram_values"] *= weights[..., None]
    assert len(outputs) == len(expected)
    for received, wanted in zip(outputs.values(), expected, strict=True):
        np.testing.assert_allclose(received, wanted, atol=2e-6)


def test_a_head_that_is_not_linear_has_weights_alone():
    outputs = read(
        make_document_model(pooling="max"), make_document_batches()[0]
    )
    assert list(outputs) == ["logits", "word_weights", "sentence_weights"]


class Calibration(CalibrationDataReader):
    def __init__(self, batches):
        self.batches = iter({"ids": ids} for ids in batches)

    def get_next(self):
        return next(self.batches, None)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("make", "batches"),
    [
        (make_model, make_batches()),
        (make_document_model, make_document_batches()),
    ],
)
def test_attention_survives_static_int8_as_it_is(make, batches, tmp_path):
    """Masked scores of -1e30 would make all of its weights equal."""
    model = make()
    for layer in model.layers:
        if layer.name.endswith("attention"):
            layer.context.assign(4 * layer.context)
    write(model, tmp_path / "model.onnx")
    quantize_static(
        tmp_path / "model.onnx", tmp_path / "int8.onnx", Calibration(batches)
    )
    weights = []
    for name in ("model.onnx", "int8.onnx"):
        session = onnxruntime.InferenceSession(
            tmp_path / name, providers=["CPUExecutionProvider"]
        )
        (received,) = session.run(["word_weights"], {"ids": batches[0]})
        weights.append(received)
    assert weights[0].max() > 0.4  # of up to 60 words: far from equal
    assert np.abs(weights[0] - weights[1]).max() < 0.02
