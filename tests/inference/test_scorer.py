"""Batches of a table in, the same rows with labels out."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pandas
import pytest
from predictor_cases import make_flat

from han_attention.export.exporter import export_model
from han_attention.inference.scorer import TextScorer
from han_attention.inference.scorer import score_frames

TEXTS = ["a fine film", None, "  ", "dull"]


@pytest.fixture(scope="module")
def predictor():
    return make_flat()


@pytest.fixture(scope="module")
def folder(predictor, tmp_path_factory):
    path = tmp_path_factory.mktemp("scorer") / "onnx"
    export_model(predictor, path)
    return path


def check(table, predictor):
    """That a table has what the predictor says, and why a row has none."""
    expected = predictor.predict_proba([TEXTS[0], TEXTS[3]])
    found = np.stack(
        [table[f"probability_{name}"] for name in ("bad", "good")], axis=1
    )
    np.testing.assert_allclose(found[[0, 3]], expected, atol=1e-5)
    assert np.isnan(found[1:3].astype(float)).all()
    labels = list(predictor.predict([TEXTS[0], TEXTS[3]]))
    assert [table["label"][0], table["label"][3]] == labels
    assert pandas.isna(table["error"][0])
    assert "Expected a text" in table["error"][1]
    assert table["error"][2] == "The text is empty."
    assert list(table["id"]) == [7, 8, 9, 10]
    assert list(table["input_label"]) == ["x"] * 4


def test_arrays_and_frames(folder, predictor):
    batch = {
        "id": np.arange(7, 11),
        "label": np.array(["x"] * 4),
        "text": np.array(TEXTS, object),
    }
    scorer = pickle.loads(pickle.dumps(TextScorer(folder)))  # noqa: S301
    check(scorer(batch), predictor)
    assert scorer.predictor.num_threads == 1
    (frame,) = score_frames([pandas.DataFrame(batch)], folder)
    assert isinstance(frame, pandas.DataFrame)
    check(frame, predictor)


def test_no_rows_and_another_column(folder):
    scorer = TextScorer(folder, text_column="body")
    empty = scorer({"body": np.array([], object)})
    columns = ["body", "label", "probability_bad", "probability_good", "error"]
    assert list(empty) == columns
    assert [len(column) for column in empty.values()] == [0] * 5
    with pytest.raises(KeyError, match="body"):
        scorer({"text": np.array(["fine"])})


SPARK = """
import sys
from functools import partial
from pyspark.sql import SparkSession
from han_attention.inference.scorer import score_frames

spark = SparkSession.builder.master("local[1]").getOrCreate()
texts = [(1, "a fine film"), (2, "dull")]
rows = spark.createDataFrame(texts, "id int, text string")
schema = (
    "id int, text string, label string, probability_bad double, "
    "probability_good double, error string"
)
scored = rows.mapInPandas(partial(score_frames, model=sys.argv[1]), schema)
print([(row.id, row.label) for row in scored.collect()])
"""


def test_spark(folder, predictor):
    pytest.importorskip("pyspark", reason="Spark is not installed")
    done = subprocess.run(
        [sys.executable, "-c", SPARK, str(folder)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYSPARK_PYTHON": sys.executable},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    labels = predictor.predict(["a fine film", "dull"])
    expected = list(zip([1, 2], map(str, labels), strict=True))
    assert done.stdout.splitlines()[-1] == str(expected)
