"""Files scored by Ray, in one process of its own: it takes seconds to start."""

import json
import subprocess
import sys

import pytest
from predictor_cases import make_flat

from han_attention.export.exporter import export_model

pytest.importorskip("ray.data", reason="Ray is not installed")
pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")

# Both commands, and the class in `map_batches`, in one Ray.
PROGRAM = """
import json, logging, sys, os
from pathlib import Path
import ray
from han_attention.cli import main
from han_attention.inference.scorer import TextScorer

ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False,
         logging_level=logging.ERROR)
command = ["predict", "onnx", "shards", "--engine", "ray", "--output", "out",
           "--keep", "id", "--quiet"]
found = {}

def run(name, *more):
    try:
        main([*command, *more])
        found[name] = 0
    except SystemExit as stop:
        found[name] = stop.code
    paths = Path("out").glob("*.parquet")
    found[f"{name} files"] = {p.name: p.stat().st_mtime_ns for p in paths}

run("first")
Path("shards/c.parquet").write_bytes(Path("whole.parquet").read_bytes())
run("second")
run("other flags", "--no-text")
ray.data.DataContext.get_current().enable_progress_bars = False
rows = ray.data.from_items([{"text": "a fine film", "id": 1}]).map_batches(
    TextScorer, fn_constructor_args=["onnx"], concurrency=1
)
found["batches"] = rows.take_all()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ray")
    export_model(make_flat(), folder / "onnx")
    (folder / "shards").mkdir()
    texts = {"id": [1, 2, 3], "text": ["a fine film", "", "dull"]}
    table = pyarrow.table(texts)
    pyarrow.parquet.write_table(table, folder / "whole.parquet")
    whole = (folder / "whole.parquet").read_bytes()
    (folder / "shards" / "a.parquet").write_bytes(whole)
    (folder / "shards" / "c.parquet").write_bytes(whole[:50])
    (folder / "shards" / "b.csv").write_text("id,text\n9,fine\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder, json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_a_failed_shard_is_named_and_the_others_are_scored(scored):
    _, found, errors = scored
    assert found["first"] == 2
    assert "1 of 3 shards failed" in errors
    assert "shards/c.parquet: Cannot read shards/c.parquet" in errors
    assert sorted(found["first files"]) == ["a.parquet", "b.csv.parquet"]


def test_the_same_command_scores_what_is_missing(scored):
    _, found, _ = scored
    assert found["second"] == 0
    assert len(found["second files"]) == 3
    assert found["first files"].items() <= found["second files"].items()


def test_rows_can_be_joined_to_their_input(scored):
    folder, _, _ = scored
    rows = pyarrow.parquet.read_table(folder / "out/a.parquet").to_pylist()
    assert [(row["id"], row["row"]) for row in rows] == [(1, 1), (2, 2), (3, 3)]
    assert {row["file"] for row in rows} == {"shards/a.parquet"}
    assert [row["error"] for row in rows] == [None, "The text is empty.", None]
    expected = make_flat().predict_proba(["a fine film", "dull"])
    shares = [row["probability_good"] for row in (rows[0], rows[2])]
    assert shares == pytest.approx(list(expected[:, 1]), abs=1e-5)


def test_predictions_by_other_flags_are_not_mixed(scored):
    _, found, errors = scored
    assert found["other flags"] == 2
    assert "The folder out holds something else" in errors
    assert found["other flags files"] == found["second files"]


def test_map_batches(scored):
    _, found, _ = scored
    (row,) = found["batches"]
    expected = make_flat().predict_proba(["a fine film"])[0, 1]
    assert row["id"] == 1
    assert row["probability_good"] == pytest.approx(expected, abs=1e-5)
