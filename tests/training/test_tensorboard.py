"""Event files, read back by TensorBoard itself."""

import os
import subprocess
import sys

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import (
    EventAccumulator,
)
from tensorboard.util.tensor_util import make_ndarray

from han_attention.training.tensorboard import TensorBoardWriter


def read(folder):
    accumulator = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    accumulator.Reload()
    return accumulator


def values_of(accumulator, tag):
    """Step and array of each event of a tag."""
    return [
        (event.step, make_ndarray(event.tensor_proto))
        for event in accumulator.Tensors(tag)
    ]


def plugin_of(accumulator, tag):
    return accumulator.SummaryMetadata(tag).plugin_data.plugin_name


@pytest.fixture
def writer(tmp_path):
    writer = TensorBoardWriter(tmp_path / "log")
    yield writer
    writer.close()


def test_scalars(writer, tmp_path):
    writer.scalar("loss", 0.5, step=0)
    writer.scalar("loss", np.float32(0.25), step=10)
    writer.scalar("accuracy", 1, step=10)
    writer.close()
    read_back = read(tmp_path / "log")
    assert sorted(read_back.Tags()["tensors"]) == ["accuracy", "loss"]
    assert values_of(read_back, "loss") == [(0, 0.5), (10, 0.25)]
    assert values_of(read_back, "accuracy") == [(10, 1.0)]
    assert plugin_of(read_back, "loss") == "scalars"


def test_scalar_that_is_not_finite(writer, tmp_path):
    writer.scalar("loss", float("nan"), step=3)
    writer.close()
    ((step, value),) = values_of(read(tmp_path / "log"), "loss")
    assert step == 3
    assert np.isnan(value)


def test_histogram_counts_every_value(writer, tmp_path):
    values = np.arange(60, dtype="float32").reshape(3, 4, 5)
    writer.histogram("weights", values, step=2)
    writer.close()
    read_back = read(tmp_path / "log")
    ((step, buckets),) = values_of(read_back, "weights")
    left, right, counts = buckets.T
    assert step == 2
    assert counts.sum() == 60
    assert (left[0], right[-1]) == (0, 59)
    assert plugin_of(read_back, "weights") == "histograms"


@pytest.mark.parametrize("values", [np.zeros(5), np.array(0.0)])
def test_histogram_of_one_value(values, writer, tmp_path):
    writer.histogram("weights", values, step=0)
    writer.close()
    ((_, buckets),) = values_of(read(tmp_path / "log"), "weights")
    assert buckets[:, 2].sum() == values.size


def test_histogram_of_nothing(writer, tmp_path):
    writer.histogram("weights", np.zeros((0, 3), "float32"), step=0)
    writer.close()
    ((_, buckets),) = values_of(read(tmp_path / "log"), "weights")
    assert buckets[:, 2].sum() == 0


def test_text(writer, tmp_path):
    writer.text("config", "**rnn** ü \u4e2d")
    writer.close()
    read_back = read(tmp_path / "log")
    ((step, text),) = values_of(read_back, "config")
    assert step == 0
    assert text.item().decode("utf-8") == "**rnn** ü \u4e2d"
    assert plugin_of(read_back, "config") == "text"


def test_flushed_events_can_be_read_before_the_end(writer, tmp_path):
    writer.scalar("loss", 0.5, step=1)
    writer.flush()
    assert values_of(read(tmp_path / "log"), "loss") == [(1, 0.5)]


def test_folder_is_made(tmp_path):
    TensorBoardWriter(tmp_path / "a" / "b").close()
    (file,) = (tmp_path / "a" / "b").iterdir()
    assert "tfevents" in file.name


def test_second_writer_leaves_the_file_of_the_first(tmp_path):
    """As when a run is resumed."""
    for step in (1, 2):
        writer = TensorBoardWriter(tmp_path)
        writer.scalar("loss", step / 2, step)
        writer.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 2
    values = [
        value for file in files for value in values_of(read(file), "loss")
    ]
    assert sorted(values) == [(1, 0.5), (2, 1.0)]


WITHOUT_TENSORFLOW = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "tensorflow":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
try:
    import tensorflow
except ModuleNotFoundError:
    print("blocked")

import numpy as np
from han_attention.training.tensorboard import TensorBoardWriter

writer = TensorBoardWriter(sys.argv[1])
writer.scalar("loss", 0.5, step=1)
writer.histogram("weights", np.arange(4.0), step=1)
writer.text("config", "a text")
writer.close()
assert "tensorflow" not in sys.modules
print("written")
"""


def test_writes_where_tensorflow_is_not_installed(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, str(tmp_path / "log")],
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["blocked", "written"]
    read_back = read(tmp_path / "log")
    assert values_of(read_back, "loss") == [(1, 0.5)]
    assert values_of(read_back, "weights")[0][1][:, 2].sum() == 4
    assert values_of(read_back, "config")[0][1].item() == b"a text"
