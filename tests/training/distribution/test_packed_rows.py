"""Loss and metrics of packed rows are those of the texts alone."""

import keras
import numpy as np
import pytest

from han_attention.settings import Settings
from han_attention.training.distribution.packed_rows import pack_rows
from han_attention.training.distribution.packed_rows import pack_scores
from han_attention.training.model import make_loss
from han_attention.training.model import make_metrics
from han_attention.training.task import Task

TASKS = {
    "one logit": (Task(["a", "b"]), [0, 1, 1, 0, 1]),
    "classes": (Task(["a", "b", "c"]), [2, 0, 1, 1, 2]),
    "several labels": (
        Task(["a", "b", "c"], True),
        [[0], [0, 2], [], [1], [0, 1, 2]],
    ),
}


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="PyTorch has one device"
)
@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("multiple", [1, 4])
def test_scores_are_those_of_the_texts(name, multiple):
    task, labels = TASKS[name]
    settings = Settings(class_weight="balanced")  # balanced accuracy, too
    rng = np.random.default_rng(0)
    arrays = task.label_array(labels)
    logits = rng.normal(size=(5, 1 if task.one_logit else 3)).astype("float32")
    weights = np.array([1, 2, 0.5, 0, 3], "float32")
    loss, metrics = make_loss(task), make_metrics(settings, task)
    expected = {"loss": float(loss(arrays, logits, sample_weight=weights))}
    for metric in metrics:
        metric.update_state(arrays, logits)
        expected[metric.name] = float(metric.result())
    ids = np.arange(10).reshape(5, 2)
    ids, rows = pack_rows((ids, arrays, weights), multiple)
    assert len(ids) == len(rows) == -(-5 // multiple) * multiple
    filled = logits[np.arange(len(rows)) % 5]
    loss, metrics = pack_scores(make_loss(task), make_metrics(settings, task))
    for metric in metrics:
        metric.update_state(rows, filled)
        found = float(metric.result())
        assert found == pytest.approx(expected[metric.name], abs=1e-6)
        metric.reset_state()
        for variable in metric.variables:
            assert not keras.ops.convert_to_numpy(variable).any()
    assert float(loss(rows, filled)) == pytest.approx(expected["loss"])


def test_no_rows_stay_none():
    """The shapes of a stream are taken from an empty batch."""
    batch = np.zeros((0, 4), "int32"), np.zeros((0, 1), "float32")
    ids, rows = pack_rows(batch, 4)
    assert (ids.shape, rows.shape) == ((0, 4), (0, 3))
